"""Reading an event log of 200,000 rows and mining it, beside reading its rows and sorting them by hand."""

from __future__ import annotations

import csv
import random
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from measures.harness import Line, by_turns
from voronka.engine.discover.findings import understand
from voronka.engine.discover.reading import Choices, read_log
from voronka.stdlib.zones import zone

ROWS = 200_000
STAGES = ("Request received", "Needs known", "Offer sent", "Contract signed", "Paid")
BY_HAND = "csv.reader, fromisoformat, sorted"


def lines(quick: bool) -> list[Line]:
    """Reading alone, and all that a draft needs."""
    rows = ROWS // 10 if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        path = Path(folder) / "log.csv"
        path.write_text(_text(rows), encoding="utf-8")

        def by_hand() -> None:
            cases: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
            with path.open(encoding="utf-8", newline="") as file:
                for row in list(csv.reader(file))[1:]:
                    cases[row[0]].append((datetime.fromisoformat(row[2]), row[1]))
            for events in cases.values():
                events.sort()

        def read() -> None:
            log, found = read_log([path], Choices())
            if found.count or len(log) != rows:
                raise AssertionError(found.problems)

        def whole() -> None:
            understand(read_log([path], Choices())[0], zone("UTC"))

        times = by_turns({"read": read, "whole": whole, BY_HAND: by_hand}, 3 if quick else 7)
    return [
        times.line("read", BY_HAND, f"a log of {rows:,} rows read"),
        times.line("whole", BY_HAND, f"a log of {rows:,} rows read and mined", note=f"{times.medians['whole']:.2g} s"),
    ]


def _text(rows: int) -> str:
    chance = random.Random(5)
    made = ["deal,stage,time,manager,amount,source"]
    start = datetime(2026, 1, 5, 9)
    deal = 0
    while len(made) <= rows:
        deal += 1
        at = start + timedelta(minutes=chance.randrange(500_000))
        for stage in STAGES[: 1 + chance.randrange(len(STAGES))]:
            amount = str(chance.randrange(1_000, 90_000)) if stage != STAGES[0] else ""
            made.append(f"D{deal},{stage},{at.isoformat(sep=' ')},m{deal % 20},{amount},{('site', 'call')[deal % 2]}")
            at += timedelta(minutes=1 + chance.randrange(10_000))
    return "\n".join(made[: rows + 1]) + "\n"
