"""Futures that are drawn: as likely as the truth, no narrower than it, the same for the same seed, always ending."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine_forecast.truth import DAY, LOST, NEW, OFFERED, WON, Truth, known
from voronka.engine.forecast.arrivals import coming, recent
from voronka.engine.forecast.history import History, Ints
from voronka.engine.forecast.risks import Floats, watched
from voronka.engine.forecast.simulate import NEW as JUST
from voronka.engine.forecast.simulate import Deals, simulate, standing, wins

EDGES = np.array([30 * DAY, 60 * DAY], dtype=np.int64) - 1
ONE = np.ones(1)


def play(history: History, runs: int = 400, seed: int = 0, edges: Ints = EDGES) -> tuple[Ints, Ints, Ints, Floats]:
    """Deals that stand, and wins by (run, month): of these, and of new ones; and how often each was won."""
    leavings = watched(history)
    numbers, deals = standing(history, leavings)
    rng = np.random.default_rng(seed)
    tally, used = simulate(history, leavings, deals, np.ones(numbers.size), ONE, edges, runs, rng)
    new, _ = coming(recent(history), used, history, ONE, edges, rng)
    return numbers, tally.count, new, tally.often / runs


@pytest.mark.requirement("R70")
def test_intervals_hold_about_as_often_as_they_say() -> None:
    """80 % intervals over 40 histories and two months: of deals that are there, and of all. Counts are whole, so a
    little more than 80 % is expected; much less or always would be wrong (U8)."""
    truth = Truth()
    old = every = 0
    for seed in range(40):
        rows = truth.rows(211, seed)
        cut = 150 * DAY
        history, later = known(rows, cut), known(rows, 10_000 * DAY)
        numbers, counts, new, _ = play(history, 300, seed)
        when = later.entered[later.won[later.state]] - cut
        deals = later.deal[later.won[later.state]]
        for month, (begins, ends) in enumerate(((0, EDGES[0]), (EDGES[0], EDGES[1]))):
            inside = (when > begins) & (when <= ends)
            old += _holds(counts[:, month], int((inside & np.isin(deals, numbers)).sum()))
            every += _holds((counts + new)[:, month], int(inside.sum()))
    assert 0.75 * 80 <= old <= 79
    assert 0.75 * 80 <= every <= 79


def _holds(values: Ints, actual: int) -> bool:
    low, high = np.percentile(values, (10, 90), method="inverted_cdf")
    return bool(low <= actual <= high)


def test_chances_of_deals_are_those_of_the_truth() -> None:
    """Given enough history, and horizon: 0.24 of new deals and 0.4 of offered ones are won in the end."""
    history = known(Truth().rows(1200, 5), 1400 * DAY)
    leavings = [one.leaving() for one in watched(history)]
    rng = np.random.default_rng(0)
    for state, chance in Truth().chances.items():
        fresh = Deals(np.full(20_000, state), np.full(20_000, JUST))
        when = wins(fresh, leavings, history.won, 1, 2000 * DAY, rng)
        assert np.mean(when >= 0) == pytest.approx(chance, abs=0.03)


def test_the_longer_a_deal_has_waited_the_less_a_quick_win_is_left() -> None:
    """Wins from `offered` come within weeks, losses later: what still stands after two months is hardly ever won."""
    history = known(Truth().rows(1200, 5), 1400 * DAY)
    leavings = [one.leaving() for one in watched(history)]
    chances = []
    for days in (0, 20, 60):
        waited = Deals(np.full(5000, OFFERED), np.full(5000, days * DAY))
        when = wins(waited, leavings, history.won, 1, 2000 * DAY, np.random.default_rng(1))
        chances.append(float(np.mean(when >= 0)))
        assert (when[when >= 0] >= 0).all()
    assert chances[0] > 0.35
    assert chances[1] < 0.2
    assert chances[2] < 0.03


def test_the_same_seed_draws_the_same_and_another_one_does_not() -> None:
    history = known(Truth().rows(120, 2), 100 * DAY)
    first, again, other = play(history, seed=1), play(history, seed=1), play(history, seed=2)
    assert first[1].tolist() == again[1].tolist()
    assert first[2].tolist() == again[2].tolist()
    assert first[1].tolist() != other[1].tolist()


def test_stages_that_deals_go_round_in_at_once_come_to_an_end() -> None:
    """From `new` to `offered` and back without any time in between, for ever."""
    rows = [(1, NEW, 0, 0), (1, OFFERED, 0, 0), (1, NEW, 0, 0), (1, OFFERED, 0, 0), (2, NEW, 0, None)]
    _, counts, _, _ = play(known(rows, 10), runs=5)
    assert counts.sum() == 0


def test_deals_that_come_back_after_a_loss_may_still_be_won() -> None:
    rows = []
    for deal in range(40):
        rows += [(deal, NEW, 0, DAY), (deal, LOST, DAY, 3 * DAY), (deal, NEW, 3 * DAY, 4 * DAY)]
        rows.append((deal, WON, 4 * DAY, None))
    rows += [(100, NEW, 3 * DAY, 4 * DAY), (100, LOST, 4 * DAY, None)]
    numbers, counts, _, chances = play(known(rows, 5 * DAY))
    assert numbers.tolist() == [100]
    assert chances.tolist() == [1.0]
    assert counts[:, 0].tolist() == [1] * 400


@pytest.mark.parametrize(
    ("rows", "open_deals"),
    [
        ([], 0),
        ([(1, NEW, 0, None)], 1),
        ([(deal, NEW, deal, None) for deal in range(9)], 9),
        ([(1, NEW, 0, 5), (1, LOST, 5, None)], 0),
        ([(1, NEW, 0, 5), (1, LOST, 5, None), (2, OFFERED, 1, None)], 1),
    ],
    ids=["nothing", "one deal", "all open", "all lost", "none won"],
)
def test_where_nothing_was_won_nothing_is(rows: list[tuple[int, int, int, int | None]], open_deals: int) -> None:
    numbers, counts, new, chances = play(known(rows, 20 * DAY), runs=10)
    assert numbers.size == open_deals
    assert counts.sum() == new.sum() == chances.sum() == 0


def test_a_deal_older_than_all_that_ever_moved_stays() -> None:
    rows = [(deal, NEW, 0, DAY) for deal in range(30)] + [(deal, WON, DAY, None) for deal in range(30)]
    rows += [(99, NEW, 0, None)]
    _, counts, _, _ = play(known(sorted(rows, key=lambda row: (row[0], row[2])), 50 * DAY))
    assert counts.sum() == 0


def test_amounts_add_up_and_missing_ones_are_drawn() -> None:
    """Every deal is won at once: one of 100, one of 7, one that has none and gets 5, the only typical amount."""
    rows = [row for deal in range(50) for row in ((deal, NEW, 0, 2 * DAY), (deal, WON, 2 * DAY, None))]
    rows += [(deal, NEW, 9 * DAY, None) for deal in (61, 62, 63)]
    history = known(rows, 10 * DAY)
    leavings = watched(history)
    _, deals = standing(history, leavings)
    worth = np.array([100.0, 7.0, np.nan])
    rng = np.random.default_rng(0)
    tally, _ = simulate(history, leavings, deals, worth, np.array([5.0]), EDGES, 20, rng)
    assert tally.count.tolist() == [[3, 0]] * 20
    assert tally.amount.tolist() == [[112.0, 0.0]] * 20


def test_new_deals_come_as_often_as_of_late() -> None:
    """Two a day for a year, then ten a day for thirteen weeks: ten a day it is."""
    rows, deal = [], 0
    for day in range(365 + 91):
        for _ in range(2 if day < 365 else 10):
            deal += 1
            at = day * DAY + deal % 24 * 3_600_000
            rows += [(deal, NEW, at, at + 1000), (deal, WON, at + 1000, None)]
    history = known(rows, 456 * DAY - 1)
    arrivals = recent(history)
    assert arrivals.per_week == 70
    _, _, new, _ = play(history, runs=50)
    assert new[:, 0].tolist() == [300] * 50
