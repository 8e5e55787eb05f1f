"""Everything that rules and robots of a pipeline may do, each with what sets it off and what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from voronka.dsl.definition.actions import Action, AddTask, After, Approval, If, Lose, Move, Outcome, Robot, Task, Wait
from voronka.dsl.definition.expr import NOWHERE, Expr, Loc
from voronka.dsl.definition.model import Pipeline, Standing
from voronka.dsl.definition.moments import Happening, Moment, Trigger

ANYWHERE = None
"""The home of what belongs to the pipeline and not to a stage."""
# causes that need nobody and no time; causes that need only time; every other one needs somebody outside
AT_ONCE = frozenset({"state", "entry", "closing"})
BY_TIME = frozenset({"time"})
# Of a happening without an offset. Kinds that are not named here come from people or from outside.
_CAUSES = {"entry": "entry", "closing": "closing", "change": "change", "overdue": "time"}


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition on the way to an action, with the number of actions done before it was asked."""

    when: Expr
    loc: Loc
    holds: bool = True


def guard(when: Expr | None, loc: Loc, holds: bool = True) -> tuple[Guard, ...]:
    """A condition as a step, if there is one; it points at itself where it knows its place."""
    if when is None:
        return ()
    return (Guard(when, when.loc if when.loc.line else loc, holds),)


Before: TypeAlias = "Guard | Action"


@dataclass(frozen=True, slots=True)
class Deed:
    """An action that nobody does by hand.

    ``home``: the stage whose visit it belongs to, or ANYWHERE. ``cause``: state entry closing time change date event
    person exit. ``before``: guards and actions on the way to it in the same run, in order; after a delay they start
    anew. ``length`` is how long it takes when the cause is time. ``bounded``: it happens a limited number of times a
    deal. ``task`` and ``outcome``: the answer that it follows. ``reason``: of the loss that it follows.
    """

    home: str | None
    cause: str
    action: Action | Standing
    before: tuple[Before, ...] = ()
    length: Expr | None = None
    trigger: Trigger | None = None
    task: Task | None = None
    outcome: Outcome | None = None
    reason: str = ""
    bounded: bool = False

    @property
    def loc(self) -> Loc:
        return self.action.loc

    @property
    def guards(self) -> list[Guard]:
        return [step for step in self.before if isinstance(step, Guard)]


def deeds(pipeline: Pipeline) -> Iterator[Deed]:
    """All deeds of a pipeline: stages in order, then the pipeline's own, then what losses bring with them."""
    for name, stage in pipeline.stages.items():
        start = Deed(name, "entry", _NOTHING)
        placed = {task.path for task in stage.tasks}
        entry = tuple(a for a in stage.entry if not (isinstance(a, AddTask) and a.task.path in placed))
        yield from _run(entry, start)
        for task in stage.tasks:
            cause = "entry" if task.when is None else "state"
            planned = AddTask(task, task.path, task.loc)
            yield replace(start, cause=cause, action=planned, before=guard(task.when, task.loc))
            yield from _of_task(task, start)
        for robot in stage.robots:
            yield from _of_robot(robot, start)
        if stage.limit:
            yield from _run(stage.limit.actions, replace(start, cause="time", length=stage.limit.length))
        for approval in stage.approvals:
            yield from _of_approval(approval, start)
        for rule in stage.standing:
            yield _standing(rule, start)
    own = Deed(ANYWHERE, "person", _NOTHING)
    for robot in pipeline.robots:
        yield from _of_robot(robot, own)
    for task in pipeline.tasks:
        planned = AddTask(task, task.path, task.loc)
        yield replace(own, cause="state", action=planned, before=guard(task.when, task.loc))
        yield from _of_task(task, own)
    for approval in pipeline.approvals:
        yield from _of_approval(approval, own)
    lost = pipeline.lost
    for reason in pipeline.reasons.values():
        if lost is not None:
            yield from _run(reason.actions, Deed(lost.name, "entry", _NOTHING, reason=reason.name))


def tasks_by_home(pipeline: Pipeline) -> Mapping[str, tuple[frozenset[str] | None, Loc]]:
    """For every task, the stages in whose visits it can be (None: in any), and where it is declared."""
    found: dict[str, tuple[frozenset[str] | None, Loc]] = {}

    def add(name: str, home: str | None, loc: Loc) -> None:
        homes, first = found.get(name, (frozenset(), loc))
        found[name] = (None if home is None or homes is None else homes | {home}, first)

    for deed in deeds(pipeline):
        if isinstance(deed.action, AddTask):
            add(deed.action.task.name, deed.home, deed.action.task.loc)
    for stage in pipeline.stages.values():
        for approval in stage.approvals:
            add(approval.name, stage.name, approval.loc)
    for approval in pipeline.approvals:
        add(approval.name, ANYWHERE, approval.loc)
    return found


def cause_of(happening: Happening) -> str:
    if happening.kind == "instant":
        return "date"
    if happening.kind in ("event", "exit"):
        return happening.kind
    return _CAUSES.get(happening.kind, "person")


def cause_of_moment(moment: Moment) -> str:
    """What a moment needs in order to come: only time, if it counts from the entry or the closing."""
    if moment.offset is None and not (moment.times and moment.base.kind in ("entry", "closing")):
        return cause_of(moment.base)
    if moment.base.kind in ("entry", "closing"):
        return "time" if moment.sign > 0 else "date"
    cause = cause_of(moment.base)
    return "date" if cause in ("entry", "closing", "time") else cause


_NOTHING = Standing("", NOWHERE)


def _standing(rule: Standing, start: Deed) -> Deed:
    before = guard(rule.when, rule.loc)
    if rule.moment is None:
        return replace(start, cause="state", action=rule, before=before)
    if rule.moment.times and rule.moment.offset is None and rule.moment.base.kind != "instant":
        before = ()  # it is asked when it happens, and acted on later
    return replace(start, cause=cause_of_moment(rule.moment), action=rule, before=before, length=rule.moment.offset)


def _of_robot(robot: Robot, start: Deed, outer: str = "entry") -> Iterator[Deed]:
    """``outer``: what brought about the task that a hook belongs to."""
    for trigger in robot.triggers:
        cause, length = "person", None
        if trigger.kind in ("every", "cron"):
            cause = "time"
        elif trigger.moment is not None:
            cause, length = cause_of_moment(trigger.moment), trigger.moment.offset
        elif trigger.happening is not None:
            cause = cause_of(trigger.happening)
            if trigger.times and cause in AT_ONCE:
                cause = "time"
        if cause in AT_ONCE | BY_TIME and outer not in AT_ONCE | BY_TIME:
            cause = outer
        # with a time of day, it is asked when it happens and acted on later
        delayed = trigger.kind == "on" and trigger.times
        guards = () if delayed else guard(trigger.when, trigger.loc if trigger.loc.line else robot.loc)
        bounded = bool(trigger.at_most) and start.home is ANYWHERE
        # on the way out the deal is in its next visit already
        home = ANYWHERE if cause == "exit" else start.home
        made = replace(
            start,
            home=home,
            cause=cause,
            length=length,
            trigger=trigger,
            before=(*start.before, *guards),
            bounded=bounded,
        )
        yield from _run(robot.actions, made)


def _of_task(task: Task, start: Deed) -> Iterator[Deed]:
    inside = replace(start, cause="person", task=task, before=(), length=None, trigger=None)
    for outcome in task.outcomes:
        answered = replace(inside, outcome=outcome, before=guard(outcome.when, outcome.loc))
        if outcome.again is not None:
            yield from _run(outcome.again.otherwise, answered)
        yield from _run(outcome.actions, answered)
    for hook in task.hooks:
        yield from _of_robot(hook, inside, start.cause)


def _of_approval(approval: Approval, start: Deed) -> Iterator[Deed]:
    for hook in approval.hooks:
        yield from _of_robot(hook, replace(start, cause="person"))


def _run(actions: tuple[Action, ...], start: Deed) -> Iterator[Deed]:
    """The deeds of a block, one after another, with those of the blocks inside it."""
    here = start
    for action in actions:
        when = getattr(action, "when", None)
        reached = here if when is None else replace(here, before=(*here.before, *guard(when, action.loc)))
        if isinstance(action, If):
            yield replace(here, action=action)
            yield from _run(action.then, reached)
            yield from _run(
                action.otherwise, replace(here, before=(*here.before, *guard(action.when, action.loc, False)))
            )
        else:
            yield replace(reached, action=action)
        match action:
            case AddTask():
                yield from _of_task(action.task, here)
            case After():
                yield from _run(action.actions, _later(here, action.length))
            case Wait():
                yield from _run(action.then, replace(_later(here, None), cause="event" if action.event else "person"))
                yield from _run(action.otherwise, _later(here, action.length))
            case Move() | Lose():
                here = replace(here, home=ANYWHERE)  # what follows it may happen in another stage already
        here = replace(here, before=(*here.before, action))


def _later(start: Deed, length: Expr | None) -> Deed:
    """Where a delayed block starts: time has passed, so what was known on the way to it may be so no longer."""
    cause = "time" if start.cause in AT_ONCE | BY_TIME else start.cause
    return replace(start, cause=cause, before=(), length=length, outcome=None)
