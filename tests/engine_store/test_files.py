"""Every way in which a file can be no store gets its own clear answer, in both languages, and stays as it was."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine_store.ledger import Ledger, opened, story
from voronka.engine.store import read
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.schema import APPLICATION, SCHEMA
from voronka.engine.store.verify import verify


def text_file(folder: Path) -> Path:
    path = folder / "notes.db"
    path.write_text("Клиенты, 2026\n" * 100, encoding="utf-8")
    return path


def other_database(folder: Path) -> Path:
    path = folder / "shop.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE goods (id INTEGER PRIMARY KEY)")
    db.close()
    return path


def newer_store(folder: Path) -> Path:
    path = folder / "newer.db"
    opened(path).close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    return path


def torn_store(folder: Path) -> Path:
    path = folder / "torn.db"
    store = opened(path)
    story(Ledger(store))
    store.close()
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    return path


def folder_as_store(folder: Path) -> Path:
    path = folder / "voronka.db"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("make", "write", "create", "kind"),
    [
        (lambda folder: folder / "none.db", True, False, "not-found"),
        (lambda folder: folder / "none.db", False, False, "not-found"),
        (lambda folder: folder / "gone" / "none.db", True, True, "no-folder"),
        (folder_as_store, True, True, "folder"),
        (folder_as_store, False, False, "folder"),
        (text_file, True, True, "not-a-database"),
        (text_file, False, False, "not-a-database"),
        (other_database, True, True, "not-a-store"),
        (other_database, False, False, "not-a-store"),
        (newer_store, True, True, "newer"),
        (newer_store, False, False, "newer"),
        (torn_store, True, False, "damaged"),
    ],
)
def test_what_is_no_store_is_said_and_left_alone(
    tmp_path: Path, make: Callable[[Path], Path], write: bool, create: bool, kind: str
) -> None:
    path = make(tmp_path)
    before = path.read_bytes() if path.is_file() else None
    found = open_store(path, write=write, create=create)
    assert isinstance(found, StoreProblem)
    assert found.kind == kind
    assert str(path) in found.message.en
    assert str(path) in found.message.ru
    assert found.help.en != found.help.ru
    assert (path.read_bytes() if path.is_file() else None) == before


def test_an_empty_file_becomes_a_store_only_where_one_may_be_made(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    path.touch()
    refused = open_store(path, create=False)
    assert isinstance(refused, StoreProblem)
    assert refused.kind == "not-a-database"
    with opened(path) as store:
        assert store.id == "test-store"


def test_a_new_store_is_private_and_knows_itself(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with opened(path) as store:
        assert store.epoch == 1
        db = store.db
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(f"{path}.lock").stat().st_mode) == 0o600


def test_two_writers_refuse_clearly_and_readers_go_on(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with opened(path) as store:
        number = story(Ledger(store))
        second = open_store(path)
        assert isinstance(second, StoreProblem)
        assert second.kind == "locked"
        assert f"pid {os.getpid()}" in second.message.en
        reader = open_store(path, write=False)
        assert not isinstance(reader, StoreProblem)
        with reader:
            found = read.deal(reader, number)
            assert found is not None
            assert found.f["phone"] == "+79991234567"
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                reader.db.execute("DELETE FROM log")
    with opened(path) as store:
        assert verify(store).ok


def test_a_database_that_another_program_holds_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    opened(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    found = open_store(path, patience=10)
    other.close()
    assert isinstance(found, StoreProblem)
    assert found.kind == "busy"
    opened(path).close()


AS_NOBODY = """
import json, os, sys
from voronka.engine.store.files import open_store
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
kinds = {}
for path in sys.argv[1:]:
    for write in (True, False):
        found = open_store(path, write=write)
        kinds[f"{os.path.basename(path)} {'write' if write else 'read'}"] = getattr(found, "kind", "opened")
print(json.dumps(kinds))
"""


def test_rights_that_are_missing_are_named() -> None:
    # root may do everything, so the store is opened by somebody who may not
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        secret, readable = Path(folder, "secret.db"), Path(folder, "readable.db")
        for path in (secret, readable):
            store = opened(path)
            story(Ledger(store))
            store.close()
        secret.chmod(0o000)
        readable.chmod(0o444)
        if os.getuid() != 0:
            Path(folder).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(secret), str(readable)], capture_output=True, text=True, check=False
        )
        Path(folder).chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "secret.db write": "no-permission",
        "secret.db read": "no-permission",
        "readable.db write": "read-only",
        "readable.db read": "opened",
    }
