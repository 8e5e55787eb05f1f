"""Group commit: many waiting commands in one transaction beside each in its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from measures import sales
from measures.harness import WALL, Act, Line, by_turns
from voronka.engine.host.host import Host

SIZES = (10, 64, 100)
BLOCK = 640  # divides by most sizes; the rest of a block is a smaller group
LEAST = 3.0  # for 64 waiting clients
SINGLE = "one by one"


def lines(quick: bool) -> list[Line]:
    """Events a second as a multiple of those committed one by one."""
    runs = 3 if quick else 7
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        base = Path(folder) / "base.db"
        with sales.open_file(base, create=True) as store:
            host = sales.host_on(store, sales.START)
            sales.team(host)
            numbers = sales.fill(host, "set", runs * BLOCK)
        sales.settled(base)
        sizes = (1, *SIZES)
        stores = [sales.open_file(sales.copy_of(base, f"{size}.db")) for size in sizes]
        hosts = [sales.host_on(store, sales.LATER) for store in stores]
        names = [SINGLE if size == 1 else f"groups of {size}" for size in sizes]
        times = by_turns(
            {name: _blocks(host, numbers, size) for name, host, size in zip(names, hosts, sizes, strict=True)},
            runs,
            WALL,
        )
        for store in stores:
            store.close()
    return [
        times.line(name, SINGLE, f"set, {name}: times as fast", LEAST if size == 64 else None, BLOCK, least=True)
        for name, size in zip(names[1:], SIZES, strict=True)
    ]


def _blocks(host: Host, numbers: list[int], size: int) -> Iterator[Act]:
    for start in range(0, len(numbers), BLOCK):
        yield _submit(host, numbers[start : start + BLOCK], size)


def _submit(host: Host, numbers: list[int], size: int) -> Callable[[], None]:
    def run() -> None:
        for start in range(0, len(numbers), size):
            sales.must(host.submit_many([sales.act("set", number) for number in numbers[start : start + size]]))

    return run
