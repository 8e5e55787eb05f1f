"""Circuits of a small graph, shortest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

Node = TypeVar("Node")
NodeOut = TypeVar("NodeOut", covariant=True)

LONGEST = 24
"""How many edges a circuit may have to be looked at."""
MOST = 20_000
"""How many paths are followed before giving up: what is left counts as having no circuit."""


class Edge(Protocol, Generic[NodeOut]):
    """What leads from one node to another."""

    @property
    def source(self) -> NodeOut: ...

    @property
    def target(self) -> NodeOut: ...


E = TypeVar("E", bound="Edge[object]")


def circuits(edges: Iterable[E]) -> Iterator[tuple[E, ...]]:
    """Simple circuits, each once, starting at the edge that comes first in ``edges``."""
    listed = list(edges)
    order = {id(edge): index for index, edge in enumerate(listed)}
    out: dict[object, list[E]] = {}
    for edge in listed:
        out.setdefault(edge.source, []).append(edge)
    paths: list[tuple[E, ...]] = [(edge,) for edge in listed]
    left = MOST
    while paths:
        longer: list[tuple[E, ...]] = []
        for path in paths:
            left -= 1
            if left < 0:
                return
            first, last = path[0], path[-1]
            if last.target == first.source:
                yield path
                continue
            if len(path) == LONGEST:
                continue
            visited = {last.target, *(edge.source for edge in path)}
            for edge in out.get(last.target, ()):
                inside = edge.target in visited and edge.target != first.source
                if not inside and order[id(edge)] > order[id(first)]:
                    longer.append((*path, edge))
        paths = longer
