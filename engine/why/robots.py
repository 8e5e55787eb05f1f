"""Robots, rules and limits of a deal as they stand: what each waits for, when it looks again, why it does nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Definition
from voronka.dsl.definition.types import Title
from voronka.engine.compile import Trace
from voronka.engine.deal.protocol import Unmet
from voronka.engine.decide import gates, timers
from voronka.engine.decide.step import Step
from voronka.engine.program.parts import Condition, RobotProgram, Trig
from voronka.engine.store import read
from voronka.engine.store.store import Store

Off = Mapping[str, Mapping[str, Any]]  # path of a robot -> since when (at), by whom


@dataclass(frozen=True, slots=True)
class Trigger:
    """One thing that sets a robot off.

    ``text`` is its line of the definition. ``keys``: what it listens to (``event:payment``); ``due``: when its timer
    fires, ms; ``fired``: the instant it has fired for; ``trace``: what its condition says now, None where it has none.
    ``runs`` of at most ``most`` (0: without bound).
    """

    text: str
    loc: Loc
    keys: tuple[str, ...] = ()
    due: int | None = None
    fired: int | None = None
    trace: Trace | None = None
    runs: int = 0
    most: int = 0
    timed: bool = False

    @property
    def spent(self) -> bool:
        return bool(self.most) and self.runs >= self.most


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot (``kind`` robot), a move or loss by rule (rule), a stage's limit (limit), a return from a loss (return).

    ``where``: stage pipeline task; ``home`` is the stage's or task's name. ``here`` is False where the deal is not, so
    that it hears nothing. ``off``: since when it is switched off and by whom. ``blocked``: what keeps its move out,
    ``since`` then.
    """

    kind: str
    path: str
    title: Title
    loc: Loc
    where: str
    home: str
    here: bool
    triggers: tuple[Trigger, ...]
    off: Mapping[str, Any] | None = None
    blocked: tuple[Unmet, ...] = ()
    since: int | None = None
    target: str = ""  # the stage or reason it leads to, of rules and returns


def standing(s: Step, definition: Definition, off: Off) -> list[Robot]:
    """Everything that may act on a deal where it is, in the order in which it would."""
    return [robot for robot in every(s, definition, off) if robot.here]


def every(s: Step, definition: Definition, off: Off) -> list[Robot]:
    """Every robot and rule of the deal's pipeline."""
    look = _Look(s, definition, off)
    return list(look.all())


def source(definition: Definition, loc: Loc) -> str:
    """The line of a definition file that a place names, without its comment and what surrounds it."""
    text = next((text for name, text in definition.sources if name == loc.file), "")
    lines = text.splitlines()
    if not 1 <= loc.line <= len(lines):
        return ""
    line = lines[loc.line - 1].partition(" # ")[0].strip()
    return line.removesuffix("{").strip()


@dataclass(frozen=True, slots=True)
class Run:
    """Once that a robot acted: the event's number, its instant in ms; ``off``, ``missed``: it was passed over."""

    version: int
    at: int
    off: bool
    missed: bool = False


def runs(store: Store, number: int, path: str, until: int) -> list[Run]:
    """When a robot or rule did something in a deal's past, up to event ``until``; oldest first."""
    found = store.db.execute("SELECT head FROM states WHERE deal = ?", (number,)).fetchone()
    needle = json.dumps(["by", path], ensure_ascii=False, separators=(",", ":"))[:-1]
    made = []
    for row in read.chain(store, found[0]) if found is not None else ():
        if row.version > until or needle not in row.changes:
            continue
        changes = json.loads(row.changes)
        for place, change in enumerate(changes):
            if change[:2] == ["by", path]:
                note: dict[str, Any] = next((one[1] for one in changes[place + 1 : place + 2] if one[0] == "note"), {})
                made.append(Run(row.version, row.at, note.get("kind") == "off", note.get("kind") == "missed"))
                break
    return made


class _Look:
    def __init__(self, s: Step, definition: Definition, off: Off) -> None:
        self.s = s
        self.definition = definition
        self.off = off

    def all(self) -> Iterator[Robot]:
        s = self.s
        for name, stage in s.p.stages.items():
            here = name == s.d.stage
            for rule in stage.standing:
                yield self._rule(name, here, rule.rule.path, rule.rule.loc, rule.rule.when, rule.rule)
            for robot in stage.robots:
                yield self._robot(robot, "stage", name, here, "v")
            if stage.stage.limit is not None:
                yield self._limit(name, here)
        for robot in s.p.robots:
            yield self._robot(robot, "pipeline", s.p.pipeline.name, True, "p")
        opened = {task.path: task for task in s.d.open_tasks}
        for path, program in s.p.tasks_by_path.items():
            task = opened.get(path)
            for robot in program.hooks:
                scope = f"t:{task.id}" if task is not None else "v"
                yield self._robot(robot, "task", program.task.name, task is not None, scope)
        for name, reason in s.p.reasons.items():
            for rule, _, when in reason.returns:
                yield self._return(name, rule, when)

    def _robot(self, robot: RobotProgram, where: str, home: str, here: bool, scope: str) -> Robot:
        triggers = tuple(self._trigger(robot, trigger, scope, here) for trigger in robot.triggers)
        kind = "rule" if robot.move else "robot"
        action = self.s.p.moves.get(robot.path) if robot.move else None
        return self._made(kind, robot.path, robot.robot.title, robot.loc, where, home, here, triggers, action)

    def _trigger(self, robot: RobotProgram, trigger: Trig, scope: str, here: bool) -> Trigger:
        s, rule = self.s, trigger.trigger
        loc = rule.loc if rule.loc.line else robot.loc
        timer = s.d.timers.get(f"{scope}:robot:{trigger.key}") if here else None
        return Trigger(
            source(self.definition, loc),
            loc,
            trigger.keys,
            None if timer is None else int(timer[0]),
            s.d.counts.get(timers.mark(trigger, scope, "last")),
            self._traced(trigger.when),
            s.d.counts.get(timers.counter(trigger, scope), 0),
            rule.at_most,
            trigger.timed,
        )

    def _traced(self, condition: Condition | None) -> Trace | None:
        return None if condition is None else condition.trace(self.s.d, self.s)

    def _rule(self, home: str, here: bool, path: str, loc: Loc, when: Any, rule: Any) -> Robot:
        trace = None if when is None else Condition(when).trace(self.s.d, self.s)
        trigger = Trigger(source(self.definition, loc), loc, trace=trace)
        return self._made("rule", path, Title(), loc, "stage", home, here, (trigger,), rule)

    def _limit(self, name: str, here: bool) -> Robot:
        stage = self.s.p.stages[name].stage
        assert stage.limit is not None
        timer = self.s.d.timers.get("v:limit") if here else None
        flag = self.s.d.flags.get("limit") if here else None
        trigger = Trigger(
            source(self.definition, stage.limit.loc),
            stage.limit.loc,
            due=None if timer is None else int(timer[0]),
            fired=None if flag is None else flag.get("at"),
            timed=True,
        )
        return self._made("limit", f"{name}/limit", Title(), stage.limit.loc, "stage", name, here, (trigger,), None)

    def _return(self, reason: str, rule: Any, when: Condition | None) -> Robot:
        here = self.s.d.reason == reason
        timer = self.s.d.timers.get(f"v:return:{rule.path}") if here else None
        trigger = Trigger(
            source(self.definition, rule.loc),
            rule.loc,
            due=None if timer is None else int(timer[0]),
            trace=self._traced(when),
            timed=True,
        )
        return self._made("return", rule.path, Title(), rule.loc, "stage", reason, here, (trigger,), rule)

    def _made(
        self,
        kind: str,
        path: str,
        title: Title,
        loc: Loc,
        where: str,
        home: str,
        here: bool,
        triggers: tuple[Trigger, ...],
        action: Any,
    ) -> Robot:
        pending = self.s.d.pending.get(path)
        blocked = tuple(gates.restore(item) for item in pending["unmet"]) if pending is not None else ()
        target = (getattr(action, "stage", "") or getattr(action, "reason", "")) if action is not None else ""
        since = pending["since"] if pending is not None else None
        return Robot(kind, path, title, loc, where, home, here, triggers, self.off.get(path), blocked, since, target)
