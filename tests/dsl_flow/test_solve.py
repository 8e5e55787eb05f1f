"""Satisfiability against brute force: sound always, complete over one field and constants (U1)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.check.flow.solve import Truth, Want, not_true, satisfiable
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, DATE, DURATION, INTEGER, NUMBER, TEXT, Option, Title, Type
from voronka.dsl.definition.values import Duration

CHOICE = Type("choice", options=tuple(Option(name, Title()) for name in ("hot", "warm", "cold")))
RATING = Type("rating", low=0, high=4)
DAY = date(2026, 3, 1)


def const(value: Any, kind: Type) -> Expr:
    return Expr("const", kind, value)


def field(name: str, kind: Type) -> Expr:
    return Expr("field", kind, name)


def op(name: str, *args: Expr, value: Any = None, kind: Type = BOOL) -> Expr:
    return Expr(name, kind, value, args)


# --- an evaluator that shares nothing with the solver


def value(expr: Expr, deal: dict[str, Any]) -> Any:
    """The value of a term or condition in Kleene's logic; None is unset or unknown."""
    args = expr.args
    match expr.op:
        case "const":
            return expr.value
        case "field":
            return deal[expr.value]
        case "and" | "or":
            found = [value(arg, deal) for arg in args]
            decisive = expr.op == "or"
            return decisive if decisive in found else None if None in found else not decisive
        case "not":
            inner = value(args[0], deal)
            return None if inner is None else not inner
        case "set":
            return value(args[0], deal) is not None
        case "unset":
            return value(args[0], deal) is None
        case "not_true":
            return value(args[0], deal) is not True
    operands = [value(arg, deal) for arg in args]
    if operands[0] is None or (len(operands) == 2 and operands[1] is None):
        return None
    x, y = operands[0], operands[1] if len(operands) > 1 else None
    match expr.op:
        case "in":
            return x in operands[1:]
        case "not_in":
            return x not in operands[1:]
        case "has":
            return y in x
        case "add":
            return x + y
        case "sub":
            return x - y
        case "mul":
            return x * y
        case "neg":
            return -x
        case _:
            return {"lt": x < y, "le": x <= y, "gt": x > y, "ge": x >= y, "eq": x == y, "ne": x != y}[expr.op]


def met(want: Want, deal: dict[str, Any]) -> bool:
    got = value(want[0], deal)
    return {
        Truth.TRUE: got is True,
        Truth.FALSE: got is False,
        Truth.NOT_TRUE: got is not True,
        Truth.NOT_FALSE: got is not False,
    }[want[1]]


def possible(wants: Iterable[Want], domains: dict[str, list[Any]]) -> bool:
    wants = list(wants)
    deals = (dict(zip(domains, row, strict=True)) for row in itertools.product(*domains.values()))
    return any(all(met(want, deal) for want in wants) for deal in deals)


# --- one field and constants

KINDS: dict[str, tuple[Type, list[Any], list[Any]]] = {
    # kind: type, constants that conditions name, every value that could tell two conditions apart
    "integer": (INTEGER, [0, 1, 2, 3, Decimal("1.5")], list(range(-2, 6))),
    "number": (NUMBER, [Decimal(n) for n in range(4)], [Decimal(n) / 4 for n in range(-8, 24)]),
    "rating": (RATING, [-1, 0, 1, 3, 4, 5], list(range(5))),
    "choice": (CHOICE, ["hot", "warm", "cold"], ["hot", "warm", "cold"]),
    "text": (TEXT, ["a", "b", "c"], ["a", "b", "c", "d"]),
    "bool": (BOOL, [True, False], [True, False]),
    "date": (DATE, [DAY + timedelta(n) for n in range(3)], [DAY + timedelta(n) for n in range(-2, 6)]),
}
LABELS = ("choice", "text", "bool")


@st.composite
def literals(draw: st.DrawFn, kind: str, name: str = "x") -> Expr:
    declared, constants, _ = KINDS[kind]
    term = field(name, declared)
    which = draw(
        st.sampled_from(
            ["eq", "ne", "in", "not_in", "set", "unset", *([] if kind in LABELS else ["lt", "le", "gt", "ge"])]
        )
    )
    if which in ("set", "unset"):
        return op(which, term)
    count = draw(st.integers(1, 3)) if which in ("in", "not_in") else 1
    named = [const(draw(st.sampled_from(constants)), declared) for _ in range(count)]
    if count == 1 and which not in ("in", "not_in") and draw(st.booleans()):
        flipped = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}.get(which, which)
        return op(flipped, named[0], term)
    return op(which, term, *named)


def trees(leaves: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda a: op("not", a), inner),
            st.builds(not_true, inner),
            st.builds(lambda k, a, b: op(k, a, b), st.sampled_from(["and", "or"]), inner, inner),
        ),
        max_leaves=6,
    )


TRUTHS = st.sampled_from(list(Truth))


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("kind", list(KINDS))
@given(data=st.data())
def test_exact_over_one_field(kind: str, data: st.DataObject) -> None:
    """Conjunctions, and whatever nests in them: the answer is the brute force's, both ways."""
    wants = data.draw(st.lists(st.tuples(trees(literals(kind)), TRUTHS), min_size=1, max_size=4))
    assert satisfiable(wants) == possible(wants, {"x": [None, *KINDS[kind][2]]})


# --- several fields, arithmetic: never "impossible" when it is possible


@st.composite
def numeric_terms(draw: st.DrawFn) -> Expr:
    names = st.sampled_from(["x", "y"]).map(lambda name: field(name, NUMBER))
    constants = st.integers(-2, 3).map(lambda n: const(Decimal(n), NUMBER))
    return draw(
        st.recursive(
            st.one_of(names, constants),
            lambda inner: st.one_of(
                st.builds(
                    lambda k, a, b: op(k, a, b, kind=NUMBER), st.sampled_from(["add", "sub", "mul"]), inner, inner
                ),
                st.builds(lambda a: op("neg", a, kind=NUMBER), inner),
            ),
            max_leaves=4,
        )
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Expr:
    which = draw(st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne", "set", "unset"]))
    if which in ("set", "unset"):
        return op(which, draw(numeric_terms()))
    return op(which, draw(numeric_terms()), draw(numeric_terms()))


@pytest.mark.requirement("U1")
@given(st.lists(st.tuples(trees(comparisons()), TRUTHS), min_size=1, max_size=4))
def test_sound_over_sums_of_fields(wants: list[Want]) -> None:
    numbers = [None, *(Decimal(n) / 2 for n in range(-6, 8))]
    if possible(wants, {"x": numbers, "y": numbers}):
        assert satisfiable(wants)


@pytest.mark.requirement("U1")
@given(data=st.data())
def test_sound_over_fields_of_many_kinds(data: st.DataObject) -> None:
    leaf = st.one_of(literals("integer", "i"), literals("choice", "c"), literals("bool", "b"), literals("rating", "r"))
    wants = data.draw(st.lists(st.tuples(trees(leaf), TRUTHS), min_size=1, max_size=5))
    kinds = {"i": "integer", "c": "choice", "b": "bool", "r": "rating"}
    if possible(wants, {name: [None, *KINDS[kind][2]] for name, kind in kinds.items()}):
        assert satisfiable(wants)


# --- quantified items


def subsets() -> Iterator[list[str]]:
    for size in range(4):
        yield from (list(found) for found in itertools.combinations_with_replacement(["hot", "warm", "cold"], size))


ITEM = Expr("item", CHOICE, "state")


@st.composite
def quantified(draw: st.DrawFn) -> Expr:
    names = draw(st.lists(st.sampled_from(["hot", "warm", "cold"]), min_size=1, max_size=2, unique=True))
    predicate = op("in", ITEM, *(const(name, CHOICE) for name in names))
    return op(draw(st.sampled_from(["all", "any", "none"])), predicate, value="goods")


def holds(expr: Expr, items: list[str]) -> bool:
    named = {arg.value for arg in expr.args[0].args[1:]}
    hits = [item in named for item in items]
    return {"all": bool(hits) and all(hits), "any": any(hits), "none": not any(hits)}[expr.op]


@pytest.mark.requirement("R11", "U1")
@given(st.lists(st.tuples(quantified(), st.sampled_from([Truth.TRUE, Truth.NOT_TRUE])), min_size=1, max_size=4))
def test_quantifiers_are_sound_and_see_what_items_must_exist(wants: list[tuple[Expr, Truth]]) -> None:
    possible = any(all(holds(expr, items) is (truth is Truth.TRUE) for expr, truth in wants) for items in subsets())
    if possible:
        assert satisfiable(wants)


# --- what no brute force can enumerate

LONG = field("x", TEXT)
TERM, ON = field("term", DURATION), field("on", DATE)


def length(n: int, unit: str) -> Expr:
    return const(Duration(Decimal(n), unit), DURATION)


def older(n: int, unit: str = "day") -> Expr:
    return op("older", ON, length(n, unit))


def task(name: str, state: str) -> Expr:
    return Expr("task", BOOL, (name, state))


def goods(which: str, *names: str) -> Expr:
    return op(which, op("in", ITEM, *(const(name, CHOICE) for name in names)), value="goods")


IMPOSSIBLE: dict[str, list[Expr]] = {
    "a duration between two of its unit": [op("gt", TERM, length(3, "month")), op("lt", TERM, length(2, "month"))],
    "older and not older": [older(7), op("not_older", ON, length(3, "day"))],
    "older, and within less": [older(7), op("within", ON, length(7, "day"))],
    "a date that is old and missing": [older(7), op("unset", ON)],
    "done and still open": [task("call", "done"), task("call", "open")],
    "two outcomes": [task("call", "reached"), task("call", "no_answer")],
    "every item here, and one there": [goods("all", "hot"), goods("any", "cold")],
    "all of nothing is not true": [goods("all", "hot"), goods("all", "cold")],
    "none and some": [goods("none", "hot", "warm"), goods("any", "warm")],
    "a list done with an open point": [
        Expr("check", BOOL, ("fit", "")),
        op("not", Expr("check", BOOL, ("fit", "who"))),
    ],
    "a phone that is and is not": [op("eq", LONG, field("y", TEXT)), op("ne", field("y", TEXT), LONG)],
    "more than what is less": [
        op("gt", field("a", NUMBER), field("b", NUMBER)),
        op("le", field("a", NUMBER), field("b", NUMBER)),
    ],
    "a linked card's field without the card": [
        op("eq", Expr("via", TEXT, ("client", "name")), const("x", TEXT)),
        op("unset", field("client", Type("link", target="client"))),
    ],
    "half of a number": [
        op("gt", op("mul", field("a", NUMBER), const(Decimal(2), NUMBER), kind=NUMBER), const(Decimal(8), NUMBER)),
        op("lt", field("a", NUMBER), const(Decimal(3), NUMBER)),
    ],
    "a count below zero": [op("lt", Expr("count", INTEGER, "goods"), const(0, INTEGER))],
}
POSSIBLE: dict[str, list[Expr]] = {
    "durations of two units": [op("gt", TERM, length(3, "month")), op("lt", TERM, length(100, "day"))],
    "ages in two units": [older(7), op("not_older", ON, length(7, "workday"))],
    "waiting counts as planned": [task("call", "waiting"), task("call", "planned")],
    "an answer that leaves the task open": [task("call", "no_answer"), task("call", "open")],
    "some here, some there": [goods("any", "hot"), goods("any", "cold")],
    "none of nothing": [goods("none", "hot"), goods("none", "warm"), goods("none", "cold")],
    "a list that is not done with one point done": [
        op("not", Expr("check", BOOL, ("fit", ""))),
        Expr("check", BOOL, ("fit", "who")),
    ],
    "two spellings of one phone": [
        op("eq", field("p", Type("phone")), const("+7 999", Type("phone"))),
        op("eq", field("p", Type("phone")), const("8 999", Type("phone"))),
    ],
}


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("name", list(IMPOSSIBLE))
def test_impossible(name: str) -> None:
    wants = [(expr, Truth.TRUE) for expr in IMPOSSIBLE[name]]
    assert not satisfiable(wants)
    assert all(satisfiable(wants[:i] + wants[i + 1 :]) for i in range(len(wants)) if len(wants) > 1)


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("name", list(POSSIBLE))
def test_possible(name: str) -> None:
    assert satisfiable([(expr, Truth.TRUE) for expr in POSSIBLE[name]])


def pigeons(count: int) -> list[Want]:
    """One more pigeon than holes: impossible, and the longer to find out the more there are."""
    sits = {(p, h): field(f"p{p}h{h}", BOOL) for p in range(count) for h in range(count - 1)}
    somewhere = [op("or", *(sits[p, h] for h in range(count - 1)), const(False, BOOL)) for p in range(count)]
    alone = [
        op("not", op("and", sits[a, h], sits[b, h]))
        for h in range(count - 1)
        for a, b in itertools.combinations(range(count), 2)
    ]
    return [(expr, Truth.TRUE) for expr in somewhere + alone]


def test_gives_up_on_the_possible_side() -> None:
    """A condition with more branches than are looked at counts as one that may hold."""
    assert not satisfiable(pigeons(3))
    assert satisfiable(pigeons(8))


def test_formulas_need_what_they_are_made_of() -> None:
    total, price = field("total", NUMBER), field("price", NUMBER)
    wants = [(op("set", total), Truth.TRUE), (op("unset", price), Truth.TRUE)]
    assert satisfiable(wants)
    assert not satisfiable(wants, lambda name: (("field", "price"),) if name == ("field", "total") else ())
