"""What was asked for: the options that all reports have, and the scope they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from voronka.cli import complete
from voronka.cli.app import App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.reports.scope import Scope
    from voronka.engine.reports.table import Report

F = TypeVar("F", bound=Callable[..., Any])


def options(command: F) -> F:
    """Give a report's command the options that all of them have."""
    for option in (
        click.option("--owner", metavar="PERSON", help="Only this person's."),
        click.option("--to", "until", metavar="DATE", help="Up to the end of this day."),
        click.option("--from", "since", metavar="DATE", help="From the beginning of this day."),
        click.option(
            "--pipeline", metavar="PIPELINE", shell_complete=complete.pipelines, help="Only of this pipeline."
        ),
    ):
        command = option(command)
    return common(outputs(command))


def outputs(command: F) -> F:
    """The files that any report can be written to."""
    for option in (
        click.option("--table", metavar="NAME", help="Only this table of the report."),
        click.option("--png", metavar="FILE", help="Write the chart as PNG."),
        click.option("--svg", metavar="FILE", help="Write the chart as SVG."),
        click.option("--html", metavar="FILE", help="Write a page that stands alone."),
        click.option("--xlsx", metavar="FILE", help="Write a workbook."),
        click.option("--csv", metavar="FILE", help="Write a table as CSV; - is the standard output."),
    ):
        command = option(command)
    return command


def by(command: F) -> F:
    """For reports that can be split."""
    return click.option("--by", metavar="FIELD", help="By the values of a field, by owner, or by month.")(command)


def amount(command: F) -> F:
    """For reports that add amounts up."""
    return click.option("--amount", metavar="FIELD", help="The amount that is added up (default: amount).")(command)


def scope_of(session: Session, asked: dict[str, Any]) -> Scope:
    """The scope that the options mean. Raises Failure."""
    from voronka.cli import given
    from voronka.engine.host.queries import stage_counts
    from voronka.engine.reports.scope import Scope

    app = session.app
    known = session.programs.definition.pipelines
    wanted = asked.get("pipeline")
    if wanted:
        pipelines: tuple[str, ...] = (given.pipeline(session, wanted).pipeline.name,)
    else:
        every = tuple(name for name, pipeline in known.items() if pipeline.kind != "record")
        used = {pipeline for pipeline, _ in stage_counts(session.store)}
        pipelines = tuple(name for name in every if name in used) or every
    if not pipelines:
        raise app.fail("no file declares a pipeline", "ни один файл не объявляет воронки")
    since, until = (
        _day(session, pipelines[0], asked.get("since"), 0),
        _day(session, pipelines[0], asked.get("until"), 1),
    )
    if since is not None and until is not None and since >= until:
        raise app.fail("--from is after --to", "--from позже, чем --to")
    return Scope(
        session.store,
        session.programs,
        session.now,
        pipelines,
        since,
        until,
        given.person(session, asked["owner"]) if asked.get("owner") else None,
        asked.get("by"),
        asked.get("amount"),
        work=bool(asked.get("work")),
        people=session.people,
        called=session.called,
    )


def _day(session: Session, pipeline: str, text: str | None, more: int) -> int | None:
    """The first instant of a date, or of the date after it. Raises Failure."""
    from datetime import date, timedelta

    from voronka.dsl.definition.types import DATE
    from voronka.engine.inputs import InputError, parse_value

    if text is None:
        return None
    calendar = session.programs.pipelines[pipeline].calendar
    option = "--to" if more else "--from"
    try:
        day: Any = parse_value(DATE, text, language=session.app.lang, calendar=calendar, now=session.now)
    except InputError as error:
        raise session.app.fail(f"{option}: {error.message('en')}", f"{option}: {error.message('ru')}") from error
    if not isinstance(day, date):
        raise session.app.fail(f"{option} is empty", f"{option}: пусто")
    return int(calendar.day_start(day + timedelta(days=more)))


def run(app: App, make: Callable[[Scope], Report], asked: dict[str, Any]) -> None:
    """Make a report and give it out as asked."""
    from voronka.cli.reports import files, show
    from voronka.cli.session import reading
    from voronka.engine.reports.scope import NoReport, one_moment

    with reading(app, silent=app.as_json) as session:
        scope = scope_of(session, asked)
        with one_moment(session.store):
            try:
                report = make(scope)
            except NoReport as no:
                raise app.fail(no.message.en, no.message.ru) from no
        local = session.programs.pipelines[scope.pipelines[0]].calendar.local
    report = files.chosen(app, report, asked.get("table"))
    written = files.write(app, report, asked, local)
    if app.as_json:
        app.dump(show.data(app, report))
    elif not written:
        show.show(app, report, local)
