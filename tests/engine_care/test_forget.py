"""Forgetting: the bytes are gone from the file and its log, the chain is whole, a restore forgets again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.daemon.place import Running, verified, voronka
from tests.engine_care.conftest import LATER, MAIL, NOW, PHONE
from tests.engine_care.test_backup import told
from voronka.engine.store import read

TRACES = (PHONE.encode(), b"912 345-67-89", b"912-345", MAIL.encode())


def traces(shop: Path) -> set[str]:
    """Files of the store that still hold a value."""
    return {
        path.name
        for path in shop.glob("voronka.db*")
        if path.is_file() and any(trace in path.read_bytes() for trace in TRACES)
    }


def test_first_it_is_said_what_would_go(shop: Path) -> None:
    digest = told(shop, "store", "verify")["digest"]
    seen = told(shop, "deal", "forget", "2")
    assert seen["done"] is False
    assert seen["deals"] == [2, 1]
    assert (seen["texts"], seen["files"], seen["same"], seen["open_rows"]) == (2, 1, [3], [])
    assert told(shop, "store", "verify")["digest"] == digest
    assert traces(shop)
    # a card that others link to stays, and is named
    told(shop, "deal", "set", "3", "client=1")
    assert told(shop, "deal", "forget", "2")["shared"] == [1]
    assert told(shop, "deal", "forget", "2", "--only")["deals"] == [2]
    assert set(told(shop, "deal", "forget", "2", "--everywhere")["deals"]) == {1, 2, 3}


@pytest.mark.requirement("U10")
def test_not_a_byte_is_left_and_the_log_is_whole(shop: Path) -> None:
    told(shop, "store", "backup", "before.db")
    before = {row[0]: row[1:] for row in sqlite3.connect(shop / "voronka.db").execute("SELECT * FROM log")}
    assert traces(shop) == {"voronka.db"}
    done = told(shop, "deal", "forget", "2", "--everywhere", "--yes")
    assert done["deals"] == [2, 1, 3]
    assert traces(shop) == set()
    assert not any((shop / "voronka.db.files").iterdir())
    with verified(shop / "voronka.db") as store:
        now = {row[0]: row[1:] for row in store.db.execute("SELECT * FROM log")}
        assert {number: now[number] for number in before} == before
        for number in done["deals"]:
            held = read.deal(store, number)
            assert held is not None
            assert not {"phone", "email", "place"} & {name for name, value in held.f.items() if value is not None}
        assert {row[0] for row in store.db.execute("SELECT body FROM outbox WHERE deal = 2")} == {None}
        # somebody else who lives there too is not touched
        other = read.deal(store, 4)
        assert other is not None
        assert (other.f["phone"], other.f["place"]) == ("+79990001122", "Lenina 5")
    assert told(shop, "deal", "find", PHONE)["deals"] == []
    shown = voronka(shop, "deal", "show", "2", VORONKA_NOW=LATER).stdout
    assert "§" not in shown
    assert "(forgotten)" in shown
    # deals go on, and the same person may come again
    told(shop, "deal", "set", "2", f"phone=+7{PHONE}")
    assert [one["id"] for one in told(shop, "deal", "find", PHONE)["deals"]] == [2]
    verified(shop / "voronka.db").close()


def test_a_restore_forgets_again(shop: Path) -> None:
    told(shop, "store", "backup", "before.db")
    told(shop, "deal", "forget", "2", "--everywhere", "--yes")
    assert any(trace in (shop / "before.db").read_bytes() for trace in TRACES)
    back = told(shop, "store", "restore", "before.db")
    assert back["forgotten"] >= 6
    Path(back["replaced"]).unlink()
    assert traces(shop) == set()
    assert not any((shop / "voronka.db.files").iterdir())
    with verified(shop / "voronka.db") as store:
        held = read.deal(store, 2)
        assert held is not None
        assert held.f.get("phone") is None
    # even where the store that knew is lost
    (shop / "voronka.db").unlink()
    told(shop, "store", "restore", "before.db")
    assert traces(shop) == set()
    verified(shop / "voronka.db").close()


def test_through_a_daemon(shop: Path) -> None:
    with Running(shop, VORONKA_NOW=NOW) as running:
        assert running.submit("note", {"text": f"again {MAIL}"}, deal=2).status == "done"
        told(shop, "deal", "forget", "2", "--everywhere", "--yes", VORONKA_NOW=NOW)
        assert traces(shop) == set()
        assert running.submit("note", {"text": "on it goes"}, deal=2).status == "done"
        assert not any(trace in running.logged().encode() for trace in TRACES)
        assert running.stop() == 0
    verified(shop / "voronka.db").close()


def test_what_the_log_says_openly_is_named(shop: Path) -> None:
    told(shop, "deal", "set", "4", f"number=see {MAIL}")
    assert told(shop, "deal", "forget", "2")["open_rows"]


def test_everything_stored_comes_out(shop: Path, tmp_path: Path) -> None:
    data = told(shop, "deal", "export", "2")
    assert [one["id"] for one in data["deals"]] == [2, 1]
    deal = data["deals"][0]
    assert deal["fields"]["phone"] == f"+7{PHONE}"
    assert [one["kind"] for one in deal["history"]] == ["create", "note", "attach", "move"]
    assert deal["history"][1]["data"]["text"] == f"he writes from {MAIL}"
    assert PHONE in json.dumps(deal["mails"]).replace(" ", "").replace("-", "")
    assert data["events"][0]["data"]["phone"] == f"+7{PHONE}"
    done = told(shop, "deal", "export", "2", "--to", str(tmp_path / "out"))
    files = {Path(path).name: Path(path) for path in done["files"]}
    assert json.loads(files["deal-2.json"].read_text(encoding="utf-8")) == data
    assert any(path.read_bytes() == b"a passport" for path in files.values())
    again = voronka(shop, "deal", "export", "2", "--to", str(tmp_path / "out"))
    assert again.returncode == 2
    told(shop, "deal", "forget", "2", "--yes")
    left = json.dumps(told(shop, "deal", "export", "2"))
    assert MAIL not in left
    assert PHONE not in left
