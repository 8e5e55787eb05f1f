"""Deadlines are formulas: when a moment is, and tasks that follow what their deadline hangs on (Meaning 5, R31, U9)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.values import Duration
from voronka.engine.decide import timers
from voronka.engine.program.parts import Instant, TaskProgram

if TYPE_CHECKING:
    from voronka.engine.deal.state import TaskState
    from voronka.engine.decide.step import Step


def instant_of(s: Step, instant: Instant, task: TaskState | None = None, closing: bool = True) -> int | None:
    """When a moment is, or None while what it counts from is missing.

    None is also what no calendar can say: half a day later, the year 12,000. In a task's deadline ``entry`` is the
    entry of its visit, ``now`` and ``request`` are when it was planned or last answered. A date means the close of its
    working hours where a deadline hangs on it (``closing``), else the begin of the day; a time of day (``at``) goes
    before both.
    """
    base = _base(s, instant, task)
    length = None if instant.offset is None else instant.offset(s.d, s)
    if base is None or (instant.offset is not None and length is None):
        return None
    try:
        return _shifted(s, instant, base, length, closing)
    except (ValueError, OverflowError):
        return None


def _shifted(s: Step, instant: Instant, base: Any, length: Duration | None, closing: bool) -> int:
    moment, cal = instant.moment, s.cal
    if isinstance(base, date):
        if length is not None:
            if length.unit in ("min", "hour", "workhour"):
                return int(cal.add(cal.day_start(base), length, moment.sign))
            base = cal.add_date(base, length, moment.sign)
        if moment.times:
            return int(cal.at(base, moment.times[0]))
        return int(cal.close_of(base) if closing else cal.day_start(base))
    result = int(base) if length is None else int(cal.add(int(base), length, moment.sign))
    return int(cal.at(cal.today(result), moment.times[0])) if moment.times else result


def _base(s: Step, instant: Instant, task: TaskState | None) -> Any:
    match instant.base.kind:
        case "entry":
            return task.anchor if task is not None and task.anchor is not None else s.d.entered
        case "creation":
            return s.d.created
        case "closing":
            return s.d.closed
        case "request":
            return _since(s, task)
        case "instant" if instant.expr is not None:
            kept = s.now
            if instant.ticking:
                s.now = _since(s, task)
            try:
                return instant.expr(s.d, s)
            finally:
                s.now = kept
    return max((s.d.marks[key] for key in instant.keys if key in s.d.marks), default=None)


def _since(s: Step, task: TaskState | None) -> int:
    """What ``now`` means in a deadline that is computed again later."""
    if task is None:
        return s.now
    return task.created if task.answered is None else task.answered


def due_of(s: Step, program: TaskProgram, task: TaskState) -> int | None:
    """The first `due` line that holds gives the deadline; after `again` that sentence does."""
    again = program.outcomes[task.outcome].again if task.attempts and task.outcome in program.outcomes else None
    if again is not None:
        return instant_of(s, again, task)
    for rule in program.due:
        if rule.when is None or rule.when.true(s.d, s):
            return instant_of(s, rule.instant, task)
    return None


def follow(s: Step, dirty: set[str]) -> None:
    """Recompute deadlines whose inputs have changed; one that was moved by hand only shows that it would."""
    for task in s.d.open_tasks:
        program = s.p.tasks_by_path.get(task.path)
        if program is None or (program.reads.isdisjoint(dirty) and not s.adopting):
            continue
        kept, s.t, s.e = (s.t, s.e), task, task.event
        try:
            due = due_of(s, program, task)
        finally:
            s.t, s.e = kept
        if due == task.due:
            continue
        s.because(task.path, str(program.task.loc))
        if task.pinned:
            s.emit("note", {"kind": "pinned", "task": task.id, "would": due})
        else:
            retime(s, task, due)


def local(s: Step, due: int | None) -> str | None:
    """The wall time of a deadline in the pipeline's zone, ``2026-11-23T10:10``."""
    return None if due is None else s.cal.local(due).isoformat()[:16]


def retime(s: Step, task: TaskState, due: int | None, **more: Any) -> None:
    """Give a task another deadline; one that lies ahead is not overdue any more, and what being overdue began ends."""
    what: dict[str, Any] = {"due": due, "local": local(s, due), **more}
    status = "waiting" if due is None else "open"
    if status != task.status:
        what["status"] = status
    if task.overdue and (due is None or due > s.now):
        what["overdue"] = False
        for key in [key for key in s.d.timers if key.startswith(f"t:{task.id}:cont:")]:
            s.emit("timer-", key)
    s.emit("task=", task.id, what)
    s.touch("tasks", f"task:{task.name}")
    timers.put(s, f"t:{task.id}", due)


def overdue(s: Step, number: int) -> None:
    """The deadline has passed: hooks fire once for each deadline."""
    task = s.d.tasks[number]
    if task.status != "open" or task.overdue:
        return
    s.emit("task=", number, {"overdue": True})
    s.touch("tasks", f"task:{task.name}")
    s.happen("overdue", number)
