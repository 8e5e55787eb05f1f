"""What an event, a tick, a condition and a check cost, counted: statements, encodings, instructions. No clock is read.

Times belong to bench/run.py. These counts say why the times are what they are, and are the same on every machine. They
are limits: fewer is fine; whoever needs more says here why.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from measures import conditions, durable, recording, sales, texts, tick

from voronka.dsl.check import check
from voronka.engine.compile import Ctx, condition
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.stdlib import arithmetic
from voronka.stdlib.library import Library

# --- one durable event


@pytest.fixture
def host() -> Any:
    with sales.open_file(":memory:") as store:
        host = sales.host_on(store, sales.START)
        sales.team(host)
        yield host


def statements(host: Host, *commands: Command) -> Counter[str]:
    """The statements that SQLite runs for commands in one transaction, by their first word."""
    seen: Counter[str] = Counter()
    host.store.db.set_trace_callback(lambda sql: seen.update([sql.split()[0]]))
    try:
        sales.must(host.submit_many(commands))
    finally:
        host.store.db.set_trace_callback(None)
    return seen


def calls(act: Callable[[], object]) -> Counter[tuple[str, str]]:
    """How often each Python function is called meanwhile, by file and name."""
    seen: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            seen[Path(frame.f_code.co_filename).as_posix(), frame.f_code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return seen


def called(seen: Counter[tuple[str, str]], file: str, name: str) -> int:
    return sum(n for (path, function), n in seen.items() if path.endswith(file) and function == name)


# kind -> rows written, and questions to the database
EVENTS = {"set": (3, 4), "done": (17, 5), "move": (13, 5), "create": (18, 5)}


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_writes_its_rows_and_asks_little(host: Host, kind: str) -> None:
    written, asked = EVENTS[kind]
    sales.must([host.submit(sales.fresh(1))])  # what is asked once and remembered has been asked
    seen = statements(host, sales.act(kind, sales.fill(host, kind, 1)[0]))
    assert seen["BEGIN"] == seen["COMMIT"] == 1
    assert seen["INSERT"] + seen["UPDATE"] + seen["DELETE"] <= written
    assert seen["SELECT"] <= asked


def test_a_deal_that_is_not_in_memory_costs_two_questions_more(host: Host) -> None:
    one, other = sales.fill(host, "set", 2)
    held = statements(host, sales.act("set", one))
    host.drop()
    assert statements(host, sales.act("set", other))["SELECT"] <= held["SELECT"] + 2


def test_an_event_costs_the_same_after_many_others(host: Host) -> None:
    (deal,) = sales.fill(host, "set", 1)
    early = statements(host, Command("note", {"text": "раз"}, deal))
    for n in range(200):
        sales.must([host.submit(Command("note", {"text": f"{n}"}, deal))])
    assert statements(host, Command("note", {"text": "два"}, deal)) == early


@pytest.mark.parametrize(("kind", "encodings"), [("set", 4), ("done", 5), ("move", 5), ("create", 12)])
def test_each_text_is_encoded_once(host: Host, kind: str, encodings: int) -> None:
    """Event, changes, state, the digest's head, and what is asked by name; a rotation has texts of its own."""
    command = sales.act(kind, sales.fill(host, kind, 1)[0])
    seen = calls(lambda: sales.must([host.submit(command)]))
    assert 2 < called(seen, "dsl/definition/values.py", "canonical") <= encodings


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_is_decided_once_whatever_it_asks(host: Host, kind: str) -> None:
    command = sales.act(kind, sales.fill(host, kind, 1)[0])
    seen = calls(lambda: sales.must([host.submit(command)]))
    assert called(seen, "engine/decide/__init__.py", "decide") == 1


def test_a_group_is_one_transaction(host: Host) -> None:
    """What 64 waiting clients share: one BEGIN, one COMMIT, one row in the chain."""
    deals = sales.fill(host, "set", 64)
    before = host.store.counters.tx
    seen = statements(host, *(sales.act("set", deal) for deal in deals))
    assert (seen["BEGIN"], seen["COMMIT"]) == (1, 1)
    assert host.store.counters.tx == before + 1


@pytest.mark.parametrize("kind", EVENTS)
def test_the_writes_that_the_measure_replays_are_the_hosts(tmp_path: Path, kind: str) -> None:
    base = tmp_path / "base.db"
    with sales.open_file(base, create=True) as store:
        host = sales.host_on(store, sales.START)
        sales.team(host)
        numbers = sales.fill(host, kind, 3)
    sales.settled(base)
    transactions = durable.recorded(sales.copy_of(base, "recorded.db"), kind, numbers)
    assert len(transactions) == 3
    with sales.hosted(sales.copy_of(base, "host.db")) as real, sales.open_file(sales.copy_of(base, "raw.db")) as raw:
        before = recording.contents(raw.db)
        sales.must(real.submit(sales.act(kind, number)) for number in numbers)
        for transaction in transactions:
            recording.replay(raw.db, transaction)
        assert before != recording.contents(raw.db) == recording.contents(real.store.db)


# --- a tick


def steps(host: Host) -> int:
    """How many instructions SQLite's machine carries out for one tick."""
    seen: Counter[str] = Counter()
    host.store.db.set_progress_handler(lambda: seen.update(["step"]), 1)
    try:
        assert host.advance(host.clock()) == 0
        host.next_due()
    finally:
        host.store.db.set_progress_handler(None, 1)
    return seen["step"]


def test_a_tick_with_nothing_due_reads_the_same_whatever_waits(host: Host) -> None:
    tick.pend(host, 1_000)
    few = steps(host)
    with sales.open_file(":memory:") as store:
        other = sales.host_on(store, sales.START)
        tick.pend(other, 100_000)
        assert steps(other) == few


# --- conditions


def instructions(test: Callable[[Any, Any], Any], d: Any, c: Any) -> int:
    """How many bytecode instructions a call carries out, its own and those of loops beside it; exact arithmetic is a
    library's, and calling it counts."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename == arithmetic.__file__:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        test(d, c)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("text", conditions.CASES)
def test_a_compiled_condition_takes_hardly_more_steps_than_one_by_hand(text: str) -> None:
    expr, by_hand = conditions.CASES[text]
    d, c = conditions.a_deal(), Ctx(100, None)  # type: ignore[arg-type]
    compiled = condition(expr)
    assert compiled(d, c) is by_hand(d, c)
    assert instructions(compiled, d, c) <= 1.15 * instructions(by_hand, d, c) + 2


def test_many_rules_in_one_function_take_fewer_steps_than_many_functions() -> None:
    together, one_by_one = conditions.fused()
    d, c = conditions.a_deal(), Ctx(100, None)  # type: ignore[arg-type]
    assert 2 * instructions(together, d, c) < instructions(one_by_one, d, c)


# --- checking


def test_every_file_is_parsed_once(tmp_path: Path) -> None:
    """The 2,000 lines of the measure, and the modules of the library that they use: eleven texts, eleven passes."""
    path = texts.workspace(tmp_path, 2_000)
    assert 2_000 <= path.read_text(encoding="utf-8").count("\n") < 2_500
    seen = calls(lambda: check([path], Library(), display_root=tmp_path))
    used = sum(line.startswith("use std.") for line in path.read_text(encoding="utf-8").splitlines())
    assert called(seen, "dsl/syntax/parser.py", "parse") == 1 + used


def test_checking_needs_no_grammar_and_no_store() -> None:
    """The parse tables are made beforehand; what a check does not need is not imported."""
    code = (
        "import sys; from pathlib import Path; from voronka.dsl.check import check;"
        "from voronka.stdlib.library import Library;"
        f"check([Path({str(sales.PIPELINES / 'tobiz.pipeline')!r})], Library());"
        "print(*sorted({'lark', 'sqlite3', 'sqlite_utils', 'rich'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == []
