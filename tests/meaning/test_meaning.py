"""The fixed meanings of the language (language.md, 1–18), each a file of scenarios that a person can read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from voronka.dsl.definition.scenario import Scenario
from voronka.engine.program.build import Programs
from voronka.engine.scenario import run_scenario
from voronka.engine.workspace import load

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.pipeline"))


@cache
def programs(path: Path) -> Programs:
    loaded = load([path], HERE)
    assert loaded.programs is not None, [f"{d.span}: {d.message()}" for d in loaded.errors]
    return loaded.programs


def cases() -> list[tuple[Path, Scenario]]:
    return [(path, scenario) for path in FILES for scenario in programs(path).definition.scenarios]


def name(value: object) -> str:
    if isinstance(value, Path):
        return value.stem
    assert isinstance(value, Scenario)
    return f"{value.title.in_('en')} [{value.row}]" if value.row else value.title.in_("en")


@pytest.mark.parametrize(("path", "scenario"), cases(), ids=name)
def test_scenario(path: Path, scenario: Scenario) -> None:
    outcome = run_scenario(programs(path), scenario)
    failure = outcome.failure
    assert failure is None, f"{failure.loc}: expected {failure.expected}; found {failure.found}" if failure else ""
    assert outcome.expectations, "a scenario that expects nothing shows nothing"


def test_a_wrong_expectation_fails() -> None:
    """The runner itself: what does not hold is said, with both sides and the place."""
    from voronka.dsl.check import check_text
    from voronka.stdlib.library import library

    text = """pipeline p "P" {
  timezone "Europe/Moscow"
  field a "A" number
  stage one "One"
  stage two "Two" { require a }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
scenario "s" {
  deal p {}
  %s
}
"""
    wrong = {
        "expect stage is two": "stage is two",
        "expect a is set": "a is set",
        "move to two": "move goes through",
        'try move to two\n  expect blocked by require a, "x"': "blocked by text x",
        "try move to done\n  expect blocked only by require a": "blocked by require a",
        "deal p { a = 1 }\n  expect blocked by require a": "blocked by require a",
        'expect sent email using "x"': "sent email using x",
    }
    for step, expected in wrong.items():
        checked = check_text("t.pipeline", text % step, library())
        assert checked.definition is not None, (step, [d.message() for d in checked.diagnostics])
        made = Programs(checked.definition)
        failure = run_scenario(made, checked.definition.scenarios[0]).failure
        assert failure is not None, step
        assert failure.expected == expected
        assert failure.loc.line in (11, 12)
