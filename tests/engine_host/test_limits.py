"""Loops: every event names what it follows from, and a deal whose automation runs in circles rests, visibly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_host.office import DAY, HOUR, MINUTE, OFFICE, Office
from voronka.engine.host import limits, queries
from voronka.engine.store import read
from voronka.engine.store.derive import REST

# once begun it sets itself off again, a minute later, for ever
CIRCLE = OFFICE.replace(
    '  stage checked "',
    """  robot watch "Следить" { due 3 days after creation  set city = "Тула" }
  stage tick "Тик" { after 1 min { move to tock } }
  stage tock "Так" { after 1 min { move to tick } }
"""
    '  stage checked "',
)


def kinds(office: Office, number: int) -> list[str]:
    return [entry.event.kind for entry in read.history(office.store, number)]


def minutes(office: Office, count: int) -> None:
    for _ in range(count):
        office.wait(MINUTE)


def test_a_whole_chain_names_its_causes() -> None:
    with Office(text=CIRCLE) as office:
        number = office.create(phone="+79991234567")
        reply = office.submit("move", {"stage": "tick"}, deal=number)
        office.wait(3 * MINUTE)
        history = read.history(office.store, number)
        created, begun, *timers = history
        assert (created.cause, created.root, created.depth) == (0, 0, 0)
        assert (begun.row, begun.cause) == (reply.done[0].row, 0)
        assert [entry.event.kind for entry in timers] == ["timer"] * 3
        assert [(entry.cause, entry.root, entry.depth) for entry in timers] == [
            (begun.row, begun.row, 1),
            (timers[0].row, begun.row, 2),
            (timers[1].row, begun.row, 3),
        ]
        moved = office.submit("move", {"stage": "paid"}, deal=number)
        order = read.history(office.store, number + 1)[0]  # a message: the tunnel to another pipeline
        assert (order.cause, order.root, order.depth) == (moved.done[0].row, moved.done[0].row, 1)


def test_a_deal_in_a_circle_rests_and_nothing_is_lost() -> None:
    with Office(text=CIRCLE, per_hour=10, late_after=HOUR) as office:
        number, other = office.create(), office.create()
        office.submit("move", {"stage": "tick"}, deal=number)
        minutes(office, 40)
        assert kinds(office, number).count("timer") == 10
        assert REST in office.deal(number).flags
        (incident,) = queries.list_incidents(office.store)
        assert (incident.kind, incident.deal, incident.data["per_hour"]) == ("rate", number, 10)
        assert len(office.deal(number).timers) == 2  # the watch, and the next round: they wait
        assert office.host.next_due() == min(
            timer[0] for timer in office.deal(other).timers.values()
        )  # nobody else waits for them
        # people and the outside act as ever
        assert office.submit("set", {"fields": {"amount": 5}}, deal=number).status == "done"
        office.wait(3 * DAY)
        assert office.deal(number).f["city"] is None
        assert office.deal(other).f["city"] == "Тула"
        # released: what waited happens, and the next circle is cut again
        assert office.submit("incident", {"do": "retry", "id": incident.id}).status == "done"
        assert REST not in office.deal(number).flags
        minutes(office, 40)
        assert office.deal(number).f["city"] == "Тула"
        assert kinds(office, number).count("timer") == 20
        assert [found.kind for found in queries.list_incidents(office.store)] == ["rate"]


def test_skipped_what_waited_goes_by() -> None:
    with Office(text=CIRCLE, per_hour=10) as office:
        number = office.create()
        office.submit("move", {"stage": "tick"}, deal=number)
        office.wait(DAY)
        (incident,) = queries.list_incidents(office.store)
        assert office.submit("incident", {"do": "skip", "id": incident.id}).status == "done"
        assert not office.deal(number).flags
        assert kinds(office, number)[-2:] == ["timer", "resolve"]
        office.wait(4 * DAY)
        assert kinds(office, number)[-1] == "timer"  # the watch: the circle is over
        assert [key for key in office.deal(number).timers if "cont" in key] == []
        assert list(queries.list_incidents(office.store)) == []


def test_once_released_the_hour_begins_anew() -> None:
    with Office(text=CIRCLE, per_hour=10) as office:
        number = office.create()
        office.submit("move", {"stage": "tick"}, deal=number)
        for round_ in (1, 2, 3):
            minutes(office, 12)
            assert kinds(office, number).count("timer") == 10 * round_
            (incident,) = queries.list_incidents(office.store)
            assert office.submit("incident", {"do": "retry", "id": incident.id}).status == "done"


def test_a_restart_does_not_begin_to_count_anew(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with Office(path, CIRCLE, per_hour=10) as office:
        number = office.create()
        office.submit("move", {"stage": "tick"}, deal=number)
        office.wait(7 * MINUTE)
        now = office.now
    with Office(path, CIRCLE, per_hour=10) as office:
        office.now = now
        office.wait(HOUR)
        assert kinds(office, number).count("timer") == 10


def test_what_is_spread_over_the_day_is_no_circle() -> None:
    with Office(text=CIRCLE, per_hour=100) as office:
        number = office.create()
        office.submit("move", {"stage": "tick"}, deal=number)
        office.wait(DAY)
        assert kinds(office, number).count("timer") == 24 * 60


@pytest.mark.parametrize(
    ("settings", "found"),
    [({}, limits.PER_HOUR), ({"limits": {"events_per_hour": 5}}, 5), ({"limits": {}}, limits.PER_HOUR)],
)
def test_the_limit_is_a_setting(settings: dict[str, object], found: int) -> None:
    assert limits.per_hour_of(settings) == found


@pytest.mark.parametrize("table", [5, {"events_per_hour": 0}, {"events_per_hour": True}, {"events": 5}])
def test_a_limit_that_is_none_is_said(table: object) -> None:
    with pytest.raises(limits.BadLimits, match="limits"):
        limits.per_hour_of({"limits": table})


def test_an_answer_to_what_went_out_names_its_effect() -> None:
    with Office() as office:
        number = office.create(email="a@example.org", amount=5)
        moved = office.submit("move", {"stage": "offered"}, deal=number)
        (effect,) = queries.list_outbox(office.store, deal=number)
        identity = f"{office.store.id}.{effect.epoch}.{effect.deal}.{effect.version}.{effect.part}"
        assert limits.of_effect(office.store, identity) == moved.done[0].row
        for other in (
            "",
            "x.1.1.1.0",
            f"{office.store.id}.1",
            f"{office.store.id}.1.99.1.0",
            f"{office.store.id}.a.b.c",
        ):
            assert limits.of_effect(office.store, other) == 0


def test_a_circle_by_way_of_somebody_elses_webhooks_is_cut() -> None:
    text = OFFICE.replace(
        'stage new "Новая" {', 'stage new "Новая" {\n    robot tell "Сообщить" { on event ping  notify owner "ping" }'
    )
    with Office(text=text, per_hour=5) as office:
        number = office.create(number="A-1")
        assert office.submit("event", {"name": "ping"}, deal=number).status == "done"
        for _ in range(9):
            newest = list(queries.list_outbox(office.store, deal=number))[-1]
            identity = f"{office.store.id}.{newest.epoch}.{newest.deal}.{newest.version}.{newest.part}"
            assert office.submit("event", {"name": "ping"}, deal=number, answers=identity).status == "done"
        history = [entry for entry in read.history(office.store, number) if entry.event.kind == "event"]
        assert len(history) == 10  # nothing is lost
        assert [entry.depth for entry in history[:7]] == [0, 1, 2, 3, 4, 5, 6]
        assert {entry.root for entry in history[1:]} == {history[0].row}
        assert len(list(queries.list_outbox(office.store, deal=number))) == 6
        assert [found.kind for found in queries.list_incidents(office.store)] == ["rate"]
        # whoever speaks of his own accord is heard as ever
        office.submit("event", {"name": "ping"}, deal=number)
        assert len(list(queries.list_outbox(office.store, deal=number))) == 7
