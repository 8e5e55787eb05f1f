"""Building programs from a definition: every name indexed, every expression compiled, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from voronka.dsl.definition.actions import Approval, Lose, Move, Require, Robot, Task, Tunnel
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition, Pipeline, Reason, Stage
from voronka.dsl.definition.moments import Moment, Trigger, Who, WhoRule
from voronka.dsl.definition.types import Title, Type
from voronka.engine import compile as compiled
from voronka.engine.program.actions import compile_action, compile_block
from voronka.engine.program.identity import identity
from voronka.engine.program.parts import (
    ApprovalProgram,
    Assign,
    Condition,
    Due,
    FieldProgram,
    Instant,
    OutcomeProgram,
    ReasonProgram,
    RobotProgram,
    Run,
    StageProgram,
    StandingProgram,
    TaskProgram,
    Trig,
    Watch,
    Wiring,
    condition,
    happening_keys,
)
from voronka.engine.program.wiring import wire
from voronka.engine.time.calendar import WorkCalendar


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


@dataclass(slots=True)
class Program:
    """One pipeline, ready to decide. Built lazily by :class:`Programs`."""

    pipeline: Pipeline
    calendar: WorkCalendar
    stages: dict[str, StageProgram]
    reasons: dict[str, ReasonProgram]
    formulas: tuple[FieldProgram, ...]
    defaults: tuple[FieldProgram, ...]
    applies: dict[str, Condition]  # fields with a `when`
    checks: tuple[Condition, ...]
    reds: tuple[Condition, ...]
    owner: tuple[Assign, ...]
    robots: tuple[RobotProgram, ...]
    listeners: dict[str, list[tuple[RobotProgram, Trig]]]
    timed: tuple[tuple[RobotProgram, Trig], ...]
    tasks: tuple[TaskProgram, ...]
    approvals: tuple[ApprovalProgram, ...]
    tasks_by_path: dict[str, TaskProgram]
    robots_by_path: dict[str, RobotProgram]
    blocks: dict[str, tuple[Run, ...]]
    moves: dict[str, Move | Lose]  # automatic moves and losses by path: blocked ones are tried again
    tracked: frozenset[str]  # happenings whose last instant must be remembered
    awaited: frozenset[str]
    cards: dict[str, frozenset[str]]  # link field -> names mirrored from the linked card
    items: dict[str, frozenset[str]]
    watches: tuple[Watch, ...]
    personal: frozenset[str]
    link_fields: dict[str, str]
    resource_fields: tuple[str, ...]
    money: dict[str, Type]  # plain money fields: what is set is rounded to minor units
    deputises: bool  # the pipeline says what absence means, so assignment looks at it


class Programs:
    """All programs of a definition. ``hash`` is the definition's identity."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._calendars: dict[tuple[str, str], WorkCalendar] = {}
        self._programs: dict[str, Program] = {}
        self.wiring: Wiring = wire(definition)

    @cached_property
    def hash(self) -> str:
        return identity(self.definition)

    def calendar(self, pipeline: Pipeline) -> WorkCalendar:
        key = (pipeline.calendar, pipeline.timezone)
        if key not in self._calendars:
            self._calendars[key] = WorkCalendar(self.definition.calendars[pipeline.calendar], pipeline.timezone)
        return self._calendars[key]

    @property
    def pipelines(self) -> Mapping[str, Program]:
        """Every program by its pipeline's name; each is compiled when first asked for."""
        return _Lazy(self)

    def program(self, name: str) -> Program:
        if name not in self._programs:
            pipeline = self.definition.pipelines[name]
            self._programs[name] = Builder(pipeline, self.calendar(pipeline), self.wiring).build()
        return self._programs[name]

    def watchers(self, pipeline: str) -> tuple[Watch, ...]:
        return tuple(self.wiring.watches.get(pipeline, ()))


class _Lazy(Mapping[str, Program]):
    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def __getitem__(self, name: str) -> Program:
        return self._programs.program(name)

    def __iter__(self) -> Any:
        return iter(self._programs.definition.pipelines)

    def __len__(self) -> int:
        return len(self._programs.definition.pipelines)


def build(definition: Definition) -> Programs:
    return Programs(definition)


@dataclass
class Builder:
    """Collects what closures register while one pipeline is compiled."""

    pipeline: Pipeline
    calendar: WorkCalendar
    wiring: Wiring
    blocks: dict[str, tuple[Run, ...]] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)
    addressed: set[str] = field(default_factory=set)
    tracked: set[str] = field(default_factory=set)
    tasks: dict[str, TaskProgram] = field(default_factory=dict)
    robots: dict[str, RobotProgram] = field(default_factory=dict)
    moves: dict[str, Move | Lose] = field(default_factory=dict)
    order: int = 0

    # --- small parts

    def instant(self, moment: Any) -> Instant:
        made = Instant(moment)
        self.tracked |= set(made.keys)
        return made

    def who(self, who: Who) -> WhoProgram:
        return WhoProgram(who, None if who.expr is None else compiled.value(who.expr))

    def assigns(self, rules: tuple[WhoRule, ...]) -> tuple[Assign, ...]:
        return tuple(
            Assign(rule, condition(rule.when), None if rule.who.expr is None else compiled.value(rule.who.expr))
            for rule in rules
        )

    def requires(self, requires: tuple[Require, ...]) -> tuple[tuple[str, Condition | None, Loc], ...]:
        return tuple((require.field, condition(require.when), require.loc) for require in requires)

    def tunnel(self, tunnel: Tunnel) -> TunnelProgram:
        fields = tuple((name, compiled.value(expr)) for name, expr in tunnel.fields)
        return TunnelProgram(tunnel, fields, self.assigns(tunnel.owner), condition(tunnel.when))

    # --- robots

    def robot(self, robot: Robot, scope: str) -> RobotProgram:
        self.order += 1
        triggers = tuple(
            self._trigger(trigger, f"{robot.path}~{index}" if index else robot.path)
            for index, trigger in enumerate(robot.triggers)
        )
        program = RobotProgram(robot, scope, self.order, triggers, compile_block(robot.actions, self))
        self.robots[robot.path] = program
        return program

    def _trigger(self, trigger: Trigger, key: str) -> Trig:
        moment = self.instant(trigger.moment) if trigger.moment is not None else None
        keys: tuple[str, ...] = ()
        if trigger.happening is not None and trigger.happening.kind == "instant":
            moment = self.instant(Moment(trigger.happening, times=trigger.times, loc=trigger.loc))
        elif trigger.happening is not None:
            keys = happening_keys(trigger.happening)
        elif moment is not None and not moment.timed:
            keys = moment.keys
        return Trig(trigger, key, keys, moment, condition(trigger.when))

    def index(
        self, robots: tuple[RobotProgram, ...]
    ) -> tuple[dict[str, list[tuple[RobotProgram, Trig]]], tuple[tuple[RobotProgram, Trig], ...]]:
        listeners: dict[str, list[tuple[RobotProgram, Trig]]] = {}
        timed = []
        for robot in robots:
            for trigger in robot.triggers:
                if trigger.timed:
                    timed.append((robot, trigger))
                for key in trigger.keys if not trigger.timed else ():
                    listeners.setdefault(key, []).append((robot, trigger))
        return listeners, tuple(timed)

    # --- tasks

    def task(self, task: Task) -> TaskProgram:
        if task.path in self.tasks:
            return self.tasks[task.path]
        due = tuple(Due(self.instant(rule.moment), condition(rule.when), rule.loc) for rule in task.due)
        outcomes = {}
        for outcome in task.outcomes:
            again = outcome.again
            outcomes[outcome.name] = OutcomeProgram(
                outcome,
                condition(outcome.when),
                self.requires(outcome.requires),
                self.instant(again.moment) if again else None,
                compile_block(again.otherwise, self) if again else (),
                compile_block(outcome.actions, self),
            )
        until = task.reschedule.until if task.reschedule else None
        reads = frozenset().union(*(rule.instant.reads for rule in due), *(r.when.reads for r in due if r.when))
        program = TaskProgram(
            task,
            condition(task.when),
            self.assigns(task.assign),
            due,
            reads,
            self.requires(task.requires),
            outcomes,
            tuple(self.robot(hook, "task") for hook in task.hooks),
            compiled.value(until) if until is not None else None,
        )
        self.tasks[task.path] = program
        return program

    def approval(self, approval: Approval, pipeline: bool) -> ApprovalProgram:
        task = self.task(
            Task(
                approval.name,
                approval.title,
                approval.path,
                approval.loc,
                assign=approval.assign,
                due=approval.due,
                hooks=approval.hooks,
            )
        )
        task.approval = approval
        return ApprovalProgram(approval, Condition(approval.when), frozenset(approval.covers), task, pipeline)

    # --- stages and reasons

    def stage(self, stage: Stage, order: int) -> StageProgram:
        robots = [self.robot(robot, "stage") for robot in stage.robots]
        standing = []
        for rule in stage.standing:
            move = Move(rule.stage, None, rule.path, rule.loc)
            lose = Lose(rule.reason, None, rule.path, rule.loc)
            action = move if rule.stage else lose
            if rule.moment is None:
                standing.append(StandingProgram(rule, compile_action(action, self)))
                continue
            # a rule with a moment is a robot whose only sentence is the move
            kind = "due" if Instant(rule.moment).timed else "on"
            trigger = Trigger(
                kind,
                rule.moment.base if kind == "on" else None,
                rule.moment if kind == "due" else None,
                times=rule.moment.times,
                when=rule.when,
                loc=rule.loc,
            )
            robot = self.robot(Robot(rule.path, Title(), rule.path, (trigger,), (action,), rule.loc), "stage")
            robot.move = True
            robots.append(robot)
        listeners, timed = self.index(tuple(robots))
        whens = [rule.rule.when for rule in standing]
        conditions = tuple(c for c in map(condition, whens) if c is not None)
        return StageProgram(
            stage,
            order,
            condition(stage.when),
            self.requires(stage.requires),
            tuple(Condition(gate.when, gate.message, gate.loc, "enter") for gate in stage.enter),
            tuple(Condition(gate.when, gate.message, gate.loc, "leave") for gate in stage.leave),
            compile_block(stage.entry, self),
            tuple(self.tunnel(action) for action in stage.entry if isinstance(action, Tunnel)),
            tuple(robots),
            listeners,
            timed,
            tuple(standing),
            compiled.fuse(whens) if whens else None,
            tuple(c for c in conditions if c.timed),
            tuple(self.task(task) for task in stage.tasks if task.when is not None),
            tuple(self.approval(approval, False) for approval in stage.approvals),
            compiled.value(stage.limit.length) if stage.limit else None,
            compile_block(stage.limit.actions, self) if stage.limit else (),
        )

    def reason(self, reason: Reason) -> ReasonProgram:
        returns = tuple((rule, self.instant(rule.moment), condition(rule.when)) for rule in reason.returns)
        for rule in reason.returns:
            self.moves[rule.path] = Move(rule.stage, None, rule.path, rule.loc)
        return ReasonProgram(
            reason,
            condition(reason.when),
            self.requires(reason.requires),
            compile_block(reason.actions, self),
            returns,
        )

    def build(self) -> Program:
        pipeline = self.pipeline
        stages = {name: self.stage(stage, order) for order, (name, stage) in enumerate(pipeline.stages.items())}
        reasons = {name: self.reason(reason) for name, reason in pipeline.reasons.items()}
        robots = tuple(self.robot(robot, "pipeline") for robot in pipeline.robots)
        tasks = tuple(self.task(task) for task in pipeline.tasks)
        approvals = tuple(self.approval(approval, True) for approval in pipeline.approvals)
        listeners, timed = self.index(robots)
        fields = pipeline.fields
        return Program(
            pipeline=pipeline,
            calendar=self.calendar,
            stages=stages,
            reasons=reasons,
            formulas=tuple(_field(name, fields[name].formula) for name in pipeline.formulas),
            defaults=tuple(_field(name, f.default) for name, f in fields.items() if f.default is not None),
            applies={name: Condition(f.when) for name, f in fields.items() if f.when is not None},
            checks=tuple(Condition(check.when, check.message, check.loc, "check") for check in pipeline.checks),
            reds=tuple(Condition(red.when, red.title, red.loc, "red") for red in pipeline.reds),
            owner=self.assigns(pipeline.owner),
            robots=robots,
            listeners=listeners,
            timed=timed,
            tasks=tasks,
            approvals=approvals,
            tasks_by_path=self.tasks,
            robots_by_path=self.robots,
            blocks=self.blocks,
            moves=self.moves,
            tracked=frozenset(self.tracked),
            awaited=frozenset(self.awaited),
            cards=self.wiring.cards.get(pipeline.name, {}),
            items=self.wiring.items.get(pipeline.name, {}),
            watches=tuple(self.wiring.watches.get(pipeline.name, ())),
            personal=frozenset(name for name, f in fields.items() if f.type.personal),
            link_fields={name: f.type.target for name, f in fields.items() if f.type.kind == "link"},
            resource_fields=tuple(name for name, f in fields.items() if f.type.kind == "resource"),
            money={n: f.type for n, f in fields.items() if f.type.kind == "money" and f.formula is None},
            deputises="away" in listeners,
        )


def _field(name: str, expr: Expr | None) -> FieldProgram:
    assert expr is not None
    return FieldProgram(name, compiled.value(expr), compiled.reads(expr))
