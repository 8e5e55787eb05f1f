"""Literals: numbers, sums, lengths of time, dates, texts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from voronka.dsl.check.expressions.make import bad, make
from voronka.dsl.check.fieldtypes import check_currency, number_text
from voronka.dsl.check.place import Place, wrong_type
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import DATE, DATETIME, DURATION, NUMBER, PERCENT, TEXT, TIME, Type
from voronka.dsl.definition.values import Duration, Instant
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Edit, Fix

LARGEST = Decimal(10) ** 18
LONGEST = Decimal(10) ** 7
_SPLIT = frozenset({"min", "hour", "workhour"})  # units that may have a fraction


def number(node: nodes.NumberLit, place: Place, want: Type | None) -> Expr:
    if _too_large(node, node.value, LARGEST, place):
        return bad(node)
    return make("const", NUMBER, node, node.value)


def money(node: nodes.MoneyLit, place: Place, want: Type | None) -> Expr:
    if _too_large(node, node.amount, LARGEST, place) or not check_currency(node.currency, node.span, place.world):
        return bad(node)
    return make("const", Type("money", currency=node.currency), node, node.amount)


def percent(node: nodes.PercentLit, place: Place, want: Type | None) -> Expr:
    if _too_large(node, node.value, LARGEST, place):
        return bad(node)
    return make("const", PERCENT, node, node.value / 100)


def duration(node: nodes.DurationLit, place: Place, want: Type | None) -> Expr:
    if _too_large(node, node.amount, LONGEST, place):
        return bad(node)
    if node.unit not in _SPLIT and node.amount != node.amount.to_integral_value():
        place.world.report(types.BROKEN_UNIT, node.span, number=number_text(node.amount), unit=node.unit)
        return bad(node)
    return make("const", DURATION, node, Duration(node.amount, node.unit))


def day(node: nodes.DateLit, place: Place, want: Type | None) -> Expr:
    return make("const", DATE, node, node.value)


def time_of_day(node: nodes.TimeLit, place: Place, want: Type | None) -> Expr:
    return make("const", TIME, node, f"{node.value:%H:%M}")


def date_and_time(node: nodes.DateTimeLit, place: Place, want: Type | None) -> Expr:
    """An instant by the wall clock of the pipeline's zone: a gap moves forward, of a doubled hour the first counts."""
    zone = place.world.library.zone(place.table.zone) or UTC
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        seconds = (node.value.replace(tzinfo=zone, fold=0) - epoch).total_seconds()
    except OverflowError:
        place.world.report(types.TOO_LARGE_NUMBER, node.span, limit="9999-12-31")
        return bad(node)
    return make("const", DATETIME, node, Instant(int(seconds) * 1000))


def string(node: nodes.StringLit, place: Place, want: Type | None) -> Expr:
    if want is not None and want.kind in ("choice", "choices", "resource", "rating", "stage", "user"):
        name = next((option.name for option in want.options if node.value in (option.name, option.title.in_(""))), None)
        name = name or next((o.name for o in want.options if node.value in (text for _, text in o.title.texts)), None)
        fix = None
        if name:
            fix = Fix(Both(f"write `{name}`", f"напишите `{name}`"), (Edit(node.span, name),))
        hint = Both(
            f"names are written without quotes{f': `{name}`' if name else ''}",
            f"имена пишутся без кавычек{f': `{name}`' if name else ''}",
        )
        wrong_type(place.env, node.span, Both("this", "это"), want, "text", hint=hint, fix=fix)
        return bad(node)
    return make("const", TEXT, node, node.value)


def _too_large(node: nodes.Expr, value: Decimal, limit: Decimal, place: Place) -> bool:
    if abs(value) < limit:
        return False
    place.world.report(types.TOO_LARGE_NUMBER, node.span, limit=f"{limit - 1:f}")
    return True
