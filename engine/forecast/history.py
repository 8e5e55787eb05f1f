"""What was known of a pipeline's deals at an instant: every visit that had begun by then, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voronka.engine.forecast.names import State, states_of
from voronka.engine.program.build import Programs
from voronka.engine.reports.names import Place
from voronka.engine.store.store import Store

Ints = NDArray[np.int64]
OPEN = -1  # `left` of a visit that goes on, `following` of one that nothing follows

_VISITS = """SELECT v.deal, v.pipeline, v.stage, v.entered, CASE WHEN v.left <= ?2 THEN v.left ELSE -1 END
    FROM deals d CROSS JOIN visits v ON v.deal = d.id
    WHERE d.pipeline = ?1 AND v.entered <= ?2 ORDER BY v.deal, v.visit"""
_ROW = np.dtype([("deal", "i8"), ("place", "i8"), ("entered", "i8"), ("left", "i8")])


@dataclass(frozen=True, slots=True)
class History:
    """Visits in order of (deal, number). A deal counts up to its first win: what comes after is no sale to come.

    All instants are ms since the epoch. ``cut``: the moment as of which this is. ``state`` indexes ``states``: the
    present stages in their order, then those that are gone. ``left`` is OPEN where the visit went on at the cut,
    ``following`` the next visit's state or OPEN.
    """

    cut: int
    states: tuple[State, ...]
    deal: Ints
    state: Ints
    entered: Ints
    left: Ints
    following: Ints

    @property
    def won(self) -> NDArray[np.bool_]:
        """Which states are wins."""
        return np.array([state.kind == "won" for state in self.states], dtype=bool)

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Which states are losses."""
        return np.array([state.kind == "lost" for state in self.states], dtype=bool)

    @property
    def firsts(self) -> NDArray[np.bool_]:
        """Which visits are their deal's first."""
        return np.append(True, self.deal[1:] != self.deal[:-1]) if self.deal.size else np.zeros(0, dtype=bool)

    @property
    def lasts(self) -> NDArray[np.bool_]:
        """Which visits are their deal's last."""
        return np.append(self.deal[1:] != self.deal[:-1], True) if self.deal.size else np.zeros(0, dtype=bool)

    @property
    def dwell(self) -> Ints:
        """How long each visit lasted, or has lasted so far, in ms of elapsed time."""
        return np.maximum(np.where(self.left == OPEN, self.cut, self.left) - self.entered, 0)


def read(store: Store, programs: Programs, pipeline: str, cut: int) -> History:
    """The history of a pipeline's deals as of ``cut``; nothing that happened later is looked at."""
    places: dict[Place, int] = {}  # in the order in which they are met
    rows = (
        (deal, places.setdefault((home, stage), len(places)), entered, left)
        for deal, home, stage, entered, left in store.db.execute(_VISITS, (pipeline, cut))
    )
    table = np.fromiter(rows, dtype=_ROW)
    known = states_of(store, programs, pipeline, places)
    present = [State(stage.name, stage.kind) for stage in programs.definition.pipelines[pipeline].stages.values()]
    states = list(dict.fromkeys([*present, *known.values()]))
    codes = np.array([states.index(known[place]) for place in places], dtype=np.int64)
    return made(cut, tuple(states), table["deal"], codes[table["place"]], table["entered"], table["left"])


def made(cut: int, states: tuple[State, ...], deal: Any, state: Any, entered: Any, left: Any) -> History:
    """A history from its columns, sorted by deal and number of the visit.

    Two visits in a row that count as one state, because what they were in was joined since, are one visit.
    """
    columns = [np.ascontiguousarray(column, dtype=np.int64) for column in (deal, state, entered, left)]
    if not columns[0].size:
        none = np.zeros(0, dtype=np.int64)
        return History(cut, states, none, none, none, none, none)
    columns = _up_to_the_win(columns, np.array([one.kind == "won" for one in states]))
    columns = _joined(columns)
    numbers, stages, begun, over = columns
    following = np.append(np.where(numbers[1:] == numbers[:-1], stages[1:], OPEN), OPEN)
    over = np.where(following == OPEN, OPEN, over)
    return History(cut, states, numbers, stages, begun, over, following)


def _up_to_the_win(columns: list[Ints], won: NDArray[np.bool_]) -> list[Ints]:
    deal, state = columns[0], columns[1]
    wins = np.cumsum(won[state])
    before = np.append(0, wins[:-1])
    first = np.append(True, deal[1:] != deal[:-1])
    base = before[np.maximum.accumulate(np.where(first, np.arange(deal.size), 0))]
    keep = before == base
    return [column[keep] for column in columns]


def _joined(columns: list[Ints]) -> list[Ints]:
    deal, state, entered, left = columns
    again = np.append(False, (deal[1:] == deal[:-1]) & (state[1:] == state[:-1]))
    if not again.any():
        return columns
    heads = np.flatnonzero(~again)
    ends = np.append(heads[1:] - 1, deal.size - 1)
    return [deal[heads], state[heads], entered[heads], left[ends]]
