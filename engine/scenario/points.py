"""What scenarios can go through: every stage, gate, robot, branch, deadline and loss of a program, each with its sides
(U7).

Points are watched from outside: the same compiled conditions and actions run, each tells that it did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from voronka.dsl.definition.actions import Wait
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.engine.program.build import Program, Programs
from voronka.engine.program.parts import Condition, RobotProgram, Run, StageProgram, TaskProgram
from voronka.engine.scenario.mutants import homes, starts
from voronka.engine.scenario.parts import nodes
from voronka.engine.scenario.run import Outcome

# kinds of points, in the order of reports, with what may happen at them
SIDES: dict[str, tuple[str, ...]] = {
    "stage": ("entered",),
    "gate": ("passed", "failed"),
    "require": ("missing",),
    "robot": ("fired",),
    "branch": ("true", "false"),
    "deadline": ("kept", "missed"),
    "outcome": ("given",),
    "approval": ("approved", "rejected"),
    "wait": ("came", "ran out"),
    "limit": ("exceeded",),
    "event": ("came",),
    "reason": ("used",),
}

Mark = tuple[int, int]  # a point, by its place in the sheet, and one of its sides
Requires = Iterable[tuple[str, Condition | None, Loc]]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing of a pipeline that scenarios can go through; ``name`` as a report shows it."""

    pipeline: str
    kind: str
    name: str
    loc: Loc

    @property
    def sides(self) -> tuple[str, ...]:
        return SIDES[self.kind]


@dataclass(slots=True)
class Sheet:
    """The points of a definition, and which marks were set since the last :meth:`take`."""

    points: list[Point] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)
    _places: dict[tuple[str, str, str, Loc], int] = field(default_factory=dict)
    _asked: dict[tuple[str, Loc], int] = field(default_factory=dict)  # required fields, by place

    def point(self, pipeline: str, kind: str, name: str, loc: Loc) -> int:
        # what `every task` brings stands once in the file, however many tasks have it
        key = (pipeline, kind, "" if kind in ("gate", "branch", "robot") else name, loc)
        if key not in self._places:
            self._places[key] = len(self.points)
            self.points.append(Point(pipeline, kind, name, loc))
        return self._places[key]

    def require(self, pipeline: str, name: str, loc: Loc) -> None:
        self._asked[f"{pipeline} {name}", loc] = self.point(pipeline, "require", name, loc)

    def missing(self, pipeline: str, name: str, loc: Loc) -> None:
        if (point := self._asked.get((f"{pipeline} {name}", loc))) is not None:
            self.marks.add((point, 0))

    def find(self, pipeline: str, kind: str, name: str, loc: Loc) -> int | None:
        return self._places.get((pipeline, kind, name, loc))

    def take(self) -> frozenset[Mark]:
        """What was marked since the last time."""
        taken, self.marks = frozenset(self.marks), set()
        return taken


class Watched(Programs):
    """Programs whose points mark a sheet when they are gone through. They decide as they always do."""

    def __init__(self, definition: Definition) -> None:
        super().__init__(definition)
        self.sheet = Sheet()
        for name in definition.pipelines:
            self.program(name)

    @cached_property
    def homes(self) -> dict[tuple[str, Loc], frozenset[str]]:
        """The stages that the places of points belong to."""
        return homes(self.definition)

    def program(self, name: str) -> Program:
        new = name not in self._programs
        program = super().program(name)
        if new:
            _Watcher(program, self.sheet).watch()
        return program

    def passed(self, outcome: Outcome) -> frozenset[Mark]:
        """The marks of a scenario that has just run: of its programs, and of what its journal tells."""
        for done in outcome.journal:
            pipeline = self.definition.pipelines.get(done.pipeline)
            if pipeline is None:
                continue
            for unmet in done.unmet:
                self.sheet.missing(pipeline.name, unmet.name, unmet.loc)
            if done.event.kind == "event" and (event := pipeline.events.get(done.event.data["name"])) is not None:
                self._mark(pipeline, "event", event.name, event.loc)
            if done.after is not None:
                for change in done.changes:
                    self._changed(pipeline, change, done.after.tasks)
        return self.sheet.take()

    def _mark(self, pipeline: Pipeline, kind: str, name: str, loc: Loc, side: int = 0) -> None:
        if (point := self.sheet.find(pipeline.name, kind, name, loc)) is not None:
            self.sheet.marks.add((point, side))

    def _changed(self, pipeline: Pipeline, change: tuple[Any, ...], tasks: dict[int, Any]) -> None:
        if change[0] == "task=":
            task = tasks[change[1]]
            known = self.program(pipeline.name).tasks_by_path.get(task.path)
            if known is None:
                return
            declared = known.task
            if change[2].get("overdue"):
                self._mark(pipeline, "deadline", declared.name, declared.loc, 1)
            if change[2].get("status") == "done" and not task.overdue:
                self._mark(pipeline, "deadline", declared.name, declared.loc)
            given = declared.outcome(change[2].get("outcome") or "")
            if given is not None:
                self._mark(pipeline, "outcome", f"{declared.name} {given.name}", given.loc)
        elif change[0] == "pend" and change[2] is not None:
            for item in change[2]["unmet"]:
                self.sheet.missing(pipeline.name, item["name"], Loc(*item["loc"]))
        elif change[0] == "approval" and change[2] is not None:
            for approval in (p.approval for p in _approvals(self.program(pipeline.name))):
                if approval.name == change[1] and change[2]["state"] in ("approved", "rejected"):
                    self._mark(pipeline, "approval", approval.name, approval.loc, change[2]["state"] == "rejected")


def _approvals(program: Program) -> list[Any]:
    return [*program.approvals, *(one for stage in program.stages.values() for one in stage.approvals)]


class _Watcher:
    """Registers the points of one program, and has its parts mark them."""

    def __init__(self, program: Program, sheet: Sheet) -> None:
        self.program = program
        self.sheet = sheet
        self.name = program.pipeline.name

    def watch(self) -> None:
        program, pipeline = self.program, self.program.pipeline
        for event in pipeline.events.values():
            self.point("event", event.name, event.loc)
        for stage in program.stages.values():
            self.stage(stage)
        for check in program.checks:
            # a check fails only on false: unknown lets a deal through (Meaning 7)
            failed = check.false
            check.false = self._told(failed, "gate", check.expr, flipped=True, title="check")
        for reason in program.reasons.values():
            self.condition(reason.when)
            self.requires(reason.requires)
            for _, _, when in reason.returns:
                self.condition(when)
            reason.run = (self.marks("reason", reason.reason.name, reason.reason.loc), *reason.run)
        for rule in program.owner:
            self.condition(rule.when)
        for robot in program.robots_by_path.values():
            self.robot(robot)
        for task in program.tasks_by_path.values():
            self.task(task)
        for one in _approvals(program):
            self.condition(one.when)
            self.point("approval", one.approval.name, one.approval.loc)
        for sentence in program.sentences.values():
            self.condition(sentence)
        for wait in waits(pipeline):
            came = self.marks("wait", wait.event or wait.task, wait.loc)
            out = self.marks("wait", wait.event or wait.task, wait.loc, 1)
            program.blocks[f"{wait.path}/then"] = (came, *program.blocks.get(f"{wait.path}/then", ()))
            program.blocks[wait.path] = (out, *program.blocks.get(wait.path, ()))

    def stage(self, program: StageProgram) -> None:
        stage = program.stage
        if self.program.pipeline.kind != "record":
            program.entry = (self.marks("stage", stage.name, stage.loc), *program.entry)
        self.condition(program.when)
        self.requires(program.requires)
        for gate in (*program.enter, *program.leave):
            gate.true = self._told(gate.true, "gate", gate.expr, title=f"{gate.kind} when")
        if program.first_true is not None:
            program.first_true = self._first(program)
        if stage.limit is not None:
            program.limit_run = (self.marks("limit", stage.name, stage.limit.loc), *program.limit_run)

    def robot(self, program: RobotProgram) -> None:
        for trigger in program.triggers:
            self.condition(trigger.when)
        robot = program.robot
        name = robot.name if robot.named and not program.move else starts(robot)
        program.run = (self.marks("robot", name, program.loc), *program.run)

    def task(self, program: TaskProgram) -> None:
        task = program.task
        self.condition(program.when)
        self.requires(program.requires)
        for due in program.due:
            self.condition(due.when)
        for assign in program.assign:
            self.condition(assign.when)
        for outcome in program.outcomes.values():
            self.condition(outcome.when)
            self.requires(outcome.requires)
            self.point("outcome", f"{task.name} {outcome.outcome.name}", outcome.outcome.loc)
        if task.due:
            self.point("deadline", task.name, task.loc)

    # --- parts

    def point(self, kind: str, name: str, loc: Loc) -> int:
        return self.sheet.point(self.name, kind, name, loc)

    def marks(self, kind: str, name: str, loc: Loc, side: int = 0) -> Run:
        """An action that marks a point and does nothing else."""
        return partial(_mark, self.sheet, (self.point(kind, name, loc), side))

    def requires(self, rules: Requires) -> None:
        for name, when, loc in rules:
            self.sheet.require(self.name, name, loc)
            self.condition(when)

    def condition(self, condition: Condition | None) -> None:
        if condition is not None:
            condition.true = self._told(condition.true, "branch", condition.expr)

    def _told(
        self, test: Callable[[Any, Any], bool], kind: str, expr: Expr, *, flipped: bool = False, title: str = ""
    ) -> Callable[[Any, Any], bool]:
        point = self.point(kind, f"{title} {expr.text}".strip(), expr.loc)
        hits: tuple[Mark, Mark] = ((point, 0), (point, 1)) if flipped else ((point, 1), (point, 0))
        sheet = self.sheet

        def told(deal: Any, context: Any) -> bool:
            found = test(deal, context)
            sheet.marks.add(hits[found])
            return found

        return told

    def _first(self, program: StageProgram) -> Callable[[Any, Any], int]:
        """The fused standing rules: those before the one that holds were looked at and do not hold."""
        test, sheet = program.first_true, self.sheet
        assert test is not None
        whens = [one.rule.when for one in program.standing]
        points = [None if when is None else self.point("branch", when.text, when.loc) for when in whens]

        def told(deal: Any, context: Any) -> int:
            found = test(deal, context)
            for place, point in enumerate(points if found < 0 else points[: found + 1]):
                if point is not None:
                    sheet.marks.add((point, 0 if place == found else 1))
            return found

        return told


def _mark(sheet: Sheet, mark: Mark, _step: Any) -> None:
    sheet.marks.add(mark)


def waits(pipeline: Pipeline) -> list[Wait]:
    """Every ``wait … for`` of a pipeline, wherever it stands."""
    return [node for node in nodes(pipeline) if isinstance(node, Wait)]
