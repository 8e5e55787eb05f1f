"""What a search found, printed: deals by their fields, then by what was said, written and sent, with its place."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.listing import show_rows, with_linked
from voronka.cli.tables import line_width

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.host.queries import DealRow
    from voronka.engine.search.index import Hit

_KINDS = {
    "fields": ("поля", "fields"),
    "note": ("заметка", "note"),
    "task": ("ответ на задачу", "answer"),
    "loss": ("причина отказа", "reason of loss"),
    "file": ("файл", "file"),
    "mail": ("письмо", "mail"),
}


def find(session: Session, text: str, limit: int) -> None:
    """Find deals by a part of a field, and by words in any form; print both."""
    from voronka.engine.host.queries import find_deals

    app = session.app
    rows = with_linked(session, find_deals(session.store, text, limit))
    hits = _hits(session, text, limit)
    known = {row.id for row in rows}
    rows += [
        row
        for number in dict.fromkeys(hit.deal for hit in hits)
        if number not in known
        for row in _row(session, number)
    ]
    said = [hit for hit in hits if hit.kind != "fields"]
    extra = {"texts": [_data(session, hit) for hit in said]}
    show_rows(session, rows[:limit], len(rows), ("nothing found", "ничего не найдено"), extra)
    if said and not app.as_json:
        app.out()
        app.out(click.style(session.story.say("Сказано и написано", "Said and written"), bold=True))
        for hit in said:
            _print(session, hit)


def find_where(session: Session, condition: str, pipeline: str | None, limit: int) -> None:
    """Find deals for which a condition of the language is true as they stand. Raises Failure for what is none."""
    from voronka.cli import given
    from voronka.cli.where import numbers

    known = session.programs.definition.pipelines
    names = [given.pipeline(session, pipeline).pipeline.name] if pipeline else list(known)
    found = sorted(numbers(session.app, session.store, session.programs, names, condition, session.now), reverse=True)
    rows = [row for number in found[:limit] for row in _row(session, number)]
    show_rows(session, rows, len(found), ("nothing found", "ничего не найдено"), {"texts": []})


def _hits(session: Session, text: str, limit: int) -> list[Hit]:
    """Hits in texts; an index that cannot be made is no reason to find nothing."""
    from voronka.engine.search.index import find

    try:
        found = find(session.store, session.programs, text, limit)
    except (OSError, sqlite3.Error) as error:
        session.app.say(f"notes and mails were not searched: {error}", f"в заметках и письмах не искали: {error}")
        return []
    return [hit for hit in found if _row(session, hit.deal)]


def _row(session: Session, number: int) -> list[DealRow]:
    from voronka.engine.host.queries import list_deals

    rows = list_deals(session.store, after=number - 1, limit=1)
    return [row for row in rows if row.id == number and row.pipeline in session.programs.definition.pipelines]


def _print(session: Session, hit: Hit) -> None:
    import textwrap

    program = session.program(session.deal(hit.deal))
    left = f"  № {hit.deal}  {session.story.say(*_KINDS[hit.kind])}, {session.story.moment(program, hit.at)}"
    place = session.story.say(f"событие {hit.version}", f"event {hit.version}")
    session.app.out(left + click.style(f", {place}", dim=True))
    for part in textwrap.wrap(hit.excerpt, line_width() - 6):
        session.app.out("      " + part)


def _data(session: Session, hit: Hit) -> dict[str, Any]:
    local = session.program(session.deal(hit.deal)).calendar.local
    return {
        "deal": hit.deal,
        "event": hit.version,
        "kind": hit.kind,
        "at": local(hit.at).isoformat(),
        "excerpt": hit.excerpt,
    }
