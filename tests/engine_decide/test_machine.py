"""Random events on the ready pipelines and on hard ones: whatever people do, what must hold holds (U10).

``VORONKA_MACHINE=2000`` runs so many examples instead of a few.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.engine_decide import invariants
from tests.engine_decide.desk import DAY, HOUR, MINUTE, MONDAY, programs
from tests.engine_decide.test_completion import BLOCKED, STEPS
from tests.engine_decide.test_gates import DEALS, TUNNELS
from tests.engine_decide.test_losses import LOSSES, ORDERS
from tests.engine_decide.test_people import FOLKS
from tests.engine_decide.test_tasks import MOVED, WORK
from tests.engine_decide.test_timers import CLOCKS
from tests.pipelines.ready import PIPELINES
from tests.pipelines.ready import programs as ready
from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.deal.protocol import Asks, Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.host.commands import Reply
from voronka.engine.program.build import Program, Programs
from voronka.engine.sandbox import Sandbox
from voronka.engine.store import read
from voronka.engine.store.verify import verify

LONG = int(os.environ.get("VORONKA_MACHINE", "0"))
TEXTS = {
    "deals": DEALS, "tunnels": TUNNELS, "steps": STEPS, "blocked": BLOCKED, "work": WORK, "moved": MOVED,
    "clocks": CLOCKS, "folks": FOLKS, "losses": LOSSES, "orders": ORDERS,
}  # fmt: skip
WORDS = ("x", "y", "k", "three", "review", "give", "anna", "nothing", "escalated", "")
# small numbers are drawn most: they are spread, so that all is chosen alike
NUMBERS = st.integers(0, 2**24).map(lambda n: n * 2654435761 % 2**32)
LATER = (MINUTE, HOUR, 7 * HOUR, DAY, 3 * DAY, 12 * DAY, 60 * DAY)


@cache
def definition(name: str) -> Programs:
    return ready(PIPELINES) if name == "ready" else programs(TEXTS[name])


def value(kind: Type, n: int, now: int, deals: list[int]) -> Any:
    """Some value of a type; sometimes none, sometimes an odd one."""
    if n % 7 == 0:
        return None
    match kind.kind:
        case "money":
            return Decimal(n % 100_000) / (1 if n % 2 else 1000)
        case "number" | "percent":
            return Decimal(n % 300) / 100
        case "integer" | "rating":
            return n % 12
        case "bool":
            return n % 2 == 0
        case "date":
            return date(2026, 3, 2) + timedelta(days=n % 200 - 60)
        case "datetime":
            return Instant(now + (n % 400 - 100) * HOUR)
        case "duration":
            return Duration(Decimal(n % 9), ("hour", "day", "workday", "month")[n % 4])
        case "choice" | "resource":
            return kind.options[n % len(kind.options)].name if kind.options else None
        case "choices":
            return (kind.options[n % len(kind.options)].name,)
        case "link":
            return deals[n % len(deals)] if deals else None
        case "phone":
            return f"+7999123450{n % 10}"
        case "email":
            return f"k{n % 5}@example.test"
        case "url":
            return "https://example.test/"
        case "user":
            return ("anna", "rita", "nobody")[n % 3]
    return WORDS[n % len(WORDS)]


class Team(RuleBasedStateMachine):
    """People who do whatever comes to their minds, and time that passes."""

    sandbox: Sandbox

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[str, tuple[Any, ...]]] = []
        self.trouble: list[Exception] = []

    @initialize(name=st.sampled_from(["ready", "ready", *TEXTS]))
    def begin(self, name: str) -> None:
        self.programs = definition(name)
        self.sandbox = Sandbox(self.programs, MONDAY)
        self.sandbox.host.decide = self.decide
        for place, pipeline in enumerate(self.programs.definition.pipelines.values()):
            fields = {n: value(f.type, place + 5, MONDAY, []) for n, f in pipeline.fields.items() if f.formula is None}
            given = {name: given for name, given in fields.items() if given not in (None, "")}
            for deal in (given, {}):
                self.do("submit", "create", {"fields": deal}, None, pipeline.name, "")

    def decide(self, program: Program, deal: Deal | None, event: Event) -> Decision | Asks:
        try:
            return invariants.watched(program, deal, event)
        except Exception as error:  # the host would take it for a definition's fault and go on
            self.trouble.append(error)
            raise

    # --- acting

    def do(self, method: str, *args: Any) -> None:
        self.done.append((method, args))
        _do(self.sandbox, method, args)
        if self.trouble:
            raise self.trouble[0]
        invariants.apart([deal for number in self.deals() if (deal := self.sandbox.host.deal(number)) is not None])

    def deals(self) -> list[int]:
        return list(range(1, self.sandbox.store.counters.deal + 1))

    def deal(self, n: int) -> tuple[Deal, Program] | None:
        deals = self.deals()
        if not deals:
            return None
        deal = self.sandbox.deal(deals[n % len(deals)])
        return deal, self.programs.program(deal.pipeline)

    def submit(self, deal: Deal, kind: str, data: dict[str, Any], by: int = 0) -> None:
        people = ["", *self.sandbox.host.people.names]
        self.do("submit", kind, data, deal.id, None, people[by % len(people)])

    @rule(which=NUMBERS, where=NUMBERS, values=st.lists(NUMBERS, max_size=8))
    def create(self, which: int, where: int, values: list[int]) -> None:
        names = list(self.programs.definition.pipelines)
        program = self.programs.program(names[which % len(names)])
        stages = [None, None, *program.stages]
        data = {"fields": self.values(program, values), "stage": stages[where % len(stages)]}
        self.do("submit", "create", data, None, program.pipeline.name, "")

    def values(self, program: Program, picks: list[int]) -> dict[str, Any]:
        fields = [(name, field) for name, field in program.pipeline.fields.items() if field.type.kind != "links"]
        found: dict[str, Any] = {}
        for n in picks:
            if fields:
                name, field = fields[n % len(fields)]
                given = value(field.type, n // len(fields), self.sandbox.now, self.linked(field.type))
                found[name] = None if given == "" else given
        return found

    def needed(self, program: Program, names: list[str], n: int) -> dict[str, Any]:
        """Values for fields that something asks for."""
        fields = {name: program.pipeline.fields[name] for name in names}
        plain = {name: field.type for name, field in fields.items() if field.formula is None}
        found = {name: value(kind, n | 1, self.sandbox.now, self.linked(kind)) for name, kind in plain.items()}
        return {name: given for name, given in found.items() if given not in (None, "")}

    def linked(self, kind: Type) -> list[int]:
        return [n for n in self.deals() if self.sandbox.deal(n).pipeline == kind.target] if kind.kind == "link" else []

    @rule(who=NUMBERS, picks=st.lists(NUMBERS, min_size=1, max_size=6), by=NUMBERS)
    def write(self, who: int, picks: list[int], by: int) -> None:
        if (found := self.deal(who)) is not None:
            self.submit(found[0], "set", {"fields": self.values(found[1], picks)}, by)

    @rule(who=NUMBERS, where=NUMBERS)
    def move(self, who: int, where: int) -> None:
        if (found := self.deal(who)) is not None:
            stages = list(found[1].stages)
            self.submit(found[0], "move", {"stage": stages[where % len(stages)]})

    @rule(who=NUMBERS, where=NUMBERS)
    def help_along(self, who: int, where: int) -> None:
        """Fill in what keeps a deal from a stage, and try."""
        if (found := self.deal(who)) is None:
            return
        deal, program = found
        stages = list(program.stages)
        wanted = stages[where % len(stages)]
        lists = [c.name for c in program.stages[deal.stage].stage.checklists]
        if lists:
            self.submit(deal, "tick", {"points": lists})
        names = [name for name, _, _ in program.stages[wanted].requires]
        self.submit(deal, "set", {"fields": self.needed(program, names, where)})
        self.submit(deal, "move", {"stage": wanted})

    @rule(who=NUMBERS, why=NUMBERS, comment=st.sampled_from([None, "x"]))
    def lose(self, who: int, why: int, comment: str | None) -> None:
        if (found := self.deal(who)) is not None:
            reasons = [*found[1].reasons, "nothing"]
            self.submit(found[0], "lose", {"reason": reasons[why % len(reasons)], "comment": comment})

    @rule(who=NUMBERS, where=NUMBERS)
    def reopen(self, who: int, where: int) -> None:
        if (found := self.deal(who)) is not None:
            stages = [None, *found[1].stages]
            self.submit(found[0], "reopen", {"stage": stages[where % len(stages)]})

    @rule(
        who=NUMBERS,
        which=NUMBERS,
        outcome=NUMBERS,
        picks=st.lists(NUMBERS, max_size=3),
        comment=st.sampled_from([None, "x"]),
    )
    def answer(self, who: int, which: int, outcome: int, picks: list[int], comment: str | None) -> None:
        found = self.deal(who)
        if found is None or not found[0].tasks:
            return
        deal, program = found
        opened = deal.open_tasks or list(deal.tasks.values())
        task = opened[which % len(opened)]
        declared = program.tasks_by_path.get(task.path)
        names = ["approved", "rejected"] if task.approval else list(declared.outcomes) if declared else []
        chosen = names[outcome % len(names)] if names else None
        fields = self.values(program, picks)
        if declared is not None and outcome % 3:  # as somebody would who has read why not
            needed = [*declared.requires, *(declared.outcomes[chosen].requires if chosen in declared.outcomes else ())]
            fields |= self.needed(program, [name for name, _, _ in needed], outcome)
        data: dict[str, Any] = {"task": task.id, "outcome": chosen, "comment": comment, "fields": fields}
        if outcome % 5 == 0:
            data["next"] = {"title": "Next", "due": self.sandbox.now + DAY}
        self.submit(deal, "done", data, which)

    @rule(who=NUMBERS, which=NUMBERS, later=NUMBERS)
    def reschedule(self, who: int, which: int, later: int) -> None:
        found = self.deal(who)
        if found is not None and (opened := found[0].open_tasks):
            data = {
                "task": opened[which % len(opened)].id,
                "due": self.sandbox.now + later % (20 * DAY) - DAY,
                "comment": "x",
            }
            self.submit(found[0], "reschedule", data, later)

    @rule(who=NUMBERS, which=NUMBERS, n=NUMBERS)
    def event(self, who: int, which: int, n: int) -> None:
        found = self.deal(who)
        if found is None or not found[1].pipeline.events:
            return
        events = list(found[1].pipeline.events.values())
        declared = events[which % len(events)]
        payload = {
            key: value(kind, n + place, self.sandbox.now, []) for place, (key, kind, _) in enumerate(declared.payload)
        }
        self.submit(found[0], "event", {"name": declared.name, "payload": payload})

    @rule(who=NUMBERS, which=NUMBERS)
    def small_things(self, who: int, which: int) -> None:
        if (found := self.deal(who)) is None:
            return
        deal, program = found
        lists = [c.name for c in program.stages[deal.stage].stage.checklists]
        people = self.sandbox.host.people.names
        things: list[tuple[str, dict[str, Any]]] = [
            ("note", {"text": "x"}),
            ("contact", {}),
            ("tick", {"points": lists, "on": which % 2 == 0}),
            *([("assign", {"person": people[which % len(people)]})] if people else []),
            *([("resolve", {"flag": sorted(deal.flags)[0]})] if deal.flags else []),
            ("timer", {"key": (*deal.timers, "t:1")[which % (len(deal.timers) + 1)], "gen": which % 9}),
        ]
        kind, data = things[which % len(things)]
        if kind != "timer":
            self.submit(deal, kind, data)

    @rule(who=NUMBERS, what=st.sampled_from(["absent", "absent", "back", "leave"]), days=st.integers(1, 20))
    def person(self, who: int, what: str, days: int) -> None:
        people = self.sandbox.host.people.names
        if people:
            until = {"until": self.sandbox.now + days * DAY} if what == "absent" else {}
            self.do("person", what, people[who % len(people)], until)

    @rule(later=st.sampled_from(LATER))
    def time_passes(self, later: int) -> None:
        self.do("wait", self.sandbox.now + later)

    # --- at the end

    def teardown(self) -> None:
        if not hasattr(self, "sandbox"):
            return
        if not self.trouble:
            report = verify(self.sandbox.store)
            assert report.ok, report.problems
            with Sandbox(self.programs, MONDAY) as twin:
                for method, args in self.done:
                    _do(twin, method, args)
                assert twin.store.counters.digest == self.sandbox.store.counters.digest, "the same events, the same log"
                assert list(read.rows_after(twin.store, 0)) == list(read.rows_after(self.sandbox.store, 0))
        self.sandbox.store.close()


def _do(sandbox: Sandbox, method: str, args: tuple[Any, ...]) -> Reply | None:
    if method == "submit":
        kind, data, deal, pipeline, actor = args
        return sandbox.submit(kind, {**data}, deal, pipeline, actor)
    if method == "person":
        return sandbox.person(args[0], args[1], **args[2])
    sandbox.wait(*args)
    return None


@pytest.mark.requirement("U10")
def test_whatever_people_do() -> None:
    size = {"max_examples": LONG or 25, "stateful_step_count": 60 if LONG else 30}
    run_state_machine_as_test(Team, settings=settings(deadline=None, suppress_health_check=list(HealthCheck), **size))
