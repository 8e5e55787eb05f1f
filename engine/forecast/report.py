"""The forecast, and its score, as reports: tables with titled columns and what there is to note."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.text.codes.base import Both
from voronka.engine.forecast.forecast import Forecast, Interval, Month, Weighted
from voronka.engine.forecast.marks import Marks
from voronka.engine.forecast.observed import Observed
from voronka.engine.forecast.score import Score
from voronka.engine.program.build import Program
from voronka.engine.reports.table import STAGE, Cell, Chart, Column, Money, Report, Table, both

ENOUGH = 30  # deals that have ended, below which nothing is said against a declared probability

_MONTHS = (
    *(Both("Jan", "январь"), Both("Feb", "февраль"), Both("Mar", "март"), Both("Apr", "апрель")),
    *(Both("May", "май"), Both("Jun", "июнь"), Both("Jul", "июль"), Both("Aug", "август")),
    *(Both("Sep", "сентябрь"), Both("Oct", "октябрь"), Both("Nov", "ноябрь"), Both("Dec", "декабрь")),
)
_MONTH = Column("month", Both("Month", "Месяц"))
_LEVELS = (
    Column("p10", Both("10 %", "10 %"), "count"),
    Column("p50", Both("50 %", "50 %"), "count"),
    Column("p90", Both("90 %", "90 %"), "count"),
)
_PRICED = tuple(Column(one.name, one.title, "money") for one in _LEVELS)
_DECLARED = Column("declared", Both("Declared", "Заявлено"), "share")
_FROM = Column("low", Both("95 %: from", "95 %: от"), "share")
_TO = Column("high", Both("to", "до"), "share")
_TOGETHER = Both("Together", "Вместе")


def month_title(month: Month) -> Both:
    """``Nov 2026``."""
    name = _MONTHS[month.day.month - 1]
    return Both(f"{name.en} {month.day.year}", f"{name.ru} {month.day.year}")


def off(said: Decimal | None, lived: Observed) -> bool:
    """Whether what a stage declares is none of what was observed, as far as that can be told by so many deals."""
    return said is not None and lived.ended >= ENOUGH and not lived.low <= float(said) <= lived.high


def forecast_report(made: Forecast, program: Program) -> Report:
    """What is to come, the weighted sums, declared probabilities beside observed ones."""
    pipeline = program.pipeline
    tables = [_wins(made)]
    if made.total.amount is not None:
        tables.append(_amounts(made, pipeline))
    tables += [_weighted(made, pipeline), _calibration(made, pipeline)]
    # a day that is over is told as such
    at = program.calendar.local(made.question.cut + 1)
    day = program.calendar.local(made.question.cut).date().isoformat()
    whole = at.date().isoformat() != day
    when = Both(f"end of {day}", f"конец {day}") if whole else Both(f"{day} {at:%H:%M}", f"{day} {at:%H:%M}")
    about = (both(pipeline.title, pipeline.name), Both(f"as of {when.en}", f"по состоянию на {when.ru}"))
    return Report("forecast", Both("Forecast", "Прогноз"), about, tuple(tables), tuple(_notes(made, pipeline)))


def _wins(made: Forecast) -> Table:
    columns = (
        _MONTH,
        Column("so_far", Both("Won so far", "Уже выиграно"), "count"),
        *_LEVELS,
        Column("new", Both("of new deals", "из новых сделок"), "number"),
    )
    rows = [(month_title(one), one.so_far, *_whole(one.count), one.new_count.mean) for one in made.months]
    total = made.total
    return Table(
        "wins",
        Both("Wins to come", "Предстоящие победы"),
        columns,
        tuple(rows),
        (_TOGETHER, total.so_far, *_whole(total.count), total.new_count.mean),
        Chart("month", ("p10", "p50", "p90"), spread=True),
    )


def _amounts(made: Forecast, pipeline: Pipeline) -> Table:
    def row(month: Month) -> tuple[Cell, ...]:
        assert month.amount is not None
        assert month.new_amount is not None
        return *(_money(value, made) for value in _levels(month.amount)), _money(month.new_amount.mean, made)

    field = made.question.field
    assert field is not None
    title = both(field.title, field.name)
    return Table(
        "amounts",
        Both(f"What they bring ({title.en})", f"Сколько они принесут ({title.ru})"),
        (_MONTH, *_PRICED, Column("new", Both("of new deals", "из новых сделок"), "money")),
        tuple((month_title(one), *row(one)) for one in made.months),
        (_TOGETHER, *row(made.total)),
        Chart("month", ("p10", "p50", "p90"), spread=True),
    )


def _weighted(made: Forecast, pipeline: Pipeline) -> Table:
    priced = made.question.field is not None
    columns = [
        Column("by", Both("Times the probability", "С весом вероятности")),
        Column("deals", Both("Open deals", "Открытых сделок"), "count"),
        Column("wins", Both("Wins", "Побед"), "number"),
        *([Column("amount", Both("Amount", "Сумма"), "money")] if priced else []),
    ]

    def row(name: Both, one: Weighted) -> tuple[Cell, ...]:
        worth = (_money(float(one.amount), made) if one.amount is not None else None,) if priced else ()
        return name, one.deals - one.left_out, float(one.count), *worth

    rows = (
        row(Both("as declared", "как заявлено"), made.declared),
        row(Both("as observed", "как наблюдалось"), made.lived),
    )
    title = Both("Open deals, whenever it may be", "Открытые сделки, когда бы это ни было")
    return Table("weighted", title, tuple(columns), rows)


def _calibration(made: Forecast, pipeline: Pipeline) -> Table:
    columns = (
        STAGE,
        _DECLARED,
        Column("observed", Both("Observed", "Наблюдалось"), "share"),
        _FROM,
        _TO,
        Column("ended", Both("Deals ended", "Закончено сделок"), "count"),
        Column("open", Both("open", "открыто"), "count"),
        Column("said", Both("", "")),
    )
    rows = []
    for one in made.stages:
        said = made.stages_declared.get(one.stage)
        bounds = (one.low, one.high) if one.ended else (None, None)
        verdict = Both("⚠ off", "⚠ мимо") if off(said, one) else None
        declared = None if said is None else float(said)
        title = both(pipeline.stages[one.stage].title, one.stage)
        rows.append((title, declared, one.share, *bounds, one.ended, one.open, verdict))
    return Table(
        "calibration",
        Both("Won in the end, of the deals that were in the stage", "Выиграно в итоге из сделок, бывших на этапе"),
        columns,
        tuple(rows),
    )


def _notes(made: Forecast, pipeline: Pipeline) -> Iterator[Both]:
    asked = made.question
    yield Both(
        f"{made.runs} futures, seed {asked.seed}, drawn from {made.visits} visits of {made.known} deals; the bounds "
        "hold 8 of 10 futures",
        f"{made.runs} вариантов будущего, зерно {asked.seed}, по {made.visits} посещениям этапов {made.known} "
        "сделками; в границах 8 вариантов из 10",
    )
    if made.total.new_count.mean:
        yield Both(
            f"new deals: {made.per_week:.0f} a week, as in the weeks before",
            f"новых сделок: {made.per_week:.0f} в неделю, как в предыдущие недели",
        )
    if not any(one.won for one in made.stages):
        yield Both(
            "nothing has been won yet, so nothing can be forecast to be",
            "выигранных сделок ещё нет, поэтому и в прогнозе их нет",
        )
    if made.declared.left_out:
        yield Both(
            f"left out of the declared sum, as their stage has no probability: {made.declared.left_out}",
            f"не вошли в заявленную сумму, у их этапа нет вероятности: {made.declared.left_out}",
        )
    if asked.field is not None and (missing := made.unpriced):
        yield Both(
            f"open deals without an amount: {missing}; the weighted amounts lack them, and the futures draw theirs "
            "from deals that were won",
            f"открытых сделок без суммы: {missing}; во взвешенных суммах их нет, а варианты будущего берут сумму у "
            "выигранных сделок",
        )
    for one in made.stages:
        said = made.stages_declared.get(one.stage)
        if off(said, one) and said is not None and one.share is not None:
            stage = both(pipeline.stages[one.stage].title, one.stage)
            there, seen = _percents(float(said), one.share)
            yield Both(
                f"“{stage.en}”: declared {there} %, observed {seen} % (n = {one.ended})",
                f"«{stage.ru}»: заявлено {there} %, наблюдалось {seen} % (n = {one.ended})",
            )


def score_report(made: Score, program: Program) -> Report:
    """How good a forecast was, and how good the declared probabilities were."""
    local = program.calendar.local
    first, last = local(made.begins).date().isoformat(), local(made.ends).date().isoformat()
    about = (
        both(program.pipeline.title, program.pipeline.name),
        Both(f"fitted before {first}, scored to {last}", f"построен до {first}, проверен по {last}"),
    )
    tables = (_marks(made), _reliability(made, program.pipeline), _kept(made))
    return Report("forecast-score", Both("Forecast, scored", "Прогноз и что сбылось"), about, tables, _told(made))


def _marks(made: Score) -> Table:
    columns = (
        Column("forecast", Both("Forecast", "Прогноз")),
        Column("n", Both("Deals", "Сделок"), "count"),
        Column("brier", Both("Brier score", "Мера Брайера"), "score"),
        Column("skill", Both("Skill", "Выигрыш"), "share"),
        Column("miscalibration", Both("Miscalibration", "Некалиброванность"), "score"),
        Column("discrimination", Both("Discrimination", "Различение"), "score"),
        Column("uncertainty", Both("Uncertainty", "Неопределённость"), "score"),
        Column("log", Both("Log score", "Логарифм. мера"), "score"),
    )
    rows = (
        (Both("from history", "по истории"), *_marked(made.forecast, made.skill)),
        (Both("as declared", "как заявлено"), *_marked(made.declared, made.declared_skill)),
        (Both("base rate", "базовая доля"), *_marked(made.reference, None)),
    )
    return Table("marks", Both("Is an open deal won by the end?", "Выиграна ли сделка к концу?"), columns, rows)


def _marked(one: Marks | None, better: float | None) -> tuple[Cell, ...]:
    if one is None:
        return (None,) * 7
    return one.n, one.brier, better, one.miscalibration, one.discrimination, one.uncertainty, one.log


def _reliability(made: Score, pipeline: Pipeline) -> Table:
    columns = (
        STAGE,
        Column("deals", Both("Open then", "Были открыты"), "count"),
        _DECLARED,
        Column("forecast", Both("Forecast", "Прогноз"), "share"),
        Column("observed", Both("Won", "Выиграно"), "share"),
        _FROM,
        _TO,
        Column("open", Both("still open", "ещё открыто"), "count"),
    )
    rows = tuple(
        (
            both(pipeline.stages[one.stage].title, one.stage),
            one.deals,
            None if one.declared is None else float(one.declared),
            one.forecast,
            one.share,
            one.low,
            one.high,
            one.open,
        )
        for one in made.stages
    )
    return Table("reliability", Both("Stage by stage", "По этапам"), columns, rows)


def _kept(made: Score) -> Table:
    columns = (
        _MONTH,
        Column("ahead", Both("Months ahead", "За сколько месяцев"), "count"),
        *_LEVELS,
        Column("won", Both("Won", "Выиграно"), "count"),
        Column("inside", Both("", "")),
        Column("there_p10", Both("of deals there then: 10 %", "из бывших тогда сделок: 10 %"), "count"),
        Column("there_p90", Both("90 %", "90 %"), "count"),
        Column("there_won", Both("Won", "Выиграно"), "count"),
        Column("there_inside", Both("", "")),
    )
    rows = []
    for one in made.kept:
        low, _, high = _whole(one.month.there)
        there = (low, high, one.there, _mark(one.month.there.holds(one.there)))
        inside = _mark(one.count.holds(one.actual))
        rows.append((month_title(one.month), one.ahead, *_whole(one.count), one.actual, inside, *there))
    return Table("coverage", Both("Wins by month", "Победы по месяцам"), columns, tuple(rows))


def _mark(held: bool) -> Both:
    return Both("✓", "✓") if held else Both("✗", "✗")


def _told(made: Score) -> tuple[Both, ...]:
    (held, of), (there, _) = made.coverage(), made.coverage_there()
    notes = [
        Both(
            f"of {of} intervals of 80 % {held} held, and {there} for the deals alone that were there",
            f"из {of} интервалов на 80 % выдержали {held}, а для одних лишь бывших тогда сделок — {there}",
        ),
        Both(
            f"deals open at the cut: {made.deals}; won by the end {made.won}, still open {made.open}",
            f"открытых сделок на момент прогноза: {made.deals}; выиграно к концу {made.won}, ещё открыто {made.open}",
        ),
    ]
    if not made.before:
        notes.append(
            Both(
                "nothing had been won when it was made, so it forecast nothing",
                "к моменту прогноза ещё ничего не было выиграно, поэтому и предсказывать было нечего",
            )
        )
    if made.kept and made.kept[0].amount is not None:
        held, of = made.coverage(amount=True)
        notes.insert(1, Both(f"of amounts: {held} of {of}", f"по суммам: {held} из {of}"))
    if made.base is not None:
        notes.append(
            Both(
                f"base rate: {made.base * 100:.1f} %, the share won of those open as long before the cut, by the cut",
                f"базовая доля: {made.base * 100:.1f} %, сколько было выиграно к моменту прогноза из сделок, открытых "
                "за столько же до него",
            )
        )
    else:
        notes.append(
            Both(
                "no base rate: no deal was open so long before the cut",
                "базовой доли нет: за столько до прогноза открытых сделок не было",
            )
        )
    notes.append(
        Both(
            "declared probabilities do not say by when: what is won later counts against them",
            "заявленные вероятности не говорят, к какому сроку: выигранное позже засчитано против них",
        )
    )
    return tuple(notes)


def _percents(*shares: float) -> tuple[str, ...]:
    """Shares in percent, with a decimal where they would look the same without."""
    whole = [f"{share * 100:.0f}" for share in shares]
    return tuple(whole) if len(set(whole)) == len(whole) else tuple(f"{share * 100:.1f}" for share in shares)


def _levels(one: Interval) -> tuple[float, float, float]:
    return one.low, one.middle, one.high


def _whole(one: Interval) -> tuple[int, int, int]:
    return round(one.low), round(one.middle), round(one.high)


def _money(value: float, made: Forecast) -> Money:
    field = made.question.field
    assert field is not None
    return Money(Decimal(round(value)), field.type.currency)
