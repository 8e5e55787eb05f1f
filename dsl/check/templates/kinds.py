"""Which types go together in a template: sums, comparisons, one of two."""

from __future__ import annotations

from voronka.dsl.check.templates.filters import NUMERIC
from voronka.dsl.check.templates.tree import Shape, value
from voronka.dsl.definition.types import INTEGER, NUMBER, TEXT, Type


def common(one: Shape, other: Shape) -> Shape | None:
    """The type of a value that is one of two; None where they have none but text."""
    if one == other:
        return one
    kinds = (one.type.kind, other.type.kind)
    if kinds[1] in ("integer", "number") and kinds[0] in ("integer", "number", "money", "percent"):
        return value(NUMBER) if kinds == ("integer", "number") else one
    return None


SIGN = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def named(kind: Type) -> str:
    return f"{kind.kind} {kind.currency}".strip()


def result(op: str, left: Type, right: Type) -> Type | None:
    """The type of a sum, product …; None where it makes no sense (Meaning 8)."""
    money = (left.kind == "money", right.kind == "money")
    if op in ("add", "sub"):
        if any(money):
            return left if left == right else None
        if "percent" in (left.kind, right.kind):
            return left if left.kind == right.kind else None
        return INTEGER if (left.kind, right.kind) == ("integer", "integer") else NUMBER
    if money == (True, True):
        return NUMBER if op == "div" and left == right else None
    if money == (False, True):
        return right if op == "mul" else None
    if money == (True, False):
        return left
    return INTEGER if op == "mul" and (left.kind, right.kind) == ("integer", "integer") else NUMBER


def comparable(left: Type, right: Type, op: str, literal: bool) -> bool:
    numbers = left.kind in NUMERIC and right.kind in NUMERIC
    if numbers:
        # A plain number beside an amount is meant in its currency; there are no amounts to write in a template.
        plain = literal and right.kind in ("integer", "number")
        return left == right if "money" in (left.kind, right.kind) and not plain else True
    if op in ("eq", "ne"):
        same = left.kind == right.kind and left.options == right.options
        return same or (literal and right == TEXT and (left.textual or left.kind == "text"))
    return left.kind == right.kind and left.kind in ("date", "datetime", "duration")
