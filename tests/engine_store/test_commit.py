"""A transaction is whole or not at all: whatever fails, the store is what it was, and goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.engine_store.ledger import FACETS, NOON, TITLES, Ledger, opened, story
from voronka.engine.store import read
from voronka.engine.store.definitions import adopt, package_of
from voronka.engine.store.facets import PipelineFacets, make_facets
from voronka.engine.store.problems import StoreFailed
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify
from voronka.engine.store.writer import Writer


def contents(store: Store) -> list[tuple[object, ...]]:
    tables = [name for (name,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [(table, *row) for table in tables for row in store.db.execute(f"SELECT * FROM {table}")]


TABLES = ("log", "commits", "states", "deals", "tasks", "timers", "outbox", "links", "routes", "bookings", "personal")


@pytest.mark.parametrize("table", TABLES)
def test_a_write_that_fails_anywhere_leaves_nothing(table: str) -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        number = story(ledger)
        before, tx = contents(store), store.counters.tx
        store.db.execute(f"CREATE TEMP TRIGGER no BEFORE INSERT ON main.{table} BEGIN SELECT RAISE(ABORT, 'no'); END")
        with pytest.raises(StoreFailed) as failure:
            story(ledger, "request-2")
        assert failure.value.problem.kind == "failed"
        store.db.execute("DROP TRIGGER no")
        ledger.held.clear()
        assert store.counters.tx == store.db.execute("SELECT max(tx) FROM commits").fetchone()[0]
        if store.counters.tx == tx:
            assert contents(store) == before
        assert verify(store).ok, verify(store).problems
        ledger.record(number, "set", [("set", "phone", "+79990000000")])
        story(ledger, "request-3")
        assert verify(store).ok, verify(store).problems


def test_a_full_disk_is_said_and_the_store_goes_on(tmp_path: Path) -> None:
    with opened(tmp_path / "voronka.db") as store:
        ledger = Ledger(store)
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 4}")
        made = 0

        def fill() -> None:
            nonlocal made
            while True:
                ledger.create("sales", phone=f"+7999{made:07}", text="х" * 500)
                made += 1

        with pytest.raises(StoreFailed) as failure:
            fill()
        assert failure.value.problem.kind == "full"
        assert not store.db.in_transaction
        store.db.execute("PRAGMA max_page_count = 1000000")
        ledger.held.clear()
        assert store.db.execute("SELECT count(*) FROM deals").fetchone() == (made,)
        assert verify(store).ok
        assert ledger.create("sales", phone="+79990000000") == made + 1
        assert verify(store).ok


def test_a_database_held_by_another_program_fails_the_transaction_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with opened(path, patience=10) as store:
        ledger = Ledger(store)
        number = ledger.create()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreFailed) as failure:
            ledger.record(number, "set", [("set", "text", "a")])
        assert failure.value.problem.kind == "busy"
        other.execute("ROLLBACK")
        other.close()
        ledger.record(number, "set", [("set", "text", "b")])
        assert verify(store).ok


def test_an_exception_inside_undoes_the_transaction_and_goes_on_up() -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        before = contents(store)

        def stumble() -> None:
            with Writer(store, NOON) as writer:
                ledger.put(writer, 1, "create", [("new", "sales", NOON), ("stage", "new", NOON)])
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            stumble()
        assert contents(store) == before
        assert store.counters.row == before.count(("log",)) + 1
        assert ledger.next_deal == 1


def test_a_transaction_without_rows_leaves_no_commit() -> None:
    with opened(":memory:") as store:
        Ledger(store)
        tx = store.counters.tx
        with Writer(store, NOON):
            pass
        assert store.counters.tx == tx
        assert not store.db.in_transaction
        assert store.db.execute("SELECT max(tx) FROM commits").fetchone() == (tx,)


def test_later_events_of_a_group_see_earlier_ones_and_share_one_commit() -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        number = ledger.create()
        tx = store.counters.tx
        with Writer(store, NOON) as writer:
            for count in range(5):
                amount = ledger.deal(number).f.get("amount", 0)
                ledger.put(writer, number, "set", [("set", "amount", amount + 1)], NOON + count)
        assert store.counters.tx == tx + 1
        found = read.deal(store, number)
        assert found is not None
        assert (found.f["amount"], found.version) == (5, 6)
        assert verify(store).ok


def test_a_definition_is_kept_whole_and_only_once() -> None:
    with opened(":memory:") as store:
        Ledger(store)
        package = {"sources": [["b.pipeline", "Воронка"]], "templates": [["offer", "{{ name }}"]]}
        with Writer(store, NOON) as writer:
            assert adopt(writer, "b" * 32, package, FACETS, TITLES, NOON) == 2
        with Writer(store, NOON) as writer:
            assert adopt(writer, "f" * 32, {"other": 1}, FACETS, TITLES, NOON) == 1
        assert store.definition == 1
        assert package_of(store, "b" * 32) == package
        assert package_of(store, "f" * 32) == {"sources": [["a.pipeline", "pipeline sales { }"]]}
        assert package_of(store, "nothing") is None
        assert verify(store).ok


def test_deals_can_be_found_by_a_field_that_a_later_definition_makes_a_key() -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        client = ledger.create("client", phone="+7999")
        number = ledger.create("sales", text="Северный ветер", phone="8 (999) 123-45-67", client=client, other=client)
        later = make_facets(
            {
                "sales": PipelineFacets(links={"other": "client"}, keys=(("text",),), kinds={"text": "text"}),
                "client": FACETS.of("client"),
            }
        )
        with Writer(store, NOON) as writer:
            adopt(writer, "b" * 32, {}, later, TITLES, NOON)
        assert store.db.execute("SELECT * FROM routes WHERE pipeline = 'sales'").fetchall() == [
            ("sales", "text", "северный ветер", number)
        ]
        assert store.db.execute("SELECT * FROM links").fetchall() == [(client, number, "other")]
        assert verify(store).ok


def test_effects_belong_to_the_epoch_they_were_decided_in(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with opened(path) as store:
        story(Ledger(store))
        store.db.execute("UPDATE meta SET value = 2 WHERE key = 'epoch'")
    with opened(path) as store:
        assert store.epoch == 2
        story(Ledger(store), "request-2")
        epochs = store.db.execute("SELECT deal, epoch FROM outbox ORDER BY deal").fetchall()
        assert epochs == [(2, 1), (4, 2)]
        assert verify(store).ok


def test_an_index_of_keys_normalises() -> None:
    facets = FACETS.of("sales")
    keys = [
        facets.key_of(("phone",), {"phone": text}) for text in ("+7 (999) 123-45-67", "8-999-1234567", "79991234567")
    ]
    assert keys == ["79991234567"] * 3
    assert facets.key_of(("number", "year"), {"number": " a 1", "year": 2026}) == facets.key_of(
        ("number", "year"), {"number": "A  1", "year": 2026}
    )
    assert facets.key_of(("number", "year"), {"number": "a"}) is None
