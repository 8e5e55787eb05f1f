"""Bookings: an item is never had by two deals at once, whoever asks, in whatever order (R26)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine_host.office import DAY, HOUR, START, Office
from voronka.engine.host.commands import Command
from voronka.engine.store.codec import RESOURCE

HALLS = """
language ru
resource halls "Залы" { red "Красный"  blue "Синий" }
pipeline events "Мероприятия" {
  field starts "Начало" datetime
  field ends   "Конец"  datetime
  field hall   "Зал"    resource of halls from starts to ends
  stage new "Новое" { }
  won held "Прошло" { }
  lost lost "Отменено" { reason weather "Погода" }
}
"""


def slot(hall: str, start: int, end: int) -> dict[str, Any]:
    return {"hall": hall, "starts": START + start * HOUR, "ends": START + end * HOUR}


@pytest.mark.requirement("R26")
@pytest.mark.parametrize(
    ("wanted", "free"),
    [
        (("red", 10, 12), False),
        (("red", 11, 13), False),
        (("red", 9, 11), False),
        (("red", 9, 13), False),
        (("red", 10, 11), False),
        (("red", 12, 14), True),
        (("red", 8, 10), True),
        (("blue", 10, 12), True),
        (("red", 21, 23), False),
        (("red", 13, 30), False),
    ],
)
def test_times_that_overlap_are_refused_and_times_that_touch_are_not(wanted: tuple[str, int, int], free: bool) -> None:
    with Office(text=HALLS) as office:
        first = office.create("events", **slot("red", 10, 12))
        later = office.create("events", **slot("red", 20, 22))
        reply = office.submit("create", {"fields": slot(*wanted)}, pipeline="events")
        assert reply.status == ("done" if free else "refused")
        if not free:
            (unmet,) = reply.unmet
            assert unmet.kind == "booking"
            assert unmet.args["deal"] in (first, later)


def test_a_booking_is_moved_given_up_with_a_loss_and_taken_by_another() -> None:
    with Office(text=HALLS) as office:
        first = office.create("events", **slot("red", 10, 12))
        second = office.create("events")
        moved = office.submit("set", {"fields": slot("red", 11, 13)}, deal=first)
        assert moved.status == "done"  # its own booking is in nobody's way
        assert office.submit("set", {"fields": slot("red", 12, 14)}, deal=second).status == "refused"
        office.submit("lose", {"reason": "weather"}, deal=first)
        assert office.submit("set", {"fields": slot("red", 12, 14)}, deal=second).status == "done"
        assert office.store.entity(RESOURCE, "halls").version == 5  # booked, freed and booked, freed, booked
        assert office.store.db.execute("SELECT item, deal FROM bookings").fetchall() == [("red", second)]


def test_the_second_of_a_group_sees_what_the_first_has_booked() -> None:
    with Office(text=HALLS) as office:
        replies = office.host.submit_many(
            [Command("create", {"fields": slot("red", 10, 12)}, pipeline="events") for _ in range(2)]
        )
        assert [reply.status for reply in replies] == ["done", "refused"]


def test_gaps_between_many_bookings_are_found_and_nothing_else() -> None:
    with Office(text=HALLS) as office:

        def book(start: int, end: int) -> str:
            return office.submit("create", {"fields": slot("red", start, end)}, pipeline="events").status

        starts = [day * DAY // HOUR for day in range(30)]
        assert {book(start, start + 5) for start in starts} == {"done"}
        assert {book(start + 5, start + 24) for start in starts} == {"done"}
        assert {book(start + 4, start + 6) for start in starts} == {"refused"}
