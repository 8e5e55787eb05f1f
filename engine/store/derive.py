"""What follows from a state: the rows of the tables derived from it, written as it changes and verified later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.changes import Change
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.store import visits
from voronka.engine.store.facets import PipelineFacets, key_name

REST = "incident:rest"  # flag of a deal whose automation rests: its timers wait
# ops after which a deal's row in `deals` may read differently
_HEADER = frozenset({"new", "stage", "called", "close", "reopen", "owner", "flag"})

PUT_DEAL = "INSERT OR REPLACE INTO deals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
PUT_TASK = "INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def deal_row(deal: Deal) -> tuple[Any, ...]:
    """The deal's row in ``deals``."""
    return (
        deal.id,
        deal.pipeline,
        deal.stage,
        deal.owner,
        deal.created,
        deal.entered,
        deal.closed,
        deal.reason,
        canonical(sorted(deal.flags)) if deal.flags else None,
    )


def task_row(deal: int, task: TaskState) -> tuple[Any, ...]:
    """A task's row in ``tasks``."""
    return (
        deal,
        task.id,
        task.name,
        task.path,
        task.assignee,
        task.lent,
        task.status,
        task.outcome,
        task.due,
        task.local,
        int(task.overdue),
        task.created,
        task.done_at,
        task.done_by,
        task.moved,
    )


def timer_rows(deal: Deal) -> list[tuple[int, int, str, int]]:
    """The deal's rows in ``timers``: none while it rests."""
    if REST in deal.flags:
        return []
    return [(timer[0], deal.id, key, timer[1]) for key, timer in deal.timers.items()]


def link_rows(deal: Deal, facets: PipelineFacets) -> set[tuple[int, int, str]]:
    """The deal's rows in ``links``: (target, source, field)."""
    return {(deal.f[name], deal.id, name) for name in facets.links if deal.f.get(name) is not None}


def route_rows(deal: Deal, facets: PipelineFacets) -> set[tuple[str, str, str, int]]:
    """The deal's rows in ``routes``: the values it can be found by."""
    return {
        (deal.pipeline, key_name(names), key, deal.id)
        for names in facets.keys
        if (key := facets.key_of(names, deal.f)) is not None
    }


def booking_rows(deal: Deal) -> set[tuple[str, str, int, int, int, str]]:
    """The deal's rows in ``bookings``."""
    return {(b[0], b[1], b[2], b[3], deal.id, field) for field, b in deal.bookings.items()}


def project(
    db: sqlite3.Connection,
    old: Deal | None,
    new: Deal,
    changes: Sequence[Change],
    facets: PipelineFacets,
    actor: str,
) -> int | None:
    """Bring the derived tables from a deal's old state to its new one, touching only what the changes name.

    Returns the earliest instant of the timers it set, or None.
    """
    header = old is None
    timers: set[str] = set()
    tasks: set[int] = set()
    fields: set[str] = set()
    for change in changes:
        op = change[0]
        if op == "set":
            fields.add(change[1])
        elif op in ("timer", "timer-"):
            timers.add(change[1])
        elif op in ("task", "task="):
            tasks.add(change[1])
        elif op in _HEADER:
            header = True
            if op == "flag" and change[1] == REST:
                timers |= new.timers.keys() | (old.timers.keys() if old is not None else set())
            if op == "called" and old is not None and old.pipeline != new.pipeline:
                fields |= {*facets.links, *(name for names in facets.keys for name in names)}
    if header:
        db.execute(PUT_DEAL, deal_row(new))
        _count(db, old, new)
        _visit(db, old, new, changes, actor)
    for number in tasks:
        db.execute(PUT_TASK, task_row(new.id, new.tasks[number]))
    if fields:
        _reroute(db, old, new, fields, facets)
    return _retime(db, old, new, timers) if timers else None


def _count(db: sqlite3.Connection, old: Deal | None, new: Deal) -> None:
    if old is not None:
        if (old.pipeline, old.stage) == (new.pipeline, new.stage):
            return
        db.execute("UPDATE stage_counts SET n = n - 1 WHERE pipeline = ? AND stage = ?", (old.pipeline, old.stage))
    db.execute(
        "INSERT INTO stage_counts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1", (new.pipeline, new.stage)
    )


def _visit(db: sqlite3.Connection, old: Deal | None, new: Deal, changes: Iterable[Change], actor: str) -> None:
    walk = visits.Walk(new.id) if old is None else visits.Walk(new.id, old.pipeline, old.stage, old.visit)
    visits.write(db, walk.over(changes, new.version, actor))


def _retime(db: sqlite3.Connection, old: Deal | None, new: Deal, keys: Iterable[str]) -> int | None:
    earliest: int | None = None
    was = old.timers if old is not None and REST not in old.flags else {}
    now = new.timers if REST not in new.flags else {}
    for key in keys:
        before, after = was.get(key), now.get(key)
        if before is not None and (after is None or after[0] != before[0]):
            db.execute("DELETE FROM timers WHERE due = ? AND deal = ? AND key = ?", (before[0], new.id, key))
        if after is not None and (before is None or before[:2] != after[:2]):
            db.execute("INSERT OR REPLACE INTO timers VALUES (?, ?, ?, ?)", (after[0], new.id, key, after[1]))
            earliest = after[0] if earliest is None else min(earliest, after[0])
    return earliest


def _reroute(db: sqlite3.Connection, old: Deal | None, new: Deal, fields: set[str], facets: PipelineFacets) -> None:
    if not fields.isdisjoint(facets.links):
        before = link_rows(old, facets) if old is not None else set()
        after = link_rows(new, facets)
        db.executemany("DELETE FROM links WHERE target = ? AND source = ? AND field = ?", sorted(before - after))
        db.executemany("INSERT INTO links VALUES (?, ?, ?)", sorted(after - before))
    if any(not fields.isdisjoint(names) for names in facets.keys):
        known = route_rows(old, facets) if old is not None else set()
        wanted = route_rows(new, facets)
        db.executemany(
            "DELETE FROM routes WHERE pipeline = ? AND field = ? AND value = ? AND deal = ?", sorted(known - wanted)
        )
        db.executemany("INSERT INTO routes VALUES (?, ?, ?, ?)", sorted(wanted - known))


def rebook(db: sqlite3.Connection, old: Deal | None, new: Deal) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Bring the bookings in line; returns the rows given up and the rows taken."""
    before = booking_rows(old) if old is not None else set()
    after = booking_rows(new)
    freed, taken = sorted(before - after), sorted(after - before)
    db.executemany(
        "DELETE FROM bookings WHERE resource = ? AND item = ? AND start = ? AND until = ? AND deal = ? AND field = ?",
        freed,
    )
    db.executemany("INSERT INTO bookings VALUES (?, ?, ?, ?, ?, ?)", taken)
    return freed, taken


def absence_rows(people: dict[str, Any]) -> set[tuple[int, int, str, int]]:
    """The timers at which absent people are back; they belong to no deal (0)."""
    return {(facts["away"], 0, f"back:{name}", 0) for name, facts in people.items() if "away" in facts}


def project_people(db: sqlite3.Connection, before: dict[str, Any], after: dict[str, Any]) -> int | None:
    """Bring the timers of absences in line; returns the earliest instant set, or None."""
    old, new = absence_rows(before), absence_rows(after)
    db.executemany("DELETE FROM timers WHERE due = ? AND deal = ? AND key = ? AND gen = ?", sorted(old - new))
    db.executemany("INSERT INTO timers VALUES (?, ?, ?, ?)", sorted(new - old))
    return min((row[0] for row in new - old), default=None)
