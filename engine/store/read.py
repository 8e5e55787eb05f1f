"""Reading a store: deals, their history, personal values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from voronka.engine.deal.changes import Change, load
from voronka.engine.deal.protocol import Event
from voronka.engine.deal.state import Deal
from voronka.engine.store.codec import Row, chain_of, decode_changes, decode_event, payload
from voronka.engine.store.seal import MARK, unseal, unseal_text
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held

_COLUMNS = "SELECT id, tx, kind, entity, version, prev, at, recorded, actor, definition, engine, event, changes, format"
_ROW = f"{_COLUMNS} FROM log WHERE id = ?"


def personal_of(store: Store, deal: int) -> dict[str, str]:
    """The personal values of a deal by digest, forgotten ones left out; deal 0 holds those of no deal."""
    rows = store.db.execute("SELECT digest, value FROM personal WHERE deal = ? AND value IS NOT NULL", (deal,))
    return dict(rows.fetchall())


def held(store: Store, number: int) -> Held | None:
    """A deal as its writer needs it, or None where there is no such deal."""
    row = store.db.execute("SELECT head, state FROM states WHERE deal = ?", (number,)).fetchone()
    if row is None:
        return None
    head, text = row
    values: dict[str, str] = {}
    if MARK in text:
        values = personal_of(store, number)
        text = unseal_text(text, values)
    return Held(load(json.loads(text)), head, {value: digest for digest, value in values.items()})


def deal(store: Store, number: int) -> Deal | None:
    """A deal's state, or None where there is no such deal."""
    found = held(store, number)
    return None if found is None else found.deal


def row(store: Store, number: int) -> Row | None:
    """A row of the log, by number."""
    found = store.db.execute(_ROW, (number,)).fetchone()
    return None if found is None else Row(*found)


def chain(store: Store, head: int) -> list[Row]:
    """An entity's rows, oldest first: from its last row back along ``prev``. Raises ValueError where it breaks."""
    rows: list[Row] = []
    while head:
        found = row(store, head)
        if found is None:
            raise ValueError(f"row {head} is missing")
        if rows and found.id >= rows[-1].id:
            raise ValueError(f"row {rows[-1].id} names row {found.id} as the one before it")
        rows.append(found)
        head = found.prev
    rows.reverse()
    return rows


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a deal as a reader wants it, personal values put back where they are not forgotten.

    ``row`` is its number in the log. Of what it follows from: ``cause`` is the row that brought it about (0: it came
    from outside), ``root`` the one that began it all, ``depth`` how many steps that was ago.
    """

    row: int
    deal: int
    version: int
    event: Event
    changes: list[Change]
    key: str | None
    cause: int
    definition: int
    root: int = 0
    depth: int = 0


def entry(stored: Row, values: dict[str, str]) -> Entry:
    """A row of a deal, decoded."""
    event, changes = payload(stored)
    if MARK in stored.event or MARK in stored.changes:
        event, changes = unseal(event, values), unseal(changes, values)
    follows = chain_of(event)
    return Entry(
        stored.id,
        stored.entity,
        stored.version,
        decode_event(event, stored.at, stored.recorded, stored.actor),
        decode_changes(changes),
        event.get("key"),
        follows.cause,
        stored.definition,
        follows.root,
        follows.depth,
    )


def history(store: Store, number: int) -> list[Entry]:
    """Everything that happened to a deal, oldest first; empty where there is no such deal."""
    found = store.db.execute("SELECT head FROM states WHERE deal = ?", (number,)).fetchone()
    if found is None:
        return []
    values = personal_of(store, number)
    return [entry(stored, values) for stored in chain(store, found[0])]


def rows_after(store: Store, number: int) -> Iterator[Row]:
    """The log from a row on (not included), in order."""
    for found in store.db.execute(f"{_COLUMNS} FROM log WHERE id > ? ORDER BY id", (number,)):
        yield Row(*found)


def unsealed(text: str, values: dict[str, str]) -> Any:
    """JSON data of a derived table, personal values put back."""
    data = json.loads(text)
    return unseal(data, values) if MARK in text else data
