"""Compiled conditions mean what the book says: random expressions against a naive walker and their own trace."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_compile.reference import run
from tests.engine_compile.trees import a_deal, conditions, formulas, shown
from voronka.dsl.definition.expr import Expr
from voronka.engine.compile import condition, fuse, refuted, traced, value

TREES, DEALS = 500, 200  # 10^5 pairs
SEEDS = st.integers(0, 2**32 - 1)


def verdict(true: bool, false: bool) -> bool | None:
    assert not (true and false)
    return True if true else False if false else None


@settings(max_examples=TREES)
@given(conditions(depth=5), SEEDS)
def test_conditions_agree_with_the_book_and_with_their_trace(expr: Expr, seed: int) -> None:
    true, false, trace, third = condition(expr), refuted(expr), traced(expr), value(expr)
    r = random.Random(seed)
    for _ in range(DEALS):
        d, c = a_deal(r)
        compiled = verdict(true(d, c), false(d, c))
        assert (compiled, third(d, c)) == (run(expr, d, c),) * 2, shown(expr)
        assert trace(d, c).verdict is compiled, shown(expr)


@settings(max_examples=200)
@given(formulas(), SEEDS)
def test_values_agree_with_the_book(expr: Expr, seed: int) -> None:
    compiled = value(expr)
    r = random.Random(seed)
    for _ in range(50):
        d, c = a_deal(r)
        assert compiled(d, c) == run(expr, d, c), shown(expr)


@settings(max_examples=100)
@given(st.lists(st.none() | conditions(depth=2), max_size=6), SEEDS)
def test_fused_rules_give_the_first_that_is_true(rules: list[Expr | None], seed: int) -> None:
    first = fuse(rules)
    r = random.Random(seed)
    for _ in range(50):
        d, c = a_deal(r)
        held = [index for index, rule in enumerate(rules) if rule is None or run(rule, d, c) is True]
        assert first(d, c) == (held[0] if held else -1)
