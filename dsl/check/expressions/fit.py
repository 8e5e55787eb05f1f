"""Which type may stand for which other, and constants in the form that the other side wants."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import Type

NUMERIC = frozenset({"number", "integer", "rating"})
WHOLE = frozenset({"integer", "rating"})
WORDS = frozenset({"text", "phone", "email", "url", "address"})
FILES = frozenset({"file", "document"})
LISTED = frozenset({"choice", "resource"})


def ratio(expr: Expr) -> bool:
    """Whether a number comes of a percentage, a share or a division, so that it may be one of 100 %."""
    return any(node.type.kind == "percent" or node.op in ("div", "share") for node in expr.walk())


def as_whole(expr: Expr, want: Type) -> Expr | None:
    """A constant as a whole number, if it is one."""
    if isinstance(expr.value, Decimal) and expr.value == expr.value.to_integral_value():
        return replace(expr, type=want, value=int(expr.value))
    return expr if isinstance(expr.value, int) else None


def fit(expr: Expr, want: Type) -> Expr | None:
    """The expression as a value of a type that is wanted, or None where it cannot be one."""
    have = expr.type
    if have is UNKNOWN or want is UNKNOWN or want.kind == "any":
        return expr
    if want.kind in NUMERIC:
        return _number(expr, want)
    if have.kind == want.kind:
        return expr if _same_kind(have, want) else None
    match want.kind:
        case "percent" if have.kind in NUMERIC and expr.op != "const" and ratio(expr):
            return expr
        case "text" if have.kind in WORDS:
            return expr
        case "phone" | "email" | "url" | "address" if have.kind == "text" and expr.op == "const":
            return replace(expr, type=want)
        case "file" | "document" if have.kind in FILES:
            return expr
        case "choices" if have.kind == "choice" and expr.op == "const":
            return replace(expr, type=want, value=(expr.value,)) if want.option(expr.value) else None
        case _:
            return None


def _number(expr: Expr, want: Type) -> Expr | None:
    if expr.type.kind not in NUMERIC:
        return None
    if expr.op == "const":
        if want.kind in WHOLE:
            return as_whole(expr, want)
        return replace(expr, type=want, value=Decimal(expr.value)) if isinstance(expr.value, int) else expr
    if want.kind == "integer" and expr.type.kind == "number":
        return expr if _rounded(expr) else None
    return expr  # a rating takes any number: what an event brings is checked when it comes


def _rounded(expr: Expr) -> bool:
    """``round(x)``: a whole number, though its type is its argument's."""
    return expr.op == "call" and expr.value == "round" and len(expr.args) == 1


def _same_kind(have: Type, want: Type) -> bool:
    if have.kind == "money":
        return not have.currency or not want.currency or have.currency == want.currency
    if have.kind in ("choice", "choices"):
        return have is want or all(want.option(option.name) for option in have.options)
    if have.kind in ("link", "resource"):
        return not have.target or not want.target or have.target == want.target
    return have.kind != "links"


def comparable(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """Both sides of an ``is`` or an order, constants adapted; None where they are of different kinds."""
    if (adapted := fit(right, left.type)) is not None:
        return left, adapted
    if (adapted := fit(left, right.type)) is not None:
        return adapted, right
    if left.type.kind in NUMERIC and right.type.kind in NUMERIC:
        return left, right
    if left.type.kind in WORDS and right.type.kind in WORDS:
        return left, right
    return None
