"""Opening a store: every way in which a file can be no store is told apart before anything is written to it."""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path

from voronka.engine.store.lock import Lock, acquire
from voronka.engine.store.problems import StoreProblem, problem, problem_of
from voronka.engine.store.schema import APPLICATION, SCHEMA, migrate
from voronka.engine.store.seal import Salt, random_salt
from voronka.engine.store.store import Store

MAGIC = b"SQLite format 3\x00"
MEMORY = ":memory:"
PATIENCE = 5_000  # ms to wait for another program's lock on the database


def open_store(
    path: str | Path,
    *,
    write: bool = True,
    create: bool = False,
    identity: str | None = None,
    salt: Salt = random_salt,
    patience: int = PATIENCE,
    upgrade: bool = False,
) -> Store | StoreProblem:
    """Open the store at ``path``, or say why not. ``:memory:`` makes one that leaves nothing behind.

    ``write`` takes the writer's lock; without it the store is read beside a writer. ``create`` makes a missing store,
    ``identity`` being its id (random by default). ``patience``: ms to wait for other programs. ``upgrade`` brings
    the tables of an older store to the present ones; that is asked for (``store migrate``), never done by the way.
    """
    name = str(path)
    if name == MEMORY:
        return _connect(name, None, True, identity, salt, patience, upgrade)
    if found := _unfit(Path(name), write, create):
        return found
    lock: Lock | None = None
    if write:
        try:
            held = acquire(name)
        except OSError as error:
            return problem("read-only" if isinstance(error, PermissionError) else "failed", name, why=str(error))
        if isinstance(held, str):
            return problem("locked", name, holder=held)
        lock = held
    opened = _connect(name, lock, write, identity, salt, patience, upgrade)
    if isinstance(opened, StoreProblem) and lock is not None:
        lock.release()
    return opened


def _unfit(path: Path, write: bool, create: bool) -> StoreProblem | None:
    """What can be seen without opening the database."""
    name = str(path)
    try:
        if path.is_dir():
            return problem("folder", name)
        if not path.exists():
            if not create:
                return problem("not-found", name)
            if not path.absolute().parent.is_dir():
                return problem("no-folder", name)
            return None if os.access(path.absolute().parent, os.W_OK) else problem("read-only", name)
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except PermissionError:
        return problem("no-permission", name)
    except OSError as error:
        return problem("failed", name, why=str(error))
    if head != MAGIC and not (head == b"" and write and create):
        return problem("not-a-database", name)
    if write and not (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK)):
        return problem("read-only", name)
    return None


def _connect(
    name: str, lock: Lock | None, write: bool, identity: str | None, salt: Salt, patience: int, upgrade: bool
) -> Store | StoreProblem:
    connection: sqlite3.Connection | None = None
    try:
        if name == MEMORY:
            target = MEMORY
        else:
            if write:
                # made by hand, so that nobody else can read it: it holds customers' data
                os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            target = f"{Path(name).absolute().as_uri()}?{'mode=rw' if write else _reading(Path(name).absolute())}"
        connection = sqlite3.connect(
            target, uri=name != MEMORY, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.execute(f"PRAGMA busy_timeout = {int(patience):d}")
        if found := _prepare(connection, name, write, identity, upgrade):
            connection.close()
            return found
        return Store(name, connection, lock, write, salt)
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        return problem_of(error, name)
    except OSError as error:
        return problem("read-only" if isinstance(error, PermissionError) else "failed", name, why=str(error))


def _reading(path: Path) -> str:
    """How to open for reading. Without the right to write, SQLite cannot join a write-ahead log; if none is there, then
    nobody is writing either."""
    alone = not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()
    return "mode=ro&immutable=1" if alone else "mode=ro"


def _prepare(
    db: sqlite3.Connection, name: str, write: bool, identity: str | None, upgrade: bool
) -> StoreProblem | None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    schema = db.execute("PRAGMA user_version").fetchone()[0]
    fresh = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if application != APPLICATION and not (fresh and write):
        return problem("not-a-store", name)
    if schema > SCHEMA:
        return problem("newer", name, found=schema, known=SCHEMA)
    if schema < SCHEMA and not (write and (fresh or upgrade)):
        return problem("older", name, found=schema)
    if not write:
        db.execute("PRAGMA query_only = ON")
        return None
    if name != MEMORY:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        # 16 MB of log before it is folded back: the cost of a checkpoint is shared by many commits
        db.execute("PRAGMA wal_autocheckpoint = 4000")
    db.execute("PRAGMA cache_size = -8192")
    db.execute("PRAGMA temp_store = MEMORY")
    if schema < SCHEMA:
        migrate(db)
    if db.execute("SELECT 1 FROM meta WHERE key = 'id'").fetchone() is None:
        rows = [("id", identity or secrets.token_hex(8)), ("epoch", 1)]
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        db.execute("COMMIT")
    return None
