"""The quick way through a text without errors gives what the careful one gives, and never says yes to an error."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import generated
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.builders import TooDeep
from voronka.dsl.syntax.dump import dump
from voronka.dsl.syntax.lexer import lex
from voronka.dsl.syntax.machine import Machine
from voronka.dsl.text.diagnostic import Diagnostics
from voronka.dsl.text.source import Source


def both(text: str) -> tuple[nodes.File | None, nodes.File | None]:
    """The tree of the quick way and of the careful one, each None where it finds an error."""
    made = []
    for way in (Machine.quick, Machine.run):
        source, found = Source("a.pipeline", text), Diagnostics()
        try:
            made.append(way(Machine(source, lex(source, found), found)))
        except TooDeep:
            made.append(None)
    return made[0], made[1]


def places(tree: nodes.File) -> list[tuple[str, int, int]]:
    return [(type(node).__name__, node.span.start, node.span.end) for node in nodes.walk(tree)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(generated.texts(), st.integers(0, 2**32))
def test_quick_is_careful(text: str, seed: int) -> None:
    quick, careful = both(text)
    assert quick is not None
    assert careful is not None
    assert dump(quick) == dump(careful)
    assert places(quick) == places(careful)
    draw = random.Random(seed)
    words = text.split(" ")
    words[draw.randrange(len(words))] = draw.choice(["{", "}", "when", "x", "5", '"', "stage", ""])
    quick, careful = both(" ".join(words))
    if careful is None:
        assert quick is None
    elif quick is not None:
        assert dump(quick) == dump(careful)
        assert places(quick) == places(careful)
