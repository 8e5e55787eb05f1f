"""Which values are surely set once a condition is known to hold (Meaning 7: a comparison with unset is unknown)."""

from __future__ import annotations

from collections.abc import Mapping

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Field

Facts = frozenset[str]
NOTHING: Facts = frozenset()

_COMPARE = frozenset(
    {"lt", "le", "gt", "ge", "eq", "ne", "in", "not_in", "older", "not_older", "within", "not_within", "has"}
)
_STRICT = frozenset({"add", "sub", "mul", "div", "neg"})


def key(expr: Expr) -> Facts:
    """What is set when this expression has a value: ``amount``; ``client`` and ``client.name``."""
    if expr.op == "field":
        return frozenset({str(expr.value)})
    if expr.op == "via":
        link, name = expr.value
        return frozenset({link, f"{link}.{name}"})
    if expr.op in _STRICT:
        return NOTHING.union(*map(key, expr.args))
    return NOTHING


def facts(expr: Expr | None, truth: bool = True) -> Facts:
    """Names that are set whenever ``expr`` is true (or, with ``truth`` false, is false; never: unknown)."""
    if expr is None:
        return NOTHING
    if expr.op == "not":
        return facts(expr.args[0], not truth)
    if expr.op in ("and", "or"):
        found = [facts(arg, truth) for arg in expr.args]
        every = (expr.op == "and") is truth
        return NOTHING.union(*found) if every else found[0].intersection(*found[1:])
    if expr.op in ("set", "unset"):
        return key(expr.args[0]) if (expr.op == "set") is truth else NOTHING
    if expr.op in ("in", "not_in"):
        return key(expr.args[0])
    if expr.op in _COMPARE:
        return NOTHING.union(*map(key, expr.args))
    return key(expr)


def otherwise(expr: Expr) -> Facts:
    """Names that are set whenever ``expr`` is not true: what an ``else`` can build on, which also runs on unknown."""
    if expr.op == "unset":
        return key(expr.args[0])
    if expr.op == "not":
        return _not_false(expr.args[0])
    if expr.op in ("and", "or"):
        found = [otherwise(arg) for arg in expr.args]
        return NOTHING.union(*found) if expr.op == "or" else found[0].intersection(*found[1:])
    return NOTHING


def _not_false(expr: Expr) -> Facts:
    """Names that are set whenever ``expr`` is true or unknown."""
    if expr.op == "set":
        return key(expr.args[0])
    if expr.op == "not":
        return otherwise(expr.args[0])
    if expr.op in ("and", "or"):
        found = [_not_false(arg) for arg in expr.args]
        return NOTHING.union(*found) if expr.op == "and" else found[0].intersection(*found[1:])
    return NOTHING


def surely(name: str, known: Facts, fields: Mapping[str, Field], within: int = 20) -> bool:
    """Whether a field is set, given what is known: it has a default, or is a formula over such fields only."""
    if name in known:
        return True
    field = fields.get(name)
    if field is None or within == 0:
        return False
    if field.formula is not None:
        return has_value(field.formula, known, fields, within - 1)
    return field.default is not None and field.when is None


def has_value(expr: Expr, known: Facts, fields: Mapping[str, Field], within: int = 20) -> bool:
    """Whether an expression surely has a value. A quotient may have none (division by zero), and so may a call."""
    if expr.op == "field":
        return surely(str(expr.value), known, fields, within)
    if expr.op in ("add", "sub", "mul", "neg"):
        return all(has_value(arg, known, fields, within) for arg in expr.args)
    return expr.op in ("const", "now", "today", "creation", "stage", "set", "unset")


def culprit(name: str, known: Facts, fields: Mapping[str, Field], within: int = 20) -> str:
    """The field because of which this one may be unset: itself, or what its formula needs."""
    field = fields.get(name)
    if field is None or field.formula is None or within == 0:
        return name
    for part in field.formula.walk():
        if part.op == "field" and not surely(str(part.value), known, fields):
            return culprit(str(part.value), known, fields, within - 1)
    return name
