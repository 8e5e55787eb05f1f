"""Building programs from a definition: every name indexed, every expression compiled, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.actions import Action, Approval, If, Lose, Move, Require, Robot, Task, Tunnel
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition, Field, Pipeline, Reason, Stage
from voronka.dsl.definition.moments import Moment, Trigger, Who, WhoRule
from voronka.dsl.definition.types import Title, Type
from voronka.engine import compile as compiled
from voronka.engine.program.actions import compile_action, compile_block
from voronka.engine.program.identity import YEARS, identity
from voronka.engine.program.parts import (
    OWN,
    ApprovalProgram,
    Assign,
    Condition,
    Due,
    EntryTunnel,
    FieldProgram,
    Guards,
    Instant,
    Listener,
    OutcomeProgram,
    ReasonProgram,
    RobotProgram,
    Run,
    StageProgram,
    StandingProgram,
    TaskProgram,
    Trig,
    TunnelProgram,
    Watch,
    WhoProgram,
    Wiring,
    condition,
    happening_keys,
)
from voronka.engine.program.shape import Shape, shape
from voronka.engine.program.wiring import Mirrors, wire
from voronka.engine.time.calendar import WorkCalendar

if TYPE_CHECKING:
    from voronka.engine.templates import Templates


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
    listeners: dict[str, list[Listener]]
    timed: tuple[Listener, ...]
    tasks: tuple[TaskProgram, ...]
    approvals: tuple[ApprovalProgram, ...]
    tasks_by_path: dict[str, TaskProgram]
    robots_by_path: dict[str, RobotProgram]
    blocks: dict[str, tuple[Run, ...]]
    sentences: dict[str, Condition]  # conditions of single sentences, by path
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
    formula_reads: frozenset[str]  # what some formula hangs on
    hooked: frozenset[str]  # what tasks' own robots listen to beside what happens to their task
    timed_hooks: dict[str, tuple[Listener, ...]]  # task path -> dated triggers of its own robots
    timed_dues: dict[str, tuple[Condition, ...]]  # task path -> conditions on time of its `due` lines
    watched: tuple[Condition, ...]  # conditions on time that stand while the deal is open
    identity: Callable[[], str]  # of the definition


class Programs:
    """All programs of a definition. ``hash`` is the definition's identity.

    ``like``: programs of an earlier state of the same files; what has not changed since is taken from there.
    ``meanings``: an object for each pipeline that is the same one for as long as only its place changes.
    """

    def __init__(
        self, definition: Definition, like: Programs | None = None, meanings: Mapping[str, object] | None = None
    ) -> None:
        self.definition = definition
        self.meanings: Mapping[str, object] = definition.pipelines if meanings is None else meanings
        self._calendars: dict[tuple[str, str], WorkCalendar] = {}
        self._expanded: dict[WorkCalendar, str] = {}
        self._programs: dict[str, Program] = {}
        self._shapes: dict[str, Shape] = {}
        self._mirrors: dict[str, Mirrors] = {}
        if like is not None:
            self._take_from(like)

    def _take_from(self, like: Programs) -> None:
        now, before = self.definition, like.definition
        for (name, zone), calendar in like._calendars.items():
            spec, old = now.calendars.get(name), before.calendars.get(name)
            if spec is not None and (spec is old or shape(spec) == shape(old)):
                self._calendars[name, zone] = calendar
        self._expanded = {one: text for one, text in like._expanded.items() if one in self._calendars.values()}
        same = {name for name, meaning in self.meanings.items() if like.meanings.get(name) is meaning}
        self._shapes = {name: found for name, found in like._shapes.items() if name in same}
        texts = now.templates == before.templates
        if texts:
            self._mirrors = {name: found for name, found in like._mirrors.items() if self._linked(name) <= same}
        for name, program in like._programs.items():
            if now.pipelines.get(name) is program.pipeline and self._fits(program):
                self._programs[name] = replace(program, identity=self._identity)

    def _fits(self, program: Program) -> bool:
        """Whether a program of a pipeline that is the same object does what it would do if it were built anew."""
        pipeline, wiring = program.pipeline, self.wiring
        return (
            self._calendars.get((pipeline.calendar, pipeline.timezone)) is program.calendar
            and program.cards == wiring.cards.get(pipeline.name, {})
            and program.items == wiring.items.get(pipeline.name, {})
            and program.watches == tuple(wiring.watches.get(pipeline.name, ()))
        )

    def _linked(self, name: str) -> set[str]:
        """A pipeline, and all that links lead to from it, however far."""
        found, waiting = {name}, [name]
        while waiting:
            pipeline = self.definition.pipelines.get(waiting.pop())
            for one in pipeline.fields.values() if pipeline is not None else ():
                if one.type.kind in ("link", "links") and one.type.target not in found:
                    found.add(one.type.target)
                    waiting.append(one.type.target)
        return found

    def _identity(self) -> str:
        return self.hash

    @cached_property
    def wiring(self) -> Wiring:
        return wire(self.definition, self._mirrors)

    @cached_property
    def hash(self) -> str:
        return identity(self.definition, (text for _, _, text in self.calendars))

    @cached_property
    def calendars(self) -> tuple[tuple[str, str, str], ...]:
        """Every calendar that pipelines go by: its name, zone, and all that it decides, as text."""
        used = sorted({(p.calendar, p.timezone) for p in self.definition.pipelines.values()})
        return tuple((name, zone, self._expand(self._calendar(name, zone))) for name, zone in used)

    def _expand(self, calendar: WorkCalendar) -> str:
        if calendar not in self._expanded:
            self._expanded[calendar] = calendar.expanded(YEARS)
        return self._expanded[calendar]

    @cached_property
    def templates(self) -> Templates:
        """Every text that effects may have; each is compiled when first asked for."""
        from voronka.engine.templates import compile_templates

        return compile_templates(self.definition)

    def shape(self, name: str) -> Shape:
        """What a pipeline means, its places left out; kept, because versions are compared by it."""
        if name not in self._shapes:
            self._shapes[name] = shape(self.definition.pipelines[name])
        return self._shapes[name]

    def calendar(self, pipeline: Pipeline) -> WorkCalendar:
        return self._calendar(pipeline.calendar, pipeline.timezone)

    def _calendar(self, name: str, zone: str) -> WorkCalendar:
        key = (name, zone)
        if key not in self._calendars:
            self._calendars[key] = WorkCalendar(self.definition.calendars[name], zone)
        return self._calendars[key]

    @property
    def pipelines(self) -> Mapping[str, Program]:
        """Every program by its pipeline's name; each is compiled when first asked for."""
        return _Lazy(self)

    def program(self, name: str) -> Program:
        if name not in self._programs:
            pipeline = self.definition.pipelines[name]
            builder = Builder(pipeline, self.calendar(pipeline), self.wiring, self._identity)
            self._programs[name] = builder.build()
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
    identity: Callable[[], str]
    blocks: dict[str, tuple[Run, ...]] = field(default_factory=dict)
    sentences: dict[str, Condition] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)
    addressed: set[str] = field(default_factory=set)
    tracked: set[str] = field(default_factory=set)
    tasks: dict[str, TaskProgram] = field(default_factory=dict)
    robots: dict[str, RobotProgram] = field(default_factory=dict)
    moves: dict[str, Move | Lose] = field(default_factory=dict)
    order: int = 0

    # --- small parts

    def instant(self, moment: Moment, deadline: bool = False) -> Instant:
        """A moment; what it counts from must be remembered, unless it is simply answered when it happens."""
        made = Instant(moment)
        if deadline or made.timed:
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
            self._trigger(trigger, f"{robot.path}~{index}" if index else robot.path, index)
            for index, trigger in enumerate(robot.triggers)
        )
        program = RobotProgram(robot, scope, self.order, triggers, compile_block(robot.actions, self))
        self.robots[robot.path] = program
        return program

    def _trigger(self, trigger: Trigger, key: str, place: int) -> Trig:
        moment = self.instant(trigger.moment) if trigger.moment is not None else None
        keys: tuple[str, ...] = ()
        if trigger.happening is not None and trigger.happening.kind == "instant":
            moment = self.instant(Moment(trigger.happening, times=trigger.times, loc=trigger.loc))
        elif trigger.happening is not None:
            keys = happening_keys(trigger.happening)
        elif moment is not None and not moment.timed:
            keys = moment.keys
        return Trig(trigger, key, keys, moment, condition(trigger.when), place)

    def index(self, robots: tuple[RobotProgram, ...]) -> tuple[dict[str, list[Listener]], tuple[Listener, ...]]:
        listeners: dict[str, list[Listener]] = {}
        timed = []
        for robot in robots:
            for trigger in robot.triggers:
                if trigger.timed:
                    timed.append(Listener(robot, trigger))
                for key in trigger.keys if not trigger.timed else ():
                    listeners.setdefault(key, []).append(Listener(robot, trigger))
        return listeners, tuple(timed)

    # --- tasks

    def task(self, task: Task) -> TaskProgram:
        if task.path in self.tasks:
            return self.tasks[task.path]
        due = tuple(Due(self.instant(rule.moment, True), condition(rule.when), rule.loc) for rule in task.due)
        outcomes = {}
        for outcome in task.outcomes:
            again = outcome.again
            outcomes[outcome.name] = OutcomeProgram(
                outcome,
                condition(outcome.when),
                self.requires(outcome.requires),
                self.instant(again.moment, True) if again else None,
                compile_block(again.otherwise, self) if again else (),
                compile_block(outcome.actions, self),
            )
        until = task.reschedule.until if task.reschedule else None
        instants = [rule.instant for rule in due] + [o.again for o in outcomes.values() if o.again is not None]
        reads = frozenset().union(*(at.reads for at in instants), *(r.when.reads for r in due if r.when is not None))
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
        made_tasks = tuple(self.task(task) for task in stage.tasks if task.when is not None)
        approvals = tuple(self.approval(approval, False) for approval in stage.approvals)
        conditions = [condition(when) for when in whens] + [task.when for task in made_tasks]
        enter = tuple(Condition(gate.when, gate.message, gate.loc, "enter") for gate in stage.enter)
        leave = tuple(Condition(gate.when, gate.message, gate.loc, "leave") for gate in stage.leave)
        limit = stage.limit
        return StageProgram(
            stage,
            order,
            condition(stage.when),
            self.requires(stage.requires),
            enter,
            leave,
            compile_block(stage.entry, self),
            tuple(self._entry_tunnels(stage)),
            tuple(robots),
            listeners,
            timed,
            tuple(standing),
            compiled.fuse(whens) if whens else None,
            tuple(one for one in timed if one.robot.move and one.trigger.when is not None),
            _timed([*conditions, *(approval.when for approval in approvals)]),
            made_tasks,
            approvals,
            compiled.value(limit.length) if limit else None,
            limit is not None and not compiled.reads(limit.length),
            compile_block(limit.actions, self) if limit else (),
            frozenset(rule.rule.path for rule in standing),
            _timed(enter),
            _timed(leave),
        )

    def _entry_tunnels(self, stage: Stage) -> Iterator[EntryTunnel]:
        """Tunnels that entering digs: of the stage's own sentences, of its branches, of its robots `on entry`."""
        yield from self._tunnels(stage.entry, ())
        for robot in stage.robots:
            for trigger in robot.triggers:
                if trigger.happening is not None and trigger.happening.kind == "entry" and not trigger.times:
                    guard = condition(trigger.when)
                    yield from self._tunnels(robot.actions, () if guard is None else ((guard, True),))

    def _tunnels(self, actions: tuple[Action, ...], guards: Guards) -> Iterator[EntryTunnel]:
        for action in actions:
            if isinstance(action, Tunnel):
                program = self.tunnel(action)
                yield EntryTunnel(program, guards if program.when is None else (*guards, (program.when, True)))
            elif isinstance(action, If):
                test = Condition(action.when)
                yield from self._tunnels(action.then, (*guards, (test, True)))
                yield from self._tunnels(action.otherwise, (*guards, (test, False)))

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
        formulas = tuple(_field(fields[name], fields[name].formula) for name in pipeline.formulas)
        hooks = {path: self.index(program.hooks) for path, program in self.tasks.items() if program.hooks}
        dues = {path: _timed(rule.when for rule in program.due) for path, program in self.tasks.items()}
        # where the stages follow conditions, time alone may move a deal, a closed one too
        where = [stage.when for stage in stages.values()] + [reason.when for reason in reasons.values()]
        if pipeline.derived:
            for stage in stages.values():
                stage.watched += _timed(where)
        return Program(
            pipeline=pipeline,
            calendar=self.calendar,
            stages=stages,
            reasons=reasons,
            formulas=formulas,
            defaults=tuple(_field(f, f.default) for f in fields.values() if f.default is not None),
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
            sentences=self.sentences,
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
            formula_reads=frozenset().union(*(formula.reads for formula in formulas)),
            hooked=frozenset().union(*(heard.keys() - OWN for heard, _ in hooks.values())),
            timed_hooks={path: dated for path, (_, dated) in hooks.items() if dated},
            timed_dues={path: conditions for path, conditions in dues.items() if conditions},
            watched=_timed([*(task.when for task in tasks), *(approval.when for approval in approvals)]),
            identity=self.identity,
        )


def _timed(conditions: Iterable[Condition | None]) -> tuple[Condition, ...]:
    """Those that time alone may turn."""
    return tuple(one for one in conditions if one is not None and one.timed)


def _field(field: Field, expr: Expr | None) -> FieldProgram:
    assert expr is not None
    value = compiled.value(expr)
    if field.type.kind in ("integer", "rating"):
        value = _whole(value, field.type)
    return FieldProgram(field.name, value, compiled.reads(expr))


def _whole(value: Callable[[Any, Any], Any], kind: Type) -> Callable[[Any, Any], Any]:
    """A formula of a field of whole numbers: what is none, or out of a rating's bounds, is unset (Meaning 7)."""

    def whole(d: Any, c: Any) -> int | None:
        found = value(d, c)
        if found is None or found != int(found) or (kind.kind == "rating" and not kind.low <= found <= kind.high):
            return None
        return int(found)

    return whole
