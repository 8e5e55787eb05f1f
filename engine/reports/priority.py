"""Priority: where people's work goes, against the shares that a pipeline declares: up to 90 % to the hot (R64)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.amounts import field_path
from voronka.engine.reports.scope import NoReport, Scope, Where, about
from voronka.engine.reports.table import PIPELINE, Cell, Chart, Column, Report, Table, both, share

_PRIORITY = Column("priority", Both("Priority", "Приоритет"))
_OPEN = Column("open", Both("Open deals", "Сделок в работе"), "count")
_ACTS = Column("acts", Both("Acts", "Действий"), "count")
_SHARE = Column("share", Both("Share of work", "Доля работы"), "share")
_WANTED = Column("declared", Both("Declared", "Положено"), "share")
_OFF = Column("difference", Both("Difference", "Разница"), "share")
_UNSET = Both("not set", "не указано")


def priority(scope: Scope) -> Report:
    """What people did by hand, by the priority that the deal had when they did it. A period chooses what they did."""
    with_shares = [name for name in scope.pipelines if scope.program(name).pipeline.priority is not None]
    if not with_shares:
        raise NoReport(
            "no pipeline here declares shares of effort: `priority by FIELD { hot = 90% … }`, as std.priority does",
            "ни одна из этих воронок не объявляет доли усилий: `priority by ПОЛЕ { hot = 90% … }`, как в std.priority",
        )
    rows: list[tuple[Cell, ...]] = []
    notes = [
        Both(
            "Work is counted as acts: moves, answers to tasks, notes, contacts and edits that people made by hand,"
            " under the priority that the deal had then.",
            "Работа измерена действиями: переводы, ответы на задачи, заметки, контакты и правки, сделанные людьми, — по"
            " приоритету, который был у сделки в тот момент.",
        )
    ]
    for name in with_shares:
        declared = scope.program(name).pipeline.priority
        assert declared is not None
        field, shares = declared
        wanted = dict(shares)
        acts, standing = _acts(scope, name, field), _open(scope, name, field)
        kind = scope.program(name).pipeline.fields[field].type
        every = sum(acts.values())
        titles: dict[Any, Both] = {one.name: both(one.title, one.name) for one in kind.options}
        listed = [*titles, *sorted((v for v in {*acts, *standing} if v not in titles), key=str)]
        for value in listed if every or standing else ():
            part = share(acts[value], every)
            goal = float(wanted[value]) if value in wanted else None
            rows.append(
                (
                    scope.pipeline(name),
                    titles.get(value, _UNSET if value is None else str(value)),
                    standing[value],
                    acts[value],
                    part,
                    goal,
                    part - goal if part is not None and goal is not None else None,
                )
            )
        notes += _verdict(scope, name, titles, shares, acts, every)
    skip = 0 if len(with_shares) > 1 else 1
    table = Table(
        "priorities",
        Both("Where the work goes", "Куда уходит работа"),
        (PIPELINE, _PRIORITY, _OPEN, _ACTS, _SHARE, _WANTED, _OFF)[skip:],
        tuple(row[skip:] for row in rows),
        chart=Chart("priority", (_SHARE.name,)),
        empty=Both("no deals yet", "сделок ещё нет"),
    )
    title = Both("Work by priority", "Работа по приоритетам")
    return Report("priority", title, about(scope, Both("work done", "работа")), (table,), tuple(notes))


def _verdict(
    scope: Scope, name: str, titles: dict[Any, Both], shares: Iterable[tuple[str, Any]], acts: Counter[Any], every: int
) -> list[Both]:
    """Whether the first of the shares, the hot ones, get what is theirs."""
    first, goal = next(iter(shares))
    if not every or first not in titles:
        return []
    got, wanted = round(100 * acts[first] / every), round(100 * float(goal))
    title, of = titles[first], scope.pipeline(name)
    kept = Both("as declared", "как положено") if got >= wanted else Both("less than declared", "меньше положенного")
    return [
        Both(
            f"“{of.en}”: {got} % of the work goes to “{title.en}”, {wanted} % are declared: {kept.en}.",
            f"«{of.ru}»: на «{title.ru}» уходит {got} % работы при положенных {wanted} %: {kept.ru}.",
        )
    ]


def _open(scope: Scope, name: str, field: str) -> Counter[Any]:
    """Deals that are open now, by their priority."""
    where = Where().of(scope, name).add("d.closed IS NULL")
    sql = f"""SELECT json_extract(x.state, ?), count(*) FROM deals d JOIN states x ON x.deal = d.id
        WHERE {where.sql} GROUP BY 1"""  # noqa: S608  # texts of this room
    return Counter(dict(scope.store.db.execute(sql, [field_path(field), *where.values]).fetchall()))


def _acts(scope: Scope, name: str, field: str) -> Counter[Any]:
    """What people did, by the priority that the deal had before; by the one it began with, where it has just begun.

    The log has values where they change, so each assignment holds up to and with the act that makes the next one.
    """
    where = Where().any_of("l.actor", scope.acting()).period("l.at", scope)
    sql = f"""
        WITH assigned AS (
            SELECT l.entity AS deal, l.version, json_extract(c.value, '$[2]') AS value
            FROM log l JOIN json_each(l.changes) c
            WHERE l.kind = 0 AND l.changes LIKE ? AND json_extract(c.value, '$[0]') = 'set'
                AND json_extract(c.value, '$[1]') = ?),
        held AS MATERIALIZED (
            SELECT deal, value, CASE version WHEN 1 THEN 1 ELSE version + 1 END AS first,
                coalesce(lead(version) OVER (PARTITION BY deal ORDER BY version), 9223372036854775807) AS last
            FROM assigned)
        SELECT h.value, count(*) FROM log l JOIN deals d ON d.id = l.entity
        LEFT JOIN held h ON h.deal = l.entity AND l.version BETWEEN h.first AND h.last
        WHERE l.kind = 0 AND d.pipeline = ? AND {where.sql} GROUP BY 1"""  # noqa: S608  # texts of this room
    bound = [f'%["set","{field}",%', field, name, *where.values]
    return Counter(dict(scope.store.db.execute(sql, bound).fetchall()))
