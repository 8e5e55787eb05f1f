"""What several rules ask of a pipeline: who reads a field, what a stage does, what bounds the time in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass

from voronka.dsl.check.flow.walk import Deed
from voronka.dsl.definition.actions import Action, After, If, Lose, Move, Task, Wait
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Pipeline, Stage, Standing
from voronka.dsl.definition.moments import Moment, Trigger
from voronka.dsl.definition.values import Duration
from voronka.dsl.lint.context import Context
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.span import Span

_MINUTES = {"min": 1, "hour": 60, "workhour": 60, "day": 1440, "workday": 1440, "week": 10_080, "month": 43_200}
_MINUTES["year"] = 525_600


def minutes(length: Expr | None) -> float | None:
    """A literal length of time in minutes, a working day counted as a day; None for what is not a literal."""
    if length is None or length.op != "const" or not isinstance(length.value, Duration):
        return None
    return float(length.value.n) * _MINUTES[length.value.unit]


def probability_place(ctx: Context, stage: Stage) -> Span | Loc:
    """Where a stage says its probability; the stage itself where a module says it."""
    node = ctx.node(stage.loc, nodes.Stage)
    said = [one.span for one in node.body if isinstance(one, nodes.Probability)] if node else []
    return said[0] if said else stage.loc


def here(ctx: Context, pipeline: Pipeline, stage: Stage) -> Iterator[Deed]:
    """Everything that rules and robots do in a stage, what its modules bring included."""
    return (deed for deed in ctx.deeds(pipeline) if deed.home == stage.name)


def target(deed: Deed) -> str:
    """The stage that an action or a standing rule leads to, or an empty text."""
    action = deed.action
    return action.stage if isinstance(action, Move | Standing) else ""


def leads_to_loss(deed: Deed) -> bool:
    return isinstance(deed.action, Lose) or (isinstance(deed.action, Standing) and bool(deed.action.reason))


def leads_on(ctx: Context, pipeline: Pipeline, stage: Stage) -> bool:
    """Whether a rule or a robot leads a deal of this stage to a later one."""
    order = list(pipeline.stages)
    later = set(order[order.index(stage.name) + 1 :])
    anywhere = (deed for deed in ctx.deeds(pipeline) if deed.home in (stage.name, None))
    return any(target(deed) in later for deed in anywhere)


def by_clock(trigger: Trigger) -> bool:
    """Whether a robot is set off by time, and not by what somebody does."""
    return trigger.kind in ("every", "cron", "due") or bool(trigger.times)


def bounded(ctx: Context, pipeline: Pipeline, stage: Stage) -> bool:
    """Whether something happens when a deal stays too long: a limit, a loss or move by the clock, a timer of its own,
    or a task that leads on and whose being overdue is told.

    Reminders that only come again and again bound nothing.
    """
    if stage.limit is not None or any(_after_some_time(rule.moment) for rule in stage.standing):
        return True
    if any(told_when_overdue(task) and _leads_on_when_done(stage, task) for task in stage.tasks if task.when is None):
        return True
    if any(isinstance(deed.action, Wait | After) for deed in here(ctx, pipeline, stage) if deed.task is None):
        return True
    return any(
        trigger.kind == "due" and _after_some_time(trigger.moment)
        for robot in stage.robots
        for trigger in robot.triggers
    )


def told_when_overdue(task: Task) -> bool:
    """Whether something happens when the task is overdue."""
    overdue = (t.happening for hook in task.hooks if hook.actions for t in hook.triggers)
    return bool(task.due) and any(happening is not None and happening.kind == "overdue" for happening in overdue)


def _leads_on_when_done(stage: Stage, task: Task) -> bool:
    """Whether the deal does not stay once the task is done: a rule waits for it, or every answer moves the deal."""
    waited = any(
        one.op == "task" and one.value[0] == task.name for rule in stage.standing for one in expressions(rule.when)
    )
    ends = [any(isinstance(a, Move | Lose) for a in o.actions) or o.again is not None for o in task.outcomes]
    return waited or (bool(ends) and all(ends))


def _after_some_time(moment: Moment | None) -> bool:
    return moment is not None and (moment.offset is not None or moment.base.kind == "instant")


def expressions(value: object) -> Iterator[Expr]:
    """Every expression anywhere inside a part of a definition, each with those below it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Expr):
            yield from one.walk()
        elif is_dataclass(one) and not isinstance(one, type):
            waiting += [getattr(one, part.name) for part in dataclass_fields(one)]
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, tuple):
            waiting += one


def asks_for(value: object, op: str, state: str = "") -> bool:
    """Whether an expression of this kind stands anywhere in a part of a definition."""
    return any(one.op == op and (not state or one.value == state) for one in expressions(value))


def cron(expression: str) -> tuple[set[int], set[int], float]:
    """Minutes and hours that a cron expression names, and on which share of the days it comes."""
    minute, hour, day, _, weekday = expression.split()
    share = 1.0
    if day != "*":
        share = len(_named(day, 1, 31)) / 31
    if weekday != "*":
        share = min(share, len(_named(weekday, 0, 6)) / 7) if day == "*" else share
    return _named(minute, 0, 59), _named(hour, 0, 23), share


def _named(part: str, low: int, high: int) -> set[int]:
    """The values of one part of a cron expression; what is no number (``MON``, ``L``) counts as one value."""
    found: set[int] = set()
    for one in part.split(","):
        span, _, step = one.partition("/")
        first, _, last = span.partition("-")
        if span in ("*", "?"):
            first, last = str(low), str(high)
        elif not last:
            last = str(high) if step else first
        if first.isdigit() and last.isdigit() and (step.isdigit() or not step):
            found.update(range(int(first), int(last) + 1, int(step or 1) or 1))
        else:
            found.add(low + len(found))
    return found


def nested(actions: Iterable[Action]) -> Iterator[Action]:
    """Actions with those of the blocks in them, without those of the tasks they give."""
    for action in actions:
        yield action
        match action:
            case If():
                yield from nested((*action.then, *action.otherwise))
            case Wait():
                yield from nested((*action.then, *action.otherwise))
            case After():
                yield from nested(action.actions)


def shown(task: Task) -> Both:
    """A task as messages call it: its name, or its title in quotes."""
    if task.named:
        return Both(f"`{task.name}`", f"`{task.name}`")
    return Both(f"“{task.title.in_('en')}”", f"«{task.title.in_('ru')}»")


def listed(names: Iterable[str]) -> str:
    """``a``, ``b``: names in backticks, at most five."""
    every = [f"`{name}`" for name in names]
    return ", ".join(every[:5]) + (", …" if len(every) > 5 else "")
