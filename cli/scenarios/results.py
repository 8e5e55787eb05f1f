"""Scenarios run one after another, and told: a line each, a timeline for a failure, JSON, JUnit XML."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App
from voronka.engine.words.dates import count

if TYPE_CHECKING:
    from voronka.dsl.definition.scenario import Scenario
    from voronka.engine.program.build import Programs
    from voronka.engine.scenario import Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario went, and how long it took in seconds."""

    outcome: Outcome
    took: float

    @property
    def failed(self) -> bool:
        return self.outcome.failure is not None


def chosen(app: App, scenarios: Iterable[Scenario], pattern: str) -> list[Scenario]:
    """Those whose title holds the pattern."""
    wanted = pattern.casefold()
    return [one for one in scenarios if wanted in one.title.in_(app.lang).casefold()]


def run(programs: Programs, scenarios: Iterable[Scenario], each: Callable[[Result], None]) -> list[Result]:
    """Run them in order; ``each`` is told of every one."""
    from voronka.engine.scenario import run_scenario

    results = []
    for scenario in scenarios:
        began = time.perf_counter()
        outcome = run_scenario(programs, scenario)
        results.append(Result(outcome, time.perf_counter() - began))
        each(results[-1])
    return results


def title(app: App, scenario: Scenario) -> str:
    shown = scenario.title.in_(app.lang)
    return f"{shown} [{scenario.row}]" if scenario.row else shown


def tell(app: App, programs: Programs, outcome: Outcome) -> None:
    """A line for each; for one that fails the timeline, and what was expected against what was found."""
    failure = outcome.failure
    if failure is None:
        if not app.quiet:
            app.out(f"{click.style('✓', fg='green')} {title(app, outcome.scenario)}")
        return
    from voronka.cli.timeline import Printer
    from voronka.engine.words.story import Story

    app.out(f"{click.style('✗', fg='red', bold=True)} {click.style(title(app, outcome.scenario), bold=True)}")
    story = Story(programs, app.lang, outcome.sandbox.title_of)
    printer: Printer | None = None
    for done in outcome.journal:
        program = programs.pipelines[done.pipeline]
        printer = printer or Printer(app, program.calendar)
        deal = f"{done.pipeline} {done.deal}" if done.deal else done.pipeline
        if done.unmet or done.after is None:
            lines = [story.refusal(program, done.event, done.unmet)]
        else:
            lines = story.lines(program, done.event, done.changes, done.after)
        printer.done(done, lines, deal)
    if printer is not None:
        printer.flush()
    said = (story.say("ожидалось", "expected"), story.say("на деле", "found"))
    width = max(map(len, said))
    app.out(f"  {failure.loc}")
    expected, found = failure.said(app.lang)
    app.out(f"  {said[0]:<{width}}  {click.style(expected, fg='green')}")
    app.out(f"  {said[1]:<{width}}  {click.style(found, fg='red')}\n")


def sum_up(app: App, results: list[Result]) -> None:
    failed = sum(result.failed for result in results)
    passed = len(results) - failed
    ru = count(passed, "ru", ("сценарий прошёл", "сценария прошли", "сценариев прошли"), ("", ""))
    app.say(f"{passed} passed, {failed} failed", f"{ru}, не прошли: {failed}")


def data(app: App, result: Result) -> dict[str, Any]:
    scenario, failure = result.outcome.scenario, result.outcome.failure
    return {
        "title": scenario.title.in_(app.lang),
        "row": scenario.row,
        "file": scenario.loc.file,
        "line": scenario.loc.line,
        "ok": failure is None,
        "expected": failure.expected if failure else None,
        "found": failure.found if failure else None,
        "at": str(failure.loc) if failure else None,
        "seconds": round(result.took, 4),
    }


def junit(app: App, results: list[Result]) -> str:
    """The report as CI servers read it (the de-facto JUnit XML format)."""
    from xml.etree import ElementTree

    failed = sum(result.failed for result in results)
    suite = ElementTree.Element("testsuite", name="voronka", tests=str(len(results)), failures=str(failed))
    for result in results:
        scenario, failure = result.outcome.scenario, result.outcome.failure
        where, took = Path(scenario.loc.file).stem, f"{result.took:.4f}"
        case = ElementTree.SubElement(suite, "testcase", name=title(app, scenario), classname=where, time=took)
        if failure is not None:
            text = f"{failure.loc}: expected {failure.expected}; found {failure.found}"
            ElementTree.SubElement(case, "failure", message=text)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
