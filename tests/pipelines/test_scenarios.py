"""Every scenario of the ready pipelines and of the modules holds, and together they go everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipelines.ready import MODULES, PIPELINES, at, effects, outcomes, programs
from voronka.dsl.definition.scenario import Scenario
from voronka.engine.sandbox import Sandbox

SOLD = ("amocrm", "after_sale", "events", "repeat", "leads", "goods", "orders", "tobiz", "academy")


def cases() -> Iterator[object]:
    for path in (PIPELINES, MODULES):
        for n, scenario in enumerate(programs(path).definition.scenarios):
            yield pytest.param(path, n, id=_name(scenario))


def _name(scenario: Scenario) -> str:
    title = scenario.title.in_("en")
    return f"{Path(scenario.loc.file).stem}: {title} {scenario.row}".strip()


@pytest.mark.parametrize(("path", "n"), list(cases()))
def test_scenario(path: Path, n: int) -> None:
    outcome = outcomes(path)[n]
    failure = outcome.failure
    assert failure is None, f"{failure.loc}: expected {failure.expected}; found {failure.found}" if failure else ""
    assert outcome.expectations, "a scenario that expects nothing shows nothing"


@pytest.mark.requirement("R7", "R9", "R56")
@pytest.mark.parametrize("name", SOLD)
def test_the_scenarios_reach_every_stage_and_every_reason(name: str) -> None:
    reached: dict[str, set[str]] = defaultdict(set)
    for outcome in outcomes(PIPELINES):
        for done in outcome.journal:
            if done.after is not None and done.pipeline == name:
                reached["stages"].add(done.after.stage)
                reached["reasons"].add(done.after.reason or "")
    pipeline = programs(PIPELINES).definition.pipelines[name]
    assert set(pipeline.stages) - reached["stages"] == set()
    assert set(pipeline.reasons) - reached["reasons"] == set()


@pytest.mark.requirement("R46", "R50")
@pytest.mark.parametrize("path", [PIPELINES, MODULES], ids=["pipelines", "modules"])
def test_every_text_is_rendered(path: Path) -> None:
    """No mail with a hole, nobody missing, no robot that could not do its work."""
    troubles, texts = [], 0
    for outcome in outcomes(path):
        for done in outcome.journal:
            troubles += [change for change in done.changes if change[0] == "flag" and change[1] != "limit"]
            troubles += [(done.pipeline, text.error) for text in done.texts.values() if text.error]
            texts += len(done.texts)
    assert troubles == []
    assert texts > 20


@pytest.mark.requirement("R13")
def test_the_head_is_asked_once_a_quarter_to_review_the_statuses() -> None:
    """Each open deal asks on the same morning; the outbox makes one message of it."""
    with Sandbox(programs(PIPELINES), at("2026-11-23 10:00")) as sandbox:
        for phone in ("+79994000101", "+79994000102"):
            sandbox.submit("create", {"fields": {"phone": phone}}, pipeline="tobiz")
        sandbox.wait(at("2027-05-01 10:00"))
        asked = [
            (done.event.at, effect["to"]["person"])
            for done, effect in effects(sandbox.journal, "digest")
            if effect["template"] == "tobiz_review"
        ]
    assert asked == [(at("2027-01-01 09:00"), "@head")] * 2 + [(at("2027-04-01 09:00"), "@head")] * 2
