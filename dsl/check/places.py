"""Places in sources: spans of the text become the definition's ``Loc``, and back again."""

from __future__ import annotations

from collections.abc import Mapping

from voronka.dsl.definition.expr import Loc
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span


def loc_of(span: Span) -> Loc:
    """The place of a span, under the name its source is shown by."""
    source, start, end = span
    line, column = source.position(start)
    end_line, end_column = source.position(end)
    return Loc(source.name, line, column, end_line, end_column)


def span_of(loc: Loc, sources: Mapping[str, Source]) -> Span:
    """The text a place in a definition stands for. ``sources`` are those of :class:`~voronka.dsl.check.Checked`.

    A place in a file that is not among them gives an empty span at the start of an empty source of that name.
    """
    source = sources.get(loc.file)
    if source is None:
        return Span(Source(loc.file, ""), 0, 0)
    start = source.offset(loc.line, loc.column)
    end = source.offset(loc.end_line, loc.end_column) if loc.end_line else start
    return Span(source, start, max(start, end))
