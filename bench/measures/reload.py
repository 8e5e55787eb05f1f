"""Edited files taken over by a running daemon: from the end of the debounce to the new definition live."""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measures import sales, texts
from measures.harness import WALL, Line, calibration, seconds
from voronka.engine.daemon.daemon import Daemon
from voronka.engine.plan.watch import Reloader, whole
from voronka.engine.workspace import Loader, load

LINES = 2_000
DEALS = 200
LIMIT = 0.050  # seconds, 95 of 100
WAIT = 30.0  # seconds; nothing here takes as long
COLD = "loading the same files from scratch"
_STAGE = re.compile(r"^  stage \w+.*\{\n", re.MULTILINE)


def lines(quick: bool) -> list[Line]:
    """Edits of one pipeline after another, while deals of another live: the daemon's own way, its log left out."""
    edits = 20 if quick else 100
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        root = Path(folder)
        path = texts.workspace(root, LINES)
        loader = Loader([root], root)
        programs = loader.load().programs
        if programs is None:
            raise SystemExit("the measured workspace has errors")
        with sales.open_file(root / "voronka.db", create=True) as store:
            host = sales.host_on(store, sales.START)
            host.programs = programs
            sales.team(host)
            sales.fill(host, "set", DEALS)
        daemon = Daemon(
            root / "voronka.db", programs, lambda: sales.LATER, lambda: whole(loader.load, (root,)), per_hour=10**6
        )
        taken = asyncio.run(_edited(daemon, loader, path, edits))
        cold = [seconds(lambda: load([root], root), WALL) for _ in range(3 if quick else 7)]
    loop = statistics.median(seconds(calibration, WALL) for _ in range(200))
    base = statistics.median(cold)
    percentile = sorted(taken)[int(0.95 * len(taken))]
    half = statistics.median(taken)
    note = f"limit {LIMIT * 1e3:.0f} ms: {'ok' if percentile <= LIMIT else 'over'}"
    return [
        Line(f"p50 of {edits} edits", COLD, half / base, half, half / loop),
        Line(f"p95 of {edits} edits", COLD, percentile / base, percentile, percentile / loop, note=note),
    ]


async def _edited(daemon: Daemon, loader: Loader, path: Path, edits: int) -> list[float]:
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    taken: list[float] = []
    over = asyncio.Event()

    async def reload(paths: frozenset[Path]) -> None:
        start = time.perf_counter()
        result = await daemon.reload(paths)
        if result.outcome == "changed":
            taken.append(time.perf_counter() - start)
        elif not result.ok:
            raise AssertionError(f"{result.outcome}: {result.why} {result.findings[:1]}")
        over.set()

    daemon.add(Reloader([path.parent], reload, ahead=loader.load))
    serving = asyncio.create_task(daemon.run())
    while not daemon.door.path.exists():
        await asyncio.sleep(0.01)
    for text in _edits(path.read_text(encoding="utf-8"), edits):
        over.clear()
        path.write_text(text, encoding="utf-8")
        async with asyncio.timeout(WAIT):
            await over.wait()
    daemon.stop()
    await serving
    return taken


def _edits(text: str, count: int) -> Iterator[str]:
    """One more rule in a stage, here and there, of pipelines without deals; each edit goes on from the one before."""
    for number in range(count):
        deals = text.index("\npipeline amocrm ")
        after = text.index("\n}\n", deals)
        places = [one.end() for one in _STAGE.finditer(text) if not deals < one.start() < after]
        at = places[number * 37 % len(places)]
        text = f'{text[:at]}    leave when creation is set else "edit {number}"\n{text[at:]}'
        yield text
