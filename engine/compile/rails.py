"""The compiler: an expression becomes plain Python on two rails, one that says *true* and one that says *false*.

Logic is three-valued (Meaning 7). Instead of a third value at run time there are two tests, T(e) and F(e), that follow
the polarity: ``F(a and b)`` is ``F(a) or F(b)``, ``T(not a)`` is ``F(a)``. A comparison is true, or false, only behind
the test that its operands are set; within a chain of ``and`` a field is fetched and tested once. So a condition costs
what the same function costs when written by hand.

Where the third value is needed (a comparison of conditions, a formula of type bool), a third rail gives True, False or
None in one pass.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL
from voronka.dsl.definition.values import Duration
from voronka.engine.compile import loops, moments
from voronka.engine.compile import nodes as n
from voronka.engine.compile.unit import CompileError, Unit
from voronka.engine.compile.values import (
    CERTAIN,
    COMPARISONS,
    LOGIC,
    NEGATED,
    QUANTIFIERS,
    Known,
    Operand,
    Values,
    family,
    read_key,
)
from voronka.stdlib import arithmetic

_WHEN_TRUE: dict[str, type[ast.cmpop]] = {"lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE, "eq": ast.Eq}
_WHEN_FALSE: dict[str, type[ast.cmpop]] = {"lt": ast.GtE, "le": ast.Gt, "gt": ast.LtE, "ge": ast.Lt, "eq": ast.NotEq}


class Body(Values):
    """One function being written: its conditions."""

    def within(self, item: str) -> Body:
        """Another function beside this one, for a loop over items or the inside of one."""
        return Body(self.unit, item, self.uses)

    def rail(self, e: Expr, want: bool, known: Known) -> ast.expr:
        """A test, of type bool, that e is ``want``. ``known`` then holds what is set wherever it succeeds."""
        op = e.op
        if op in NEGATED:
            return self.rail(replace(e, op=NEGATED[op]), not want, known)
        if op == "not":
            return self.rail(e.args[0], not want, known)
        if op in ("and", "or"):
            if (op == "and") is want:
                return n.both([self.rail(arg, want, known) for arg in e.args])
            return n.either([self.rail(arg, want, known.copy()) for arg in e.args])
        if op in QUANTIFIERS:
            return loops.call(self, loops.quantified(self, e, "T" if want else "F"))
        if op == "in" and (spelt := _spelt_out(e)) is not None:
            return self.rail(spelt, want, known)
        if op == "eq" and (plain := _plain_condition(e)) is not None:
            return self.rail(plain[0], want is plain[1], known)
        guards, test = self._leaf(e, want, known)
        return n.both([*guards, test])

    def verdict(self, e: Expr, known: Known) -> Operand:
        """The third rail: True, False or, unknown, None."""
        op = e.op
        if op not in LOGIC:
            return self.source(e, known)
        if op in NEGATED or op == "not":
            guards, value, nullable = self.verdict(e.args[0] if op == "not" else replace(e, op=NEGATED[op]), known)
            if nullable:
                var = self.unit.fresh("v")
                return Operand(guards, n.choose(n.not_none(n.bind(var, value)), n.negate(n.name(var))))
            return Operand(guards, n.negate(value), False)
        if op in ("and", "or"):
            return Operand([], self._in_one_pass(e))
        if op in QUANTIFIERS:
            return Operand([], loops.call(self, loops.quantified(self, e, "V")))
        if op == "in" and (spelt := _spelt_out(e)) is not None:
            return self.verdict(spelt, known)
        guards, test = self._leaf(e, True, known.copy())
        if op in CERTAIN:
            return Operand([], n.both([*guards, test]), False)
        return Operand([], n.choose(n.both(guards), test))

    def aggregate(self, e: Expr) -> ast.expr:
        return loops.call(self, loops.aggregated(self, e))

    def _in_one_pass(self, e: Expr) -> ast.expr:
        """``and``, ``or`` over the verdicts of their arguments: a call of a function of its own."""
        decisive = e.op == "or"
        body = self.within(self.item)
        steps: list[ast.stmt] = [n.assign("r", ast.Constant(not decisive))]
        for arg in e.args:
            guards, value, _ = body.verdict(arg, {})
            steps += [
                n.assign("x", n.choose(n.both(guards), value)),
                n.when(n.compare(n.name("x"), ast.Is(), ast.Constant(decisive)), n.give(ast.Constant(decisive))),
                n.when(n.is_none(n.name("x")), n.assign("r", n.NONE)),
            ]
        params = ("d", "c", "i") if self.item else ("d", "c")
        return self.unit.called("b", params, body.finished([*steps, n.give(n.name("r"))]))

    def _leaf(self, e: Expr, want: bool, known: Known) -> tuple[list[ast.expr], ast.expr]:
        """A condition without conditions in it: what must be set first, and the test."""
        op = e.op
        if op in COMPARISONS:
            guards, left, right = self._sides(e, known)
            return guards, n.compare(left, (_WHEN_TRUE if want else _WHEN_FALSE)[op](), right)
        if op == "in":
            guards, left = self.operand(e.args[0], known)
            values = [arg.value for arg in e.args[1:]]
            members = self.unit.constant(tuple(values) if len(values) < 4 else frozenset(values))
            return guards, n.compare(left, ast.In() if want else ast.NotIn(), members)
        if op == "has":
            guards, options = self.operand(e.args[0], known)
            more, option = self.operand(e.args[1], known)
            return guards + more, n.compare(option, ast.In() if want else ast.NotIn(), options)
        if op == "older":
            guards, since = self._since(e, moments.older_from, moments.date_older_from, known)
            return guards, n.compare(since, ast.LtE() if want else ast.Gt(), self.c("now"))
        if op == "within":
            guards, start = self._since(e, moments.earlier, moments.date_within_from, known)
            more, end = self._since(e, moments.older_from, moments.date_older_from, known)
            inside = ast.Compare(start, [ast.LtE(), ast.Lt()], [self.c("now"), end])
            return guards + more, inside if want else n.negate(inside)
        if op == "set":
            return [], self._is_set(e.args[0], want, known)
        if op in CERTAIN:
            # Where such a test is false, nothing is known of what it looks at.
            test = self._certain(e, known if want else known.copy())
            return [], test if want else n.negate(test)
        # A value of type bool: a field, an item's, a function's, a constant.
        guards, value, nullable = self.source(e, known)
        if isinstance(value, ast.Constant):
            return guards, ast.Constant(value.value is want)
        if nullable:
            return guards, n.compare(value, ast.Is(), ast.Constant(want))
        return guards, value if want else n.negate(value)

    def _sides(self, e: Expr, known: Known) -> tuple[list[ast.expr], ast.expr, ast.expr]:
        """Both sides of a comparison, brought to what Python compares: durations by length, dates beside instants."""
        families = {family(arg) for arg in e.args}
        guards: list[ast.expr] = []
        sides: list[ast.expr] = []
        for arg in e.args:
            if arg.op == "const" and isinstance(arg.value, Duration):
                length = arithmetic.nominal(arg.value)
                guards += [n.FALSE] if length is None else []
                sides.append(self.unit.constant(length))
                continue
            more, value = self.operand(arg, known)
            guards += more
            if families == {"duration"}:
                value = self.bound(n.call(self.unit.helper(arithmetic.nominal), value), guards)
            elif families == {"date", "datetime"}:
                value = self.instant(arg, value, guards)
            sides.append(value)
        left, right = sides
        return guards, left, right

    def _since(
        self, e: Expr, of_instant: Callable[..., Any], of_date: Callable[..., Any], known: Known
    ) -> tuple[list[ast.expr], ast.expr]:
        """The instant at which ``older`` or ``within`` flips."""
        moment, length = e.args
        guards, at = self.operand(moment, known)
        more, lasts = self.operand(length, known)
        guards += more
        flip = self.unit.helper(of_date if family(moment) == "date" else of_instant)
        return guards, self.bound(n.call(flip, self.c("cal"), at, lasts), guards)

    def _is_set(self, e: Expr, want: bool, known: Known) -> ast.expr:
        if e.op == "field" and e.type.kind == "links":
            empty = n.negate(n.get(n.attr(n.name("d"), "items"), str(e.value)))
            return n.negate(empty) if want else empty
        key = read_key(e)
        if key in known:
            return ast.Constant(want)
        if want and self.uses[key] > 1:  # fetched here, it need not be fetched again
            return n.both(self.operand(e, known)[0])
        guards, value, nullable = self.source(e, known if want else known.copy())
        if nullable and not guards:
            return n.not_none(value) if want else n.is_none(value)
        test = n.both([*guards, n.not_none(value)] if nullable else guards)
        return test if want else n.negate(test)

    def _certain(self, e: Expr, known: Known) -> ast.expr:
        d = n.name("d")
        match e.op, e.value:
            case "task", (str(task), str(state)):
                key = f"task {task}"
                if key in known:
                    return self.task_is(n.name(known[key]), state)
                var = known[key] = self.unit.fresh("v")
                found = n.not_none(n.bind(var, n.get(n.attr(d, "latest"), task)))
                return n.both([found, self.task_is(n.name(var), state)])
            case "check", (str(), "") if e.args:
                return n.both([self._certain(point, known) for point in e.args])
            case "check", (str(checklist), str(point)) if point:
                return n.compare(n.get(n.attr(d, "checks"), f"{checklist}.{point}"), ast.Is(), n.TRUE)
            case "approval", (str(approval), str(state)):
                var = self.unit.fresh("v")
                found = n.not_none(n.bind(var, n.get(n.attr(d, "approvals"), approval)))
                return n.both([found, n.compare(n.get(n.name(var), "state"), ast.Eq(), ast.Constant(state))])
        raise CompileError(e, "no such state; a whole checklist needs its points as arguments")


def body_of(unit: Unit, *expressions: Expr, item: str = "") -> Body:
    """A function to be written over these expressions."""
    uses = Counter(key for e in expressions for node in e.walk() if (key := read_key(node)))
    return Body(unit, item, uses)


def _spelt_out(e: Expr) -> Expr | None:
    """``x in (a, b)`` as ``x is a or x is b`` where membership alone does not decide; None where it does."""
    first, *members = e.args
    alike = {family(arg) for arg in e.args}
    if len(alike) == 1 and "duration" not in alike and all(m.op == "const" and m.value is not None for m in members):
        return None
    return Expr("or", BOOL, None, tuple(Expr("eq", BOOL, None, (first, member)) for member in members), e.loc)


def _plain_condition(e: Expr) -> tuple[Expr, bool] | None:
    """``C is yes`` and ``C is no`` are C and not C."""
    left, right = e.args
    for condition, constant in ((left, right), (right, left)):
        if constant.op == "const" and isinstance(constant.value, bool):
            return condition, constant.value
    return None
