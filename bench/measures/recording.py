"""Recording what a host says to SQLite, to count it or to do the same writes again without the host."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from voronka.engine.store.store import Store

WRITES = ("INSERT", "UPDATE", "DELETE")
Statement = tuple[str, list[Sequence[Any]]]  # SQL, and the parameters of each time it is run


class Recorder:
    """Stands before a connection and notes every statement; of ``executemany`` without rows nothing is noted.

    ``transactions`` are the writes of each transaction that was committed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.statements: list[Statement] = []
        self.transactions: list[list[Statement]] = []
        self._began = 0

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        if sql.startswith("BEGIN"):
            self._began = len(self.statements)
        elif sql == "COMMIT":
            self.transactions.append(writes(self.statements[self._began :]))
        self.statements.append((sql, [parameters]))
        return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        given = list(rows)
        if given:
            self.statements.append((sql, given))
        return self._connection.executemany(sql, given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def is_write(statement: Statement) -> bool:
    """Whether it changes rows."""
    return statement[0].lstrip().upper().startswith(WRITES)


def writes(statements: Iterable[Statement]) -> list[Statement]:
    """Those that change rows."""
    return [statement for statement in statements if is_write(statement)]


@contextmanager
def recorded(store: Store) -> Iterator[Recorder]:
    """Note all that is said to a store's database meanwhile."""
    connection = store.db
    recorder = Recorder(connection)
    store.db = recorder  # type: ignore[assignment]  # it answers as the connection does
    try:
        yield recorder
    finally:
        store.db = connection


def replay(db: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    """The same writes in one transaction, and nothing else."""
    db.execute("BEGIN IMMEDIATE")
    for sql, rows in statements:
        if len(rows) == 1:
            db.execute(sql, rows[0])
        else:
            db.executemany(sql, rows)
    db.execute("COMMIT")


def contents(db: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order of its own."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: sorted(db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables}
