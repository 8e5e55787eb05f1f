"""``voronka report forecast``: what open deals will bring, and how good such forecasts have been."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import complete
from voronka.cli.app import App, common
from voronka.cli.reports import asked as reports

if TYPE_CHECKING:
    from voronka.dsl.definition.model import Field
    from voronka.engine.program.build import Program
    from voronka.engine.reports.scope import Scope
    from voronka.engine.reports.table import Report

LONGEST = 36  # months


@click.command("forecast")
@click.option("--pipeline", metavar="PIPELINE", shell_complete=complete.pipelines, help="Of which pipeline.")
@click.option(
    "--months", type=click.IntRange(1, LONGEST), default=3, show_default=True, help="This month's rest counts as one."
)
@click.option("--as-of", metavar="DATE", help="From what was known at the end of that day (default: now).")
@click.option("--since", metavar="DATE", help="Learn only from visits that began on that day or later.")
@click.option("--amount", metavar="FIELD", help="The money field that says what a deal is worth (default: amount).")
@click.option(
    "--runs", type=click.IntRange(1, 1_000_000), help="How many futures (default: 2,000, fewer of many deals)."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same figures.")
@click.option("--score", metavar="FROM..TO", help="Fit on what was known before FROM, score on what came true by TO.")
@click.option("--holdout", type=click.IntRange(1, LONGEST), metavar="MONTHS", help="Score on the last full months.")
@reports.outputs
@common
def command(app: App, **given: Any) -> None:
    """Wins and amounts to come by month, as intervals, from how deals have really moved (R70, U8).

    Monte Carlo over observed transitions and dwell times, open visits counted as censored; beside it open deals
    weighted by declared and by observed probability, and which declared ones do not hold. Needs voronka[forecast].

    With --score or --holdout: Brier and log scores of the forecast and of the declared probabilities, against the base
    rate; declared against observed by stage; how many intervals held. With --json: {"report", "title", "about",
    "tables": [{"name": wins|amounts|weighted|calibration, or marks|reliability|coverage, "columns", "rows", "totals"}],
    "notes"}.
    """
    own = ("months", "as_of", "since", "runs", "seed", "score", "holdout")
    reports.run(app, lambda scope: _made(app, scope, given), {k: v for k, v in given.items() if k not in own})


def _made(app: App, scope: Scope, given: dict[str, Any]) -> Report:
    from importlib.util import find_spec

    from voronka.engine.forecast.amounts import MixedCurrencies
    from voronka.engine.reports.scope import NoReport

    if find_spec("numpy") is None:
        raise NoReport(
            "a forecast needs numpy: pip install 'voronka[forecast]'",
            "для прогноза нужен numpy: pip install 'voronka[forecast]'",
        )
    try:
        return _report(app, scope, given)
    except MixedCurrencies as mixed:
        listed = ", ".join(mixed.currencies)
        raise NoReport(
            f"amounts in several currencies cannot be added: versions of the definition say {listed}; "
            "choose another field with --amount",
            f"суммы в разных валютах не складываются: в версиях описания {listed}; выберите другое поле: --amount",
        ) from mixed


def _report(app: App, scope: Scope, given: dict[str, Any]) -> Report:
    from dataclasses import replace

    from voronka.cli import progress
    from voronka.engine.forecast.forecast import Question, forecast
    from voronka.engine.forecast.report import forecast_report, score_report
    from voronka.engine.forecast.score import score

    program = _program(scope)
    since = _day(app, scope, program, given["since"], "--since") if given["since"] is not None else None
    question = Question(
        program.pipeline.name,
        _cut(app, scope, program, given),
        given["months"],
        given["runs"] or 0,
        given["seed"],
        since,
        _field(scope, program),
    )
    period = _period(app, scope, program, given)
    if since is not None and since > (question.cut if period is None else period[0]):
        raise _no("--since is later than what the forecast is made from", "--since позже, чем момент прогноза")
    if period is None:
        with progress.bar(app, 100, "forecast") as at:
            return forecast_report(forecast(scope.store, scope.programs, question, _percent(at)), program)
    with progress.bar(app, 100, "score") as at:
        question = replace(question, cut=period[0])
        return score_report(score(scope.store, scope.programs, question, period[1], _percent(at)), program)


def _percent(at: Callable[[int], None]) -> Callable[[int, int], None]:
    return lambda done, of: at(done * 100 // of)


def _no(en: str, ru: str) -> Exception:
    from voronka.engine.reports.scope import NoReport

    return NoReport(en, ru)


def _program(scope: Scope) -> Program:
    """The pipeline that is meant: the only one that can be won, but for those that others lead into by a tunnel."""
    from voronka.dsl.check.flow.walk import deeds
    from voronka.dsl.definition.actions import Tunnel

    if len(scope.pipelines) == 1:
        program = scope.program(scope.pipelines[0])
        if program.pipeline.won is None:
            name = program.pipeline.name
            raise _no(
                f"deals of `{name}` cannot be won: it has no `won`", f"сделки `{name}` нельзя выиграть: нет `won`"
            )
        return program
    known = scope.programs.definition.pipelines.values()
    items = {field.type.target for one in known for field in one.fields.values() if field.type.kind == "links"}
    into = {
        deed.action.pipeline
        for one in known
        for deed in deeds(one)
        if isinstance(deed.action, Tunnel) and deed.action.pipeline != one.name
    }
    winnable = [name for name in scope.pipelines if scope.program(name).pipeline.won is not None and name not in items]
    first = [name for name in winnable if name not in into]
    chosen = first if len(first) == 1 else winnable
    if len(chosen) != 1:
        listed = ", ".join(chosen or scope.pipelines)
        raise _no(f"of which pipeline? --pipeline: {listed}", f"по какой воронке? --pipeline: {listed}")
    return scope.program(chosen[0])


def _field(scope: Scope, program: Program) -> Field | None:
    from voronka.engine.reports.amounts import amount_field

    name = amount_field(program.pipeline, scope.amount)
    if name is None and scope.amount is not None:
        money = [name for name, field in program.pipeline.fields.items() if field.type.kind == "money"]
        en = f"; there are: {', '.join(money)}" if money else ""
        ru = f"; есть: {', '.join(money)}" if money else ""
        raise _no(f"--amount: “{scope.amount}” is no money field{en}", f"--amount: «{scope.amount}» — не сумма{ru}")
    return program.pipeline.fields[name] if name is not None else None


def _cut(app: App, scope: Scope, program: Program, given: dict[str, Any]) -> int:
    """The moment as of which to look: now, or the end of a day."""
    if given["as_of"] is None:
        return scope.now
    return min(_day(app, scope, program, given["as_of"], "--as-of", 1) - 1, scope.now)


def _day(app: App, scope: Scope, program: Program, text: str, option: str, more: int = 0) -> int:
    """The first instant of a date, or of so many days after it."""
    from datetime import timedelta

    from voronka.dsl.definition.types import DATE
    from voronka.engine.inputs import InputError, parse_value

    calendar = program.calendar
    try:
        day: Any = parse_value(DATE, text, language=app.lang, calendar=calendar, now=scope.now)
    except InputError as error:
        raise _no(f"{option}: {error.message('en')}", f"{option}: {error.message('ru')}") from error
    if day is None:
        raise _no(f"{option}: no date is given", f"{option}: не указана дата")
    if calendar.today(scope.now) < day:
        raise _no(f"{option}: this day lies ahead", f"{option}: этот день ещё не наступил")
    return int(calendar.day_start(day + timedelta(days=more)))


def _period(app: App, scope: Scope, program: Program, given: dict[str, Any]) -> tuple[int, int] | None:
    """The last instant before the scored period, and its own last one; None where nothing is to be scored."""
    from voronka.engine.forecast.forecast import first_of

    if given["score"] is not None and (given["holdout"] or given["as_of"]):
        raise _no(
            "--score says it all: leave out --holdout and --as-of", "--score сам задаёт период: без --holdout и --as-of"
        )
    if given["holdout"]:
        day = first_of(program.calendar.today(_cut(app, scope, program, given) + 1))
        start, end = (int(program.calendar.day_start(first_of(day, -n))) for n in (given["holdout"], 0))
        return start - 1, end - 1
    if given["score"] is None:
        return None
    first, sign, last = given["score"].partition("..")
    if not sign or not first.strip() or not last.strip():
        raise _no(
            "--score: write FROM..TO, such as 2026-01-01..2026-03-31",
            "--score: нужно ОТ..ДО, например 2026-01-01..2026-03-31",
        )
    begins = _day(app, scope, program, first.strip(), "--score")
    ends = _day(app, scope, program, last.strip(), "--score", 1)
    if begins >= ends:
        raise _no("--score: FROM is after TO", "--score: начало позже конца")
    return begins - 1, min(ends - 1, scope.now)
