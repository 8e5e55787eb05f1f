"""Funnel: how many deals stand in each stage now, what they are worth, how long they have been there (R68, R71)."""

from __future__ import annotations

from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.amounts import amount_sql, amounts_of, money, total
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.table import (
    AMOUNT,
    DEALS,
    PIPELINE,
    SHARE,
    STAGE,
    Cell,
    Chart,
    Column,
    Report,
    Table,
    share,
)

_AGE = Column("mean_age", Both("There for, mean", "Стоят в среднем"), "duration")
_LIMIT = Column("over_limit", Both("Over limit", "Сверх срока"), "count")


def funnel(scope: Scope) -> Report:
    """Deals by stage as they stand now. A period chooses deals that were created in it."""
    fields = amounts_of(scope)
    rows: list[tuple[Cell, ...]] = []
    for name in scope.pipelines:
        found = _counts(scope, name, fields.get(name))
        all_of_it = sum(row[0] for row in found.values())
        pipeline = scope.program(name).pipeline
        gone = [stage for stage in found if stage not in pipeline.stages]
        for stage in (*pipeline.stages, *gone):
            deals, entered, over, minor = found.get(stage, (0, None, 0, None))
            is_open = stage in gone or pipeline.stages[stage].kind == "open"
            rows.append(
                (
                    scope.pipeline(name),
                    scope.stage(name, stage),
                    deals,
                    share(deals, all_of_it),
                    money(minor, fields[name], pipeline) if name in fields else None,
                    round(scope.now - entered) if is_open and entered is not None else None,
                    over if is_open else None,
                )
            )
    columns = (PIPELINE, STAGE, DEALS, SHARE, AMOUNT, _AGE, _LIMIT)
    deals = sum(int(row[2]) for row in rows if isinstance(row[2], int))
    worth = total([row[4] for row in rows])  # type: ignore[misc]  # the column's cells are amounts
    over_limit = sum(int(row[6]) for row in rows if isinstance(row[6], int))
    totals: tuple[Cell, ...] = (Both("Total", "Всего"), None, deals, None, worth, None, over_limit)
    left = tuple(
        place
        for place, column in enumerate(columns)
        if not (column is PIPELINE and not scope.several) and not (column is AMOUNT and not fields)
    )
    if not scope.several:
        totals = (None, Both("Total", "Всего"), *totals[2:])
    table = Table(
        "stages",
        Both("Deals by stage", "Сделки по этапам"),
        tuple(columns[place] for place in left),
        tuple(tuple(row[place] for place in left) for row in rows) if deals else (),
        tuple(totals[place] for place in left),
        Chart("stage", ("deals",)),
        Both("no deals yet", "сделок ещё нет"),
    )
    return Report(
        "funnel",
        Both("Funnel", "Воронка"),
        about(scope, Both("deals created", "сделки, созданные")),
        (table,),
    )


def _counts(scope: Scope, name: str, field: str | None) -> dict[str, tuple[int, float | None, int, int | None]]:
    """By stage: deals, their mean instant of entry, how many are over the limit, what they are worth in minor units."""
    pipeline = scope.program(name).pipeline
    where = Where().of(scope, name).period("d.created", scope)
    amount, values = amount_sql(field, pipeline) if field else ("NULL", [])
    join = "JOIN states x ON x.deal = d.id" if field else ""
    sql = f"""SELECT d.stage, count(*), avg(d.entered), sum(d.flags LIKE '%"limit"%'), sum({amount})
        FROM deals d {join} WHERE {where.sql} GROUP BY d.stage"""  # noqa: S608  # texts of this room
    rows: Any = scope.store.db.execute(sql, [*values, *where.values])
    return {stage: (n, entered, over or 0, worth) for stage, n, entered, over, worth in rows}
