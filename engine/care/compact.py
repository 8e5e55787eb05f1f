"""Less space: texts that nobody needs any more are let go, deleted bytes leave the file, the log stays whole."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voronka.engine.care.backup import CareFailed, of_problem
from voronka.engine.host.host import Host
from voronka.engine.search import index as search
from voronka.engine.store.codec import STORE
from voronka.engine.store.problems import problem_of
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer

DAY = 86_400_000  # ms
_LENGTH = re.compile(r"(\d{1,5})\s*(days?|weeks?|months?|years?)")
_UNITS = {"day": DAY, "week": 7 * DAY, "month": 31 * DAY, "year": 366 * DAY}


@dataclass(frozen=True, slots=True)
class Retention:
    """``[retention]`` of voronka.toml; ms, None: for ever. ``texts`` of effects that are over, ``kept`` events that
    nobody took and ``incidents`` dealt with: their personal values. ``backups``: how many, 0 all."""

    texts: int | None = None
    kept: int | None = None
    incidents: int | None = None
    backups: int = 0


@dataclass(frozen=True, slots=True)
class Compacted:
    """Bytes of the store with its write-ahead log before and after; what retention took."""

    before: int
    after: int
    texts: int = 0
    values: int = 0


def retention_of(settings: Mapping[str, Any]) -> Retention:
    """Read ``[retention]``. Raises CareFailed for what is none."""
    table = settings.get("retention", {})
    if not isinstance(table, Mapping):
        raise CareFailed("voronka.toml: [retention] is a table", "voronka.toml: [retention] — это таблица")
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name == "backups":
            if type(value) is not int or value < 0:
                raise _bad(name, value, "a number of backups, 0 for all", "число копий, 0 — все")
            found[name] = value
        elif name in ("texts", "kept", "incidents"):
            match = _LENGTH.fullmatch(value) if isinstance(value, str) else None
            if match is None:
                raise _bad(name, value, 'a length such as "365 days"', 'срок, например "365 days"')
            found[name] = int(match[1]) * _UNITS[match[2].removesuffix("s")]
        else:
            raise _bad(name, value, "one of texts, kept, incidents, backups", "texts, kept, incidents или backups")
    return Retention(**found)


def _bad(name: str, value: object, en: str, ru: str) -> CareFailed:
    return CareFailed(
        f"voronka.toml: [retention] {name} = {value!r}: write {en}",
        f"voronka.toml: [retention] {name} = {value!r}: нужно {ru}",
    )


def compact(host: Host, rules: Retention, now: int, actor: str = "") -> Compacted:
    """Let go of what the rules allow, by a logged event, then make the file small. Nobody else may be writing.

    Raises CareFailed, StoreFailed.
    """
    store = host.store
    before = size(store.path)
    texts, values = keep_to(store, rules, now, actor)
    host.drop()
    purge(store)
    return Compacted(before, size(store.path), texts, values)


def keep_to(store: Store, rules: Retention, now: int, actor: str) -> tuple[int, int]:
    """Let go of what the rules allow: (texts, personal values). The rows stay, and the log with them."""
    texts = values = 0
    with Writer(store, now) as writer:
        if rules.texts is not None:
            texts = writer.db.execute(
                """UPDATE outbox SET body = NULL WHERE body IS NOT NULL AND at < ?
                    AND status IN ('sent', 'dead', 'skipped', 'cancelled', 'suppressed')""",
                (now - rules.texts,),
            ).rowcount
        for until, sql in (
            (rules.kept, "SELECT data FROM kept WHERE at < ?"),
            (rules.incidents, "SELECT data FROM incidents WHERE status = 'resolved' AND resolved < ?"),
        ):
            if until is not None:
                values += _values(writer, sql, now - until)
        if texts or values:
            writer.entity(STORE, "store", "retention", {"texts": texts, "values": values}, [], now, actor)
    return texts, values


def _values(writer: Writer, sql: str, until: int) -> int:
    digests = {
        digest for (data,) in writer.db.execute(sql, (until,)) for digest in re.findall(r'"§([0-9a-f]{32})"', data)
    }
    done = 0
    for digest in sorted(digests):
        done += writer.db.execute(
            "UPDATE personal SET value = NULL, salt = NULL WHERE deal = 0 AND digest = ? AND value IS NOT NULL",
            (digest,),
        ).rowcount
    return done


def purge(store: Store) -> None:
    """Write the file anew without anything that was deleted in it, and empty the write-ahead log; the index goes, too.

    Raises CareFailed where that cannot be done now; the store is as it was.
    """
    search.forget(store.path)
    try:
        store.db.execute("PRAGMA temp_store = FILE")  # a large store does not fit into memory
        store.db.execute("VACUUM")
        busy = store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        store.db.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error as error:
        raise of_problem(problem_of(error, store.path)) from error
    if busy:
        raise CareFailed(
            f"another program is reading {store.path}, so what was deleted is still in its -wal file; close it, "
            "then run `voronka store compact`",
            f"хранилище {store.path} читает другая программа, и удалённое ещё лежит в файле -wal; закройте её "
            "и выполните `voronka store compact`",
        )


def size(path: str) -> int:
    """Bytes of a store and its write-ahead log."""
    return sum(part.stat().st_size for part in (Path(path), Path(f"{path}-wal")) if part.exists())
