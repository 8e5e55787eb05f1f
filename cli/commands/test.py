"""``voronka test``: the scenarios of definition files, on a virtual clock."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common
from voronka.engine.words.dates import count

if TYPE_CHECKING:
    from voronka.engine.program.build import Programs
    from voronka.engine.scenario import Outcome


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "pattern", metavar="TEXT", default="", help="Only scenarios whose title holds this.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write a JUnit XML report there.")
@common
def command(app: App, paths: tuple[Path, ...], pattern: str, junit: Path | None) -> None:
    """Run the scenarios of files or folders (without any: of the workspace).

    Exit code 0: all hold, 1: one does not, or a file has errors, 2: usage. With --json: {"scenarios": [{"title", "row",
    "file", "line", "ok", "expected", "found", "at", "seconds"}], "passed", "failed"}.
    """
    from voronka.engine.scenario import run_scenario
    from voronka.engine.workspace import load, pipeline_files

    root = app.settings.get("root")
    chosen = list(paths) or [Path(root) / "pipelines" if root and (Path(root) / "pipelines").is_dir() else Path()]
    for path in chosen:
        if not path.exists():
            raise app.fail(f"{path}: there is no such file or folder", f"{path}: нет такого файла или папки", USAGE)
    loaded = load(pipeline_files(chosen))
    if loaded.programs is None:
        findings.show(app, loaded.errors, to_stdout=False)
        text = findings.summary(loaded.errors, app.lang)
        raise app.fail(text, text, FINDINGS)
    results: list[tuple[Outcome, float]] = []
    for scenario in loaded.programs.definition.scenarios:
        if pattern and pattern.casefold() not in scenario.title.in_(app.lang).casefold():
            continue
        began = time.perf_counter()
        outcome = run_scenario(loaded.programs, scenario)
        results.append((outcome, time.perf_counter() - began))
        if not app.as_json:
            _tell(app, loaded.programs, outcome)
    if not results:
        raise app.fail("there is no scenario here", "здесь нет ни одного сценария", USAGE)
    failed = sum(outcome.failure is not None for outcome, _ in results)
    if app.as_json:
        data = [_data(app, outcome, took) for outcome, took in results]
        app.dump({"scenarios": data, "passed": len(results) - failed, "failed": failed})
    if junit is not None:
        junit.write_text(_junit(app, results), encoding="utf-8")
    passed = len(results) - failed
    ru = count(passed, "ru", ("сценарий прошёл", "сценария прошли", "сценариев прошли"), ("", ""))
    app.say(f"{passed} passed, {failed} failed", f"{ru}, не прошли: {failed}")
    raise SystemExit(FINDINGS if failed else 0)


def _title(app: App, outcome: Outcome) -> str:
    title = outcome.scenario.title.in_(app.lang)
    return f"{title} [{outcome.scenario.row}]" if outcome.scenario.row else title


def _tell(app: App, programs: Programs, outcome: Outcome) -> None:
    """A line for each; for one that fails the timeline, and what was expected against what was found."""
    failure = outcome.failure
    if failure is None:
        if not app.quiet:
            app.out(f"{click.style('✓', fg='green')} {_title(app, outcome)}")
        return
    from voronka.cli.timeline import Printer
    from voronka.engine.words.story import Story

    app.out(f"{click.style('✗', fg='red', bold=True)} {click.style(_title(app, outcome), bold=True)}")
    story = Story(programs, app.lang, outcome.sandbox.title_of)
    printer: Printer | None = None
    for done in outcome.journal:
        program = programs.pipelines[done.pipeline]
        printer = printer or Printer(app, program.calendar)
        title = f"{done.pipeline} {done.deal}" if done.deal else done.pipeline
        if done.unmet or done.after is None:
            lines = [story.refusal(program, done.event, done.unmet)]
        else:
            lines = story.lines(program, done.event, done.changes, done.after)
        printer.done(done, lines, title)
    if printer is not None:
        printer.flush()
    said = (story.say("ожидалось", "expected"), story.say("на деле", "found"))
    width = max(map(len, said))
    app.out(f"  {failure.loc}")
    app.out(f"  {said[0]:<{width}}  {click.style(failure.expected, fg='green')}")
    app.out(f"  {said[1]:<{width}}  {click.style(failure.found, fg='red')}\n")


def _data(app: App, outcome: Outcome, took: float) -> dict[str, Any]:
    failure = outcome.failure
    return {
        "title": outcome.scenario.title.in_(app.lang),
        "row": outcome.scenario.row,
        "file": outcome.scenario.loc.file,
        "line": outcome.scenario.loc.line,
        "ok": failure is None,
        "expected": failure.expected if failure else None,
        "found": failure.found if failure else None,
        "at": str(failure.loc) if failure else None,
        "seconds": round(took, 4),
    }


def _junit(app: App, results: list[tuple[Outcome, float]]) -> str:
    """The report as CI servers read it (the de-facto JUnit XML format)."""
    from xml.etree import ElementTree

    failed = sum(outcome.failure is not None for outcome, _ in results)
    suite = ElementTree.Element("testsuite", name="voronka", tests=str(len(results)), failures=str(failed))
    for outcome, took in results:
        where = Path(outcome.scenario.loc.file).stem
        case = ElementTree.SubElement(suite, "testcase", name=_title(app, outcome), classname=where, time=f"{took:.4f}")
        if outcome.failure is not None:
            text = f"{outcome.failure.loc}: expected {outcome.failure.expected}; found {outcome.failure.found}"
            ElementTree.SubElement(case, "failure", message=text)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
