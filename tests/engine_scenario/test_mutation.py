"""Mutants: what could be written wrong, made of the definition, and what notices it (U7)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.engine_scenario.shop import SCENARIOS, SHOP, programs
from voronka.dsl.definition.model import Definition
from voronka.engine.program.build import Programs
from voronka.engine.sandbox import Endless
from voronka.engine.scenario import run_scenario
from voronka.engine.scenario.mutants import KINDS, mutants
from voronka.engine.scenario.mutation import Bench, Verdict, asked, drawn, notices, tried
from voronka.engine.scenario.parts import GONE, nodes, rewritten
from voronka.engine.scenario.points import Watched

GOLDEN = Path(__file__).parent / "golden" / "mutants.txt"


def bench(definition: Definition) -> Bench:
    watched = Watched(definition)
    known = []
    for place, scenario in enumerate(definition.scenarios):
        outcome = run_scenario(watched, scenario)
        assert outcome.failure is None, outcome.failure
        known.append(asked(watched, place, outcome, watched.passed(outcome)))
    return Bench(definition, frozenset(), known)


@cache
def verdicts(text: str, jobs: int = 1) -> list[Verdict]:
    made = bench(programs(text).definition)
    return tried(made, range(len(made.mutants)), jobs, lambda done: None)


def told(one: Verdict) -> str:
    who = "–" if one.noticed_by is None else str(one.noticed_by + 1)
    return f"{who} {one.mutant.loc.line:>3} {one.mutant.kind:<9} {one.mutant.what.en} / {one.mutant.what.ru}"


@pytest.mark.requirement("U7")
def test_every_mutant_of_the_shop_and_who_notices_it() -> None:
    """The whole list, as a person reads it: the scenario's number, or a dash. To make it anew, delete it and run."""
    text = "".join(told(one) + "\n" for one in verdicts(SHOP + SCENARIOS))
    if not GOLDEN.exists():
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
        pytest.fail("mutants.txt was not there; it is written now: read it, then run again")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_mutant_differs_and_stays_in_its_pipeline() -> None:
    definition = programs(SHOP + SCENARIOS).definition
    found = mutants(definition)
    assert {one.kind for one in found} == set(KINDS)
    for one in found:
        wrong = one.apply(definition)
        assert wrong.pipelines[one.pipeline] != definition.pipelines[one.pipeline], one.what.en
        assert wrong.scenarios is definition.scenarios
    assert len({(one.loc, one.what) for one in found}) == len(found)


@pytest.mark.requirement("U7")
def test_a_scenario_for_a_survivor_kills_it() -> None:
    """What nobody noticed is noticed once a scenario says what should be."""
    more = """
scenario "At the edge" {
  deal deals { need = "Site"  amount = 100 RUB }
  move to offered
  expect stage is offered
}
"""
    edge = "`amount >= 100 RUB`: `>=` → `>`"
    before = {one.mutant.what.en: one.noticed for one in verdicts(SHOP + SCENARIOS)}
    after = {one.mutant.what.en: one.noticed for one in verdicts(SHOP + SCENARIOS + more)}
    assert (before[edge], after[edge]) == (False, True)
    assert {what for what, noticed in before.items() if noticed} < {what for what, noticed in after.items() if noticed}


@pytest.mark.requirement("U7")
def test_any_number_of_processes_says_the_same() -> None:
    one, three = verdicts(SHOP + SCENARIOS), verdicts(SHOP + SCENARIOS, jobs=3)
    assert [told(v) for v in one] == [told(v) for v in three]
    assert [v.asked for v in one] == [v.asked for v in three]


def test_only_scenarios_that_have_been_there_are_asked_and_none_is_forgotten() -> None:
    """Asking everybody finds nothing more."""
    definition = programs(SHOP + SCENARIOS).definition
    made = bench(definition)
    for place, mutant in enumerate(made.mutants):
        wrong = Programs(mutant.apply(definition))
        anybody = any(notices(wrong, definition.scenarios[one.place], one.happens) for one in made.scenarios)
        assert (made.attempt(place) is not None) == anybody, mutant.what.en


def test_drawing_is_by_seed_and_in_order() -> None:
    found = mutants(programs(SHOP).definition)
    assert drawn(found, 0, 1) == drawn(found, 10_000, 1) == list(range(len(found)))
    assert drawn(found, 10, 1) == drawn(found, 10, 1) == sorted(drawn(found, 10, 1))
    assert drawn(found, 10, 1) != drawn(found, 10, 2)


def test_what_does_not_end_is_noticed() -> None:
    """A bound on what happens, not on time."""
    text = SHOP.replace('limit 2 days { notify owner "It lies" }', 'every 1 hour { notify owner "It lies" }')
    made = programs(text + '\nscenario "S" {\n  deal deals {}\n  wait 30 days\n  expect stage is new\n}\n')
    scenario = made.definition.scenarios[0]
    assert run_scenario(made, scenario).failure is None
    with pytest.raises(Endless):
        run_scenario(made, scenario, most=100)


def test_rewriting_nothing_gives_the_same_object() -> None:
    pipeline = programs(SHOP).definition.pipelines["deals"]
    assert rewritten(pipeline, lambda node: node) is pipeline
    assert rewritten(pipeline, lambda node: GONE if type(node).__name__ == "Reason" else node).reasons == {}
    assert sum(1 for _ in nodes(pipeline)) > 100
