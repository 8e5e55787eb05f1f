"""Tasks: planned, answered, tried again, moved by hand, cancelled (Meaning 3, R30–R43)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.expr import NOWHERE, Loc
from voronka.dsl.definition.types import Title
from voronka.engine.deal.protocol import Operand, Unmet
from voronka.engine.deal.state import OPEN_STATES, TaskState
from voronka.engine.decide import approvals, deadlines, gates, people, timers
from voronka.engine.program.parts import TaskProgram

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

CLOSING = ("won", "lost")  # causes of cancelling when a deal closes


def plan(s: Step, program: TaskProgram, visit: int | None = None) -> TaskState:
    """Make a new task of this declaration (re-entry makes new ones). ``visit`` 0: it lives as long as the deal."""
    task = program.task
    if visit is None:
        visit = s.d.visit if s.scope == "stage" else 0
        if s.scope.startswith("t:"):
            visit = s.t.visit if s.t is not None else s.d.visit
    made = TaskState(
        s.d.next_task, task.name, task.path, visit, s.now, anchor=s.d.entered, approval=program.approval is not None
    )
    made.event = dict(s.e) if s.e else None
    # whose it is may hang on the task it follows from: `on overdue { task … { assign supervisor } }`
    made.assignee = people.first(s, program.assign) if program.assign else s.d.owner
    kept, s.t = s.t, made
    due = deadlines.due_of(s, program, made)
    s.t = kept
    if made.assignee is None:
        about = {"at": s.now, "path": task.path, "loc": str(task.loc), "task": made.id}
        s.emit("flag", f"nobody:{task.path}", about)
    else:
        s.settled(f"nobody:{task.path}")
    return add(s, made, due, bool(program.due))


def add(s: Step, made: TaskState, due: int | None, dated: bool = False) -> TaskState:
    """Write down a task that has been thought out: who stands in for its assignee, its deadline, its timer."""
    deputy = people.stand_in(s, made.assignee)
    if deputy is not None:
        made.assignee, made.lent = deputy, made.assignee
    made.due, made.local = due, deadlines.local(s, due)
    made.status = "waiting" if due is None and dated else "open"
    s.emit("task", made.id, made.data())
    s.touch("tasks", f"task:{made.name}")
    timers.put(s, f"t:{made.id}", due)
    return s.d.tasks[made.id]


def standing(s: Step) -> None:
    """Tasks with a condition are planned once a visit, as soon as it is true; the pipeline's own once a deal."""
    for program in s.p.stages[s.d.stage].tasks:
        if program.task.name not in s.d.latest and program.when is not None and program.when.true(s.d, s):
            s.because(program.task.path, str(program.task.loc))
            plan(s, program, s.d.visit)
    if s.d.closed is not None:
        return
    for program in s.p.tasks:
        known = s.d.latest.get(program.task.name)
        # what the deal's closing had cancelled comes again when the deal does
        again = known is None or (known.status == "cancelled" and known.cause in CLOSING)
        if again and (program.when is None or program.when.true(s.d, s)):
            s.because(program.task.path, str(program.task.loc))
            plan(s, program, 0)


# --- answers ---------------------------------------------------------------------------------------------------------


def find(s: Step, which: int | str) -> TaskState | None:
    """A task by its number, or the newest open one of a name; if none is open, the newest."""
    if isinstance(which, int):
        return s.d.tasks.get(which)
    named = [task for task in s.d.tasks.values() if task.name == which]
    opened = [task for task in named if task.status in OPEN_STATES]
    return opened[-1] if opened else named[-1] if named else None


def _open(s: Step, which: int | str) -> tuple[TaskState | None, TaskProgram | None, list[Unmet]]:
    """A task that something is to be done with, what declares it, and why nothing can be."""
    task = find(s, which)
    if task is None:
        known = sorted({one.name for one in s.d.open_tasks})
        return None, None, [Unmet("unknown", str(which), args={"what": "task", "known": known})]
    program = s.p.tasks_by_path.get(task.path)
    if task.status not in OPEN_STATES:
        title, loc = (program.task.title, program.task.loc) if program is not None else (Title(), NOWHERE)
        return None, None, [Unmet("state", task.name, title, loc, args={"why": task.status})]
    return task, program, []


def answering(s: Step, which: int | str, outcome: str | None, comment: str | None, has_next: bool) -> list[Unmet]:
    """Everything that keeps a task from being answered so; the fields given with the answer are already set."""
    task, program, found = _open(s, which)
    if task is None:
        return found
    if program is None:
        return [_outcome(task.name, (), outcome)] if outcome not in (None, "done") else []
    decl = program.task
    names = approvals.OUTCOMES if program.approval else tuple(program.outcomes)
    if outcome not in (names or (None, "done")):
        return [_outcome(task.name, names, outcome, decl.title, decl.loc)]
    found = gates.requires(s, program.requires)
    chosen = program.outcomes.get(outcome or "")
    if chosen is None:
        if decl.comment_required and not comment:
            found.append(Unmet("comment", task.name, decl.comment or decl.title, decl.loc))
        return found
    given = chosen.outcome
    if chosen.when is not None and not chosen.when.true(s.d, s):
        text = {"text": chosen.when.expr.text}
        found.append(Unmet("outcome", given.name, given.title, given.loc, chosen.when.trace(s.d, s).operands, text))
    found += gates.requires(s, chosen.requires)
    if (given.comment_required or decl.comment_required) and not comment:
        found.append(Unmet("comment", task.name, given.comment or decl.comment or given.title, given.loc))
    if given.next_required and not has_next and not any(one.id != task.id for one in s.d.open_tasks):
        found.append(Unmet("next", task.name, given.title, given.loc))
    return found


def _outcome(name: str, known: tuple[str, ...], given: str | None, title: Title = Title(), loc: Loc = NOWHERE) -> Unmet:
    return Unmet("outcome", name, title, loc, args={"known": list(known), "given": given})


def answer(s: Step, which: int | str, outcome: str | None, comment: str | None) -> None:
    """Answer a task; `again` keeps it and counts the attempt, everything else ends it. Then the outcome's actions."""
    task = find(s, which)
    assert task is not None
    program = s.p.tasks_by_path.get(task.path)
    chosen = program.outcomes.get(outcome or "") if program else None
    if chosen is None and (program is None or program.approval is None):
        outcome = None  # a plain task is just done
    if chosen is not None and chosen.outcome.contact:
        contact(s)
    again = chosen.outcome.again if chosen is not None else None
    stays = again is not None and (not again.at_most or task.attempts < again.at_most)
    if stays and program is not None:
        _again(s, task, program, outcome, comment)
    else:
        end(s, task, "done", outcome=outcome, done_at=s.now, done_by=s.event.actor, comment=comment)
        if program is not None and program.approval is not None:
            approvals.answered(s, task, outcome or "")
    if outcome is not None:
        s.happen(f"task:{task.name}:{outcome}", task.id)
    if not stays:
        s.happen(f"task:{task.name}:done", task.id)
        s.happen("done", task.id)
    if chosen is None:
        return
    s.t, s.scope = s.d.tasks[task.id], "stage" if task.visit else "pipeline"
    if not stays:
        s.run(chosen.otherwise)
    s.run(chosen.run)
    s.t, s.scope = None, "stage"


def _again(s: Step, task: TaskState, program: TaskProgram, outcome: str | None, comment: str | None) -> None:
    tried = task.copy()
    tried.attempts, tried.outcome, tried.answered = task.attempts + 1, outcome, s.now
    more: dict[str, Any] = {"attempts": tried.attempts, "outcome": outcome, "answered": s.now, "pinned": False}
    if comment:
        more["comment"] = comment
    s.t = tried
    due = deadlines.due_of(s, program, tried)
    s.t = None
    deadlines.retime(s, task, due, **more)


def end(s: Step, task: TaskState, status: str, **more: Any) -> None:
    """A task is done or cancelled, and with it whatever it still waited for."""
    s.emit("task=", task.id, {"status": status, **{key: value for key, value in more.items() if value is not None}})
    for key in [key for key in s.d.timers if key == f"t:{task.id}" or key.startswith(f"t:{task.id}:")]:
        s.emit("timer-", key)
    s.touch("tasks", f"task:{task.name}")


def contact(s: Step) -> None:
    """A conversation was had (R41)."""
    s.emit("mark", "contact", s.now)
    s.touch("mark:contact")


def cancel(s: Step, cause: str, *, visit: int | None = None, name: str = "") -> None:
    """Cancel open tasks, with the cause: those of a visit (0: the pipeline's own) or of a name."""
    for task in s.d.open_tasks:
        if task.name == name if name else task.visit == visit:
            end(s, task, "cancelled", cause=cause)


# --- moving by hand --------------------------------------------------------------------------------------------------


def rescheduling(s: Step, which: int | str, due: int, comment: str | None) -> list[Unmet]:
    """Whether a deadline may be moved so: by whom, how often, until when, and with a reason (R36)."""
    task, program, found = _open(s, which)
    if task is None:
        return found
    name = task.name
    title, loc = (program.task.title, program.task.loc) if program is not None else (Title(), NOWHERE)

    def refuse(why: str, operand: Operand, **args: Any) -> None:
        found.append(Unmet("reschedule", name, title, loc, (operand,), {"why": why, **args}))

    if due <= s.now:
        refuse("past", Operand("due", due))
    rule = program.task.reschedule if program is not None else None
    if program is None or rule is None:
        return found
    if rule.by and not _may(s, task, rule.by):
        refuse("by", Operand("actor", s.event.actor), by=list(rule.by))
    if rule.at_most and task.moved >= rule.at_most:
        refuse("at most", Operand("moved", task.moved), n=rule.at_most)
    until = program.until(s.d, s) if program.until is not None else None
    if until is not None:
        last = int(s.cal.close_of(until) if isinstance(until, date) else until)
        if due > last:
            refuse("until", Operand("until", last))
    if rule.comment_required and not comment:
        found.append(Unmet("comment", task.name, rule.comment or title, loc))
    return found


def _may(s: Step, task: TaskState, allowed: tuple[str, ...]) -> bool:
    actor = s.event.actor
    if not actor:
        return True  # the administrator's own hand: no person was named
    role = task.assignee[1:] if task.assignee and task.assignee.startswith("@") else ""
    for who in allowed:
        match who:
            case "assignee":
                # a task given to a role is any member's (Meaning 13)
                if actor == task.assignee or (role and actor in s.ask("members", s.p.pipeline.name, role)):
                    return True
            case "owner":
                if actor == s.d.owner:
                    return True
            case "supervisor":
                person = task.assignee or s.d.owner
                if person and actor == s.ask("supervisor", s.p.pipeline.name, person):
                    return True
            case _:
                if actor in s.ask("members", s.p.pipeline.name, who):
                    return True
    return False


def reschedule(s: Step, which: int | str, due: int, comment: str | None) -> None:
    """Pin the deadline to another instant (a later change of its formula only shows)."""
    task = find(s, which)
    assert task is not None
    more: dict[str, Any] = {"pinned": True, "moved": task.moved + 1}
    if comment:
        more["comment"] = comment
    deadlines.retime(s, task, due, **more)
