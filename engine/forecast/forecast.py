"""A forecast: wins and amounts by month as intervals, weighted sums, declared probabilities beside observed ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from voronka.dsl.definition.model import Field
from voronka.engine.forecast.amounts import amounts
from voronka.engine.forecast.arrivals import coming, recent
from voronka.engine.forecast.history import History, Ints, read
from voronka.engine.forecast.observed import Observed, observed
from voronka.engine.forecast.risks import Floats, watched
from voronka.engine.forecast.simulate import simulate, standing
from voronka.engine.program.build import Programs
from voronka.engine.store.store import Store
from voronka.engine.time.calendar import WorkCalendar

LEVELS = (10, 50, 90)  # percentiles of an interval: it holds 80 % of the futures
WORK = 10_000_000  # deals times runs that are played without being asked for
RUNS = 2000
FEWEST = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``months``: what is left of the month after ``cut`` (ms), and the calendar months that follow it.

    ``until`` (ms) ends the last one early. ``since`` (ms): visits that began earlier teach nothing. ``runs`` 0: as many
    as are worth it. ``field``: the amount.
    """

    pipeline: str
    cut: int
    months: int = 3
    runs: int = 0
    seed: int = 0
    since: int | None = None
    field: Field | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """p10, p50 and p90 of all futures, and their mean."""

    low: float
    middle: float
    high: float
    mean: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Month:
    """From ``begins`` to ``ends`` (ms, the last one included). ``so_far`` was won in it before the cut.

    ``count`` and ``amount`` are still to come; ``there`` is the part of the count that comes of deals which are there,
    ``new_count`` and ``new_amount`` what deals bring that are not there yet. Amounts are None without a field for them.
    """

    day: date
    begins: int
    ends: int
    so_far: int
    count: Interval
    there: Interval
    new_count: Interval
    amount: Interval | None
    new_amount: Interval | None


@dataclass(frozen=True, slots=True)
class Weighted:
    """Open deals times the probability of their stage, whenever that may be.

    ``left_out`` are deals in a stage without a probability. ``amount`` lacks those that have
    none; None where no deal has one.
    """

    deals: int
    count: Decimal
    amount: Decimal | None
    left_out: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """``total`` is over all months. ``deals`` and ``chances`` (won by the end of the months) of every open deal.

    ``visits`` and ``known`` deals it was made of; ``open`` deals, of which ``unpriced`` have no amount.
    """

    question: Question
    visits: int
    known: int
    open: int
    per_week: float
    runs: int
    months: tuple[Month, ...]
    total: Month
    declared: Weighted
    lived: Weighted
    unpriced: int
    stages: tuple[Observed, ...]
    stages_declared: Mapping[str, Decimal | None]
    deals: Ints
    chances: Floats
    history: History


def forecast(
    store: Store,
    programs: Programs,
    question: Question,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Forecast:
    """Answer a question from what was known at its cut. The same question gives the same figures.

    ``told`` hears how many runs of how many are done. Raises MixedCurrencies.
    """
    program = programs.pipelines[question.pipeline]
    pipeline, calendar = program.pipeline, program.calendar
    history = read(store, programs, question.pipeline, question.cut)
    worth = amounts(store, pipeline, question.field, question.cut) if question.field is not None else {}
    leavings = watched(history, question.since)
    numbers, deals = standing(history, leavings)
    runs = question.runs or int(min(max(WORK // max(numbers.size, 1), FEWEST), RUNS))
    known = np.array([float(worth.get(number, "nan")) for number in numbers.tolist()], dtype=np.float64)
    typical = _typical(history, worth)
    days, edges = month_ends(calendar, question)
    rng = np.random.Generator(np.random.PCG64(question.seed))
    tally, used = simulate(history, leavings, deals, known, typical, edges, runs, rng, lambda done: told(done, runs))
    arrivals = recent(history)
    new_count, new_amount = coming(arrivals, used, history, typical, edges, rng)
    priced = question.field is not None
    drawn = _Drawn(tally.count + new_count, tally.count, new_count, tally.amount + new_amount, new_amount)
    ends = [int(edge) + question.cut for edge in edges]
    begins = [question.cut + 1, *(end + 1 for end in ends[:-1])]
    so_far = [_so_far(history, calendar, question.cut), *(0 for _ in days[1:])]
    months = tuple(
        drawn.of(at, priced, *place) for at, place in enumerate(zip(days, begins, ends, so_far, strict=True))
    )
    total = drawn.of(None, priced, days[0], begins[0], ends[-1], so_far[0])
    stages = observed(history, question.since)
    said = {name: stage.probability for name, stage in pipeline.stages.items() if stage.kind == "open"}
    shares = {one.stage: None if one.share is None else Decimal(repr(one.share)) for one in stages}
    lasting = ~history.lost[deals.state] if deals.state.size else np.zeros(0, dtype=bool)
    here = [
        (number, history.states[state].name)
        for number, state in zip(numbers[lasting].tolist(), deals.state[lasting].tolist(), strict=True)
    ]
    return Forecast(
        question,
        int(history.deal.size),
        int(np.unique(history.deal).size),
        len(here),
        arrivals.per_week,
        runs,
        months,
        total,
        _weighted(here, said, worth if priced else None),
        _weighted(here, shares, worth if priced else None),
        sum(number not in worth for number, _ in here),
        stages,
        said,
        numbers[lasting],
        (tally.often[lasting] / runs).astype(np.float64),
        history,
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Wins and amounts to come, by (run, month); of deals that are there and of new ones alone, too."""

    count: Ints
    there: Ints
    new_count: Ints
    amount: Floats
    new_amount: Floats

    def of(self, at: int | None, priced: bool, day: date, begins: int, ends: int, so_far: int) -> Month:
        """What is said of a month, or of all of them together."""
        counts, amounts = (
            [_interval(one.sum(axis=1) if at is None else one[:, at]) for one in pair]
            for pair in ((self.count, self.there, self.new_count), (self.amount, self.new_amount))
        )
        return Month(day, begins, ends, so_far, *counts, *(amounts if priced else (None, None)))


def _typical(history: History, worth: Mapping[int, Decimal]) -> Floats:
    """What deals that were won are worth."""
    won = history.deal[history.won[history.state]] if history.deal.size else history.deal
    return np.array([float(worth[number]) for number in won.tolist() if number in worth], dtype=np.float64)


def month_ends(calendar: WorkCalendar, question: Question) -> tuple[list[date], Ints]:
    """The first day of each month that is asked about, and its last ms counted from the cut."""
    firsts = [first_of(calendar.today(question.cut + 1), n) for n in range(question.months + 1)]
    ends = [int(calendar.day_start(day)) - 1 for day in firsts[1:]]
    if question.until is not None:
        ends = [min(end, question.until) for end in ends]
    return firsts[:-1], np.array(ends, dtype=np.int64) - question.cut


def first_of(day: date, months: int = 0) -> date:
    """The first of the month so many months after that of a day."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _so_far(history: History, calendar: WorkCalendar, cut: int) -> int:
    begins = int(calendar.day_start(first_of(calendar.today(cut + 1))))
    return int((history.won[history.state] & (history.entered >= begins)).sum()) if history.deal.size else 0


def _interval(values: Ints | Floats) -> Interval:
    low, middle, high = np.percentile(values, LEVELS, method="inverted_cdf" if values.dtype.kind == "i" else "linear")
    return Interval(float(low), float(middle), float(high), float(values.mean()))


def _weighted(
    here: list[tuple[int, str]], shares: Mapping[str, Decimal | None], worth: Mapping[int, Decimal] | None
) -> Weighted:
    count, left_out = Decimal(0), 0
    amount: Decimal | None = None
    for number, stage in here:
        share = shares.get(stage)
        if share is None:
            left_out += 1
            continue
        count += share
        if worth is not None and number in worth:
            amount = (amount or Decimal(0)) + share * worth[number]
    return Weighted(len(here), count, amount, left_out)
