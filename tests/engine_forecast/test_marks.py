"""Scores of probabilities: against sums by hand, brute force and their own laws (U8)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.engine.forecast.marks import LEAST, isotonic, marks, skill

forecasts = st.lists(
    st.tuples(st.sampled_from((0.0, 0.1, 0.25, 0.5, 0.9, 1.0)), st.booleans()), min_size=1, max_size=40
)


def columns(drawn: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p for p, _ in drawn]), np.array([float(won) for _, won in drawn])


def test_brier_and_log_score_by_hand() -> None:
    made = marks(np.array([0.8, 0.4, 0.0]), np.array([1.0, 0.0, 1.0]))
    assert made is not None
    assert made.brier == pytest.approx((0.04 + 0.16 + 1.0) / 3)
    assert made.log == pytest.approx(-(np.log(0.8) + np.log(0.6) + np.log(LEAST)) / 3)
    assert marks(np.zeros(0), np.zeros(0)) is None


@given(forecasts)
def test_the_parts_make_up_the_whole_and_none_is_negative(drawn: list[tuple[float, bool]]) -> None:
    made = marks(*columns(drawn))
    assert made is not None
    assert made.brier == pytest.approx(made.miscalibration - made.discrimination + made.uncertainty)
    assert min(made.miscalibration, made.discrimination, made.uncertainty) >= 0


@given(forecasts)
def test_calibrated_probabilities_never_fall_and_average_the_outcomes(drawn: list[tuple[float, bool]]) -> None:
    probability, outcome = columns(drawn)
    fitted = isotonic(probability, outcome)
    ordered = fitted[np.argsort(probability, kind="stable")]
    assert all(a <= b + 1e-12 for a, b in pairwise(ordered))
    assert fitted.mean() == pytest.approx(outcome.mean())
    for level in np.unique(fitted):
        assert outcome[fitted == level].mean() == pytest.approx(level)


@given(st.lists(st.tuples(st.sampled_from((0.1, 0.5, 0.9)), st.booleans()), min_size=1, max_size=12))
def test_no_rising_fit_is_better(drawn: list[tuple[float, bool]]) -> None:
    """Every rising triple of values on a grid, beside the one that was found."""
    probability, outcome = columns(drawn)
    best = np.mean((isotonic(probability, outcome) - outcome) ** 2)
    grid = np.linspace(0, 1, 9)
    place = np.searchsorted([0.1, 0.5, 0.9], probability)
    for low in grid:
        for middle in grid[grid >= low]:
            for high in grid[grid >= middle]:
                assert best <= np.mean((np.array([low, middle, high])[place] - outcome) ** 2) + 1e-12


def test_a_calibrated_forecast_costs_only_what_it_does_not_know() -> None:
    """Of those called 20 %, 20 % are won, and so on; and a base rate tells nobody apart."""
    probability = np.repeat([0.2, 0.8], 10)
    outcome = np.array([1.0] * 2 + [0.0] * 8 + [1.0] * 8 + [0.0] * 2)
    made, base = marks(probability, outcome), marks(np.full(20, 0.5), outcome)
    assert made is not None
    assert base is not None
    assert (made.miscalibration, made.discrimination) == (pytest.approx(0), pytest.approx(0.09))
    assert (base.miscalibration, base.discrimination, base.brier) == (pytest.approx(0), pytest.approx(0), 0.25)
    assert skill(made.brier, base.brier) == pytest.approx(0.36)
    assert skill(0.1, 0.0) is None
