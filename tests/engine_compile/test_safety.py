"""Nothing of a user's is ever run as Python, and compiled code reaches nothing but what this package gives it."""

from __future__ import annotations

import builtins
import dis
import random
from types import CodeType, FunctionType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_compile.trees import CALENDAR, NOW, a_deal, conditions
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, NUMBER, TEXT
from voronka.engine.compile import Ctx, condition, fuse, refuted, value
from voronka.engine.deal.state import Deal

ATTRIBUTES = {
    *(
        "f",
        "e",
        "now",
        "today",
        "cal",
        "supervisor",
        "stage",
        "created",
        "entered",
        "closed",
        "owner",
        "marks",
        "cards",
    ),
    *("items", "present", "tasks", "visit", "latest", "checks", "approvals"),
    *("get", "values", "status", "due", "outcome"),
}
HOSTILE = [
    "__import__('os').system('true')",
    "__class__.__mro__",
    "x'] or True or d['",
    '"; import os',
    "__builtins__",
    "@mul",
    "d",
    "",
    "\x00",
    "имя поля",
    "{}".join("ab"),
]


def codes(function: FunctionType) -> list[CodeType]:
    """The function and every other one it can call by name."""
    made = [
        f.__code__
        for f in function.__globals__.values()
        if isinstance(f, FunctionType) and f.__globals__ is function.__globals__
    ]
    return [*made, *(inner for code in made for inner in code.co_consts if isinstance(inner, CodeType))]


def assert_closed(function: object) -> None:
    """Every global name is one of ours, every attribute a known one; builtins are empty."""
    assert isinstance(function, FunctionType)
    assert function.__builtins__ == {}
    assert function.__closure__ is None
    reach = function.__globals__
    assert reach["__builtins__"] == {}
    for code in codes(function):
        for instruction in dis.get_instructions(code):
            if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                assert instruction.argval in reach
                assert instruction.argval.startswith(("@", "q", "b"))
            elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
                assert instruction.argval in ATTRIBUTES
            else:
                assert not instruction.opname.startswith(("IMPORT", "STORE_GLOBAL", "STORE_ATTR", "DELETE"))
    assert not any(
        held is getattr(builtins, name) for held in reach.values() for name in ("eval", "exec", "open", "getattr")
    )


@settings(max_examples=100)
@given(conditions())
def test_compiled_code_reaches_only_what_it_is_given(expr: Expr) -> None:
    for made in (condition(expr), refuted(expr), value(expr), fuse([expr, expr])):
        assert_closed(made)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_and_texts_stay_texts(text: str) -> None:
    d, c = Deal(1, "p"), Ctx(NOW, CALENDAR, {text: text})
    d.f = {text: text}
    d.cards = {text: {text: text}}
    d.items = {text: {1: {text: text}}}
    d.checks = {f"{text}.{text or 'x'}": True}
    d.approvals = {text: {"state": text}}
    same = Expr("const", TEXT, text)
    reads = [Expr("field", TEXT, text), Expr("via", TEXT, (text, text)), Expr("payload", TEXT, text)]
    of_items = Expr("all", BOOL, text, (Expr("eq", BOOL, None, (Expr("item", TEXT, text), same)),))
    states = [Expr("check", BOOL, (text, text or "x")), Expr("approval", BOOL, (text, text)), of_items]
    for expr in [*(Expr("eq", BOOL, None, (read, same)) for read in reads), *states]:
        made = condition(expr)
        assert made(d, c) is True
        assert_closed(made)
        assert condition(expr)(Deal(2, "p"), Ctx(NOW, CALENDAR)) is False if expr.op != "eq" else True


@settings(max_examples=50)
@given(st.text(max_size=40), st.integers(0, 99))
def test_any_text_may_be_a_constant(text: str, seed: int) -> None:
    d, c = a_deal(random.Random(seed))
    assert value(Expr("const", TEXT, text))(d, c) == text


def test_a_long_chain_compiles() -> None:
    """The parser bounds nesting; what it lets through must not be too deep here."""
    total = Expr("field", NUMBER, "amount")
    for _ in range(150):
        total = Expr("add", NUMBER, None, (total, Expr("const", NUMBER, 1)))
    either = Expr("or", BOOL, None, tuple(Expr("gt", BOOL, None, (total, total)) for _ in range(3)))
    for _ in range(100):
        either = Expr("not", BOOL, None, (either,))
    d = Deal(1, "p")
    d.f = {"amount": 5}
    c = Ctx(NOW, CALENDAR)
    assert value(total)(d, c) == 155
    assert condition(either)(d, c) is False
    assert refuted(either)(d, c) is True


def test_conditions_of_conditions_are_not_weighed_twice() -> None:
    """Nested 25 deep, a third value found by asking both rails would take 2 to the 25th evaluations."""
    nested = Expr("field", BOOL, "vip")
    for _ in range(25):
        both = Expr("and", BOOL, None, (nested, Expr("field", BOOL, "vip")))
        nested = Expr("eq", BOOL, None, (both, Expr("field", BOOL, "vip")))
    d = Deal(1, "p")
    d.f = {"vip": True}
    assert condition(nested)(d, Ctx(NOW, CALENDAR)) is True
