"""Values in compiled expressions: where they are read, and what arithmetic makes of them."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import Instant
from voronka.engine.compile import moments
from voronka.engine.compile import nodes as n
from voronka.engine.compile.unit import CompileError, Unit
from voronka.engine.deal.state import OPEN_STATES
from voronka.stdlib import arithmetic
from voronka.stdlib.functions import FUNCTIONS

# Reads whose value is known to be set at this point -> the local variable that holds it.
Known: TypeAlias = dict[str, str]

QUANTIFIERS = frozenset({"all", "any", "none"})
AGGREGATES = frozenset({"sum", "min", "max", "count", "share"})
TASK_STATES = frozenset({"open", "waiting", "done", "cancelled", "planned", "overdue"})
# Conditions that are always true or false, never unknown.
CERTAIN = frozenset({"set", "task", "check", "approval"})
COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq"})
NEGATED = {"ne": "eq", "not_in": "in", "unset": "set", "not_older": "older", "not_within": "within"}
LOGIC = frozenset({"and", "or", "not", "has", "older", "within", "in", *COMPARISONS, *NEGATED, *CERTAIN, *QUANTIFIERS})

_EXACT: Mapping[str, Callable[..., Any]] = {
    "add": arithmetic.add,
    "sub": arithmetic.sub,
    "mul": arithmetic.mul,
    "div": arithmetic.div,
}
_INTEGERS: Mapping[str, Callable[..., Any]] = {
    "add": arithmetic.add_int,
    "sub": arithmetic.sub_int,
    "mul": arithmetic.mul_int,
}
_DURATIONS: Mapping[str, Callable[..., Any]] = {"add": arithmetic.add_durations, "sub": arithmetic.sub_durations}
_RUNS = {name: moments.guarded(f.run) if f.calendar else f.run for name, f in FUNCTIONS.items()}


class Operand(NamedTuple):
    """Code for a value: tests that must hold first, the value itself, whether it may be None all the same."""

    guards: list[ast.expr]
    value: ast.expr
    nullable: bool = True


class Values(ABC):
    """One function being written.

    Its variables: ``d`` the deal, ``c`` the context, ``f`` the deal's fields, ``i`` the item under a quantifier.
    ``item`` says what that is: "" none, ``card`` a dict, ``task`` a TaskState. ``uses`` counts how often a read occurs.
    """

    def __init__(self, unit: Unit, item: str, uses: Counter[str]) -> None:
        self.unit = unit
        self.item = item
        self.uses = uses
        self._fields: list[ast.Subscript] = []
        self._fetched: dict[str, str] = {}

    @abstractmethod
    def verdict(self, e: Expr, known: Known) -> Operand:
        """A condition as a value: True, False or, unknown, None."""

    @abstractmethod
    def aggregate(self, e: Expr) -> ast.expr:
        """``sum min max count share`` over items."""

    def operand(self, e: Expr, known: Known) -> tuple[list[ast.expr], ast.expr]:
        """A value that is set behind its guards, and cheap to name twice; ``known`` grows by what the guards test."""
        key = read_key(e)
        if key in known:
            return [], n.name(known[key])
        guards, value, nullable = self.source(e, known)
        if not nullable:
            return guards, value
        if isinstance(value, ast.Constant):  # unset for good
            return [*guards, n.FALSE], value
        value = self.bound(value, guards)
        if key and isinstance(value, ast.Name):
            known[key] = value.id
        return guards, value

    def value(self, e: Expr, known: Known) -> ast.expr:
        """A value, None where it is unset; instants leave as ``Instant``, whatever they were computed from."""
        if e.type.kind == "datetime" and e.op not in ("const", "field", "via", "payload", "item"):
            tests, instant = self.operand(e, known)
            return n.choose(n.both(tests), n.call(self.unit.helper(Instant), instant))
        guards, value, _ = self.source(e, known)
        return n.choose(n.both(guards), value)

    def source(self, e: Expr, known: Known) -> Operand:
        """A value as it comes. Raises CompileError for what is no expression of the language."""
        op, d = e.op, n.name("d")
        if op in LOGIC:
            return self.verdict(e, known)
        if op in ("add", "sub", "mul", "div", "neg"):
            return self._arithmetic(e, known)
        if op in AGGREGATES:
            return Operand([], self.aggregate(e), op != "count")
        match op, e.value:
            case "const", value:
                return Operand([], self.unit.constant(value), value is None)
            case "field", str(field):
                return Operand([], self._field(field))
            case "via", (str(link), str(field)):
                return self._inside(f"card {link}", n.get(n.attr(d, "cards"), link), field, known)
            case "payload", str(field):
                return self._inside("event", self.c("e"), field, known)
            case "item", str(field):
                return self._item(e, field)
            case (("now" | "today"), _):
                return Operand([], self.c(op), False)
            case "owner", _:
                return Operand([], n.attr(d, "owner"))
            case "supervisor", _:
                return Operand([], n.call(self.c("supervisor"), d))
            case "stage", _:
                return Operand([], n.attr(d, "stage"), False)
            case (("creation" | "entry"), _):
                return Operand([], n.attr(d, "created" if op == "creation" else "entered"), False)
            case "closing", _:
                return Operand([], n.attr(d, "closed"))
            case "last_contact", _:
                return Operand([], n.get(n.attr(d, "marks"), "contact"))
            case "call", str(function) if function in FUNCTIONS:
                return self._call(e, function, known)
        raise CompileError(e, "no such expression")

    def c(self, attribute: str) -> ast.expr:
        """An attribute of the context."""
        return n.attr(n.name("c"), attribute)

    def bound(self, value: ast.expr, guards: list[ast.expr]) -> ast.expr:
        """Keep a value in a variable, and demand that it is set."""
        if isinstance(value, ast.Name):
            guards.append(n.not_none(value))
            return value
        var = self.unit.fresh("v")
        guards.append(n.not_none(n.bind(var, value)))
        return n.name(var)

    def finished(self, steps: list[ast.stmt]) -> list[ast.stmt]:
        """The steps, with the deal's fields at hand."""
        if len(self._fields) == 1:
            self._fields[0].value = n.attr(n.name("d"), "f")
        elif self._fields:
            return [n.assign("f", n.attr(n.name("d"), "f")), *steps]
        return steps

    def task_is(self, task: ast.expr, state: str) -> ast.expr:
        """A test of a TaskState. It is overdue from the instant it is due on: ``due <= now``, when its timer fires."""
        status = n.attr(task, "status")
        if state == "planned":
            return n.compare(status, ast.In(), self.unit.constant(OPEN_STATES))
        if state == "overdue":
            due = n.attr(task, "due")
            late = [n.not_none(due), n.compare(due, ast.LtE(), self.c("now"))]
            return n.both([n.compare(status, ast.Eq(), ast.Constant("open")), *late])
        if state in TASK_STATES:
            return n.compare(status, ast.Eq(), ast.Constant(state))
        done = n.compare(status, ast.Eq(), ast.Constant("done"))
        return n.both([done, n.compare(n.attr(task, "outcome"), ast.Eq(), ast.Constant(state))])

    def instant(self, e: Expr, value: ast.expr, guards: list[ast.expr]) -> ast.expr:
        """A date where an instant is needed: its beginning."""
        if family(e) != "date":
            return value
        return self.bound(n.call(self.unit.helper(moments.day_start), self.c("cal"), value), guards)

    def fetch(self, field: str) -> ast.stmt:
        """Fetch a field once for all that follows in this function."""
        read = self._field(field)
        self._fetched[field] = var = self.unit.fresh("v")
        return n.assign(var, read)

    def _field(self, field: str) -> ast.expr:
        if field in self._fetched:
            return n.name(self._fetched[field])
        node = ast.Subscript(n.name("f"), ast.Constant(field), ast.Load())
        self._fields.append(node)
        return node

    def _inside(self, key: str, table: ast.expr, field: str, known: Known) -> Operand:
        """A name in a dict that may be missing as a whole."""
        guards: list[ast.expr] = []
        if key not in known:
            known[key] = var = self.unit.fresh("v")
            guards.append(n.not_none(n.bind(var, table)))
        return Operand(guards, n.get(n.name(known[key]), field))

    def _item(self, e: Expr, field: str) -> Operand:
        if self.item == "card":
            return Operand([], n.get(n.name("i"), field))
        if self.item == "task" and field in TASK_STATES:
            return Operand([], self.task_is(n.name("i"), field), False)
        raise CompileError(e, "tasks have no such state" if self.item else "an item outside of a quantifier")

    def _call(self, e: Expr, name: str, known: Known) -> Operand:
        function = FUNCTIONS[name]
        run = self.unit.helper(_RUNS[name], f"call {name}")
        calendar = [self.c("cal")] if function.calendar else []
        if function.takes_unset:
            return Operand([], n.call(run, *calendar, *(self.value(arg, known.copy()) for arg in e.args)))
        guards, values = self._operands(e, known)
        return Operand(guards, n.call(run, *calendar, *values))

    def _operands(self, e: Expr, known: Known) -> tuple[list[ast.expr], list[ast.expr]]:
        guards: list[ast.expr] = []
        values: list[ast.expr] = []
        for arg in e.args:
            more, value = self.operand(arg, known)
            guards += more
            values.append(value)
        return guards, values

    def _arithmetic(self, e: Expr, known: Known) -> Operand:
        guards, values = self._operands(e, known)
        function, args = self._operation(e, values, guards)
        return Operand(guards, n.call(self.unit.helper(function), *args))

    def _operation(
        self, e: Expr, values: list[ast.expr], guards: list[ast.expr]
    ) -> tuple[Callable[..., Any], list[ast.expr]]:
        """The helper that does it, and what it is given."""
        match e.op, *(family(arg) for arg in e.args):
            case ["neg", "number"]:
                return arithmetic.neg, values
            case ["neg", "duration"]:
                return arithmetic.neg_duration, values
            case [_, "number", "number"]:
                whole = e.op in _INTEGERS and all(arg.type.kind in ("integer", "rating") for arg in e.args)
                return (_INTEGERS if whole else _EXACT)[e.op], values
            case ["add" | "sub", "duration", "duration"]:
                return _DURATIONS[e.op], values
            case ["mul", "number", "duration"] | ["mul", "duration", "number"]:
                return arithmetic.scale, values
            case ["div", "duration", "number"]:
                return arithmetic.divide_duration, values
            case ["div", "duration", "duration"]:
                return arithmetic.ratio, values
            case ["sub", "date", "date"]:
                return moments.days, values
            case ["sub", "date" | "datetime", "date" | "datetime"]:
                return moments.time, [self.instant(arg, at, guards) for arg, at in zip(e.args, values, strict=True)]
            case ["add", "duration", "date" | "datetime"]:
                return self._shift(e, e.args[1], values[1], values[0], guards)
            case ["add" | "sub", "date" | "datetime", "duration"]:
                return self._shift(e, e.args[0], values[0], values[1], guards)
            case [_, *families]:
                raise CompileError(e, f"{' and '.join(families)} do not go together")
        raise AssertionError

    def _shift(
        self, e: Expr, start: Expr, moment: ast.expr, length: ast.expr, guards: list[ast.expr]
    ) -> tuple[Callable[..., Any], list[ast.expr]]:
        """A moment and a duration: a date stays a date unless the checker says otherwise (date + hours)."""
        ahead = e.op == "add"
        if family(start) == "date" and e.type.kind == "date":
            return moments.date_later if ahead else moments.date_earlier, [self.c("cal"), moment, length]
        at = self.instant(start, moment, guards)
        return moments.later if ahead else moments.earlier, [self.c("cal"), at, length]


def read_key(e: Expr) -> str:
    """What makes two reads the same; "" for what is not worth remembering."""
    match e.op, e.value:
        case (("field" | "item" | "payload"), str(name)):
            return f"{e.op} {name}"
        case "via", (str(link), str(name)):
            return f"via {link} {name}"
        case (("owner" | "closing" | "last_contact" | "supervisor"), _):
            return e.op
    return ""


def family(e: Expr) -> str:
    """The kinds that one arithmetic serves; any other is its own."""
    return "number" if e.type.kind in ("number", "integer", "percent", "money", "rating") else e.type.kind
