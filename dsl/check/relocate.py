"""A part of a definition at another place: the same in all but its places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from voronka.dsl.definition.expr import Loc

T = TypeVar("T")
Move = tuple[str, int]
"""To which file, and by how many lines."""


@dataclass(slots=True)
class _Kept:
    part: Any
    moved: Any
    moves: dict[str, Move | None]
    places: list[tuple[Loc, Loc]]  # as of the block, as of the file


class Relocated:
    """Parts with places of blocks, as parts with places of files.

    A part that is asked for again is the very same object as before. Where its blocks have moved meanwhile, the places
    in it are changed as they stand: whoever runs an earlier definition with this part in it then tells where it is now.
    """

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def of(self, part: T, where: Callable[[str], Move | None]) -> T:
        """The part where its blocks stand now."""
        kept = self._kept.get(id(part))
        if kept is None:
            walk = _Walk(where)
            kept = self._kept[id(part)] = _Kept(part, walk.move(part), walk.moves, walk.places)
        elif any(where(name) != move for name, move in kept.moves.items()):
            kept.moves = {name: where(name) for name in kept.moves}
            for old, new in kept.places:
                _put(new, old, kept.moves[old.file])
        moved: T = kept.moved
        return moved

    def forget_all_but(self, parts: list[Any]) -> None:
        """Keep these alone."""
        wanted = {id(part) for part in parts}
        self._kept = {key: kept for key, kept in self._kept.items() if key in wanted}


def _put(new: Loc, old: Loc, move: Move | None) -> None:
    """Change a place that only this module has made: a walk over all that holds it takes thirty times as long."""
    file, lines = move if move is not None else (old.file, 0)
    object.__setattr__(new, "file", file)
    object.__setattr__(new, "line", old.line + lines)
    object.__setattr__(new, "end_line", old.end_line + lines if old.end_line else 0)


class _Walk:
    def __init__(self, where: Callable[[str], Move | None]) -> None:
        self.where = where
        self.moves: dict[str, Move | None] = {}
        self.places: list[tuple[Loc, Loc]] = []
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
        made = Loc(loc.file, loc.line, loc.column, loc.end_line, loc.end_column)
        _put(made, loc, move)
        self.places.append((loc, made))
        return made

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
