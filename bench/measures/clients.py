"""Clients of a running daemon, each waiting for its answer before it asks again: 64 at a time beside one."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measures import sales
from measures.harness import WALL, Act, Line, by_turns
from voronka.engine.daemon.client import Line as Connection
from voronka.engine.daemon.daemon import Daemon
from voronka.engine.daemon.wire import command_data, packed, socket_path, unpacked
from voronka.engine.workspace import Loaded

MANY = 64
BLOCK = 640
LEAST = 3.0
ONE = "one client"


def lines(quick: bool) -> list[Line]:
    """Events a second of many clients as a multiple of those of one: over the socket, acknowledged when committed."""
    runs = 3 if quick else 7
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        path = Path(folder) / "voronka.db"
        with sales.open_file(path, create=True) as store:
            host = sales.host_on(store, sales.START)
            sales.team(host)
            numbers = sales.fill(host, "set", 2 * runs * BLOCK)
        with served(path):
            half = len(numbers) // 2
            many = f"{MANY} clients"
            times = by_turns(
                {many: _blocks(path, numbers[:half], MANY), ONE: _blocks(path, numbers[half:], 1)},
                runs,
                WALL,
            )
    return [times.line(many, ONE, f"set, {many}: times as fast", LEAST, BLOCK, least=True)]


@contextlib.contextmanager
def served(path: Path) -> Iterator[None]:
    """A daemon of this store in a process of its own."""
    sales.programs()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(path,))
    process.start()
    while (line := Connection.to(socket_path(path))) is None:
        time.sleep(0.01)
    line.close()
    try:
        yield
    finally:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGTERM)
        process.join()


def _serve(path: Path) -> None:
    import structlog

    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    programs = sales.programs()

    async def run() -> None:
        daemon = Daemon(path, programs, lambda: sales.LATER, lambda: Loaded(programs, (), {}))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, daemon.stop)
        await daemon.run()

    asyncio.run(run())


def _blocks(path: Path, numbers: list[int], clients: int) -> Iterator[Act]:
    for start in range(0, len(numbers), BLOCK):
        # written out beforehand: the daemon is measured, not this side
        requests = [
            packed({"op": "submit", "commands": [command_data(sales.act("set", number))]})
            for number in numbers[start : start + BLOCK]
        ]
        yield lambda requests=requests: asyncio.run(_ask(path, requests, clients))


async def _ask(path: Path, requests: list[bytes], clients: int) -> None:
    await asyncio.gather(*(_client(path, requests[n::clients]) for n in range(clients)))


async def _client(path: Path, requests: list[bytes]) -> None:
    reader, writer = await asyncio.open_unix_connection(str(socket_path(path)), limit=2**24)
    for request in requests:
        writer.write(request)
        answer = unpacked(await reader.readline())
        if answer["replies"][0]["status"] != "done":
            raise AssertionError(answer)
    writer.close()
