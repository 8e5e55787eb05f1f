"""``voronka conform``: where the lived process leaves the declared one (U12)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import FINDINGS, App, common
from voronka.cli.eventlog import activity, log_options, problems, read, tell

if TYPE_CHECKING:
    from voronka.engine.discover.lived import Lived
    from voronka.engine.discover.log import EventLog
    from voronka.engine.discover.matching import Target
    from voronka.engine.program.build import Program, Programs


@click.command("conform")
@click.argument("files", metavar="[LOG…] FILE", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--pipeline", metavar="P", help="Which one of the file (default: the only one).")
@log_options
@click.option("--map", "maps", multiple=True, metavar="ACTIVITY=STAGE", help="What an activity is; `-`: ignore it.")
@click.option("--field", "fields", multiple=True, metavar="COLUMN=FIELD", help="Which field a column is.")
@click.option("--by", type=click.Choice(["auto", "graph", "engine"]), default="auto", help="How cases are looked at.")
@click.option(
    "--cases",
    type=click.IntRange(0),
    default=10_000,
    metavar="N",
    help="Cases that the engine takes at most, spread over the log; 0: all (10,000).",
)
@click.option("--exit-code", "by_code", is_flag=True, help="End with 1 if anything leaves the declared process.")
@common
def command(
    app: App,
    files: tuple[Path, ...],
    pipeline: str | None,
    given: dict[str, Any],
    maps: tuple[str, ...],
    fields: tuple[str, ...],
    by: str,
    cases: int,
    by_code: bool,
) -> None:
    """Compare an event log with the pipeline that FILE declares; without LOG, the store's own moves.

    The graph: each case is walked along the order of stages; steps that skip, go back, start late or go on after the
    end are counted, and stays over the limit. The engine: each case is lived anew by the engine that runs deals, with
    gates, rules and timers, until the first refusal. `auto` takes the engine too where the log has columns that are
    fields. Activities are matched with stages and reasons by name, by the same words, by likeness, and it is said.

    Exit code 1: stopped at bad rows, nothing to compare, or, with --exit-code, something leaves the declared process.
    With --json: {"source", "pipeline", "by", "cases", "steps", "good", "fitness", "clean", "repeats", "ignored",
    "unfinished", "matched": [{"activity", "kind", "name", "how"}], "unmatched", "columns", "deviations": [{"kind",
    "here", "there", "names", "times", "cases", "share", "examples"}], "entered", "engine": {"cases", "through",
    "events", "moved_by_rule", "unread", "failed", "refusals": [{"stage", "cases", "share", "examples", "reason",
    "unmet": [{"what", "file_line"}]}]}, "notes", "bad", "problems"}.
    """
    from voronka.cli.conformed import Compared, data, show
    from voronka.engine.discover.conformity import conformity
    from voronka.engine.discover.faults import Faults

    programs, program = _declared(app, files[-1], pipeline)
    found = Faults()
    with ExitStack() as open_:
        if own := len(files) == 1:
            log, targets = _own(app, open_, program)
            columns: dict[str, str] = {}
        else:
            log, found = read(app, files[:-1], given)
            targets = _targets(app, log, program, maps)
            columns = _columns(app, log, program, fields)
    how = "graph" if own else by
    if how == "auto":
        how = "engine" if columns and not program.pipeline.derived else "graph"
    compared = Compared(
        log,
        program,
        targets,
        columns,
        conformity(log, programs, program, targets, columns),
        _live(app, log, programs, program, targets, columns, cases) if how == "engine" else None,
        own,
    )
    if app.as_json:
        app.dump({**data(app, compared), "bad": found.count, "problems": problems(app, found)})
    else:
        tell(app, log, found)
        show(app, compared)
    if by_code and compared.leaves:
        raise SystemExit(FINDINGS)


def _declared(app: App, file: Path, name: str | None) -> tuple[Programs, Program]:
    from voronka.cli import findings
    from voronka.cli.given import named, nearest
    from voronka.engine.workspace import load

    if not file.exists():
        raise app.fail(f"{file}: there is no such file", f"{file}: нет такого файла")
    if file.is_file() and file.suffix != ".pipeline":
        raise app.fail(
            f"{file}: the last one is the definition, a .pipeline file; the log stands before it",
            f"{file}: последним идёт определение, файл .pipeline; журнал — перед ним",
        )
    loaded = load([file])
    if loaded.programs is None:
        findings.show(app, loaded.errors, to_stdout=False)
        raise app.fail(f"{file}: it has errors", f"{file}: в файле ошибки", FINDINGS)
    definition = loaded.programs.definition
    known = {p.name: p.title for p in definition.pipelines.values() if p.kind == "pipeline"}
    here = [n for n in known if Path(definition.pipelines[n].loc.file).resolve() == file.resolve()] or list(known)
    chosen = named(name, known) if name else here[0] if len(here) == 1 else None
    if chosen is None:
        if name:
            near = nearest(app, name, known)
            raise app.fail(f"there is no pipeline “{name}”{near}", f"нет воронки «{name}»{near}")
        listed = ", ".join(here) or "—"
        raise app.fail(
            f"{file}: say which pipeline, --pipeline; there are: {listed}",
            f"{file}: укажите воронку, --pipeline; есть: {listed}",
        )
    return loaded.programs, loaded.programs.pipelines[chosen]


def _own(app: App, open_: ExitStack, program: Program) -> tuple[EventLog, dict[int, Target | None]]:
    from voronka.cli.session import store_only
    from voronka.engine.discover.own import own_log

    log, targets = own_log(open_.enter_context(store_only(app)), program.pipeline)
    if not len(log):
        name = program.pipeline.name
        raise app.fail(f"the store has no deal of {name}", f"в хранилище нет сделок воронки {name}", FINDINGS)
    return log, targets


def _targets(app: App, log: EventLog, program: Program, maps: tuple[str, ...]) -> dict[int, Target | None]:
    """What each activity is; those that are nothing are left out."""
    from voronka.cli.given import nearest, pairs
    from voronka.engine.discover.columns import plain
    from voronka.engine.discover.matching import Target, declared, match

    known = declared(program.pipeline)
    targets: dict[int, Target | None] = dict(match(log.activities, known))
    for text, to in pairs(app, maps, "--map").items():
        act = activity(app, log, text, "--map")
        if to.strip() == "-":
            targets[act] = None
            continue
        fits = [one for one in known if plain(to) in map(plain, one.texts)]
        if not fits:
            near = nearest(app, to, [one.name for one in known])
            raise app.fail(f"--map {text}: no stage or reason “{to}”{near}", f"--map {text}: нет этапа «{to}»{near}")
        targets[act] = Target(fits[0].kind, fits[0].name, "given")
    if not any(targets.values()):
        acts, stages = ", ".join(log.activities[:12]), ", ".join(program.pipeline.stages)
        raise app.fail(
            f"no activity of the log is a stage of {program.pipeline.name}; say what is what: --map ACTIVITY=STAGE\n"
            f"  activities: {acts}\n  stages: {stages}",
            f"ни одно действие журнала — не этап воронки {program.pipeline.name}; укажите: --map ДЕЙСТВИЕ=ЭТАП\n"
            f"  действия: {acts}\n  этапы: {stages}",
            FINDINGS,
        )
    return targets


def _columns(app: App, log: EventLog, program: Program, given: tuple[str, ...]) -> dict[str, str]:
    """Column -> field, by name or title, and as given."""
    from voronka.cli.given import nearest, pairs
    from voronka.engine.discover.columns import plain

    fields = {n: one for n, one in program.pipeline.fields.items() if one.formula is None}
    by_name: dict[str, str] = {}
    for name, one in fields.items():
        for text in (name, *one.was, *(title for _, title in one.title.texts)):
            by_name.setdefault(plain(text), name)
    found = {column: by_name[plain(column)] for column in log.columns if plain(column) in by_name}
    for column, to in pairs(app, given, "--field").items():
        if column not in log.columns:
            near = nearest(app, column, log.columns)
            raise app.fail(f"--field: the log has no column “{column}”{near}", f"--field: нет столбца «{column}»{near}")
        if plain(to) not in by_name:
            near = nearest(app, to, fields)
            raise app.fail(f"--field {column}: no field “{to}”{near}", f"--field {column}: нет поля «{to}»{near}")
        found[column] = by_name[plain(to)]
    return found


def _live(
    app: App,
    log: EventLog,
    programs: Programs,
    program: Program,
    targets: Mapping[int, Target | None],
    columns: Mapping[str, str],
    most: int,
) -> Lived:
    from voronka.cli import progress
    from voronka.engine.discover.lived import live

    if program.pipeline.derived:
        raise app.fail(
            "the stages of this pipeline follow conditions, nobody moves its deals: --by graph",
            "этапы этой воронки следуют условиям, сделки никто не двигает: --by graph",
        )
    with progress.bar(app, len(log), "conform") as at:
        return live(log, programs, program, targets, columns, at, most)
