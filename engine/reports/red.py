"""The red list: open deals without a task, with an overdue one, over a limit, unprocessed, or red by a badge or a
standing trouble (R38, R39, R42)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Red:
    """One reason why a deal is red; ``since``: the instant from which it is, where that is known."""

    deal: int
    kind: str
    why: Both
    since: int | None


def red(scope: Scope, most: int = 0, watched: Callable[[int], None] = lambda done: None) -> Report:
    """Every open deal that is red, with all its reasons; ``most`` bounds the list (0: all), the counts are whole.

    A period chooses deals that were created in it. ``watched`` is told how many deals were looked at for badges.
    """
    found: dict[int, list[Red]] = {}
    for name in scope.pipelines:
        for one in (*_known(scope, name), *_badges(scope, name, watched)):
            found.setdefault(one.deal, []).append(one)
    counts = {kind: sum(any(one.kind == kind for one in reds) for reds in found.values()) for kind in KINDS}
    longest = sorted(found, key=lambda deal: (min((r.since for r in found[deal] if r.since), default=scope.now), deal))
    shown = longest[:most] if most else longest
    rows = [_row(scope, deal, found[deal]) for deal in shown]
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
    if len(shown) < len(found):
        notes.append(
            Both(
                f"{len(shown)} of {len(found)} red deals are listed; --limit 0 lists all.",
                f"Показано {len(shown)} из {len(found)} красных сделок; все — с --limit 0.",
            )
        )
    title = Both("Red list", "Красный список")
    return Report("red", title, about(scope, Both("deals created", "сделки, созданные")), tables, tuple(notes))


def _row(scope: Scope, deal: int, reds: list[Red]) -> tuple[Cell, ...]:
    pipeline, stage, owner = scope.store.db.execute(
        "SELECT pipeline, stage, owner FROM deals WHERE id = ?", (deal,)
    ).fetchone()
    known = list(dict.fromkeys((one.why.en, one.why.ru) for one in reds))
    since = min((one.since for one in reds if one.since), default=None)
    return (
        deal,
        scope.pipeline(pipeline),
        scope.stage(pipeline, stage),
        scope.who(owner),
        Both(", ".join(en for en, _ in known), ", ".join(ru for _, ru in known)),
        None if since is None else max(0, scope.now - since),
    )


def _where(scope: Scope, name: str) -> Where:
    return Where().of(scope, name).add("d.closed IS NULL").period("d.created", scope)


def _known(scope: Scope, name: str) -> Iterator[Red]:
    """What the tables say, without looking into any deal."""
    where = _where(scope, name)
    sql = f"""SELECT d.id, d.flags,
            (SELECT count(*) FROM tasks t WHERE t.deal = d.id AND t.status IN ('open', 'waiting')),
            (SELECT min(t.due) FROM tasks t WHERE t.deal = d.id AND t.status = 'open' AND t.due < ?)
        FROM deals d WHERE {where.sql}"""  # noqa: S608  # texts of this room
    rows: Iterable[Any] = scope.store.db.execute(sql, [scope.now, *where.values])
    for deal, flags, tasks, overdue in rows:
        if not tasks:
            yield Red(deal, "no_tasks", KINDS["no_tasks"], None)
        if overdue is not None:
            yield Red(deal, "overdue", KINDS["overdue"], overdue)
        for flag in json.loads(flags) if flags else ():
            kind = flag.partition(":")[0]
            if kind == "limit":
                yield Red(deal, "limit", KINDS["limit"], None)
            else:
                yield Red(deal, "trouble", _TROUBLES.get(kind, Both(kind, kind)), None)
    yield from _unprocessed(scope, name)


def _unprocessed(scope: Scope, name: str) -> Iterator[Red]:
    """Requests that came in and stand in the first stage without anybody having talked to the client (R42)."""
    first = scope.program(name).pipeline.first
    if first.type not in ("", "incoming"):
        return
    where = _where(scope, name).add("d.stage = ?", first.name)
    sql = f"""SELECT d.id, d.created FROM deals d JOIN states x ON x.deal = d.id
        WHERE {where.sql} AND json_extract(x.state, '$.marks.contact') IS NULL"""  # noqa: S608  # likewise
    for deal, created in scope.store.db.execute(sql, where.values):
        yield Red(deal, "unprocessed", KINDS["unprocessed"], created)


def _badges(scope: Scope, name: str, watched: Callable[[int], None]) -> Iterator[Red]:
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
            yield Red(number, "badge", Both(f"“{message.in_('en')}”", f"«{message.in_('ru')}»"), None)
        watched(done)
