"""Deals that will come in: as many as of late, won as often and as fast as deals that began.

How many come is drawn in whole weeks from the last thirteen before the cut (a block bootstrap, Künsch 1989), so that
weekends and busy weeks stay as they are. What becomes of them is a multinomial draw from the futures of a pool of new
deals: its cost hangs on the number of days, not on that of deals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voronka.engine.forecast.history import History, Ints
from voronka.engine.forecast.risks import Floats, Leaving
from voronka.engine.forecast.simulate import NEW, Deals, wins

DAY = 86_400_000
WEEKS = 13
POOL = 20_000  # new deals whose future is drawn, over all batches


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Deals by day of the last whole weeks, oldest first, and the states in which they began."""

    daily: Ints
    states: Ints

    @property
    def per_week(self) -> float:
        return float(self.daily.sum() / (self.daily.size / 7)) if self.daily.size else 0.0


def recent(history: History) -> Arrivals:
    """What came in before the cut: at most WEEKS whole weeks since the very first deal; nothing of less than one."""
    begun, state = history.entered[history.firsts], history.state[history.firsts]
    if not begun.size:
        return Arrivals(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    weeks = min(WEEKS, int(history.cut - begun.min()) // (7 * DAY))
    ago = (history.cut - begun) // DAY
    chosen = ago < weeks * 7
    daily = np.bincount(ago[chosen], minlength=weeks * 7)[::-1]
    return Arrivals(daily.astype(np.int64), state[chosen])


def coming(
    arrivals: Arrivals,
    used: Sequence[tuple[int, tuple[Leaving, ...]]],
    history: History,
    typical: Floats,
    edges: Ints,
    rng: np.random.Generator,
) -> tuple[Ints, Floats]:
    """Wins and amounts of deals that are not there yet, by (run, month). ``used``: the batches of estimates."""
    runs, months = sum(count for count, _ in used), edges.size
    counts = np.zeros((runs, months), dtype=np.int64)
    if not arrivals.daily.sum():
        return counts, np.zeros((runs, months))
    days = int(-(-edges[-1] // DAY))
    row = 0
    for count, left in used:
        pool = rng.choice(arrivals.states, max(POOL // len(used), 100))
        new = Deals(pool, np.full(pool.size, NEW, dtype=np.int64))
        lag = np.sort(wins(new, left, history.won, 1, int(edges[-1]), rng)[:, 0])
        lag = lag[lag >= 0]
        came = _drawn(arrivals.daily, count, days, rng)
        for day in range(days):
            # in the middle of the day, for want of anything better
            ends = np.searchsorted(lag, edges - (day * DAY + DAY // 2), side="right") / pool.size
            shares = np.diff(ends, prepend=0.0)
            counts[row : row + count] += rng.multinomial(came[:, day], np.append(shares, 1 - shares.sum()))[:, :months]
        row += count
    return counts, _worth(counts, typical, rng)


def _drawn(daily: Ints, runs: int, days: int, rng: np.random.Generator) -> Ints:
    """How many come each day, by (run, day)."""
    weeks = daily.reshape(-1, 7)
    chosen = rng.integers(0, len(weeks), (runs, -(-days // 7)))
    return weeks[chosen].reshape(runs, -1)[:, :days]


def _worth(counts: Ints, typical: Floats, rng: np.random.Generator) -> Floats:
    """The amounts of so many wins, drawn one by one."""
    found = np.zeros(counts.shape)
    if not typical.size:
        return found
    for month in range(counts.shape[1]):
        numbers = counts[:, month]
        of = np.repeat(np.arange(numbers.size), numbers)
        found[:, month] = np.bincount(of, rng.choice(typical, of.size), minlength=numbers.size)
    return found
