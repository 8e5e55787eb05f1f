"""Literals and expressions."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from voronka.dsl.syntax.nodes.base import Node, node
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import Duration, Expr, Ident, Path


@node
class NumberLit(Node):
    """A plain number."""

    value: Decimal
    span: Span


@node
class MoneyLit(Node):
    """``50_000 RUB``; the currency is its ISO code, also where a sign was written."""

    amount: Decimal
    currency: str
    span: Span


@node
class PercentLit(Node):
    """``15%`` with the value 15."""

    value: Decimal
    span: Span


@node
class DurationLit(Node):
    """``3 workdays``; the unit is singular: min hour day week month year workday workhour."""

    amount: Decimal
    unit: str
    span: Span


@node
class DateLit(Node):
    """``2026-12-25``."""

    value: date
    span: Span


@node
class TimeLit(Node):
    """``09:00``; ``24:00`` does not exist."""

    value: time
    span: Span


@node
class DateTimeLit(Node):
    """``2026-12-25 09:00``, without a zone: it is the pipeline's."""

    value: datetime
    span: Span


@node
class Binary(Node):
    """Two operands: ``or and + - * /``."""

    op: Literal["or", "and", "+", "-", "*", "/"]
    left: Expr
    right: Expr
    span: Span


@node
class Unary(Node):
    """``not x`` or ``-x``."""

    op: Literal["not", "-"]
    operand: Expr
    span: Span


@node
class Compare(Node):
    """``a < b``."""

    op: Literal["<", "<=", ">", ">="]
    left: Expr
    right: Expr
    span: Span


@node
class Is(Node):
    """``a is b``, ``a is not b``."""

    left: Expr
    right: Expr
    negated: bool
    span: Span


@node
class IsSet(Node):
    """``a is set``, ``a is not set``."""

    value: Expr
    negated: bool
    span: Span


@node
class InList(Node):
    """``a is in (b, c)``, ``a is not in (b, c)``."""

    left: Expr
    items: tuple[Expr, ...]
    negated: bool
    span: Span


@node
class Has(Node):
    """``services has decor``."""

    left: Expr
    right: Expr
    span: Span


@node
class Older(Node):
    """``last_contact is older than 7 days``."""

    value: Expr
    duration: Duration
    negated: bool
    span: Span


@node
class Within(Node):
    """``starts_at is within 3 days``."""

    value: Expr
    duration: Duration
    negated: bool
    span: Span


QuantKind = Literal["all", "any", "none"]


@node
class QuantIs(Node):
    """``all of goods are delivered``, ``any of tasks are not done``."""

    kind: QuantKind
    source: Path
    value: Expr
    negated: bool
    span: Span


@node
class QuantIn(Node):
    """``any of goods are in (shipped, delivered)``."""

    kind: QuantKind
    source: Path
    items: tuple[Expr, ...]
    negated: bool
    span: Span


@node
class QuantWith(Node):
    """``any of goods with (price > 5 RUB)``: the condition reads the item's own fields."""

    kind: QuantKind
    source: Path
    condition: Expr
    span: Span


@node
class TaskRef(Node):
    """``task call`` in an expression."""

    task: Ident
    span: Span


@node
class ChecklistRef(Node):
    """``checklist questions`` or ``checklist fit.budget``."""

    path: Path
    span: Span


@node
class ApprovalRef(Node):
    """``approval big_discount`` in an expression."""

    approval: Ident
    span: Span


@node
class Call(Node):
    """``max(a, b)``, ``sum(goods.price when goods.stage is packed)``."""

    function: Path
    args: tuple[Expr, ...]
    when: Expr | None
    span: Span
