"""Marks for probabilities that met the outcome: proper scores, their decomposition, reliability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voronka.engine.forecast.risks import Floats

LEAST = 0.001  # no probability counts as smaller in the log score, else one surprise would be infinite


@dataclass(frozen=True, slots=True)
class Marks:
    """Brier score (1950) = ``miscalibration`` - ``discrimination`` + ``uncertainty``, exactly; and the log score.

    The decomposition is CORP (Dimitriadis, Gneiting and Jordan 2021): calibrated probabilities are the isotonic
    regression of outcomes on what was forecast, so nothing hangs on bins. Smaller is better, but for discrimination.
    """

    n: int
    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    log: float


def marks(probability: Floats, outcome: Floats) -> Marks | None:
    """Score forecasts against outcomes (0 or 1); None where there are none."""
    if not probability.size:
        return None
    brier = float(np.mean((probability - outcome) ** 2))
    calibrated = float(np.mean((isotonic(probability, outcome) - outcome) ** 2))
    rate = float(outcome.mean())
    uncertainty = rate * (1 - rate)
    sure = np.clip(probability, LEAST, 1 - LEAST)
    log = float(-np.mean(outcome * np.log(sure) + (1 - outcome) * np.log(1 - sure)))
    return Marks(
        int(probability.size), brier, max(brier - calibrated, 0.0), max(uncertainty - calibrated, 0.0), uncertainty, log
    )


def isotonic(probability: Floats, outcome: Floats) -> Floats:
    """The outcomes' best fit that never falls as the probability rises (pool adjacent violators, Ayer et al. 1955)."""
    _, group = np.unique(probability, return_inverse=True)
    weights = np.bincount(group).astype(float)
    means = np.bincount(group, outcome) / weights
    pooled: list[tuple[float, float, int]] = []  # mean, weight, how many levels
    for mean, weight in zip(means.tolist(), weights.tolist(), strict=True):
        block = (mean, weight, 1)
        while pooled and pooled[-1][0] >= block[0]:
            value, before, levels_before = pooled.pop()
            together = before + block[1]
            block = ((value * before + block[0] * block[1]) / together, together, levels_before + block[2])
        pooled.append(block)
    fitted = np.repeat([value for value, _, _ in pooled], [number for _, _, number in pooled])
    return np.asarray(fitted[group], dtype=np.float64)


def skill(score: float, reference: float) -> float | None:
    """How much better a score is than a reference's: 1 perfect, 0 no better; None where the reference never errs."""
    return None if reference <= 0 else 1 - score / reference
