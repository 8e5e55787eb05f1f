"""An open store: its connection, what is known of it, and the counters that its only writer keeps in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.store.facets import Facets, load_facets
from voronka.engine.store.lock import Lock
from voronka.engine.store.seal import Salt, random_salt

GENESIS = bytes(32)  # what the first commit is chained to


@dataclass(slots=True)
class Entity:
    """Head of an entity's log: everything but deals (their heads are in ``states``). ``id`` 0: not written yet."""

    id: int
    kind: int
    name: str
    version: int = 0
    head: int = 0
    state: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> Entity:
        twin = json.loads(canonical(self.state))
        return Entity(self.id, self.kind, self.name, self.version, self.head, twin)


@dataclass(slots=True)
class Counters:
    """What the next rows are numbered from, and the digest of the last commit."""

    row: int
    tx: int
    deal: int
    entity: int
    digest: bytes


class Store:
    """A store on an open connection. Only :func:`voronka.engine.store.files.open_store` makes one.

    ``writable``: this process holds the writer's lock. ``salt`` makes the salts of personal values; a store whose bytes
    must come out the same twice is given one that repeats itself.
    """

    def __init__(
        self,
        path: str,
        connection: sqlite3.Connection,
        lock: Lock | None,
        writable: bool,
        salt: Salt = random_salt,
    ) -> None:
        self.path = path
        self.db = connection
        self.writable = writable
        self.salt = salt
        self._lock = lock
        self.forget_counters()

    def forget_counters(self) -> None:
        """Read everything that is kept in memory anew: after opening, and when a transaction was rolled back."""
        self.meta: dict[str, Any] = dict(self.db.execute("SELECT key, value FROM meta").fetchall())
        self.entities: dict[tuple[int, str], Entity] = {}
        one: Callable[[str], Any] = lambda sql: self.db.execute(sql).fetchone()  # noqa: E731
        tx, digest = one("SELECT tx, digest FROM commits ORDER BY tx DESC LIMIT 1") or (0, GENESIS)
        self.counters = Counters(
            one("SELECT coalesce(max(id), 0) FROM log")[0],
            tx,
            one("SELECT coalesce(max(deal), 0) FROM states")[0],
            one("SELECT coalesce(max(id), 0) FROM entities")[0],
            digest,
        )
        self._facets: Facets | None = None

    @property
    def id(self) -> str:
        """What tells this store from every other; effects carry it to the outside."""
        return str(self.meta.get("id", ""))

    @property
    def epoch(self) -> int:
        """Grows with every restore; the first part of every effect's key."""
        return int(self.meta.get("epoch", 1))

    @property
    def definition(self) -> int:
        """The number of the definition that is in force, 0 before the first."""
        return int(self.meta.get("definition", 0))

    @property
    def facets(self) -> Facets:
        """What the definition in force makes personal, linked and looked up."""
        if self._facets is None:
            self._facets = facets_of(self, self.definition)
        return self._facets

    def drop_facets(self) -> None:
        """Another definition came into force: read its facets when they are next asked for."""
        self._facets = None

    def entity(self, kind: int, name: str) -> Entity:
        """The head of an entity's log."""
        found = self.entities.get((kind, name))
        if found is None:
            row = self.db.execute(
                "SELECT id, version, head, state FROM entities WHERE kind = ? AND name = ?", (kind, name)
            ).fetchone()
            found = Entity(row[0], kind, name, row[1], row[2], json.loads(row[3])) if row else Entity(0, kind, name)
            self.entities[kind, name] = found
        return found

    def close(self) -> None:
        """Close the database and let the next writer in."""
        self.db.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def facets_of(store: Store, definition: int) -> Facets:
    """The facets stored with a definition; none for number 0."""
    row = store.db.execute("SELECT facets FROM definitions WHERE id = ?", (definition,)).fetchone()
    return load_facets(json.loads(row[0])) if row else Facets()
