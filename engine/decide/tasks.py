"""Tasks: planned, due, overdue, done, again, moved, cancelled (Meaning 3, 5; R30–R43)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from voronka.engine.deal.protocol import Operand, Unmet
from voronka.engine.deal.state import OPEN_STATES, TaskState
from voronka.engine.decide import gates, people
from voronka.engine.program.parts import Instant, TaskProgram

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

APPROVAL_OUTCOMES = ("approved", "rejected")


def plan(s: Step, program: TaskProgram, visit: int | None = None) -> TaskState:
    """Make a new task of this declaration (re-entry makes new ones)."""
    task = program.task
    number = s.d.next_task
    if visit is None:
        lasting = s.scope == "pipeline" or (s.scope.startswith("t:") and s.t is not None and s.t.visit == 0)
        visit = 0 if lasting else s.d.visit
    made = TaskState(
        number, task.name, task.path, visit, s.now, anchor=s.d.entered, approval=program.approval is not None
    )
    made.event = dict(s.e) if s.e else None
    kept, s.t = s.t, made
    try:
        due = due_of(s, program, made)
        made.assignee = people.present(s, people.first(s, program.assign) if program.assign else s.d.owner)
    finally:
        s.t = kept
    made.due = due
    made.local = None if due is None else local(s, due)
    made.status = "waiting" if due is None and program.due else "open"
    s.emit("task", number, made.data())
    s.dirty |= {"tasks", f"task:{task.name}"}
    if made.assignee is None:
        s.emit("flag", f"nobody:{task.path}", {"at": s.now, "task": number})
    if due is not None:
        set_timer(s, number, due)
    return s.d.tasks[number]


def local(s: Step, instant: int) -> str:
    """The wall time of an instant in the pipeline's zone, ``2026-11-23T10:10``."""
    return s.cal.local(instant).strftime("%Y-%m-%dT%H:%M")


def set_timer(s: Step, number: int, due: int) -> None:
    key = f"t:{number}"
    timer = s.d.timers.get(key)
    if timer is None or timer[0] != due:
        s.emit("timer", key, due, s.d.gen + 1, None)


def instant_of(s: Step, instant: Instant, anchor: TaskState | None = None, closing: bool = True) -> int | None:
    """When a moment is, or None while what it counts from is missing.

    ``now`` counts from when the task was planned, ``entry`` from the entry of its visit. A date means the close of
    its working hours
    where a deadline hangs on it (``closing``), else the begin of the day; a time of day (``at``) goes before both.
    """
    base = _base(s, instant, anchor)
    if base is None:
        return None
    moment = instant.moment
    cal = s.cal
    if isinstance(base, date):
        if instant.offset is not None:
            length = instant.offset(s.d, s)
            if length is None:
                return None
            if length.unit in ("min", "hour", "workhour"):
                return int(cal.add(cal.day_start(base), length, moment.sign))
            base = cal.add_date(base, length, moment.sign)
        if moment.times:
            return int(cal.at(base, moment.times[0]))
        return int(cal.close_of(base) if closing else cal.day_start(base))
    result = int(base)
    if instant.offset is not None:
        length = instant.offset(s.d, s)
        if length is None:
            return None
        result = cal.add(result, length, moment.sign)
    if moment.times:
        result = cal.at(cal.local(result).date(), moment.times[0])
    return int(result)


def _base(s: Step, instant: Instant, anchor: TaskState | None) -> Any:
    match instant.base.kind:
        case "entry":
            return anchor.anchor if anchor is not None and anchor.anchor else s.d.entered
        case "creation":
            return s.d.created
        case "closing":
            return s.d.closed
        case "request":
            return anchor.created if anchor is not None else s.now
        case "instant":
            if instant.ticking and anchor is not None:
                kept, s.now = s.now, anchor.created
                try:
                    return instant.expr(s.d, s) if instant.expr else None
                finally:
                    s.now = kept
            return instant.expr(s.d, s) if instant.expr else None
    found = [s.d.marks[key] for key in instant.keys if key in s.d.marks]
    return max(found) if found else None


def due_of(s: Step, program: TaskProgram, task: TaskState) -> int | None:
    """The first `due` line that holds gives the deadline (R31)."""
    for rule in program.due:
        if rule.when is None or rule.when.true(s.d, s):
            return instant_of(s, rule.instant, task)
    return None


def follow(s: Step) -> None:
    """Deadlines are formulas: recompute those whose inputs changed, unless moved by hand (Meaning 5, U9)."""
    for task in list(s.d.tasks.values()):
        if task.status not in OPEN_STATES:
            continue
        program = s.p.tasks_by_path.get(task.path)
        if program is None or not (program.reads & s.dirty) or task.attempts:
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
            continue
        retime(s, task, due)


def retime(s: Step, task: TaskState, due: int | None, **more: Any) -> None:
    """Give a task another deadline; one that lies ahead is not overdue any more."""
    what: dict[str, Any] = {"due": due, "local": None if due is None else local(s, due), **more}
    status = "waiting" if due is None else "open"
    if status != task.status:
        what["status"] = status
    if task.overdue and (due is None or due > s.now):
        what["overdue"] = False
    s.emit("task=", task.id, what)
    s.dirty |= {"tasks", f"task:{task.name}"}
    if due is None:
        s.emit("timer-", f"t:{task.id}")
    else:
        set_timer(s, task.id, due)


def overdue(s: Step, number: int) -> None:
    """The deadline has passed: hooks fire once for each deadline."""
    task = s.d.tasks[number]
    if task.status != "open" or task.overdue:
        return
    s.emit("task=", number, {"overdue": True})
    s.dirty |= {"tasks", f"task:{task.name}"}
    s.happen("overdue", number)


# --- answers ---------------------------------------------------------------------------------------------------------


def find(s: Step, which: int | str) -> TaskState | None:
    """An open task by its number, or the newest open one of a name."""
    if isinstance(which, int):
        return s.d.tasks.get(which)
    named = [task for task in s.d.tasks.values() if task.name == which]
    opened = [task for task in named if task.status in OPEN_STATES]
    return opened[-1] if opened else named[-1] if named else None


def answering(s: Step, which: int | str, outcome: str | None, comment: str | None, has_next: bool) -> list[Unmet]:
    """Everything that keeps a task from being answered so; the fields given with the answer are already set."""
    task = find(s, which)
    if task is None:
        known = sorted({t.name for t in s.d.open_tasks})
        return [Unmet("unknown", str(which), args={"what": "task", "known": known})]
    program = s.p.tasks_by_path.get(task.path)
    if program is None:
        return []
    decl = program.task
    if task.status not in OPEN_STATES:
        return [Unmet("state", task.name, decl.title, decl.loc, args={"why": task.status})]
    names = APPROVAL_OUTCOMES if program.approval else tuple(program.outcomes)
    if names and outcome not in names:
        return [Unmet("outcome", task.name, decl.title, decl.loc, args={"known": list(names), "given": outcome})]
    if not names and outcome not in (None, "done"):
        return [Unmet("outcome", task.name, decl.title, decl.loc, args={"known": [], "given": outcome})]
    found = gates.requires(s, program.requires)
    chosen = program.outcomes.get(outcome or "")
    if chosen is None:
        if decl.comment_required and not comment:
            found.append(Unmet("comment", task.name, decl.comment or decl.title, decl.loc))
        return found
    given = chosen.outcome
    if chosen.when is not None and not chosen.when.true(s.d, s):
        trace = chosen.when.trace(s.d, s)
        found.append(
            Unmet("outcome", given.name, given.title, given.loc, trace.operands, {"text": chosen.when.expr.text})
        )
    found += gates.requires(s, chosen.requires)
    if (given.comment_required or decl.comment_required) and not comment:
        found.append(Unmet("comment", task.name, given.comment or decl.comment or given.title, given.loc))
    if given.next_required and not has_next and not any(t.id != task.id for t in s.d.open_tasks):
        found.append(Unmet("next", task.name, given.title, given.loc))
    return found


def answer(s: Step, which: int | str, outcome: str | None, comment: str | None) -> None:
    """Answer a task; `again` keeps it and counts the attempt, everything else ends it."""
    task = find(s, which)
    assert task is not None
    program = s.p.tasks_by_path.get(task.path)
    chosen = program.outcomes.get(outcome or "") if program else None
    s.t = task
    if chosen is not None and chosen.outcome.contact:
        contact(s)
    decl = chosen.outcome.again if chosen else None
    if chosen is not None and decl is not None and (not decl.at_most or task.attempts < decl.at_most):
        _again(s, task, chosen.again, outcome, comment)
    else:
        end(s, task, "done", outcome=outcome, done_at=s.now, done_by=s.event.actor, comment=comment)
        if program is not None and program.approval is not None:
            _approve(s, task, outcome or "")
    if outcome is not None:
        s.happen(f"task:{task.name}:{outcome}", task.id)
    current = s.d.tasks[task.id]
    if current.status == "done":
        s.happen(f"task:{task.name}:done", task.id)
        s.happen("done", task.id)
    if chosen is not None:
        s.t = current
        exhausted = decl is not None and current.status == "done"
        if exhausted:
            s.because(task.path, str(chosen.outcome.loc))
        for run in chosen.otherwise if exhausted else ():
            run(s)
        for run in chosen.run:
            run(s)
    s.t = None


def _again(s: Step, task: TaskState, instant: Instant | None, outcome: str | None, comment: str | None) -> None:
    assert instant is not None
    due = instant_of(s, instant, None)
    more: dict[str, Any] = {"attempts": task.attempts + 1, "outcome": outcome, "pinned": False}
    if comment:
        more["comment"] = comment
    retime(s, task, due, **more)


def end(s: Step, task: TaskState, status: str, **more: Any) -> None:
    s.emit("task=", task.id, {"status": status, **{key: value for key, value in more.items() if value is not None}})
    for key in [key for key in s.d.timers if key == f"t:{task.id}" or key.startswith(f"t:{task.id}:")]:
        s.emit("timer-", key)
    s.dirty |= {"tasks", f"task:{task.name}"}


def contact(s: Step) -> None:
    """A conversation was had (R41)."""
    s.emit("mark", "contact", s.now)
    s.dirty.add("mark:contact")


def _approve(s: Step, task: TaskState, outcome: str) -> None:
    state = s.d.approvals.get(task.name)
    if state is not None:
        s.emit("approval", task.name, {**state, "state": outcome})
        s.dirty.add(f"approval:{task.name}")
        s.happen(outcome, task.id)


def approvals(s: Step) -> None:
    """Ask for approvals whose condition became true, void those whose covered fields changed, drop the rest
    (Meaning 14)."""
    stage = s.p.stages[s.d.stage]
    for program in (*stage.approvals, *s.p.approvals):
        name = program.approval.name
        state = s.d.approvals.get(name)
        wanted = program.when.true(s.d, s)
        if state is not None:
            covered = {field: s.d.f.get(field) for field in program.approval.covers}
            changed = covered != state["covered"]
            if wanted and not changed:
                continue
            s.because(program.approval.path, str(program.approval.loc))
            task = s.d.tasks.get(state["task"])
            if task is not None and task.status in OPEN_STATES:
                end(s, task, "cancelled", cause="void" if changed else "not needed")
            s.emit("approval", name, None)
            s.dirty.add(f"approval:{name}")
        if wanted and s.d.closed is None:
            s.because(program.approval.path, str(program.approval.loc))
            made = plan(s, program.task, 0 if program.pipeline else s.d.visit)
            covered = {field: s.d.f.get(field) for field in program.approval.covers}
            scope = "pipeline" if program.pipeline else "visit"
            s.emit("approval", name, {"state": "asked", "task": made.id, "covered": covered, "scope": scope})
            s.dirty.add(f"approval:{name}")


def standing(s: Step) -> None:
    """Tasks with a condition are planned once a visit, as soon as it is true."""
    stage = s.p.stages[s.d.stage]
    for program in stage.tasks:
        if program.task.name not in s.d.latest and program.when is not None and program.when.true(s.d, s):
            s.because(program.task.path, str(program.task.loc))
            plan(s, program, s.d.visit)
    if s.d.closed is None:
        for program in s.p.tasks:
            if program.task.name not in s.d.latest and (program.when is None or program.when.true(s.d, s)):
                s.because(program.task.path, str(program.task.loc))
                plan(s, program, 0)


# --- moving by hand, cancelling --------------------------------------------------------------------------------------


def rescheduling(s: Step, which: int | str, due: int, comment: str | None) -> list[Unmet]:
    """Whether a deadline may be moved so: by whom, how often, until when, and with a reason (R36)."""
    task = find(s, which)
    if task is None:
        return [Unmet("unknown", str(which), args={"what": "task", "known": sorted({t.name for t in s.d.open_tasks})})]
    program = s.p.tasks_by_path.get(task.path)
    if program is None:
        return []
    decl = program.task
    if task.status not in OPEN_STATES:
        return [Unmet("state", task.name, decl.title, decl.loc, args={"why": task.status})]
    found = []
    if due <= s.now:
        found.append(Unmet("reschedule", task.name, decl.title, decl.loc, (Operand("due", due),), {"why": "past"}))
    rule = decl.reschedule
    if rule is None:
        return found
    if rule.by and not _may(s, task, rule.by):
        args: dict[str, Any] = {"why": "by", "by": list(rule.by)}
        found.append(Unmet("reschedule", task.name, decl.title, decl.loc, (Operand("actor", s.event.actor),), args))
    if rule.at_most and task.moved >= rule.at_most:
        args = {"why": "at most", "n": rule.at_most}
        found.append(Unmet("reschedule", task.name, decl.title, decl.loc, (Operand("moved", task.moved),), args))
    until = program.until(s.d, s) if program.until is not None else None
    if until is not None:
        last = s.cal.close_of(until) if isinstance(until, date) else int(until)
        if due > last:
            found.append(
                Unmet("reschedule", task.name, decl.title, decl.loc, (Operand("until", last),), {"why": "until"})
            )
    if rule.comment_required and not comment:
        found.append(Unmet("comment", task.name, rule.comment or decl.title, decl.loc))
    return found


def _may(s: Step, task: TaskState, allowed: tuple[str, ...]) -> bool:
    actor = s.event.actor
    if not actor:
        return True  # the administrator's own hand: no person was named
    for who in allowed:
        if who == "assignee":
            if task.assignee == actor:
                return True
            role = task.assignee[1:] if task.assignee and task.assignee.startswith("@") else None
            if role is not None and actor in (s.ask("members", s.p.pipeline.name, role) or ()):
                return True
        elif who == "owner":
            if s.d.owner == actor:
                return True
        elif who == "supervisor":
            person = task.assignee if task.assignee and not task.assignee.startswith("@") else s.d.owner
            if person and s.ask("supervisor", s.p.pipeline.name, person) == actor:
                return True
        elif actor in (s.ask("members", s.p.pipeline.name, who) or ()):
            return True
    return False


def reschedule(s: Step, which: int | str, due: int, comment: str | None) -> None:
    """Pin the deadline to another instant (a later change of its formula only shows)."""
    task = find(s, which)
    assert task is not None
    more: dict[str, Any] = {"pinned": True, "moved": task.moved + 1}
    if comment:
        more["comment"] = comment
    retime(s, task, due, **more)


def cancel_visit(s: Step, cause: str) -> None:
    """Leaving cancels the stage's open tasks, with the cause."""
    for task in list(s.d.tasks.values()):
        if task.status in OPEN_STATES and task.visit == s.d.visit:
            end(s, task, "cancelled", cause=cause)


def cancel_open(s: Step, cause: str) -> None:
    """Winning and losing cancel the pipeline's own tasks too."""
    for task in list(s.d.tasks.values()):
        if task.status in OPEN_STATES and task.visit == 0:
            end(s, task, "cancelled", cause=cause)


def cancel_named(s: Step, name: str, cause: str) -> None:
    for task in list(s.d.tasks.values()):
        if task.status in OPEN_STATES and task.name == name:
            end(s, task, "cancelled", cause=cause)
