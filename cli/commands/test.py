"""``voronka test``: the scenarios of definition files, on a virtual clock."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common

if TYPE_CHECKING:
    from voronka.engine.program.build import Programs
    from voronka.engine.scenario.coverage import Coverage
    from voronka.engine.scenario.points import Mark


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "pattern", metavar="TEXT", default="", help="Only scenarios whose title holds this.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write a JUnit XML report there.")
@click.option("--coverage", "covering", is_flag=True, help="Say what the scenarios went through, and what not.")
@click.option("--coverage-html", "html", type=click.Path(path_type=Path), metavar="FILE", help="…as a page, there.")
@click.option("--coverage-min", "least", type=click.FloatRange(0, 100), metavar="N", help="Fail below N percent.")
@click.option("--watch", "watching", is_flag=True, help="Stay, and run again what an edit concerns.")
@click.option("--mutate", is_flag=True, help="Do things wrong on purpose: which of them do the scenarios notice?")
@click.option("--mutate-min", "noticed", type=click.FloatRange(0, 100), metavar="N", help="Fail below N percent.")
@click.option(
    "--mutants",
    "most",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    metavar="N",
    help="So many at most; 0: all.",
)
@click.option("--seed", type=int, default=0, metavar="N", help="Which of them are drawn, where there are more.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Processes that work on it (default: one a processor)."
)
@common
def command(
    app: App,
    paths: tuple[Path, ...],
    pattern: str,
    junit: Path | None,
    covering: bool,
    html: Path | None,
    least: float | None,
    watching: bool,
    mutate: bool,
    noticed: float | None,
    most: int,
    seed: int,
    jobs: int | None,
) -> None:
    """Run the scenarios of files or folders (without any: of the workspace).

    Exit code 0: all hold, 1: one does not, or a file has errors, or too little is covered, 2: usage. With --json:
    {"scenarios": [{"title", "row", "file", "line", "ok", "expected", "found", "at", "seconds"}], "passed", "failed"}
    and, with --coverage, "coverage": {"percent", "hit", "all", "pipelines", "gaps"}, with --mutate, "mutation":
    {"score", "noticed", "tried", "made", "seed", "mutants"}.

    Coverage counts stages entered, gates that held and that stopped a deal, required fields missed, robots, both sides
    of every condition, deadlines kept and missed, outcomes, approvals, waits, limits, events and reasons. What modules
    of the standard library bring is not counted.

    --watch waits for edits and runs what depends on them, and what failed; Ctrl-C ends it.

    --mutate negates and drops gates, flips comparisons, shifts deadlines, leaves out robots, tasks, sentences, required
    fields, limits and reasons, one at a time, and runs the scenarios that go there. What none of them notices is not
    tested. The same seed draws the same mutants, and any number of processes prints the same.
    """
    from voronka.cli.scenarios import results as told

    if watching:
        _watch(app, paths, pattern, alone=not (app.as_json or junit or covering or html or least or mutate or noticed))
        return
    programs = _programs(app, paths)
    scenarios = told.chosen(app, programs.definition.scenarios, pattern)
    if not scenarios:
        raise app.fail("there is no scenario here", "здесь нет ни одного сценария", USAGE)
    coverage: Coverage | None = None
    mutate = mutate or noticed is not None
    if covering or html is not None or least is not None or mutate:
        from voronka.engine.scenario.coverage import covered
        from voronka.engine.scenario.points import Watched

        programs = watched = Watched(programs.definition)
        coverage = covered(watched)
    results: list[told.Result] = []
    marks: list[frozenset[Mark]] = []

    def each(result: told.Result) -> None:
        if coverage is not None:
            marks.append(watched.passed(result.outcome))
            coverage.add(len(results), marks[-1])
        results.append(result)
        if not app.as_json:
            told.tell(app, programs, result.outcome)

    told.run(programs, scenarios, each)
    failed = sum(result.failed for result in results)
    report: dict[str, Any] = {
        "scenarios": [told.data(app, result) for result in results],
        "passed": len(results) - failed,
        "failed": failed,
    }
    enough = True
    if coverage is not None and (covering or html is not None or least is not None):
        from voronka.cli.scenarios import covered as shown

        report["coverage"] = shown.data(coverage)
        if covering and not app.as_json:
            shown.show(app, coverage)
        if html is not None:
            _write(app, html, shown.page(app, coverage, dict(programs.definition.sources)))
        enough = least is None or shown.least(app, coverage, least)
    if junit is not None:
        _write(app, junit, told.junit(app, results))
    if coverage is not None and mutate:
        if failed:
            told.sum_up(app, results)
            raise app.fail(
                "mutants are tried only where every scenario holds",
                "мутанты пробуются, только когда все сценарии проходят",
                FINDINGS,
            )
        from voronka.cli.scenarios import mutated

        bench = mutated.bench(watched, coverage, results, marks)
        verdicts = mutated.attempt(app, bench, most, seed, jobs or os.cpu_count() or 1)
        report["mutation"] = mutated.data(app, bench, verdicts, seed)
        if not app.as_json:
            mutated.show(app, bench, verdicts, seed)
        if noticed is not None and (found := mutated.score(verdicts)) < noticed:
            enough = False
            app.warn(
                f"замечено {found:.1f} %, а нужно {noticed:g} %"
                if app.lang == "ru"
                else f"{found:.1f} % noticed, not {noticed:g} %"
            )
    if app.as_json:
        app.dump(report)
    told.sum_up(app, results)
    raise SystemExit(FINDINGS if failed or not enough else 0)


def _watch(app: App, paths: tuple[Path, ...], pattern: str, *, alone: bool) -> None:
    from voronka.cli.chosen import chosen_files
    from voronka.cli.scenarios.watch import watch

    if not alone:
        raise app.fail("--watch goes with -k only", "--watch сочетается только с -k")
    chosen_files(app, paths)  # says where there is nothing to watch
    root = app.settings.get("root")
    watch(
        app, paths or (Path(root) / "pipelines" if root and (Path(root) / "pipelines").is_dir() else Path(),), pattern
    )


def _programs(app: App, paths: tuple[Path, ...]) -> Programs:
    from voronka.cli.chosen import chosen_files
    from voronka.engine.workspace import load

    loaded = load(chosen_files(app, paths))
    if loaded.programs is None:
        findings.show(app, loaded.errors, to_stdout=False)
        text = findings.summary(loaded.errors, app.lang)
        raise app.fail(text, text, FINDINGS)
    return loaded.programs


def _write(app: App, path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise app.fail(f"{path} cannot be written: {why}", f"{path} не записать: {why}") from error
