"""One durable event beside the same rows written raw: what reading, deciding and encoding cost on top of the disk.

The statements that an event makes the host write are recorded with their parameters and replayed on a copy of the
store; in the end both stores must hold the same rows.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from measures import recording, sales
from measures.harness import WALL, Act, Line, by_turns

LIMIT = 2.0
BLOCK = 20  # events an act, each committed by itself
RAW = "the same writes raw"
MEMORY = Path("/dev/shm")  # a folder in memory, where this system has one


def lines(quick: bool) -> list[Line]:
    """Each kind of event with the deal read from the store anew, and with the deal still in memory.

    Where there is a folder in memory, once more there, in processor time: what is left when no disk is waited for.
    """
    runs = 7 if quick else 25
    found = []
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        for kind in sales.KINDS:
            found += _kind(Path(folder), kind, runs, LIMIT)
    if MEMORY.is_dir():
        with tempfile.TemporaryDirectory(prefix="voronka-bench-", dir=MEMORY) as folder:
            for kind in sales.KINDS:
                line = _kind(Path(folder), kind, runs, None)[0]
                found.append(replace(line, what=f"{kind}, no disk"))
    return found


def _kind(folder: Path, kind: str, runs: int, limit: float | None) -> list[Line]:
    base = folder / f"{kind}.db"
    with sales.open_file(base, create=True) as store:
        host = sales.host_on(store, sales.START)
        sales.team(host)
        numbers = sales.fill(host, kind, runs * BLOCK)
    sales.settled(base)
    transactions = recorded(sales.copy_of(base, f"{kind}-recorded.db"), kind, numbers)
    paths = [sales.copy_of(base, f"{kind}-{name}.db") for name in ("read", "held", "raw", "row")]
    with (
        sales.hosted(paths[0], cache=0) as cold,
        sales.hosted(paths[1]) as warm,
        sales.open_file(paths[2]) as raw,
        sales.open_file(paths[3]) as row,
    ):
        row.db.execute("CREATE TABLE calibration (id INTEGER PRIMARY KEY, text TEXT)")
        one_row: list[recording.Statement] = [("INSERT INTO calibration (text) VALUES (?)", [("x" * 200,)])]
        if kind != "create":
            for number in numbers:
                warm.held(number)
        acts = {
            "read": _blocks(numbers, lambda n: sales.must([cold.submit(sales.act(kind, n))])),
            "held": _blocks(numbers, lambda n: sales.must([warm.submit(sales.act(kind, n))])),
            RAW: _blocks(range(len(numbers)), lambda n: recording.replay(raw.db, transactions[n])),
            "row": _blocks(numbers, lambda n: recording.replay(row.db, one_row)),
        }
        times = by_turns(acts, runs, WALL if limit else time.process_time)
        if recording.contents(cold.store.db) != recording.contents(raw.db):
            raise AssertionError(f"{kind}: the replay did not write what the host wrote")
    rows = sum(len(some) for _, some in transactions[0])
    raw_us, row_us = (times.medians[name] / BLOCK * 1e6 for name in (RAW, "row"))
    note = f"{rows} rows: raw {raw_us:.0f} µs, a single row {row_us:.0f} µs"
    found = [times.line("read", RAW, kind, limit, BLOCK, note=note)]
    if kind != "create":
        found.append(times.line("held", RAW, f"{kind}, deal in memory", limit, BLOCK))
    return found


def recorded(path: Path, kind: str, numbers: list[int]) -> list[list[recording.Statement]]:
    """What each event writes."""
    with sales.hosted(path, cache=0) as host, recording.recorded(host.store) as recorder:
        sales.must(host.submit(sales.act(kind, number)) for number in numbers)
        return recorder.transactions


def _blocks(items: list[int] | range, act: Callable[[int], object]) -> Iterator[Act]:
    """The items by blocks, an act each."""
    for start in range(0, len(items), BLOCK):
        block = items[start : start + BLOCK]

        def run(block: list[int] | range = block) -> None:
            for item in block:
                act(item)

        yield run
