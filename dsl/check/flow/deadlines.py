"""Deadlines that can never come, and rules that wait for tasks a visit cannot have (R31, U1)."""

from __future__ import annotations

from functools import partial

from voronka.dsl.check.flow.everywhere import Everywhere
from voronka.dsl.check.flow.facts import Book, Fact
from voronka.dsl.check.flow.report import Report
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.check.flow.terms import leaves
from voronka.dsl.check.flow.walk import Deed
from voronka.dsl.definition.actions import AddTask, Approval, CancelTask, Task, Wait
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.moments import DueRule, Happening
from voronka.dsl.definition.types import BOOL
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

NOTHING_SAID = Both("", "")


def analyse(book: Book, report: Report, seen: Everywhere) -> None:
    """Report on the deadlines of all tasks and approvals, and on what waits for, follows or cancels a task."""
    pipeline = book.pipeline
    for deed in book.deeds:
        trigger = deed.trigger
        if trigger is not None and trigger.happening is not None and trigger.happening.kind == "task":
            effect = Both("this never happens", "этого не случится")
            loc = trigger.loc if trigger.loc.line else deed.loc
            if not _task_here(book, deed, trigger.happening.name, loc, effect, report, seen):
                continue
        match deed.action:
            case AddTask():
                for rule in deed.action.task.due:
                    _due(book, rule, deed.action.task, deed.home, report, seen)
                _gaps(book, deed.action.task, report, seen)
            case Wait() if deed.action.task:
                effect = Both("this waits in vain", "ожидание напрасно")
                _task_here(book, deed, deed.action.task, deed.loc, effect, report, seen)
            case CancelTask():
                effect = Both("there is nothing to cancel", "отменять нечего")
                _task_here(book, deed, deed.action.task, deed.loc, effect, report, seen)
    approvals: list[tuple[str | None, Approval]] = [(None, approval) for approval in pipeline.approvals]
    approvals += [(name, approval) for name, stage in pipeline.stages.items() for approval in stage.approvals]
    for home, approval in approvals:
        for rule in approval.due:
            _due(book, rule, approval, home, report, seen)


# --- deadlines -------------------------------------------------------------------------------------------------------


def _due(book: Book, rule: DueRule, of: Task | Approval, home: str | None, report: Report, seen: Everywhere) -> None:
    why = _why_never(book, rule.moment.base, of, home)
    say = None if why is None else partial(report.say, codes.DEADLINE_NEVER_COMES, rule.loc, {"why": why})
    seen.note(codes.DEADLINE_NEVER_COMES, rule.loc, say)


def _why_never(book: Book, base: Happening, of: Task | Approval, home: str | None) -> Both | None:
    """What keeps a deadline's base from ever being there while the task is open."""
    stage = None if home is None else book.pipeline.stages[home]
    match base.kind:
        case "exit" if stage is not None:
            return Both("leaving the stage cancels the task", "выход с этапа отменяет задачу")
        case "closing" if stage is None or stage.kind == "open":
            return Both("closing the deal cancels the task", "закрытие сделки отменяет задачу")
        case "overdue" | "done" | "approved" | "rejected":
            return Both("it hangs on the task itself", "он зависит от самой задачи")
        case "task" if base.name == of.name:
            return Both("it hangs on the task itself", "он зависит от самой задачи")
        case "instant" if base.expr is not None and (stage is None or stage.kind == "open"):
            if ("closing", None) in _needed(book, base.expr):
                return Both("closing the deal cancels the task", "закрытие сделки отменяет задачу")
    return None


def _needed(book: Book, expr: Expr) -> set[object]:
    """Everything that must be set for a term to be set, formulas included."""
    found: set[object] = set()
    waiting: list[tuple[object, ...]] = [*leaves(expr)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += book.implied(name)
    return found


def _gaps(book: Book, task: Task, report: Report, seen: Everywhere) -> None:
    """Deadlines by case that leave out a case, even when every field they ask about is filled."""
    if not task.due or any(rule.when is None for rule in task.due):
        return
    whens = [book.plain(rule.when) for rule in task.due if rule.when is not None]
    named = {node.value: node for when in whens for node in when.walk() if node.op == "field"}
    facts = [Fact(when, rule.loc, NOTHING_SAID, Truth.NOT_TRUE) for when, rule in zip(whens, task.due, strict=True)]
    facts += [Fact(Expr("set", BOOL, None, (node,)), task.loc, NOTHING_SAID) for node in named.values()]
    covered = book.clash(facts)
    say = partial(report.say, codes.SOMETIMES_NO_DEADLINE, task.loc, {"task": _shown(task)})
    seen.note(codes.SOMETIMES_NO_DEADLINE, task.loc, None if covered else say)


def _shown(task: Task) -> Both:
    if task.named:
        return Both(f"`{task.name}`", f"`{task.name}`")
    return Both(f"“{task.title.in_('en')}”", f"«{task.title.in_('ru')}»")


# --- tasks of another stage ------------------------------------------------------------------------------------------


def _task_here(book: Book, deed: Deed, name: str, loc: Loc, effect: Both, report: Report, seen: Everywhere) -> bool:
    """Whether a visit of the deed's home can have a task of this name."""
    homes, declared = book.task_homes.get(name, (None, loc))
    if homes is None or deed.home is None or deed.home in homes:
        seen.note(codes.TASK_NOT_HERE, loc, None)
        return True
    names = ", ".join(sorted(homes, key=book.order.__getitem__))
    labels = [(declared, Both(f"it is given in {names}", f"её ставят в {names}"))]
    args = {"task": name, "effect": effect}
    seen.note(codes.TASK_NOT_HERE, loc, partial(report.say, codes.TASK_NOT_HERE, loc, args, labels))
    return False
