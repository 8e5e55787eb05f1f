"""Spreads: percentiles of lengths of time, by nearest rank: every figure is a time that some deal really took."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

RANKS = (50, 75, 90, 95)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of so many lengths of time (ms): their sum, and the percentiles of :data:`RANKS`."""

    count: int
    total: int
    at: tuple[int, ...]

    @property
    def median(self) -> int:
        return self.at[0]


def spreads(rows: Iterable[tuple[Any, int]]) -> dict[Any, Spread]:
    """By group, from (group, length) in the order of both; one group at a time is held in memory."""
    return {key: spread(array("q", map(itemgetter(1), group))) for key, group in groupby(rows, itemgetter(0))}


def spread(ordered: array[int]) -> Spread:
    """Of lengths in ascending order; at least one."""
    count = len(ordered)
    # nearest rank: the smallest value that at least p percent do not exceed
    return Spread(count, sum(ordered), tuple(ordered[-(-rank * count // 100) - 1] for rank in RANKS))
