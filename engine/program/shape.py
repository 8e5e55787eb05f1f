"""What a part of a definition means, without where it stands: two parts of one shape do the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from typing import Any

from voronka.dsl.definition.actions import Message
from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Pipeline

# where a sentence stands, how it was spelt, and what it is called after, decides nothing
_PLACES = frozenset({"loc", "text", "path", "was", "retired"})
Shape = Any  # nested tuples that compare and hash


class Shapes:
    """Shapes of the parts of one definition; what stands inside something else is gone through once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Shape]] = {}  # the part is kept, so that its id stays its own

    def of(self, node: Any) -> Shape:
        """Everything of a part but its places."""
        kind = node.__class__
        if kind is Loc:
            return ()
        parts = _parts(kind)
        if parts is not None:
            if (known := self._known.get(id(node))) is not None:
                return known[1]
            found = (kind.__name__, *[self.of(getattr(node, name)) for name in parts])
            if getattr(node, "named", True):
                found = (*found, getattr(node, "name", ""))  # an unnamed one is called by its path
            self._known[id(node)] = (node, found)
            return found
        if isinstance(node, (tuple, list)):
            return tuple([self.of(item) for item in node])
        if isinstance(node, Mapping):
            return tuple((key, self.of(value)) for key, value in node.items())
        if isinstance(node, (set, frozenset)):
            return tuple(sorted(self.of(item) for item in node))
        # True and 1 are equal, but not the same value
        return (kind.__name__, node)


@cache
def _parts(kind: Any) -> tuple[str, ...] | None:
    if not is_dataclass(kind):
        return None
    skipped = _PLACES - {"text"} if kind is Message else _PLACES
    return tuple(part.name for part in fields(kind) if part.name not in skipped and part.name != "name")


def shape(node: Any) -> Shape:
    """The shape of one part."""
    return shapes(It(node)).of(node) if isinstance(node, Pipeline) else Shapes().of(node)


class It:
    """One very pipeline, as a key."""

    __slots__ = ("pipeline",)

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    def __hash__(self) -> int:
        return id(self.pipeline)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, It) and other.pipeline is self.pipeline


@lru_cache(maxsize=64)
def shapes(_of: It) -> Shapes:
    """Shapes of the parts of one pipeline: they are asked for as a whole, and sentence by sentence."""
    return Shapes()
