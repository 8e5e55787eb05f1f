"""The parts of a program: conditions with their traced twins, dues, triggers, robots, tasks, stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from voronka.dsl.definition.actions import Approval, Outcome, Robot, Task, Tunnel
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Reason, Stage, Standing
from voronka.dsl.definition.moments import Happening, Moment, Trigger, Who, WhoRule
from voronka.dsl.definition.types import Title
from voronka.engine import compile as compiled
from voronka.engine.compile import Trace

Run = Callable[[Any], None]  # a compiled action: takes the step it acts in


class Condition:
    """A compiled condition; what only readers need (trace, wake, reads) is compiled on first use."""

    def __init__(self, expr: Expr, message: Title = Title(), loc: Loc | None = None, kind: str = "") -> None:
        self.expr = expr
        self.message = message
        self.loc = loc or expr.loc
        self.kind = kind
        self.true = compiled.condition(expr)

    @cached_property
    def false(self) -> Callable[[Any, Any], bool]:
        return compiled.refuted(self.expr)

    @cached_property
    def trace(self) -> Callable[[Any, Any], Trace]:
        return compiled.traced(self.expr)

    @cached_property
    def wake(self) -> Callable[[Any, Any], int | None]:
        return compiled.wake(self.expr)

    @cached_property
    def reads(self) -> frozenset[str]:
        return compiled.reads(self.expr)

    @cached_property
    def timed(self) -> bool:
        """Whether time alone can change it."""
        return "time" in self.reads


def condition(expr: Expr | None) -> Condition | None:
    return None if expr is None else Condition(expr)


class Instant:
    """A compiled moment: from what it counts and which changes make it count anew."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.base = moment.base
        self.keys = happening_keys(moment.base)
        self.expr = None if moment.base.expr is None else compiled.value(moment.base.expr)
        self.offset = None if moment.offset is None else compiled.value(moment.offset)
        reads: set[str] = {f"mark:{key}" for key in self.keys}
        for expr in (moment.base.expr, moment.offset):
            if expr is not None:
                reads |= compiled.reads(expr)
        self.reads = frozenset(reads)
        self.ticking = moment.base.expr is not None and any(e.op in ("now", "today") for e in moment.base.expr.walk())

    @property
    def timed(self) -> bool:
        """Whether it has an instant of its own, as against a plain ``on event e`` that is answered when it happens."""
        return self.base.kind == "instant" or self.offset is not None


def happening_keys(happening: Happening) -> tuple[str, ...]:
    """The names under which a happening is announced, e.g.

    ``event:payment``, ``task:call:reached``, ``change:asks``.
    """
    if happening.kind == "event":
        return (f"event:{happening.name}",)
    if happening.kind == "task":
        return (f"task:{happening.name}:{happening.outcome or 'done'}",)
    if happening.kind == "change":
        return tuple(f"change:{name}" for name in happening.fields)
    return (happening.kind,) if happening.kind != "instant" else ()


@dataclass(slots=True)
class Due:
    instant: Instant
    when: Condition | None
    loc: Loc


@dataclass(slots=True)
class Assign:
    rule: WhoRule
    when: Condition | None
    value: Callable[[Any, Any], Any] | None


# what a task's own robots hear of that task alone
OWN = frozenset({"overdue", "done", "approved", "rejected"})


@dataclass(slots=True)
class Trig:
    """One trigger of a robot; ``key`` names its timer and its counters, ``place`` is where it stands among them."""

    trigger: Trigger
    key: str
    keys: tuple[str, ...]
    instant: Instant | None
    when: Condition | None
    place: int = 0

    @property
    def timed(self) -> bool:
        return self.trigger.kind in ("every", "cron") or (self.instant is not None and self.instant.timed)

    @property
    def own(self) -> bool:
        return not OWN.isdisjoint(self.keys)


@dataclass(slots=True)
class RobotProgram:
    robot: Robot
    scope: str  # stage pipeline task
    order: int
    triggers: tuple[Trig, ...]
    run: tuple[Run, ...]
    move: bool = False  # a standing rule in a robot's clothes

    @property
    def path(self) -> str:
        return self.robot.path

    @property
    def loc(self) -> Loc:
        return self.robot.loc


class Listener(NamedTuple):
    """A robot and the one of its triggers that is meant."""

    robot: RobotProgram
    trigger: Trig


@dataclass(slots=True)
class OutcomeProgram:
    outcome: Outcome
    when: Condition | None
    requires: tuple[tuple[str, Condition | None, Loc], ...]
    again: Instant | None
    otherwise: tuple[Run, ...]
    run: tuple[Run, ...]


@dataclass(slots=True)
class TaskProgram:
    task: Task
    when: Condition | None
    assign: tuple[Assign, ...]
    due: tuple[Due, ...]
    reads: frozenset[str]
    requires: tuple[tuple[str, Condition | None, Loc], ...]
    outcomes: dict[str, OutcomeProgram]
    hooks: tuple[RobotProgram, ...]
    until: Callable[[Any, Any], Any] | None
    approval: Approval | None = None


@dataclass(slots=True)
class ApprovalProgram:
    approval: Approval
    when: Condition
    covers: frozenset[str]
    task: TaskProgram
    pipeline: bool  # lives as long as the deal, not the visit


@dataclass(slots=True)
class StandingProgram:
    rule: Standing
    run: Run


@dataclass(slots=True)
class WhoProgram:
    who: Who
    value: Callable[[Any, Any], Any] | None


@dataclass(slots=True)
class TunnelProgram:
    tunnel: Tunnel
    fields: tuple[tuple[str, Callable[[Any, Any], Any]], ...]
    owner: tuple[Assign, ...]
    when: Condition | None


Guards = tuple[tuple[Condition, bool], ...]  # each must be true, or (False) not true


class EntryTunnel(NamedTuple):
    """A tunnel that entering a stage may dig, and under which conditions."""

    program: TunnelProgram
    guards: Guards


@dataclass(slots=True)
class StageProgram:
    stage: Stage
    order: int
    when: Condition | None
    requires: tuple[tuple[str, Condition | None, Loc], ...]
    enter: tuple[Condition, ...]
    leave: tuple[Condition, ...]
    entry: tuple[Run, ...]
    tunnels: tuple[EntryTunnel, ...]  # of its entry actions: their gates are this stage's gates
    robots: tuple[RobotProgram, ...]
    listeners: dict[str, list[Listener]]
    timed: tuple[Listener, ...]
    standing: tuple[StandingProgram, ...]
    first_true: Callable[[Any, Any], int] | None  # of the standing rules
    clock_rules: tuple[Listener, ...]  # `move … 3 days after entry when C`: from its moment on it stands
    watched: tuple[Condition, ...]  # conditions on time that stand while the deal is here
    tasks: tuple[TaskProgram, ...]  # standing tasks: with a condition
    approvals: tuple[ApprovalProgram, ...]
    limit: Callable[[Any, Any], Any] | None
    limit_fixed: bool  # reads nothing
    limit_run: tuple[Run, ...]
    standing_paths: frozenset[str]
    timed_enter: tuple[Condition, ...]  # gates that time alone may open
    timed_leave: tuple[Condition, ...]


@dataclass(slots=True)
class ReasonProgram:
    reason: Reason
    when: Condition | None
    requires: tuple[tuple[str, Condition | None, Loc], ...]
    run: tuple[Run, ...]
    returns: tuple[tuple[Any, Instant, Condition | None], ...]


@dataclass(slots=True)
class FieldProgram:
    name: str
    value: Callable[[Any, Any], Any]
    reads: frozenset[str]


@dataclass(slots=True)
class Watch:
    """Somebody mirrors values of this pipeline's deals: ``kind`` card (through a link) or item (through ``links``)."""

    pipeline: str
    field: str
    kind: str
    names: frozenset[str]
    via: str = ""  # item: the field here that points to the watcher


@dataclass(slots=True)
class Wiring:
    """What crosses pipelines, found once for the whole definition."""

    cards: dict[str, dict[str, frozenset[str]]] = field(
        default_factory=dict
    )  # pipeline -> link field -> names it reads
    items: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    watches: dict[str, list[Watch]] = field(default_factory=dict)  # watched pipeline -> watchers
