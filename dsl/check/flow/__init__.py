"""What can and cannot happen in a definition: reachability, satisfiable gates, endless circles (U1)."""

from __future__ import annotations

from collections.abc import Mapping

from voronka.dsl.definition.model import Definition
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source

__all__ = ["analyse"]


def analyse(definition: Definition, sources: Mapping[str, Source]) -> tuple[Diagnostic, ...]:
    """Everything that is provably broken (errors), probably a mistake (warnings), or better named (notes).

    ``sources`` are those that the definition was made of, by displayed name. The findings are in order of place.
    """
    from voronka.dsl.check.flow import cycles, deadlines, gates, naming, reach, required, robots, shut
    from voronka.dsl.check.flow.everywhere import Everywhere
    from voronka.dsl.check.flow.facts import Book
    from voronka.dsl.check.flow.report import Report

    report = Report(sources)
    books = {name: Book(pipeline) for name, pipeline in definition.pipelines.items()}
    for book in books.values():
        seen = Everywhere()
        closed = reach.analyse(book, report)
        gates.analyse(book, report, seen)
        required.analyse(book, books, report, seen)
        shut.analyse(book, closed, report, seen)
        robots.analyse(book, report)
        deadlines.analyse(book, report, seen)
        naming.analyse(book, report)
        seen.report()
    cycles.analyse(books, report)
    return report.found.sorted()
