"""Expressions as Python functions of a deal and its surroundings."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from voronka.dsl.definition.expr import NOWHERE, Expr
from voronka.engine.compile import loops
from voronka.engine.compile import nodes as n
from voronka.engine.compile.context import Ctx
from voronka.engine.compile.rails import Body, body_of
from voronka.engine.compile.unit import Unit
from voronka.engine.compile.values import QUANTIFIERS
from voronka.engine.deal.state import Deal


def condition(expr: Expr, item: str = "") -> Callable[[Deal, Ctx], bool]:
    """Whether a condition is *true*; unknown is not (Meaning 7).

    ``item`` is for parts of quantifiers: ``card`` or ``task`` says what ``Ctx.item`` holds. Raises CompileError for a
    tree that the checker cannot have made. What comes out raises nothing.
    """
    return _test(expr, item, True)


def refuted(expr: Expr, item: str = "") -> Callable[[Deal, Ctx], bool]:
    """Whether a condition is *false*, as ``check … else`` asks; unknown is not. Arguments as for :func:`condition`."""
    return _test(expr, item, False)


def value(expr: Expr, item: str = "") -> Callable[[Deal, Ctx], Any]:
    """The value of an expression; None where it is unset or there is none: a division by zero, the year 12,000."""
    unit = _unit(expr)
    body = body_of(unit, expr, item=item)
    return _made(unit, _given(body, body.value(expr, {})))


def fuse(conditions: Sequence[Expr | None]) -> Callable[[Deal, Ctx], int]:
    """The index of the first condition that is true, or -1; None stands for no condition and is true."""
    unit = Unit("<rules>")
    rules = [expr for expr in conditions if expr is not None]
    body = body_of(unit, *rules)
    shared = Counter(
        field
        for expr in rules
        for field in {e.value for e in expr.walk() if e.op == "field" and e.type.kind != "links"}
    )
    steps = [body.fetch(field) for field, users in shared.items() if users > 1]
    for index, expr in enumerate(conditions):
        test = n.TRUE if expr is None else body.rail(expr, True, {})
        steps.append(n.when(test, n.give(ast.Constant(index))))
        if expr is None:
            break
    unit.define("fused", ("d", "c"), body.finished([*steps, n.give(ast.Constant(-1))]))
    return unit.finish("fused")


def _test(expr: Expr, item: str, want: bool) -> Callable[[Deal, Ctx], bool]:
    unit = _unit(expr)
    body = body_of(unit, expr, item=item)
    if expr.op in QUANTIFIERS:  # the loop needs no call of its own
        return _made(unit, loops.quantified(body, expr, "T" if want else "F"))
    return _made(unit, _given(body, n.decided(body.rail(expr, want, {}))))


def _unit(expr: Expr) -> Unit:
    return Unit("<expression>" if expr.loc == NOWHERE else f"<{expr.loc}>")


def _given(body: Body, result: ast.expr) -> list[ast.stmt]:
    """``return result``, with the item where there is one."""
    item = [n.assign("i", n.attr(n.name("c"), "item"))] if body.item else []
    return body.finished([*item, n.give(result)])


def _made(unit: Unit, steps: list[ast.stmt]) -> Callable[[Deal, Ctx], Any]:
    unit.define("compiled", ("d", "c"), steps)
    return unit.finish("compiled")
