"""Losses: their reasons ranked, from which stages, what they were worth, who came back (R59, R65, R74)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.amounts import amount_sql, amounts_of, money
from voronka.engine.reports.cumulative import unread
from voronka.engine.reports.names import Names
from voronka.engine.reports.places import Places
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.split import arranged, called, column_of, split_of
from voronka.engine.reports.table import AMOUNT, PIPELINE, SHARE, STAGE, Cell, Chart, Column, Report, Table, both, share

_REASON = Column("reason", Both("Reason", "Причина"))
_LOSSES = Column("losses", Both("Losses", "Отказов"), "count")
_BACK = Column("came_back", Both("Came back", "Вернулись"), "count")
_MOSTLY_AT = Column("mostly_at", Both("Mostly at", "Чаще всего на этапе"))
_MOSTLY = Column("mostly", Both("Mostly because", "Чаще всего"))
_NO_REASON = Both("no reason given", "причина не указана")
_NOWHERE = Both("from the start", "с самого начала")


@dataclass(slots=True)
class _Lost:
    """So many losses: those that came back, their worth in minor units, and what else is known of them."""

    count: int = 0
    back: int = 0
    worth: int = 0
    valued: int = 0
    reasons: Counter[Any] = field(default_factory=Counter)
    stages: Counter[Any] = field(default_factory=Counter)

    def add(self, reason: Any, stage: Any, n: int, back: int, worth: int, valued: int) -> None:
        self.count += n
        self.back += back
        self.worth += worth
        self.valued += valued
        self.reasons[reason] += n
        self.stages[stage] += n


def loss(scope: Scope) -> Report:
    """Every loss counts, of deals that came back too; a period chooses when they were lost."""
    names = scope.names()
    fields = amounts_of(scope)
    reasons: list[tuple[Cell, ...]] = []
    stages: list[tuple[Cell, ...]] = []
    splits: list[Table] = []
    for name in scope.pipelines:
        places = Places(scope, names, name)
        title = scope.pipeline(name)
        found = _losses(scope, names, places, fields.get(name))
        every = sum(n for *_, n, _, _, _ in found)
        by_reason, by_stage = _grouped(found, 1), _grouped(found, 2)
        for reason, one in sorted(by_reason.items(), key=lambda item: (-item[1].count, str(item[0]))):
            worth = money(one.worth, fields[name], places.pipeline) if one.valued else None
            at = _stage(places, _most(one.stages))
            reasons.append((title, _reason(places, reason), one.count, share(one.count, every), worth, one.back, at))
        for rank in sorted(by_stage, key=lambda rank: -1 if rank is None else rank):
            one = by_stage[rank]
            worth = money(one.worth, fields[name], places.pipeline) if one.valued else None
            why = _reason(places, _most(one.reasons))
            stages.append((title, _stage(places, rank), one.count, share(one.count, every), worth, why))
        if scope.by is not None:
            splits.append(_split(scope, names, places, scope.by))
    return Report(
        "loss",
        Both("Losses", "Отказы"),
        about(scope, Both("losses", "отказы")),
        (
            _table(
                scope, "reasons", Both("Why", "Почему"), (_REASON, _LOSSES, SHARE, AMOUNT, _BACK, _MOSTLY_AT), reasons
            ),
            _table(
                scope,
                "stages",
                Both("From which stage", "С какого этапа"),
                (STAGE, _LOSSES, SHARE, AMOUNT, _MOSTLY),
                stages,
            ),
            *splits,
        ),
        tuple(unread(names)),
    )


def _table(scope: Scope, name: str, title: Both, columns: tuple[Column, ...], rows: list[tuple[Cell, ...]]) -> Table:
    """With the pipeline where there are several, without amounts where nothing has one."""
    whole = (PIPELINE, *columns)
    place = whole.index(AMOUNT)
    left = [
        n
        for n in range(len(whole))
        if (n or scope.several) and (n != place or any(row[place] is not None for row in rows))
    ]
    return Table(
        name,
        title,
        tuple(whole[n] for n in left),
        tuple(tuple(row[n] for n in left) for row in rows),
        chart=Chart(columns[0].name, (_LOSSES.name,)),
        empty=Both("nothing was lost", "отказов нет"),
    )


def _split(scope: Scope, names: Names, places: Places, by: str) -> Table:
    name = places.pipeline.name
    split = split_of(scope, name, by)
    groups = _grouped(_losses(scope, names, places, None, by), 0)
    every = sum(one.count for one in groups.values())
    told = arranged(groups, split.order, lambda one: one.count, _added, scope.top)
    title, column = scope.pipeline(name), column_of(scope, by)
    return Table(
        f"{name}_by_{by}" if scope.several else f"by_{by}",
        Both(f"{title.en}: losses ({column.title.en})", f"{title.ru}: отказы ({column.title.ru})"),
        (column, _LOSSES, SHARE, _MOSTLY, _MOSTLY_AT),
        tuple(
            (
                called(split, value),
                one.count,
                share(one.count, every),
                _reason(places, _most(one.reasons)),
                _stage(places, _most(one.stages)),
            )
            for value, one in told
        ),
        chart=Chart(by, (_LOSSES.name,)),
    )


def _added(several: list[_Lost]) -> _Lost:
    whole = _Lost()
    for one in several:
        whole.count += one.count
        whole.back += one.back
        whole.reasons += one.reasons
        whole.stages += one.stages
    return whole


def _most(counted: Counter[Any]) -> Any:
    """The most frequent one; of several the first in order."""
    return min(counted, key=lambda one: (-counted[one], str(one)))


def _reason(places: Places, name: Any) -> Both:
    if name is None:
        return _NO_REASON
    known = places.pipeline.reasons.get(name)
    return both(known.title, name) if known is not None else Both(name, name)


def _stage(places: Places, rank: int | None) -> Both:
    return _NOWHERE if rank is None else both(places.stages[rank].title, places.stages[rank].name)


def _grouped(found: list[tuple[Any, ...]], place: int) -> dict[Any, _Lost]:
    groups: dict[Any, _Lost] = {}
    for row in found:
        groups.setdefault(row[place], _Lost()).add(*row[1:])
    return groups


def _losses(
    scope: Scope, names: Names, places: Places, amount: str | None, by: str | None = None
) -> list[tuple[Any, ...]]:
    """(value, reason by its present name, rank of the stage before, losses, came back, worth, with an amount)."""
    source, values = places.sql(column="source")
    lost = places.lost()
    if not lost:
        return []
    where = Where().of(scope, places.pipeline.name).any_of("v.stage", lost).any_of("v.pipeline", places.former)
    where.period("v.entered", scope)
    split, states, bound = "NULL", amount is not None, ()
    if by is not None:
        one = split_of(scope, places.pipeline.name, by)
        split, states, bound = one.sql, states or one.states, one.values
    worth, more = amount_sql(amount, places.pipeline) if amount else ("NULL", [])
    sql = f"""SELECT value, reason, source, count(*), sum(back), coalesce(sum(worth), 0), count(worth) FROM (
            SELECT {split} AS value, v.reason, {source} AS source, v.left IS NOT NULL AS back, {worth} AS worth
            FROM visits v JOIN deals d ON d.id = v.deal {"JOIN states x ON x.deal = d.id" if states else ""}
            WHERE {where.sql})
        GROUP BY 1, 2, 3"""  # noqa: S608  # texts of this room
    rows: Iterable[Any] = scope.store.db.execute(sql, [*bound, *values, *more, *where.values])
    known = {old: to[1] for (_, old), to in names.reasons.items() if to[0] == places.pipeline.name}
    return [(value, known.get(reason, reason), *rest) for value, reason, *rest in rows]
