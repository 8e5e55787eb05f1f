"""`store verify` sees every kind of tampering, and names the event where it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_store.ledger import NOON, Ledger, opened, story
from voronka.engine.store import read
from voronka.engine.store.codec import PEOPLE, ROTATION
from voronka.engine.store.incidents import keep, open_incident, resolve_incident
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify
from voronka.engine.store.writer import Writer


def full(path: Path | str) -> Store:
    """A store with something in every table."""
    store = opened(path)
    ledger = Ledger(store)
    story(ledger)
    with Writer(store, NOON + 3000) as writer:
        writer.entity(ROTATION, "sales/manager", "turn", {}, [["turn", "anna", 0]], NOON + 3000)
        away = [["person", "anna", {"away": NOON + 9000, "deputy": "ivan"}]]
        writer.entity(PEOPLE, "people", "absent", {"name": "anna"}, away, NOON + 3000, "olga")
        open_incident(writer, "unrouted", None, {"name": "payment", "payload": {"phone": "+79995550000"}}, NOON + 3000)
        number = open_incident(writer, "tunnel", 2, {"pipeline": "orders"}, NOON + 3000)
        keep(writer, "payment", "sales", None, "none", {"phone": "+79995550000"}, NOON + 3000, "", "pay-1")
    with Writer(store, NOON + 4000) as writer:
        assert resolve_incident(writer, number, NOON + 4000, "olga")
        assert not resolve_incident(writer, number, NOON + 4000, "olga")
    return store


def test_an_untouched_store_agrees(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with full(tmp_path / "a.db") as store:
        report = verify(store, lambda done, total: seen.append((done, total)))
        assert report.ok, report.problems
        assert report.first is None
        assert (report.rows, report.commits, report.deals) == (12, 7, 2)
        assert report.digest == store.counters.digest.hex()
        assert seen[-1] == (14, 14)


TAMPERINGS = [
    # (what is done to the store, kind of the first problem, row it names, deal it names)
    ("UPDATE log SET changes = replace(changes, 'A-1', 'A-2') WHERE id = 3", "commit", 3, 0),
    ("UPDATE log SET actor = 'ivan' WHERE id = 6", "commit", 6, 0),
    ("UPDATE log SET at = at - 1 WHERE id = 4", "commit", 4, 0),
    ("UPDATE log SET prev = 2 WHERE id = 6", "chain", 6, 2),
    ("UPDATE log SET version = 9 WHERE id = 6", "chain", 6, 2),
    ("UPDATE log SET entity = 1 WHERE id = 4", "chain", 4, 1),
    ("UPDATE log SET changes = '[[\"new' WHERE id = 3", "text", 3, 0),
    ("UPDATE log SET format = 99 WHERE id = 4", "text", 4, 0),
    ("DELETE FROM log WHERE id = 4", "row-missing", 4, 0),
    ("DELETE FROM log WHERE id = 12", "row-missing", 12, 0),
    ("DELETE FROM commits WHERE tx = 4", "commit-missing", 4, 0),
    ("UPDATE commits SET digest = zeroblob(32) WHERE tx = 3", "commit", 3, 0),
    ("UPDATE commits SET epoch = 2 WHERE tx = 3", "effect", 3, 2),
    ("UPDATE states SET state = replace(state, 'ge\":\"new\"', 'ge\":\"paid\"') WHERE deal = 2", "state", 6, 2),
    ("UPDATE states SET state = '{' WHERE deal = 2", "state", 6, 2),
    ("UPDATE states SET version = 2 WHERE deal = 2", "state", 6, 2),
    ("UPDATE states SET head = 4, version = 2 WHERE deal = 2", "state", 4, 2),
    ("DELETE FROM states WHERE deal = 2", "state-missing", 6, 2),
    ("INSERT INTO states SELECT 9, head, version, state FROM states WHERE deal = 2", "state", 6, 9),
    ("UPDATE deals SET owner = 'ivan' WHERE id = 2", "table", 0, 2),
    ("DELETE FROM deals WHERE id = 1", "table", 0, 1),
    ("UPDATE tasks SET status = 'open'", "table", 0, 2),
    ("INSERT INTO tasks VALUES (2, 2, 'x', '', NULL, NULL, 'open', NULL, 1, NULL, 0, 1, NULL, NULL, 0)", "table", 0, 2),
    ("DELETE FROM tasks", "table", 0, 2),
    ("UPDATE visits SET left = 7 WHERE deal = 2", "table", 0, 2),
    ("DELETE FROM visits WHERE deal = 2 AND visit = 1", "table", 0, 2),
    ("UPDATE timers SET due = due + 1 WHERE deal = 2", "table", 0, 2),
    ("UPDATE timers SET gen = 7 WHERE deal = 2", "table", 0, 2),
    ("INSERT INTO timers VALUES (5, 2, 'v:wake', 1)", "surplus", 0, 0),
    ("DELETE FROM timers WHERE deal = 0", "table", 8, 0),
    ("DELETE FROM bookings", "table", 0, 2),
    ("UPDATE bookings SET item = 'blue'", "table", 0, 2),
    ("INSERT INTO bookings VALUES ('halls', 'red', 1, 2, 2, 'hall')", "entity", 0, 0),
    ("DELETE FROM outbox", "effect", 3, 2),
    ("UPDATE outbox SET intent = replace(intent, 'anna', 'ivan')", "effect", 3, 2),
    ("INSERT INTO outbox VALUES (2, 1, 99, 1, 1, 'email', '{}', NULL, 'pending', 1, 0, NULL)", "surplus", 0, 0),
    ("DELETE FROM links", "table", 0, 2),
    ("INSERT INTO links VALUES (1, 2, 'other')", "surplus", 0, 0),
    ("DELETE FROM routes WHERE field = 'number,year'", "table", 0, 2),
    ("UPDATE routes SET deal = 1 WHERE pipeline = 'sales' AND field = 'phone'", "table", 0, 2),
    ("UPDATE stage_counts SET n = 2 WHERE pipeline = 'sales'", "count", 0, 0),
    ("DELETE FROM stage_counts", "count", 0, 0),
    ("DELETE FROM keys WHERE key = 'request-1'", "key", 3, 0),
    ("UPDATE keys SET row = 4 WHERE key = 'request-1'", "key", 3, 0),
    ("INSERT INTO keys VALUES ('other', 3)", "surplus", 0, 0),
    ("DELETE FROM personal WHERE deal = 2", "personal", 3, 2),
    ("UPDATE personal SET value = '+70000000000' WHERE deal = 2", "personal", 3, 2),
    ("UPDATE personal SET value = NULL WHERE deal = 2", "personal", 3, 2),
    ("UPDATE entities SET state = '{\"last\":\"ivan\",\"place\":1}' WHERE name = 'sales/manager'", "entity", 7, 0),
    ("DELETE FROM entities WHERE name = 'people'", "entity", 8, 0),
    ("UPDATE incidents SET status = 'resolved', resolved = 1 WHERE kind = 'unrouted'", "surplus", 0, 0),
    ("UPDATE incidents SET status = 'open' WHERE kind = 'tunnel'", "incident", 12, 0),
    ("DELETE FROM incidents WHERE kind = 'unrouted'", "incident", 9, 0),
    ("UPDATE kept SET name = 'reply'", "kept", 11, 0),
    ("INSERT INTO inbox VALUES (6, 0, 1, 0)", "inbox", 6, 0),
    ("INSERT INTO inbox VALUES (99, 0, 1, 0)", "inbox", 99, 0),
    ("UPDATE definitions SET hash = 'e' || substr(hash, 2)", "definition-missing", 1, 0),
    ("DELETE FROM definitions", "definition-missing", 1, 0),
    ("UPDATE definitions SET package = x'789c030000000001'", "definition", 1, 0),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "kind", "row", "deal"), TAMPERINGS)
def test_tampering_is_found_and_placed(sql: str, kind: str, row: int, deal: int) -> None:
    with full(":memory:") as store:
        assert store.db.execute(sql).rowcount > 0
        report = verify(store)
        assert not report.ok
        first = report.first
        assert first is not None
        assert (first.kind, first.row, first.deal) == (kind, row, deal), report.problems
        assert first.message.en != first.message.ru


def test_a_row_rewritten_together_with_its_digest_breaks_the_chain_after_it() -> None:
    with full(":memory:") as store:
        store.db.execute("UPDATE log SET actor = 'ivan' WHERE id = 3")
        stored = read.row(store, 3)
        assert stored is not None
        import hashlib

        before = store.db.execute("SELECT digest FROM commits WHERE tx = 2").fetchone()[0]
        forged = hashlib.sha256(before + stored.digested()).digest()
        store.db.execute("UPDATE commits SET digest = ? WHERE tx = 3", (forged,))
        report = verify(store)
        assert report.first is not None
        assert (report.first.kind, report.first.row) == ("commit", 4)


def test_delivery_is_no_part_of_the_comparison() -> None:
    with full(":memory:") as store:
        store.db.execute("UPDATE outbox SET status = 'sent', attempts = 3, body = '{}', not_before = 5")
        assert verify(store).ok


def test_far_too_many_problems_are_counted_not_listed() -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        for _ in range(120):
            ledger.create("sales", phone="+79990000001")
        store.db.execute("UPDATE deals SET owner = 'nobody'")
        report = verify(store)
        assert len(report.problems) == 100
        assert report.count == 120
