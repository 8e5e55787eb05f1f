"""Won against lost: how deals ended, by month, owner or field (R65, R73)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.amounts import amount_sql, amounts_of, money
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.split import MONTH, Split, arranged, called, column_of, split_of
from voronka.engine.reports.spread import Spread, spreads
from voronka.engine.reports.table import PIPELINE, Cell, Chart, Column, Money, Report, Table, share

_WON = Column("won", Both("Won", "Успех"), "count")
_LOST = Column("lost", Both("Lost", "Отказ"), "count")
_RATE = Column("win_rate", Both("Won of all", "Доля успеха"), "share")
_AMOUNT = Column("won_amount", Both("Won for", "На сумму"), "money")
_MEAN = Column("mean_amount", Both("Mean deal", "Средняя сделка"), "money")
_TAKES = Column("median_to_win", Both("To win, median", "До успеха, медиана"), "duration")


@dataclass(slots=True)
class _Ended:
    """Deals that ended: ``worth`` of the won ones in minor units; ``valued`` of them have an amount."""

    won: int = 0
    lost: int = 0
    worth: int = 0
    valued: int = 0


def won(scope: Scope) -> Report:
    """Deals that ended; a period chooses those that did so in it. Without a split by month of their end."""
    by = scope.by or MONTH
    fields = amounts_of(scope)
    rows: list[tuple[Cell, ...]] = []
    totals: tuple[Cell, ...] = ()
    unwinnable = [name for name in scope.pipelines if scope.program(name).pipeline.won is None]
    for name in scope.pipelines:
        split = split_of(scope, name, by, "d.closed")
        found = _ended(scope, name, split, fields.get(name))
        takes = _takes(scope, name, split)
        told = arranged(found, split.order, lambda one: one.won + one.lost, _added, scope.top)
        rows += [_row(scope, name, called(split, v), one, takes.get(v), fields.get(name)) for v, one in told]
        if len(told) > 1 and not scope.several:
            whole = _added([one for _, one in told])
            totals = _row(scope, name, Both("Total", "Всего"), whole, takes.get(ALL), fields.get(name))
    columns = (PIPELINE, column_of(scope, by), _WON, _LOST, _RATE, _AMOUNT, _MEAN, _TAKES)
    left = [
        place
        for place, column in enumerate(columns)
        if not (column is PIPELINE and not scope.several) and not (column in (_AMOUNT, _MEAN) and not fields)
    ]
    table = Table(
        "ended",
        Both("How deals ended", "Чем закончились сделки"),
        tuple(columns[place] for place in left),
        tuple(tuple(row[place] for place in left) for row in rows),
        tuple(totals[place] for place in left) if totals else (),
        chart=Chart(by, ("won", "lost")),
        empty=Both("no deal has ended", "ни одна сделка не закрыта"),
    )
    return Report(
        "won",
        Both("Won against lost", "Успех и отказ"),
        about(scope, Both("deals that ended", "сделки, закрытые")),
        (table,),
        tuple(
            Both(
                f"“{scope.pipeline(name).en}” has no won stage, so nothing is won there.",
                f"В воронке «{scope.pipeline(name).ru}» нет этапа успеха, поэтому выигранных сделок там нет.",
            )
            for name in unwinnable
        ),
    )


ALL = "\0all"  # the group of all groups; no value of a field has this character


def _row(
    scope: Scope, name: str, label: str | Both, one: _Ended, takes: Spread | None, field: str | None
) -> tuple[Cell, ...]:
    pipeline = scope.program(name).pipeline
    worth = money(one.worth, field, pipeline) if field is not None and one.valued else None
    mean = Money(round(worth.amount / one.valued, 0), worth.currency) if worth is not None else None
    rate = share(one.won, one.won + one.lost) if pipeline.won is not None else None
    return scope.pipeline(name), label, one.won, one.lost, rate, worth, mean, takes.median if takes else None


def _added(several: list[_Ended]) -> _Ended:
    return _Ended(
        sum(one.won for one in several),
        sum(one.lost for one in several),
        sum(one.worth for one in several),
        sum(one.valued for one in several),
    )


def _ended(scope: Scope, name: str, split: Split, field: str | None) -> dict[Any, _Ended]:
    pipeline = scope.program(name).pipeline
    where = Where().of(scope, name).add("d.closed IS NOT NULL").period("d.closed", scope)
    amount, values = amount_sql(field, pipeline) if field else ("NULL", [])
    join = "JOIN states x ON x.deal = d.id" if split.states or field else ""
    sql = f"""SELECT value, stage, count(*), coalesce(sum(amount), 0), count(amount) FROM (
            SELECT {split.sql} AS value, d.stage, {amount} AS amount FROM deals d {join} WHERE {where.sql})
        GROUP BY 1, 2"""  # noqa: S608  # texts of this room
    rows: Iterable[Any] = scope.store.db.execute(sql, [*split.values, *values, *where.values])
    found: dict[Any, _Ended] = {}
    for value, stage, n, worth, valued in rows:
        kind = pipeline.stages[stage].kind if stage in pipeline.stages else ""
        one = found.setdefault(value, _Ended())
        if kind == "won":
            one.won, one.worth, one.valued = one.won + n, one.worth + worth, one.valued + valued
        elif kind == "lost":
            one.lost += n
    return found


def _takes(scope: Scope, name: str, split: Split) -> dict[Any, Spread]:
    """From creation to the end, of won deals: by value, and of all."""
    winning = [stage.name for stage in scope.program(name).pipeline.stages.values() if stage.kind == "won"]
    where = Where().of(scope, name).any_of("d.stage", winning).add("d.closed IS NOT NULL").period("d.closed", scope)
    join = "JOIN states x ON x.deal = d.id" if split.states else ""
    by_value = f"""SELECT {split.sql}, d.closed - d.created FROM deals d {join} WHERE {where.sql}
        ORDER BY 1, 2"""  # noqa: S608  # texts of this room
    every = f"SELECT ?, d.closed - d.created FROM deals d WHERE {where.sql} ORDER BY 2"  # noqa: S608  # likewise
    execute = scope.store.db.execute
    found = spreads(execute(by_value, [*split.values, *where.values]))
    return {**found, **spreads(execute(every, [ALL, *where.values]))}
