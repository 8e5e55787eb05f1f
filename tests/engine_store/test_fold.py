"""The log is the truth: folding it gives every table that is derived from it, whatever happened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.engine_store.ledger import NOON, Ledger, opened, story
from voronka.dsl.definition.values import Duration, Instant, canonical
from voronka.engine.deal.changes import Change, dump, encode_change, fold
from voronka.engine.deal.state import Deal
from voronka.engine.store import read
from voronka.engine.store.codec import Row, payload
from voronka.engine.store.verify import verify
from voronka.engine.store.writer import Writer

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.integers(0, 10**13).map(Instant),
    st.builds(Duration, st.integers(1, 99).map(Decimal), st.sampled_from(["day", "workhour"])),
    st.text(max_size=8),
    st.sampled_from(["§", "§abc", "\n", "'; DROP TABLE log; --", "Ё \N{FIRE}"]),
)
SMALL = st.integers(1, 3)
PHONES = st.sampled_from([None, "+79990000001", "+79990000002", "8 999 000-00-01"])
INSTANTS = st.integers(NOON, NOON + 10**9)


def timer(key: str) -> st.SearchStrategy[Change]:
    return st.tuples(st.just("timer"), st.just(key), INSTANTS, st.integers(1, 9), st.none())


CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(["amount", "text", "number", "year"]), VALUES),
    st.tuples(st.just("set"), st.sampled_from(["phone", "email"]), PHONES),
    st.tuples(st.just("set"), st.just("client"), st.one_of(st.none(), SMALL)),
    st.tuples(st.just("stage"), st.sampled_from(["new", "offered", "paid"]), INSTANTS),
    st.tuples(st.just("close"), INSTANTS, st.sampled_from([None, "price"])),
    st.just(("reopen",)),
    st.tuples(st.just("owner"), st.sampled_from([None, "anna", "ivan"])),
    st.sampled_from(["t:1", "v:limit", "p:robot:x"]).flatmap(timer),
    st.tuples(st.just("timer-"), st.sampled_from(["t:1", "v:limit", "p:robot:x"])),
    st.tuples(st.just("flag"), st.sampled_from(["limit", "nobody:x"]), st.sampled_from([None, {"at": 1}])),
    st.tuples(st.just("mark"), st.just("contact"), INSTANTS),
    st.tuples(st.just("count"), st.sampled_from(["r", "r@"]), SMALL),
    st.tuples(
        st.just("card"),
        st.just("client"),
        st.one_of(st.none(), st.fixed_dictionaries({"phone": PHONES, "name": VALUES})),
    ),
    st.tuples(st.just("book"), st.just("hall"), st.none()),
    st.tuples(st.just("seen"), st.just("3/client"), SMALL),
    st.tuples(
        st.just("effect"),
        st.fixed_dictionaries(
            {"kind": st.just("send"), "channel": st.just("email"), "event": st.just({"phone": "+7"})}
        ),
    ),
    st.tuples(st.just("note"), st.just({"kind": "note", "text": "звонил"})),
)


def task(number: int, due: int) -> Change:
    data = {"id": number, "name": "call", "path": "new/call", "created": NOON, "due": due, "event": {"phone": "+7999"}}
    return ("task", number, data)


EVENTS = st.lists(st.tuples(SMALL, INSTANTS, st.lists(CHANGES, max_size=6), st.booleans()), max_size=12)


@given(EVENTS, st.lists(st.booleans(), min_size=12, max_size=12))
def test_random_changes_fold_to_every_derived_table(events: Any, grouped: list[bool]) -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        for number in (1, 2, 3):
            ledger.create("sales" if number > 1 else "client", phone="+79990000009")
        writer = Writer(store, NOON).__enter__()
        for (number, at, changes, plans), again in zip(events, grouped, strict=False):
            extra = [task(ledger.deal(number).next_task, at)] if plans else []
            ledger.put(writer, number, "set", [*changes, *extra], at, data={"fields": {"phone": "+79990000001"}})
            if not again:
                writer.__exit__(None, None, None)
                writer = Writer(store, NOON).__enter__()
        writer.__exit__(None, None, None)
        report = verify(store)
        assert report.problems == ()
        for number, held in ledger.held.items():
            stored = read.deal(store, number)
            assert stored is not None
            assert canonical(dump(stored)) == canonical(dump(held.deal))


@given(EVENTS)
def test_history_gives_back_what_was_written(events: Any) -> None:
    with opened(":memory:") as store:
        ledger = Ledger(store)
        written: list[Any] = []
        for _, at, changes, _ in events:
            all_changes = changes if written else [("new", "sales", NOON), ("stage", "new", NOON), *changes]
            ledger.record(1, "set", all_changes, at)
            written.append((at, [encode_change(change) for change in all_changes]))
        history = read.history(store, 1)
        assert [(e.event.at, [encode_change(change) for change in e.changes]) for e in history] == written
        assert [e.version for e in history] == list(range(1, len(written) + 1))
        folded = Deal(1, "")
        for entry in history:
            fold(folded, entry.changes, entry.event.at, "f" * 32)
        if written:
            assert canonical(dump(folded)) == canonical(dump(ledger.deal(1)))


def test_the_same_events_give_the_same_bytes(tmp_path: Path) -> None:
    rows: list[list[Row]] = []
    for name in ("a.db", "b.db"):
        with opened(tmp_path / name) as store:
            story(Ledger(store))
            rows.append(list(read.rows_after(store, 0)))
            assert store.counters.digest == bytes.fromhex(verify(store).digest)
    assert rows[0] == rows[1]


def test_rows_of_an_older_format_are_brought_up_step_by_step() -> None:
    stored = Row(1, 1, 0, 1, 1, 0, NOON, NOON, "", 1, "0.1", '{"kind":"set"}', '[["old",1]]', 1)

    def rename(data: tuple[dict[str, Any], list[Any]]) -> tuple[dict[str, Any], list[Any]]:
        return data[0], [["mid", *change[1:]] for change in data[1]]

    def double(data: tuple[dict[str, Any], list[Any]]) -> tuple[dict[str, Any], list[Any]]:
        return data[0], [["count", "r", change[1] * 2] for change in data[1]]

    assert payload(stored, {1: rename, 2: double}, 3) == ({"kind": "set"}, [["count", "r", 2]])
    assert payload(stored._replace(format=2), {2: double}, 3)[1] == [["count", "r", 2]]


def test_columns_cannot_be_shifted_into_each_other_under_one_digest() -> None:
    row = Row(1, 1, 0, 1, 1, 0, NOON, NOON, "anna", 1, "0.1", "{}", "[]", 1)
    others = [
        row._replace(actor='anna", 1, "0'),
        row._replace(event="{}\n[]", changes=""),
        row._replace(event="", changes="{}\n[]"),
        row._replace(entity=11, version=0),
        *(Row._make([*row[:n], 7 if isinstance(value, int) else "x", *row[n + 1 :]]) for n, value in enumerate(row)),
    ]
    assert len({other.digested() for other in [row, *others]}) == len(others) + 1
