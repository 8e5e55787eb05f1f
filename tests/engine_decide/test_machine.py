"""Random events on the ready pipelines and on hard ones: whatever people do, what must hold holds (U10).

``VORONKA_MACHINE=2000`` runs so many examples instead of a few.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
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
SEEDS = st.integers(0, 2**32 - 1)
LATER = {MINUTE: 20, HOUR: 20, 7 * HOUR: 20, DAY: 20, 3 * DAY: 10, 12 * DAY: 5, 60 * DAY: 1}  # how often


@cache
def definition(name: str) -> Programs:
    return ready(PIPELINES) if name == "ready" else programs(TEXTS[name])


def value(kind: Type, draw: Random, now: int, deals: list[int]) -> Any:
    """Some value of a type; sometimes none, sometimes an odd one."""
    if draw.random() < 0.12:
        return None
    match kind.kind:
        case "money":
            return Decimal(draw.randrange(100_000)) / draw.choice((1, 1, 1000))
        case "number" | "percent":
            return Decimal(draw.randrange(300)) / draw.choice((1, 100))
        case "integer" | "rating":
            return draw.randrange(12)
        case "bool":
            return draw.random() < 0.5
        case "date":
            return date(2026, 3, 2) + timedelta(days=draw.randrange(-60, 140))
        case "datetime":
            return Instant(now + draw.randrange(-100, 300) * HOUR)
        case "duration":
            return Duration(Decimal(draw.randrange(9)), draw.choice(("hour", "day", "workday", "month")))
        case "choice" | "resource":
            return draw.choice(kind.options).name if kind.options else None
        case "choices":
            return (draw.choice(kind.options).name,)
        case "link":
            return draw.choice(deals) if deals else None
        case "phone":
            return f"+7999123450{draw.randrange(10)}"
        case "email":
            return f"k{draw.randrange(5)}@example.test"
        case "url":
            return "https://example.test/"
        case "user":
            return draw.choice(("anna", "rita", "nobody"))
    return draw.choice(WORDS)


class Team(RuleBasedStateMachine):
    """People who do whatever comes to their minds, and time that passes.

    A step is a seed, and what it makes of the state it finds: dropping steps is how a failure becomes a short one.
    """

    sandbox: Sandbox

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[str, tuple[Any, ...]]] = []
        self.trouble: list[Exception] = []
        self.draw = Random(0)

    @initialize(name=st.sampled_from(["ready", "ready", *TEXTS]), seed=SEEDS)
    def begin(self, name: str, seed: int) -> None:
        self.programs = definition(name)
        self.draw = Random(seed)
        self.sandbox = Sandbox(self.programs, MONDAY)
        self.sandbox.host.decide = self.decide
        for pipeline in self.programs.definition.pipelines:
            program = self.programs.program(pipeline)
            for names in (list(program.pipeline.fields), []):
                self.do("submit", "create", {"fields": self.values(program, names)}, None, pipeline, "")

    def decide(self, program: Program, deal: Deal | None, event: Event) -> Decision | Asks:
        try:
            return invariants.watched(program, deal, event)
        except Exception as error:  # the host would take it for a definition's fault and go on
            self.trouble.append(error)
            raise

    @rule(seed=SEEDS)
    def step(self, seed: int) -> None:
        self.draw = Random(seed)
        if self.draw.random() < 0.2:
            self.do("wait", self.sandbox.now + self.draw.choices(list(LATER), list(LATER.values()))[0])
            return
        deals = range(1, self.sandbox.store.counters.deal + 1)
        kind = self.draw.choices(list(ACTS), list(ACTS.values()))[0]
        if kind in ("create", "person"):
            getattr(self, kind)()
        elif deals:
            deal = self.sandbox.deal(self.draw.choice(deals))
            getattr(self, kind)(deal, self.programs.program(deal.pipeline))

    # --- acting

    def do(self, method: str, *args: Any) -> None:
        self.done.append((method, args))
        _do(self.sandbox, method, args)
        if self.trouble:
            raise self.trouble[0]
        numbers = range(1, self.sandbox.store.counters.deal + 1)
        invariants.apart([self.sandbox.deal(number) for number in numbers])

    def submit(self, deal: Deal, kind: str, data: dict[str, Any]) -> None:
        people = ["", "", *self.sandbox.host.people.names]
        self.do("submit", kind, data, deal.id, None, self.draw.choice(people))

    def values(self, program: Program, names: Iterable[str]) -> dict[str, Any]:
        """Values for fields that can be written."""
        found = {}
        for name in names:
            field = program.pipeline.fields[name]
            if field.formula is None and field.type.kind != "links":
                found[name] = value(field.type, self.draw, self.sandbox.now, self.linked(field.type)) or None
        return found

    def linked(self, kind: Type) -> list[int]:
        numbers = range(1, self.sandbox.store.counters.deal + 1) if kind.kind == "link" else ()
        return [number for number in numbers if self.sandbox.deal(number).pipeline == kind.target]

    def some(self, program: Program, most: int) -> list[str]:
        fields = list(program.pipeline.fields)
        return self.draw.sample(fields, min(len(fields), self.draw.randint(1, most)))

    def create(self) -> None:
        program = self.programs.program(self.draw.choice(list(self.programs.definition.pipelines)))
        stage = self.draw.choice([None, None, *program.stages])
        data = {"fields": self.values(program, self.some(program, 8)), "stage": stage}
        self.do("submit", "create", data, None, program.pipeline.name, "")

    def person(self) -> None:
        what = self.draw.choice(("absent", "absent", "back", "leave"))
        people = self.sandbox.host.people.names
        if people:
            until = {"until": self.sandbox.now + self.draw.randint(1, 20) * DAY} if what == "absent" else {}
            self.do("person", what, self.draw.choice(people), until)

    def write(self, deal: Deal, program: Program) -> None:
        self.submit(deal, "set", {"fields": self.values(program, self.some(program, 4))})

    def move(self, deal: Deal, program: Program) -> None:
        self.submit(deal, "move", {"stage": self.draw.choice(list(program.stages))})

    def help_along(self, deal: Deal, program: Program) -> None:
        """Fill in what keeps a deal from a stage, and try."""
        wanted = self.draw.choice(list(program.stages))
        lists = [checklist.name for checklist in program.stages[deal.stage].stage.checklists]
        if lists:
            self.submit(deal, "tick", {"points": lists})
        self.submit(
            deal, "set", {"fields": self.values(program, {name for name, _, _ in program.stages[wanted].requires})}
        )
        self.submit(deal, "move", {"stage": wanted})

    def lose(self, deal: Deal, program: Program) -> None:
        reason = self.draw.choice([*program.reasons, "nothing"])
        self.submit(deal, "lose", {"reason": reason, "comment": self.draw.choice((None, "x", "x"))})

    def reopen(self, deal: Deal, program: Program) -> None:
        self.submit(deal, "reopen", {"stage": self.draw.choice([None, *program.stages])})

    def answer(self, deal: Deal, program: Program) -> None:
        opened = deal.open_tasks or list(deal.tasks.values())
        if not opened:
            return
        task = self.draw.choice(opened)
        declared = program.tasks_by_path.get(task.path)
        names = ["approved", "rejected"] if task.approval else list(declared.outcomes) if declared else []
        chosen = self.draw.choice(names) if names else None
        needed = set(self.some(program, 2)) if self.draw.random() < 0.3 else set()
        if declared is not None and self.draw.random() < 0.7:  # as somebody would who has read why not
            needed |= {name for name, _, _ in declared.requires}
            needed |= {
                name for name, _, _ in (declared.outcomes[chosen].requires if chosen in declared.outcomes else ())
            }
        comment = self.draw.choice((None, "x", "x"))
        fields = self.values(program, sorted(needed))
        data: dict[str, Any] = {"task": task.id, "outcome": chosen, "comment": comment, "fields": fields}
        if self.draw.random() < 0.3:
            data["next"] = {"title": "Next", "due": self.sandbox.now + DAY}
        self.submit(deal, "done", data)

    def reschedule(self, deal: Deal, program: Program) -> None:
        if opened := deal.open_tasks:
            due = self.sandbox.now + self.draw.randrange(-DAY, 20 * DAY)
            self.submit(deal, "reschedule", {"task": self.draw.choice(opened).id, "due": due, "comment": "x"})

    def event(self, deal: Deal, program: Program) -> None:
        if events := list(program.pipeline.events.values()):
            declared = self.draw.choice(events)
            payload = {key: value(kind, self.draw, self.sandbox.now, []) for key, kind, _ in declared.payload}
            self.submit(deal, "event", {"name": declared.name, "payload": payload})

    def small_thing(self, deal: Deal, program: Program) -> None:
        lists = [checklist.name for checklist in program.stages[deal.stage].stage.checklists]
        people = self.sandbox.host.people.names
        things: list[tuple[str, dict[str, Any]]] = [
            ("note", {"text": "x"}),
            ("contact", {}),
            ("tick", {"points": lists, "on": self.draw.random() < 0.5}),
            *([("assign", {"person": self.draw.choice(people)})] if people else []),
            *([("resolve", {"flag": sorted(deal.flags)[0]})] if deal.flags else []),
        ]
        self.submit(deal, *self.draw.choice(things))

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


# how often each is done
ACTS = {
    "write": 6, "answer": 5, "help_along": 3, "event": 3, "move": 2, "small_thing": 2,
    "lose": 1, "reopen": 1, "create": 1, "person": 1, "reschedule": 1,
}  # fmt: skip


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
    size = {"max_examples": LONG or 30, "stateful_step_count": 50}
    run_state_machine_as_test(Team, settings=settings(deadline=None, suppress_health_check=list(HealthCheck), **size))
