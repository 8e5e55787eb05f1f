"""Steps by themselves, typed against a pipeline: what `dry-run` is told to do, from a file or line by line."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from voronka.dsl.check import workspace
from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Disk
from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.lower.scenario import Steps
from voronka.dsl.check.symbols import Unit
from voronka.dsl.check.world import World
from voronka.dsl.definition.scenario import Step
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

_HEAD, _TAIL = 'scenario "" {\n', "\n}\n"


class Fragment(Source):
    """A text of steps; the sentence around it, which the grammar wants, stands on a line before the first."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, _HEAD + text + _TAIL)

    @cached_property
    def line_starts(self) -> list[int]:
        starts = [0]
        starts += [at + 1 for at, character in enumerate(self.text) if character == "\n"]
        return starts[1:-1]

    def position(self, offset: int) -> tuple[int, int]:
        return super().position(max(offset, len(_HEAD)))


class StepChecker:
    """A file checked once, for steps that come one after another."""

    def __init__(self, file: Path, pipeline: str, library: LibraryProtocol) -> None:
        self._world = World(library, Disk(None), HANDLERS)
        key = os.path.realpath(file)
        workspace.check_into([key], self._world)
        self._unit = self._world.units[key]
        self._steps = Steps(self._unit, self._world)
        self._steps.table = self._world.tables[pipeline]

    def steps(self, name: str, text: str) -> tuple[tuple[Step, ...], tuple[Diagnostic, ...]]:
        """The steps of a text and what is wrong with it; with errors there are no steps."""
        source = Fragment(name, text)
        self._world.diags = Diagnostics()
        parsed = parse(source)
        self._world.diags.extend(parsed.diagnostics)
        unit = Unit(name, parsed.file, Span(source, 0, 0), languages=self._unit.languages)
        made: list[Step] = []
        for node in unit.file.body:
            if isinstance(node, nodes.Scenario):
                made += self._steps.block(node.body)
        found = self._world.diags.sorted()
        errors = any(diagnostic.is_error for diagnostic in found)
        return (() if errors else tuple(made)), found
