"""The red list: open deals without a task, with an overdue one, over a limit, unprocessed, or red by a badge or a
standing trouble (R38, R39, R42)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from heapq import nsmallest
from typing import Any, NamedTuple

from voronka.dsl.text.codes.base import Both
from voronka.engine.host.people import People
from voronka.engine.host.reading import red as badges
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.table import DEALS, PIPELINE, STAGE, Cell, Chart, Column, Report, Table
from voronka.engine.store import read

KINDS = {
    "no_tasks": Both("without a task", "без задач"),
    "overdue": Both("overdue task", "просрочена задача"),
    "limit": Both("over the stage's limit", "дольше предела на этапе"),
    "unprocessed": Both("not processed yet", "не обработана"),
    "trouble": Both("standing trouble", "неустранённая помеха"),
    "badge": Both("red badge", "красная метка"),
}
_TROUBLES = {
    "nobody": Both("nobody to give it to", "некому поручить"),
    "unsent": Both("not sent: no address", "не отправлено: нет адреса"),
    "undated": Both("not put off: its length is unknown", "не отложено: длительность неизвестна"),
    "book": Both("the resource is taken", "ресурс занят"),
    "check": Both("a value is not accepted", "значение не принято"),
    "require": Both("this stage now requires a field", "на этом этапе теперь нужно поле"),
    "stranded": Both("its stage is gone", "этапа больше нет"),
    "incident": Both("an incident", "сбой"),
}
_DEAL = Column("deal", Both("№", "№"), "deal")
_OWNER = Column("owner", Both("Owner", "Ответственный"))
_WHY = Column("why", Both("Why it is red", "Почему красная"))
_KIND = Column("kind", Both("Kind", "Вид"))
_SINCE = Column("for", Both("For", "Уже"), "duration")


class Red(NamedTuple):
    """An open deal and what is red about it: ``flags`` as the table has them, ``tasks`` still open, since when the
    first is ``late``, and ``fresh``: since when nobody has processed it."""

    deal: int
    flags: str | None
    tasks: int
    late: int | None
    fresh: int | None

    @property
    def since(self) -> int | None:
        """Since when it is red, where that is known."""
        return min((at for at in (self.late, self.fresh) if at is not None), default=None)

    def kinds(self) -> Iterator[str]:
        if not self.tasks:
            yield "no_tasks"
        if self.late is not None:
            yield "overdue"
        flags = [flag.partition(":")[0] for flag in json.loads(self.flags)] if self.flags else []
        if "limit" in flags:
            yield "limit"
        if self.fresh is not None:
            yield "unprocessed"
        if any(flag != "limit" for flag in flags):
            yield "trouble"

    def words(self) -> Iterator[Both]:
        """Each reason, troubles by their own names."""
        for kind in self.kinds():
            if kind != "trouble":
                yield KINDS[kind]
                continue
            for flag in json.loads(self.flags or "[]"):
                name = flag.partition(":")[0]
                if name != "limit":
                    yield _TROUBLES.get(name, Both(name, name))


def red(scope: Scope, most: int = 0, watched: Callable[[int], None] = lambda done: None) -> Report:
    """Every open deal that is red, with all its reasons; ``most`` bounds the list (0: all), the counts are whole.

    A period chooses deals that were created in it. ``watched`` is told how many deals were looked at for badges.
    """
    found: dict[int, Red] = {}
    shown_as: dict[int, list[Both]] = {}
    for name in scope.pipelines:
        found.update((row[0], Red(*row)) for row in _known(scope, name))
        for deal, message in _badges(scope, name, watched):
            shown_as.setdefault(deal, []).append(message)
    counts = _counts(found.values())
    counts["badge"] = len(shown_as)
    for deal in shown_as:
        found.setdefault(deal, Red(deal, None, 1, None, None))
    first = nsmallest(
        most or len(found), ((scope.now if one.since is None else one.since, one) for one in found.values())
    )
    rows = [_row(scope, one, shown_as.get(one.deal, [])) for _, one in first]
    skip = () if scope.several else (1,)
    columns = (_DEAL, PIPELINE, STAGE, _OWNER, _WHY, _SINCE)
    left = [place for place in range(len(columns)) if place not in skip]
    tables = (
        Table(
            "counts",
            Both("How many", "Сколько"),
            (_KIND, DEALS),
            tuple((title, counts[kind]) for kind, title in KINDS.items() if counts[kind]),
            (Both("Red deals", "Красных сделок"), len(found)) if found else (),
            Chart("kind", ("deals",)),
            Both("nothing is red", "красных сделок нет"),
        ),
        Table(
            "deals",
            Both("Red deals, the longest first", "Красные сделки, самые давние сверху"),
            tuple(columns[place] for place in left),
            tuple(tuple(row[place] for place in left) for row in rows),
            empty=Both("nothing is red", "красных сделок нет"),
        ),
    )
    notes = []
    if len(rows) < len(found):
        notes.append(
            Both(
                f"{len(rows)} of {len(found)} red deals are listed; --limit 0 lists all.",
                f"Показано {len(rows)} из {len(found)} красных сделок; все — с --limit 0.",
            )
        )
    title = Both("Red list", "Красный список")
    return Report("red", title, about(scope, Both("deals created", "сделки, созданные")), tables, tuple(notes))


def _counts(reds: Iterable[Red]) -> Counter[str]:
    """Deals by kind of trouble."""
    counts: Counter[str] = Counter()
    flags: Counter[str | None] = Counter()
    for one in reds:
        flags[one[1]] += 1
        counts["no_tasks"] += not one[2]
        counts["overdue"] += one[3] is not None
        counts["unprocessed"] += one[4] is not None
    for text, n in flags.items():
        for kind in {*Red(0, text, 1, None, None).kinds()}:
            counts[kind] += n
    return counts


def _row(scope: Scope, one: Red, badges: list[Both]) -> tuple[Cell, ...]:
    pipeline, stage, owner = scope.store.db.execute(
        "SELECT pipeline, stage, owner FROM deals WHERE id = ?", (one.deal,)
    ).fetchone()
    known = list(dict.fromkeys((why.en, why.ru) for why in (*one.words(), *badges)))
    return (
        one.deal,
        scope.pipeline(pipeline),
        scope.stage(pipeline, stage),
        scope.who(owner),
        Both(", ".join(en for en, _ in known), ", ".join(ru for _, ru in known)),
        None if one.since is None else max(0, scope.now - one.since),
    )


def _where(scope: Scope, name: str) -> Where:
    return Where().of(scope, name).add("d.closed IS NULL").period("d.created", scope)


def _known(scope: Scope, name: str) -> Iterable[tuple[Any, ...]]:
    """What the tables say, without looking into any deal. Unprocessed (R42) is what stands in the first stage, if
    that takes requests in, without anybody having talked to the client."""
    first = scope.program(name).pipeline.first
    incoming = first.name if first.type in ("", "incoming") else None
    where = _where(scope, name)
    sql = f"""SELECT d.id, d.flags, count(t.id) AS tasks,
            min(CASE WHEN t.status = 'open' AND t.due < ? THEN t.due END) AS late,
            CASE WHEN d.stage = ? THEN (SELECT d.created FROM states x WHERE x.deal = d.id
                AND json_extract(x.state, '$.marks.contact') IS NULL) END AS fresh
        FROM deals d LEFT JOIN tasks t ON t.deal = d.id AND t.status IN ('open', 'waiting')
        WHERE {where.sql} GROUP BY d.id
        HAVING tasks = 0 OR late IS NOT NULL OR d.flags IS NOT NULL
            OR fresh IS NOT NULL"""  # noqa: S608  # texts of this room
    rows: Iterable[Any] = scope.store.db.execute(sql, [scope.now, incoming, *where.values])
    return rows


def _badges(scope: Scope, name: str, watched: Callable[[int], None]) -> Iterator[tuple[int, Both]]:
    """Badges that the definition declares: each open deal is asked, as its card is."""
    program = scope.program(name)
    if not program.reds:
        return
    where = _where(scope, name)
    people = scope.people or People(scope.programs.definition, {})
    sql = f"SELECT d.id FROM deals d WHERE {where.sql} ORDER BY d.id"  # noqa: S608  # texts of this room
    unset = dict.fromkeys(program.pipeline.fields)
    for done, (number,) in enumerate(scope.store.db.execute(sql, where.values).fetchall()):
        deal = read.deal(scope.store, number)
        assert deal is not None
        deal.f = {**unset, **deal.f}  # what is unset is not stored; conditions look at every field
        for condition in badges(scope.programs, people, deal, max(scope.now, deal.now)):
            message = condition.message
            yield number, Both(f"“{message.in_('en')}”", f"«{message.in_('ru')}»")
        watched(done)
