"""Incidents and kept events: what a person has to look at. Each is a row of the log, and a row of its own table."""

from __future__ import annotations

import json
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.store.codec import INCIDENT, KEPT
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer


def open_incident(writer: Writer, kind: str, deal: int | None, data: dict[str, Any], at: int, cause: int = 0) -> int:
    """Record trouble that nobody may overlook; returns its number. ``data`` is JSON data for who shows it."""
    change = ["open", {"kind": kind, "deal": deal, "data": data}]
    _, row = writer.entity(INCIDENT, "incidents", "open", {}, [change], at, cause=cause)
    opened = json.loads(row.changes)[0][1]
    writer.db.execute(
        "INSERT INTO incidents VALUES (?, ?, ?, ?, ?, 'open', NULL, NULL)",
        (row.id, at, kind, deal, canonical(opened["data"])),
    )
    return row.id


def find_open(store: Store, number: int) -> tuple[int | None, dict[str, Any]] | None:
    """(deal, data) of an open incident, as stored; None where there is no such one."""
    row = store.db.execute("SELECT deal, data FROM incidents WHERE id = ? AND status = 'open'", (number,)).fetchone()
    return None if row is None else (row[0], json.loads(row[1]))


def of_flag(store: Store, deal: int, flag: str) -> int | None:
    """The open incident that a deal is red for by this flag, or None."""
    sql = "SELECT id FROM incidents WHERE deal = ? AND status = 'open' AND json_extract(data, '$.flag') = ?"
    row = store.db.execute(sql, (deal, flag)).fetchone()
    return None if row is None else int(row[0])


def resolve_incident(writer: Writer, number: int, at: int, actor: str, how: str = "resolve") -> bool:
    """Mark an incident as dealt with; False where there is no such open one. ``how``: resolve, retry or skip."""
    found = writer.db.execute("SELECT 1 FROM incidents WHERE id = ? AND status = 'open'", (number,)).fetchone()
    if found is None:
        return False
    writer.entity(INCIDENT, "incidents", how, {}, [["resolve", number]], at, actor)
    writer.db.execute(
        "UPDATE incidents SET status = 'resolved', resolved = ?, resolved_by = ? WHERE id = ?", (at, actor, number)
    )
    return True


def keep(
    writer: Writer,
    name: str,
    pipeline: str | None,
    deal: int | None,
    why: str,
    payload: dict[str, Any],
    at: int,
    actor: str,
    key: str | None,
) -> int:
    """Keep an event that nothing consumed (Meaning 12); returns its number. ``payload`` is encoded."""
    data = {"name": name, "pipeline": pipeline, "deal": deal, "why": why, "payload": payload}
    _, row = writer.entity(KEPT, "kept", "event", data, [], at, actor, key, private="payload")
    kept = json.loads(row.event)["data"]
    writer.db.execute(
        "INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.id, at, name, pipeline, deal, why, canonical(kept["payload"])),
    )
    return row.id
