"""The last manual change is taken back by another one, where nothing outside and nobody else has seen it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.daemon.place import verified, voronka
from tests.engine_care.conftest import LATER
from tests.engine_care.test_backup import told
from voronka.engine.store import read
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer

# (the change, what the deal is like again afterwards)
CHANGES = [
    (("set", "4", "amount=7", "place="), {"amount": None, "place": "Lenina 5"}),
    (("assign", "4", "olga"), {"owner": "anna"}),
    (("lose", "4", "price"), {"stage": "new"}),
]


@pytest.mark.parametrize(("change", "again"), CHANGES, ids=[change[0][0] for change in CHANGES])
def test_what_was_is_again(shop: Path, change: tuple[str, ...], again: dict[str, object]) -> None:
    told(shop, "deal", *change)
    done = told(shop, "deal", "undo", "4")
    assert done["status"] == "done"
    with verified(shop / "voronka.db") as store:
        held = read.deal(store, 4)
        assert held is not None
        now = {**held.f, "owner": held.owner, "stage": held.stage}
        assert {name: now.get(name) for name in again} == again
        last = read.history(store, 4)[-1].event
        assert last.data["undoes"] == held.version - 1
    twice = voronka(shop, "deal", "undo", "4", VORONKA_NOW=LATER)
    assert twice.returncode == 2
    assert "taken one back itself" in twice.stderr


def test_a_move_takes_along_what_it_queued(shop: Path) -> None:
    told(shop, "deal", "undo", "2")
    with verified(shop / "voronka.db") as store:
        held = read.deal(store, 2)
        assert held is not None
        assert held.stage == "new"
        assert store.db.execute("SELECT DISTINCT status FROM outbox WHERE deal = 2").fetchall() == [("cancelled",)]


def test_what_has_gone_out_stays(shop: Path) -> None:
    store = open_store(shop / "voronka.db")
    assert isinstance(store, Store)
    with store, Writer(store, 1) as writer:
        writer.db.execute("UPDATE outbox SET status = 'sent' WHERE channel = 'email'")
    done = voronka(shop, "deal", "undo", "2", VORONKA_NOW=LATER)
    assert done.returncode == 2
    assert "gone out already (email)" in done.stderr


def test_why_not_in_the_asked_language(shop: Path) -> None:
    told(shop, "deal", "note", "4", "hello")
    done = voronka(shop, "deal", "undo", "4", "--lang", "ru", "--json", VORONKA_NOW=LATER)
    assert done.returncode == 2
    assert "note, его отменить нельзя" in json.loads(done.stdout)["error"]
    unknown = voronka(shop, "deal", "undo", "77", VORONKA_NOW=LATER)
    assert unknown.returncode == 1
