"""Circuits of small graphs, against every order of every set of edges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.check.flow.circuits import MOST, circuits


@dataclass(frozen=True, eq=False)
class Arrow:
    source: int
    target: int


def brute(arrows: list[Arrow]) -> set[frozenset[int]]:
    """Circuits as sets of positions: edges that chain, through nodes that differ, back to the first."""
    found = set()
    for size in range(1, len(arrows) + 1):
        for chosen in permutations(range(len(arrows)), size):
            steps = [arrows[i] for i in chosen]
            chained = all(a.target == b.source for a, b in zip(steps, [*steps[1:], steps[0]], strict=True))
            if chained and len({step.source for step in steps}) == size:
                found.add(frozenset(chosen))
    return found


@given(st.lists(st.builds(Arrow, st.integers(0, 3), st.integers(0, 3)), max_size=6))
def test_each_circuit_once_shortest_first(arrows: list[Arrow]) -> None:
    position = {id(arrow): index for index, arrow in enumerate(arrows)}
    found = [frozenset(position[id(arrow)] for arrow in circuit) for circuit in circuits(arrows)]
    assert set(found) == brute(arrows)
    assert len(found) == len(set(found))
    assert [len(circuit) for circuit in found] == sorted(len(circuit) for circuit in found)


def test_the_search_is_bounded() -> None:
    """Thirty nodes, each leading to every other one: more circuits than could ever be listed."""
    arrows = [Arrow(a, b) for a in range(30) for b in range(30) if a != b]
    assert 30 * 29 / 2 <= sum(1 for _ in circuits(arrows)) <= MOST
