"""Conditions evaluated for readers: what a screen, a list or a scenario asks of a deal, outside any decision."""

from __future__ import annotations

from typing import Any

from voronka.engine.compile import Ctx
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.host.people import People
from voronka.engine.program.build import Program, Programs
from voronka.engine.program.parts import Condition


class Reading(Ctx):
    """A context at an instant, which knows the people."""

    __slots__ = ("people", "pipeline")

    def __init__(
        self,
        program: Program,
        people: People,
        now: int,
        e: dict[str, Any] | None = None,
        t: TaskState | None = None,
    ) -> None:
        super().__init__(now, program.calendar, e, t)
        self.people = people
        self.pipeline = program.pipeline.name

    def supervisor(self, deal: Deal) -> str | None:
        """Whom the task's assignee, else the deal's owner, reports to."""
        person = self.t.assignee if self.t is not None and self.t.assignee else deal.owner
        return self.people.supervisor(self.pipeline, person, self.now) if person else None


def red(programs: Programs, people: People, deal: Deal, now: int) -> tuple[Condition, ...]:
    """The red badges of a deal that hold now (R38, R39); its flags make it red besides."""
    program = programs.pipelines[deal.pipeline]
    context = Reading(program, people, now)
    return tuple(condition for condition in program.reds if condition.true(deal, context))
