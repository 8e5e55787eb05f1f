"""A program that tells what it looks at: the same compiled code, with every condition joined to its traced twin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.expr import NOWHERE, Loc
from voronka.engine.compile import Ctx, Trace
from voronka.engine.deal.state import Deal
from voronka.engine.program.build import Program, Programs
from voronka.engine.program.parts import Assign, Condition, Listener, RobotProgram, TaskProgram

_NONE: list[Listener] = []


@dataclass(frozen=True, slots=True)
class Role:
    """What a condition decides about.

    ``kind``: robot rule task outcome due assign approval sentence field require return check stage. ``path``: of the
    robot, rule, task or sentence, else a name.
    """

    kind: str
    path: str
    loc: Loc = NOWHERE


@dataclass(frozen=True, slots=True)
class Heard:
    """One look. ``trace`` is None for a robot that something was said to, whatever its condition says."""

    role: Role
    trace: Trace | None
    key: str = ""  # what happened: event:payment, task:call:reached


Hear = Callable[[Heard], None]


def listening(programs: Programs, pipeline: str, hear: Hear) -> Program:
    """A pipeline's program of its own, compiled anew, that tells ``hear`` of every condition it looks at."""
    own = Programs(programs.definition)
    own.__dict__["hash"] = programs.hash  # it is this version, whatever calendars are expanded to now
    program = own.program(pipeline)
    for role, condition in _conditions(program):
        _join(condition, role, hear)
    for stage in program.stages.values():
        if stage.standing:
            rules = [
                (Role("rule", one.rule.path, one.rule.loc), None if one.rule.when is None else Condition(one.rule.when))
                for one in stage.standing
            ]
            stage.first_true = _first(rules, hear)
        stage.listeners = _Ear(stage.listeners, hear)
    program.listeners = _Ear(program.listeners, hear)
    return program


class _Ear(dict[str, list[Listener]]):
    """Listeners that tell when something is said to them."""

    def __init__(self, listeners: dict[str, list[Listener]], hear: Hear) -> None:
        super().__init__(listeners)
        self._hear = hear

    def get(self, key: str, default: Any = None) -> Any:
        found = super().get(key)
        for robot, _ in found or ():
            self._hear(Heard(Role("robot", robot.path, robot.loc), None, key))
        return default if found is None else found


def _join(condition: Condition, role: Role, hear: Hear) -> None:
    trace = condition.trace

    def true(deal: Deal, context: Ctx) -> bool:
        seen = trace(deal, context)
        hear(Heard(role, seen))
        return seen.verdict is True

    def false(deal: Deal, context: Ctx) -> bool:
        seen = trace(deal, context)
        hear(Heard(role, seen))
        return seen.verdict is False

    condition.true = true
    condition.__dict__["false"] = false


def _first(rules: list[tuple[Role, Condition | None]], hear: Hear) -> Callable[[Deal, Ctx], int]:
    def first(deal: Deal, context: Ctx) -> int:
        for place, (role, condition) in enumerate(rules):
            trace = None if condition is None else condition.trace(deal, context)
            hear(Heard(role, trace))
            if trace is None or trace.verdict is True:
                return place
        return -1

    return first


def _conditions(program: Program) -> Iterator[tuple[Role, Condition]]:
    """Every condition that a decision may look at, except the gates, which are looked at where the deal moves."""
    for name, stage in program.stages.items():
        for robot in stage.robots:
            yield from _of_robot(robot)
        if stage.when is not None:
            yield Role("stage", name, stage.stage.loc), stage.when
        for approval in stage.approvals:
            yield Role("approval", approval.approval.path, approval.approval.loc), approval.when
    for name, reason in program.reasons.items():
        if reason.when is not None:
            yield Role("stage", name, reason.reason.loc), reason.when
        for rule, _, when in reason.returns:
            if when is not None:
                yield Role("return", rule.path, rule.loc), when
    for robot in program.robots:
        yield from _of_robot(robot)
    for approval in program.approvals:
        yield Role("approval", approval.approval.path, approval.approval.loc), approval.when
    for task in program.tasks_by_path.values():
        yield from _of_task(task)
    for path, condition in program.sentences.items():
        yield Role("sentence", path, condition.loc), condition
    for name, condition in program.applies.items():
        yield Role("field", name, program.pipeline.fields[name].loc), condition
    for condition in program.checks:
        yield Role("check", condition.expr.text, condition.loc), condition
    yield from _of_assigns(program.owner, "owner")


def _of_robot(robot: RobotProgram) -> Iterator[tuple[Role, Condition]]:
    for trigger in robot.triggers:
        if trigger.when is not None:
            yield (
                Role("robot", robot.path, trigger.trigger.loc if trigger.trigger.loc.line else robot.loc),
                trigger.when,
            )


def _of_task(task: TaskProgram) -> Iterator[tuple[Role, Condition]]:
    path = task.task.path
    if task.when is not None:
        yield Role("task", path, task.task.loc), task.when
    for due in task.due:
        if due.when is not None:
            yield Role("due", path, due.loc), due.when
    yield from _of_assigns(task.assign, path)
    for name, outcome in task.outcomes.items():
        if outcome.when is not None:
            yield Role("outcome", f"{path}/{name}", outcome.outcome.loc), outcome.when
    for robot in task.hooks:
        yield from _of_robot(robot)


def _of_assigns(assigns: Iterable[Assign], path: str) -> Iterator[tuple[Role, Condition]]:
    for assign in assigns:
        if assign.when is not None:
            yield Role("assign", path, assign.rule.loc), assign.when
