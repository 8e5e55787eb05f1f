"""Stores that earlier releases wrote are read by this one, to the last digest."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.engine_store.ledger import NOON, Ledger, opened
from voronka.engine.store import read
from voronka.engine.store.codec import FORMAT
from voronka.engine.store.verify import verify

GOLDEN = Path(__file__).parent / "golden"
# format -> head of the chain that the release printed
HEADS = {1: "04c44ff772dbc23db7c5ab23be41546694b6aaa4003bc4004bec1b77f508ac9a"}


def test_every_format_has_its_golden_store() -> None:
    assert sorted(HEADS) == list(range(1, FORMAT + 1))
    assert {path.name for path in GOLDEN.glob("*.sql")} == {f"format-{number}.sql" for number in HEADS}


@pytest.mark.parametrize("number", sorted(HEADS))
def test_an_older_store_opens_verifies_and_goes_on(tmp_path: Path, number: int) -> None:
    path = tmp_path / "voronka.db"
    db = sqlite3.connect(path)
    db.executescript((GOLDEN / f"format-{number}.sql").read_text(encoding="utf-8"))
    db.close()
    with opened(path, upgrade=True) as store:
        report = verify(store)
        assert report.ok, report.problems
        assert report.digest == HEADS[number]
        deal = read.deal(store, 2)
        assert deal is not None
        assert (deal.pipeline, deal.stage, deal.owner, deal.version) == ("sales", "new", "anna", 3)
        assert (deal.f["phone"], deal.f["number"], deal.f["year"]) == ("+79991234567", "A-1", 2026)
        assert deal.bookings == {"hall": ["halls", "red", NOON + 86_400_000, NOON + 90_000_000]}
        assert deal.tasks[1].outcome == "reached"
        history = read.history(store, 2)
        assert [entry.event.kind for entry in history] == ["create", "set", "done"]
        assert history[0].event.answers['turn:["sales","manager"]'] == "anna"
        assert history[0].key == "request-1"
        ledger = Ledger(store)
        ledger.record(2, "set", [("set", "phone", "+79990000000")], NOON + 10_000)
        ledger.create("sales", phone="+79990000001")
        assert verify(store).ok
