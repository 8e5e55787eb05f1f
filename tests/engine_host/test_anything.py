"""Whatever is asked, in whatever order: the log folds to the tables, and the same wishes give the same bytes (U10)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_host.office import DAY, HOUR, Office
from tests.engine_host.test_effects import with_texts
from voronka.engine.host import queries
from voronka.engine.host.commands import Command
from voronka.engine.store import read
from voronka.engine.store.codec import DEAL
from voronka.engine.store.verify import verify

PHONES = ["+79991234567", "+79990000001", "8 999 123-45-67"]
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "number": st.sampled_from(["A-1", "A-2", "A-3", None]),
        "phone": st.sampled_from([*PHONES, None, "нет"]),
        "email": st.sampled_from(["anna@example.org", "ivan@example.org"]),
        "amount": st.sampled_from([Decimal(100), Decimal("0.5"), Decimal(-1), None]),
        "client": st.sampled_from([1, 2, 99, None]),
        "city": st.sampled_from(["Тверь", "§", None]),
    },
)
DEALS = st.sampled_from([1, 3, 3, 4, 4, 5, 9])
KEYS = st.sampled_from([None, None, None, "k1", "k2"])


def wish(kind: str, data: st.SearchStrategy[dict[str, Any]], **more: Any) -> st.SearchStrategy[Any]:
    deal = more.pop("deal", DEALS)
    return st.builds(
        lambda data, deal, key, actor: Command(kind, data, deal, key=key, actor=actor, **more),
        data,
        deal,
        KEYS,
        st.sampled_from(["", "anna", "olga"]),
    )


NONE: st.SearchStrategy[None] = st.none()
PERSONS = st.sampled_from(["anna", "ivan", "yuri", "olga"])


def person(do: str, **facts: Any) -> st.SearchStrategy[Any]:
    return wish("person", st.builds(lambda name: {"do": do, "name": name, **facts}, PERSONS), deal=NONE)


COMMANDS = st.one_of(
    wish("create", st.builds(lambda fields: {"fields": fields}, FIELDS), pipeline="sales", deal=NONE),
    wish(
        "create",
        st.fixed_dictionaries({"fields": st.fixed_dictionaries({"name": st.sampled_from(["Ромашка", "Лютик"])})}),
        pipeline="client",
        deal=NONE,
    ),
    wish("set", st.builds(lambda fields: {"fields": fields}, FIELDS)),
    wish("move", st.sampled_from([{"stage": name} for name in ("new", "offered", "checked", "paid", "lost")])),
    wish("lose", st.just({"reason": "price"})),
    wish("reopen", st.just({"stage": "new"})),
    wish("done", st.just({"task": "call"})),
    wish("reschedule", st.just({"task": "call", "due": 1_795_700_000_000})),
    wish("event", st.just({"name": "payment", "payload": {"amount": Decimal(5)}, "by": {"number": "A-1"}}), deal=NONE),
    wish(
        "event",
        st.builds(lambda phone: {"name": "request", "payload": {"phone": phone}}, st.sampled_from(PHONES)),
        deal=NONE,
    ),
    wish("event", st.just({"name": "ping", "payload": {}})),
    wish("assign", st.builds(lambda name: {"person": name}, PERSONS)),
    person("absent", until=1_795_600_000_000),
    person("leave"),
    person("back"),
)
STEPS = st.lists(
    st.one_of(st.lists(COMMANDS, min_size=1, max_size=4), st.sampled_from([HOUR, 3 * HOUR, DAY])), max_size=14
)


def walk(office: Office, steps: Any) -> list[str]:
    """Begin with two clients and two deals, so that most wishes find somebody to do something with."""
    statuses: list[str] = []
    for number in (1, 2):
        office.create("client", name=f"Клиент {number}")
    for number in (1, 2):
        office.create(number=f"A-{number}", amount=5, client=number, city="Тверь", email="anna@example.org")
    for step in steps:
        if isinstance(step, int):
            office.wait(step)
        else:
            statuses += [reply.status for reply in office.host.submit_many(step)]
    return statuses


@pytest.mark.requirement("U10")
@settings(max_examples=60)
@given(STEPS)
def test_random_wishes_leave_a_store_that_agrees_with_its_log(steps: Any) -> None:
    with with_texts(cache=2, group=3) as one, with_texts() as two:
        assert walk(one, steps) == walk(two, steps)
        report = verify(two.store)
        assert report.ok, report.problems
        for office in (one, two):
            log = "".join(row.event + row.changes for row in read.rows_after(office.store, 0))
            assert "9991234567" not in log
            assert "999 123" not in log
            assert "example.org" not in log
        # how many deals are cached and how much fits a transaction changes nothing but the transactions
        assert happened(one) == happened(two)
        assert queries.info(two.store).inbox == 0


def happened(office: Office) -> list[tuple[Any, ...]]:
    """The events of deals, without what tells transactions from each other."""
    rows = read.rows_after(office.store, 0)
    return [(row.entity, row.version, row.at, row.actor, row.changes) for row in rows if row.kind == DEAL]


@settings(max_examples=20)
@given(STEPS)
def test_the_same_wishes_give_the_same_bytes(steps: Any) -> None:
    with with_texts() as one, with_texts() as two:
        walk(one, steps)
        walk(two, steps)
        assert list(read.rows_after(one.store, 0)) == list(read.rows_after(two.store, 0))
        assert one.store.counters.digest == two.store.counters.digest


WORKER = """
import sys
from tests.engine_host.office import DAY, Office
from voronka.engine.host.commands import Command

office = Office(sys.argv[1], group=5)
card = office.create("client", name="Ромашка") if office.host.deal(1) is None else 1
count = office.store.counters.deal
while True:
    count += 1
    key = f"create-{count}"
    made = Command("create", {"fields": {"number": key, "client": card}}, pipeline="sales", key=key)
    reply = office.host.submit(made)
    print(key, reply.status, flush=True)
    key = f"name-{count}"
    reply = office.host.submit(Command("set", {"fields": {"name": f"Ромашка {count}"}}, card, key=key))
    print(key, reply.status, flush=True)
    if count % 4 == 0:
        office.wait(DAY)
"""


@pytest.mark.requirement("U10")
def test_a_killed_host_has_done_whatever_it_answered_and_goes_on(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    path = tmp_path / "voronka.db"
    dice = random.Random(20261122)
    environment = {**os.environ, "PYTHONPATH": str(pytestconfig.rootpath)}
    answered: set[str] = set()
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path)], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdout is not None
        for _ in range(dice.randrange(3, 20)):
            key, status = process.stdout.readline().split()
            assert status == "done"
            answered.add(key)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with Office(path) as office:
            known = {key for (key,) in office.store.db.execute("SELECT key FROM keys")}
            assert answered <= known
            names = {row.id: office.deal(row.id) for row in queries.list_deals(office.store, pipeline="sales")}
            card = office.deal(1).f["name"]
            assert {deal.cards["client"]["name"] for deal in names.values()} == {card}
            assert len({deal.f["number"] for deal in names.values()}) == len(names)
