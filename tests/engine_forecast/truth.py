"""Pipelines whose truth is known: deals drawn from given chances and times, looked at as of a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voronka.engine.forecast.history import History, made
from voronka.engine.forecast.names import State

DAY = 86_400_000
NEW, OFFERED, WON, LOST = range(4)
STATES = (State("new", "open"), State("offered", "open"), State("paid", "won"), State("refused", "lost"))
Row = tuple[int, int, int, int | None]  # deal, state, entered, left


@dataclass(frozen=True)
class Truth:
    """From each state: how likely deals go where, and after how many days on average (gamma, shape 2).

    Losses from `offered` come late: whoever looks at ended deals alone sees too many wins.
    """

    new: tuple[tuple[int, float, float], ...] = ((OFFERED, 0.6, 6.0), (LOST, 0.4, 10.0))
    offered: tuple[tuple[int, float, float], ...] = ((WON, 0.4, 8.0), (LOST, 0.6, 40.0))
    arrivals: float = 4.0  # deals a day

    @property
    def chances(self) -> dict[int, float]:
        """How likely a deal in a state is won in the end."""
        offered = sum(share for to, share, _ in self.offered if to == WON)
        return {OFFERED: offered, NEW: sum(share for to, share, _ in self.new if to == OFFERED) * offered}

    def rows(self, days: int, seed: int) -> list[Row]:
        """Everything that ever becomes of the deals that come in over so many days."""
        rng = np.random.default_rng(seed)
        rows: list[Row] = []
        deal = 0
        for day in range(days):
            for _ in range(rng.poisson(self.arrivals)):
                deal += 1
                rows += self._life(deal, day * DAY + int(rng.integers(DAY)), rng)
        return rows

    def _life(self, deal: int, at: int, rng: np.random.Generator) -> list[Row]:
        state, rows = NEW, []
        while state in (NEW, OFFERED):
            ways = self.new if state == NEW else self.offered
            to, _, mean = ways[rng.choice(len(ways), p=[share for _, share, _ in ways])]
            left = at + int(rng.gamma(2.0, mean / 2.0) * DAY)
            rows.append((deal, state, at, left))
            state, at = to, left
        return [*rows, (deal, state, at, None)]


def known(rows: Sequence[Row], cut: int, states: tuple[State, ...] = STATES) -> History:
    """What of it was known at a moment."""
    seen = [row for row in rows if row[2] <= cut]
    left = [-1 if row[3] is None or row[3] > cut else row[3] for row in seen]
    columns = [[row[at] for row in seen] for at in range(3)]
    return made(cut, states, *columns, left)
