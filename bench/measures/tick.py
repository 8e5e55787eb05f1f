"""A tick with nothing due, at few and at many timers: what waits must cost nothing until it is due."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from measures import sales
from measures.harness import Line, by_turns
from voronka.engine.host.host import Host

LIMIT = 1.15
TICKS = 2_000
FEW, MANY = 10_000, 1_000_000
DAY = 86_400_000


def lines(quick: bool) -> list[Line]:
    """Stores alike but for the number of timers that wait."""
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        few, many = Path(folder) / "few.db", Path(folder) / "many.db"
        with sales.open_file(few, create=True) as small, sales.open_file(many, create=True) as large:
            hosts = sales.host_on(small, sales.START), sales.host_on(large, sales.START)
            pend(hosts[0], FEW)
            began = time.perf_counter()
            pend(hosts[1], MANY)
            built = time.perf_counter() - began
            names = f"{MANY:,} timers", f"{FEW:,} timers"
            times = by_turns(
                {names[0]: lambda: ticks(hosts[1]), names[1]: lambda: ticks(hosts[0])}, 11 if quick else 31
            )
    return [times.line(*names, f"a tick, {names[0]}", LIMIT, TICKS, note=f"built in {built:.1f} s")]


def pend(host: Host, count: int) -> None:
    """Put so many timers in the store, due from tomorrow on, as rows of deals that are not there."""
    tomorrow = sales.START + DAY
    rows = ((tomorrow + n * 7919 % (90 * DAY), n + 1, "v:limit", 1) for n in range(count))
    host.store.db.execute("BEGIN IMMEDIATE")
    host.store.db.executemany("INSERT INTO timers VALUES (?, ?, ?, ?)", rows)
    host.store.db.execute("COMMIT")


def ticks(host: Host) -> None:
    """What a daemon does when it wakes up: fire what is due up to now, and ask when to wake up next."""
    now = host.clock()
    for _ in range(TICKS):
        if host.advance(now):
            raise AssertionError("something was due")
        host.next_due()
