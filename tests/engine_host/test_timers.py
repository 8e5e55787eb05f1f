"""Time: what is due happens in order, once, and nothing stands for ever or vanishes (Meaning 4, 6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine_host.office import DAY, HOUR, MINUTE, OFFICE, START, Office, instant
from voronka.engine.deal.changes import apply
from voronka.engine.deal.protocol import Asks, Decision, Event
from voronka.engine.decide import decide
from voronka.engine.host import queries
from voronka.engine.host.commands import Command, Done
from voronka.engine.program.build import Program
from voronka.engine.store import read


def test_what_is_due_happens_in_order_of_time_deal_and_path() -> None:
    with Office() as office:
        first = office.create()
        office.now += MINUTE
        second = office.create()
        office.now -= MINUTE
        third = office.create()
        steps: list[Done] = []
        office.now = START + DAY
        made = office.host.advance(office.now, steps.append)
        assert made == len(steps) == 3
        assert [(step.deal, step.event.at) for step in steps] == [
            (first, START + 2 * HOUR),
            (third, START + 2 * HOUR),
            (second, START + 2 * HOUR + MINUTE),
        ]
        assert {step.event.actor for step in steps} == {"robot"}
        assert all(office.deal(number).tasks[1].overdue for number in (first, second, third))
        assert office.host.next_due() is None


def test_a_command_finds_everything_done_that_was_due_before_it() -> None:
    with Office() as office:
        number = office.create()
        office.now += DAY
        office.submit("note", {"text": "утро"}, deal=number)
        assert [entry.event.kind for entry in read.history(office.store, number)] == ["create", "timer", "note"]


def test_commands_of_the_past_fire_only_what_was_due_then() -> None:
    with Office() as office:
        office.now = START + 30 * DAY
        commands = [
            Command("create", {"fields": {}}, pipeline="sales", at=START, imported=True),
            Command("note", {"text": "a"}, deal=1, at=START + HOUR, imported=True),
            Command("note", {"text": "b"}, deal=1, at=START + 3 * HOUR, imported=True),
        ]
        assert [reply.status for reply in office.host.submit_many(commands)] == ["done"] * 3
        history = read.history(office.store, 1)
        assert [entry.event.kind for entry in history] == ["create", "note", "timer", "note"]
        assert [entry.event.recorded_at for entry in history] == [office.now] * 4
        # whatever an import sets off is written down and never sent
        assert {effect.status for effect in queries.list_outbox(office.store)} == {"suppressed"}


def test_timers_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with Office(path) as office:
        number = office.create()
        assert office.host.next_due() == START + 2 * HOUR
    with Office(path) as office:
        assert office.host.next_due() == START + 2 * HOUR
        office.wait(2 * HOUR)
        assert office.deal(number).tasks[1].overdue


def reminders(office: Office) -> int:
    return sum(effect.intent["kind"] == "notify" for effect in queries.list_outbox(office.store))


@pytest.mark.parametrize(("late_after", "count"), [(None, 3), (HOUR, 1)])
def test_after_a_long_stop_what_recurs_happens_once_and_not_in_a_burst(late_after: int | None, count: int) -> None:
    text = OFFICE.replace("    task call", "    # task call", 1)
    with Office(text=text, late_after=late_after) as office:
        number = office.create(amount=5)
        office.submit("move", {"stage": "offered"}, deal=number)
        office.now = instant("2026-11-30 12:00")
        office.host.advance(office.now)
        assert reminders(office) == count
        due = office.host.next_due()
        assert due is None or due > office.now


def test_a_timer_moved_into_the_past_of_another_deal_is_still_fired_in_order() -> None:
    with Office() as office:
        numbers = [office.create() for _ in range(3)]
        office.submit("reschedule", {"task": "call", "due": START + HOUR}, deal=numbers[2])
        steps: list[Done] = []
        office.now += DAY
        office.host.advance(office.now, steps.append)
        assert [step.deal for step in steps] == [numbers[2], numbers[0], numbers[1]]


def test_a_timer_that_cannot_be_decided_turns_the_deal_red_and_does_not_stand_for_ever() -> None:
    def stumbling(program: Program, deal: Any, event: Event) -> Decision | Asks:
        if event.kind == "timer":
            raise ZeroDivisionError("by nothing")
        return decide(program, deal, event)

    with Office(decide=stumbling) as office:
        number = office.create()
        other = office.create()
        office.wait(DAY)
        assert office.host.next_due() is None
        incidents = list(queries.list_incidents(office.store))
        assert [(i.kind, i.deal, i.data["timer"]) for i in incidents] == [("timer", n, "t:1") for n in (number, other)]
        assert "ZeroDivisionError" in incidents[0].data["text"]
        assert office.deal(number).flags[f"incident:{incidents[0].id}"]["timer"] == "t:1"
        assert office.submit("resolve", {"flag": f"incident:{incidents[0].id}"}, deal=number).status == "done"
        assert len(list(queries.list_incidents(office.store))) == 1


def test_a_timer_that_sets_itself_again_for_the_same_instant_is_stopped() -> None:
    def stubborn(program: Program, deal: Any, event: Event) -> Decision | Asks:
        if event.kind == "timer":
            mark = ("mark", "contact", event.at)
            after = deal.copy()
            apply(after, mark)
            return Decision(after, [mark])
        return decide(program, deal, event)

    with Office(decide=stubborn) as office:
        number = office.create()
        office.wait(DAY)
        assert office.host.next_due() is None
        assert [incident.kind for incident in queries.list_incidents(office.store)] == ["timer"]
        assert office.deal(number).flags


def test_an_event_that_cannot_be_decided_fails_alone_in_its_group() -> None:
    def stumbling(program: Program, deal: Any, event: Event) -> Decision | Asks:
        if event.kind == "note":
            raise AssertionError("never")
        return decide(program, deal, event)

    with Office(decide=stumbling) as office:
        number = office.create()
        replies = office.host.submit_many(
            [
                Command("contact", {}, deal=number),
                Command("note", {"text": "a"}, deal=number),
                Command("contact", {}, deal=number),
            ]
        )
        assert [reply.status for reply in replies] == ["done", "error", "done"]
