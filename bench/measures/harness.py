"""Measuring by turns: each figure is a ratio of medians in one run, beside a loop that says how fast the machine is."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat

Act = Callable[[], object]
Clock = Callable[[], float]
WALL: Clock = time.perf_counter


@dataclass(frozen=True, slots=True)
class Line:
    """One measured ratio: ``what`` took ``ratio`` times as long as ``beside`` did.

    ``limit`` binds the ratio from above, or from below where ``least`` (how many times as fast). ``seconds``: what one
    of ``what`` took; ``loops``: the same in turns of the calibration loop of its run.
    """

    what: str
    beside: str
    ratio: float
    seconds: float
    loops: float
    limit: float | None = None
    least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """``ok`` or ``over`` (``under`` for a least); empty where nothing is promised."""
        if self.limit is None:
            return ""
        if self.least:
            return "ok" if self.ratio >= self.limit else "under"
        return "ok" if self.ratio <= self.limit else "over"


def calibration(turns: int = 200) -> int:
    """A fixed loop of what Python code is made of: calls, dicts, attributes, small integers."""
    table = {"a": 1, "b": 2, "c": 3}
    total = 0
    for n in range(turns):
        for key in ("a", "b", "c", "d"):
            value = table.get(key)
            if value is not None and value > n % 3:
                total += value
        table["a"] = n & 7
    return total


@dataclass(frozen=True, slots=True)
class Times:
    """Median seconds of each act, by name, of one round of turns."""

    medians: Mapping[str, float]
    loop: float

    def line(
        self,
        what: str,
        beside: str,
        label: str = "",
        limit: float | None = None,
        per: int = 1,
        least: bool = False,
        note: str = "",
    ) -> Line:
        """``what`` beside ``beside``, both names of acts; ``per``: how many things one act does."""
        took, base = self.medians[what], self.medians[beside]
        ratio = base / took if least else took / base
        return Line(label or what, beside, ratio, took / per, took / per / self.loop, limit, least, note)


def by_turns(acts: Mapping[str, Act | Iterable[Act]], runs: int, clock: Clock = time.process_time) -> Times:
    """Run acts in turns, so that a busy machine slows all of them, and take the median of each.

    An act is a function, or an iterable of functions of which each is run once. ``clock``: processor time, unless the
    acts wait for a disk or for other processes.
    """
    sources = {name: iter(act if isinstance(act, Iterable) else repeat(act)) for name, act in acts.items()}
    found: dict[str, list[float]] = {name: [] for name in acts}
    loop: list[float] = []
    names = list(acts)
    gc.collect()  # not before each act: walking over everything there is would empty the processor's caches
    for run in range(runs):
        # the order turns round too: whoever always came second would find warm caches
        for name in names if run % 2 else reversed(names):
            found[name].append(seconds(next(sources[name]), clock))
        loop.append(seconds(calibration, clock))
    return Times({name: statistics.median(times) for name, times in found.items()}, statistics.median(loop))


def seconds(act: Act, clock: Clock) -> float:
    """How long an act takes."""
    start = clock()
    act()
    return clock() - start
