"""Upgrading an older store's tables: a backup first, then one transaction, then the whole log is read."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from voronka.engine.care.backup import CareFailed, beside, copy, damages, of_problem, sync
from voronka.engine.store.files import open_store
from voronka.engine.store.findings import Report
from voronka.engine.store.problems import StoreProblem, problem_of
from voronka.engine.store.schema import SCHEMA
from voronka.engine.store.verify import verify


@dataclass(frozen=True, slots=True)
class Migrated:
    """``before`` and ``after`` number the tables' schema. ``backup`` is None where nothing was to do."""

    before: int
    after: int
    backup: Path | None = None
    report: Report | None = None


def migrate(store: Path) -> Migrated:
    """Bring a store to this version's tables. Raises CareFailed: a newer store, one in use, one that does not agree."""
    opened = open_store(store, write=False)
    if not isinstance(opened, StoreProblem):
        opened.close()
        return Migrated(SCHEMA, SCHEMA)
    if opened.kind != "older":
        raise of_problem(opened)
    try:
        with contextlib.closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
            before = int(db.execute("PRAGMA user_version").fetchone()[0])
            found = damages(db)
    except sqlite3.Error as error:
        raise of_problem(problem_of(error, str(store))) from error
    if found:
        said = "; ".join(found)
        raise CareFailed(
            f"{store} is damaged: {said}; restore a backup", f"{store} повреждён: {said}; восстановите копию"
        )
    kept, again = store.with_name(f"{store.name}.schema-{before}"), 1
    while kept.exists():
        again += 1
        kept = store.with_name(f"{store.name}.schema-{before}-{again}")
    try:
        with beside(kept) as draft:
            copy(store, draft)
            draft.replace(kept)
            sync(kept.absolute().parent)
    except OSError as error:
        why = error.strerror or str(error)
        raise CareFailed(f"no backup could be made: {why}", f"копию не сделать: {why}") from error
    if isinstance(upgraded := open_store(store, upgrade=True), StoreProblem):
        raise of_problem(upgraded)
    with upgraded:
        report = verify(upgraded)
    if not report.ok:
        first = report.problems[0].message
        raise CareFailed(
            f"the upgraded store does not agree: {first.en}; the one before is {kept}",
            f"обновлённое хранилище не сходится: {first.ru}; прежнее — {kept}",
            report,
        )
    return Migrated(before, SCHEMA, kept, report)
