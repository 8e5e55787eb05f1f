"""A condition of the language about deals, typed by the checker as if it stood in a scenario of theirs."""

from __future__ import annotations

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.scenario import ExpectThat
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.engine.host.versions import checked_beside
from voronka.engine.program.build import Programs

FILE = "where.pipeline"


class BadCondition(Exception):
    """A text that is no condition about deals of a pipeline. ``found``: why; empty where it is something else."""

    def __init__(self, found: tuple[Diagnostic, ...]) -> None:
        self.found = found
        super().__init__(", ".join(one.message("en") for one in found))


def typed(programs: Programs, pipeline: str, text: str) -> Expr:
    """The typed tree of a condition about deals of a pipeline. Raises BadCondition."""
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
    return that.condition
