"""Who reports to whom must end somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def circles(chiefs: Mapping[str, str]) -> Iterator[list[str]]:
    """Every circle of those who report to each other, once, from its first name in order and back to it."""
    seen: set[str] = set()
    for start in chiefs:
        trail: dict[str, int] = {}
        at = start
        while at in chiefs and at not in seen:
            seen.add(at)
            trail[at] = len(trail)
            at = chiefs[at]
        if at in trail:
            circle = list(trail)[trail[at] :]
            first = circle.index(min(circle))
            circle = circle[first:] + circle[:first]
            yield [*circle, circle[0]]
