"""A condition of the language about deals, typed by the checker as if it stood in a scenario of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voronka.dsl.definition.scenario import ExpectThat
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.engine.compile import condition
from voronka.engine.deal.protocol import Event
from voronka.engine.decide.step import Step
from voronka.engine.host.versions import checked_beside
from voronka.engine.program.build import Programs
from voronka.engine.store import read
from voronka.engine.store.store import Store

FILE = "where.pipeline"


class BadCondition(Exception):
    """A text that is no condition about deals of a pipeline. ``found``: why; empty where it is something else."""

    def __init__(self, found: tuple[Diagnostic, ...]) -> None:
        self.found = found
        super().__init__(", ".join(one.message("en") for one in found))


def compiled(programs: Programs, pipeline: str, text: str) -> Callable[..., bool]:
    """The condition as a function of a deal and its surroundings; unknown is not true. Raises BadCondition."""
    files = [
        name for name, _ in programs.definition.sources if name.endswith(".pipeline") and not name.startswith("std/")
    ]
    home = files[0].rpartition("/")[0] if files else ""
    uses = "".join(f'use "{name.removeprefix(f"{home}/")}"\n' for name in files)
    # the condition has a line of its own, so that what is found points into it
    whole = f'{uses}scenario "where" {{\n  deal {pipeline} {{ }}\n  expect\n{text}\n}}\n'
    checked = checked_beside(programs, f"{home}/{FILE}" if home else FILE, whole)
    if checked.definition is None:
        raise BadCondition(tuple(one for one in checked.diagnostics if one.is_error))
    scenarios = [one for one in checked.definition.scenarios if one.loc.file.endswith(FILE)]
    steps = scenarios[0].steps if len(scenarios) == 1 else ()
    that = steps[-1] if steps else None
    if len(steps) != 2 or not isinstance(that, ExpectThat):
        raise BadCondition(())
    return condition(that.condition)


def matching(store: Store, programs: Programs, pipeline: str, test: Callable[..., bool], now: int) -> Iterator[int]:
    """Deals of a pipeline for which the condition is true as they stand, in order."""
    program = programs.pipelines[pipeline]
    unset = dict.fromkeys(program.pipeline.fields)
    rows = store.db.execute("SELECT id FROM deals WHERE pipeline = ? ORDER BY id", (pipeline,)).fetchall()
    for (number,) in rows:
        deal = read.deal(store, number)
        if deal is None:
            continue
        deal.f = {**unset, **deal.f}
        if test(deal, Step(program, deal, Event("look", {}, now))):
            yield number
