"""One file as an editor shows it, with what is known about the workspace around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, Protocol

from voronka.dsl.check.symbols import Env, Table, Unit
from voronka.dsl.ide.index import Index
from voronka.dsl.ide.items import Facts
from voronka.dsl.ide.names import Names
from voronka.dsl.syntax import nodes
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span


class Resolved(NamedTuple):
    """An example: a happening at ``now`` makes it ``then``; both on the pipeline's clock."""

    now: datetime
    then: datetime


class Clock(Protocol):
    """Reckons with working time; what the engine does, behind a door that this floor may look at."""

    def after(
        self, names: Names, table: Table, amount: Decimal, unit: str, sign: int, times: tuple[str, ...]
    ) -> Resolved | None:
        """A length of time after (``sign`` 1) or before a happening at the example's moment; None: out of range."""

    def said(self, moment: datetime, lang: str) -> str:
        """A moment in words: ``Tue 24 Nov, 09:40``."""


@dataclass(eq=False)
class View:
    """``source`` is the text that was checked; positions are offsets in it."""

    index: Index
    source: Source
    lang: str = "en"
    clock: Clock | None = None
    facts: Facts = field(default_factory=Facts)

    @property
    def names(self) -> Names:
        return self.index.names

    @cached_property
    def unit(self) -> Unit | None:
        return self.names.unit(self.source.name)

    def say(self, en: str, ru: str) -> str:
        return ru if self.lang == "ru" else en

    def env_of(self, node: nodes.Node) -> Env | None:
        """Whose names the sentences of a pipeline, a record or a module see."""
        return self.names.envs.get(node)

    def path_to(self, offset: int) -> list[nodes.Node]:
        """The nodes around an offset, the outermost first."""
        found: list[nodes.Node] = []
        if self.unit is None:
            return found
        at: nodes.Node | None = self.unit.file
        while at is not None:
            found.append(at)
            around = (child for child in nodes.children(at) if child.span.start <= offset <= child.span.end)
            at = next((child for child in around if child.span.start < child.span.end), None)
        return found

    def table_at(self, path: list[nodes.Node]) -> Table | None:
        """The pipeline that a place belongs to."""
        env = next((env for node in path if (env := self.env_of(node)) is not None), None)
        return env.table if env is not None else None

    def resolve(
        self, table: Table | None, duration: nodes.Node | None, sign: int, at: tuple[nodes.TimeLit, ...]
    ) -> Resolved | None:
        """An example of a length of time on the pipeline's calendar; None where it is not written as a length."""
        if self.clock is None or table is None or not isinstance(duration, nodes.DurationLit):
            return None
        times = tuple(f"{one.value:%H:%M}" for one in at)
        return self.clock.after(self.names, table, duration.amount, duration.unit, sign, times)


def deadlines(top: nodes.Node) -> Iterator[tuple[nodes.Node, nodes.DurationLit, int, tuple[nodes.TimeLit, ...], Span]]:
    """Sentences below a node that reckon with time: the sentence, the length, its sign, times, the words of it."""
    for node in nodes.walk(top):
        moment: nodes.Node | None = None
        if isinstance(node, nodes.Due | nodes.TriggerDue):
            moment = node.moment
        elif isinstance(node, nodes.Limit) and isinstance(node.duration, nodes.DurationLit):
            yield node, node.duration, 1, (), node.duration.span
        elif isinstance(node, nodes.Again) and isinstance(node.after, nodes.DurationLit):
            yield node, node.after, 1, (), node.after.span
        elif isinstance(node, nodes.After | nodes.Wait) and isinstance(node.duration, nodes.DurationLit):
            yield node, node.duration, 1, (), node.duration.span
        elif isinstance(node, nodes.Move | nodes.Lose | nodes.Return):
            moment = node.moment
        if isinstance(moment, nodes.Moment) and isinstance(moment.shift, nodes.DurationLit):
            yield node, moment.shift, -1 if moment.before else 1, moment.at, moment.span
