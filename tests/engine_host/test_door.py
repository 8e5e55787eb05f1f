"""One door: every change is a command, answered when it is committed, whole or not at all (U10, R55)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine_host.office import DAY, START, Office
from voronka.engine.host.commands import Command, Reply
from voronka.engine.store import read
from voronka.engine.store.verify import verify


def reasons(reply: Reply) -> list[tuple[str, str]]:
    return [(unmet.kind, unmet.name) for unmet in reply.unmet]


def test_a_command_is_done_and_its_reply_says_what_changed() -> None:
    with Office() as office:
        number = office.create(number="A-1")
        reply = office.submit("set", {"fields": {"amount": Decimal("12.5")}}, deal=number, actor="anna")
        assert (reply.status, reply.deal, reply.version) == ("done", number, 2)
        assert ("set", "amount", Decimal("12.5")) in reply.changes
        assert reply.tx == office.store.counters.tx
        entry = read.history(office.store, number)[-1]
        assert (entry.event.kind, entry.event.actor, entry.event.at) == ("set", "anna", START)
        assert entry.event.data == {"fields": {"amount": Decimal("12.5")}}


REFUSED: list[tuple[Command, list[tuple[str, str]]]] = [
    (Command("move", {"stage": "offered"}, deal=1), [("require", "amount")]),
    (Command("move", {"stage": "nowhere"}, deal=1), [("unknown", "nowhere")]),
    (Command("set", {"fields": {"amount": Decimal(-1)}}, deal=1), [("check", "")]),
    (Command("set", {"fields": {"amount": "1200"}}, deal=1), [("type", "amount")]),
    (Command("set", {"fields": {"amount": Decimal("1e400")}}, deal=1), [("type", "amount")]),
    (Command("set", {"fields": {"amount": Decimal("NaN")}}, deal=1), [("type", "amount")]),
    (Command("set", {"fields": {"urgent": 1, "city": 5}}, deal=1), [("type", "urgent"), ("type", "city")]),
    (Command("set", {"fields": {"colour": "red"}}, deal=1), [("unknown", "colour")]),
    (Command("set", {"fields": {"phone": "сорок два"}}, deal=1), [("type", "phone")]),
    (Command("set", {"fields": {"client": 99}}, deal=1), [("type", "client")]),
    (Command("set", {"fields": {"client": 1}}, deal=1), [("type", "client")]),  # a deal, but no client
    (Command("set", {"fields": {"amount": Decimal(1)}}, deal=99), [("unknown", "99")]),
    (Command("create", {"fields": {"number": "A-1"}}, pipeline="sales"), [("unique", "number")]),
    (Command("create", {"fields": {}}, pipeline="sails"), [("unknown", "sails")]),
    (Command("create", {"fields": {}, "stage": "offered"}, pipeline="sales"), [("require", "amount")]),
    (Command("lose", {"reason": "bored"}, deal=1), [("unknown", "bored")]),
    (Command("assign", {"person": "nobody"}, deal=1), [("unknown", "nobody")]),
    (Command("event", {"name": "payment", "payload": {"amount": 5.0}}, deal=1), [("type", "amount")]),
    (Command("event", {"name": "nothing", "payload": {}}, deal=1), [("unknown", "nothing")]),
    (Command("incident", {"do": "resolve", "id": 77}), [("unknown", "77")]),
]


@pytest.mark.parametrize(("command", "unmet"), REFUSED)
def test_a_refused_command_says_everything_and_changes_nothing(command: Command, unmet: list[tuple[str, str]]) -> None:
    with Office() as office:
        office.create(number="A-1")
        rows = office.store.counters.row
        reply = office.host.submit(command)
        assert reply.status == "refused"
        assert reasons(reply) == unmet
        assert office.store.counters.row == rows
        assert reply.done == ()


DEEP: list[Any] = []
for _ in range(99):
    DEEP = [DEEP]

ERRORS = [
    Command("conquer", {}, deal=1),
    Command("move", {}, deal=1),
    Command("move", {"stage": "offered"}),
    Command("set", {"fields": ["amount"]}, deal=1),
    Command("note", {"text": object()}, deal=1),
    Command("note", {"text": "завтра"}, deal=1, at=START + 1),
    Command("event", {"name": "payment", "payload": [1]}, deal=1),
    Command("person", {"do": "promote", "name": "anna"}),
    Command("person", {"do": "absent"}),
    Command("incident", {"do": "ignore", "id": 1}),
    Command("incident", {}),
    Command("note", {"text": "\ud800"}, deal=1),
    Command("note", {"text": "a"}, deal=1, actor="\udfff"),
    Command("note", {"text": "a"}, deal=1, key="\udfff"),
    Command("note", {"text": "x" * 1_000_001}, deal=1),
    Command("event", {"name": "payment", "payload": {"deep": DEEP}}, deal=1),
]


@pytest.mark.parametrize("command", ERRORS)
def test_what_is_no_command_is_an_error_and_changes_nothing(command: Command) -> None:
    with Office() as office:
        office.create(number="A-1")
        rows = office.store.counters.row
        reply = office.host.submit(command)
        assert reply.status == "error"
        assert reply.message is not None
        assert reply.message.en != reply.message.ru
        assert office.store.counters.row == rows
        assert office.submit("note", {"text": "дальше"}, deal=1).status == "done"


def test_a_key_is_done_once_also_after_the_store_was_opened_again(tmp_path: Any) -> None:
    path = tmp_path / "voronka.db"
    command = Command("create", {"fields": {"number": "A-1"}}, pipeline="sales", key="import:1")
    with Office(path) as office:
        first = office.host.submit(command)
        again = office.host.submit(command)
        assert (first.status, again.status) == ("done", "duplicate")
        assert (again.deal, again.version, again.tx) == (first.deal, 1, first.tx)
    with Office(path) as office:
        third = office.host.submit(command)
        assert (third.status, third.deal) == ("duplicate", first.deal)
        assert office.store.db.execute("SELECT count(*) FROM deals").fetchone() == (1,)


def test_a_key_of_a_refused_command_may_be_tried_again() -> None:
    with Office() as office:
        number = office.create(number="A-1")
        move = Command("move", {"stage": "offered"}, deal=number, key="move-1")
        assert office.host.submit(move).status == "refused"
        office.submit("set", {"fields": {"amount": Decimal(1)}}, deal=number)
        assert office.host.submit(move).status == "done"
        assert office.host.submit(move).status == "duplicate"


def test_an_event_with_a_key_that_changes_nothing_is_remembered_too() -> None:
    with Office() as office:
        number = office.create(number="A-1")
        same = Command("set", {"fields": {"number": "A-1"}}, deal=number, key="k")
        assert office.host.submit(same).status == "done"
        assert office.host.submit(same).status == "duplicate"


def test_in_a_group_later_commands_see_earlier_ones_and_a_refused_one_fails_alone() -> None:
    with Office() as office:
        tx = office.store.counters.tx
        replies = office.host.submit_many(
            [
                Command("create", {"fields": {"number": "A-1"}}, pipeline="sales"),
                Command("create", {"fields": {"number": "A-1"}}, pipeline="sales"),
                Command("set", {"fields": {"amount": Decimal(7)}}, deal=1),
                Command("conquer", deal=1),
                Command("move", {"stage": "offered"}, deal=1),
                Command("create", {"fields": {"number": "A-2"}}, pipeline="sales", key="k"),
                Command("create", {"fields": {"number": "A-3"}}, pipeline="sales", key="k"),
            ]
        )
        assert [reply.status for reply in replies] == ["done", "refused", "done", "error", "done", "done", "duplicate"]
        assert office.store.counters.tx == tx + 1
        assert office.deal(1).stage == "offered"
        assert [office.deal(number).owner for number in (1, 2)] == ["anna", "ivan"]  # the refused one took no turn


@pytest.mark.parametrize("table", ["log", "states", "commits", "outbox", "entities"])
def test_a_failed_commit_fails_all_of_a_group_and_cached_states_are_dropped(table: str) -> None:
    with Office() as office:
        number = office.create(number="A-1", email="a@example.org", city="Тверь")
        trigger = f"CREATE TEMP TRIGGER no BEFORE INSERT ON main.{table} BEGIN SELECT RAISE(ABORT, 'disk'); END"
        office.store.db.execute(trigger)
        replies = office.host.submit_many(
            [
                Command("set", {"fields": {"amount": Decimal(7)}}, deal=number),
                Command("create", {"fields": {"number": "A-2"}}, pipeline="sales"),
                Command("move", {"stage": "offered"}, deal=number),
            ]
        )
        assert [reply.status for reply in replies] == ["error"] * 3
        assert all(reply.message is not None and "disk" in reply.message.en for reply in replies)
        office.store.db.execute("DROP TRIGGER no")
        assert office.deal(number).f["amount"] is None
        assert office.host.deal(number + 1) is None
        assert verify(office.store).ok
        assert office.create(number="A-2") == number + 1
        assert office.deal(number + 1).owner == "ivan"


def test_more_deals_than_the_cache_holds() -> None:
    with Office(cache=3) as office:
        numbers = [office.create(number=f"A-{n}") for n in range(10)]
        for number in numbers:
            office.submit("set", {"fields": {"amount": Decimal(number)}}, deal=number)
        assert len(office.host._cache) <= 3
        assert [office.deal(number).f["amount"] for number in numbers] == [Decimal(number) for number in numbers]


def test_values_get_their_one_spelling_at_the_door() -> None:
    with Office() as office:
        number = office.create(phone="8 (999) 123-45-67", email="Anna@Example.ORG", amount=5)
        fields = office.deal(number).f
        assert (fields["phone"], fields["email"], fields["amount"]) == ("+79991234567", "Anna@example.org", Decimal(5))


def test_events_may_be_entered_late_and_the_deals_clock_does_not_run_backwards() -> None:
    with Office() as office:
        number = office.create(number="A-1")
        reply = office.submit("note", {"text": "вчера звонил"}, deal=number, at=START - DAY)
        assert reply.status == "done"
        entry = read.history(office.store, number)[-1]
        assert (entry.event.at, entry.event.recorded_at) == (START - DAY, START)
        assert office.deal(number).now == START
