"""Effects that wait in the outbox: which may go out now, and what became of those that were tried.

Statuses: pending · sent · dead (given up, an incident says why) · notice (kept for its reader in here) · skipped (a
person gave it up) · cancelled (its robot was switched off) · suppressed (of imported events, never sent).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from voronka.engine.store import read
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer

HOLD = "hold"  # the key of ``meta`` that is there from a restore until `store resume`: nothing goes out meanwhile
LOOKED_AT = 10_000  # waiting effects that one look takes in; more wait for the next one
_ROW = "SELECT epoch, deal, version, part, at, channel, intent, body, not_before, attempts FROM outbox"


class Key(NamedTuple):
    """What names an effect for good: every attempt at it carries the same one."""

    epoch: int
    deal: int
    version: int
    part: int


class Waiting(NamedTuple):
    """A pending effect; ``intent`` as encoded, personal values back; ``attempts`` that failed so far."""

    key: Key
    at: int
    channel: str
    intent: dict[str, Any]
    body: Any
    not_before: int
    attempts: int


def on_hold(store: Store) -> bool:
    """Whether a restore still waits for `store resume` (architecture.md, the outbox)."""
    return store.db.execute("SELECT 1 FROM meta WHERE key = ?", (HOLD,)).fetchone() is not None


def next_due(store: Store) -> int | None:
    """When the next pending effect may go out, ms since the epoch; None where none waits.

    Those behind another one of their deal and channel do not count: they wait for it.
    """
    row = store.db.execute(
        """SELECT min(o.not_before) FROM outbox o WHERE o.status = 'pending' AND NOT EXISTS (
            SELECT 1 FROM outbox b WHERE b.deal = o.deal AND (b.version, b.part) < (o.version, o.part)
            AND b.channel = o.channel AND b.status = 'pending')"""
    ).fetchone()
    return None if row[0] is None else int(row[0])


def claim(store: Store, now: int, most: int, busy: Callable[[int, str], bool]) -> list[Waiting]:
    """Effects that may go out now, oldest first: of each deal and channel only the first that is pending.

    ``busy(deal, channel)``: nothing more of these may start now; it is asked last, so it may count. Changes nothing:
    whoever claims remembers what is out.
    """
    found: list[Waiting] = []
    taken: set[tuple[int, str]] = set()
    rows = store.db.execute(
        f"{_ROW} WHERE status = 'pending' AND not_before <= ? ORDER BY not_before, deal, version, part LIMIT ?",
        (now, LOOKED_AT),
    )
    for row in rows.fetchall():
        deal, version, part, channel = row[1], row[2], row[3], row[5]
        if (deal, channel) in taken or not _first(store, deal, version, part, channel) or busy(deal, channel):
            continue
        taken.add((deal, channel))
        found.append(_waiting(store, row))
        if len(found) >= most:
            break
    return found


def _first(store: Store, deal: int, version: int, part: int, channel: str) -> bool:
    before = store.db.execute(
        """SELECT 1 FROM outbox WHERE deal = ? AND (version, part) < (?, ?) AND channel = ? AND status = 'pending'
            LIMIT 1""",
        (deal, version, part, channel),
    )
    return before.fetchone() is None


def _waiting(store: Store, row: Sequence[Any]) -> Waiting:
    values = read.personal_of(store, row[1])
    body = None if row[7] is None else json.loads(row[7])
    return Waiting(Key(*row[:4]), row[4], row[5], read.unsealed(row[6], values), body, row[8], row[9])


def digest_of(store: Store, first: Waiting) -> list[Waiting]:
    """All that goes into one message with a digest's row: same person, same sentence, same instant."""
    intent = first.intent
    rows = store.db.execute(
        f"""{_ROW} WHERE status = 'pending' AND channel = 'digest' AND json_extract(intent, '$.path') = ?
            AND json_extract(intent, '$.to.person') = ? AND json_extract(intent, '$.at') IS ?
            ORDER BY deal, version, part""",
        (intent["path"], intent["to"]["person"], intent.get("at")),
    )
    return [_waiting(store, row) for row in rows.fetchall()]


def settle(writer: Writer, keys: Iterable[Key], status: str, error: str | None = None, attempted: bool = True) -> None:
    """Give pending effects their last status."""
    writer.db.executemany(
        """UPDATE outbox SET status = ?, error = ?, attempts = attempts + ?
            WHERE deal = ? AND version = ? AND part = ? AND epoch = ? AND status = 'pending'""",
        [(status, error, int(attempted), key.deal, key.version, key.part, key.epoch) for key in keys],
    )


def postpone(writer: Writer, keys: Iterable[Key], until: int, error: str | None, attempted: bool) -> None:
    """Try pending effects again, not before an instant."""
    writer.db.executemany(
        """UPDATE outbox SET not_before = ?, error = ?, attempts = attempts + ?
            WHERE deal = ? AND version = ? AND part = ? AND epoch = ? AND status = 'pending'""",
        [(until, error, int(attempted), key.deal, key.version, key.part, key.epoch) for key in keys],
    )


def keep_body(writer: Writer, key: Key, body: str) -> None:
    """Put a text that was made late (a digest's) beside its effect; ``body`` is canonical JSON."""
    writer.db.execute(
        "UPDATE outbox SET body = ? WHERE deal = ? AND version = ? AND part = ? AND epoch = ?",
        (body, key.deal, key.version, key.part, key.epoch),
    )


def drop_body(writer: Writer, key: Key) -> None:
    """A text that nobody needs any more goes."""
    writer.db.execute(
        "UPDATE outbox SET body = NULL WHERE deal = ? AND version = ? AND part = ? AND epoch = ?", key[1:] + key[:1]
    )


def keep_document(writer: Writer, deal: int, file: str, content: bytes) -> None:
    """Put a document that was made late (a PDF) where its field's reference finds it, if it is still waited for.

    What was cancelled or forgotten while it was being made stays so.
    """
    writer.db.execute(
        """UPDATE documents SET content = ?1 WHERE deal = ?2 AND file = ?3 AND EXISTS (SELECT 1 FROM outbox
            WHERE deal = ?2 AND channel = 'document' AND status = 'pending' AND json_extract(intent, '$.file') = ?3)""",
        (content, deal, file),
    )


def document_status(store: Store, deal: int, file: str) -> tuple[str, int] | None:
    """What became of a document that delivery makes: (status, not before), ms since the epoch; None for another."""
    row = store.db.execute(
        """SELECT status, not_before FROM outbox WHERE deal = ? AND channel = 'document'
            AND json_extract(intent, '$.file') = ? ORDER BY epoch DESC LIMIT 1""",
        (deal, file),
    ).fetchone()
    return None if row is None else (str(row[0]), int(row[1]))


def notices(store: Store, person: str | None = None) -> list[tuple[int, int, str, str, Any]]:
    """Words to colleagues that nobody has marked as read: (deal, at, person, channel, body), oldest first."""
    rows = store.db.execute(
        """SELECT deal, at, json_extract(intent, '$.to.person'), channel, body FROM outbox WHERE status = 'notice'
            AND (?1 IS NULL OR json_extract(intent, '$.to.person') = ?1) ORDER BY at, deal, version, part""",
        (person,),
    )
    return [(*row[:4], json.loads(row[4])) for row in rows.fetchall()]


def mark_read(writer: Writer, person: str) -> int:
    """A person has seen their notices; returns how many there were."""
    done = writer.db.execute(
        "UPDATE outbox SET status = 'sent' WHERE status = 'notice' AND json_extract(intent, '$.to.person') = ?",
        (person,),
    )
    return done.rowcount


def revive(writer: Writer, keys: Iterable[Key], now: int) -> int:
    """Put dead effects back among the waiting, as if never tried; returns how many were.

    The source of a document goes: who retries has mended its form, so it is written anew.
    """
    return _bulk(
        writer,
        """UPDATE outbox SET status = 'pending', not_before = ?1, attempts = 0, error = NULL,
            body = CASE WHEN channel = 'document' THEN NULL ELSE body END
            WHERE deal = ?2 AND version = ?3 AND part = ?4 AND epoch = ?5 AND status = 'dead'
            AND (body IS NOT NULL OR channel IN ('run', 'digest', 'document'))""",
        keys,
        now,
    )


def give_up(writer: Writer, keys: Iterable[Key], now: int) -> int:
    """A person decides that dead effects never go out; returns how many were."""
    return _bulk(
        writer,
        """UPDATE outbox SET status = 'skipped'
            WHERE ?1 AND deal = ?2 AND version = ?3 AND part = ?4 AND epoch = ?5 AND status = 'dead'""",
        keys,
        now,
    )


def _bulk(writer: Writer, sql: str, keys: Iterable[Key], now: int) -> int:
    return sum(writer.db.execute(sql, (now, key.deal, key.version, key.part, key.epoch)).rowcount for key in keys)


def waiting(store: Store) -> list[tuple[str, int, int]]:
    """What waits, by channel: (channel, how many, decided at the earliest)."""
    rows = store.db.execute(
        "SELECT channel, count(*), min(at) FROM outbox WHERE status = 'pending' GROUP BY channel ORDER BY channel"
    )
    return [(channel, count, at) for channel, count, at in rows]


def let_go(writer: Writer) -> None:
    """What a restore held back may go out."""
    writer.db.execute("DELETE FROM meta WHERE key = ?", (HOLD,))
    writer.store.meta.pop(HOLD, None)


def drop_pending(writer: Writer) -> int:
    """A person decides that nothing of what waits goes out; returns how many effects that was."""
    return writer.db.execute("UPDATE outbox SET status = 'skipped' WHERE status = 'pending'").rowcount


def cancel(writer: Writer, pipeline: str, path: str, why: str | None = None) -> int:
    """Stop what the sentence at ``path`` of a pipeline, and those inside it, have queued; returns how many that was.

    ``why`` is what their ``error`` says from then on.
    """
    done = writer.db.execute(
        """UPDATE outbox SET status = 'cancelled', error = ?4 WHERE status = 'pending'
            AND (json_extract(intent, '$.path') = ?1 OR substr(json_extract(intent, '$.path'), 1, ?2) = ?1 || '/')
            AND deal IN (SELECT id FROM deals WHERE pipeline = ?3)""",
        (path, len(path) + 1, pipeline, why),
    )
    return done.rowcount
