"""Conditions of the language over stored deals, typed and turned into SQL, beside the same SQL written by hand."""

from __future__ import annotations

import tempfile
from pathlib import Path

from measures import sales
from measures.harness import Line, by_turns
from voronka.engine.host.commands import Command
from voronka.engine.store.store import Store
from voronka.engine.where.search import matching
from voronka.engine.where.typed import typed

DEALS, QUICK = 1_000_000, 50_000
MOST = 1.5
TEXT = "budget > 100_000 RUB and stage is qualified"
LONG = "(budget >= 50_000 RUB or priority.heat is hot) and need is set and stage is not new"
BY_HAND = """SELECT d.id FROM deals d JOIN states s ON s.deal = d.id
    WHERE d.pipeline = 'amocrm' AND d.stage = 'qualified'
        AND CAST(json_extract(s.state, '$.f.budget[1]') AS REAL) > 100000 ORDER BY d.id"""
BY_HAND_LONG = """SELECT d.id FROM deals d JOIN states s ON s.deal = d.id
    WHERE d.pipeline = 'amocrm' AND d.stage <> 'new'
        AND json_extract(s.state, '$.f.need') IS NOT NULL AND (
        CAST(json_extract(s.state, '$.f.budget[1]') AS REAL) >= 50000
        OR json_extract(s.state, '$.f."priority.heat"') = 'hot') ORDER BY d.id"""


def lines(quick: bool) -> list[Line]:
    """A short condition and a longer one; checking and compiling them is part of it."""
    count = QUICK if quick else DEALS
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as name:
        path = Path(name) / "many.db"
        with sales.open_file(path, create=True) as store:
            _deals(store, count)
        found = []
        with sales.open_file(path) as store:
            made = sales.programs()

            def asked(text: str) -> int:
                return sum(1 for _ in matching(store, made, "amocrm", typed(made, "amocrm", text), sales.LATER))

            def by_hand(text: str) -> int:
                return sum(1 for _ in store.db.execute(text))

            for label, text, raw in (("a short condition", TEXT, BY_HAND), ("a longer one", LONG, BY_HAND_LONG)):
                if asked(text) != by_hand(raw) or not by_hand(raw):
                    raise AssertionError("they find other deals")
                beside = f"{label}, by hand"
                times = by_turns({label: lambda t=text: asked(t), beside: lambda r=raw: by_hand(r)}, 3 if quick else 5)  # type: ignore[misc]
                found.append(times.line(label, beside, f"{label}, {count:,} deals", limit=MOST))
        return found


def _deals(store: Store, count: int) -> None:
    """One deal as the host writes it, and as many more of its kind as are wanted, with other values."""
    host = sales.host_on(store, sales.START)
    sales.team(host)
    given = {"name": "Анна", "phone": "+79991234567", "need": "Каталог", "budget": 70_000}
    sales.must([host.submit(Command("create", {"fields": given}, None, "amocrm", sales.START))])
    store.db.execute("BEGIN")
    store.db.execute(
        """WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO deals SELECT n.i, d.pipeline,
            CASE n.i % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'qualified' ELSE 'proposal' END,
            d.owner, d.created, d.entered, d.closed, d.reason, d.flags FROM n, deals d WHERE d.id = 1""",
        (count,),
    )
    store.db.execute(
        """INSERT INTO states SELECT d.id, s.head, s.version, json_set(
                CASE d.id % 5 WHEN 0 THEN json_remove(s.state, '$.f.need') ELSE s.state END,
                '$.f.budget[1]', CAST(d.id * 7919 % 200000 AS TEXT),
                '$.f."priority.heat"', CASE d.id % 4 WHEN 0 THEN 'hot' ELSE 'cold' END)
            FROM deals d, states s WHERE s.deal = 1 AND d.id > 1"""
    )
    store.db.execute("COMMIT")
