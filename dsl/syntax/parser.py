"""Parses a source into a tree, whatever the source holds."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.syntax.braces import balance
from voronka.dsl.syntax.builders import TooDeep
from voronka.dsl.syntax.lexer import MAX_ERRORS, MAX_NESTING, Comment, lex
from voronka.dsl.syntax.machine import MAX_STACK, Machine
from voronka.dsl.syntax.nodes import File
from voronka.dsl.text.codes import syntax as codes
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span


class ParseResult(NamedTuple):
    """A tree, what was found on the way, and the comments in order.

    ``complete`` is False once there was an error: sentences may be missing, so a name that is not declared in this
    file may only be a consequence.
    """

    file: File
    diagnostics: tuple[Diagnostic, ...]
    comments: tuple[Comment, ...]
    complete: bool


def parse(source: Source) -> ParseResult:
    """Parse a source. Never raises for what it holds: errors become diagnostics (V1xx), the rest becomes a tree."""
    found = Diagnostics()
    tokens = lex(source, found)
    comments = tuple(Comment(source.text[a:b].rstrip("\r"), Span(source, a, b)) for a, b in tokens.comments)
    tree: File | None = None
    if not tokens.stopped:
        machine = Machine(source, tokens, found)
        tree = _quick(machine)
        if tree is None:
            machine = Machine(source, tokens, found)
            tree = machine.run()
        if tree is None and balance(source, tokens):
            machine = Machine(source, tokens, found)
            tree = machine.run()
        while tree is None:
            if len(machine.states) > MAX_STACK:
                start = machine.starts[MAX_STACK - 1]
                found.report(codes.TOO_DEEP, Span(source, start, start + 1), limit=MAX_NESTING)
                break
            if len(found) >= MAX_ERRORS:
                at = machine.at
                found.report(codes.TOO_MANY, Span(source, tokens.starts[at], tokens.ends[at]), limit=MAX_ERRORS)
                break
            from voronka.dsl.syntax.recovery import recover

            recover(machine)
            tree = machine.run()
        for span in machine.reserved:
            found.report(codes.RESERVED_NAME, span, word=span.text)
    found.extend(lost for lost in tokens.lost if lost is not None)
    tree = tree or File((), Span(source, 0, len(source.text)))
    diagnostics = found.sorted()
    return ParseResult(tree, diagnostics, comments, not found.has_errors)


def _quick(machine: Machine) -> File | None:
    """The tree, if the text has no error."""
    try:
        return machine.quick()
    except TooDeep:
        return None
