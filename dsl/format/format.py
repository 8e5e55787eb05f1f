"""The formatter: ``format_source`` gives the text of a source in the one style."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.format.page import page
from voronka.dsl.format.tree import read
from voronka.dsl.syntax import nodes as n
from voronka.dsl.syntax.parser import ParseResult, parse
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source


class Unfaithful(Exception):
    """What was laid out does not read as what was given: a bug of the formatter. The argument says what differs."""


class Formatted(NamedTuple):
    """The text in the one style, with LF line ends; None where the source has errors, which are told."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...]


def format_source(source: Source) -> Formatted:
    """Lay a source out anew. Only white space changes, and formatting the result changes nothing.

    The result is parsed and compared with what was given. Raises ``Unfaithful`` if the trees or the comments differ.
    """
    given = parse(source)
    if not given.complete:
        return Formatted(None, given.diagnostics)
    text = page(read(source, given.file))
    if text != source.text:
        prove(given, text)
    return Formatted(text, given.diagnostics)


def prove(given: ParseResult, text: str) -> None:
    """Raise ``Unfaithful`` unless a text reads as what was given: the same tree, the same comments."""
    if fault := difference(given, parse(Source("formatted", text))):
        raise Unfaithful(fault)


def difference(given: ParseResult, made: ParseResult) -> str:
    """What tells two parses apart, places and white space behind comments aside; an empty text if nothing does."""
    if not made.complete:
        found = made.diagnostics[0]
        return f"the result does not parse: {found.message()} ({found.span.line}:{found.span.column})"
    first, second = ([comment.text.rstrip() for comment in one.comments] for one in (given, made))
    for at, text in enumerate(first):
        if at == len(second) or second[at] != text:
            return f"the comment `{text}` is lost or changed"
    if len(second) > len(first):
        return f"the comment `{second[len(first)]}` was not there"
    pairs: list[tuple[object, object]] = [(given.file, made.file)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, n.Node) and type(one) is type(other):
            pairs.extend((getattr(one, name), getattr(other, name)) for name in n.field_names(type(one)))
        elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
            pairs.extend(zip(one, other, strict=True))
        elif isinstance(one, n.Node | tuple) or type(one) is not type(other) or one != other:
            return f"{_shown(one)} became {_shown(other)}"
    return ""


def _shown(value: object) -> str:
    if isinstance(value, n.Node):
        return f"{type(value).__name__} at {value.span.line}:{value.span.column}"
    return f"{len(value)} sentences" if isinstance(value, tuple) else repr(value)
