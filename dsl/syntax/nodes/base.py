"""What every node is, and names and texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, dataclass_transform

from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import Expr


_N = TypeVar("_N")


@dataclass_transform(frozen_default=True, eq_default=False)
def node(kind: type[_N]) -> type[_N]:
    """Make a class a node: slots, no equality but identity.

    Type checkers take it for frozen. At run time nothing enforces that, because the generated ``__setattr__`` of 130
    classes would double the import time, which every command pays.
    """
    return dataclass(slots=True, eq=False, repr=False)(kind)


class Node:
    """What all nodes share: they compare and hash by identity, so they serve as dictionary keys."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()
    span: Span

    def __repr__(self) -> str:
        shown = ", ".join(repr(getattr(self, name)) for name in self.__match_args__ if name != "span")
        return f"{type(self).__name__}({shown})"


@node
class Ident(Node):
    """A name as it is written."""

    name: str
    span: Span

    def __str__(self) -> str:
        return self.name


@node
class Path(Node):
    """One or several names joined by dots; also an expression. Choices, states and ``yes`` are paths too."""

    parts: tuple[Ident, ...]
    span: Span

    @property
    def name(self) -> str:
        """``a.b`` as a text."""
        return ".".join(part.name for part in self.parts)

    def __str__(self) -> str:
        return self.name


@node
class StringLit(Node):
    """A quoted text, escapes resolved."""

    value: str
    span: Span


@node
class Text(Node):
    """``"Новая" / "New"``: one text a language, in the order of ``language``."""

    parts: tuple[StringLit, ...]
    span: Span


@node
class Value(Node):
    """``name = expression`` in a block of values."""

    name: Ident
    value: Expr
    span: Span
