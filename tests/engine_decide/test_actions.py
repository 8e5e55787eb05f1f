"""What sentences do when they run: messages, documents, branches, tunnels, digests (R35, R44–R53)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine_decide.desk import DAY, HOUR, Desk
from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.decide import decide

ACTS = """
team t "Team" {
  person olga "Olga" is head
  person anna "Anna" is manager reports to olga
}
record client "Client" { field mail "Mail" email  field name "Name" text }
pipeline acts "Acts" {
  timezone "Europe/Moscow"
  currency RUB
  role manager "Manager" reports to head
  role head "Head"
  role nobody_ "Nobody"
  owner is anna
  field key     "Key"     text = "k"
  field email   "Email"   email
  field client  "Client"  link to client
  field offer   "Offer"   document using "paper"
  field brief   "Brief"   file
  field amount  "Amount"  money
  field hot     "Hot"     bool
  field log     "Log"     text
  event mail    "Mail"    by key { to email  text text }
  event branch  "Branch"  by key
  event other   "Other"   by key
  event born    "Born"    by email else create { email email }
  event paid    "Paid"    by key { amount money }
  robot sweep "Sweep" { every workday at 09:00, 18:00 when any of tasks are overdue  digest supervisor using "letter" }
  robot branch "Branch" {
    on event branch
    if hot { set log = "hot" } else if amount > 5 RUB { set log = "dear"  notify supervisor } else {
      set log = "else"
      task extra "Extra" { assign owner  due 1 day after now }
    }
  }
  robot mails "Mails" {
    on event mail
    send email to email using "letter" attach offer, brief
    send email to client.mail using "letter"
    send email to event.to using "letter"
    send webhook to "https://example.test/hook" using "letter"
    notify owner "Text {{ event.text }}"
    notify nobody_ by round robin "Nobody"
    run sap.book { sum = amount * 2  who = key }
  }
  robot big "Big" { on event paid when event.amount >= amount  set log = "paid" }
  robot cuts "Cuts" { on event other  cancel task extra  clear log }

  stage one "One" {
    on event born { set log = "born" }
    task call "Call" { assign owner  due 1 hour after entry }
    render offer
  }
  won done "Done" {
    tunnel to next_ when amount > 5 RUB {
      copy amount as sum, email
      set note = log
      link from_
      start at second
      owner is head
    }
    tunnel to next_ { copy email }
  }
  lost gone "Gone" { reason r "R" }
}
pipeline next_ "Next" {
  timezone "Europe/Moscow"
  currency RUB
  role head "Head"
  role second_ "Second"
  owner is second_ by round robin
  field sum   "Sum"   money
  field email "Email" email
  field note  "Note"  text = "none"
  field from_ "From"  link to acts
  stage first "First"
  stage second "Second" { require email }
  won ok "Ok"
  lost off "Off" { reason r "R" }
}
"""


def last(desk: Desk, deal: int, kind: str) -> list[dict[str, Any]]:
    return [effect for effect in desk.effects(deal) if effect["kind"] == kind]


@pytest.mark.requirement("R46", "R48", "R49")
def test_messages_go_to_whom_they_are_for_and_what_has_no_address_is_said() -> None:
    with Desk(ACTS) as desk:
        desk.person("leave", "nobody_")
        card = desk.new("client", mail="c@example.test")
        deal = desk.new("acts", client=card, brief="plan.pdf")
        desk.act(deal, "event", name="mail", payload={"to": "e@example.test", "text": "hello"})
        sent = last(desk, deal, "send")
        assert [(one["channel"], one["to"]) for one in sent] == [
            ("email", {"link": "client", "name": "mail"}),
            ("email", {"payload": "to"}),
            ("webhook", {"address": "https://example.test/hook"}),
        ]
        assert all(one["template"] == "letter" and one["event"]["text"] == "hello" for one in sent)
        assert [one["to"]["person"] for one in last(desk, deal, "notify")] == ["anna"]
        assert last(desk, deal, "run")[0]["args"] == {"sum": None, "who": "k"}
        assert {key: flag.get("field") for key, flag in desk.deal(deal).flags.items()} == {
            "unsent:mails/#1": "email",
            "nobody:mails/#6": None,
        }
        # the next time there is an address, and the trouble is over
        desk.act(deal, "set", fields={"email": "a@example.test", "amount": Decimal("1.50")})
        desk.act(deal, "event", name="mail", payload={"to": "e@example.test"})
        assert last(desk, deal, "send")[-1]["event"] == {"to": "e@example.test", "text": None}
        assert "unsent:mails/#1" not in desk.deal(deal).flags
        (sent, *_) = last(desk, deal, "send")[3:]
        assert (sent["to"], sent["attach"]) == ({"field": "email"}, {"offer": "offer@1", "brief": "plan.pdf"})
        assert last(desk, deal, "run")[1]["args"] == {"sum": Decimal("3.00"), "who": "k"}


@pytest.mark.requirement("R50")
def test_a_document_is_rendered_into_its_field_anew_each_time() -> None:
    with Desk(ACTS) as desk:
        deal = desk.new("acts")
        (document,) = last(desk, deal, "document")
        assert (document["field"], document["file"], document["template"]) == ("offer", "offer@1", "paper")
        assert desk.fields(deal)["offer"] == "offer@1"
        desk.act(deal, "lose", reason="r")
        desk.act(deal, "reopen")
        assert desk.fields(deal)["offer"] == "offer@3"


@pytest.mark.parametrize(
    ("fields", "log", "tasks"),
    [
        ({"hot": True}, "hot", {"call"}),
        ({"hot": False, "amount": Decimal(9)}, "dear", {"call"}),
        ({"hot": False, "amount": Decimal(1)}, "else", {"call", "extra"}),
        ({}, "else", {"call", "extra"}),  # unknown is not true (Meaning 7)
    ],
)
def test_branches(fields: dict[str, Any], log: str, tasks: set[str]) -> None:
    with Desk(ACTS) as desk:
        deal = desk.new("acts", **fields)
        desk.act(deal, "event", name="branch")
        assert (desk.fields(deal)["log"], {task.name for task in desk.deal(deal).open_tasks}) == (log, tasks)
        assert [one["to"]["person"] for one in last(desk, deal, "notify")] == (["olga"] if log == "dear" else [])
        desk.act(deal, "event", name="other")
        assert (desk.fields(deal)["log"], {task.name for task in desk.deal(deal).open_tasks}) == (None, {"call"})


@pytest.mark.requirement("R35")
def test_the_morning_and_evening_sweep_is_a_digest_for_the_supervisor() -> None:
    with Desk(ACTS) as desk:
        deal = desk.new("acts")
        desk.until("2026-03-03 09:00")
        told = last(desk, deal, "digest")
        assert [one["to"] for one in told] == [{"person": "olga"}, {"person": "olga"}]
        assert [(one["at"] - desk.now) // HOUR for one in told] == [-15, 0]
        desk.act(deal, "done", task="call")
        desk.after(3 * DAY)
        assert len(last(desk, deal, "digest")) == 2


@pytest.mark.parametrize(
    ("amount", "paid", "status"),
    [(10, 10, "done"), (10, 9, "kept"), (None, 9, "kept")],
)
def test_what_nothing_consumed_is_kept_though_something_listened(amount: int | None, paid: int, status: str) -> None:
    with Desk(ACTS) as desk:
        deal = desk.new("acts", amount=None if amount is None else Decimal(amount))
        reply = desk.submit("event", {"name": "paid", "payload": {"amount": Decimal(paid)}}, deal)
        assert (reply.status, desk.fields(deal)["log"]) == (status, "paid" if status == "done" else None)


@pytest.mark.requirement("R51")
def test_tunnels_fill_link_start_and_give_away_the_new_deal() -> None:
    with Desk(ACTS) as desk:
        deal = desk.new("acts", amount=Decimal(7), email="a@example.test", log="why")
        desk.act(deal, "move", stage="done")
        first, second = (desk.deal(number) for number in (deal + 1, deal + 2))
        assert (first.stage, first.owner, first.f["from_"]) == ("second", "olga", deal)
        assert (first.f["sum"], first.f["email"], first.f["note"]) == (Decimal(7), "a@example.test", "why")
        assert (second.stage, second.owner, second.f["from_"]) == ("first", "second_", None)
        assert (second.f["sum"], second.f["note"]) == (None, "none")  # its own default where nothing is given


def test_a_tunnel_whose_condition_is_not_true_digs_nothing_and_asks_nothing() -> None:
    with Desk(ACTS) as desk:
        deal = desk.new("acts", amount=Decimal(1))
        desk.act(deal, "move", stage="done")  # the first tunnel would have asked for an email
        assert desk.store.counters.deal == deal + 1


def test_a_deal_hears_the_event_it_is_born_of() -> None:
    with Desk(ACTS) as desk:
        reply = desk.submit("event", {"name": "born", "payload": {"email": "a@example.test"}}, pipeline="acts")
        assert reply.deal is not None
        assert (desk.fields(reply.deal)["log"], desk.fields(reply.deal)["email"]) == ("born", "a@example.test")


def test_notes_files_and_troubles_dealt_with() -> None:
    with Desk(ACTS) as desk:
        deal = desk.new("acts")
        assert desk.act(deal, "note", text="hello") == [("note", {"kind": "note", "text": "hello"})]
        assert desk.act(deal, "attach", file="a1", name="a.pdf") == [
            ("note", {"kind": "file", "name": "a.pdf", "file": "a1"})
        ]
        desk.act(deal, "attach", file="b1", name="b.pdf", field="brief")
        assert desk.fields(deal)["brief"] == "b1"
        data = {"key": "x", "text": "a letter came back", "data": {"number": 7}}
        program = desk.programs.program("acts")
        red = decide(program, desk.deal(deal), Event("incident", data, desk.now))
        assert isinstance(red, Decision)
        assert red.deal is not None
        assert red.deal.flags == {"incident:x": {"at": desk.now, "text": "a letter came back", "number": 7}}
        healed = decide(program, red.deal, Event("resolve", {"flag": "incident:x"}, desk.now))
        assert isinstance(healed, Decision)
        assert healed.changes == [("flag", "incident:x", None)]
