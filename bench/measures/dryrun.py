"""Scenarios: whole lives of deals on a virtual clock, each on a store of its own in memory."""

from __future__ import annotations

from measures import sales
from measures.harness import Line, by_turns
from voronka.engine.scenario.run import run_scenario

LIVES = "a scenario"
CALIBRATION = "the calibration loop"


def lines(quick: bool) -> list[Line]:
    """The shipped scenarios of the amoCRM pipeline, one after the other."""
    from measures.harness import calibration

    programs = sales.programs("scenarios/amocrm.pipeline")
    cases = programs.definition.scenarios
    deals = events = 0

    def play() -> None:
        nonlocal deals, events
        deals = events = 0
        for case in cases:
            outcome = run_scenario(programs, case)
            if outcome.failure is not None:
                raise AssertionError(outcome.failure)
            deals += len({done.deal for done in outcome.journal})
            events += len(outcome.journal)

    play()
    times = by_turns({LIVES: play, CALIBRATION: calibration}, 5 if quick else 15)
    took = times.medians[LIVES]
    note = f"{deals / took:.0f} deals, {events / took:.0f} events a second"
    return [times.line(LIVES, CALIBRATION, f"a scenario ({len(cases)} of them)", per=len(cases), note=note)]
