"""Scenarios and their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from voronka.dsl.syntax.nodes.base import Node, node
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import (
        DateLit,
        DateTimeLit,
        Duration,
        Expr,
        Ident,
        Path,
        Set,
        Step,
        StringLit,
        Text,
        Value,
    )


@node
class Scenario(Node):
    """``scenario "T" { }``."""

    title: Text
    body: tuple[Step, ...]
    span: Span


@node
class Starts(Node):
    """``starts 2026-03-27 16:00``."""

    at: DateTimeLit
    span: Span


@node
class Examples(Node):
    """``examples { | col | … }``; the first row holds the names (paths)."""

    rows: tuple[Row, ...]
    span: Span


@node
class Row(Node):
    """One line of a table."""

    cells: tuple[Expr, ...]
    span: Span


@node
class DealStep(Node):
    """``deal orders as o { total = 5 RUB }``."""

    pipeline: Ident
    alias: Ident | None
    values: tuple[Value, ...]
    span: Span


@node
class WaitStep(Node):
    """``wait 3 hours`` or ``wait until 2026-03-29 03:30``."""

    duration: Duration | None
    until: DateTimeLit | None
    span: Span


@node
class Tick(Node):
    """``tick fit.budget, fit.boss``."""

    items: tuple[Path, ...]
    span: Span


@node
class DoneStep(Node):
    """``done call as reached by anna because "…" { f = v }``; a task or an approval."""

    target: Ident
    outcome: Ident | None
    by: Ident | None
    because: StringLit | None
    values: tuple[Value, ...]
    span: Span


@node
class MoveStep(Node):
    """``move to quoted by anna``."""

    target: Path
    by: Ident | None
    because: StringLit | None
    span: Span


@node
class LoseStep(Node):
    """``lose as defect because "…" by anna``."""

    reason: Ident
    by: Ident | None
    because: StringLit | None
    span: Span


@node
class EventStep(Node):
    """``event payment { amount = 5 RUB }``."""

    event: Ident
    values: tuple[Value, ...]
    span: Span


@node
class RescheduleStep(Node):
    """``reschedule call to 2026-11-05 12:00 by supervisor because "…"``."""

    task: Ident
    to: DateTimeLit
    by: Ident | None
    because: StringLit | None
    span: Span


@node
class AwayStep(Node):
    """``away anna until 2026-04-01``."""

    person: Ident
    until: DateLit
    span: Span


@node
class TryStep(Node):
    """``try move to offered``: it may be refused."""

    act: MoveStep | LoseStep | DoneStep | Set | RescheduleStep
    span: Span


@node
class ForStep(Node):
    """``for g1 { steps }``."""

    target: Path
    body: tuple[Step, ...]
    span: Span


@node
class ExpectThat(Node):
    """``expect stage is new``."""

    condition: Expr
    span: Span


@node
class ExpectDue(Node):
    """``expect task call due in 30 min`` (after), ``due 2026-03-27 17:00`` or a column of examples (at)."""

    task: Ident
    after: Duration | None
    at: DateLit | DateTimeLit | Path | None
    span: Span


@node
class ExpectBlocked(Node):
    """``expect blocked [only] by require f, "text"``."""

    only: bool
    by: tuple[Blame, ...]
    span: Span


@node
class Blame(Node):
    """What blocks: a field, a checklist, an approval, or the words of a gate (``name`` None, ``text`` there)."""

    kind: Literal["require", "checklist", "approval", "text"]
    name: Ident | None
    text: Text | None
    span: Span


@node
class ExpectAssigned(Node):
    """``expect task call by anna``: who is to do it."""

    task: Ident
    by: Ident
    span: Span


@node
class ExpectLost(Node):
    """``expect lost as silent``."""

    reason: Ident
    span: Span


@node
class ExpectSent(Node):
    """``expect sent email using "contract" with "12 000", "Anna"``: by a template or not, with these words in it."""

    channel: Ident
    template: StringLit | None
    parts: tuple[StringLit, ...]
    span: Span


@node
class ExpectNothingSent(Node):
    """``expect nothing sent``."""

    span: Span
