"""``was`` applies to everything that has a name: deals in the midst of things go on as if nothing had happened (U4)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.engine_host.office import DAY, Office, programs
from voronka.engine.plan.applying import apply
from voronka.engine.plan.plan import SAFE, make

SHOP = """\
team t "T" {
  person anna "Anna" is manager
  person ivan "Ivan" is manager
}
pipeline sales "Sales" {
  timezone "Europe/Moscow"
  role manager "Manager"
  owner is manager by round robin
  field number "Number" text
  field kind "Kind" choice { hot "Hot"  cold "Cold" }
  event ping "Ping" by number
  robot sweep "Sweep" { every day at 09:00 at most 5 times  notify owner "x" }
  robot before "Before" { on event ping  after 2 days { notify owner "later" } }
  stage new "New" {
    checklist quiz "Quiz" { a "A?"  b "B?" }
    task call "Call" {
      assign owner
      due 3 days after entry
      outcome yes_ "Yes"
      outcome no_ "No" { again in 1 day at most 3 times else { notify owner "enough" } }
    }
    approval disc "Disc" when kind is hot { assign manager  covers kind }
  }
  stage two "Two" { require kind }
  won paid "Paid"
  lost gone "Gone" {
    reason price "Price"
    reason time_ "Time" { return to new 30 days after closing }
  }
}
"""

NAMES = {
    "pipeline": {"sales": "deals"},
    "role": {"manager": "seller"},
    "field": {"number": "code", "kind": "heat"},
    "option": {"hot": "burning"},
    "event": {"ping": "pong"},
    "robot": {"sweep": "tour", "before": "ahead"},
    "stage": {"new": "fresh", "two": "second", "paid": "won_", "gone": "bye"},
    "checklist": {"quiz": "exam"},
    "task": {"call": "ring"},
    "outcome": {"no_": "nope"},
    "approval": {"disc": "rebate"},
    "reason": {"price": "dear", "time_": "later_"},
}
ALL = {old: new for names in NAMES.values() for old, new in names.items()}


def renamed(names: dict[str, str]) -> str:
    """The shop with other names everywhere, and a `was` where they are declared."""
    text = SHOP
    for old, new in names.items():
        text = re.sub(rf'\b{old} "', f'{new} "', text)
        text = re.sub(rf'\b{new} ("[^"]*")', rf"{new} \1 was {old}", text)
        text = re.sub(rf"(?<!was )\b{old}\b(?! \")", new, text)
    return text


def lively(office: Office) -> None:
    """An attempt, a tick, an approval asked for and some given, a block put off, a loss that returns."""
    for n in (1, 2, 3, 4):
        office.submit("create", {"fields": {"number": f"N{n}", "kind": "hot"}}, pipeline="sales")
    tasks = {task.name: task.id for task in office.deal(1).open_tasks}
    office.submit("done", {"task": tasks["call"], "outcome": "no_"}, deal=1, actor="anna")
    office.submit("tick", {"points": ["quiz.a"]}, deal=1)
    office.submit("event", {"name": "ping"}, deal=1)
    given = {task.name: task.id for task in office.deal(2).open_tasks}
    office.submit("done", {"task": given["disc"], "outcome": "approved"}, deal=2, actor="anna")
    office.submit("lose", {"reason": "time_"}, deal=3, actor="anna")
    office.submit("done", {"task": 1, "outcome": "approved"}, deal=4, actor="anna")
    office.submit("move", {"stage": "two"}, deal=4)


def later(office: Office, names: dict[str, str]) -> list[dict[str, Any]]:
    """Every deal as it is, and as it becomes when time goes on, in the words of the shop."""
    found = []
    for days in (0, 2, 5, 40):
        office.wait(days * DAY)
        for n in (1, 2, 3, 4):
            deal = office.deal(n)
            shown = {
                "where": [deal.pipeline, deal.stage, deal.entered, deal.closed, deal.reason, deal.owner],
                "fields": {name: value for name, value in deal.f.items() if value is not None},
                "checks": dict.fromkeys(deal.checks, 1),
                "tasks": [[t.name, t.status, t.due, t.attempts, t.outcome, t.assignee] for t in deal.tasks.values()],
                "approvals": {name: [one["state"], one["covered"]] for name, one in deal.approvals.items()},
                "timers": {re.sub(r":\d+$", "", key): timer[0] for key, timer in deal.timers.items()},
                "counts": dict(deal.counts),
                "flags": dict.fromkeys(deal.flags, 1),
                "marks": dict(deal.marks),
            }
            text = json.dumps(shown)
            for old, new in names.items():
                text = re.sub(rf"\b{new}\b", old, text)
            found.append(json.loads(text))
    return found


@pytest.mark.requirement("U4")
@pytest.mark.parametrize("kind", [*NAMES, "all"])
def test_a_deal_goes_on_under_new_names(kind: str) -> None:
    names = ALL if kind == "all" else NAMES[kind]
    after = programs(renamed(names))
    with Office(text=SHOP) as still, Office(text=SHOP) as office:
        lively(still)
        lively(office)
        plan = make(office.store, after, office.now)
        assert plan.code == SAFE
        assert {case.kind for case in plan.cases} & {"task-new", "task-cancelled", "stranded"} == set()
        assert apply(office.host, after).outcome == "applied"
        assert later(office, names) == later(still, {})
