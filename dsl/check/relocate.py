"""A part of a definition at another place: the same in all but its places, and itself where none of them moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from voronka.dsl.definition.expr import Loc

T = TypeVar("T")
Move = tuple[str, int]
"""To which file, and by how many lines."""


class Relocated:
    """Parts with places of blocks, as parts with places of files; kept for as long as the blocks do not move."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Any, Any, dict[str, Move | None]]] = {}

    def of(self, part: T, where: Callable[[str], Move | None]) -> T:
        """The part where its blocks stand now; the very same object as before where they stand where they stood."""
        kept = self._kept.get(id(part))
        if kept is not None and all(where(name) == move for name, move in kept[2].items()):
            moved: T = kept[1]
            return moved
        walk = _Walk(where)
        moved = walk.move(part)
        self._kept[id(part)] = part, moved, walk.moves
        return moved

    def forget_all_but(self, parts: list[Any]) -> None:
        """Keep these alone."""
        wanted = {id(part) for part in parts}
        self._kept = {key: kept for key, kept in self._kept.items() if key in wanted}


class _Walk:
    def __init__(self, where: Callable[[str], Move | None]) -> None:
        self.where = where
        self.moves: dict[str, Move | None] = {}
        self.known: dict[int, tuple[Any, Any]] = {}  # the part is kept, so that its id stays its own

    def move(self, node: Any) -> Any:
        """The node with every place in it moved."""
        kind = node.__class__
        if kind is str or kind is bool or node is None:
            return node
        if kind is Loc:
            return self.loc(node)
        if kind is tuple:
            return self.items(node)
        if kind is dict:
            return self.values(node)
        names = _parts(kind)
        if names is None:
            return node
        if (known := self.known.get(id(node))) is not None:
            return known[1]
        old = _read(kind)(node)
        new = [self.move(value) for value in old]
        made = node
        if any(a is not b for a, b in zip(old, new, strict=True)):
            made = _made(kind, names, new)
        self.known[id(node)] = (node, made)
        return made

    def loc(self, loc: Loc) -> Loc:
        if loc.file not in self.moves:
            self.moves[loc.file] = self.where(loc.file)
        move = self.moves[loc.file]
        if move is None:
            return loc
        file, lines = move
        return Loc(file, loc.line + lines, loc.column, loc.end_line + lines if loc.end_line else 0, loc.end_column)

    def items(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        if not items:
            return items
        new = tuple([self.move(item) for item in items])
        return new if any(a is not b for a, b in zip(items, new, strict=True)) else items

    def values(self, items: Mapping[Any, Any]) -> Mapping[Any, Any]:
        return {key: self.move(value) for key, value in items.items()}


@cache
def _parts(kind: Any) -> tuple[str, ...] | None:
    return tuple(part.name for part in fields(kind)) if is_dataclass(kind) else None


@cache
def _read(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    names = _parts(kind) or ()
    if len(names) > 1:
        return attrgetter(*names)
    return lambda node: tuple(getattr(node, name) for name in names)


def _made(kind: Any, names: tuple[str, ...], values: list[Any]) -> Any:
    """A new one, past its constructor: what held for the old one holds for this one."""
    made = object.__new__(kind)
    put = object.__setattr__
    for name, value in zip(names, values, strict=True):
        put(made, name, value)
    return made
