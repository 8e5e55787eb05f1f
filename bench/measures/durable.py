"""One durable event beside the same rows written raw: what reading, deciding and encoding cost on top of the disk.

The statements that an event makes the host write are recorded with their parameters and replayed on a copy of the
store; in the end both stores must hold the same rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from measures import recording, sales
from measures.harness import Act, Line, by_turns

LIMIT = 2.0
BLOCK = 20  # events an act, each committed by itself


def lines(quick: bool) -> list[Line]:
    """For each kind of event: read from the store anew and decided, and with the deal still in memory."""
    runs = 7 if quick else 25
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        return [line for kind in (*sales.KINDS, "create") for line in _kind(Path(folder), kind, runs)]


def _kind(folder: Path, kind: str, runs: int) -> list[Line]:
    base = folder / f"{kind}.db"
    with sales.open_file(base, create=True) as store:
        host = sales.host_on(store, sales.START)
        sales.team(host)
        numbers = sales.fill(host, kind, runs * BLOCK)
    sales.settled(base)
    statements = recorded(sales.copy_of(base, f"{kind}-recorded.db"), kind, numbers)
    paths = [sales.copy_of(base, f"{kind}-{name}.db") for name in ("read", "held", "raw", "row")]
    with (
        sales.hosted(paths[0], cache=0) as cold,
        sales.hosted(paths[1]) as warm,
        sales.open_file(paths[2]) as raw,
        sales.open_file(paths[3]) as row,
    ):
        row.db.execute("CREATE TABLE calibration (id INTEGER PRIMARY KEY, text TEXT)")
        if kind != "create":
            for number in numbers:
                warm.held(number)
        times = by_turns(
            {
                "event": _blocks(numbers, lambda n: sales.must([cold.submit(sales.act(kind, n))])),
                "event, deal in memory": _blocks(numbers, lambda n: sales.must([warm.submit(sales.act(kind, n))])),
                "the same writes raw": _blocks(range(len(numbers)), lambda n: recording.replay(raw.db, statements[n])),
                "one row": _blocks(
                    numbers,
                    lambda n: recording.replay(row.db, [("INSERT INTO calibration (text) VALUES (?)", [("x" * 200,)])]),
                ),
            },
            runs,
        )
        if recording.contents(cold.store.db) != recording.contents(raw.db):
            raise AssertionError(f"{kind}: the replay did not write what the host wrote")
    rows = sum(len(some) for _, some in statements[0])
    raw_us = times.medians["the same writes raw"] / BLOCK * 1e6
    one_us = times.medians["one row"] / BLOCK * 1e6
    note = f"{rows} rows, raw {raw_us:.0f} µs, one row {one_us:.0f} µs"
    beside = "the same writes raw"
    return [
        times.line("event", beside, f"{kind}", LIMIT, BLOCK, note=note),
        times.line("event, deal in memory", beside, f"{kind}, deal in memory", LIMIT, BLOCK),
    ]


def recorded(path: Path, kind: str, numbers: list[int]) -> list[list[recording.Statement]]:
    """What each event writes."""
    with sales.hosted(path, cache=0) as host:
        recorder = recording.Recorder(host.store.db)
        host.store.db = recorder  # type: ignore[assignment]
        found = []
        for number in numbers:
            recorder.take()
            sales.must([host.submit(sales.act(kind, number))])
            found.append(recording.writes(recorder.take()))
        return found


def _blocks(items: list[int] | range, act: Callable[[int], object]) -> Iterator[Act]:
    """The items by blocks, an act each."""
    for start in range(0, len(items), BLOCK):
        block = items[start : start + BLOCK]

        def run(block: list[int] | range = block) -> None:
            for item in block:
                act(item)

        yield run
