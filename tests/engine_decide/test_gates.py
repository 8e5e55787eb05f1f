"""Gates bind everybody, whoever moves, creates, reopens or writes (Meaning 1, 8, 10; R23, R25, R26)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine_decide.desk import DAY, HOUR, Desk, programs
from voronka.dsl.definition.values import Duration
from voronka.engine.deal.protocol import Operand
from voronka.engine.host.commands import Command
from voronka.engine.host.trial import trial

DEALS = """
resource halls "Halls" { red "Red"  blue "Blue" }

record client "Client" {
  field name "Name" text
  field kind "Kind" choice { firm "Firm"  person_ "Person" } = firm
}

team t "Team" { person anna "Anna" is manager  person olga "Olga" is manager }

pipeline deals "Deals" {
  timezone "Europe/Moscow"
  currency RUB
  role manager "Manager"
  owner is manager by round robin
  field phone   "Phone"   phone
  field need    "Need"    text
  field format  "Format"  choice { banquet "Banquet"  talk "Talk" }
  field food    "Food"    text
  field decor   "Decor"   text when format is banquet
  field amount  "Amount"  money
  field tax     "Tax"     money is amount * 20%
  field code    "Code"    text
  field client  "Client"  link to client
  field hours   "Hours"   number = 2
  field lasts   "Lasts"   duration is hours * 1 hour
  field start   "Start"   datetime
  field hall    "Hall"    resource of halls from start for lasts
  field mark    "Mark"    rating 0..10
  event heard   "Heard"   by code { code text  amount money  mark number  hours number }
  check amount > 0 RUB else "The amount is positive"
  check client.kind is firm or client.kind is not set else "Firms only"
  unique code
  robot hears "Hears" { on event heard  set amount = event.amount when event.amount is set }
  robot codes "Codes" { on event heard  set code = event.code when event.code is set }
  robot marks "Marks" { on event heard  set mark = event.mark when event.mark is set }
  robot longer "Longer" { on event heard  set hours = event.hours when event.hours is set }
  robot empties "Empties" { on change need  clear food when need is "nothing" }

  stage new "New"
  stage told "Told" {
    require need
    require food when format is banquet
    require decor
    enter when amount >= 100 RUB and hours < 5 else "Too small or too long"
    leave when code is set else "A code first"
  }
  stage sent "Sent" { require tax }
  stage old "Old" { retiring }
  won done "Done"
  lost gone "Gone" {
    reason any_ "Any"
    reason later_ "Later" { return to told 10 days after closing }
  }
}
"""

ENOUGH: dict[str, Any] = {"need": "table", "amount": Decimal(500)}


@pytest.mark.requirement("R23", "R25")
def test_a_blocked_move_says_every_condition_with_its_values_and_its_place() -> None:
    with Desk(DEALS) as desk:
        deal = desk.new("deals", amount=Decimal(50), format="banquet")
        unmet = desk.submit("move", {"stage": "told"}, deal).unmet
        lines = {one: DEALS[: DEALS.index(f"    {one}")].count("\n") + 1 for one in ("require need", "enter when")}
        assert [(u.kind, u.name) for u in unmet] == [
            ("require", "need"),
            ("require", "food"),
            ("require", "decor"),
            ("enter", ""),
        ]
        assert unmet[0].operands == (Operand("need", None),)
        assert unmet[3].operands == (Operand("amount", Decimal(50)), Operand("hours", Decimal(2)))
        assert unmet[3].message.in_("en") == "Too small or too long"
        assert [(u.loc.file, u.loc.line) for u in (unmet[0], unmet[3])] == [
            ("desk.pipeline", lines["require need"]),
            ("desk.pipeline", lines["enter when"]),
        ]


@pytest.mark.parametrize(
    ("given", "unmet"),
    [
        ({}, [("require", "need"), ("enter", "")]),
        # a field that does not apply is not asked for, however much it is required
        ({"need": "x", "amount": Decimal(500)}, []),
        ({"need": "x", "amount": Decimal(500), "format": "talk"}, []),
        ({"need": "x", "amount": Decimal(500), "format": "banquet", "food": "soup"}, [("require", "decor")]),
        ({"need": "x", "amount": Decimal(500), "format": "banquet", "decor": "y"}, [("require", "food")]),
    ],
)
def test_creation_goes_through_the_gates_of_its_stage(given: dict[str, Any], unmet: list[tuple[str, str]]) -> None:
    with Desk(DEALS) as desk:
        for imported in (False, True):
            wish = Command("create", {"fields": given, "stage": "told"}, None, "deals", imported=imported)
            reply = desk.host.submit(wish)
            assert [(u.kind, u.name) for u in reply.unmet] == unmet
            assert (reply.deal is None) is bool(unmet)


@pytest.mark.parametrize("stage", ["done", "gone", "nowhere", "old"])
def test_no_deal_is_created_closed_nor_where_nobody_comes_in_any_more(stage: str) -> None:
    with Desk(DEALS) as desk:
        reply = desk.submit("create", {"fields": {}, "stage": stage}, pipeline="deals")
        assert [u.kind for u in reply.unmet] == [{"nowhere": "unknown", "old": "retiring"}.get(stage, "state")]


def test_moving_back_asks_the_target_alone_and_leaving_is_free() -> None:
    with Desk(DEALS) as desk:
        deal = desk.new("deals", stage="told", **ENOUGH, format="talk")
        assert desk.refused(deal, "move", stage="sent") == [("leave", "")]
        desk.act(deal, "move", stage="new")  # what keeps it from going on does not keep it from going back
        desk.act(deal, "set", fields={"need": None, "amount": Decimal(5)})
        desk.act(deal, "move", stage="sent")
        assert desk.refused(deal, "move", stage="told") == [("require", "need"), ("enter", "")]
        assert desk.refused(deal, "move", stage="sent") == [("state", "sent")]
        assert desk.refused(deal, "move", stage="old") == [("retiring", "old")]
        assert desk.refused(deal, "move", stage="gone") == [("state", "gone")]


def test_reopening_goes_through_the_gates_of_where_it_leads() -> None:
    with Desk(DEALS) as desk:
        deal = desk.new("deals")
        assert desk.refused(deal, "reopen") == [("state", "new")]
        desk.act(deal, "lose", reason="any_")
        assert desk.refused(deal, "move", stage="new") == [("state", "new")]
        assert desk.refused(deal, "lose", reason="any_") == [("state", "any_")]
        assert desk.refused(deal, "reopen", stage="told") == [("require", "need"), ("enter", "")]
        assert desk.refused(deal, "reopen", stage="old") == [("retiring", "old")]
        assert desk.refused(deal, "reopen", stage="done") == [("unknown", "done")]
        desk.act(deal, "reopen")
        assert (desk.stage(deal), desk.deal(deal).closed, desk.deal(deal).reason) == ("new", None, None)


@pytest.mark.requirement("R58", "R59")
def test_a_loss_that_returns_is_bound_by_the_gates_too_and_waits_for_them() -> None:
    with Desk(DEALS) as desk:
        deal = desk.new("deals")
        desk.act(deal, "lose", reason="later_")
        desk.after(11 * DAY)
        assert (desk.stage(deal), desk.pending(deal)) == ("gone", [("require", "need"), ("enter", "")])
        desk.act(deal, "set", fields={**ENOUGH, "format": "talk"})
        assert (desk.stage(deal), desk.pending(deal)) == ("told", [])


# --- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R25")
def test_what_the_present_stage_requires_cannot_be_cleared_by_anybody() -> None:
    with Desk(DEALS) as desk:
        deal = desk.new("deals", stage="told", **ENOUGH, format="banquet", food="soup", decor="roses")
        assert desk.refused(deal, "set", fields={"need": None}) == [("require", "need")]
        assert desk.refused(deal, "set", fields={"food": None}) == [("require", "food")]
        assert desk.refused(deal, "set", fields={"need": None, "decor": None}) == [
            ("require", "need"),
            ("require", "decor"),
        ]
        desk.act(deal, "set", fields={"need": "nothing"})  # a robot would clear the food now
        assert desk.fields(deal)["food"] == "soup"
        assert [u["kind"] for u in desk.deal(deal).flags["check:food"]["unmet"]] == ["require"]
        # what is not required any more may go, in the very write that says so
        desk.act(deal, "set", fields={"food": None, "decor": None, "format": "talk"})
        assert desk.fields(deal)["food"] is None
        assert "check:food" not in desk.deal(deal).flags  # and with it the trouble
        desk.act(deal, "move", stage="new")
        desk.act(deal, "set", fields={"need": None})


def test_a_computed_field_cannot_be_emptied_by_way_of_what_it_is_computed_from() -> None:
    with Desk(DEALS) as desk:
        deal = desk.new("deals", stage="sent", amount=Decimal(10))
        assert desk.refused(deal, "set", fields={"amount": None}) == [("require", "tax")]
        assert desk.refused(deal, "set", fields={"tax": Decimal(5)}) == [("type", "tax")]


@pytest.mark.requirement("R26")
@pytest.mark.parametrize(
    ("payload", "field", "kinds"),
    [
        ({"amount": Decimal(-5)}, "amount", ["check"]),
        ({"amount": Decimal("0.004")}, "amount", ["check"]),  # it would be stored as zero
        ({"code": "A"}, "code", ["unique"]),
        ({"mark": Decimal(11)}, "mark", ["type"]),
        ({"mark": Decimal("7.5")}, "mark", ["type"]),
        ({"hours": Decimal(4)}, "hours", ["booking"]),  # through the formula that says how long
    ],
)
def test_what_a_robot_sets_is_bound_like_what_people_set(payload: dict[str, Any], field: str, kinds: list[str]) -> None:
    with Desk(DEALS) as desk:
        noon = desk.now + 2 * HOUR
        desk.new("deals", code="A", start=noon + 3 * HOUR, hall="red")
        deal = desk.new("deals", code="B", start=noon, hall="red", amount=Decimal(7), mark=5)
        before = desk.fields(deal)[field]
        desk.act(deal, "event", name="heard", payload=payload)
        assert desk.fields(deal)[field] == before
        key = f"{'book' if kinds == ['booking'] else 'check'}:{field}"
        trouble = desk.deal(deal).flags[key]
        assert [u["kind"] for u in trouble["unmet"]] == kinds
        assert trouble["loc"].startswith("desk.pipeline:")
        # a person is refused the same; and setting the field right ends the trouble
        if field != "mark":
            assert [kind for kind, _ in desk.refused(deal, "set", fields={field: payload[field]})] == kinds
        good = {"amount": Decimal(9), "code": "C", "mark": 6, "hours": Decimal(3)}[field]
        desk.act(deal, "set", fields={field: good})
        assert key not in desk.deal(deal).flags


def test_numbers_a_robot_brings_take_the_form_of_the_field() -> None:
    with Desk(DEALS) as desk:
        deal = desk.new("deals")
        desk.act(deal, "event", name="heard", payload={"mark": Decimal(7), "amount": Decimal("1.005")})
        assert (desk.fields(deal)["mark"], type(desk.fields(deal)["mark"])) == (7, int)
        assert str(desk.fields(deal)["amount"]) == "1.01"  # Meaning 8: half up, when stored


def test_a_check_looks_at_the_card_that_is_being_linked() -> None:
    with Desk(DEALS) as desk:
        firm, person = desk.new("client"), desk.new("client", kind="person_")
        deal = desk.new("deals", client=firm)
        assert desk.refused(deal, "set", fields={"client": person}) == [("check", "")]
        other = desk.new("deals")
        assert desk.refused(other, "set", fields={"client": person}) == [("check", "")]
        reply = desk.submit("create", {"fields": {"client": person}}, pipeline="deals")
        assert [u.kind for u in reply.unmet] == ["check"]


@pytest.mark.requirement("R26")
def test_no_double_booking_touching_ends_moved_times_and_release() -> None:
    with Desk(DEALS) as desk:
        noon = desk.now + 2 * HOUR
        first = desk.new("deals", start=noon, hall="red")
        second = desk.new("deals", start=noon + 2 * HOUR, hall="red")  # begins as the first ends
        third = desk.new("deals", start=noon + HOUR, hall="blue", hours=Decimal(1))
        assert desk.refused(third, "set", fields={"hall": "red"}) == [("booking", "hall")]
        assert desk.refused(first, "set", fields={"hours": Decimal(3)}) == [("booking", "hall")]
        assert desk.refused(second, "set", fields={"start": noon + HOUR}) == [("booking", "hall")]
        desk.act(first, "set", fields={"start": noon - HOUR})  # its own slot is in nobody's way
        desk.act(third, "set", fields={"hall": "red"})
        desk.act(first, "lose", reason="any_")
        late = desk.new("deals", start=noon - HOUR, hall="red")
        assert desk.deal(first).bookings == {}
        # a lost deal books nothing, so nothing it changes can collide
        desk.act(first, "set", fields={"need": "again"})
        assert desk.refused(first, "reopen") == [("booking", "hall")]
        desk.act(late, "set", fields={"hall": None})
        desk.act(first, "reopen")
        assert desk.deal(first).bookings["hall"][:2] == ["halls", "red"]


CARDS = """
resource halls "Halls" { red "Red" }
record client "Client" { field hours "Hours" number = 1 }
pipeline deals "Deals" {
  timezone "Europe/Moscow"
  field client "Client" link to client
  field lasts  "Lasts"  duration is client.hours * 1 hour
  field start  "Start"  datetime
  field hall   "Hall"   resource of halls from start for lasts
  stage one "One"
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


@pytest.mark.requirement("R26")
def test_a_booking_that_a_linked_card_stretches_over_anothers_turns_red_until_there_is_room() -> None:
    with Desk(CARDS) as desk:
        noon = desk.now + 2 * HOUR
        card = desk.new("client")
        first = desk.new("deals", client=card, start=noon, hall="red")
        second = desk.new("deals", client=desk.new("client"), start=noon + HOUR, hall="red")
        desk.act(card, "set", fields={"hours": Decimal(2)})
        deal = desk.deal(first)
        assert (deal.bookings["hall"][3], set(deal.flags)) == (noon + HOUR, {"book:hall"})  # it keeps what it had
        desk.act(second, "lose", reason="r")
        desk.act(first, "note", text="the next event looks again")
        deal = desk.deal(first)
        assert (deal.bookings["hall"][3], set(deal.flags)) == (noon + 2 * HOUR, set())


def test_a_win_keeps_its_booking() -> None:
    with Desk(DEALS) as desk:
        noon = desk.now + 2 * HOUR
        deal = desk.new("deals", start=noon, hall="red")
        desk.act(deal, "move", stage="done")
        other = desk.new("deals", start=noon, hall="blue")
        assert desk.refused(other, "set", fields={"hall": "red"}) == [("booking", "hall")]


# --- tunnels ---------------------------------------------------------------------------------------------------------

TUNNELS = """
pipeline from_ "From" {
  timezone "Europe/Moscow"
  field name "Name" text
  field big  "Big"  bool = no
  field code "Code" text
  field size "Size" number
  stage one "One"
  stage two "Two" {
    if big { tunnel to to_ { copy name } } else { tunnel to small { copy size } }
  }
  stage three "Three" { on entry when big { tunnel to to_ { copy name, code } } }
  won done "Done" { tunnel to to_ { copy name, code } }
  lost gone "Gone" { reason r "R" { tunnel to small { copy size } } }
}
pipeline to_ "To" {
  timezone "Europe/Moscow"
  field name "Name" text
  field code "Code" text
  unique code
  stage a "A" { require name }
  won b "B"
  lost c "C" { reason r "R" }
}
pipeline small "Small" {
  timezone "Europe/Moscow"
  field size "Size" rating 0..5
  stage a "A"
  won b "B"
  lost c "C" { reason r "R" }
}
"""


@pytest.mark.requirement("R51")
@pytest.mark.parametrize(
    ("given", "stage", "unmet"),
    [
        ({}, "done", [("tunnel", "name")]),
        ({"big": True}, "two", [("tunnel", "name")]),  # in a branch
        ({"big": False}, "two", []),
        ({"size": Decimal(9)}, "two", [("tunnel", "size")]),  # values that the target cannot hold
        ({"big": True}, "three", [("tunnel", "name")]),  # of a robot on entry
        ({"big": False}, "three", []),
        ({"name": "x"}, "done", []),
    ],
)
def test_what_the_target_would_refuse_keeps_the_deal_from_where_the_tunnel_begins(
    given: dict[str, Any], stage: str, unmet: list[tuple[str, str]]
) -> None:
    with Desk(TUNNELS) as desk:
        deal = desk.new("from_", **given)
        decision = trial(desk.host, deal, "move", {"stage": stage}, desk.now)
        assert [(u.kind, u.name) for u in decision.refused] == unmet
        if unmet:
            assert desk.refused(deal, "move", stage=stage) == unmet
        else:
            desk.act(deal, "move", stage=stage)


def test_what_only_the_target_can_decide_is_an_incident_of_the_source() -> None:
    with Desk(TUNNELS) as desk:
        desk.new("to_", name="there", code="A")
        deal = desk.new("from_", name="x", code="A")
        desk.act(deal, "move", stage="done")
        assert desk.stage(deal) == "done"
        (trouble,) = desk.deal(deal).flags.values()
        assert [(u["kind"], u["name"]) for u in trouble["unmet"]] == [("unique", "code")]
        assert desk.store.db.execute("SELECT count(*) FROM incidents").fetchone() == (1,)


@pytest.mark.requirement("R26")
def test_a_booking_that_only_the_target_can_make_is_an_incident_too() -> None:
    hall = '  field hall "Hall" resource of halls from at_ for lasts = red\n'
    times = '  field at_ "At" datetime is creation\n  field lasts "Lasts" duration = 1 hour\n'
    text = TUNNELS.replace("  unique code\n", times + hall)
    with Desk(f'resource halls "Halls" {{ red "Red" }}\n{text}') as desk:
        first, second = desk.new("from_", name="x"), desk.new("from_", name="y")
        for deal in (first, second):
            desk.act(deal, "move", stage="done")
        assert [desk.stage(deal) for deal in (first, second)] == ["done", "done"]
        assert desk.deal(first).flags == {}
        (trouble,) = desk.deal(second).flags.values()
        assert [(u["kind"], u["name"]) for u in trouble["unmet"]] == [("booking", "hall")]


def test_a_loss_asks_no_more_than_its_reason_even_with_a_tunnel_behind_it() -> None:
    with Desk(TUNNELS) as desk:
        deal = desk.new("from_", size=Decimal(9))
        desk.act(deal, "lose", reason="r")
        assert (desk.stage(deal), len(desk.deal(deal).flags)) == ("gone", 1)


def test_a_length_that_is_a_constant_books_as_well() -> None:
    text = DEALS.replace("from start for lasts", "from start for 90 min")
    assert programs(text).program("deals").pipeline.fields["hall"].type.length == ("90", "min")
    with Desk(text) as desk:
        noon = desk.now + 2 * HOUR
        deal = desk.new("deals", start=noon, hall="red")
        assert desk.deal(deal).bookings["hall"] == ["halls", "red", noon, noon + 90 * 60_000]
        assert desk.fields(deal)["lasts"] == Duration(Decimal(2), "hour")
