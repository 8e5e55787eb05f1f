"""Visits: when a deal came into each of its stages and when it left: rows that reports count over (R69–R72).

They follow from the log like every other table. A stage that is only called otherwise from now on keeps its open visit;
visits that are over keep the name they had.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from voronka.engine.deal.changes import Change

TABLE = """CREATE TABLE visits (deal INTEGER, visit INTEGER, pipeline TEXT NOT NULL, stage TEXT NOT NULL, source TEXT,
    entered INTEGER NOT NULL, left INTEGER, version INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT,
    PRIMARY KEY (deal, visit)) WITHOUT ROWID"""
VIEWS = {
    "v_moves": """
        SELECT v.deal, v.version, strftime('%Y-%m-%dT%H:%M:%SZ', v.entered / 1000, 'unixepoch') AS at, v.actor,
            v.stage, v.reason FROM visits v""",
    "v_visits": """
        SELECT v.deal, v.visit, v.pipeline, v.stage, v.source,
            strftime('%Y-%m-%dT%H:%M:%SZ', v.entered / 1000, 'unixepoch') AS entered,
            strftime('%Y-%m-%dT%H:%M:%SZ', v.left / 1000, 'unixepoch') AS left,
            (v.left - v.entered) / 1000 AS seconds, v.actor, v.reason FROM visits v""",
}
_SQL = {
    "enter": "INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, NULL)",
    "left": "UPDATE visits SET left = ?3 WHERE deal = ?1 AND visit = ?2",
    "reason": "UPDATE visits SET reason = ?3 WHERE deal = ?1 AND visit = ?2",
    "called": "UPDATE visits SET pipeline = ?3, stage = ?4 WHERE deal = ?1 AND visit = ?2",
}
_PLACES = {"left": (6,), "reason": (9,), "called": (2, 3)}  # of what else is altered in a row

Step = tuple[str, tuple[Any, ...]]  # what is done, and to which (deal, visit, …)


class Walk:
    """Where a deal stands while its changes go by: pipeline, stage and number of the visit (0: in none yet)."""

    __slots__ = ("deal", "pipeline", "stage", "visit")

    def __init__(self, deal: int, pipeline: str = "", stage: str | None = None, visit: int = 0) -> None:
        self.deal = deal
        self.pipeline = pipeline
        self.stage = stage
        self.visit = visit

    def over(self, changes: Iterable[Change], version: int, actor: str) -> Iterator[Step]:
        """What one event's changes do to the visits."""
        for change in changes:
            op = change[0]
            if op == "new":
                self.pipeline = change[1]
            elif op == "stage":
                if self.visit:
                    yield "left", (self.deal, self.visit, change[2])
                self.visit += 1
                row = (self.deal, self.visit, self.pipeline, change[1], self.stage, change[2], version, actor)
                self.stage = change[1]
                yield "enter", row
            elif op == "close" and change[2] is not None:
                yield "reason", (self.deal, self.visit, change[2])
            elif op == "called":
                self.pipeline, self.stage = change[1], change[2]
                yield "called", (self.deal, self.visit, change[1], change[2])


def write(db: sqlite3.Connection, steps: Iterable[Step]) -> None:
    """Bring the table in line."""
    for what, row in steps:
        db.execute(_SQL[what], row)


def rows(steps: Iterable[Step]) -> list[tuple[Any, ...]]:
    """The table's rows of one deal, from all its steps."""
    found: dict[int, list[Any]] = {}
    for what, row in steps:
        if what == "enter":
            found[row[1]] = [*row[:6], None, *row[6:], None]
        elif row[1] in found:
            for place, value in zip(_PLACES[what], row[2:], strict=True):
                found[row[1]][place] = value
    return [tuple(row) for row in found.values()]


def fill(db: sqlite3.Connection) -> None:
    """Write all visits of a store that has none yet, from its log."""
    walks: dict[int, Walk] = {}
    log = db.execute("SELECT entity, version, actor, changes FROM log WHERE kind = 0 ORDER BY id")
    for deal, version, actor, text in log:
        walk = walks.setdefault(deal, Walk(deal))
        write(db, walk.over([tuple(change) for change in json.loads(text)], version, actor))
