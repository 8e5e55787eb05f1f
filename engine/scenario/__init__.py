"""Scenarios run: steps on a virtual clock against the same host that live deals have, and what was expected of
them (U7)."""

from voronka.engine.scenario.run import Failure, Outcome, run_scenario

__all__ = ["Failure", "Outcome", "run_scenario"]
