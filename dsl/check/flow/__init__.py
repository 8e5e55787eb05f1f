"""What can and cannot happen in a definition: reachability, satisfiable gates, endless circles (U1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voronka.dsl.definition.model import Definition
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics
from voronka.dsl.text.source import Source

if TYPE_CHECKING:
    from voronka.dsl.check.flow.facts import Book
    from voronka.dsl.check.flow.journey import Leg

__all__ = ["Flow", "analyse", "circles", "flow_of"]


@dataclass(frozen=True, slots=True)
class Flow:
    """What was found in one pipeline, and the transitions in it that need nobody: they may be part of a circle."""

    found: tuple[Diagnostic, ...]
    legs: tuple[Leg, ...]


def analyse(definition: Definition, sources: Mapping[str, Source]) -> tuple[Diagnostic, ...]:
    """Everything that is provably broken (errors), probably a mistake (warnings), or better named (notes).

    ``sources`` are those that the definition was made of, by displayed name. The findings are in order of place.
    """
    from voronka.dsl.check.flow.facts import Book

    books = {name: Book(pipeline) for name, pipeline in definition.pipelines.items()}
    flows = [flow_of(book, books, sources) for book in books.values()]
    found = Diagnostics(one for flow in flows for one in flow.found)
    found.extend(circles(flows, books, sources))
    return found.sorted()


def flow_of(book: Book, books: Mapping[str, Book], sources: Mapping[str, Source]) -> Flow:
    """One pipeline; of the others it reads only those in ``books`` that its tunnels lead to."""
    from voronka.dsl.check.flow import cycles, deadlines, gates, naming, reach, required, robots, shut
    from voronka.dsl.check.flow.everywhere import Everywhere
    from voronka.dsl.check.flow.report import Report

    report, seen = Report(sources), Everywhere()
    closed = reach.analyse(book, report)
    gates.analyse(book, report, seen)
    required.analyse(book, books, report, seen)
    shut.analyse(book, closed, report, seen)
    robots.analyse(book, report)
    deadlines.analyse(book, report, seen)
    naming.analyse(book, report)
    seen.report()
    return Flow(tuple(report.found.kept()), cycles.legs(book, books))


def circles(flows: Iterable[Flow], books: Mapping[str, Book], sources: Mapping[str, Source]) -> tuple[Diagnostic, ...]:
    """Circles of automatic transitions, through all pipelines."""
    from voronka.dsl.check.flow import cycles
    from voronka.dsl.check.flow.report import Report

    report = Report(sources)
    cycles.analyse([leg for flow in flows for leg in flow.legs], books, report)
    return tuple(report.found.kept())
