"""Tasks and robots that live deals could only know by their place in the file (Meaning 15)."""

from __future__ import annotations

from collections.abc import Iterable

from voronka.dsl.check.flow.facts import Book
from voronka.dsl.check.flow.report import Report
from voronka.dsl.definition.actions import Action, After, Robot, Wait
from voronka.dsl.definition.expr import Loc
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

_TASK = Both("task", "задача"), Both("its deadline hangs on it", "от неё зависит срок")
_ROBOT = Both("robot", "робот"), Both("its timers hang on it", "от него зависят таймеры")


def analyse(book: Book, report: Report) -> None:
    """Note every unnamed task that has a deadline, and every unnamed robot that waits or counts."""
    pipeline = book.pipeline
    seen: set[Loc] = set()  # a sentence of `every stage` stands for several
    for task in pipeline.every_task():
        if not task.named and task.due and task.loc not in seen:
            seen.add(task.loc)
            what, hangs = _TASK
            report.say(codes.UNNAMED_TIMER, task.loc, {"what": what, "hangs": hangs, "path": task.path})
    for robot in (*pipeline.robots, *(robot for stage in pipeline.stages.values() for robot in stage.robots)):
        if not robot.named and _waits(robot) and robot.loc not in seen:
            seen.add(robot.loc)
            what, hangs = _ROBOT
            report.say(codes.UNNAMED_TIMER, robot.loc, {"what": what, "hangs": hangs, "path": robot.path})


def _waits(robot: Robot) -> bool:
    """Whether something is kept between two events for this robot: a timer, a delay, a count."""
    return any(t.kind != "on" or t.times or t.at_most for t in robot.triggers) or _delays(robot.actions)


def _delays(actions: Iterable[Action]) -> bool:
    blocks = ("then", "otherwise")
    return any(
        isinstance(action, After | Wait) or any(_delays(getattr(action, name, ())) for name in blocks)
        for action in actions
    )
