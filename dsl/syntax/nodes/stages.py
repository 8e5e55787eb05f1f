"""Stages, their gates, checklists and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from voronka.dsl.syntax.nodes.base import Node, node
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import (
        Action,
        Duration,
        Expr,
        Ident,
        Moment,
        Path,
        PercentLit,
        ReasonStatement,
        StageStatement,
        Text,
    )


@node
class Stage(Node):
    """``stage``, ``won`` or ``lost``. ``body`` is empty where there are no braces."""

    kind: Literal["stage", "won", "lost"]
    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr | None
    body: tuple[StageStatement, ...]
    span: Span


@node
class Means(Node):
    """``means "…"``, of a stage or a task."""

    text: Text
    span: Span


@node
class Guide(Node):
    """``guide "…"``, of a stage or a task."""

    text: Text
    span: Span


@node
class StageType(Node):
    """``type incoming``."""

    type: Ident
    span: Span


@node
class Probability(Node):
    """``probability 40%``."""

    value: PercentLit
    span: Span


@node
class Limit(Node):
    """``limit 10 workdays [{ actions }]``."""

    duration: Duration
    actions: tuple[Action, ...]
    span: Span


@node
class Require(Node):
    """``require phone, need [when C]``, of a stage, a task, an outcome or a reason."""

    fields: tuple[Ident, ...]
    when: Expr | None
    span: Span


@node
class Enter(Node):
    """``enter when C else "…"``."""

    when: Expr
    message: Text | None
    span: Span


@node
class Leave(Node):
    """``leave when C else "…"``."""

    when: Expr
    message: Text | None
    span: Span


@node
class Checklist(Node):
    """``checklist questions "…" { budget "Бюджет?" }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    points: tuple[Point, ...]
    span: Span


@node
class Point(Node):
    """One point of a checklist; the name may be missing."""

    name: Ident | None
    text: Text
    span: Span


@node
class Retiring(Node):
    """``retiring``: nobody comes in any more."""

    span: Span


@node
class Move(Node):
    """``move to s``. In a stage with a moment or a condition it stands; otherwise it is an action, done at once."""

    target: Path
    moment: Moment | None
    when: Expr | None
    span: Span


@node
class Lose(Node):
    """``lose as r``, as ``Move``."""

    reason: Ident
    moment: Moment | None
    when: Expr | None
    span: Span


@node
class Reason(Node):
    """``reason expensive "Дорого" from offered, billed { }``; ``stages`` empty: from anywhere."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    stages: tuple[Ident, ...]
    when: Expr | None
    body: tuple[ReasonStatement, ...]
    span: Span


@node
class InSegment(Node):
    """``segment s`` inside a reason."""

    segment: Ident
    span: Span


@node
class Return(Node):
    """``return to s MOMENT [when C]``."""

    stage: Ident
    moment: Moment
    when: Expr | None
    span: Span


@node
class Comment(Node):
    """``comment required ["T"]``."""

    text: Text | None
    span: Span
