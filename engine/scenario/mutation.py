"""The mutation score: of the things done wrong to a definition, how many its scenarios notice (U7).

DeMillo, Lipton and Sayward, "Hints on Test Data Selection" (1978). A mutant is noticed when a scenario that holds fails
on it; scenarios that never touch its pipeline are not asked. Runs are pure, so the answers do not depend on how many
processes work, or on their speed: what does not end is told by how much happens, not by a clock.
"""

from __future__ import annotations

import pickle
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from random import Random

from voronka.dsl.definition.model import Definition
from voronka.dsl.definition.scenario import Scenario
from voronka.engine.program.build import Programs
from voronka.engine.sandbox import Endless
from voronka.engine.scenario.mutants import Mutant, homes, mutants
from voronka.engine.scenario.points import Mark, Watched
from voronka.engine.scenario.run import Outcome, run_scenario

SLACK, FACTOR = 500, 20  # a mutant may make so much more happen than the original, before it counts as endless


@dataclass(frozen=True, slots=True)
class Asked:
    """One scenario that can be asked: its place among the definition's, where it has been, how much happens in it.

    ``been``: pipelines and, of each, the stages that a deal came into or tried to.
    """

    place: int
    been: frozenset[tuple[str, str]]
    happens: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mutant, the scenario that notices it by its place among the definition's, or None; how many could."""

    mutant: Mutant
    noticed_by: int | None
    asked: int

    @property
    def noticed(self) -> bool:
        return self.noticed_by is not None


def asked(programs: Watched, place: int, outcome: Outcome, passed: Iterable[Mark]) -> Asked:
    """What a scenario that holds has to do with; ``passed``: the marks it set on these programs."""
    been = {(done.pipeline, "") for done in outcome.journal}
    known = programs.homes
    for number, _ in passed:
        point = programs.sheet.points[number]
        been |= {(point.pipeline, stage) for stage in known.get((point.pipeline, point.loc), ())}
    return Asked(place, frozenset(been), len(outcome.journal))


def drawn(found: Sequence[Mutant], most: int, seed: int) -> list[int]:
    """Which mutants are tried, by their places: all, or so many drawn by lot, the same for the same seed."""
    if not most or most >= len(found):
        return list(range(len(found)))
    return sorted(Random(seed).sample(range(len(found)), most))


class Bench:
    """Tries mutants of one definition; every process makes the same ones in the same order."""

    def __init__(self, definition: Definition, library: frozenset[str], scenarios: Sequence[Asked]) -> None:
        self.definition = definition
        self.library = library
        self.scenarios = sorted(scenarios, key=lambda one: (one.happens, one.place))  # the cheapest first
        self.mutants = mutants(definition, library)
        self._homes = homes(definition)
        self._programs = Programs(definition)

    def asked(self, place: int) -> list[Asked]:
        """The scenarios that have been where a mutant is wrong."""
        mutant = self.mutants[place]
        stages = self._homes.get((mutant.pipeline, mutant.loc), {""})
        wanted = {(mutant.pipeline, stage) for stage in stages}
        return [one for one in self.scenarios if not wanted.isdisjoint(one.been)]

    def attempt(self, place: int) -> int | None:
        """The first scenario that notices a mutant, by its place."""
        wrong = Programs(self.mutants[place].apply(self.definition), self._programs)
        known = self.definition.scenarios
        return next((one.place for one in self.asked(place) if notices(wrong, known[one.place], one.happens)), None)


def notices(programs: Programs, scenario: Scenario, happens: int) -> bool:
    """Whether a scenario fails on programs that were made wrong."""
    try:
        return run_scenario(programs, scenario, SLACK + FACTOR * happens).failure is not None
    except Endless:
        return True
    except Exception:  # the checker refuses such a definition; nothing that runs could be trusted with it
        return True


# --- many processes --------------------------------------------------------------------------------------------------

CHUNK = 4


def tried(bench: Bench, places: Sequence[int], jobs: int, told: Callable[[int], None]) -> list[Verdict]:
    """Try mutants in so many processes, in the order of the places; ``told``: how many are done.

    Raises KeyboardInterrupt, when nothing that has not begun is begun any more.
    """
    verdicts: list[Verdict] = []
    for place, noticed in zip(places, _answers(bench, places, jobs), strict=True):
        verdicts.append(Verdict(bench.mutants[place], noticed, len(bench.asked(place))))
        told(len(verdicts))
    return verdicts


def _answers(bench: Bench, places: Sequence[int], jobs: int) -> Iterator[int | None]:
    if jobs == 1 or len(places) <= CHUNK:
        yield from map(bench.attempt, places)
        return
    data = pickle.dumps((bench.definition, bench.library, bench.scenarios))
    chunks = [places[start : start + CHUNK] for start in range(0, len(places), CHUNK)]
    # Ctrl-C is for the one process that was called: it tells the others to stop
    alone = (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(min(jobs, len(chunks)), get_context("spawn"), signal.signal, alone) as pool:
        try:
            for answers in pool.map(partial(_chunk, data), chunks):
                yield from answers
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _chunk(data: bytes, places: Sequence[int]) -> list[int | None]:
    return [_bench(data).attempt(place) for place in places]


@lru_cache(maxsize=1)
def _bench(data: bytes) -> Bench:
    """The bench of this process: made once, although every piece of work brings what it is made of."""
    return Bench(*pickle.loads(data))
