"""What each rule of the grammar becomes: a rule's kept children, in order, and its span make a node."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from voronka.dsl.syntax import nodes as n
from voronka.dsl.text.span import Span

MAX_DEPTH = 100
"""How deep an expression may be nested, its operators counted too."""

_LONG = MAX_DEPTH  # characters; a shorter expression cannot be deeper


class TooDeep(Exception):
    """An expression with too many operators inside each other; the argument is its span."""


def _list(*children: Any) -> tuple[Any, ...]:
    return children[:-1]


def _block(*children: Any) -> tuple[Any, ...]:
    return children[:-1]


def _file(*children: Any) -> n.File:
    return n.File(children[:-1], children[-1])


def _nothing(_: Span) -> tuple[Any, ...]:
    return ()


def _was(*children: Any) -> tuple[n.Ident, ...]:
    return children[0] if len(children) == 2 else ()


def _optional_list(*children: Any) -> tuple[Any, ...]:
    return children[0] if len(children) == 2 else ()


def _text(*children: Any) -> n.Text:
    return n.Text(children[:-1], children[-1])


def _path(*children: Any) -> n.Path:
    return n.Path(children[:-1], children[-1])


def _dotted(*children: Any) -> n.Ident:
    return n.Ident(".".join(child.name for child in children[:-1]), children[-1])


def _duration(number: n.NumberLit, unit: str, span: Span) -> n.DurationLit:
    return n.DurationLit(number.value, unit, span)


def _datetime(day: n.DateLit, at: n.TimeLit, span: Span) -> n.DateTimeLit:
    return n.DateTimeLit(datetime.combine(day.value, at.value), span)


def _shifted(before: bool) -> Callable[..., n.Moment]:
    def build(shift: n.Duration, happening: n.Happening, at: tuple[n.TimeLit, ...], span: Span) -> n.Moment:
        return n.Moment(shift, before, happening, at, span)

    return build


def _on_moment(happening: n.Happening, at: tuple[n.TimeLit, ...], span: Span) -> n.Moment:
    return n.Moment(None, False, happening, at, span)


def _every_period(
    period: n.Duration,
    at: tuple[n.TimeLit, ...],
    times: n.NumberLit | None,
    lapse: bool,
    when: n.Expr | None,
    span: Span,
) -> n.TriggerEvery:
    return n.TriggerEvery(period, None, at, times, lapse, when, span)


def _every_unit(
    unit: str, at: tuple[n.TimeLit, ...], times: n.NumberLit | None, lapse: bool, when: n.Expr | None, span: Span
) -> n.TriggerEvery:
    return n.TriggerEvery(n.DurationLit(Decimal(1), unit, span), None, at, times, lapse, when, span)


def _every_cron(
    cron: n.StringLit,
    at: tuple[n.TimeLit, ...],
    times: n.NumberLit | None,
    lapse: bool,
    when: n.Expr | None,
    span: Span,
) -> n.TriggerEvery:
    return n.TriggerEvery(None, cron, at, times, lapse, when, span)


def _event(
    name: n.Ident,
    title: n.Text | None,
    was: tuple[n.Ident, ...],
    route: tuple[tuple[n.Ident, ...], bool],
    payload: tuple[n.Payload, ...],
    span: Span,
) -> n.Event:
    return n.Event(name, title, was, route[0], route[1], payload, span)


def _currency(code: str, span: Span) -> n.Currency:
    return n.Currency(code, span)


def _stage(kind: Any) -> Callable[..., n.Stage]:
    def build(*children: Any) -> n.Stage:
        return n.Stage(kind, *children)

    return build


def _probability(number: n.NumberLit, span: Span) -> n.Probability:
    return n.Probability(n.PercentLit(number.value, number.span), span)


def _byline(*children: Any) -> tuple[n.Ident | None, n.StringLit | None]:
    by = next((child for child in children if isinstance(child, n.Ident)), None)
    because = next((child for child in children if isinstance(child, n.StringLit)), None)
    return by, because


def _step(kind: Callable[..., Any], byline: int) -> Callable[..., Any]:
    """A scenario's act, whose ``byline`` is a pair at this index."""

    def build(*children: Any) -> Any:
        return kind(*children[:byline], *children[byline], *children[byline + 1 :])

    return build


def _blame(kind: Any) -> Callable[..., n.Blame]:
    def build(name: n.Ident, span: Span) -> n.Blame:
        return n.Blame(kind, name, None, span)

    return build


# Expressions


def _checked(expression: Any) -> Any:
    span = expression.span
    if span.end - span.start > _LONG and _depth(expression) > MAX_DEPTH:
        raise TooDeep(span)
    return expression


def _depth(top: n.Node) -> int:
    deepest, stack = 0, [(top, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in n.children(node))
    return deepest


def _binary(op: Any) -> Callable[..., n.Binary]:
    def build(left: n.Expr, right: n.Expr, span: Span) -> Any:
        return _checked(n.Binary(op, left, right, span))

    return build


def _unary(op: Any) -> Callable[..., n.Unary]:
    def build(operand: n.Expr, span: Span) -> Any:
        return _checked(n.Unary(op, operand, span))

    return build


def _compare(left: n.Expr, op: Any, right: n.Expr, span: Span) -> n.Compare:
    return n.Compare(op, left, right, span)


def _is(negated: bool) -> Callable[..., n.Is | n.IsSet]:
    def build(left: n.Expr, right: n.Expr, span: Span) -> n.Is | n.IsSet:
        if isinstance(right, n.Path) and len(right.parts) == 1 and right.parts[0].name == "set":
            return n.IsSet(left, negated, span)
        return n.Is(left, right, negated, span)

    return build


def _negatable(kind: Callable[..., Any], negated: bool) -> Callable[..., Any]:
    """A node whose last field before the span says whether ``not`` stood there."""

    def build(*children: Any) -> Any:
        return kind(*children[:-1], negated, children[-1])

    return build


def _group(inner: n.Expr, _: Span) -> n.Expr:
    return inner


def _money(number: n.NumberLit, code: str, span: Span) -> n.MoneyLit:
    return n.MoneyLit(number.value, code, span)


def _percent(number: n.NumberLit, span: Span) -> n.PercentLit:
    return n.PercentLit(number.value, span)


BUILDERS: dict[str, Callable[..., Any]] = {
    # shared pieces
    "text": _text,
    "was": _was,
    "names": _list,
    "path": _path,
    "dotted": _dotted,
    "dotteds": _list,
    "paths": _list,
    "value": n.Value,
    "nothing": _nothing,
    "duration": _duration,
    "range": n.Range,
    "datetime": _datetime,
    "at": _list,
    "on_moment": _on_moment,
    "after_moment": _shifted(False),
    "before_moment": _shifted(True),
    "on_named": n.OnNamed,
    "on_event": n.OnEvent,
    "on_task": n.OnTask,
    "on_change": n.OnChange,
    "on_date": n.OnDate,
    "who": n.Who,
    "trigger_on": n.TriggerOn,
    "trigger_due": n.TriggerDue,
    "caught_up": lambda _: False,
    "unless_missed": lambda _: True,
    "every_period": _every_period,
    "every_unit": _every_unit,
    "every_cron": _every_cron,
    "hook": n.Hook,
    # a file
    "file": _file,
    "use_module": lambda module, alias, span: n.Use(module, None, alias, span),
    "use_file": lambda file, alias, span: n.Use(None, file, alias, span),
    "language": n.Language,
    "pipeline": n.Pipeline,
    "module": n.Module,
    "param": n.Param,
    "record": n.Record,
    "resource": n.Resource,
    "segment": n.Segment,
    "calendar": n.Calendar,
    "calendar_base": n.CalendarBase,
    "calendar_hours": n.CalendarHours,
    "weekdays": _optional_list,
    "calendar_off": n.CalendarOff,
    "calendar_working": n.CalendarWorking,
    "team": n.Team,
    "person": n.Person,
    # a pipeline
    "timezone": n.Timezone,
    "use_calendar": n.UseCalendar,
    "currency": _currency,
    "role": n.Role,
    "field_given": lambda name, title, was, type_, default, when, span: n.Field(
        name, title, was, type_, default, None, when, span
    ),
    "field_formula": lambda name, title, was, type_, formula, when, span: n.Field(
        name, title, was, type_, None, formula, when, span
    ),
    "plain_type": n.PlainType,
    "range_type": n.RangeType,
    "link_type": n.LinkType,
    "resource_for": lambda name, of, start, duration, span: n.ResourceType(name, of, start, duration, None, span),
    "resource_to": lambda name, of, start, end, span: n.ResourceType(name, of, start, None, end, span),
    "document_type": n.DocumentType,
    "option": n.Option,
    "event": _event,
    "no_route": lambda _: ((), False),
    "route": lambda names, _: (names, False),
    "route_create": lambda names, _: (names, True),
    "payload": n.Payload,
    "unique": n.Unique,
    "check": n.Check,
    "owner": n.Owner,
    "red": n.Red,
    "priority": n.Priority,
    "every_task": n.EveryTask,
    "every_stage": n.EveryStage,
    "retire_stage": n.RetireStage,
    "retire_fields": n.RetireFields,
    "retire_reason": n.RetireReason,
    "retire_tasks": n.RetireTasks,
    "include": n.Include,
    # a stage
    "stage": _stage("stage"),
    "won": _stage("won"),
    "lost": _stage("lost"),
    "means": n.Means,
    "guide": n.Guide,
    "stage_type": n.StageType,
    "probability": _probability,
    "limit": n.Limit,
    "require": n.Require,
    "enter": n.Enter,
    "leave": n.Leave,
    "checklist": n.Checklist,
    "point": n.Point,
    "retiring": n.Retiring,
    "comment": n.Comment,
    "move_at": n.Move,
    "move": lambda target, when, span: n.Move(target, None, when, span),
    "lose_at": n.Lose,
    "lose": lambda reason, when, span: n.Lose(reason, None, when, span),
    "reason": n.Reason,
    "from_stages": _optional_list,
    "in_segment": n.InSegment,
    "return": n.Return,
    # tasks and approvals
    "task": n.Task,
    "unnamed_task": lambda title, when, body, span: n.Task(None, title, (), when, body, span),
    "assign": n.Assign,
    "due": n.Due,
    "with": n.With,
    "outcome": n.Outcome,
    "again_in": lambda after, times, otherwise, span: n.Again(after, None, times, otherwise, span),
    "again_on": lambda moment, times, otherwise, span: n.Again(None, moment, times, otherwise, span),
    "next_required": n.NextRequired,
    "counts": n.CountsAsContact,
    "reschedule": n.Reschedule,
    "reschedule_by": n.RescheduleBy,
    "at_most": n.AtMost,
    "until": lambda target, span: n.Until(target, span),
    "approval": n.Approval,
    "covers": n.Covers,
    # robots and actions
    "robot": lambda name, title, was, begins, triggers, actions, span: n.Robot(
        name, title, was, begins or None, triggers, actions, span
    ),
    "from_now": lambda _: "now",
    "from_next_entry": lambda _: "next entry",
    "triggers": _list,
    "send": n.Send,
    "attach": _optional_list,
    "notify": lambda who, text, when, span: n.Notify(who, text, None, when, span),
    "notify_using": lambda who, template, when, span: n.Notify(who, None, template, when, span),
    "digest": n.Digest,
    "set": n.Set,
    "clear": n.Clear,
    "render": n.Render,
    "run": n.Run,
    "hand_over": lambda who, when, span: n.HandOver(False, who, when, span),
    "hand_over_tasks": lambda who, when, span: n.HandOver(True, who, when, span),
    "cancel_task": n.CancelTask,
    "tunnel": n.Tunnel,
    "copy": lambda *children: n.Copy(children[:-1], children[-1]),
    "copied": n.Copied,
    "start_at": n.StartAt,
    "back_link": n.BackLink,
    "if": n.If,
    "else_if": lambda inner, _: (inner,),
    "after": n.After,
    "wait_event": lambda duration, event, then, otherwise, span: n.Wait(duration, event, None, then, otherwise, span),
    "wait_task": lambda duration, task, then, otherwise, span: n.Wait(duration, None, task, then, otherwise, span),
    # scenarios
    "scenario": n.Scenario,
    "starts": n.Starts,
    "examples": n.Examples,
    "row": lambda *children: n.Row(children[:-1], children[-1]),
    "deal_step": n.DealStep,
    "wait_for": lambda duration, span: n.WaitStep(duration, None, span),
    "wait_until": lambda until, span: n.WaitStep(None, until, span),
    "tick": n.Tick,
    "done_step": _step(n.DoneStep, 2),
    "byline": _byline,
    "move_step": _step(n.MoveStep, 1),
    "lose_step": _step(n.LoseStep, 1),
    "event_step": n.EventStep,
    "reschedule_step": _step(n.RescheduleStep, 2),
    "away_step": n.AwayStep,
    "try_step": n.TryStep,
    "for_step": n.ForStep,
    "expect_that": n.ExpectThat,
    "expect_due_in": lambda task, after, span: n.ExpectDue(task, after, None, span),
    "expect_due_at": lambda task, at, span: n.ExpectDue(task, None, at, span),
    "expect_blocked": lambda blames, span: n.ExpectBlocked(False, blames, span),
    "expect_blocked_only": lambda blames, span: n.ExpectBlocked(True, blames, span),
    "expect_assigned": n.ExpectAssigned,
    "expect_lost": n.ExpectLost,
    "expect_sent": lambda channel, using, parts, span: n.ExpectSent(channel, using, parts or (), span),
    "parts": _list,
    "expect_nothing_sent": n.ExpectNothingSent,
    "blames": _list,
    "blame_require": _blame("require"),
    "blame_checklist": _blame("checklist"),
    "blame_approval": _blame("approval"),
    "blame_text": lambda text, span: n.Blame("text", None, text, span),
    # expressions
    "or_": _binary("or"),
    "and_": _binary("and"),
    "not_": _unary("not"),
    "compare": _compare,
    "is_": _is(False),
    "is_not": _is(True),
    "in_list": _negatable(n.InList, False),
    "not_in_list": _negatable(n.InList, True),
    "older": _negatable(n.Older, False),
    "not_older": _negatable(n.Older, True),
    "within": _negatable(n.Within, False),
    "not_within": _negatable(n.Within, True),
    "has": n.Has,
    "quant_is": _negatable(n.QuantIs, False),
    "quant_is_not": _negatable(n.QuantIs, True),
    "quant_in": _negatable(n.QuantIn, False),
    "quant_not_in": _negatable(n.QuantIn, True),
    "quant_with": n.QuantWith,
    "expressions": _list,
    "add": _binary("+"),
    "subtract": _binary("-"),
    "multiply": _binary("*"),
    "divide": _binary("/"),
    "money": _money,
    "percent": _percent,
    "minus": _unary("-"),
    "group": _group,
    "call_nothing": lambda function, span: n.Call(function, (), None, span),
    "call": n.Call,
    "task_ref": n.TaskRef,
    "checklist_ref": n.ChecklistRef,
    "approval_ref": n.ApprovalRef,
    # a block is the tuple of its sentences
    "values_body": _block,
    "actions_body": _block,
    "options_body": _block,
    "payload_body": _block,
    "pipeline_body": _block,
    "module_body": _block,
    "record_body": _block,
    "calendar_body": _block,
    "team_body": _block,
    "retire_body": _block,
    "checklist_body": _block,
    "stage_body": _block,
    "lost_body": _block,
    "reason_body": _block,
    "task_body": _block,
    "outcome_body": _block,
    "reschedule_body": _block,
    "approval_body": _block,
    "tunnel_body": _block,
    "scenario_body": _block,
    "examples_body": _block,
}
BLOCKS = frozenset({_block, _file})
"""Builders that leave out what is missing; any other node with a missing part is missing itself."""
