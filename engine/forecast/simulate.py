"""Futures of deals, drawn from how deals have left their stages (Monte Carlo; all deals of all runs at once, in numpy).

Estimates are uncertain, too: the runs come in batches, each of which weighs the deals of the past anew by the Bayesian
bootstrap (Rubin 1981), so that the spread of the results holds both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voronka.engine.forecast.history import OPEN, History, Ints
from voronka.engine.forecast.risks import Floats, Leaving, Watched

HOPS = 1000  # moves of one deal that are followed; what still goes round in circles then is not won
BATCHES = 40  # of the bootstrap
WEIGHED = 10_000_000  # visits in all batches together: of very many, estimates are hardly uncertain any more
AT_ONCE = 2_000_000  # deals times runs in memory
NEW = -1  # how long a deal has been in a stage that it just enters: events at once are still to come
CERTAIN = 1 - 1e-12  # what has left by then, all has left


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals whose future is asked for: state, and dwell in it so far (ms; NEW for those that enter it just now)."""

    state: Ints
    dwell: Ints


def standing(history: History, leavings: Sequence[Watched]) -> tuple[Ints, Deals]:
    """The deals (numbers, state, dwell) that may still be won: those in a state that deals have been seen to leave.

    So lost deals are among them where lost deals have come back before.
    """
    lasts = history.lasts & ~history.won[history.state] if history.deal.size else history.lasts
    left = np.array([bool((one.to != OPEN).any()) for one in leavings], dtype=bool)
    chosen = lasts & (left | ~history.lost)[history.state] if history.deal.size else lasts
    return history.deal[chosen], Deals(history.state[chosen], history.dwell[chosen])


def batches(
    history: History, leavings: Sequence[Watched], runs: int, rng: np.random.Generator
) -> Iterator[tuple[int, tuple[Leaving, ...]]]:
    """How many runs of each batch, and how states are left in it. The first batch is the estimate itself."""
    deals = int(np.unique(history.deal).size)
    number = min(BATCHES, runs, max(WEIGHED // max(history.deal.size, 1), 2))
    for batch in range(number):
        count = runs // number + (batch < runs % number)
        weights = rng.standard_exponential(deals) if batch else None
        yield count, tuple(one.leaving(weights) for one in leavings)


def wins(
    deals: Deals, leavings: Sequence[Leaving], won: NDArray[np.bool_], runs: int, until: int, rng: np.random.Generator
) -> Ints:
    """When each deal is won in each run, ms from now, shape (deals, runs); -1 where it is not by ``until``."""
    state = np.repeat(deals.state, runs)
    begun = np.repeat(np.where(deals.dwell == NEW, 0, -deals.dwell), runs)
    after = np.repeat(deals.dwell, runs)
    found = np.full(state.size, -1, dtype=np.int64)
    active = np.arange(state.size)
    for _ in range(HOPS):
        if not active.size:
            break
        when, to = _next(state[active], begun[active], after[active], leavings, rng)
        moving = (to != OPEN) & (when <= until)
        active, when, to = active[moving], when[moving], to[moving]
        ended = won[to]
        found[active[ended]] = when[ended]
        active, when, to = active[~ended], when[~ended], to[~ended]
        state[active], begun[active], after[active] = to, when, NEW
    return found.reshape(deals.state.size, runs)


def _next(
    state: Ints, begun: Ints, after: Ints, leavings: Sequence[Leaving], rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """The next move of each: when and where to (OPEN: none that anybody has seen), given that it has stayed so far."""
    when, to = np.zeros(state.size, dtype=np.int64), np.full(state.size, OPEN, dtype=np.int64)
    drawn = rng.random(state.size)
    for number, leaving in enumerate(leavings):
        here = np.flatnonzero(state == number)
        if not here.size or not leaving.dwell.size:
            continue
        past = np.searchsorted(leaving.dwell, after[here], side="right")
        gone = np.append(0.0, leaving.reached)[past]
        event = np.searchsorted(leaving.reached, gone + drawn[here] * (1 - gone), side="left")
        sure = (event < leaving.dwell.size) & (gone < CERTAIN)
        event = np.maximum(event[sure], past[sure])
        when[here[sure]] = begun[here[sure]] + leaving.dwell[event]
        to[here[sure]] = leaving.to[event]
    return when, to


@dataclass(slots=True)
class Tally:
    """Wins of all runs: number and amount by (run, month), and how often each deal was won."""

    count: Ints
    amount: Floats
    often: Ints


def simulate(
    history: History,
    leavings: Sequence[Watched],
    deals: Deals,
    amounts: Floats,
    typical: Floats,
    edges: Ints,
    runs: int,
    rng: np.random.Generator,
    told: Callable[[int], None] = lambda done: None,
) -> tuple[Tally, list[tuple[int, tuple[Leaving, ...]]]]:
    """Play deals that are there on through the months.

    ``amounts`` by deal; NaN is drawn from ``typical`` amounts in each run. ``edges``: where months end, ms from now.
    Returns the tally, and the batches for who wants to play on with the same estimates.
    """
    months = edges.size
    tally = Tally(
        np.zeros((runs, months), dtype=np.int64), np.zeros((runs, months)), np.zeros(deals.state.size, dtype=np.int64)
    )
    used = []
    row = 0
    for count, left in batches(history, leavings, runs, rng):
        used.append((count, left))
        size = max(1, AT_ONCE // max(count, 1))
        for start in range(0, deals.state.size, size):
            part = slice(start, start + size)
            when = wins(Deals(deals.state[part], deals.dwell[part]), left, history.won, count, int(edges[-1]), rng)
            _add(tally, when, part, amounts[part], typical, edges, row, rng)
        row += count
        told(row)
    return tally, used


def _add(
    tally: Tally,
    when: Ints,
    part: slice,
    amounts: Floats,
    typical: Floats,
    edges: Ints,
    row: int,
    rng: np.random.Generator,
) -> None:
    deal, run = np.nonzero(when >= 0)
    month = np.searchsorted(edges, when[deal, run], side="left")
    worth = amounts[deal]
    unknown = np.isnan(worth)
    worth[unknown] = rng.choice(typical, int(unknown.sum())) if typical.size else 0.0
    shape = (when.shape[1], edges.size)
    place = run * edges.size + month
    rows = slice(row, row + when.shape[1])
    tally.count[rows] += np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)
    tally.amount[rows] += np.bincount(place, worth, minlength=shape[0] * shape[1]).reshape(shape)
    tally.often[part] += np.bincount(deal, minlength=when.shape[0])
