"""A stretch of a source."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.text.source import Source


class Span(NamedTuple):
    """Characters ``start`` up to, not including, ``end`` of a source. May be empty (a point)."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the start, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the start, from 1, in characters."""
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """Line of the end."""
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        """Column just after the last character."""
        return self.source.position(self.end)[1]

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}"


def join(a: Span, b: Span) -> Span:
    """The smallest span that covers both; they are of one source."""
    return Span(a.source, min(a.start, b.start), max(a.end, b.end))
