"""The views that other programs read: their names and columns stay, and they say what happened (docs/store.md)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engine_store.ledger import NOON, Ledger, opened, story
from tests.engine_store.test_verify import full
from voronka.engine.store import visits
from voronka.engine.store.schema import VIEWS
from voronka.engine.store.verify import verify

COLUMNS = {
    "v_deals": "id pipeline pipeline_title stage stage_title owner created entered closed reason red version fields",
    "v_tasks": "deal id name title assignee status outcome due due_local overdue moved created done done_by",
    "v_events": "id deal version at recorded actor kind event changes definition",
    "v_moves": "deal version at actor stage reason",
    "v_visits": "deal visit pipeline stage source entered left seconds actor reason",
    "v_outbox": "epoch deal version part channel status attempts error at not_before intent body",
    "v_incidents": "id at kind deal status data resolved resolved_by",
}


def test_names_and_columns_stay() -> None:
    assert {*VIEWS, *visits.VIEWS} == set(COLUMNS)
    with opened(":memory:") as store:
        found = {
            name: " ".join(column[0] for column in store.db.execute(f"SELECT * FROM {name}").description)
            for name in COLUMNS
        }
    assert found == COLUMNS


@pytest.mark.drift
def test_the_page_describes_every_view_with_its_columns(pytestconfig: pytest.Config) -> None:
    page = (Path(pytestconfig.rootpath) / "docs" / "store.md").read_text(encoding="utf-8")
    found = {name: columns.replace("`", "") for name, columns in re.findall(r"^\| `(v_\w+)` \| (.*?) \|", page, re.M)}
    assert found == COLUMNS


@pytest.mark.requirement("R72")
def test_moves_are_listed_with_date_time_and_reason() -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        number = ledger.create()
        ledger.record(number, "move", [("stage", "offered", NOON + 60_000)], NOON + 60_000)
        at = NOON + 120_000
        ledger.record(number, "lose", [("stage", "paid", at), ("stage", "lost", at), ("close", at, "price")], at)
        moves = store.db.execute("SELECT version, at, stage, reason FROM v_moves WHERE deal = ?", (number,)).fetchall()
        closed = store.db.execute("SELECT stage, closed, reason FROM v_deals").fetchone()
    assert moves == [
        (1, "2026-11-21T10:00:00Z", "new", None),
        (2, "2026-11-21T10:01:00Z", "offered", None),
        (3, "2026-11-21T10:02:00Z", "paid", None),
        (3, "2026-11-21T10:02:00Z", "lost", "price"),
    ]
    assert closed == ("lost", "2026-11-21T10:02:00Z", "price")


def test_visits_are_the_same_whether_written_at_once_or_from_the_log() -> None:
    with full(":memory:") as store:
        ledger = Ledger(store)
        number = ledger.create()
        at = NOON + 60_000
        ledger.record(number, "move", [("stage", "offered", at)], at)
        ledger.record(number, "migrate", [("called", "deals", "proposed")], at)
        ledger.record(number, "lose", [("stage", "lost", at + 5_000), ("close", at + 5_000, "price")], at + 5_000)
        before = store.db.execute("SELECT * FROM visits").fetchall()
        store.db.execute("DELETE FROM visits")
        visits.fill(store.db)
        assert store.db.execute("SELECT * FROM visits").fetchall() == before
        assert verify(store).ok, verify(store).problems
        found = store.db.execute(
            "SELECT visit, pipeline, stage, source, seconds, reason FROM v_visits WHERE deal = ?", (number,)
        ).fetchall()
    assert found == [
        (1, "sales", "new", None, 60, None),
        (2, "deals", "proposed", "new", 5, None),
        (3, "deals", "lost", "proposed", None, "price"),
    ]


def test_readers_get_titles_local_deadlines_and_badges() -> None:
    with opened(":memory:") as store:
        number = story(Ledger(store))
        deal = store.db.execute(
            "SELECT pipeline_title, stage_title, red FROM v_deals WHERE id = ?", (number,)
        ).fetchone()
        task = store.db.execute("SELECT title, due, due_local, status, outcome FROM v_tasks").fetchone()
    assert deal == ("Продажи", "Новая", 1)
    assert task == ("Позвонить", "2026-11-21T11:00:00Z", "2026-11-21T14:00", "done", "reached")


def test_incidents_and_effects_are_listed() -> None:
    with full(":memory:") as store:
        incidents = store.db.execute("SELECT kind, status, resolved_by FROM v_incidents ORDER BY id").fetchall()
        effects = store.db.execute("SELECT epoch, deal, version, part, channel, status FROM v_outbox").fetchall()
    assert incidents == [("unrouted", "open", None), ("tunnel", "resolved", "olga")]
    assert effects == [(1, 2, 1, 11, "notify", "pending")]
