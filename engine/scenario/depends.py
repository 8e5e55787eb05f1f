"""What a scenario depends on: itself, the pipelines it can reach, their texts, people and calendars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voronka.dsl.definition import scenario as steps
from voronka.dsl.definition.actions import Message, Tunnel
from voronka.dsl.definition.scenario import Scenario, Step
from voronka.engine.program.build import Programs
from voronka.engine.program.shape import Shape, Shapes
from voronka.engine.scenario.parts import nodes


class Depends:
    """The dependencies of one definition's scenarios, as values that compare across definitions."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        definition = programs.definition
        shapes = Shapes()
        self._common = tuple(
            shapes.of(part)
            for part in (definition.people, definition.resources, definition.segments, definition.languages)
        )
        self._calendars = {(name, zone): text for name, zone, text in programs.calendars}
        self._known: dict[str, tuple[Shape, frozenset[str]]] = {}

    def of(self, scenario: Scenario) -> Shape:
        """Equal as long as the scenario must go as it went."""
        reached, waiting = set(), list(_named(scenario.steps))
        while waiting:
            name = waiting.pop()
            if name not in reached and name in self.programs.definition.pipelines:
                reached.add(name)
                waiting += self._pipeline(name)[1]
        parts = tuple((name, self._pipeline(name)[0]) for name in sorted(reached))
        return (Shapes().of((scenario.title, scenario.starts, scenario.steps)), parts, self._common)

    def _pipeline(self, name: str) -> tuple[Shape, frozenset[str]]:
        """What a pipeline does, with its calendar and texts, and where its tunnels and links lead."""
        if name not in self._known:
            definition = self.programs.definition
            pipeline = definition.pipelines[name]
            texts, leads = set(), {one.type.target for one in pipeline.fields.values()}
            for node in nodes(pipeline):
                if isinstance(node, Message):
                    texts.add(node.template)
                elif isinstance(node, Tunnel):
                    leads.add(node.pipeline)
            used = (texts | leads) & set(definition.templates)
            shown: Any = tuple((one, definition.templates[one].text) for one in sorted(used))
            calendar = self._calendars[pipeline.calendar, pipeline.timezone]
            self._known[name] = ((self.programs.shape(name), calendar, shown), frozenset(leads))
        return self._known[name]


def _named(body: tuple[Step, ...]) -> Iterator[str]:
    for step in body:
        if isinstance(step, steps.DealStep):
            yield step.pipeline
        elif isinstance(step, steps.ForStep):
            yield step.target
            yield from _named(step.steps)
