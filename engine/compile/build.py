"""Expressions as Python functions of a deal and its surroundings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from voronka.dsl.definition.expr import NOWHERE, Expr
from voronka.engine.compile import nodes as n
from voronka.engine.compile.context import Ctx
from voronka.engine.compile.rails import Body, body_of
from voronka.engine.compile.unit import Unit
from voronka.engine.deal.state import Deal


def condition(expr: Expr, item: str = "") -> Callable[[Deal, Ctx], bool]:
    """Whether a condition is *true*; unknown is not (Meaning 7).

    ``item`` is for parts of quantifiers: ``card`` or ``task`` says what ``Ctx.item`` holds. Raises CompileError for a
    tree that the checker cannot have made. What comes out raises nothing.
    """
    return _single(expr, item, lambda body: body.rail(expr, True, {}))


def refuted(expr: Expr, item: str = "") -> Callable[[Deal, Ctx], bool]:
    """Whether a condition is *false*, as ``check … else`` asks; unknown is not. Arguments as for :func:`condition`."""
    return _single(expr, item, lambda body: body.rail(expr, False, {}))


def value(expr: Expr, item: str = "") -> Callable[[Deal, Ctx], Any]:
    """The value of an expression; None where it is unset or there is none: a division by zero, the year 12,000."""
    return _single(expr, item, lambda body: body.value(expr, {}))


def fuse(conditions: Sequence[Expr | None]) -> Callable[[Deal, Ctx], int]:
    """The index of the first condition that is true, or -1; None stands for no condition and is true."""
    unit = Unit("<rules>")
    body = body_of(unit, *(expr for expr in conditions if expr is not None))
    steps: list[ast.stmt] = []
    for index, expr in enumerate(conditions):
        test = n.TRUE if expr is None else body.rail(expr, True, {})
        steps.append(n.when(test, n.give(ast.Constant(index))))
        if expr is None:
            break
    unit.define("fused", ("d", "c"), body.finished([*steps, n.give(ast.Constant(-1))]))
    return unit.finish("fused")


def _single(expr: Expr, item: str, write: Callable[[Body], ast.expr]) -> Callable[[Deal, Ctx], Any]:
    unit = Unit("<expression>" if expr.loc == NOWHERE else f"<{expr.loc}>")
    body = body_of(unit, expr, item=item)
    steps = [n.give(write(body))]
    if item:
        steps.insert(0, n.assign("i", n.attr(n.name("c"), "item")))
    unit.define("compiled", ("d", "c"), body.finished(steps))
    return unit.finish("compiled")
