"""Terms of conditions: structural keys, what a term needs to be set, and sums of terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from voronka.dsl.check.flow.domains import Labels, Numbers, Range, Values, among
from voronka.dsl.definition.expr import Expr

Key: TypeAlias = tuple[Any, ...]

NUMERIC = frozenset({"number", "integer", "percent", "money", "rating"})
ORDERED = NUMERIC | {"date", "datetime"}
WHOLE = frozenset({"integer", "rating", "date", "datetime"})
# Kinds whose constants are compared as they stand. Phones and mails are normalised first, so two spellings may be one.
NAMED = frozenset({"choice", "bool", "resource", "stage", "user", "text", "url", "file", "document", "link"})
# An operation of these kinds is unset as soon as one operand is.
STRICT = frozenset({"add", "sub", "mul", "div", "neg", "lt", "le", "gt", "ge", "eq", "ne"})
ALWAYS_SET = frozenset({"now", "today", "creation", "entry", "stage"})
_LEAVES = frozenset({"field", "via", "payload", "owner", "supervisor", "closing", "last_contact"})


def key(expr: Expr) -> Key:
    """What makes two expressions the same expression, wherever they are written."""
    if expr.op == "const":
        return ("const", expr.type.kind, expr.value)
    if not expr.args:
        return (expr.op, expr.value)
    return (expr.op, expr.value, *map(key, expr.args))


def needs(expr: Expr) -> list[Key]:
    """Keys of everything that must be set for this term to be set, apart from the term itself."""
    own = key(expr)
    return [leaf for leaf in leaves(expr) if leaf != own]


def leaves(expr: Expr) -> list[Key]:
    """Keys of the fields and the like without which a term is unset."""
    found: list[Key] = []
    _leaves(expr, found)
    return found


def _leaves(expr: Expr, found: list[Key]) -> None:
    if expr.op in STRICT:
        for arg in expr.args:
            _leaves(arg, found)
    elif expr.op in _LEAVES:
        found.append(key(expr))
        if expr.op == "via":
            found.append(("field", expr.value[0]))


def missing(expr: Expr) -> bool:
    """Whether a term is unset whatever the deal is like: a cleared field, and arithmetic with one."""
    if expr.op == "const":
        return expr.value is None
    return expr.op in STRICT and any(map(missing, expr.args))


def sure(expr: Expr) -> bool:
    """Whether a term is set whatever the deal is like."""
    if expr.op == "const":
        return expr.value is not None
    return expr.op in ALWAYS_SET or (expr.op in ("add", "sub", "mul", "neg") and all(map(sure, expr.args)))


def domain(expr: Expr) -> Values | None:
    """What the type of a term allows; None when that is no limit worth keeping."""
    kind = expr.type
    match kind.kind:
        case "rating" if kind.low <= kind.high and expr.op in ("field", "via"):
            return Numbers((Range(Fraction(kind.low), Fraction(kind.high)),), whole=True)
        case "choice" | "resource" if kind.options:
            return Labels(frozenset(option.name for option in kind.options), False)
        case "bool":
            return among(True, False)
    if expr.op == "count":
        return Numbers((Range(Fraction(0)),), whole=True)
    if expr.op == "share":
        return Numbers((Range(Fraction(0), Fraction(1)),))
    return Numbers((Range(),), whole=True) if kind.kind in WHOLE else None


def fraction(value: Any) -> Fraction | None:
    """A constant on the scale that terms of its kind are compared on: numbers, days, milliseconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, Decimal):
        # Beyond this the number of digits alone would cost time, and no amount of money looks like that.
        return Fraction(value) if value.is_finite() and abs(value.adjusted()) <= 40 else None
    return Fraction(value.toordinal()) if isinstance(value, date) else None


@dataclass(slots=True)
class Sum:
    """``constant + c1 * term1 + c2 * term2 …``. ``exact``: made without arithmetic that the engine might round.

    ``gone`` are terms that cancelled out: they no longer count, but the sum is unset without them.
    """

    constant: Fraction
    terms: dict[Key, tuple[Fraction, Expr]]
    exact: bool = True
    gone: frozenset[Key] = frozenset()

    def plus(self, other: Sum, factor: Fraction) -> Sum:
        terms = dict(self.terms)
        for name, (share, expr) in other.terms.items():
            total = terms[name][0] + share * factor if name in terms else share * factor
            if total:
                terms[name] = (total, expr)
            else:
                del terms[name]
        gone = frozenset().union(self.gone, other.gone, self.terms, other.terms).difference(terms)
        return Sum(self.constant + other.constant * factor, terms, self.exact and other.exact, gone)

    def times(self, factor: Fraction) -> Sum:
        terms = {name: (share * factor, expr) for name, (share, expr) in self.terms.items()}
        return Sum(self.constant * factor, terms, False, self.gone)


def linear(expr: Expr) -> Sum:
    """An ordered term as a sum; what is no sum is a term of its own."""
    if expr.op == "const":
        number = fraction(expr.value)
        if number is not None:
            return Sum(number, {})
    elif expr.type.kind in NUMERIC:
        found = _arithmetic(expr)
        if found is not None:
            found.exact = False
            return found
    return Sum(Fraction(0), {key(expr): (Fraction(1), expr)})


def _arithmetic(expr: Expr) -> Sum | None:
    match expr.op:
        case "add" | "sub" if all(arg.type.kind in NUMERIC for arg in expr.args):
            a, b = map(linear, expr.args)
            return a.plus(b, Fraction(1 if expr.op == "add" else -1))
        case "neg":
            return linear(expr.args[0]).times(Fraction(-1))
        case "mul" if all(arg.type.kind in NUMERIC for arg in expr.args):
            a, b = map(linear, expr.args)
            if not a.terms:
                a, b = b, a
            return a.times(b.constant) if not b.terms and b.constant else None
        case "div" if all(arg.type.kind in NUMERIC for arg in expr.args):
            a, b = map(linear, expr.args)
            return a.times(1 / b.constant) if not b.terms and b.constant else None
    return None
