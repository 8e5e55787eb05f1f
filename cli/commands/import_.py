"""``voronka import``: deals from a table, each at its own date, through the same gates as everybody."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import complete
from voronka.cli.app import FINDINGS, App, Failure, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.intake.mapping import Map
    from voronka.engine.intake.plan import Plan
    from voronka.engine.intake.problems import Problem, Unreadable
    from voronka.engine.intake.table import Table

SHOWN = 20  # bad rows that are printed one by one; --json has them all


@click.group("import")
def command() -> None:
    """Bring deals in from a file."""


@command.command("csv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_", type=click.Path(path_type=Path), required=True, help="The mapping (docs/import.md).")
@click.option(
    "--pipeline", metavar="PIPELINE", shell_complete=complete.pipelines, help="Where to (default: the mapping's)."
)
@click.option("--wins", "others", multiple=True, metavar="[NAME=]FILE", help="Rows that happened later to these deals.")
@click.option("--until", metavar="DATE", help="Let time pass so far, or `now` (default: the last date in the data).")
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of stopping.")
@common
def csv(
    app: App,
    file: Path,
    map_: Path,
    pipeline: str | None,
    others: tuple[str, ...],
    until: str | None,
    skip_bad: bool,
) -> None:
    """Bring in the rows of FILE, as the mapping says.

    All rows are read first: while one is bad nothing is written, unless --skip-bad. Gates bind every row; one that is
    refused is counted with its reason. Importing again changes only what has changed. Effects are logged as suppressed.

    \b
    With --json: {"tables": [{"table", "file", "rows", "created", "updated", "duplicate", "won", "lost", "done",
    "blocked", "closed", "failed", "bad", "reasons": [{"what": blocked|closed|failed, "text", "file_line", "count"}]}],
    "stand_ins": [{"field", "value", "count"}], "events", "seconds", "per_second", "suppressed", "until",
    "problems": [{"file", "line", "column", "name", "message"}]}. Exit code 1: stopped at bad rows, nothing written.
    """
    from voronka.cli.session import acting, reading
    from voronka.engine.intake.problems import Unreadable

    try:
        given, tables = _read(app, file, map_, others)
    except Unreadable as error:
        raise _unreadable(app, error) from error
    with reading(app, silent=True) as session:
        plan = _planned(session, given, _pipeline(session, given, pipeline), tables)
        if plan.problems:
            _bad_rows(app, plan, skip_bad)
            if not skip_bad:
                raise SystemExit(FINDINGS)
        end = _until(session, plan, until)
    with acting(app, programs=session.programs, catch_up=False, alone=True) as session:
        _carry_out(session, plan, end)


def _read(app: App, file: Path, map_: Path, others: tuple[str, ...]) -> tuple[Map, dict[str, Table]]:
    from voronka.engine.intake.mapping import MAIN, load_map
    from voronka.engine.intake.table import read_table

    given = load_map(map_)
    tables = {MAIN: read_table(file, given.encoding, given.delimiter)}
    files = _other_files(app, given, others)
    for rows in given.then:
        if rows.same:
            tables[rows.name] = tables[MAIN]
        elif rows.name in files:
            tables[rows.name] = read_table(files[rows.name], given.encoding, given.delimiter)
    return given, tables


def _other_files(app: App, given: Map, others: tuple[str, ...]) -> dict[str, Path]:
    """Which file is which table: ``wins=closed.csv``, or the file alone for the only one, or the one called wins."""
    from voronka.cli.given import nearest

    names = [rows.name for rows in given.then if not rows.same]
    files: dict[str, Path] = {}
    for text in others:
        name, sign, path = text.partition("=")
        if not sign or name not in names:
            if sign and not Path(text).exists():
                near = nearest(app, name, names)
                raise app.fail(
                    f"--wins: {given.file} has no table “{name}”{near}",
                    f"--wins: в {given.file} нет таблицы «{name}»{near}",
                )
            name, path = "wins" if "wins" in names else names[0] if len(names) == 1 else "", text
        if not name or name in files:
            listed = ", ".join(names) or "—"
            raise app.fail(
                f"--wins {text}: say which table it is, NAME=FILE; {given.file} has: {listed}",
                f"--wins {text}: укажите таблицу, ИМЯ=ФАЙЛ; в {given.file} есть: {listed}",
            )
        files[name] = Path(path)
    return files


def _pipeline(session: Session, given: Map, pipeline: str | None) -> str:
    from voronka.cli import given as typed

    wanted = pipeline or given.pipeline
    if not wanted:
        raise session.app.fail(
            f"{given.file} names no pipeline; add --pipeline", f"в {given.file} не указана воронка; добавьте --pipeline"
        )
    return typed.pipeline(session, wanted).pipeline.name


def _planned(session: Session, given: Map, pipeline: str, tables: Mapping[str, Table]) -> Plan:
    from voronka.engine.intake.plan import make_plan
    from voronka.engine.intake.problems import Unreadable
    from voronka.engine.intake.run import began

    store = session.store
    try:
        return make_plan(
            session.programs, given, pipeline, tables, session.now, lambda key: began(store, pipeline, key)
        )
    except Unreadable as error:
        raise _unreadable(session.app, error) from error


def _unreadable(app: App, error: Unreadable) -> Failure:
    def said(lang: str) -> str:
        return "\n  ".join(problem.text(lang) for problem in error.problems)

    return app.fail(said("en"), said("ru"))


def _until(session: Session, plan: Plan, text: str | None) -> int:
    """How far time goes: the end of a date. Raises Failure for one that lies before the data's last or ahead."""
    from voronka.dsl.definition.types import DATE
    from voronka.engine.inputs import InputError, parse_value

    app, calendar = session.app, plan.program.calendar
    last = plan.last if plan.last is not None else session.now
    if text is None:
        return last
    if text.strip().casefold() in ("now", "сейчас"):
        return session.now
    try:
        day: Any = parse_value(DATE, text, language=app.lang, calendar=calendar, now=session.now)
    except InputError as error:
        raise app.fail(f"--until: {error.message('en')}", f"--until: {error.message('ru')}") from error
    if day is None:
        raise app.fail("--until: no date is given", "--until: не указана дата")
    from datetime import timedelta

    end = min(int(calendar.day_start(day + timedelta(days=1))) - 1, session.now)
    if end < last:
        shown = calendar.local(last).strftime("%Y-%m-%d")
        raise app.fail(f"--until: the data go on to {shown}", f"--until: данные идут до {shown}")
    if calendar.today(session.now) < day:
        raise app.fail("--until: this day lies ahead", "--until: этот день ещё не наступил")
    return end


def _bad_rows(app: App, plan: Plan, skip: bool) -> None:
    if app.as_json:
        if not skip:
            app.dump({"tables": [], "problems": _problems(app, plan.problems)})
        return
    for problem in plan.problems[:SHOWN]:
        app.warn(click.style("✗ ", fg="red") + problem.text(app.lang))
    rest = len(plan.problems) - SHOWN
    if rest > 0:
        app.warn(f"  … {'и ещё' if app.lang == 'ru' else 'and more:'} {rest}")
    if not skip:
        app.warn(
            "nothing was written; mend these rows, or leave them out with --skip-bad"
            if app.lang == "en"
            else "ничего не записано; исправьте эти строки или пропустите их с --skip-bad"
        )


def _problems(app: App, problems: list[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "name": one.name,
            "message": one.message.in_(app.lang),
        }
        for one in problems
    ]


def _carry_out(session: Session, plan: Plan, until: int) -> None:
    from voronka.cli import progress
    from voronka.cli.imported import data, show
    from voronka.cli.session import make_host
    from voronka.engine.intake.run import carry_out, imported_before

    app = session.app
    if not imported_before(session.store):
        # deals that live here already: what is due for them is not part of the import
        session.host.advance(session.now)
    # every timer counts for its own instant here: time passes as it did then
    host = make_host(session.store, session.programs, session.now, late_after=None)
    started = time.perf_counter()
    with progress.bar(app, len(plan.deeds), "import") as at:
        outcome = carry_out(host, plan, until, session.actor, at)
    seconds = time.perf_counter() - started
    if app.as_json:
        app.dump({**data(session, plan, outcome, seconds), "problems": _problems(app, plan.problems)})
    else:
        show(session, plan, outcome, seconds)
