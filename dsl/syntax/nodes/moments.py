"""Happenings, moments, triggers, and who."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from voronka.dsl.syntax.nodes.base import Node, node
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import DateLit, Duration, Expr, Happening, Ident, NumberLit, Path, StringLit, TimeLit


@node
class OnNamed(Node):
    """A built-in happening (entry, exit, overdue, done ...) or a date field."""

    path: Path
    span: Span


@node
class OnEvent(Node):
    """``event payment``."""

    event: Ident
    span: Span


@node
class OnTask(Node):
    """``task contract done`` or with the name of an outcome."""

    task: Ident
    outcome: Ident
    span: Span


@node
class OnChange(Node):
    """``change discount, list``."""

    fields: tuple[Ident, ...]
    span: Span


@node
class OnDate(Node):
    """``2026-12-25``."""

    date: DateLit
    span: Span


@node
class Moment(Node):
    """``on H [at T]`` (no shift) or ``3 days after|before H [at T]``."""

    shift: Duration | None
    before: bool
    happening: Happening
    at: tuple[TimeLit, ...]
    span: Span


@node
class TriggerOn(Node):
    """``on H [at T] [at most N times] [unless missed] [when C]``; the moment has no shift."""

    moment: Moment
    at_most: NumberLit | None
    unless_missed: bool
    when: Expr | None
    span: Span


@node
class TriggerEvery(Node):
    """``every 3 workdays at 10:00`` or ``every "cron"``: one of period and cron is there. ``every day`` is 1 day."""

    period: Duration | None
    cron: StringLit | None
    at: tuple[TimeLit, ...]
    at_most: NumberLit | None
    unless_missed: bool
    when: Expr | None
    span: Span


@node
class TriggerDue(Node):
    """``due 1 day before starts_at at 10:00``."""

    moment: Moment
    at_most: NumberLit | None
    unless_missed: bool
    when: Expr | None
    span: Span


@node
class Who(Node):
    """``owner``, a role, a person, ``client.owner``; a role may say how to choose."""

    path: Path
    strategy: Literal["round robin", "least busy"] | None
    span: Span
