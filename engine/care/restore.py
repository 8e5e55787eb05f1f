"""Restoring a backup: a new epoch, nothing goes out until somebody says so, and the forgotten stay forgotten."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from voronka.engine.care.backup import CareFailed, beside, checked, copy, copy_files, files_of, of_problem, sync
from voronka.engine.care.compact import purge
from voronka.engine.deal.changes import Change, encode_deep, fold
from voronka.engine.deal.protocol import Event
from voronka.engine.store import erase, forgotten, outbox, read
from voronka.engine.store.codec import STORE
from voronka.engine.store.facets import is_forgotten
from voronka.engine.store.files import open_store
from voronka.engine.store.findings import Report
from voronka.engine.store.lock import acquire
from voronka.engine.store.problems import StoreProblem, problem
from voronka.engine.store.schema import APPLICATION
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify
from voronka.engine.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Restored:
    """``replaced``: where the store that was there lies now, None where there was none. ``last``: instant of the last
    event that the backup has; what happened later is only in the replaced store. ``lost``: its rows beyond that."""

    report: Report
    epoch: int
    replaced: Path | None
    last: int | None
    lost: int
    pending: int
    forgotten: int
    files: int


@dataclass(frozen=True, slots=True)
class _Before:
    """What could be learnt from the store that is to be replaced."""

    id: str = ""
    epoch: int = 0
    rows: int = 0
    forgotten: frozenset[str] = frozenset()
    readable: bool = False


def restore(source: Path, store: Path, now: int, actor: str = "", other: bool = False) -> Restored:
    """Put a backup in the place of a store, which is kept beside; the backup itself stays as it is.

    ``other``: it may be a backup of another store. The copy is verified before anything is touched, and once more after
    it was made ready. Raises CareFailed; then the store is as it was.
    """
    if source.absolute() == store.absolute():
        raise CareFailed(f"{source} is the store itself", f"{source} — это само хранилище")
    try:
        lock = acquire(str(store))
    except OSError as error:
        raise of_problem(problem("read-only", str(store), why=str(error))) from error
    if isinstance(lock, str):
        raise CareFailed(
            f"{store} is in use ({lock}): stop `voronka run` first, then restore",
            f"хранилище {store} занято ({lock}): сначала остановите `voronka run`, потом восстанавливайте",
        )
    try:
        return _restore(source, store, now, actor, other)
    except OSError as error:
        why = f"{error.filename or store}: {error.strerror or error}"
        raise CareFailed(f"{why}; the store is as it was", f"{why}; хранилище не тронуто") from error
    finally:
        lock.release()


def _restore(source: Path, store: Path, now: int, actor: str, other: bool) -> Restored:
    if isinstance(looked := open_store(source, write=False), StoreProblem):
        if looked.kind != "older":
            raise of_problem(looked)
    else:
        looked.close()
        checked(source)
    before = _before(store)
    with beside(store) as draft:
        copy(source, draft)
        if isinstance(opened := open_store(draft, upgrade=True), StoreProblem):
            raise of_problem(opened)
        with opened as ready:
            if before.readable and ready.id != before.id and not other:
                raise CareFailed(
                    f"{source} is a backup of another store ({ready.id}, here is {before.id}); "
                    "--other restores it all the same",
                    f"{source} — копия другого хранилища ({ready.id}, здесь {before.id}); --other восстановит и её",
                )
            made = _make_ready(ready, store, before, now, actor)
            purge(ready)
        files, _ = copy_files(files_of(source), files_of(store))
        _, gone = forgotten.remembered(store)
        for key in gone:
            (files_of(store) / key).unlink(missing_ok=True)
        replaced = _exchange(store, draft, now)
    report, epoch, last, lost, pending, again = made
    return Restored(report, epoch, replaced, last, lost, pending, again, files)


def _make_ready(
    ready: Store, store: Path, before: _Before, now: int, actor: str
) -> tuple[Report, int, int | None, int, int, int]:
    """(report, epoch, last instant, rows lost, pending effects, values forgotten again) of a store to be exchanged."""
    # where the last epoch cannot be known, seconds since 1970 are beyond all that were ever counted
    epoch = max(ready.epoch, before.epoch) + 1 if before.readable else max(ready.epoch + 1, now // 1000)
    last = ready.db.execute("SELECT at FROM commits ORDER BY tx DESC LIMIT 1").fetchone()
    rows = ready.counters.row
    digests, _ = forgotten.remembered(store)
    again = forget_again(ready, digests | before.forgotten, now)
    with Writer(ready, now) as writer:
        ready.meta |= {"epoch": epoch, outbox.HOLD: now}
        writer.db.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", (epoch,))
        writer.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (outbox.HOLD, now))
        data = {"epoch": epoch, "rows": rows, "forgotten": again}
        writer.entity(STORE, "store", "restore", data, [["epoch", epoch]], now, actor)
    report = verify(ready)
    if not report.ok:
        first = report.problems[0].message
        raise CareFailed(f"the restored copy does not agree: {first.en}", f"копия не сходится: {first.ru}", report)
    pending = sum(count for _, count, _ in outbox.waiting(ready))
    lost = max(0, before.rows - rows)
    return report, epoch, last[0] if last else None, lost, pending, again


def forget_again(store: Store, digests: set[str] | frozenset[str], now: int) -> int:
    """Erase what an older copy still has of people who were forgotten since; returns how many values that was."""
    rows = store.db.execute("SELECT deal, digest FROM personal WHERE value IS NOT NULL").fetchall()
    hit = {(deal, digest) for deal, digest in rows if digest in digests}
    deals = sorted({deal for deal, _ in hit if deal})
    if not hit:
        return 0
    with Writer(store, now) as writer:
        if deals:
            # a deal whose values were forgotten in part only: a card's copies in who links to it
            whole = [number for number in deals if _all_of(store, number, digests)]
            erase.erase(writer, erase.survey(store, whole))
        writer.db.executemany(
            "UPDATE personal SET value = NULL, salt = NULL WHERE deal = ? AND digest = ?", sorted(hit)
        )
        for number in deals:
            _empty(writer, number, now)
            erase.reroute(writer, number)
    return len(hit)


def _empty(writer: Writer, number: int, now: int) -> None:
    """Empty the fields whose values are gone, by an event, as forgetting did; there is no definition to decide by."""
    held = read.held(writer.store, number)
    if held is None:
        return
    changes: list[Change] = [("set", name, None) for name, value in held.deal.f.items() if is_forgotten(value)]
    for link, card in held.deal.cards.items():
        if any(is_forgotten(value) for value in card.values()):
            kept = {name: None if is_forgotten(value) else value for name, value in card.items()}
            changes.append(("card", link, kept))
    if not changes:
        return
    fields = sorted(change[1] for change in changes if change[0] == "set")
    event = Event("forget", {"fields": fields}, max(now, held.deal.now), recorded_at=now)
    new = fold(held.deal.copy(), changes, event.at, held.deal.definition)
    writer.deal(held, new, event, encode_deep(event.data), changes)
    writer.flush()


def _all_of(store: Store, deal: int, digests: set[str] | frozenset[str]) -> bool:
    rows = store.db.execute("SELECT digest FROM personal WHERE deal = ? AND value IS NOT NULL", (deal,)).fetchall()
    return all(digest in digests for (digest,) in rows)


def _before(store: Path) -> _Before:
    """Learn what can be learnt; a spoilt store tells nothing, and that is why it is replaced."""
    if not store.exists():
        return _Before()
    try:
        with contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=rw", uri=True)) as db:
            if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
                return _Before()
            meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
            rows = db.execute("SELECT coalesce(max(id), 0) FROM log").fetchone()[0]
            gone = frozenset(row[0] for row in db.execute("SELECT digest FROM personal WHERE value IS NULL"))
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return _Before(str(meta.get("id", "")), int(meta.get("epoch", 1)), rows, gone, True)
    except (sqlite3.Error, ValueError):
        return _Before()


def _exchange(store: Path, draft: Path, now: int) -> Path | None:
    """Two names change; a crash in between leaves both files, the older one under its new name."""
    replaced: Path | None = None
    if store.exists():
        stamp = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
        replaced, again = store.with_name(f"{store.name}.replaced-{stamp}"), 1
        while replaced.exists():
            again += 1
            replaced = store.with_name(f"{store.name}.replaced-{stamp}-{again}")
        for end in ("-wal", "-shm"):
            if (part := Path(f"{store}{end}")).exists():
                part.replace(f"{replaced}{end}")
        store.replace(replaced)
    # a draft is opened no more, and all of it is in the one file
    draft.replace(store)
    sync(store.absolute().parent)
    return replaced
