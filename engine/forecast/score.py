"""A forecast fitted on one period and scored on a later one; nothing of the later one is known to it (U8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from voronka.engine.forecast.amounts import amounts
from voronka.engine.forecast.forecast import Forecast, Interval, Month, Question, first_of, forecast
from voronka.engine.forecast.history import History, read
from voronka.engine.forecast.intervals import wilson
from voronka.engine.forecast.marks import Marks, marks, skill
from voronka.engine.forecast.risks import Floats
from voronka.engine.program.build import Programs
from voronka.engine.store.store import Store
from voronka.engine.time.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of the deals that stood open in a stage at the cut: what was declared, what was forecast, what came true.

    ``share`` of them were won by the end, with the interval of Wilson at 95 %; ``open`` are still under way then.
    """

    stage: str
    deals: int
    declared: Decimal | None
    forecast: float
    won: int
    open: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.won / self.deals


@dataclass(frozen=True, slots=True)
class Kept:
    """A month that was forecast ``ahead`` months ahead, and what came true in it.

    ``actual`` wins, of which ``there`` are of deals that were there when it was forecast.
    """

    cut: int
    month: Month
    ahead: int
    actual: int
    there: int
    actual_amount: float | None

    @property
    def count(self) -> Interval:
        return self.month.count

    @property
    def amount(self) -> Interval | None:
        return self.month.amount


@dataclass(frozen=True, slots=True)
class Score:
    """Marks of the forecast, of the declared probabilities and of the base rate as it was known at the cut.

    ``before`` so many deals had been won when it was made.

    The base rate is the share of the deals open as long before the cut that were won by then; None where there were
    none. All three are asked the same: will this deal, open at the cut, be won by the end?
    """

    begins: int
    ends: int
    before: int
    deals: int
    won: int
    open: int
    base: float | None
    forecast: Marks | None
    declared: Marks | None
    reference: Marks | None
    skill: float | None
    declared_skill: float | None
    stages: tuple[Reliability, ...]
    kept: tuple[Kept, ...]

    def coverage_there(self) -> tuple[int, int]:
        """The same of wins of those deals alone that were there when it was forecast."""
        held = [one.month.there.holds(one.there) for one in self.kept]
        return sum(held), len(held)

    def coverage(self, amount: bool = False) -> tuple[int, int]:
        """How many of the months came true inside of their interval, of how many."""
        held = [one.count.holds(one.actual) for one in self.kept]
        if amount:
            pairs = [(one.amount, one.actual_amount) for one in self.kept]
            held = [said.holds(actual) for said, actual in pairs if said is not None and actual is not None]
        return sum(held), len(held)


def score(
    store: Store,
    programs: Programs,
    question: Question,
    ends: int,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Score:
    """Fit at ``question.cut``, look at what was true at ``ends`` (ms). Raises MixedCurrencies.

    Chances of deals come from the one fit at the cut. Intervals by month are made anew before every month in between,
    each from what was known then, for as many months ahead as ``question.months`` says.
    """
    truth = read(store, programs, question.pipeline, ends)
    worth = (
        amounts(store, programs.definition.pipelines[question.pipeline], question.field, ends)
        if question.field is not None
        else None
    )
    cuts = _cuts(programs.pipelines[question.pipeline].calendar, question.cut, ends)
    kept: list[Kept] = []
    first: Forecast | None = None
    for at, cut in enumerate(cuts):
        left = len(cuts) - at
        months = left if first is None else min(question.months, left)
        made = forecast(store, programs, replace(question, cut=cut, months=months, until=ends))
        first = first or made
        for ahead, month in enumerate(made.months[: question.months], 1):
            wins = truth.deal[_won_in(truth, month.begins, month.ends)]
            sums = None if worth is None else float(sum(worth.get(one, Decimal(0)) for one in wins.tolist()))
            there = int(np.isin(wins, made.history.deal).sum())
            kept.append(Kept(cut, month, ahead, int(wins.size), there, sums))
        told(at + 1, len(cuts))
    assert first is not None
    return _scored(store, programs, question, ends, first, truth, tuple(kept))


def _cuts(calendar: WorkCalendar, begins: int, ends: int) -> list[int]:
    """The cut itself and the last ms before every month that begins between it and the end."""
    found = [begins]
    day = first_of(calendar.today(begins + 1), 1)
    while (start := int(calendar.day_start(day)) - 1) < ends:
        found.append(start)
        day = first_of(day, 1)
    return found


def _won_in(truth: History, begins: int, ends: int) -> NDArray[np.bool_]:
    return truth.won[truth.state] & (truth.entered >= begins) & (truth.entered <= ends)


def _scored(
    store: Store,
    programs: Programs,
    question: Question,
    ends: int,
    first: Forecast,
    truth: History,
    kept: tuple[Kept, ...],
) -> Score:
    begins = question.cut
    won = np.isin(first.deals, truth.deal[_won_in(truth, begins + 1, ends)]).astype(np.float64)
    still = np.isin(first.deals, truth.deal[truth.lasts & ~truth.won[truth.state] & ~truth.lost[truth.state]])
    stages = _standing_in(first)
    said = [first.stages_declared.get(stage) for stage in stages]
    spoken = np.array([one is not None for one in said], dtype=bool)
    base = _base_rate(store, programs, question, ends)
    forecast_marks = marks(first.chances, won)
    declared = np.array([float(one) for one in said if one is not None], dtype=np.float64)
    declared_marks = marks(declared, won[spoken]) if declared.size else None
    reference = marks(np.full(won.size, base), won) if base is not None else None
    against = marks(np.full(declared.size, base), won[spoken]) if base is not None and declared.size else None
    return Score(
        begins + 1,
        ends,
        int(first.history.won[first.history.state].sum()),
        int(won.size),
        int(won.sum()),
        int(still.sum()),
        base,
        forecast_marks,
        declared_marks,
        reference,
        skill(forecast_marks.brier, reference.brier) if forecast_marks and reference else None,
        skill(declared_marks.brier, against.brier) if declared_marks and against else None,
        _reliability(first, stages, won, still),
        kept,
    )


def _standing_in(made: Forecast) -> list[str]:
    """The stage of every open deal at the cut."""
    lasts = made.history.lasts
    where = dict(zip(made.history.deal[lasts].tolist(), made.history.state[lasts].tolist(), strict=True))
    return [made.history.states[where[number]].name for number in made.deals.tolist()]


def _base_rate(store: Store, programs: Programs, question: Question, ends: int) -> float | None:
    """Of the deals open as long before the cut as the cut is before the end: the share won by the cut."""
    before = read(store, programs, question.pipeline, question.cut - (ends - question.cut))
    known = read(store, programs, question.pipeline, question.cut)
    then = before.lasts & ~before.won[before.state] & ~before.lost[before.state] if before.deal.size else before.lasts
    deals = before.deal[then]
    if not deals.size:
        return None
    return float(np.isin(deals, known.deal[known.won[known.state]]).mean())


def _reliability(made: Forecast, stages: list[str], won: Floats, still: NDArray[np.bool_]) -> tuple[Reliability, ...]:
    names = np.array(stages, dtype=object)
    found = []
    for stage, declared in made.stages_declared.items():
        here = names == stage
        deals = int(here.sum())
        if deals:
            wins = int(won[here].sum())
            low, high = wilson(wins / deals, deals)
            chance = float(made.chances[here].mean())
            found.append(Reliability(stage, deals, declared, chance, wins, int(still[here].sum()), low, high))
    return tuple(found)
