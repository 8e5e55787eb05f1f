"""Definitions in the store: everything a definition was made of, kept for good, and which one is in force."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.store import derive, read
from voronka.engine.store.codec import DEFINITION
from voronka.engine.store.facets import Facets
from voronka.engine.store.store import Store, facets_of
from voronka.engine.store.writer import Writer

Title = tuple[str, str, str, str]  # (pipeline, kind: pipeline stage task field reason, name, title)


def adopt(
    writer: Writer, identity: str, package: dict[str, Any], facets: Facets, titles: Iterable[Title], at: int
) -> int:
    """Put a definition in force and return its number; a known one (by its hash) is not stored twice.

    ``package`` is all it was made of, as JSON data. Where it looks deals up by other values than the one before, the
    index of those pipelines is made anew.
    """
    store, db = writer.store, writer.db
    before = store.facets
    text = canonical(package).encode()
    known = db.execute("SELECT id, package FROM definitions WHERE hash = ?", (identity,)).fetchone()
    if known is not None:
        number, text = int(known[0]), zlib.decompress(known[1])
    else:
        number = db.execute("SELECT coalesce(max(id), 0) + 1 FROM definitions").fetchone()[0]
        db.execute(
            "INSERT INTO definitions VALUES (?, ?, ?, ?, ?)",
            (number, identity, at, canonical(facets.data()), zlib.compress(text, 1)),
        )
        db.executemany("INSERT OR IGNORE INTO titles VALUES (?, ?, ?, ?, ?)", [(number, *title) for title in titles])
    db.execute("INSERT OR REPLACE INTO meta VALUES ('definition', ?)", (number,))
    store.meta["definition"] = number
    store.drop_facets()
    change = ["adopt", number, identity, hashlib.sha256(text).hexdigest()]
    writer.entity(DEFINITION, "definition", "adopt", {"hash": identity}, [change], at)
    after = facets_of(store, number)
    for pipeline in sorted({*before.pipelines, *after.pipelines}):
        old, new = before.of(pipeline), after.of(pipeline)
        if (old.keys, old.kinds, old.links) != (new.keys, new.kinds, new.links):
            _reindex(writer, pipeline, after)
    return number


def _reindex(writer: Writer, pipeline: str, facets: Facets) -> None:
    db = writer.db
    db.execute("DELETE FROM routes WHERE pipeline = ?", (pipeline,))
    db.execute("DELETE FROM links WHERE source IN (SELECT id FROM deals WHERE pipeline = ?)", (pipeline,))
    for (number,) in db.execute("SELECT id FROM deals WHERE pipeline = ? ORDER BY id", (pipeline,)).fetchall():
        deal = read.deal(writer.store, number)
        if deal is not None:
            db.executemany(
                "INSERT INTO routes VALUES (?, ?, ?, ?)", sorted(derive.route_rows(deal, facets.of(pipeline)))
            )
            db.executemany("INSERT INTO links VALUES (?, ?, ?)", sorted(derive.link_rows(deal, facets.of(pipeline))))


def package_of(store: Store, identity: str) -> dict[str, Any] | None:
    """All that a definition was made of, by its hash; None for an unknown one. Raises ValueError for a spoilt one."""
    row = store.db.execute("SELECT package FROM definitions WHERE hash = ?", (identity,)).fetchone()
    if row is None:
        return None
    try:
        package: dict[str, Any] = json.loads(zlib.decompress(row[0]))
    except zlib.error as error:
        raise ValueError(f"the stored definition {identity} is spoilt: {error}") from error
    return package
