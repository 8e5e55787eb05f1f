"""What the analyses claim of random pipelines, against every way that the engine can take a deal through them (U1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voronka.dsl.check.flow import analyse
from voronka.dsl.definition.actions import Require, SetField
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import CalendarSpec, Definition, Field, Gate, Pipeline, Stage, Standing
from voronka.dsl.definition.types import BOOL, Title
from voronka.dsl.text.source import Source
from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide import decide
from voronka.engine.program.build import Program, build

STAGES = ("a", "b", "c")
FIELDS = ("x", "y")
VALUES = (None, True, False)
NO_TITLE = Title((("en", "T"),))
SOURCE = Source("p.pipeline", "\n" * 60)


def ref(name: str) -> Expr:
    return Expr("field", BOOL, name)


def nothing() -> st.SearchStrategy[None]:
    return st.none()


LITERALS = st.one_of(
    st.builds(ref, st.sampled_from(FIELDS)),
    st.builds(lambda name: Expr("not", BOOL, None, (ref(name),)), st.sampled_from(FIELDS)),
    st.builds(
        lambda op, name: Expr(op, BOOL, None, (ref(name),)), st.sampled_from(["set", "unset"]), st.sampled_from(FIELDS)
    ),
)
CONDITIONS = st.one_of(
    LITERALS,
    st.builds(lambda op, a, b: Expr(op, BOOL, None, (a, b)), st.sampled_from(["and", "or"]), LITERALS, LITERALS),
)


@dataclass
class Plan:
    """What a stage is made of; places count lines, so that a finding names what it is about."""

    rules: list[tuple[str, Expr]]
    enter: list[Expr]
    leave: list[Expr]
    require: list[str]
    sets: list[tuple[str, bool | None]]


PLANS = st.builds(
    Plan,
    st.lists(st.tuples(st.sampled_from([*STAGES, "won"]), CONDITIONS), max_size=2),
    st.lists(CONDITIONS, max_size=1),
    st.lists(CONDITIONS, max_size=2),
    st.lists(st.sampled_from(FIELDS), max_size=1),
    st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(VALUES)), max_size=1),
)


def stage(name: str, plan: Plan, line: int) -> Stage:
    def at(n: int) -> Loc:
        return Loc("p.pipeline", line + n, 1, line + n, 2)

    actions = [
        SetField(f, None if v is None else Expr("const", BOOL, v), None, f"{name}/set{i}", at(8 + i))
        for i, (f, v) in enumerate(plan.sets)
    ]
    return Stage(
        name,
        NO_TITLE,
        "open",
        at(0),
        requires=tuple(Require(f, None, at(1)) for f in plan.require),
        enter=tuple(Gate(when, NO_TITLE, at(2)) for when in plan.enter),
        leave=tuple(Gate(when, NO_TITLE, at(3)) for when in plan.leave),
        entry=tuple(actions),
        standing=tuple(
            Standing(f"{name}/{i}", at(4 + i), target, "", when) for i, (target, when) in enumerate(plan.rules)
        ),
    )


def definition(plans: list[Plan], won: list[Expr], checks: list[Expr]) -> Definition:
    stages = {name: stage(name, plan, 1 + 10 * i) for i, (name, plan) in enumerate(zip(STAGES, plans, strict=True))}
    gates = tuple(Gate(when, NO_TITLE, Loc("p.pipeline", 42, 1, 42, 2)) for when in won)
    stages["won"] = Stage("won", NO_TITLE, "won", Loc("p.pipeline", 40, 1, 40, 2), enter=gates)
    stages["lost"] = Stage("lost", NO_TITLE, "lost", Loc("p.pipeline", 50, 1, 50, 2))
    fields = {name: Field(name, NO_TITLE, BOOL, Loc("p.pipeline", 55)) for name in FIELDS}
    bound = tuple(Gate(when, NO_TITLE, Loc("p.pipeline", 57 + i, 1, 57 + i, 2)) for i, when in enumerate(checks))
    loc = Loc("p.pipeline", 1)
    pipeline = Pipeline("p", NO_TITLE, "pipeline", loc, "UTC", "always", "", stages, fields, checks=bound)
    calendars = {"always": CalendarSpec("always", NO_TITLE, "", Loc("p.pipeline", 1))}
    return Definition({"p": pipeline}, calendars, {}, {}, {}, {}, ((SOURCE.name, SOURCE.text),))


@dataclass
class Seen:
    """Everything that happened to deals: stages they came into, rules that moved them, stages they went on from."""

    entered: set[str] = field(default_factory=set)
    ruled: set[str] = field(default_factory=set)
    onward: set[str] = field(default_factory=set)
    runaway: bool = False


def explore(program: Program) -> Seen:
    """Take deals through every state that people can bring them to: by creating, setting fields, moving by hand."""
    seen = Seen()
    order = list(program.stages)
    known: dict[tuple[object, ...], Deal] = {}
    waiting: list[Deal] = []

    def step(deal: Deal | None, kind: str, **data: object) -> None:
        decided = decide(program, deal, Event(kind, {"id": 1, **data}, at=0))
        assert isinstance(decided, Decision)
        if any(unmet.kind == "runaway" for unmet in decided.refused):
            seen.runaway = True
        if decided.refused or decided.deal is None:
            return
        here, moved = (None if deal is None else deal.stage), False
        path = ""
        for change in decided.changes:
            if change[0] == "by":
                path = str(change[1])
            elif change[0] == "stage":
                target = str(change[1])
                seen.entered.add(target)
                if here is not None and order.index(target) > order.index(here):
                    seen.onward.add(here)
                # a move by hand comes first and has no cause
                if (moved or kind == "set" or deal is None) and here is not None:
                    seen.ruled.add(path)
                here, moved = target, True
        after = decided.deal
        state = (after.stage, after.closed is not None, *(after.f[name] for name in FIELDS))
        if state not in known:
            known[state] = after
            waiting.append(after)

    for name, values in product(STAGES, product(VALUES, repeat=2)):
        given = {field_: value for field_, value in zip(FIELDS, values, strict=True) if value is not None}
        step(None, "create", stage=name, fields=given)
    while waiting:
        deal = waiting.pop()
        if deal.closed is not None:
            continue
        for name, value in product(FIELDS, VALUES):
            step(deal, "set", fields={name: value})
        step(deal, "set", fields=dict.fromkeys(FIELDS, True))
        for name in (*STAGES, "won"):
            if name != deal.stage:
                step(deal, "move", stage=name)
    return seen


@pytest.mark.requirement("U1")
@settings(max_examples=60)
@given(st.lists(PLANS, min_size=3, max_size=3), st.lists(CONDITIONS, max_size=2), st.lists(CONDITIONS, max_size=1))
def test_claims_hold_in_the_engine(plans: list[Plan], won: list[Expr], checks: list[Expr]) -> None:
    made = definition(plans, won, checks)
    found: dict[str, list[int]] = {}
    for one in analyse(made, {SOURCE.name: SOURCE}):
        found.setdefault(one.code.id, []).append(one.span.line)
    seen = explore(build(made).program("p"))
    stages = made.pipelines["p"].stages

    shut = {
        name
        for i, name in enumerate(STAGES)
        if {1 + 10 * i, 3 + 10 * i} & {*found.get("V501", ()), *found.get("V511", ())}
    }
    assert not shut & seen.entered, "stages no deal comes into"
    # what goes round without end is refused, and so keeps deals out of stages that are open to them; so does a check
    # that new deals break, of which only that is said
    assert seen.runaway or checks or shut == set(STAGES) - seen.entered, "stages no deal comes into, all of them"
    rules = {rule.loc.line: rule.path for one in stages.values() for rule in one.standing}
    for code in ("V541", "V513", "V515", "V547"):
        assert not {rules[line] for line in found.get(code, ()) if line in rules} & seen.ruled, (
            f"{code}: such a rule moved a deal"
        )
    dead = {name for i, name in enumerate(STAGES) if {1 + 10 * i} & set(found.get("V505", ()))}
    dead |= {name for i, name in enumerate(STAGES) if {4 + 10 * i} & set(found.get("V511", ()))}
    assert not dead & seen.onward, "stages no deal goes on from"
    if "V503" in found:
        assert "won" not in seen.entered
    if "won" not in seen.entered and not any(plan.rules or plan.sets for plan in plans):
        # rules that take deals away at once may keep them from being won too: that is beyond what is claimed
        assert {"V503", "V505", "V511", "V501"} & set(found), "a pipeline that cannot be won is always reported"
    assert seen.runaway or "V531" not in found, "deals go round within one event"
    # what a check may forbid to be set on the way is not followed
    assert checks or "V531" in found or not seen.runaway, "deals go round within one event, and it is said"
