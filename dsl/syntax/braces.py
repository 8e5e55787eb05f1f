"""Finds the brace that is missing or too many, by the indentation around it."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.syntax.lexer import MAX_ERRORS, Tokens
from voronka.dsl.text.codes import syntax as codes
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix, Label
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

_FAR = 1000  # lines to look back for the line that a brace belongs to


# All other tokens go on with a sentence at the beginning of a line, and so do these words.
_BEGINNINGS = frozenset(("NAME", "WORD", "RBRACE", "$END"))
_JOINS = frozenset(("and", "attach", "because", "else", "from", "or", "using", "was", "when"))


class _Open(NamedTuple):
    token: int
    indent: int
    line: int


class _Lines:
    """Which token begins a line, and how far the sentence it belongs to is indented."""

    def __init__(self, source: Source, tokens: Tokens) -> None:
        self.number: list[int] = []
        self.indent: list[int] = []
        self.first: list[bool] = []
        starts = source.line_starts
        line, indent = 0, 0
        for i, start in enumerate(tokens.starts):
            new = i == 0
            while line < len(starts) and starts[line] <= start:
                line += 1
                new = True
            if new and not _continues(source, tokens, i):
                indent = len(source.text[starts[line - 1] : start].expandtabs(4))
            self.number.append(line)
            self.indent.append(indent)
            self.first.append(new)


def _continues(source: Source, tokens: Tokens, at: int) -> bool:
    """Whether a line that begins with this token goes on with a sentence: its own indentation then says nothing."""
    if not at or tokens.kinds[at - 1] in ("LBRACE", "RBRACE"):
        return False
    if tokens.kinds[at - 1] in ("COMMA", "SLASH"):
        return tokens.kinds[at] not in ("RBRACE", "$END")
    if tokens.kinds[at] == "WORD":
        return source.text[tokens.starts[at] : tokens.ends[at]] in _JOINS
    return tokens.kinds[at] not in _BEGINNINGS


def missing(tokens: Tokens) -> int:
    """How many braces are opened and not closed; negative if more are closed than opened."""
    return tokens.kinds.count("LBRACE") - tokens.kinds.count("RBRACE")


def balance(source: Source, tokens: Tokens) -> bool:
    """Make the braces match by putting some in and marking some as too many. Whether anything was done.

    Nothing is reported yet: the parser may see a better reason. ``tokens.lost`` holds what to report at the end. Where
    braces are missing and the indentation does not tell where, nothing is done: the parser sees it better.
    """
    depth = lowest = 0
    for kind in tokens.kinds:
        depth += (kind == "LBRACE") - (kind == "RBRACE")
        lowest = min(lowest, depth)
    if depth == 0 and lowest == 0:
        return False
    lines = _Lines(source, tokens)
    closers, openers, extra = _by_indent(tokens, lines, depth < 0)
    if len(closers) - len(openers) - len(extra) != depth or (closers and (openers or extra)):
        if depth > 0:
            return False
        openers, extra = [], _surplus(tokens)
        closers = [(len(tokens.kinds) - 1, opener) for opener in _unclosed(tokens)]
    if len(closers) + len(openers) > MAX_ERRORS:
        return False
    edits: list[tuple[int, str, int, Diagnostic]] = []
    for at, opener in closers:
        edits.append((at, "RBRACE", tokens.ends[at - 1], unclosed(source, tokens, opener, at)))
    for after, closer in openers:
        edits.append((after + 1, "LBRACE", tokens.ends[after], unopened(source, tokens, after, closer)))
    for at in extra:
        tokens.kinds[at] = "EXTRA"
    for at, kind, offset, lost in sorted(edits, key=lambda edit: edit[0], reverse=True):
        tokens.insert(at, kind, offset)
        tokens.readings[at] = (("", len(tokens.lost)),)
        tokens.lost.append(lost)
    return True


def unclosed(source: Source, tokens: Tokens, opener: int, at: int) -> Diagnostic:
    """That a brace is never closed, though it should be before the token ``at``."""
    place = Span(source, tokens.starts[at], tokens.starts[at])
    label = Label(place, Both("expected `}` before this", "перед этим ожидается `}`"))
    return Diagnostic(codes.UNCLOSED_BRACE, Span(source, tokens.starts[opener], tokens.ends[opener]), {}, (label,))


def unopened(source: Source, tokens: Tokens, after: int, closer: int) -> Diagnostic:
    """That a brace is missing after one token, for the one at ``closer`` would close it."""
    end = tokens.ends[after]
    fix = Fix(Both("add `{`", "добавьте `{`"), (Edit(Span(source, end, end), " {"),))
    place = Span(source, tokens.starts[closer], tokens.ends[closer])
    label = Label(place, Both("closed here", "закрывается здесь"))
    return Diagnostic(codes.MISSING_BRACE, Span(source, end, end), {}, (label,), fix=fix)


_Plan = tuple[list[tuple[int, int]], list[tuple[int, int]], list[int]]


def _by_indent(tokens: Tokens, lines: _Lines, surplus: bool) -> _Plan:
    closers: list[tuple[int, int]] = []
    openers: list[tuple[int, int]] = []
    extra: list[int] = []
    stack: list[_Open] = []
    begins: list[int] = []  # the first tokens of the lines so far
    for i, kind in enumerate(tokens.kinds):
        indent = lines.indent[i]
        if lines.first[i]:
            begins.append(i)
        if lines.first[i] and kind != "$END":
            closes = kind == "RBRACE"
            while stack and stack[-1].line < lines.number[i] and stack[-1].indent >= indent + closes:
                closers.append((i, stack.pop().token))
        if kind == "LBRACE":
            stack.append(_Open(i, indent, lines.number[i]))
        elif kind == "RBRACE":
            if stack and _fits(lines, stack[-1], i, surplus):
                stack.pop()
            elif (head := _unopened(tokens, lines, begins, i)) is not None:
                openers.append((head, i))
            else:
                extra.append(i)
    closers.extend((len(tokens.kinds) - 1, opened.token) for opened in reversed(stack))
    return closers, openers, extra


def _fits(lines: _Lines, opened: _Open, closer: int, surplus: bool) -> bool:
    """Whether a brace closes this one: on its own line by the indentation, else the line's own, or, with none too many
    about, whatever is open."""
    if opened.line == lines.number[closer]:
        return True
    return opened.indent == lines.indent[closer] if lines.first[closer] else not surplus


def _unopened(tokens: Tokens, lines: _Lines, begins: list[int], closer: int) -> int | None:
    """The last token of the line that a brace closes by its indentation, if that line opens nothing."""
    if not lines.first[closer]:
        return None
    indent = lines.indent[closer]
    for k in range(len(begins) - 2, max(-1, len(begins) - _FAR), -1):
        i = begins[k]
        if lines.indent[i] < indent:
            return None
        if lines.indent[i] == indent:
            last = begins[k + 1] - 1
            deeper = k + 2 < len(begins)
            return last if deeper and tokens.kinds[last] not in ("LBRACE", "RBRACE") else None
    return None


def _surplus(tokens: Tokens) -> list[int]:
    depth = 0
    extra: list[int] = []
    for i, kind in enumerate(tokens.kinds):
        depth += (kind == "LBRACE") - (kind == "RBRACE")
        if depth < 0:
            extra.append(i)
            depth = 0
    return extra


def _unclosed(tokens: Tokens) -> list[int]:
    stack: list[int] = []
    for i, kind in enumerate(tokens.kinds):
        if kind == "LBRACE":
            stack.append(i)
        elif kind == "RBRACE" and stack:
            stack.pop()
    return stack[::-1]
