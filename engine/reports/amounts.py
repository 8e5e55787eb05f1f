"""Amounts: which field of a deal says what it is worth, and sums of it that lose nothing."""

from __future__ import annotations

from decimal import Decimal

from voronka.dsl.definition.model import Pipeline
from voronka.engine.reports.scope import NoReport, Scope
from voronka.engine.reports.table import Money
from voronka.stdlib.currencies import minor_digits


def amount_field(pipeline: Pipeline, wanted: str | None = None) -> str | None:
    """The money field that reports sum up: the one asked for, else ``amount``, else the first; None: there is none."""
    money = [name for name, field in pipeline.fields.items() if field.type.kind == "money"]
    if wanted is not None:
        return wanted if wanted in money else None
    return "amount" if "amount" in money else next(iter(money), None)


def field_path(name: str, rest: str = "") -> str:
    """Where a field's value stands in a stored state (docs/store.md, Values in JSON)."""
    return f'$.f."{name}"{rest}'


def amount_sql(field: str, pipeline: Pipeline, state: str = "x.state") -> tuple[str, list[object]]:
    """An expression for a deal's amount in minor units, an exact integer, with its values."""
    digits = minor_digits(currency_of(pipeline, field))
    sql = f"CAST(round(CAST(json_extract({state}, ?) AS REAL) * ?) AS INTEGER)"
    return sql, [field_path(field, "[1]"), 10**digits]


def money(minor: int | None, field: str, pipeline: Pipeline) -> Money | None:
    """An amount of minor units as money."""
    if minor is None:
        return None
    currency = currency_of(pipeline, field)
    return Money(Decimal(minor).scaleb(-minor_digits(currency)), currency)


def currency_of(pipeline: Pipeline, field: str) -> str:
    return pipeline.fields[field].type.currency or pipeline.currency


def amounts_of(scope: Scope) -> dict[str, str]:
    """The amount's field of each pipeline that has one. Raises NoReport where the one asked for is nowhere."""
    found = {
        name: field
        for name in scope.pipelines
        if (field := amount_field(scope.program(name).pipeline, scope.amount)) is not None
    }
    if scope.amount is not None and not found:
        money = sorted(
            {
                f
                for p in scope.pipelines
                for f, one in scope.program(p).pipeline.fields.items()
                if one.type.kind == "money"
            }
        )
        there = ", ".join(money)
        raise NoReport(
            f"“{scope.amount}” is no field with an amount" + (f"; there are: {there}" if there else ""),
            f"«{scope.amount}» — не поле с суммой" + (f"; есть: {there}" if there else ""),
        )
    return found


def total(amounts: list[Money | None]) -> Money | None:
    """A sum; None of nothing, and of several currencies."""
    known = [amount for amount in amounts if amount is not None]
    if not known or len({amount.currency for amount in known}) > 1:
        return None
    return Money(sum((amount.amount for amount in known), Decimal(0)), known[0].currency)
