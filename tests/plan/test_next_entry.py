"""Robots added ``from next entry``: those already there are left alone, until they enter a stage again (issue 3)."""

from __future__ import annotations

from tests.engine_host.office import DAY, Office, programs
from tests.plan.shop import SHOP, edited
from voronka.engine.host import queries
from voronka.engine.plan.applying import apply

ADDED = """\
-     lose as silent 30 days after entry
+     lose as silent 30 days after entry
+     robot later "Поздно" / "Late" from next entry { due 1 day after entry  notify owner "Ещё" / "Still" }
+     robot heard "Слышно" / "Heard" from next entry { on event paid  notify owner "Деньги" / "Money" }
"""


def sent(office: Office, number: int) -> list[str]:
    return [row.intent["path"] for row in queries.list_outbox(office.store, deal=number)]


def test_deals_already_there_are_left_alone_until_they_come_in_again() -> None:
    with Office(text=SHOP) as office:
        there = office.create()
        assert apply(office.host, programs(edited(ADDED))).outcome == "applied"
        fresh = office.create()
        office.submit("event", {"name": "paid", "payload": {}}, deal=there)
        office.submit("event", {"name": "paid", "payload": {}}, deal=fresh)
        office.wait(2 * DAY)
        assert [path for path in sent(office, there) if "later" in path or "heard" in path] == []
        assert [path for path in sent(office, fresh) if "later" in path or "heard" in path] == [
            "new/heard/#1",
            "new/later/#1",
        ]
        assert office.submit("move", {"stage": "waiting"}, deal=there).status == "done"
        assert office.submit("move", {"stage": "new"}, deal=there).status == "done"
        office.submit("event", {"name": "paid", "payload": {}}, deal=there)
        office.wait(2 * DAY)
        assert [path for path in sent(office, there) if "later" in path or "heard" in path] == [
            "new/heard/#1",
            "new/later/#1",
        ]


def test_another_name_changes_nothing_about_that() -> None:
    renamed = edited(ADDED).replace('robot later "Поздно" / "Late"', 'robot late "Поздно" / "Late" was later')
    with Office(text=SHOP) as office:
        there = office.create()
        for text in (edited(ADDED), renamed):
            assert apply(office.host, programs(text)).outcome == "applied"
        office.wait(2 * DAY)
        assert not any("late" in path for path in sent(office, there))
