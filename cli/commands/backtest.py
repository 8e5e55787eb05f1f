"""``voronka backtest``: last year's deals under an edited file, before anybody lives by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import complete
from voronka.cli.app import FINDINGS, App, common

if TYPE_CHECKING:
    from voronka.engine.backtest.differ import Result
    from voronka.engine.backtest.record import Choice
    from voronka.engine.backtest.tally import Tally
    from voronka.engine.program.build import Programs
    from voronka.engine.store.store import Store


@click.command("backtest")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--from", "since", metavar="DATE", help="Only deals that began on this day or later.")
@click.option("--to", "until", metavar="DATE", help="Only deals that began on this day or earlier.")
@click.option("--pipeline", metavar="PIPELINE", shell_complete=complete.pipelines, help="Only deals of this pipeline.")
@click.option("--deals", "newest", type=click.IntRange(1), metavar="N", help="Only the N newest of them.")
@click.option("--where", metavar="CONDITION", help="Only deals for which this is true as they stand now.")
@click.option("--deal", "only", metavar="ID", multiple=True, help="Only this deal, in detail; may be repeated.")
@click.option("--base", type=click.Path(path_type=Path), help="What to compare with (default: what is in force).")
@click.option("--import-log", type=click.Path(path_type=Path), help="An event log in place of the store's history.")
@click.option("--map", "map_", type=click.Path(path_type=Path), help="Its mapping, as for `import csv`.")
@click.option("--wins", "others", multiple=True, metavar="[NAME=]FILE", help="Its further tables, likewise.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes (default: as many as processors).")
@click.option("--details", is_flag=True, help="Every row, and every deal that goes otherwise.")
@click.option("--exit-code", "by_code", is_flag=True, help="0: no difference, 2: deals go otherwise, 3: some diverge.")
@common
def command(
    app: App,
    paths: tuple[Path, ...],
    since: str | None,
    until: str | None,
    pipeline: str | None,
    newest: int | None,
    where: str | None,
    only: tuple[str, ...],
    base: Path | None,
    import_log: Path | None,
    map_: Path | None,
    others: tuple[str, ...],
    jobs: int | None,
    details: bool,
    by_code: bool,
) -> None:
    """Replay recorded history under edited files (the workspace's, if none are named). Changes nothing.

    What people did, what came from outside, and time are fed to the edited definition, and to the one in force as a
    control; what differs between these two is told. A move that a gate keeps leaves the deal where it is, and later
    recorded events meet that state: deals for which some are refused then are counted apart (they diverge).

    \b
    With --json: {"deals", "inputs", "as_before", "differ", "diverged", "refused_later", "control": {"reproduced",
    "unlike", "older"}, "blocked": [{"pipeline", "event", "target", "gate", "name", "file", "line", "rule", "count",
    "deals", "examples"}], "tasks", "sent", "deals_made", "moved_by_rule": [{…, "more", "fewer", "diverged"}],
    "deadlines": [{"pipeline", "task", "earlier", "later", "least", "p25", "median", "p75", "most", …}],
    "rules_shift", "lost_by_rule", "saved", "ends", "asked_anew", "unreadable", "left_out"}, with
    --details "each": [{"deal", …}];
    instants and lengths in ms.
    """
    if (import_log is None) != (map_ is None):
        raise app.fail(
            "--import-log and --map go together: a log, and how to read it",
            "--import-log и --map нужны вместе: журнал и как его читать",
        )
    from voronka.engine.store.chain import first_altered

    edited = _programs(app, paths)
    with _source(app, import_log, map_, others, base, edited) as (store, before):
        choice, left = _choice(app, store, before, edited, since, until, pipeline, newest, only)
        if where is not None:
            choice = _filtered(app, store, before, choice, where)
        each: list[Result] = []
        tally = _run(app, store, before, edited, choice, jobs or 0, each if details or only else None, bool(only))
        _show(app, tally, edited, before, sorted(each, key=lambda one: one.deal), details, left)
        altered = None if import_log is not None or tally.unread else first_altered(store)
    if altered is not None:
        app.warn(f"✗ {altered.message.in_(app.lang)}")
    if tally.unread or tally.unlike or altered is not None:
        raise SystemExit(FINDINGS)
    if by_code and tally.differences:
        click.get_current_context().exit(3 if tally.status["diverged"] else 2)


def _programs(app: App, paths: tuple[Path, ...]) -> Programs:
    """What the named files say, or the workspace's. Raises Failure."""
    from voronka.cli import findings
    from voronka.cli.chosen import chosen_files
    from voronka.cli.session import load_programs
    from voronka.engine.workspace import load

    if not paths:
        return load_programs(app)
    root = app.settings.get("root")
    loaded = load(chosen_files(app, paths), Path(root) if root else None)
    if loaded.programs is None:
        findings.show(app, loaded.errors, to_stdout=False)
        count = findings.summary(loaded.errors, app.lang)
        raise app.fail(
            f"the files have {count}; nothing was replayed", f"в файлах {count}; ничего не проиграно", FINDINGS
        )
    return loaded.programs


@contextmanager
def _source(
    app: App, log: Path | None, map_: Path | None, others: tuple[str, ...], base: Path | None, edited: Programs
) -> Iterator[tuple[Store, Programs]]:
    """The history, and the definition of the control: the store's own, or a log brought into a store of its own."""
    from voronka.cli.session import planning, store_only, store_path

    given = None if base is None else _programs(app, (base,))
    if log is not None and map_ is not None and given is not None:
        with _imported(app, log, map_, others, given) as store:
            yield store, given
        return
    if log is None and app.store is None and not store_path(app).exists():
        raise app.fail(
            "there is no store yet, so no history: `voronka run` or `voronka import` makes one; --import-log takes a "
            "log from a file",
            "хранилища ещё нет, а значит, и истории: оно появится с `voronka run` или `voronka import`; журнал из "
            "файла берёт --import-log",
            FINDINGS,
        )
    if given is not None:
        with store_only(app) as store:
            yield store, given
        return
    with planning(app, files=False) as (store, before, _):
        if log is None or map_ is None:
            yield store, before
            return
        if before.hash == edited.hash:
            app.say(
                "the files are the ones in force: there is nothing to compare; --base names others",
                "файлы — те же, что действуют: сравнивать не с чем; другие укажет --base",
            )
    with _imported(app, log, map_, others, before) as store:
        yield store, before


@contextmanager
def _imported(app: App, log: Path, map_: Path, others: tuple[str, ...], programs: Programs) -> Iterator[Store]:
    """A log brought into a store that lasts as long as the command, as `import csv` would."""
    import tempfile

    from voronka.cli import progress
    from voronka.cli.commands.import_ import _read, _unreadable
    from voronka.cli.session import instant, make_host
    from voronka.engine.intake.plan import make_plan
    from voronka.engine.intake.problems import Unreadable
    from voronka.engine.intake.run import carry_out
    from voronka.engine.sandbox import stand_in
    from voronka.engine.store.files import open_store
    from voronka.engine.store.problems import StoreProblem

    now = instant(app)
    try:
        given, tables = _read(app, log, map_, others)
        if given.pipeline not in programs.definition.pipelines:
            raise app.fail(
                f"{given.file}: there is no pipeline “{given.pipeline}”",
                f"{given.file}: нет воронки «{given.pipeline}»",
            )
        plan = make_plan(programs, given, given.pipeline, tables, now, lambda key: None)
    except Unreadable as error:
        raise _unreadable(app, error) from error
    for problem in plan.problems[:5]:
        app.warn(f"✗ {problem.text(app.lang)}")
    if plan.problems:
        app.say(f"bad rows, left out: {len(plan.problems)}", f"плохие строки пропущены: {len(plan.problems)}")
    with tempfile.TemporaryDirectory(prefix="voronka-backtest-") as folder:
        opened = open_store(Path(folder) / "log.db", create=True)
        if isinstance(opened, StoreProblem):
            raise app.fail(opened.message.en, opened.message.ru)
        with opened as store:
            began = plan.deeds[0].at if plan.deeds else now
            stand_in(make_host(store, programs, began), app.lang)
            host = make_host(store, programs, now, late_after=None)
            with progress.bar(app, len(plan.deeds), "import") as at:
                carry_out(host, plan, plan.last if plan.last is not None else now, "", at)
            yield store


def _choice(
    app: App,
    store: Store,
    before: Programs,
    edited: Programs,
    since: str | None,
    until: str | None,
    pipeline: str | None,
    newest: int | None,
    only: tuple[str, ...],
) -> tuple[Choice, int]:
    """Which deals, and how many are left out because the edited files do not declare their pipelines."""
    from voronka.cli.given import deal_number, named, nearest
    from voronka.engine.backtest.record import Choice
    from voronka.engine.program.lineage import pipelines

    known = {one.name: one.title for one in before.definition.pipelines.values()}
    name = None if pipeline is None else named(pipeline, known)
    if pipeline is not None and name is None:
        near = nearest(app, pipeline, known)
        raise app.fail(f"there is no pipeline “{pipeline}”{near}", f"нет воронки «{pipeline}»{near}")
    kept = pipelines(before.definition, edited.definition)
    counts = dict(store.db.execute("SELECT pipeline, count(*) FROM deals GROUP BY pipeline").fetchall())
    left = sum(n for one, n in counts.items() if one in known and one not in kept)
    if not counts:
        raise app.fail("there are no deals yet, so no history", "сделок ещё нет, а значит, и истории", FINDINGS)
    numbers = tuple(deal_number(app, text) for text in only)
    for number in numbers:
        if store.db.execute("SELECT 1 FROM deals WHERE id = ?", (number,)).fetchone() is None:
            raise app.fail(f"there is no deal {number}", f"сделки {number} нет", FINDINGS)
    calendar = next(iter(before.pipelines.values())).calendar if name is None else before.pipelines[name].calendar
    first = None if since is None else _day(app, calendar, since, "--from", 0)
    last = None if until is None else _day(app, calendar, until, "--to", 1)
    names = (name,) if name is not None else tuple(one for one in counts if one in kept or one not in known)
    return Choice(first, last, names, newest, frozenset(numbers) or None), left


def _filtered(app: App, store: Store, programs: Programs, choice: Choice, where: str) -> Choice:
    """The choice, narrowed to deals for which a condition is true now. Raises Failure for one that no pipeline has."""
    from dataclasses import replace

    from voronka.cli.session import instant
    from voronka.cli.where import numbers

    found = numbers(app, store, programs, choice.pipelines, where, instant(app))
    return replace(choice, deals=frozenset(found if choice.deals is None else found & choice.deals))


def _day(app: App, calendar: Any, text: str, option: str, after: int) -> int:
    """The beginning of a day, or of the one after it, ms. Raises Failure."""
    from datetime import timedelta

    from voronka.cli.session import instant
    from voronka.dsl.definition.types import DATE
    from voronka.engine.inputs import InputError, parse_value

    try:
        day: Any = parse_value(DATE, text, language=app.lang, calendar=calendar, now=instant(app))
    except InputError as error:
        raise app.fail(f"{option}: {error.message('en')}", f"{option}: {error.message('ru')}") from error
    if day is None:
        raise app.fail(f"{option}: no date is given", f"{option}: не указана дата")
    return int(calendar.day_start(day + timedelta(days=after)))


def _run(
    app: App,
    store: Store,
    before: Programs,
    edited: Programs,
    choice: Choice,
    jobs: int,
    each: list[Result] | None,
    all_: bool,
) -> Tally:
    from voronka.cli import progress
    from voronka.engine.backtest.run import run
    from voronka.engine.store.problems import StoreFailed

    def told(one: Result) -> None:
        if each is not None and (all_ or one.status != "same"):
            each.append(one)

    try:
        with progress.bar(app, 1_000, "backtest") as at:
            return run(
                store,
                before,
                edited,
                choice,
                jobs=jobs,
                progress=lambda done, total: at(done * 1_000 // max(total, 1)),
                detail=told,
            )
    except (ValueError, StoreFailed) as error:
        raise app.fail(
            f"the log cannot be read: {error}; `voronka store verify` tells more",
            f"журнал не читается: {error}; подробнее скажет `voronka store verify`",
            FINDINGS,
        ) from error


def _show(
    app: App, tally: Tally, edited: Programs, before: Programs, each: list[Result], details: bool, left: int
) -> None:
    from voronka.cli.commands.plan import show_lines
    from voronka.engine.backtest.words import BacktestWords, data_of

    if app.as_json:
        shown = {"each": [data_of(one) for one in each]} if each else {}
        app.dump({**tally.data(), "left_out": left, **shown})
        return
    words = BacktestWords(tally, edited, before, app.lang)
    show_lines(app, words.lines(details))
    for one in each:
        app.out()
        show_lines(app, words.deal(one))
    if left:
        app.say(
            f"left out: deals of pipelines that these files do not declare: {left}",
            f"пропущены сделки воронок, которых в этих файлах нет: {left}",
        )
    for number in sorted(tally.unknown):
        app.say(
            f"version {number} of the definition cannot be read any more: its names count as they are",
            f"версия {number} определения больше не читается: её имена берутся как есть",
        )
    for deal, message in sorted(tally.unread.items()):
        app.warn(click.style("✗ ", fg="red") + f"№ {deal}: {message.in_(app.lang)}")
    if tally.skipped:
        app.warn(
            f"  deals that hang on these, left out: {tally.skipped}"
            if app.lang == "en"
            else f"  пропущены и сделки, связанные с ними: {tally.skipped}"
        )
