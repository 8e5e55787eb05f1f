"""Lists and searches: what the command line shows of a store (R39, R40, R68, R75)."""

from __future__ import annotations

import pytest

from tests.engine_host.office import DAY, HOUR, START, Office
from voronka.engine.host import queries
from voronka.engine.host.reading import red


@pytest.mark.requirement("R75")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+7 999 123-45-67", [3, 1]),
        ("89991234567", [3, 1]),
        ("anna@EXAMPLE.org", [1]),
        ("a-2", [2]),
        ("ромаш", [3]),
        ("РОМАШКА", [3]),
        ("example", [2, 1]),
        ("ничего такого", []),
        ("", []),
        ("%", []),
    ],
)
def test_deals_are_found_by_any_text_whatever_its_case(text: str, found: list[int]) -> None:
    with Office() as office:
        office.create(number="A-1", phone="+79991234567", email="anna@example.org")
        office.create(number="A-2", email="ivan@example.org", city="Псков")
        office.create("client", name="ООО Ромашка", phone="+79991234567")
        assert sorted(row.id for row in queries.find_deals(office.store, text)) == sorted(found)


def test_lists_are_filtered_and_go_on_from_a_number() -> None:
    with Office() as office:
        numbers = [office.create(number=f"A-{n}", amount=5) for n in range(5)]  # anna ivan yuri anna ivan
        card = office.create("client", name="Ромашка")
        office.submit("move", {"stage": "offered"}, deal=numbers[1])
        office.submit("lose", {"reason": "price"}, deal=numbers[4])
        listed = queries.list_deals

        def ids(**filters: object) -> list[int]:
            return [row.id for row in listed(office.store, **filters)]  # type: ignore[arg-type]

        assert ids() == [*numbers, card]
        assert ids(pipeline="client") == [card]
        assert ids(pipeline="sales", stage="offered") == [numbers[1]]
        assert ids(owner="ivan") == [numbers[1], numbers[4]]
        assert ids(owner="ivan", closed=False) == [numbers[1]]
        assert ids(closed=True) == [numbers[4]]
        assert ids(after=numbers[2], limit=2) == [numbers[3], numbers[4]]
        lost = next(queries.list_deals(office.store, closed=True))
        assert (lost.stage, lost.reason, lost.closed) == ("lost", "price", START)


@pytest.mark.requirement("R40")
def test_tasks_by_person_and_by_deadline() -> None:
    with Office() as office:
        numbers = [office.create() for _ in range(3)]
        office.now += HOUR
        late = office.create()  # anna's second
        office.submit("done", {"task": "call"}, deal=numbers[1])

        def tasks(**filters: object) -> list[int]:
            return [row.deal for row in queries.list_tasks(office.store, **filters)]  # type: ignore[arg-type]

        assert tasks() == [numbers[0], numbers[2], late]
        assert tasks(person="anna") == [numbers[0], late]
        assert tasks(person="ivan") == []
        assert tasks(person="ivan", open_only=False) == [numbers[1]]
        assert tasks(overdue_at=START + 2 * HOUR) == [numbers[0], numbers[2]]
        assert tasks(due_before=START + 2 * HOUR) == []
        assert tasks(deal=late) == [late]
        assert tasks(limit=1) == [numbers[0]]
        (row,) = queries.list_tasks(office.store, deal=numbers[1], open_only=False)
        assert (row.status, row.pipeline, row.stage, row.local) == ("done", "sales", "new", "2026-11-23T12:00")


@pytest.mark.requirement("R68")
def test_counts_per_stage_and_the_figures_of_a_store() -> None:
    with Office() as office:
        for _ in range(3):
            office.create(amount=5)
        office.submit("move", {"stage": "offered"}, deal=1)
        office.submit("lose", {"reason": "price"}, deal=2)
        assert queries.stage_counts(office.store) == {
            ("sales", "lost"): 1,
            ("sales", "new"): 1,
            ("sales", "offered"): 1,
        }
        info = queries.info(office.store)
        assert (info.deals, info.open_deals, info.open_tasks, info.epoch, info.id) == (3, 2, 1, 1, "office")
        assert info.definition == office.programs.hash
        assert info.digest == office.store.counters.digest.hex()
        assert info.outbox == {}
        assert (info.first, info.last) == (START, START)


RED = """
language ru
pipeline p "П" {
  field amount "Сумма" number
  red "Без задач" when none of tasks are open
  red "Залежалась" when creation is older than 2 days
  stage new "Новая" { task call "Позвонить" { due 2 hours after entry } }
  won done "Всё" { }
}
"""


@pytest.mark.requirement("R38", "R39")
def test_red_badges_are_what_holds_now() -> None:
    with Office(text=RED) as office:
        number = office.create("p")
        host = office.host

        def badges() -> list[str]:
            found = red(office.programs, host.people, office.deal(number), office.now)
            return [condition.message.in_("ru") for condition in found]

        assert badges() == []
        office.wait(3 * DAY)
        assert badges() == ["Залежалась"]
        office.submit("done", {"task": "call"}, deal=number)
        assert badges() == ["Без задач", "Залежалась"]
