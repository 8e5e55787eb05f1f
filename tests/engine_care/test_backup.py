"""Backups that were read back, restoring them, nothing sent until somebody says so (architecture.md, the outbox)."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.place import Running, verified, voronka
from tests.engine_care.conftest import LATER, NOW
from voronka.engine.care.backup import CareFailed, backup, damages, known, named
from voronka.engine.care.migrate import migrate
from voronka.engine.store import outbox
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.schema import SCHEMA

GOLDEN = Path(__file__).parents[1] / "engine_store" / "golden" / "format-1.sql"


def told(shop: Path, *args: str, **more: str) -> dict[str, Any]:
    """What a command says with --json; it went well."""
    done = voronka(shop, *args, "--json", **{"VORONKA_NOW": LATER, **more})
    assert done.returncode == 0, done.stdout + done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data


@pytest.mark.requirement("U10")
def test_the_drill(shop: Path) -> None:
    made = told(shop, "store", "backup")
    assert made["file"] == str(shop / "backups" / "voronka-20261123T080000Z.db")
    before = told(shop, "store", "verify")
    assert (made["digest"], made["deals"], made["files"]) == (before["digest"], 4, 1)
    assert Path(made["file"]).stat().st_mode & 0o777 == 0o600
    assert voronka(shop, "deal", "new", "sales", "--set", "number=A-4", VORONKA_NOW=LATER).returncode == 0
    shutil.rmtree(shop / "voronka.db.files")

    back = told(shop, "store", "restore", made["file"])
    assert (back["epoch"], back["pending"], back["files"]) == (2, 2, 1)
    assert back["lost"] > 0
    with verified(shop / "voronka.db") as store, verified(Path(back["replaced"])) as old:
        assert store.epoch == 2
        assert outbox.on_hold(store)
        assert old.epoch == 1
        # what waits keeps the keys it had: the peer would know it again
        keys = {row[:4] for row in store.db.execute("SELECT epoch, deal, version, part FROM outbox")}
        assert keys == {row[:4] for row in old.db.execute("SELECT epoch, deal, version, part FROM outbox")}
        assert {key[0] for key in keys} == {1}
        last = store.db.execute("SELECT event FROM log ORDER BY id DESC LIMIT 1").fetchone()[0]
        assert json.loads(last)["kind"] == "restore"
    assert (shop / "voronka.db.files").is_dir()

    looked = told(shop, "store", "resume", "--dry-run")
    assert looked["held"]
    assert [(one["channel"], one["count"]) for one in looked["waiting"]] == [("email", 1), ("notify", 1)]
    assert told(shop, "store", "resume")["resumed"]
    assert not told(shop, "store", "resume")["held"]
    # what is decided from now on carries the new epoch
    told(shop, "deal", "set", "4", "amount=5")
    told(shop, "deal", "move", "4", "offered")
    with verified(shop / "voronka.db") as store:
        assert store.db.execute("SELECT DISTINCT epoch FROM outbox WHERE deal = 4").fetchall() == [(2,)]


def test_what_waited_can_be_given_up(shop: Path) -> None:
    told(shop, "store", "backup", "b.db")
    told(shop, "store", "restore", "b.db")
    assert told(shop, "store", "resume", "--drop")["dropped"] == 2
    with verified(shop / "voronka.db") as store:
        assert store.db.execute("SELECT DISTINCT status FROM outbox").fetchall() == [("skipped",)]


def test_a_daemon_is_not_disturbed_and_holds_back_until_resumed(shop: Path) -> None:
    with Running(shop, VORONKA_NOW=NOW) as running:
        assert told(shop, "store", "backup", "b.db")["deals"] == 4
        assert running.submit("note", {"text": "on"}, deal=4).status == "done"
        refused = voronka(shop, "store", "restore", "b.db")
        assert refused.returncode == 2
        assert "stop `voronka run` first" in refused.stderr
        assert running.stop() == 0
    back = told(shop, "store", "restore", "b.db")
    with Running(shop, VORONKA_NOW=LATER) as running:
        with verified(shop / "voronka.db") as store:
            assert sum(count for _, count, _ in outbox.waiting(store)) == back["pending"]
        assert told(shop, "store", "resume")["resumed"]
        assert not told(shop, "store", "resume")["held"]
        assert running.stop() == 0
    verified(shop / "voronka.db").close()


def test_nothing_is_written_over_and_nothing_half_is_left(shop: Path) -> None:
    told(shop, "store", "backup", "b.db")
    whole = (shop / "b.db").read_bytes()
    again = voronka(shop, "store", "backup", "b.db")
    assert again.returncode == 2
    assert (shop / "b.db").read_bytes() == whole
    nowhere = voronka(shop, "store", "backup", "scan.txt/b.db")
    assert nowhere.returncode == 2
    assert "Traceback" not in nowhere.stderr
    assert not list(shop.glob(".*.part*"))


def test_only_so_many_are_kept(shop: Path) -> None:
    (shop / "voronka.toml").write_text('language = "en"\n[retention]\nbackups = 2\n', encoding="utf-8")
    (shop / "backups").mkdir()
    (shop / "backups" / "voronka-mine.db").write_text("named by a person")
    for minute in range(4):
        told(shop, "store", "backup", VORONKA_NOW=f"2026-11-23T11:0{minute}:00+03:00")
    assert [path.name for path in known(shop / "voronka.db")] == [
        "voronka-20261123T080200Z.db",
        "voronka-20261123T080300Z.db",
    ]
    assert (shop / "backups" / "voronka-mine.db").exists()
    assert len(list((shop / "backups").glob("*.files"))) == 2


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[: len(data) // 2],
    "no store": lambda data: b"SQLite format 3\x00" + bytes(4096),
    "not a database": lambda data: b"hello",
    "empty": lambda data: b"",
    "a changed past": lambda data: data.replace(b'"number":"A-2"', b'"number":"A-9"'),
    "nonsense inside": lambda data: data[:20480] + os.urandom(8192) + data[28672:],
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_a_spoilt_backup_touches_nothing(shop: Path, damage: str) -> None:
    told(shop, "store", "backup", "b.db")
    spoilt = DAMAGES[damage]((shop / "b.db").read_bytes())
    assert spoilt != (shop / "b.db").read_bytes()
    (shop / "b.db").write_bytes(spoilt)
    with verified(shop / "voronka.db") as store:
        digest = store.counters.digest
    done = voronka(shop, "store", "restore", "b.db")
    assert done.returncode in (1, 2), done.stdout
    assert done.stderr.startswith("error: ")
    with verified(shop / "voronka.db") as store:
        assert store.counters.digest == digest
        assert store.epoch == 1
    assert not list(shop.glob("*.replaced-*"))
    assert not list(shop.glob(".*.part*"))


def test_a_backup_of_another_store_is_asked_about(shop: Path, tmp_path: Path) -> None:
    told(shop, "store", "backup", "b.db")
    (tmp_path / "other").mkdir()
    for name in ("voronka.toml", "pipelines", "templates"):
        source = shop / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / "other" / name)
    told(tmp_path / "other", "deal", "new", "sales", "--set", "number=Z-1")
    refused = voronka(tmp_path / "other", "store", "restore", str(shop / "b.db"))
    assert refused.returncode == 2
    assert "another store" in refused.stderr
    told(tmp_path / "other", "store", "restore", str(shop / "b.db"), "--other")


def test_without_the_old_store_no_epoch_comes_twice(shop: Path) -> None:
    told(shop, "store", "backup", "b.db")
    told(shop, "store", "restore", "b.db")
    (shop / "voronka.db").write_bytes(b"the disk ate it")
    first = told(shop, "store", "restore", "b.db")
    assert first["epoch"] > 1_000_000_000
    assert Path(first["replaced"]).read_bytes() == b"the disk ate it"
    (shop / "voronka.db").unlink()
    second = told(shop, "store", "restore", "b.db", VORONKA_NOW="2026-11-24T11:00:00+03:00")
    assert second["replaced"] is None
    assert second["epoch"] > first["epoch"]


def test_an_older_store_is_upgraded_after_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    db = sqlite3.connect(path)
    db.executescript(GOLDEN.read_text(encoding="utf-8"))
    db.execute("PRAGMA user_version = 0")
    db.execute("DELETE FROM _sqlite_migrations WHERE name <> 'schema_1'")
    db.commit()
    db.close()
    before = path.read_bytes()
    # nothing is upgraded by the way
    assert isinstance(found := open_store(path), StoreProblem)
    assert found.kind == "older"
    assert path.read_bytes() == before
    done = migrate(path)
    assert (done.before, done.after) == (0, SCHEMA)
    assert done.backup == tmp_path / "voronka.db.schema-0"
    assert done.report is not None
    assert done.report.ok
    verified(path).close()
    assert migrate(path).backup is None
    db = sqlite3.connect(done.backup)
    assert db.execute("PRAGMA user_version").fetchone() == (0,)
    assert damages(db) == []
    db.close()


def test_a_newer_store_is_refused(shop: Path) -> None:
    db = sqlite3.connect(shop / "voronka.db")
    db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    db.close()
    done = voronka(shop, "store", "migrate")
    assert done.returncode == 2
    assert "newer voronka" in done.stderr
    assert not list(shop.glob("*.schema-*"))


def test_compacting_keeps_to_the_rules_and_to_the_log(shop: Path) -> None:
    (shop / "voronka.toml").write_text(
        'language = "en"\n[retention]\ntexts = "30 days"\nkept = "30 days"\n', encoding="utf-8"
    )
    # nobody has this phone: the event is kept
    sent = voronka(shop, "event", "send", "talked", "phone=+70000000000", VORONKA_NOW=NOW)
    assert sent.returncode == 1
    told(shop, "store", "backup", "b.db")
    told(shop, "store", "restore", "b.db")
    told(shop, "store", "resume", "--drop")
    digest = told(shop, "store", "verify")["digest"]
    early = told(shop, "store", "compact", VORONKA_NOW="2026-12-01T10:00:00+03:00")
    assert (early["texts"], early["values"]) == (0, 0)
    late = told(shop, "store", "compact", VORONKA_NOW="2027-02-01T10:00:00+03:00")
    assert late["texts"] >= 2
    assert late["values"] >= 1
    assert b"0000000000" not in (shop / "voronka.db").read_bytes()
    with verified(shop / "voronka.db") as store:
        assert store.counters.digest.hex() != digest
        assert store.db.execute("SELECT count(*) FROM kept").fetchone() == (2,)


@pytest.mark.parametrize("line", ['texts = "soon"', "texts = 5", "backups = -1", 'log = "1 day"', "backups = true"])
def test_rules_that_are_none_are_said(shop: Path, line: str) -> None:
    (shop / "voronka.toml").write_text(f'language = "en"\n[retention]\n{line}\n', encoding="utf-8")
    done = voronka(shop, "store", "compact")
    assert done.returncode == 2
    assert "[retention]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_does_not_agree_is_not_backed_up(shop: Path) -> None:
    db = sqlite3.connect(shop / "voronka.db")
    db.execute("UPDATE log SET actor = 'olga' WHERE id = 3")
    db.commit()
    db.close()
    with pytest.raises(CareFailed, match="does not agree"):
        backup(shop / "voronka.db", shop / "b.db")
    assert not (shop / "b.db").exists()
    assert named(shop / "voronka.db", 0).name == "voronka-19700101T000000Z.db"
