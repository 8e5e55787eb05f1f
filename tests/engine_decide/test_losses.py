"""Losses, returns, and deals that are where their conditions put them (Meaning 9, 11; R11, R54–R59)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine_decide.desk import DAY, HOUR, Desk
from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.decide import decide

LOSSES = """
pipeline losses "Losses" {
  timezone "Europe/Moscow"
  segment later_ "Later"
  field key   "Key"   text
  field rival "Rival" text
  event over  "Over"  by key
  event ask   "Ask"   by key
  stage new "New" { lose as rival 3 days after entry  on event over { lose as rival } }
  stage two "Two"
  won done "Done"
  lost gone "Gone" {
    comment required
    reason rival  "Rival"  { require rival }
    reason silent "Silent" from two
    reason named  "Named"  { comment required "Whom?" }
    reason later_ "Later"  {
      segment later_
      return to two on event ask
      set key = "back"
      task wait_ "Wait" { assign owner  due 1 day after entry }
    }
  }
}
"""


@pytest.mark.requirement("R54", "R55", "R57")
@pytest.mark.parametrize(
    ("stage", "data", "unmet"),
    [
        ("new", {"reason": "rival"}, [("require", "rival"), ("comment", "rival")]),
        ("new", {"reason": "silent", "comment": "x"}, [("from", "silent")]),
        ("two", {"reason": "silent"}, [("comment", "silent")]),
        ("two", {"reason": "silent", "comment": "x"}, []),
        ("new", {"reason": "named"}, [("comment", "named")]),
        ("new", {"reason": "nothing", "comment": "x"}, [("unknown", "nothing")]),
    ],
)
def test_what_a_loss_needs_of_people(stage: str, data: dict[str, Any], unmet: list[tuple[str, str]]) -> None:
    with Desk(LOSSES) as desk:
        deal = desk.new("losses", stage=stage)
        if unmet:
            assert desk.refused(deal, "lose", **data) == unmet
            messages = {"rival": "Rival", "silent": "Silent", "named": "Whom?"}  # the reason's own question, if it asks
            said = [u.message.in_("en") for u in desk.submit("lose", data, deal).unmet if u.kind == "comment"]
            assert said in ([], [messages.get(data["reason"])])
        else:
            changes = desk.act(deal, "lose", **data)
            assert ("note", {"kind": "loss", "reason": data["reason"], "comment": "x"}) in changes
            assert (desk.stage(deal), desk.deal(deal).reason) == ("gone", data["reason"])


@pytest.mark.requirement("R56")
@pytest.mark.parametrize("by_time", [False, True])
def test_a_robots_loss_needs_what_its_reason_requires_and_writes_its_own_comment(by_time: bool) -> None:
    with Desk(LOSSES) as desk:
        deal = desk.new("losses", key="k")
        if by_time:
            desk.after(3 * DAY)
        else:
            desk.act(deal, "event", name="over")
        assert (desk.stage(deal), desk.pending(deal)) == ("new", [("require", "rival")])
        (data,) = desk.deal(deal).pending.values()
        assert (data["what"], data["name"]) == ("lose", "rival")
        changes = desk.act(deal, "set", fields={"rival": "Smith"})
        (note,) = [change[1] for change in changes if change[0] == "note"]
        assert note["comment"] == "robot, desk.pipeline:9"
        assert desk.stage(deal) == "gone"


@pytest.mark.requirement("R58", "R59")
def test_a_suspended_loss_is_in_its_segment_until_it_returns() -> None:
    with Desk(LOSSES) as desk:
        deal = desk.new("losses", key="k")
        desk.act(deal, "lose", reason="later_", comment="x")
        assert "segment:later_" in desk.deal(deal).marks
        assert (desk.fields(deal)["key"], desk.task(deal, "wait_").status) == ("back", "open")
        desk.act(deal, "event", name="ask")
        assert (desk.stage(deal), desk.deal(deal).reason) == ("two", None)
        assert "segment:later_" not in desk.deal(deal).marks
        assert desk.task(deal, "wait_").status == "cancelled"
        # what brings it back does not end it a second time, nor is heard in a deal that is open
        assert desk.submit("event", {"name": "ask"}, deal).status == "kept"


# --- derived ---------------------------------------------------------------------------------------------------------

ORDERS = """
pipeline orders "Orders" {
  timezone "Europe/Moscow"
  field key   "Key"   text
  field goods "Goods" links to goods.order
  field at_   "At"    datetime
  field total "Total" number is sum(goods.price when goods.stage is not returned)
  segment back_ "Back"
  stage draft  "Draft"
  stage packed "Packed" when all of goods are in (packed, home, returned)
  stage claim  "Claim"  when any of goods are returned and not all of goods are in (home, returned) {
    task claim "Claim" { assign owner  due 1 day after entry }
  }
  won done  "Done"  when all of goods are in (home, returned) and any of goods are home {
    task thank "Thank" { assign owner  due 1 day after entry }
  }
  lost back "Back"  {
    reason all_  "All returned" when all of goods are returned { segment back_ }
    reason old   "Too old"      when at_ is older than 5 days
  }
}
pipeline goods "Goods" {
  timezone "Europe/Moscow"
  field order "Order" link to orders
  field price "Price" number
  stage ordered "Ordered"
  stage packed  "Packed"
  won home "Home"
  lost returned "Returned" { reason bad "Bad" }
}
"""


def order(desk: Desk, *prices: int, **fields: Any) -> tuple[int, list[int]]:
    number = desk.new("orders", **fields)
    return number, [desk.new("goods", order=number, price=Decimal(price)) for price in prices]


@pytest.mark.requirement("R11", "R12")
def test_a_closed_order_opens_again_when_a_good_comes_back() -> None:
    with Desk(ORDERS) as desk:
        number, (first, second) = order(desk, 10, 20)
        for good in (first, second):
            desk.act(good, "move", stage="home")
        assert (desk.stage(number), desk.deal(number).closed is not None) == ("done", True)
        assert desk.task(number, "thank").status == "open"
        desk.act(first, "reopen")
        assert (desk.stage(number), desk.deal(number).closed) == ("draft", None)
        assert desk.task(number, "thank").status == "cancelled"
        desk.act(first, "lose", reason="bad")
        assert (desk.stage(number), desk.fields(number)["total"]) == ("done", 20)


@pytest.mark.requirement("R11")
def test_an_order_goes_from_won_to_lost_and_back_with_its_segment() -> None:
    with Desk(ORDERS) as desk:
        number, (good,) = order(desk, 10)
        desk.act(good, "move", stage="home")
        assert desk.stage(number) == "done"
        desk.act(good, "reopen", stage="packed")
        assert desk.stage(number) == "packed"
        desk.act(good, "lose", reason="bad")
        deal = desk.deal(number)
        assert (deal.stage, deal.reason, "segment:back_" in deal.marks) == ("back", "all_", True)
        another = desk.new("goods", order=number, price=Decimal(1))
        deal = desk.deal(number)
        assert (deal.stage, deal.reason, deal.marks.get("segment:back_")) == ("claim", None, None)
        desk.act(another, "set", fields={"order": None})  # a good that moves away is no good of the order any more
        assert desk.stage(number) == "back"


def test_a_message_that_comes_twice_is_heard_once() -> None:
    with Desk(ORDERS) as desk:
        number, (good,) = order(desk, 10)
        sender = next(iter(desk.deal(number).seen))
        version = desk.deal(number).seen[sender]
        message = {"field": "goods", "item": good, "values": {"price": Decimal(99), "stage": "home"}, "sender": sender}
        program = desk.programs.program("orders")
        for older, heard in ((version, False), (version - 1, False), (version + 1, True)):
            event = Event("item", {**message, "version": older}, desk.now)
            decision = decide(program, desk.deal(number), event)
            assert isinstance(decision, Decision)
            assert bool(decision.changes) is heard


@pytest.mark.requirement("R26")
def test_an_order_that_comes_back_to_a_booking_that_is_taken_turns_red() -> None:
    text = ORDERS.replace(
        '  segment back_ "Back"', '  field hall "Hall" resource of halls from at_ for 1 hour\n  segment back_ "Back"'
    )
    with Desk(f'resource halls "Halls" {{ red "Red" }}\n{text}') as desk:
        noon = desk.now + HOUR
        number, (good,) = order(desk, 10, hall="red", at_=noon)
        desk.act(good, "lose", reason="bad")
        assert (desk.stage(number), desk.deal(number).bookings) == ("back", {})
        other = desk.new("orders", hall="red", at_=noon)
        desk.act(good, "reopen")
        assert (desk.stage(number), desk.deal(number).bookings) == ("draft", {})
        assert [u["kind"] for u in desk.deal(number).flags["book:hall"]["unmet"]] == ["booking"]
        desk.act(other, "set", fields={"at_": noon + HOUR})
        desk.act(number, "set", fields={"hall": "red"})
        assert (desk.deal(number).bookings["hall"][2], desk.deal(number).flags) == (noon, {})


def test_nobody_moves_an_order_by_hand() -> None:
    with Desk(ORDERS) as desk:
        number, _ = order(desk, 10, key="k")
        assert desk.refused(number, "move", stage="packed") == [("derived", "packed")]
        assert desk.refused(number, "lose", reason="all_") == [("derived", "all_")]
        desk.act(number, "set", fields={"at_": desk.now - 6 * DAY})
        assert desk.stage(number) == "back"
        assert desk.refused(number, "reopen") == [("state", "back")]


def test_time_alone_moves_an_order_and_so_does_every_later_true_condition() -> None:
    with Desk(ORDERS) as desk:
        number, (good,) = order(desk, 10, at_=desk.now)
        desk.act(good, "move", stage="packed")
        assert desk.stage(number) == "packed"
        desk.after(5 * DAY - 1)
        assert desk.stage(number) == "packed"
        desk.after(1)
        assert (desk.stage(number), desk.deal(number).reason) == ("back", "old")
        desk.act(number, "set", fields={"at_": desk.now})
        assert desk.stage(number) == "packed"


def test_an_order_is_born_where_its_conditions_put_it() -> None:
    with Desk(ORDERS) as desk:
        number = desk.new("orders", at_=desk.now - 9 * DAY)
        deal = desk.deal(number)
        assert (deal.stage, deal.reason, deal.closed, deal.visit) == ("back", "old", desk.now, 1)
