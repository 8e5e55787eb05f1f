"""The index: an FTS5 table in a file beside the store, brought up to date from the log whenever somebody searches."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voronka.engine.program.build import Programs
from voronka.engine.search import texts
from voronka.engine.search.words import words
from voronka.engine.store import read
from voronka.engine.store.codec import DEAL, STORE, Row
from voronka.engine.store.files import MEMORY
from voronka.engine.store.store import Store

VERSION = 1  # of what an index holds: another one is made anew
_AROUND = 48  # letters of an excerpt on each side of the word
_LONGEST_VALUE = 200  # of a personal value that is looked for in texts
_SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
    """CREATE TABLE texts (id INTEGER PRIMARY KEY, deal INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,
        part INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX of_deal ON texts (deal, version)",
    # what is looked for is stems already; a part of a word is found as its beginning
    "CREATE VIRTUAL TABLE words USING fts5(stems, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4')",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that has all the words. ``kind``: fields note task loss file mail; ``at`` in ms; ``version``: its event.

    ``excerpt`` is a piece of it around the first of them.
    """

    deal: int
    kind: str
    version: int
    at: int
    excerpt: str


def beside(store: str | Path) -> Path:
    """Where the index of a store lies."""
    return Path(f"{store}.search")


def forget(store: str | Path) -> None:
    """Throw the index of a store away: somebody was forgotten, or texts were let go. The next search makes it anew.

    All of it, because mails and notes of other deals may speak of the same person. Raises OSError.
    """
    if str(store) != MEMORY:
        for name in (beside(store), Path(f"{beside(store)}-journal")):
            name.unlink(missing_ok=True)


def find(store: Store, programs: Programs, text: str, limit: int = 50) -> list[Hit]:
    """Texts that have every word of ``text``, each word or its beginning in any form; the best first.

    Raises OSError, sqlite3.Error where the index cannot be made.
    """
    wanted = list(dict.fromkeys(found for found, _, _ in words(text)))
    if not wanted:
        return []
    with closing(_opened(store)) as db:
        _follow(db, store, programs)
        query = " AND ".join(f'"{word}"*' for word in wanted)
        rows = db.execute(
            """SELECT t.deal, t.kind, t.version, t.at, t.text FROM words w JOIN texts t ON t.id = w.rowid
                WHERE words MATCH ? ORDER BY bm25(words), t.at DESC, t.id LIMIT ?""",
            (query, limit),
        )
        return [Hit(deal, kind, version, at, excerpt(said, wanted)) for deal, kind, version, at, said in rows]


def excerpt(text: str, wanted: Sequence[str]) -> str:
    """A piece of a text around the first word that was looked for."""
    flat = " ".join(text.split())
    for found, start, end in words(flat):
        if any(found.startswith(word) for word in wanted):
            left, right = max(0, start - _AROUND), min(len(flat), end + _AROUND)
            return ("…" if left else "") + flat[left:right].strip() + ("…" if right < len(flat) else "")
    return flat[: 2 * _AROUND]


# --- keeping up ------------------------------------------------------------------------------------------------------


def _opened(store: Store) -> sqlite3.Connection:
    """The index of a store; in memory where none can be written, for a store that lies in a folder of somebody else."""
    path = beside(store.path)
    if store.path == MEMORY or not os.access(path.absolute().parent, os.W_OK):
        return sqlite3.connect(MEMORY, isolation_level=None)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    db = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        # it is a cache: what cannot be read is made anew
        db.close()
        forget(store.path)
        return _opened(store)
    return db


def _follow(db: sqlite3.Connection, store: Store, programs: Programs) -> None:
    """Bring the index up to date with the log."""
    db.execute("BEGIN IMMEDIATE")
    try:
        state = _state(db)
        stamp = {"version": VERSION, "store": store.id, "epoch": store.epoch, "definition": programs.hash}
        last = int(state.get("row", 0))
        same = all(state.get(key) == value for key, value in stamp.items())
        newer = _rows(store, last) if same and _known(store, state) else None
        if newer is None:
            _empty(db)
        row = _take(db, store, programs, read.rows_after(store, 0) if newer is None else newer)
        if row is not None:
            stamp |= {"row": row.id, "tx": row.tx, "digest": _digest(store, row.tx)}
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", stamp.items())
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _state(db: sqlite3.Connection) -> dict[str, Any]:
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
        return {}
    return dict(db.execute("SELECT key, value FROM meta").fetchall())


def _known(store: Store, state: dict[str, Any]) -> bool:
    """Whether the store still has the commit that the index stands at."""
    return state.get("digest") is not None and _digest(store, int(state.get("tx", 0))) == state["digest"]


def _digest(store: Store, tx: int) -> bytes | None:
    found = store.db.execute("SELECT digest FROM commits WHERE tx = ?", (tx,)).fetchone()
    return None if found is None else bytes(found[0])


def _rows(store: Store, last: int) -> list[Row] | None:
    """What came since; None where values or texts were let go meanwhile, and all of it must be made anew."""
    rows = list(read.rows_after(store, last))
    return None if any(row.kind == STORE for row in rows) else rows


def _empty(db: sqlite3.Connection) -> None:
    for name in ("words", "texts", "meta"):
        db.execute(f"DROP TABLE IF EXISTS {name}")
    for statement in _SCHEMA:
        db.execute(statement)


def _take(db: sqlite3.Connection, store: Store, programs: Programs, rows: Iterable[Row]) -> Row | None:
    """Index what rows of the log tell. Returns the last one."""
    changed: dict[int, tuple[dict[str, str], list[str]]] = {}
    last: Row | None = None
    for row in rows:
        last = row
        if row.kind != DEAL:
            continue
        if row.entity not in changed:
            values = read.personal_of(store, row.entity)
            changed[row.entity] = values, [value for value in values.values() if 3 < len(value) <= _LONGEST_VALUE]
        values, personal = changed[row.entity]
        for found in texts.of_event(store, read.entry(row, values), personal):
            _add(db, found)
    for number, (_, personal) in changed.items():
        deal = read.deal(store, number)
        fields = texts.of_deal(deal, programs, personal) if deal is not None else None
        for (old,) in db.execute("SELECT id FROM texts WHERE deal = ? AND version = 0", (number,)).fetchall():
            db.execute("DELETE FROM words WHERE rowid = ?", (old,))
            db.execute("DELETE FROM texts WHERE id = ?", (old,))
        if fields is not None:
            _add(db, fields)
    return last


def _add(db: sqlite3.Connection, found: texts.Found) -> None:
    stems = " ".join(stem for stem, _, _ in words(found.text))
    if stems:
        number = db.execute(
            "INSERT INTO texts (deal, kind, version, part, at, text) VALUES (?, ?, ?, ?, ?, ?)", found
        ).lastrowid
        db.execute("INSERT INTO words (rowid, stems) VALUES (?, ?)", (number, stems))
