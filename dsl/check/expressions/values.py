"""Values and conditions in their places: typed, fitted to what is wanted, or reported."""

from __future__ import annotations

from voronka.dsl.check.expressions.arithmetic import condition
from voronka.dsl.check.expressions.fit import NUMERIC, fit
from voronka.dsl.check.fieldtypes import list_hint
from voronka.dsl.check.place import Place, included, typed, wrong_type
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.check.unset import warn_of_not
from voronka.dsl.check.words import NOTHING
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import DURATION, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Edit, Fix, Label


def when(node: nodes.Expr, place: Place) -> Expr:
    """A condition as it stands in a sentence."""
    expr = condition(node, place)
    warn_of_not(expr, node, place)
    return expr


def maybe(node: nodes.Expr | None, place: Place) -> Expr | None:
    """A condition that may be missing."""
    return None if node is None else when(node, place)


def value(node: nodes.Expr, place: Place, want: Type, what: Both, labels: tuple[Label, ...] = ()) -> Expr:
    """An expression that must be of a type; ``what`` names it in the message."""
    expr = typed(node, place, want)
    if expr.type is UNKNOWN or want is UNKNOWN:
        return expr
    fitted = fit(expr, want)
    if fitted is not None:
        if want.kind == "rating" and fitted.op == "const" and not want.low <= fitted.value <= want.high:
            around = (*labels, *included(place.env))
            place.world.report(types.OUT_OF_RANGE, node.span, labels=around, what=what, low=want.low, high=want.high)
            return Expr("const", UNKNOWN, loc=expr.loc)
        return fitted
    mismatch(node, place, expr, want, what, labels)
    return Expr("const", UNKNOWN, loc=expr.loc)


def mismatch(
    node: nodes.Expr, place: Place, expr: Expr, want: Type, what: Both, labels: tuple[Label, ...] = ()
) -> None:
    """Report a value of the wrong type, with the way out where there is a known one."""
    hint, fix = NOTHING, None
    if want.kind == "money" and expr.op == "const" and expr.type.kind in NUMERIC and want.currency:
        right = f"{expr.text} {want.currency}"
        hint = Both(f"write the currency: `{right}`", f"напишите валюту: `{right}`")
        fix = Fix(Both(f"write `{right}`", f"напишите `{right}`"), (Edit(node.span, right),), safe=True)
    elif want.kind == "percent" and expr.op == "const" and expr.type.kind in NUMERIC:
        hint = Both(f"write `{expr.text}%`", f"пишите `{expr.text}%`")
    elif want.kind == "integer" and expr.type.kind == "number":
        hint = Both(f"round it: `round({expr.text})`", f"округлите: `round({expr.text})`")
    elif want.kind == "date" and expr.type.kind == "datetime":
        hint = Both(f"take its date: `date_of({expr.text})`", f"возьмите дату: `date_of({expr.text})`")
    elif want.kind == "datetime" and expr.type.kind == "date" and expr.op == "const":
        hint = Both(f"add a time: `{expr.text} 09:00`", f"добавьте время: `{expr.text} 09:00`")
    elif want.options:
        hint = list_hint(want)
    wrong_type(place.env, node.span, what, want, expr.type, hint=hint, labels=labels, fix=fix)


def length(node: nodes.Duration, place: Place, what: Both, positive: bool = True) -> Expr:
    """A length of time: written out, a field, a parameter."""
    expr = value(node, place, DURATION, what)
    if positive and expr.op == "const" and expr.type is not UNKNOWN and expr.value.n <= 0:
        place.world.report(types.NOT_POSITIVE, node.span, labels=included(place.env), what=what)
        return Expr("const", UNKNOWN, loc=expr.loc)
    return expr
