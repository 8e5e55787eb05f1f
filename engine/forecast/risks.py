"""How deals leave a stage: when, and where to; competing risks, estimated with open visits as censored.

From each state every next state is a risk of its own. The estimator is that of Aalen and Johansen (1978) for the
cumulative incidence of each, with the survival of Kaplan and Meier (1958): an event of weight w at dwell t adds
``S(t-) * w / Y(t)``, where Y is the weight of all visits that have lasted at least t. Moving on depends on the
state and on how long the deal has been in it, on nothing else (a semi-Markov process; Andersen et al. 1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voronka.engine.forecast.history import OPEN, History, Ints

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a state is left: events by dwell (ms), each with where it leads and the probability of leaving by then.

    ``reached[i]`` includes event i; what is missing to 1 at the end had not left when nobody was watched any longer.
    """

    dwell: Ints
    to: Ints
    reached: Floats

    def share(self, state: int) -> float:
        """The probability to go on to a state, whenever."""
        steps = np.diff(self.reached, prepend=0.0)
        return float(steps[self.to == state].sum())


@dataclass(frozen=True, slots=True)
class Watched:
    """The visits of one state, sorted by dwell, events before open ones; what :func:`leaving` weighs."""

    dwell: Ints
    to: Ints
    of: Ints  # index of the deal, for weights

    def leaving(self, weights: Floats | None = None) -> Leaving:
        """The estimate; ``weights`` by index of the deal (the Bayesian bootstrap), else every visit counts once."""
        weight = np.ones(self.dwell.size) if weights is None else weights[self.of]
        events = self.to != OPEN
        if not events.any():
            none = np.zeros(0, dtype=np.int64)
            return Leaving(none, none, np.zeros(0))
        groups = np.flatnonzero(np.append(True, self.dwell[1:] != self.dwell[:-1]))
        # summed from the end, so that the last visits keep their exact weight
        at_risk = np.cumsum(weight[::-1])[::-1][groups]
        left = np.add.reduceat(np.where(events, weight, 0.0), groups)
        hazard = np.divide(left, at_risk, out=np.zeros_like(left), where=at_risk > 0)
        survival = np.cumprod(1 - np.minimum(hazard, 1.0))
        before = np.append(1.0, survival[:-1])
        scale = np.divide(before, at_risk, out=np.zeros_like(before), where=at_risk > 0)
        sizes = np.diff(np.append(groups, self.dwell.size))
        masses = (np.repeat(scale, sizes) * weight)[events]
        return Leaving(self.dwell[events], self.to[events], np.minimum(np.cumsum(masses), 1.0))


def watched(history: History, since: int | None = None) -> tuple[Watched, ...]:
    """The visits of each state that began at ``since`` (ms) or later, all by default."""
    _, index = np.unique(history.deal, return_inverse=True)
    dwell, chosen = history.dwell, np.ones(history.deal.size, dtype=bool)
    if since is not None:
        chosen = history.entered >= since
    found = []
    for number in range(len(history.states)):
        here = np.flatnonzero(chosen & (history.state == number))
        order = here[np.lexsort((history.following[here] == OPEN, dwell[here]))]
        found.append(Watched(dwell[order], history.following[order], index[order].astype(np.int64)))
    return tuple(found)
