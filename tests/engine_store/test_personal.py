"""Personal values live beside the log: no byte of the log holds them, and deleting them leaves the chain whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engine_store.ledger import NOON, Ledger, opened, story
from voronka.engine.store import read
from voronka.engine.store.facets import NOTHING
from voronka.engine.store.incidents import keep, open_incident
from voronka.engine.store.seal import Sealer, digest_of, unseal
from voronka.engine.store.verify import verify
from voronka.engine.store.writer import Writer

PHONE = "9991234567"


def test_no_table_but_the_deletable_ones_holds_a_phone() -> None:
    with opened(":memory:") as store:
        number = story(Ledger(store))
        with Writer(store, NOON) as writer:
            open_incident(writer, "unrouted", None, {"payload": {"phone": f"+7{PHONE}"}}, NOON)
            keep(writer, "payment", None, None, "none", {"phone": f"+7{PHONE}"}, NOON, "", None)
        tables = [name for (name,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        holding = {
            table for table in tables if any(PHONE in str(row) for row in store.db.execute(f"SELECT * FROM {table}"))
        }
        assert holding == {"personal", "routes"}
        found = read.deal(store, number)
        assert found is not None
        assert found.f["phone"] == f"+7{PHONE}"
        assert found.cards["client"]["phone"] == f"+7{PHONE}"
        assert found.tasks[1].event == {"phone": f"+7{PHONE}", "text": "хочу"}
        assert found.timers["v:cont:new/#2:2"][2]["e"]["phone"] == f"+7{PHONE}"
        assert found.pending["new/#3"]["unmet"][0]["operands"] == [["phone", f"+7{PHONE}"]]


def test_a_forgotten_value_is_nowhere_in_the_file_and_the_chain_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with opened(path) as store:
        ledger = Ledger(store)
        number = ledger.create("sales", phone=f"+7{PHONE}", text="остаётся")
        ledger.record(number, "set", [("set", "phone", None)], NOON + 1)
        head = verify(store).digest
        store.db.execute("UPDATE personal SET value = NULL, salt = NULL WHERE deal = ?", (number,))
        report = verify(store)
        assert report.ok, report.problems
        assert report.digest == head
        first = read.history(store, number)[0]
        assert re.fullmatch(r"§[0-9a-f]{32}", first.event.data["fields"]["phone"])
        store.db.execute("VACUUM")
    assert PHONE.encode() not in path.read_bytes()


def test_digests_of_one_value_differ_between_deals_and_stay_the_same_within_one() -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        one, two = ledger.create(phone="+7999"), ledger.create(phone="+7999")
        ledger.record(one, "set", [("set", "phone", None)], NOON + 1)
        ledger.record(one, "set", [("set", "phone", "+7999")], NOON + 2)
        rows = store.db.execute("SELECT deal, count(*) FROM personal GROUP BY deal ORDER BY deal").fetchall()
        assert rows == [(one, 1), (two, 1)]
        digests = {digest for (digest,) in store.db.execute("SELECT digest FROM personal")}
        assert len(digests) == 2


def test_a_digest_says_nothing_without_its_salt() -> None:
    assert digest_of(b"a", "+7999") != digest_of(b"b", "+7999")
    assert digest_of(b"a", "+7999") == digest_of(b"a", "+7999")


@pytest.mark.parametrize("text", ["§", "§0123456789abcdef0123456789abcdef", "§§", "a§b", ""])
def test_texts_that_look_sealed_come_back_as_they_were(text: str) -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        number = ledger.create("sales", text=text, phone="+7999")
        found = read.deal(store, number)
        assert found is not None
        assert found.f["text"] == text
        assert found.f["phone"] == "+7999"
        assert verify(store).ok


def test_a_personal_value_that_looks_sealed_is_sealed_like_any_other() -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        number = ledger.create("sales", phone="§0123456789abcdef0123456789abcdef")
        found = read.deal(store, number)
        assert found is not None
        assert found.f["phone"] == "§0123456789abcdef0123456789abcdef"
        assert verify(store).ok


def test_sealing_is_undone_exactly() -> None:
    sealer = Sealer(NOTHING, frozenset({"phone"}), {}, lambda: b"salt")
    data = {"phone": "+7999", "more": [{"phone": "+7998", "n": 1, "none": None}], "+7999": "+7999 "}
    sealed = sealer.named(data)
    assert "+7998" not in str(sealed)
    assert unseal(sealed, {digest: value for digest, value, _ in sealer.fresh}) == data
