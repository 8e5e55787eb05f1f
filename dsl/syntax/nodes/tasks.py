"""Tasks, their outcomes, and approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.dsl.syntax.nodes.base import Node, node
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import (
        Action,
        ApprovalStatement,
        DateLit,
        Duration,
        Expr,
        Ident,
        Moment,
        NumberLit,
        OutcomeStatement,
        Path,
        RescheduleStatement,
        TaskStatement,
        Text,
        Trigger,
        Who,
    )


@node
class Task(Node):
    """``task [t] ["T"] [when C] { }``; a name or a title is there."""

    name: Ident | None
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr | None
    body: tuple[TaskStatement, ...]
    span: Span


@node
class Assign(Node):
    """``assign WHO [when C]``."""

    who: Who
    when: Expr | None
    span: Span


@node
class Due(Node):
    """``due MOMENT [when C]`` of a task or an approval."""

    moment: Moment
    when: Expr | None
    span: Span


@node
class With(Node):
    """``with client``: whom the task is about."""

    path: Path
    span: Span


@node
class Outcome(Node):
    """``outcome reached "Дозвонились" { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr | None
    body: tuple[OutcomeStatement, ...]
    span: Span


@node
class Again(Node):
    """``again in D [at most N times else { }]`` (after) or ``again on f …`` (moment); ``otherwise`` None: no limit."""

    after: Duration | None
    moment: Moment | None
    at_most: NumberLit | None
    otherwise: tuple[Action, ...] | None
    span: Span


@node
class NextRequired(Node):
    """``next required``: the outcome needs a next task."""

    span: Span


@node
class CountsAsContact(Node):
    """``counts as contact``."""

    span: Span


@node
class Hook(Node):
    """``TRIGGER { actions }`` of a pipeline, a stage, a task or an approval."""

    trigger: Trigger
    actions: tuple[Action, ...]
    span: Span


@node
class Reschedule(Node):
    """``reschedule { by …  comment required  at most 3 times  until f }``."""

    body: tuple[RescheduleStatement, ...]
    span: Span


@node
class RescheduleBy(Node):
    """``by assignee, supervisor``."""

    names: tuple[Ident, ...]
    span: Span


@node
class AtMost(Node):
    """``at most 3 times`` in a reschedule rule."""

    times: NumberLit
    span: Span


@node
class Until(Node):
    """``until starts_at`` or a date."""

    target: Path | DateLit
    span: Span


@node
class Approval(Node):
    """``approval a "T" when C { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr
    body: tuple[ApprovalStatement, ...]
    span: Span


@node
class Covers(Node):
    """``covers discount, list``: a change of these asks again."""

    fields: tuple[Ident, ...]
    span: Span
