"""How often deals that were in a stage are won in the end, beside the probability that the stage declares (R70, U8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voronka.engine.forecast.history import History, Ints
from voronka.engine.forecast.intervals import incidence, wilson


@dataclass(frozen=True, slots=True)
class Observed:
    """Of one stage: ``deals`` were ever in it, of which ``won`` and ``lost`` have ended and ``open`` have not.

    ``share`` of those that end are won, with the deals that are still open counted as censored; None before any has
    ended. ``low`` to ``high`` is an interval of 95 % that holds whatever becomes of what nobody has seen end.
    """

    stage: str
    deals: int
    won: int
    lost: int
    open: int
    share: float | None
    low: float
    high: float

    @property
    def ended(self) -> int:
        return self.won + self.lost


def observed(history: History, since: int | None = None) -> tuple[Observed, ...]:
    """Every open stage's figures, in order; of deals that came into it at ``since`` or later.

    A deal counts once for a stage, from the first time it came in. It ends with its first win, or with the loss it was
    in at the cut.
    """
    index, ends, when = _ends(history)
    return tuple(
        _of(name.name, *_entered(history, number, index, ends, when, since))
        for number, name in enumerate(history.states)
        if name.kind == "open" and not name.gone
    )


def _ends(history: History) -> tuple[Ints, Ints, Ints]:
    """By deal: its index for every visit, how it ended (1 won, 0 lost, -1 not yet), and when (the cut: not yet)."""
    lasts = history.lasts
    state = history.state[lasts]
    ends = np.where(history.won[state], 1, np.where(history.lost[state], 0, -1)).astype(np.int64)
    when = np.where(ends >= 0, history.entered[lasts], history.cut)
    index = np.cumsum(history.firsts) - 1
    return index, ends, when


def _entered(
    history: History, number: int, index: Ints, ends: Ints, when: Ints, since: int | None
) -> tuple[Ints, Ints]:
    """Of the deals that came into a state: for how long they have been followed since, and how they ended."""
    here = np.flatnonzero(history.state == number)
    deals, first = np.unique(index[here], return_index=True)
    begun = history.entered[here[first]]
    if since is not None:
        deals, begun = deals[begun >= since], begun[begun >= since]
    return np.maximum(when[deals] - begun, 0), ends[deals]


def _of(name: str, followed: Ints, ends: Ints) -> Observed:
    won, lost = int((ends == 1).sum()), int((ends == 0).sum())
    share, low, high = None, 0.0, 1.0
    if won + lost:
        wins, spread = incidence(followed, ends, 1)
        losses, spread_of_losses = incidence(followed, ends, 0)
        share = wins / (wins + losses)
        low = wilson(wins, _worth(wins, spread, won + lost))[0]
        high = 1 - wilson(losses, _worth(losses, spread_of_losses, won + lost))[0]
    return Observed(name, int(ends.size), won, lost, int((ends < 0).sum()), share, low, high)


def _worth(share: float, variance: float, ended: int) -> float:
    """How many plain observations an estimate is worth: as many as give a share the same variance."""
    return min(share * (1 - share) / variance, float(ended)) if variance > 0 and 0 < share < 1 else float(ended)
