"""Memory of an engine at work, on a store of few deals and on one of many: what rests on the disk must rest there."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from measures import sales
from measures.harness import Line, calibration, seconds
from voronka.engine.host.commands import Command
from voronka.engine.store.store import Store

FEW, MANY = 10_000, 1_000_000
EVENTS = 20_000  # twice what the host's cache holds
GROUP = 100
STEP = 7919  # a prime: the deals that events come to lie all over the store
LIMIT = 8.0  # megabytes

# A deal's rows, each column as it is in its copy; the log is not copied, since nothing at work reads all of it.
_COPIES = {
    "states": "deal + :more, head, version, json_set(state, '$.id', deal + :more)",
    "deals": "id + :more, pipeline, stage, owner, created, entered, closed, reason, flags",
    "tasks": "deal + :more, id, name, path, assignee, lent, status, outcome, due, local, overdue, created, done_at,"
    " done_by, moved",
    "timers": "due, deal + :more, key, gen",
    "routes": "pipeline, field, value || '-' || :more, deal + :more",
}


def lines(quick: bool) -> list[Line]:
    """Peak memory of a process that opens the store, does events on deals all over it, and looks for what is due."""
    many = MANY // 5 if quick else MANY
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        few = Path(folder) / "few.db"
        with sales.open_file(few, create=True) as store:
            host = sales.host_on(store, sales.START)
            sales.team(host)
            for start in range(1, FEW + 1, GROUP):
                sales.must(host.submit_many([sales.fresh(n) for n in range(start, start + GROUP)]))
        sales.settled(few)
        with sales.open_file(large := sales.copy_of(few, "large.db")) as store:
            multiply(store, many // FEW)
        sales.settled(large)
        low, _ = _at_work(few, FEW)
        high, took = _at_work(large, many)
    loop = seconds(calibration, time.perf_counter)
    note = f"{high:.1f} MB beside {low:.1f} MB: {high - low:+.1f} MB, at most {LIMIT:+g}"
    return [Line(f"{many:,} deals", f"{FEW:,} deals", high / low, took, took / loop, (low + LIMIT) / low, note=note)]


def multiply(store: Store, times: int) -> None:
    """Write every deal down so many times, under numbers of its own."""
    db = store.db
    db.execute("BEGIN IMMEDIATE")
    for table, columns in _COPIES.items():
        number = "id" if table == "deals" else "deal"
        for more in range(FEW, times * FEW, FEW):
            db.execute(f"INSERT INTO {table} SELECT {columns} FROM {table} WHERE {number} <= {FEW}", {"more": more})
    db.execute("UPDATE stage_counts SET n = n * ?", (times,))
    db.execute("COMMIT")


def _at_work(path: Path, deals: int) -> tuple[float, float]:
    """Peak memory in megabytes of a process of its own, and the seconds one event took there."""
    context = multiprocessing.get_context("spawn")  # a forked one would begin with this one's memory
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(path, deals, there))
    process.start()
    there.close()  # so that its failure ends the waiting
    found: tuple[float, float] = here.recv()
    process.join()
    return found


def _work(path: Path, deals: int, out: Connection) -> None:
    with sales.hosted(path) as host:
        numbers = [n * STEP % deals + 1 for n in range(EVENTS)]
        began = time.perf_counter()
        for start in range(0, EVENTS, GROUP):
            chosen = enumerate(numbers[start : start + GROUP], start)
            sales.must(host.submit_many([Command("note", {"text": f"note {n}"}, deal) for n, deal in chosen]))
            host.next_due()
        took = (time.perf_counter() - began) / EVENTS
        out.send((_peak(), took))


def _peak() -> float:
    """Most memory this process ever had, in megabytes; not getrusage, which remembers what came before an exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
