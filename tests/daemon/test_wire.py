"""Commands and replies come out of the socket as they went in."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine_host.office import DAY, START, Office
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.daemon.wire import command_data, command_of, packed, reply_data, reply_of, unpacked
from voronka.engine.host.commands import Command, Reply

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.one_of(
    st.none(),
    texts,
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
    st.dates(),
    st.integers(0, 2**41).map(Instant),
    st.tuples(st.decimals(0, 999, places=1), st.sampled_from(["day", "workday"])).map(lambda pair: Duration(*pair)),
    st.lists(texts, max_size=3).map(tuple),
    st.lists(st.integers(1, 99), min_size=1, max_size=3).map(tuple),
)
data = st.dictionaries(texts, st.one_of(values, st.dictionaries(texts, values), st.lists(values, max_size=3)))
commands = st.builds(
    Command,
    kind=texts,
    data=data,
    deal=st.none() | st.integers(1, 2**62),
    pipeline=st.none() | texts.filter(bool),
    at=st.none() | st.integers(1, 2**42),
    actor=texts,
    key=st.none() | texts.filter(bool),
    follows=st.booleans(),
)


def through(data: dict[str, Any]) -> dict[str, Any]:
    return unpacked(packed(data))


@given(commands)
def test_any_command(command: Command) -> None:
    again = command_of(through({"c": command_data(command)})["c"])
    assert again == command
    assert repr(again.data) == repr(command_of(json.loads(json.dumps(command_data(command)))).data)


def replies() -> list[Reply]:
    """One of every sort, from a host: with effects and their texts, answers, tunnels, refusals with operands."""
    with Office() as office:
        found = [office.submit("create", {"fields": {"number": "1", "amount": Decimal("-5")}}, pipeline="sales")]
        found += [office.submit("create", {"fields": {"phone": "+79991112233", "number": "1"}}, pipeline="sales")]
        found += [office.submit("create", {"fields": {"number": "1"}}, pipeline="sales")]
        found += [office.submit("move", {"stage": stage}, deal=1) for stage in ("offered", "checked", "nowhere")]
        found += [office.submit("set", {"fields": {"amount": Decimal("12.50"), "city": "Тверь"}}, deal=1, key="k")]
        found += [office.submit("set", {"fields": {"amount": Decimal("12.50")}}, deal=1, key="k")]
        found += [office.submit("move", {"stage": "offered"}, deal=1)]
        found += [office.submit("event", {"name": name, "payload": {"number": "1"}}) for name in ("ping", "nothing")]
        found += [office.submit("person", {"do": "absent", "name": "ivan", "until": START + DAY})]
        found += [office.submit("move", {"stage": "paid"}, deal=1), office.submit("note", {}, deal=99)]
        found += [office.submit("note", {}, at=START + DAY, deal=1), office.submit("nonsense", {}, deal=1)]
    assert {reply.status for reply in found} >= {"done", "refused", "duplicate", "kept", "unrouted", "error"}
    return found


@pytest.mark.parametrize("reply", replies(), ids=lambda reply: f"{reply.status}-{len(reply.done)}")
def test_replies_of_every_sort(reply: Reply) -> None:
    assert reply_of(through({"r": reply_data(reply)})["r"]) == reply


def test_kinds_of_values_survive() -> None:
    given = {"t": Instant(5), "i": 5, "d": date(2026, 2, 3), "n": Decimal("1.50"), "u": Duration(Decimal(3), "day")}
    again = command_of(through({"c": command_data(Command("set", given))})["c"]).data
    assert again == given
    assert [type(value) for value in again.values()] == [type(value) for value in given.values()]
