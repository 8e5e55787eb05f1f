"""A file as the blocks it is written in: one that did not change is not parsed again, and moves without being touched.

A block begins where a line begins with the word of a declaration of the top level; what stands before the first one is
a block, too. Where every block parses without an error by itself, all of them together are the file: no token goes
over the end of a line, and the grammar has no sentence that ends where the next declaration's word could go on with it.
Where one does not, the file is parsed whole, for only so the errors are those of the file.

Spans in the nodes of a block count from its beginning, in a source of the block's own text under a name that no file
has. :class:`Places` turns them into places of the files, wherever the blocks stand by now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix, Label
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

_BEGINS = re.compile(r"^(?:pipeline|module|record|resource|calendar|team|segment|scenario)[ \t]+[\w\"]", re.MULTILINE)
_MARKED = re.compile(r"\0(\d+)\0(?::(\d+))?")
_numbers = count(1)


@dataclass(slots=True, eq=False)
class Block:
    """One stretch of a file, parsed. ``source`` is its text under a name of its own, a number between two NULs."""

    source: Source
    body: tuple[nodes.TopStatement, ...]
    diagnostics: tuple[Diagnostic, ...]
    lines: int
    clean: bool

    @property
    def text(self) -> str:
        return self.source.text


@dataclass(slots=True, eq=False)
class Page:
    """A file's text in blocks. ``whole``: it has errors, and its only block has the places of the file itself."""

    source: Source
    blocks: tuple[Block, ...]
    whole: bool

    @property
    def file(self) -> nodes.File:
        """The tree of the file, with the blocks' own places inside."""
        body = tuple(node for block in self.blocks for node in block.body)
        return nodes.File(body, Span(self.source, 0, len(self.source.text)))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(one for block in self.blocks for one in block.diagnostics)


def pieces(text: str) -> Iterator[str]:
    """The text cut where declarations begin."""
    last = 0
    for match in _BEGINS.finditer(text):
        if match.start() > last:
            yield text[last : match.start()]
            last = match.start()
    yield text[last:]


def page(source: Source, before: Page | None = None) -> Page:
    """A file parsed; blocks are taken from ``before``, an earlier state of it, where their texts are the same."""
    if before is not None and before.source.text == source.text and before.source.name == source.name:
        return before
    known: dict[str, list[Block]] = {}
    for block in reversed(before.blocks if before is not None and not before.whole else ()):
        known.setdefault(block.text, []).append(block)
    blocks = []
    for text in pieces(source.text):
        same = known.get(text)
        blocks.append(same.pop() if same else _block(text))
        if not blocks[-1].clean:
            parsed = parse(source)
            lines = source.text.count("\n")
            return Page(source, (Block(source, parsed.file.body, parsed.diagnostics, lines, parsed.complete),), True)
    return Page(source, tuple(blocks), False)


def _block(text: str) -> Block:
    source = Source(f"\0{next(_numbers)}\0", text)
    parsed = parse(source)
    return Block(source, parsed.file.body, parsed.diagnostics, text.count("\n"), parsed.complete)


class Places:
    """Where the blocks of some files stand now."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._found: dict[str, tuple[Source, int, int]] = {}
        self.sources: dict[str, Source] = {}  # of all blocks, by their names
        for one in pages:
            offset = line = 0
            for block in () if one.whole else one.blocks:
                self._found[block.source.name] = one.source, offset, line
                self.sources[block.source.name] = block.source
                offset += len(block.text)
                line += block.lines

    def of(self, name: str) -> tuple[str, int] | None:
        """The file that a block stands in, and how many lines stand before it; None for what is no block."""
        found = self._found.get(name)
        return None if found is None else (found[0].name, found[2])

    def gone(self, span: Span) -> bool:
        """Whether a span lies in a block that stands nowhere any more."""
        name = span.source.name
        return name not in self._found and _MARKED.fullmatch(name) is not None

    def span(self, span: Span) -> Span:
        """A span as one of the file."""
        found = self._found.get(span.source.name)
        return span if found is None else Span(found[0], span.start + found[1], span.end + found[1])

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        """A finding with all its places as those of files."""
        labels = tuple(Label(self.span(label.span), label.text) for label in found.labels)
        fix = found.fix
        if fix is not None:
            fix = Fix(fix.title, tuple(Edit(self.span(edit.span), edit.replacement) for edit in fix.edits), fix.safe)
        args = {name: self._said(value) for name, value in found.args.items()}
        return Diagnostic(found.code, self.span(found.span), args, labels, found.notes, fix)

    def _said(self, value: object) -> object:
        """An argument in which a place may be written out as ``file:line``."""
        if isinstance(value, Both):
            return Both(self._text(value.en), self._text(value.ru))
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        return _MARKED.sub(self._place, text) if "\0" in text else text

    def _place(self, match: re.Match[str]) -> str:
        found = self._found.get(f"\0{match[1]}\0")
        if found is None:
            return match[0]
        return found[0].name if match[2] is None else f"{found[0].name}:{int(match[2]) + found[2]}"
