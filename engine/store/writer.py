"""One transaction: rows are appended, tables follow, and the commit chains its digest to the one before."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.changes import Change, dump
from voronka.engine.deal.protocol import Event
from voronka.engine.deal.state import Deal
from voronka.engine.store import derive
from voronka.engine.store.codec import (
    DEAL,
    FORMAT,
    OUTSIDE,
    PEOPLE,
    RESOURCE,
    Chain,
    Row,
    encode_changes,
    encode_event,
)
from voronka.engine.store.entities import fold_entity
from voronka.engine.store.problems import StoreFailed, problem_of
from voronka.engine.store.seal import Sealer
from voronka.engine.store.store import Entity, Store
from voronka.engine.version import engine_version

_APPEND = "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_STATE = "INSERT INTO states VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET head = ?2, version = ?3, state = ?4"
_PUT_ENTITY = """INSERT INTO entities VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (id) DO UPDATE SET version = ?4, head = ?5, state = ?6"""


SET = "application/pdf"  # the media type of documents that are written here as source, and set by delivery


def channel_of(intent: Mapping[str, Any]) -> str:
    """What carries an effect out: the channel of a ``send``, else notify, digest, run or document."""
    return str(intent["channel"] if intent["kind"] == "send" else intent["kind"])


class Text(NamedTuple):
    """An effect's text as rendered: ``body`` as JSON data; ``error`` says why there is none."""

    body: Any = None
    media: str = "text/plain"
    content: bytes | None = None  # of a document
    error: str = ""


NO_TEXTS: Mapping[int, Text] = {}


class Held:
    """A deal as its writer has it. ``head``: its last row; ``personal``: its personal values -> their digests."""

    __slots__ = ("deal", "head", "personal")

    def __init__(self, deal: Deal, head: int, personal: dict[str, str]) -> None:
        self.deal = deal
        self.head = head
        self.personal = personal


class Writer:
    """Writes one transaction, as a context: leaving it commits, leaving it by an exception undoes everything.

    Raises StoreFailed when the database cannot be written; whoever cached states that this writer returned drops them.
    ``recorded``: ms since the epoch when the events came in. ``earliest``: due instant of the earliest timer set.
    """

    def __init__(self, store: Store, recorded: int) -> None:
        self.store = store
        self.db = store.db
        self.recorded = recorded
        self.rows: list[Row] = []
        self.earliest: int | None = None
        self.tx = store.counters.tx + 1
        self._states: dict[int, Held] = {}
        self._hash = hashlib.sha256(store.counters.digest)
        self._engine = engine_version()
        self._touched = 0

    def __enter__(self) -> Writer:
        try:
            self.db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise StoreFailed(problem_of(error, self.store.path)) from error
        self._touched = self.db.total_changes
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is None:
            try:
                self._commit()
                return
            except sqlite3.Error as failure:
                error = failure
        # an error of SQLite may have ended the transaction already
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        self.store.forget_counters()
        if isinstance(error, sqlite3.Error):
            raise StoreFailed(problem_of(error, self.store.path)) from error

    # --- rows

    def append(
        self, kind: int, entity: int, version: int, prev: int, at: int, actor: str, event: str, changes: str
    ) -> Row:
        """Append a row to the log; its texts are canonical JSON, already sealed."""
        store = self.store
        store.counters.row += 1
        row = Row(
            store.counters.row,
            self.tx,
            kind,
            entity,
            version,
            prev,
            at,
            self.recorded,
            actor,
            store.definition,
            self._engine,
            event,
            changes,
            FORMAT,
        )
        self.db.execute(_APPEND, row)
        self._hash.update(row.digested())
        self.rows.append(row)
        return row

    def written(self, number: int) -> Row | None:
        """A row of this transaction, by number; None for an earlier one."""
        place = number - self.rows[0].id if self.rows else -1
        return self.rows[place] if place >= 0 else None

    def deal(
        self,
        held: Held | None,
        new: Deal,
        event: Event,
        data: dict[str, Any],
        changes: Sequence[Change],
        key: str | None = None,
        chain: Chain = OUTSIDE,
        texts: Mapping[int, Text] = NO_TEXTS,
    ) -> tuple[Held, Row]:
        """One event of a deal: its row and the tables that follow from it.

        ``new`` is the state after, version and clock moved on; ``data`` the encoded data of the event. ``key`` makes
        the event idempotent, ``chain`` says what it follows from. ``texts`` are the rendered texts of its effects, by
        their place among the changes.
        """
        facets = self.store.facets.of(new.pipeline)
        personal = held.personal if held is not None else {}
        logged = encode_changes(changes)
        made = encode_event(event, data, key, chain)
        sealer = Sealer(facets, self.store.facets.names, personal, self.store.salt)
        made["data"] = sealer.named(made["data"])
        if event.kind != "incident":  # whose text is the engine's
            made["data"] = sealer.spoken(made["data"])
        logged = [sealer.change(change) for change in logged]
        if "answers" in made:
            made["answers"] = sealer.seen(sealer.named(made["answers"]))
        if fresh := self._keep(new.id, sealer):
            made["sealed"] = fresh
        row = self.append(
            DEAL,
            new.id,
            new.version,
            held.head if held is not None else 0,
            event.at,
            event.actor,
            canonical(made),
            canonical(logged),
        )
        if key is not None:
            self.db.execute("INSERT INTO keys VALUES (?, ?)", (key, row.id))
        old = held.deal if held is not None else None
        self._expect(derive.project(self.db, old, new, changes, facets, event.actor))
        if any(change[0] == "book" for change in changes):
            self._claim(old, new, event, row.id)
        for part, change in enumerate(changes):
            if change[0] == "effect":
                self._effect(row, part, change[1], logged[part][1], texts.get(part, Text()))
        self.store.counters.deal = max(self.store.counters.deal, new.id)
        after = Held(new, row.id, personal)
        self._states[new.id] = after
        return after, row

    def _effect(self, row: Row, part: int, intent: Mapping[str, Any], logged: Any, text: Text) -> None:
        """An effect waits in the outbox to be carried out; a document is here already, unless it is still to be set."""
        if intent["kind"] == "document":
            self.db.execute(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?)",
                (row.entity, intent["file"], intent["field"], text.media, text.content, row.at),
            )
            if text.media != SET:
                return
        status = "suppressed" if intent.get("suppressed") else "dead" if text.error else "pending"
        self.db.execute(
            "INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (
                row.entity,
                row.version,
                part,
                self.store.epoch,
                self.recorded,
                channel_of(intent),
                canonical(logged),
                None if text.body is None else canonical(text.body),
                status,
                self.recorded,
                text.error or None,
            ),
        )

    def entity(
        self,
        kind: int,
        name: str,
        what: str,
        data: dict[str, Any],
        changes: list[list[Any]],
        at: int,
        actor: str = "",
        key: str | None = None,
        cause: int = 0,
        private: str = "",
    ) -> tuple[Entity, Row]:
        """One event of another entity; ``data`` and ``changes`` are JSON data.

        ``private``: a part of the data whose every text is sealed, because nobody has said what it means.
        """
        store = self.store
        entity = store.entity(kind, name).copy()
        if not entity.id:
            store.counters.entity += 1
            entity.id = store.counters.entity
        made: dict[str, Any] = {"kind": what, "data": data}
        if key is not None:
            made["key"] = key
        if cause:
            made["cause"] = cause
        names = store.facets.names
        if names or private:
            sealer = Sealer(store.facets.of(""), names, {}, store.salt)
            made["data"] = {key: sealer.every(value) if key == private else value for key, value in data.items()}
            made["data"] |= sealer.named({key: value for key, value in data.items() if key != private})
            changes = sealer.seen(sealer.named(changes))
            if fresh := self._keep(0, sealer):
                made["sealed"] = fresh
        entity.version += 1
        row = self.append(kind, entity.id, entity.version, entity.head, at, actor, canonical(made), canonical(changes))
        if key is not None:
            self.db.execute("INSERT INTO keys VALUES (?, ?)", (key, row.id))
        entity.head = row.id
        before = dict(entity.state)
        entity.state = fold_entity(kind, entity.state, changes)
        state = canonical(entity.state)
        self.db.execute(_PUT_ENTITY, (entity.id, kind, name, entity.version, entity.head, state))
        store.entities[kind, name] = entity
        if kind == PEOPLE:
            self._expect(derive.project_people(self.db, before, entity.state))
        return entity, row

    def _expect(self, due: int | None) -> None:
        if due is not None and (self.earliest is None or due < self.earliest):
            self.earliest = due

    def _claim(self, old: Deal | None, new: Deal, event: Event, cause: int) -> None:
        """Bookings are the resource's history too."""
        freed, taken = derive.rebook(self.db, old, new)
        for what, bookings in (("free", freed), ("book", taken)):
            for resource, item, start, until, number, field in bookings:
                change = [what, item, start, until, number, field]
                self.entity(RESOURCE, resource, what, {}, [change], event.at, event.actor, cause=cause)

    def _keep(self, deal: int, sealer: Sealer) -> list[str]:
        """Put new personal values beside the log; returns their digests, which the row names."""
        if sealer.fresh:
            self.db.executemany(
                "INSERT OR IGNORE INTO personal VALUES (?, ?, ?, ?)",
                [(deal, digest, value, salt) for digest, value, salt in sealer.fresh],
            )
        return [digest for digest, _, _ in sealer.fresh]

    # --- the end

    def flush(self) -> None:
        """Write the states of the deals touched so far, once each, in order of their numbers."""
        store = self.store
        for number, held in sorted(self._states.items()):
            state = dump(held.deal)
            sealer = Sealer(store.facets.of(held.deal.pipeline), store.facets.names, held.personal, store.salt)
            state = sealer.state(state)
            # a field that became personal with a later definition is sealed here for the first time
            self._keep(number, sealer)
            self.db.execute(_PUT_STATE, (number, held.head, held.deal.version, canonical(state)))
        self._states.clear()

    def _commit(self) -> None:
        if not self.rows and self.db.total_changes == self._touched:
            self.db.execute("ROLLBACK")
            return
        self.flush()
        counters = self.store.counters
        digest = self._hash.digest() if self.rows else counters.digest
        if self.rows:
            self.db.execute(
                "INSERT INTO commits VALUES (?, ?, ?, ?, ?)",
                (self.tx, counters.row, self.store.epoch, self.recorded, digest),
            )
        self.db.execute("COMMIT")
        if self.rows:
            counters.tx, counters.digest = self.tx, digest
