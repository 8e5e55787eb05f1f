"""A shadow decides what happens once more under an edited definition, and tells what it would do otherwise."""

from __future__ import annotations

from tests.engine_host.office import DAY, HOUR, Office, programs
from tests.plan.shop import SHOP, edited
from voronka.engine.host.commands import Command, Done
from voronka.engine.plan.shadow import Difference, Shadow
from voronka.engine.store.verify import verify

EDITED = """\
-     task call "Позвонить" / "Call" { due 2 days after entry  outcome reached "Дозвонились" / "Reached" }
+     task call "Позвонить" / "Call" { due 1 day after entry  outcome reached "Дозвонились" / "Reached" }
-     robot nudge "Толкнуть" / "Nudge" { due 5 days after entry  notify owner "Пора" / "Time" }
+     robot nudge "Толкнуть" / "Nudge" { due 5 days after entry  notify supervisor "Пора" / "Time"  notify owner "И" }
-   stage waiting "Ждём" / "Waiting" { }
+   stage asked "Спросили" / "Asked" was waiting { require need }
"""
TITLE = """\
-   stage waiting "Ждём" / "Waiting" { }
+   stage waiting "Ждём ответа" / "Waiting" { }
"""


class Beside:
    """A shop and a shadow that is told of everything."""

    def __init__(self, office: Office, edits: str) -> None:
        self.office = office
        self.shadow = Shadow(office.programs, programs(edited(edits)))

    def act(self, kind: str, data: dict[str, object], **more: object) -> list[Difference]:
        reply = self.office.host.submit(Command(kind, data, **more))  # type: ignore[arg-type]
        assert reply.status == "done", reply
        return self.shadow.see(self.office.store, reply.done, self.office.now)

    def wait(self, length: int) -> list[Difference]:
        done: list[Done] = []
        self.office.now += length
        self.office.host.advance(self.office.now, done.append)
        found = self.shadow.see(self.office.store, done, self.office.now)
        return found + self.shadow.wait(self.office.store, self.office.now)


def told(found: list[Difference]) -> list[tuple[str, ...]]:
    return [(one.side, *one.fact) for one in found]


def test_the_same_definition_differs_in_nothing() -> None:
    with Office(text=SHOP) as office:
        same = Beside(office, TITLE)
        same.act("create", {"fields": {}}, pipeline="sales")
        same.act("set", {"fields": {"amount": 5}}, deal=1)
        same.wait(6 * DAY)
        same.act("done", {"task": "call", "outcome": "reached"}, deal=1)
        same.wait(40 * DAY)
        assert same.shadow.count == 0
        assert same.shadow.events > 5


def test_what_differs_is_told_once_and_nothing_is_written() -> None:
    with Office(text=SHOP) as office:
        office.create()
        beside = Beside(office, EDITED)
        before = office.store.counters.row
        assert beside.act("note", {"text": "x"}, deal=1) == []  # what was there before is migrated, and no difference
        fresh = beside.act("create", {"fields": {}}, pipeline="sales")
        start = office.now
        assert told(fresh) == [
            ("live", "task", "new/call", str(start + 2 * DAY)),
            ("shadow", "task", "new/call", str(start + DAY)),
        ]
        assert office.store.counters.row > before
        rows = office.store.counters.row
        found = beside.wait(5 * DAY + HOUR)
        assert told(found) == [("shadow", "effect", "notify", "new/nudge/#2")] * 2
        assert office.store.counters.row > rows
        # under its own name, a move of the live deal is refused there: something is missing
        moved = beside.act("move", {"stage": "waiting"}, deal=1)
        assert ("live", "move", "asked") in told(moved)
        assert ("shadow", "refused", "move", "require", "need") in told(moved)
        assert beside.shadow.data()["kinds"][0] == {"only": "live", "what": "move", "count": 1}
        assert verify(office.store).ok
        assert {one.deal for one in beside.shadow.last} == {1, 2}


def test_a_circle_that_went_by_unseen_is_said() -> None:
    with Office(text=SHOP) as office:
        beside = Beside(office, EDITED)
        beside.act("create", {"fields": {}}, pipeline="sales")
        beside.shadow.miss(7)
        assert (beside.shadow.data()["missed"], beside.shadow.data()["deals"]) == (7, 0)
        beside.act("note", {"text": "x"}, deal=1)
        assert beside.shadow.data()["deals"] == 1
