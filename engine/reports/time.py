"""Time: how long deals stay in each stage, by percentiles; where most of it goes; whole deals (R71, R72)."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.cumulative import unread
from voronka.engine.reports.places import Places
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.spread import RANKS, Spread, spread, spreads
from voronka.engine.reports.table import DEALS, PIPELINE, STAGE, Cell, Chart, Column, Report, Table, both, share

_STAYS = Column("stays", Both("Stays", "Пребываний"), "count")
_SHARE = Column("share", Both("Of all time", "Доля времени"), "share")
_HERE = Column("here", Both("There now", "Сейчас там"), "count")
_OVER = Column("over_limit", Both("Over limit now", "Сейчас сверх срока"), "count")
_LIMIT = Column("limit", Both("Limit", "Предел"))
_ENDED = {"won": Both("Won", "Успех"), "lost": Both("Lost", "Отказ")}


def time(scope: Scope) -> Report:
    """Stays in a stage that ended; a period chooses those that ended in it. Working time where it is asked for."""
    names = scope.names()
    rows: list[tuple[Cell, ...]] = []
    whole: list[tuple[Cell, ...]] = []
    slowest: list[Both] = []
    for name in scope.pipelines:
        places = Places(scope, names, name)
        found = _stays(scope, places)
        now = _standing(scope, places)
        every = sum(one.total for one in found.values())
        pipeline = scope.pipeline(name)
        for rank, stage in enumerate(places.stages):
            if stage.kind != "open" or not (found or now):
                continue
            one = found.get(rank)
            here, over = now.get(stage.name, (0, 0))
            limit = stage.limit.length if stage.limit is not None else None
            rows.append(
                (
                    pipeline,
                    both(stage.title, stage.name),
                    one.count if one else 0,
                    *_at(one),
                    share(one.total, every) if one else None,
                    _written(limit),
                    here,
                    over if limit is not None else None,
                )
            )
        most = max(found, key=lambda rank: found[rank].total, default=None)
        if most is not None and every:
            slowest.append(_bottleneck(scope, places, most, found[most].total / every))
        whole += [(pipeline, _ENDED[kind], one.count, *_at(one)) for kind, one in _lives(scope, places).items()]
    kind = "worktime" if scope.work else "duration"
    at = tuple(Column(f"p{rank}", Both(f"{rank} %", f"{rank} %"), kind) for rank in RANKS)
    skip = 0 if scope.several else 1
    tables = (
        Table(
            "stages",
            Both("In each stage", "На каждом этапе"),
            (PIPELINE, STAGE, _STAYS, *at, _SHARE, _LIMIT, _HERE, _OVER)[skip:],
            tuple(row[skip:] for row in rows),
            chart=Chart("stage", (_SHARE.name,)),
            empty=Both("no deals yet", "сделок ещё нет"),
        ),
        Table(
            "deals",
            Both("From the beginning to the end", "От начала до конца"),
            (PIPELINE, Column("ended", Both("Ended", "Итог")), DEALS, *at)[skip:],
            tuple(row[skip:] for row in whole),
            empty=Both("no deal has ended", "ни одна сделка не закрыта"),
        ),
    )
    return Report(
        "time",
        Both("Time in stage", "Время на этапах"),
        about(scope, Both("stays and deals that ended", "пребывания и сделки, законченные")),
        tables,
        (*slowest, _counted(scope), *unread(names)),
    )


def _counted(scope: Scope) -> Both:
    if scope.work:
        calendars = sorted({scope.program(name).pipeline.calendar for name in scope.pipelines})
        listed = ", ".join(calendars)
        return Both(
            f"Working hours by the calendar {listed}; 75 % means: three of four took no longer.",
            f"Рабочие часы по календарю {listed}; 75 % значит: трое из четверых уложились.",
        )
    return Both(
        "Time as it elapsed, nights and days off included (--work: working time); 75 %: three of four took no longer.",
        "Время по часам, с ночами и выходными (--work: рабочее время); 75 % значит: трое из четверых уложились.",
    )


def _bottleneck(scope: Scope, places: Places, rank: int, part: float) -> Both:
    title = both(places.stages[rank].title, places.stages[rank].name)
    of = scope.pipeline(places.pipeline.name)
    percent = round(part * 100)
    where = Both(f" of “{of.en}”", f" воронки «{of.ru}»") if scope.several else Both("", "")
    return Both(
        f"Most of the time{where.en} goes to “{title.en}”: {percent} %.",
        f"Больше всего времени{where.ru} уходит на «{title.ru}»: {percent} %.",
    )


def _at(one: Spread | None) -> tuple[int | None, ...]:
    return one.at if one is not None else (None,) * len(RANKS)


def _written(limit: Expr | None) -> Both | None:
    """A limit that is the same for every deal, in words; one that depends on the deal is only said to be there."""
    from voronka.dsl.definition.values import Duration
    from voronka.engine.templates.words import duration

    if limit is None:
        return None
    value = getattr(limit, "value", None)
    if isinstance(value, Duration):
        return Both(duration(value, "en"), duration(value, "ru"))
    return Both("varies", "своя")


def _stays(scope: Scope, places: Places) -> dict[int, Spread]:
    """Lengths of the stays that ended, by rank of the stage."""
    rank, values = places.sql()
    where = Where().any_of("v.pipeline", places.former).add("v.left IS NOT NULL").period("v.left", scope)
    deals = _owned(scope, where)
    if scope.work:
        sql = f"SELECT {rank}, v.entered, v.left FROM visits v {deals} WHERE {where.sql}"  # noqa: S608  # own texts
        found = _worked(scope, places, scope.store.db.execute(sql, [*values, *where.values]))
    else:
        sql = f"""SELECT {rank}, v.left - v.entered FROM visits v {deals} WHERE {where.sql}
            ORDER BY 1, 2"""  # noqa: S608  # texts of this room
        found = spreads(scope.store.db.execute(sql, [*values, *where.values]))
    return {rank: one for rank, one in found.items() if rank is not None and places.stages[rank].kind == "open"}


def _owned(scope: Scope, where: Where) -> str:
    """The join that an owner needs; without one the visits alone will do."""
    if scope.owner is None:
        return ""
    where.add("d.owner = ?", scope.owner)
    return "JOIN deals d ON d.id = v.deal"


def _worked(scope: Scope, places: Places, rows: Iterable[Any]) -> dict[Any, Spread]:
    """By group, from (group, begin, end): what was worked of it."""
    between = scope.program(places.pipeline.name).calendar.working_between
    groups: dict[Any, list[int]] = defaultdict(list)
    for group, begin, end in rows:
        groups[group].append(between(begin, end))
    return {group: spread(array("q", sorted(lengths))) for group, lengths in groups.items()}


def _standing(scope: Scope, places: Places) -> dict[str, tuple[int, int]]:
    """By stage: how many stand there now, and how many of them are over the limit."""
    where = Where().of(scope, places.pipeline.name)
    sql = f"""SELECT d.stage, count(*), coalesce(sum(d.flags LIKE '%"limit"%'), 0) FROM deals d
        WHERE {where.sql} GROUP BY 1"""  # noqa: S608  # texts of this room
    return {stage: (n, over) for stage, n, over in scope.store.db.execute(sql, where.values)}


def _lives(scope: Scope, places: Places) -> dict[str, Spread]:
    """Lengths of whole deals that ended, by how."""
    where = Where().of(scope, places.pipeline.name).add("d.closed IS NOT NULL").period("d.closed", scope)
    if scope.work:
        sql = f"SELECT d.stage, d.created, d.closed FROM deals d WHERE {where.sql}"  # noqa: S608  # own texts
        found = _worked(scope, places, scope.store.db.execute(sql, where.values))
    else:
        sql = f"""SELECT d.stage, d.closed - d.created FROM deals d WHERE {where.sql}
            ORDER BY 1, 2"""  # noqa: S608  # texts of this room
        found = spreads(scope.store.db.execute(sql, where.values))
    kinds = {stage.kind: found[stage.name] for stage in places.stages if stage.name in found}
    return {kind: kinds[kind] for kind in _ENDED if kind in kinds}
