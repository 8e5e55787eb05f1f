"""Sums, products and conditions joined: + - * /, and, or, not."""

from __future__ import annotations

from voronka.dsl.check.expressions.fit import NUMERIC, WORDS, as_whole
from voronka.dsl.check.expressions.make import bad, described, make, unknown, written
from voronka.dsl.check.place import Place, included, typed, wrong_type
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.check.words import NOTHING
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, DATE, DURATION, INTEGER, NUMBER, PERCENT, Type
from voronka.dsl.definition.values import Duration
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import types
from voronka.dsl.text.codes.base import Both

_NAMES = {"+": "add", "-": "sub", "*": "mul", "/": "div"}
# Lengths that can be measured against each other: working time cannot be turned into time, nor its days into hours.
_FAMILY = {"workday": "workday", "workhour": "workhour"}
_DAYS = frozenset({"day", "week", "month", "year", "workday"})


def binary(node: nodes.Binary, place: Place, want: Type | None) -> Expr:
    if node.op in ("and", "or"):
        return _joined(node, place)
    left = typed(node.left, place)
    right = typed(node.right, place)
    if unknown(left, right):
        return bad(node)
    left, right = _alike(left, right)
    result = _result(node.op, left, right)
    if result is None:
        _refuse(node, left, right, place)
        return bad(node)
    if result is DURATION and node.op in "+-" and left.type.kind == right.type.kind == "duration":
        done = Both("added", "складывать") if node.op == "+" else Both("subtracted", "вычитать")
        if units_differ(left, right, done, node, place):
            return bad(node)
    if result is DATE and (unit := unit_of(right if left.type.kind == "date" else left)) and unit not in _DAYS:
        hint = Both(
            "a date has no time of day: add days, or use a datetime",
            "у даты нет времени: прибавляйте дни или возьмите datetime",
        )
        _report(node, left, right, hint, place)
        return bad(node)
    return make(_NAMES[node.op], result, node, None, (left, right))


def _alike(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """A plain whole constant beside a whole number is one, too: ``attempts + 1``."""
    if left.type.kind == "integer" and right.op == "const" and right.type is NUMBER:
        return left, as_whole(right, INTEGER) or right
    if right.type.kind == "integer" and left.op == "const" and left.type is NUMBER:
        return as_whole(left, INTEGER) or left, right
    return left, right


def _result(op: str, left: Expr, right: Expr) -> Type | None:
    """The type of an operation, or None where it has no meaning."""
    a, b = left.type.kind, right.type.kind
    if a in NUMERIC and b in NUMERIC:
        whole = a != "number" and b != "number" and op != "/"
        return INTEGER if whole else NUMBER
    if op in "+-":
        return _sum(op, left, right)
    return _product(op, left, right)


def _sum(op: str, left: Expr, right: Expr) -> Type | None:
    a, b = left.type.kind, right.type.kind
    if a == b == "percent":
        return PERCENT
    if {a, b} == {"number", "percent"} and "const" in (left.op, right.op):
        # 1 - discount: what is left of the whole
        return PERCENT
    if a == b == "money" and left.type.currency == right.type.currency:
        return left.type
    if a == b == "duration":
        return DURATION
    if a in ("date", "datetime") and b == "duration":
        return left.type
    if a == "duration" and b in ("date", "datetime") and op == "+":
        return right.type
    if a == b and a in ("date", "datetime") and op == "-":
        return DURATION
    return None


def _product(op: str, left: Expr, right: Expr) -> Type | None:
    a, b = left.type.kind, right.type.kind
    plain = NUMERIC | {"percent"}
    if a in plain and b in plain:
        if a == b == "percent" and op == "*":
            return PERCENT
        return NUMBER
    if op == "*":
        if a in ("money", "duration") and b in plain:
            return left.type
        return right.type if b in ("money", "duration") and a in plain else None
    if a == b and a in ("money", "duration"):
        return NUMBER if left.type.currency == right.type.currency else None
    return left.type if a in ("money", "duration") and b in plain else None


def _refuse(node: nodes.Binary, left: Expr, right: Expr, place: Place) -> None:
    a, b = left.type.kind, right.type.kind
    labels = included(place.env)
    if a == b == "money":
        place.world.report(
            types.MIXED_CURRENCIES, node.span, left=described(left), right=described(right), labels=labels
        )
        return
    if node.op in "+-" and {a, b} == {"money", "percent"}:
        money, share = (left, right) if a == "money" else (right, left)
        base = money.text if money.op in ("field", "via", "const", "payload") else f"({money.text})"
        better = f"{base} * {share.text}" if share.op in ("const", "field") else f"{base} * ({share.text})"
        if node.op == "-":
            better = f"{base} - {better}"
        elif node.op == "+":
            better = f"{base} + {better}"
        place.world.report(types.MONEY_AND_PERCENT, node.span, labels=labels, text=written(node.span), better=better)
        return
    hint = NOTHING
    if node.op in "+-" and "money" in (a, b) and {a, b} & NUMERIC:
        number, money = (right, left) if a == "money" else (left, right)
        if number.op == "const":
            hint = Both(
                f"write the currency: `{number.text} {money.type.currency}`",
                f"напишите валюту: `{number.text} {money.type.currency}`",
            )
    elif node.op == "+" and a in WORDS and b in WORDS:
        hint = Both("texts are joined in templates: `{{ name }}, …`", "тексты соединяют в шаблонах: `{{ name }}, …`")
    elif node.op in "+-" and {a, b} & {"date", "datetime"} and {a, b} & NUMERIC:
        number = right if b in NUMERIC else left
        hint = Both(f"say of what: `{number.text} days`", f"укажите, чего: `{number.text} days`")
    elif {a, b} == {"date", "datetime"}:
        hint = Both("take the date of both: `date_of(…)`", "возьмите у обоих дату: `date_of(…)`")
    _report(node, left, right, hint, place)


def _report(node: nodes.Binary, left: Expr, right: Expr, hint: Both, place: Place) -> None:
    place.world.report(
        types.CANNOT_CALCULATE,
        node.span,
        labels=included(place.env),
        op=node.op,
        left=described(left),
        right=described(right),
        hint=hint,
    )


def unary(node: nodes.Unary, place: Place, want: Type | None) -> Expr:
    if node.op == "not":
        operand = condition(node.operand, place)
        return bad(node) if operand.type is UNKNOWN else make("not", BOOL, node, None, (operand,))
    operand = typed(node.operand, place, want)
    if operand.type is UNKNOWN:
        return bad(node)
    if operand.type.kind not in NUMERIC | {"money", "percent", "duration"}:
        what = Both("what follows `-`", "то, что стоит после `-`")
        wrong_type(place.env, node.span, what, NUMBER, operand.type)
        return bad(node)
    if operand.op == "const":
        value = operand.value
        negative = Duration(-value.n, value.unit) if isinstance(value, Duration) else -value
        return make("const", operand.type, node, negative)
    kind = INTEGER if operand.type.kind == "rating" else operand.type
    return make("neg", kind, node, None, (operand,))


# Conditions


def _joined(node: nodes.Binary, place: Place) -> Expr:
    """``a and b and c`` as one node with all its parts."""
    parts: list[nodes.Expr] = []
    waiting: list[nodes.Expr] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, nodes.Binary) and part.op == node.op:
            waiting += (part.right, part.left)
        else:
            parts.append(part)
    args = tuple(condition(part, place) for part in parts)
    return bad(node) if unknown(*args) else make(node.op, BOOL, node, None, args)


def condition(node: nodes.Expr, place: Place) -> Expr:
    """An expression that must be yes or no; of unknown type where it is not, after a finding."""
    expr = typed(node, place, BOOL)
    if expr.type is UNKNOWN or expr.type.kind == "bool":
        return expr
    hint = NOTHING
    if expr.op in ("field", "via", "item", "payload"):
        hint = Both(
            f"say what is asked of it: `{expr.text} is set`", f"скажите, что о нём спрашивают: `{expr.text} is set`"
        )
    place.world.report(types.NO_CONDITION, node.span, labels=included(place.env), got=described(expr), hint=hint)
    return bad(node)


# Lengths of time


def unit_of(expr: Expr) -> str:
    """The unit a length is measured in, where that is known; else an empty text."""
    if expr.op == "const" and isinstance(expr.value, Duration):
        return expr.value.unit
    if expr.op in ("mul", "div", "neg"):
        return next((unit for arg in expr.args if arg.type.kind == "duration" and (unit := unit_of(arg))), "")
    if expr.op == "sub" and expr.args[0].type.kind in ("date", "datetime"):
        return "day" if expr.args[0].type.kind == "date" else "min"
    if expr.op in ("add", "sub"):
        return unit_of(expr.args[0])
    return ""


def units_differ(left: Expr, right: Expr, done: Both, node: nodes.Expr, place: Place) -> bool:
    """Whether two lengths are known to be measured differently; reports it."""
    if left.type.kind != "duration" or right.type.kind != "duration":
        return False
    a, b = unit_of(left), unit_of(right)
    if not a or not b or _FAMILY.get(a) == _FAMILY.get(b):
        return False
    place.world.report(
        types.UNIT_MIX,
        node.span,
        labels=included(place.env),
        left=f"`{left.text}`",
        right=f"`{right.text}`",
        done=done,
    )
    return True
