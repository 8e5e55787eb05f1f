"""The ready pipelines and the modules' own, loaded once; what the tests here ask of a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from voronka.engine.deal.state import Deal
from voronka.engine.program.build import Programs
from voronka.engine.sandbox import Done, Sandbox
from voronka.engine.scenario import run_scenario
from voronka.engine.scenario.run import Outcome
from voronka.engine.workspace import Loaded, load

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PIPELINES = ROOT / "pipelines"
MODULES = HERE / "modules.pipeline"
MOSCOW = ZoneInfo("Europe/Moscow")


@cache
def loaded(path: Path) -> Loaded:
    """A file or a folder, checked."""
    return load([path], ROOT)


def programs(path: Path = MODULES) -> Programs:
    """What was made of it; the findings are the message where nothing was."""
    result = loaded(path)
    assert result.programs is not None, [str(found) for found in result.errors]
    return result.programs


@cache
def outcomes(path: Path) -> tuple[Outcome, ...]:
    """What became of each scenario, in order."""
    made = programs(path)
    return tuple(run_scenario(made, scenario) for scenario in made.definition.scenarios)


def at(wall: str) -> int:
    """An instant of Moscow's wall clock: ``2026-03-02 10:00``."""
    return int(datetime.fromisoformat(wall).replace(tzinfo=MOSCOW).timestamp() * 1000)


def effects(journal: list[Done], *kinds: str) -> Iterator[tuple[Done, dict[str, Any]]]:
    """What went out, or would have, in order."""
    for done in journal:
        for change in done.changes:
            if change[0] == "effect" and change[1]["kind"] in kinds:
                yield done, change[1]


def reds(sandbox: Sandbox, number: int) -> list[str]:
    """English titles of the badges that a deal wears now."""
    deal: Deal = sandbox.deal(number)
    program = sandbox.programs.pipelines[deal.pipeline]
    step = sandbox.context(program, deal)
    return [red.message.in_("en") for red in program.reds if red.true(deal, step)]
