"""Whom a deal is about: what belongs to them, and all that is stored of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from voronka.engine.care.backup import files_of
from voronka.engine.deal.changes import dump, encode_change
from voronka.engine.deal.changes import encode_deep as encoded
from voronka.engine.host import queries
from voronka.engine.host.render import ENDINGS
from voronka.engine.store import erase, read
from voronka.engine.store.erase import Erasure
from voronka.engine.store.store import Store

ROUNDS = 20  # of looking for others with the same values


@dataclass(frozen=True, slots=True)
class Circle:
    """``deals``: the one asked for and the cards that nobody else links to. ``shared``: cards that others link to, too.

    ``same``: other deals with one of these values.
    """

    deals: tuple[int, ...]
    shared: tuple[int, ...]
    same: tuple[int, ...]
    found: Erasure


def circle(store: Store, number: int, *, alone: bool = False, everywhere: bool = False) -> Circle:
    """What belongs to the person of a deal. ``alone``: nothing but the deal itself; ``everywhere``: shared cards and
    deals with the same values, too, and theirs."""
    deals, shared = [number], [] if alone else _cards(store, number)
    if not alone:
        deals += [card for card in shared if set(_linking(store, card)) <= {number}]
    shared = [card for card in shared if card not in deals]
    found = erase.survey(store, deals)
    for _ in range(ROUNDS if everywhere else 0):
        more = {*found.same, *shared} - set(deals)
        if not more:
            break
        deals += sorted(more)
        shared = [card for card in shared if card not in deals]
        found = erase.survey(store, deals)
    return Circle(tuple(deals), tuple(shared), found.same, found)


def _cards(store: Store, number: int) -> list[int]:
    """Cards the deal links to that have personal fields; a card has no links of its own to what it is about."""
    rows = store.db.execute(
        """SELECT DISTINCT l.target, d.pipeline FROM links l JOIN deals d ON d.id = l.target WHERE l.source = ?
            ORDER BY l.target""",
        (number,),
    ).fetchall()
    held = read.deal(store, number)
    links = store.facets.of(held.pipeline).links if held is not None else {}
    return [
        card
        for card, pipeline in rows
        if pipeline in links.values() and store.facets.of(pipeline).personal and read.personal_of(store, card)
    ]


def _linking(store: Store, card: int) -> list[int]:
    return [row[0] for row in store.db.execute("SELECT DISTINCT source FROM links WHERE target = ?", (card,))]


def export(store: Store, deals: Sequence[int]) -> dict[str, Any]:
    """Everything stored on these deals as JSON data, personal values in the clear; what is forgotten stays a digest."""
    return {
        "store": store.id,
        "deals": [_deal(store, number) for number in deals],
        "events": [
            {"id": row.id, "at": _utc(row.at), "name": row.name, "deal": row.deal, "why": row.why, "data": row.payload}
            for row in _kept(store, deals)
        ],
    }


def _deal(store: Store, number: int) -> dict[str, Any]:
    held = read.deal(store, number)
    assert held is not None
    state = dump(held)
    return {
        "id": number,
        "pipeline": held.pipeline,
        "stage": held.stage,
        "owner": held.owner,
        "created": _utc(held.created),
        "closed": _utc(held.closed),
        "reason": held.reason,
        "fields": state["f"],
        "tasks": state["tasks"],
        "state": state,
        "history": [
            {
                "version": entry.version,
                "at": _utc(entry.event.at),
                "actor": entry.event.actor,
                "kind": entry.event.kind,
                "data": encoded(entry.event.data),
                "changes": [encode_change(change) for change in entry.changes],
            }
            for entry in read.history(store, number)
        ],
        "mails": [
            {
                "channel": row.channel,
                "at": _utc(row.at),
                "status": row.status,
                "attempts": row.attempts,
                "error": row.error,
                "intent": row.intent,
                "text": row.body,
            }
            for row in queries.list_outbox(store, deal=number)
        ],
        "documents": [
            {"file": file, "field": field, "media": media, "at": _utc(at), "bytes": size or 0}
            for file, field, media, at, size in store.db.execute(
                "SELECT file, field, media, at, length(content) FROM documents WHERE deal = ? ORDER BY file", (number,)
            )
        ],
        "files": [{"name": name, "file": key} for name, key in attached(store, number)],
        "incidents": [
            {"id": row.id, "at": _utc(row.at), "kind": row.kind, "status": row.status, "data": row.data}
            for row in queries.list_incidents(store, None, number)
        ],
    }


def attached(store: Store, number: int) -> list[tuple[str, str]]:
    """Attached files of a deal: (name, digest)."""
    found = [
        (str(change[1].get("name", "")), str(change[1]["file"]).rpartition("@")[2])
        for entry in read.history(store, number)
        for change in entry.changes
        if change[0] == "note" and change[1].get("kind") == "file"
    ]
    return list(dict.fromkeys(found))


def _kept(store: Store, deals: Sequence[int]) -> list[queries.KeptRow]:
    """Events that nobody took, of these deals or with their values."""
    known = {value for number in deals for value in read.personal_of(store, number).values()}

    def says(data: Any) -> bool:
        if isinstance(data, (dict, list)):
            return any(says(part) for part in (data.values() if isinstance(data, dict) else data))
        return isinstance(data, str) and data in known

    return [row for row in queries.list_kept(store) if row.deal in deals or says(row.payload)]


def write(store: Store, deals: Sequence[int], folder: Path) -> list[Path]:
    """The export as ``deal-N.json`` in a new folder, with documents and attached files. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True)
    made = []

    def put(name: str, content: bytes) -> None:
        made.append(folder / name)
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)

    data = export(store, deals)
    put(f"deal-{deals[0]}.json", (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
    for number in deals:
        documents = store.db.execute("SELECT file, media, content FROM documents WHERE deal = ?", (number,))
        for file, media, content in documents:
            if content is not None:
                put(f"{number}-{_safe(file)}{ENDINGS.get(media, '')}", content)
        for name, key in attached(store, number):
            path = files_of(Path(store.path)) / key
            if path.exists():
                put(f"{number}-{key[:8]}-{_safe(name)}", path.read_bytes())
    return made


def _safe(name: str) -> str:
    return "".join("_" if c in "/\\\0" or ord(c) < 32 else c for c in name).lstrip(".") or "_"


def _utc(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="seconds")
