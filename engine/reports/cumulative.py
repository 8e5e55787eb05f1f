"""Cumulative funnel: how many deals came at least so far, with conversions; by cohort or field, too (R69, R73)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from voronka.dsl.definition.model import Stage
from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.names import Names
from voronka.engine.reports.places import Places
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.split import arranged, called, column_of, split_of
from voronka.engine.reports.table import DEALS, PIPELINE, STAGE, Cell, Chart, Column, Report, Table, both, share

_REACHED = Column("reached", Both("Reached", "Дошли"), "count")
_OF_ALL = Column("of_all", Both("Of all", "От всех"), "share")
_FROM_BEFORE = Column("from_previous", Both("From the stage before", "С прошлого этапа"), "share")
_OPEN = Column("open", Both("Open", "В работе"), "count")
_LOST = Column("lost", Both("Lost", "Отказ"), "count")

# furthest rank (None: in no stage of the path), place where it stands now -> deals
Furthest = Counter[tuple[int | None, str]]


def cumulative(scope: Scope) -> Report:
    """Deals by the furthest stage they came to; skipped ones count as passed. A period chooses when they began."""
    names = scope.names()
    tables = [_stages(scope, names)]
    if scope.by is not None:
        tables += [_split(scope, names, name, scope.by) for name in scope.pipelines]
    notes = [
        Both(
            "Reached: came to this stage or a later one; stages that were skipped count as passed. Open and lost: those"
            " that came no further.",
            "Дошли: были на этом этапе или дальше, пропущенные этапы считаются пройденными. В работе и отказ: те, кто"
            " дальше не продвинулся.",
        )
    ]
    return Report(
        "cumulative",
        Both("Cumulative funnel", "Накопительная воронка"),
        about(scope, Both("deals created", "сделки, созданные")),
        tuple(tables),
        tuple(notes + unread(names)),
    )


def unread(names: Names) -> list[Both]:
    """A word on versions of the definition that could not be asked what stages were called."""
    if not names.unread:
        return []
    listed = ", ".join(one[:12] for one in names.unread)
    return [
        Both(
            f"Versions that cannot be read any more: {listed}; stages that only they know are left out.",
            f"Эти версии больше не читаются: {listed}; этапы, известные только им, не учтены.",
        )
    ]


def _stages(scope: Scope, names: Names) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name in scope.pipelines:
        places = Places(scope, names, name)
        found = _furthest(scope, places)[None] if _any(scope, name) else Counter()
        every = sum(found.values())
        path = [stage for stage in places.stages if stage.kind != "lost"]
        before = every
        for stage in path if every else ():
            rank = places.rank[stage.name]
            reached = sum(n for (far, _), n in found.items() if far is not None and far >= rank)
            here = {now: n for (far, now), n in found.items() if far == rank}
            lost = sum(n for now, n in here.items() if _kind(places, now) == "lost")
            rows.append(
                (
                    scope.pipeline(name),
                    both(stage.title, stage.name),
                    reached,
                    share(reached, every),
                    share(reached, before) if stage is not path[0] else None,
                    lost if stage.kind == "open" else None,
                    sum(here.values()) - lost if stage.kind == "open" else None,
                )
            )
            before = reached
    columns = (PIPELINE, STAGE, _REACHED, _OF_ALL, _FROM_BEFORE, _LOST, _OPEN)
    skip = 0 if scope.several else 1
    return Table(
        "stages",
        Both("Stages", "Этапы"),
        columns[skip:],
        tuple(row[skip:] for row in rows),
        chart=Chart("stage", ("reached",)),
        empty=Both("no deals yet", "сделок ещё нет"),
    )


def _split(scope: Scope, names: Names, name: str, by: str) -> Table:
    """One row for each value: how many, and which part of them came to each stage."""
    places = Places(scope, names, name)
    split = split_of(scope, name, by)
    found = _furthest(scope, places, by)
    path: list[Stage] = [stage for stage in places.stages if stage.kind != "lost"][1:]
    rows = []
    for value, counts in arranged(found, split.order, lambda one: sum(one.values()), _added, scope.top):
        every = sum(counts.values())
        parts = [
            share(sum(n for (far, _), n in counts.items() if far is not None and far >= places.rank[stage.name]), every)
            for stage in path
        ]
        rows.append((called(split, value), every, *parts))
    title, column = scope.pipeline(name), column_of(scope, by)
    return Table(
        f"{name}_by_{by}" if scope.several else f"by_{by}",
        Both(
            f"{title.en}: which part came to each stage ({column.title.en})",
            f"{title.ru}: какая часть дошла до этапов ({column.title.ru})",
        ),
        (column, DEALS, *(Column(stage.name, both(stage.title, stage.name), "share") for stage in path)),
        tuple(rows),
    )


def _added(all_of_them: list[Furthest]) -> Furthest:
    return sum(all_of_them, Counter())


def _any(scope: Scope, name: str) -> bool:
    return scope.store.db.execute("SELECT 1 FROM deals WHERE pipeline = ? LIMIT 1", (name,)).fetchone() is not None


def _kind(places: Places, stage: str) -> str:
    return places.pipeline.stages[stage].kind if stage in places.pipeline.stages else "open"


def _furthest(scope: Scope, places: Places, by: str | None = None) -> dict[Any, Furthest]:
    """By the value of the split: deals by the furthest stage they came to, and by where they stand."""
    rank, values = places.sql(path=True)
    where = Where().of(scope, places.pipeline.name).period("d.created", scope)
    if by is None:
        split, states, bound = "NULL", "", []
    else:
        one = split_of(scope, places.pipeline.name, by)
        split, states, bound = one.sql, "JOIN states x ON x.deal = d.id" if one.states else "", list(one.values)
    sql = f"""SELECT value, far, stage, count(*) FROM (
            SELECT {split} AS value, d.stage, (SELECT max({rank}) FROM visits v WHERE v.deal = d.id) AS far
            FROM deals d {states} WHERE {where.sql}) GROUP BY 1, 2, 3"""  # noqa: S608  # texts of this room
    rows: Iterable[Any] = scope.store.db.execute(sql, [*bound, *values, *where.values])
    found: dict[Any, Furthest] = {}
    for value, far, stage, n in rows:
        found.setdefault(value, Counter())[far, stage] += n
    return found or {None: Counter()}
