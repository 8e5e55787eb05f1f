"""Which words of which files mean the same thing: declarations, and everything that refers to them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from voronka.dsl.check.symbols import Env, Table
from voronka.dsl.definition.types import Type
from voronka.dsl.ide.names import Names
from voronka.dsl.syntax import nodes
from voronka.dsl.text.span import Span

Key = tuple[str, int]
"""Where something is declared: the file as displayed, and the offset of its name."""


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """Something declared. ``home`` is whose it is: a pipeline's, a task's; empty at the top of a file."""

    kind: str
    name: str
    span: Span
    node: nodes.Node
    home: str = ""
    env: Env | None = None
    type: Type | None = None

    @property
    def key(self) -> Key:
        return (self.span.source.name, self.span.start)


class Ref(NamedTuple):
    """A word that means a symbol; ``declares``: it is the declaration itself.

    ``copied``: the word of a ``copy`` means a field here (source) and one of the same name there (target).
    """

    start: int
    end: int
    key: Key
    declares: bool
    copied: str = ""


class FileRef(NamedTuple):
    """A quoted text that names a file (``use "…"``) or a template."""

    span: Span
    kind: str  # file template
    name: str


@dataclass(slots=True, eq=False)
class Index:
    """All of it, for one state of the workspace."""

    names: Names
    symbols: dict[Key, Symbol] = field(default_factory=dict)
    refs: dict[str, list[Ref]] = field(default_factory=dict)
    files: dict[str, list[FileRef]] = field(default_factory=dict)

    def at(self, source: str, offset: int) -> tuple[Symbol, Span] | None:
        """The symbol that the word at an offset (or ending there) means, and the word."""
        refs = self.refs.get(source, ())
        at = bisect_right(refs, offset, key=lambda ref: ref.start) - 1
        while at >= 0 and refs[at].start >= offset - 200:
            ref = refs[at]
            if ref.start <= offset <= ref.end and (symbol := self.symbols.get(ref.key)) is not None:
                return symbol, Span(self.names.world.sources[source], ref.start, ref.end)
            at -= 1
        return None

    def of(self, symbol: Symbol, *, declaration: bool = True) -> list[Span]:
        """Every word that means a symbol, by file and place."""
        return list(dict.fromkeys(span for span, ref in self.words(symbol) if declaration or not ref.declares))

    def words(self, symbol: Symbol) -> list[tuple[Span, Ref]]:
        """The same, with how each of them means it."""
        sources = self.names.world.sources
        return [
            (Span(sources[name], ref.start, ref.end), ref)
            for name in sorted(self.refs)
            for ref in self.refs[name]
            if ref.key == symbol.key
        ]

    def file_at(self, source: str, offset: int) -> FileRef | None:
        """The quoted name of a file or a template at an offset."""
        return next((one for one in self.files.get(source, ()) if one.span.start <= offset <= one.span.end), None)


def last(ident: nodes.Ident) -> Span:
    """The last part of a name that may have dots: what a renaming of the thing itself touches."""
    span = ident.span
    return Span(span.source, span.start + span.text.rfind(".") + 1, span.end)


def table_of(names: Names, name: str) -> Table | None:
    """A pipeline or a record by its name."""
    return names.world.tables.get(name)
