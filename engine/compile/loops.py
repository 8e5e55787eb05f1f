"""Quantifiers and aggregates: each becomes a function of its own, with a loop over a deal's items or tasks."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import Duration
from voronka.engine.compile import nodes as n
from voronka.engine.compile.values import Known, family
from voronka.stdlib import arithmetic
from voronka.stdlib.functions import FUNCTIONS

if TYPE_CHECKING:
    from voronka.engine.compile.rails import Body

TASKS = "tasks"  # the source that is not a field
# What a quantifier says of no items at all. ``all of`` nothing is unknown: no gate opens on it and no check fails.
_OF_NOTHING: dict[str, bool | None] = {"all": None, "any": False, "none": True}


def item_kind(e: Expr) -> str:
    """What the items of a loop are."""
    return "task" if e.value == TASKS else "card"


def call(body: Body, steps: list[ast.stmt]) -> ast.expr:
    """Put a loop into a function beside the present one, and call it."""
    return body.unit.called("q", ("d", "c"), steps)


def quantified(outside: Body, e: Expr, rail: str) -> list[ast.stmt]:
    """A function's steps. ``rail``: T is it true, F is it false, V which of the two, None if neither."""
    body = outside.within(item_kind(e))
    predicate = e.args[0]
    decided = e.op == "any"  # what the whole is, once one item decides
    decisive = e.op != "all"  # what that item is
    nothing = _OF_NOTHING[e.op]
    filtered = e.value == TASKS and e.op != "all"  # one by one, as nobody asks whether there are any

    def meets(test: ast.expr) -> ast.expr:
        return n.both([test, _is_present()]) if filtered else test

    if rail != "V":
        nothing = nothing is (rail == "T")
    result: ast.expr
    if rail == "V":
        start: list[ast.stmt] = [n.assign("r", ast.Constant(not decided))]
        see = [
            n.when(meets(body.rail(predicate, decisive, {})), n.give(ast.Constant(decided))),
            n.when(meets(n.negate(body.rail(predicate, not decisive, {}))), n.assign("r", n.NONE)),
        ]
        result = n.name("r")
    elif (rail == "T") is decided:
        start, see, result = [], [n.when(meets(body.rail(predicate, decisive, {})), n.give(n.TRUE))], n.FALSE
    else:
        missed = n.negate(body.rail(predicate, not decisive, {}))
        start, see, result = [], [n.when(meets(missed), n.give(n.FALSE))], n.TRUE
    steps = [*start, n.each("i", _items(), *see), n.give(result)]
    if filtered:
        d = n.name("d")
        return body.finished([n.assign("s", n.attr(d, "tasks")), n.assign("v", n.attr(d, "visit")), *steps])
    return body.finished([_source(e), n.when(n.negate(n.name("s")), n.give(ast.Constant(nothing))), *steps])


def aggregated(outside: Body, e: Expr) -> list[ast.stmt]:
    """A function's steps.

    ``when`` takes the items of which it is *true*; an unset value among them makes the whole unset. The sum of nothing
    is zero; the least, the greatest and the share of nothing are unset.
    """
    body = outside.within(item_kind(e))
    counting = e.op in ("count", "share")
    known: Known = {}
    test = body.rail(e.args[-1], True, known)
    result = n.name("r")
    start: Any = 0
    if counting:
        take: list[ast.stmt] = [n.assign("r", ast.BinOp(result, ast.Add(), ast.Constant(1)))]
    else:
        guards, value = body.operand(e.args[0], known)
        start, fold = _fold(body, e)
        unset = [n.when(n.negate(n.both(guards)), n.give(n.NONE))] if guards else []
        take = [*unset, n.assign("x", value), *fold]
    if e.op == "share":
        count = n.call(body.unit.helper(len), n.name("s"))
        result = n.choose(n.name("s"), n.call(body.unit.helper(arithmetic.div), result, count))
    loop = n.when(n.name("s"), n.each("i", _items(), n.when(test, *take)))
    return body.finished([_source(e), n.assign("r", body.unit.constant(start)), loop, n.give(result)])


def _fold(body: Body, e: Expr) -> tuple[Any, list[ast.stmt]]:
    """What a fold starts with, and how it takes in one more value, ``x``."""
    result, value = n.name("r"), n.name("x")
    if e.op == "sum":
        start, add = _sum_of(e.args[0])
        more = n.call(body.unit.helper(add), result, value)
        return start, [n.assign("r", more), n.when(n.is_none(result), n.give(n.NONE))]
    better = n.call(body.unit.helper(FUNCTIONS[e.op].run), result, value)
    return None, [n.assign("r", ast.IfExp(n.is_none(result), value, better))]


def _sum_of(e: Expr) -> tuple[Any, Callable[..., Any]]:
    if family(e) == "duration":
        return Duration(Decimal(0), "day"), arithmetic.add_durations
    if e.type.kind in ("integer", "rating"):
        return 0, arithmetic.add_int
    return arithmetic.ZERO, arithmetic.add


def _source(e: Expr) -> ast.stmt:
    """The items, by number."""
    d = n.name("d")
    return n.assign("s", n.attr(d, "present") if e.value == TASKS else n.get(n.attr(d, "items"), str(e.value)))


def _is_present() -> ast.expr:
    """Whether a task is of the present visit or the deal's own, as in :attr:`Deal.present`."""
    visit = n.attr(n.name("i"), "visit")
    return n.either([n.compare(visit, ast.Eq(), n.name("v")), n.negate(visit)])


def _items() -> ast.expr:
    return n.call(n.attr(n.name("s"), "values"))
