"""Edits that several rules make."""

from __future__ import annotations

from voronka.dsl.text.diagnostic import Edit
from voronka.dsl.text.span import Span


def deleted(span: Span) -> Edit:
    """A sentence or comment gone: with its line, and a comment behind it, where it stands alone there."""
    source = span.source
    start = source.offset(span.line, 1)
    end = source.text.find("\n", span.end) + 1 or len(source.text)
    if source.text[start : span.start].strip():
        before = source.text[start : span.start]
        return Edit(Span(source, start + len(before.rstrip()), span.end), "")
    rest = source.text[span.end : end].strip()
    return Edit(Span(source, start, end) if not rest or rest.startswith("#") else span, "")
