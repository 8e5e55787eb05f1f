"""Tables of what conditions and values are, unset operands and edges included (Meaning 7, 8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engine_compile.trees import CALENDAR, DAY, HOUR, MINUTE, MONEY, NOW, STAGE
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    INTEGER,
    NUMBER,
    PERCENT,
    TEXT,
    USER,
    Type,
)
from voronka.dsl.definition.values import Duration, Instant, encode
from voronka.engine.compile import CompileError, Ctx, condition, fuse, refuted, value
from voronka.engine.deal.state import Deal, TaskState

KINDS = {
    bool: BOOL,
    int: INTEGER,
    Decimal: NUMBER,
    str: TEXT,
    date: DATE,
    Instant: DATETIME,
    Duration: DURATION,
    type(None): Type("none"),
}


def const(held: Any, kind: Type | None = None) -> Expr:
    return Expr("const", kind or KINDS[type(held)], held)


def field(name: str, kind: Type = NUMBER) -> Expr:
    return Expr("field", kind, name)


def op(name: str, *args: Expr, kind: Type = BOOL, of: Any = None) -> Expr:
    return Expr(name, kind, of, args)


def number(text: str) -> Expr:
    return const(Decimal(text))


def lasts(n: str, unit: str) -> Duration:
    return Duration(Decimal(n), unit)


def deal(**fields: Any) -> Deal:
    d = Deal(1, "sales")
    d.visit = 1
    d.f = fields
    return d


def verdict(expr: Expr, d: Deal, payload: dict[str, Any] | None = None) -> bool | None:
    c = Ctx(NOW, CALENDAR, payload)
    true, false = condition(expr)(d, c), refuted(expr)(d, c)
    assert [type(true), type(false)] == [bool, bool]
    assert not (true and false)
    found = True if true else False if false else None
    assert value(expr)(d, c) is found
    return found


YES, NO, MAYBE = const(True), const(False), field("vip", BOOL)  # the third is unset


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (MAYBE, None),
        (op("not", MAYBE), None),
        (op("and", YES, MAYBE), None),
        (op("and", NO, MAYBE), False),
        (op("and", MAYBE, NO), False),
        (op("or", YES, MAYBE), True),
        (op("or", MAYBE, YES), True),
        (op("or", NO, MAYBE), None),
        (op("or", MAYBE, MAYBE), None),
        (op("not", op("and", MAYBE, NO)), True),
        (op("and", op("not", op("or", MAYBE, YES)), MAYBE), False),
        (op("eq", MAYBE, YES), None),
        (op("eq", MAYBE, MAYBE), None),
        (op("ne", MAYBE, NO), None),
        (op("eq", op("or", MAYBE, YES), YES), True),
        (op("eq", op("or", MAYBE, NO), op("and", YES, NO)), None),
        (op("eq", op("not", NO), op("and", YES, YES)), True),
        (op("eq", op("set", MAYBE), NO), True),
        (op("set", MAYBE), False),
        (op("unset", MAYBE), True),
        (op("unset", const(None)), True),
        (op("eq", const(None), const(None)), None),
        (op("gt", field("amount"), number("0")), None),
        (op("not", op("gt", field("amount"), number("0"))), None),
        (op("in", field("amount"), number("0"), number("1")), None),
        (op("not_in", field("amount"), number("0")), None),
        (op("has", field("amount", Type("choices")), const("a")), None),
        (op("older", field("amount", DATETIME), const(lasts("1", "day"))), None),
        (op("not_within", field("amount", DATE), const(lasts("1", "day"))), None),
    ],
)
def test_unset_is_neither_true_nor_false(expr: Expr, expected: bool | None) -> None:
    assert verdict(expr, deal(vip=None, amount=None)) is expected


ITEM = Expr("item", BOOL, "gift")


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(
    ("gifts", "all_of", "any_of", "none_of"),
    [
        (None, None, False, True),
        ([], None, False, True),
        ([True], True, True, False),
        ([False], False, False, True),
        ([None], None, None, None),
        ([True, None], None, True, False),
        ([False, None], False, None, None),
        ([True, False], False, True, False),
        ([True, True], True, True, False),
    ],
)
def test_quantifiers_are_three_valued_and_all_of_nothing_is_unknown(
    gifts: list[bool | None] | None, all_of: bool | None, any_of: bool | None, none_of: bool | None
) -> None:
    d = deal()
    if gifts is not None:
        d.items["goods"] = {n: {"gift": gift} for n, gift in enumerate(gifts)}
    assert [verdict(op(q, ITEM, of="goods"), d) for q in ("all", "any", "none")] == [all_of, any_of, none_of]


PRICE, SOLD = Expr("item", MONEY, "price"), op("eq", Expr("item", STAGE, "stage"), const("sold", STAGE))


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(
    ("prices", "total", "least", "count", "share"),
    [
        ([], "0", None, 0, None),
        ([("5", "lost")], "0", None, 0, "0"),
        ([("5", "sold"), ("7", "lost")], "5", "5", 1, "0.5"),
        ([("5.5", "sold"), ("2", "sold"), ("1", "lost"), ("1", None)], "7.5", "2", 2, "0.5"),
        ([("5", "sold"), (None, "sold")], None, None, 2, "1"),
        ([("5", "sold"), (None, "lost")], "5", "5", 1, "0.5"),
    ],
)
def test_aggregates_take_the_items_of_which_the_condition_is_true(
    prices: list[tuple[str | None, str]], total: str | None, least: str | None, count: int, share: str | None
) -> None:
    d, c = deal(), Ctx(NOW, CALENDAR)
    d.items["goods"] = {
        n: {"price": None if price is None else Decimal(price), "stage": stage}
        for n, (price, stage) in enumerate(prices)
    }
    found = [value(op(name, PRICE, SOLD, kind=MONEY, of="goods"))(d, c) for name in ("sum", "min")]
    assert found == [None if text is None else Decimal(text) for text in (total, least)]
    assert value(op("count", SOLD, kind=INTEGER, of="goods"))(d, c) == count
    assert value(op("share", SOLD, kind=NUMBER, of="goods"))(d, c) == (None if share is None else Decimal(share))


def test_durations_add_up_and_compare_by_length_over_items() -> None:
    d, c = deal(), Ctx(NOW, CALENDAR)
    d.items["steps"] = {
        n: {"lasts": one} for n, one in enumerate([lasts("1", "week"), lasts("2", "day"), lasts("3", "hour")])
    }
    each = Expr("item", DURATION, "lasts")
    found = [value(op(name, each, YES, kind=DURATION, of="steps"))(d, c) for name in ("min", "max", "sum")]
    assert found == [lasts("3", "hour"), lasts("1", "week"), lasts(str(9 * 1440 + 180), "min")]


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        # Money and numbers are exact; what has no value is unset.
        (op("add", number("0.1"), number("0.2"), kind=NUMBER), "0.3"),
        (op("sub", number("1E+28"), number("0.0000000001"), kind=NUMBER), "9999999999999999999999999999.9999999999"),
        (op("mul", const(Decimal("120000.50"), MONEY), const(Decimal("0.15"), PERCENT), kind=MONEY), "18000.075"),
        (op("div", number("1"), number("3"), kind=NUMBER), "0." + "3" * 50),
        (op("div", number("1"), number("0"), kind=NUMBER), None),
        (op("div", number("0"), number("0"), kind=NUMBER), None),
        (op("div", const(7), const(2), kind=NUMBER), "3.5"),
        (op("mul", const(10**60), const(10**60), kind=INTEGER), None),
        (op("mul", number("1E+60"), number("1E+60"), kind=NUMBER), None),
        (op("mul", number("0"), number("-5"), kind=NUMBER), "0"),
        (op("neg", number("0"), kind=NUMBER), "0"),
        (op("add", field("none"), number("1"), kind=NUMBER), None),
        (op("mul", const(3), const(4), kind=INTEGER), 12),
        (op("neg", const(3), kind=INTEGER), -3),
        # Durations keep their unit, or take the smaller one.
        (op("mul", number("4"), const(lasts("1", "hour")), kind=DURATION), lasts("4", "hour")),
        (op("div", const(lasts("3", "day")), number("2"), kind=DURATION), lasts("1.5", "day")),
        (op("div", const(lasts("3", "day")), number("0"), kind=DURATION), None),
        (op("div", const(lasts("3", "day")), const(lasts("36", "hour")), kind=NUMBER), "2"),
        (op("add", const(lasts("1", "week")), const(lasts("2", "day")), kind=DURATION), lasts("9", "day")),
        (op("sub", const(lasts("1", "year")), const(lasts("2", "month")), kind=DURATION), lasts("10", "month")),
        (op("add", const(lasts("1", "day")), const(lasts("2", "hour")), kind=DURATION), lasts("1560", "min")),
        (op("add", const(lasts("1", "day")), const(lasts("1", "workday")), kind=DURATION), None),
        (op("neg", const(lasts("3", "day")), kind=DURATION), lasts("-3", "day")),
        # Dates.
        (op("add", const(date(2026, 1, 31)), const(lasts("1", "month")), kind=DATE), date(2026, 2, 28)),
        (op("add", const(lasts("3", "workday")), const(date(2026, 4, 2)), kind=DATE), date(2026, 4, 9)),
        (op("sub", const(date(2026, 3, 30)), const(lasts("1", "workday")), kind=DATE), date(2026, 3, 27)),
        (op("sub", const(date(2026, 3, 30)), const(date(2026, 2, 28)), kind=DURATION), lasts("30", "day")),
        (op("add", const(date(2026, 3, 28)), const(lasts("5", "hour")), kind=DATE), None),
        (op("add", const(date(9999, 12, 31)), const(lasts("1", "day")), kind=DATE), None),
        (op("add", const(date(2026, 3, 28)), const(lasts("0.5", "day")), kind=DATE), None),
        # Instants leave as instants, whatever they come from.
        (Expr("now", DATETIME), Instant(NOW)),
        (Expr("entry", DATETIME), Instant(NOW - DAY)),
        (op("add", Expr("now", DATETIME), const(lasts("90", "min")), kind=DATETIME), Instant(NOW + 90 * MINUTE)),
        (op("sub", Expr("now", DATETIME), Expr("entry", DATETIME), kind=DURATION), lasts("1440", "min")),
        (op("call", Expr("closing", DATETIME), Expr("now", DATETIME), kind=DATETIME, of="coalesce"), Instant(NOW)),
        # Functions.
        (op("call", number("2"), number("3"), kind=NUMBER, of="max"), "3"),
        (op("call", number("2"), field("none"), kind=NUMBER, of="max"), None),
        (op("call", field("none"), number("3"), kind=NUMBER, of="coalesce"), "3"),
        (op("call", number("2.5"), kind=NUMBER, of="round"), "3"),
        (op("call", const(date(2026, 4, 2)), const(date(2026, 4, 9)), kind=INTEGER, of="workdays_between"), 3),
        (op("call", const(date(1, 1, 1)), const(date(2026, 4, 9)), kind=INTEGER, of="workdays_between"), None),
    ],
)
def test_values(expr: Expr, expected: Any) -> None:
    d = deal(none=None)
    d.entered = NOW - DAY
    found = value(expr)(d, Ctx(NOW, CALENDAR))
    if isinstance(expected, str):
        assert isinstance(found, Decimal)
        assert encode(found) == ["n", expected]
    else:
        assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("relation", "left", "right", "expected"),
    [
        ("eq", lasts("3", "day"), lasts("72", "hour"), True),
        ("eq", lasts("12", "month"), lasts("1", "year"), True),
        ("gt", lasts("1", "month"), lasts("30", "day"), True),
        ("lt", lasts("1", "month"), lasts("31", "day"), True),
        ("le", lasts("90", "min"), lasts("1.5", "hour"), True),
        ("eq", date(2026, 3, 28), CALENDAR.day_start(date(2026, 3, 28)), True),
        ("lt", CALENDAR.at(date(2026, 3, 28), "00:01"), date(2026, 3, 28), False),
        ("eq", Decimal("1.50"), Decimal("1.5"), True),
        ("eq", 2, Decimal(2), True),
    ],
)
def test_comparisons_bring_both_sides_to_one_measure(relation: str, left: Any, right: Any, expected: bool) -> None:
    kinds = [KINDS[type(side)] for side in (left, right)]
    d = deal(left=left, right=right)
    assert verdict(op(relation, field("left", kinds[0]), field("right", kinds[1])), d) is expected
    assert verdict(op(relation, const(left), const(right)), d) is expected


def test_a_precision_of_the_callers_changes_nothing() -> None:
    import decimal

    third = value(op("div", number("1"), number("3"), kind=NUMBER))
    with decimal.localcontext(prec=3):
        assert third(deal(), Ctx(NOW, CALENDAR)) == Decimal("0." + "3" * 50)


# --- states ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R30", "R38")
@pytest.mark.parametrize(
    ("task", "states"),
    [
        (None, ""),
        (TaskState(1, "call", "p", 1, NOW), "open planned"),
        (TaskState(1, "call", "p", 1, NOW, due=NOW + 1), "open planned"),
        (TaskState(1, "call", "p", 1, NOW, due=NOW), "open planned overdue"),
        (TaskState(1, "call", "p", 1, NOW, "waiting"), "waiting planned"),
        (TaskState(1, "call", "p", 1, NOW, "done", due=NOW - HOUR), "done"),
        (TaskState(1, "call", "p", 1, NOW, "done", outcome="reached"), "done reached"),
        (TaskState(1, "call", "p", 1, NOW, "cancelled", due=NOW - HOUR), "cancelled"),
    ],
)
def test_states_of_tasks(task: TaskState | None, states: str) -> None:
    d = deal()
    if task is not None:
        d.tasks[1] = d.latest["call"] = task
    known = ("done", "open", "overdue", "cancelled", "waiting", "planned")
    held = [state for state in (*known, "reached") if verdict(Expr("task", BOOL, ("call", state)), d)]
    assert set(held) == set(states.split())
    of_any = [s for s in known if verdict(op("any", Expr("item", BOOL, s), of="tasks"), d)]
    assert set(of_any) == set(states.split()) - {"reached"}


@pytest.mark.requirement("R24")
@pytest.mark.parametrize(
    ("ticks", "budget", "whole"),
    [
        ({}, False, False),
        ({"fit.budget": True}, True, False),
        ({"fit.budget": True, "fit.term": False}, True, False),
        ({"fit.budget": True, "fit.term": True}, True, True),
        ({"fit.term": True}, False, False),
    ],
)
def test_checklists(ticks: dict[str, bool], budget: bool, whole: bool) -> None:
    d = deal()
    d.checks = ticks
    points = tuple(Expr("check", BOOL, ("fit", point)) for point in ("budget", "term"))
    assert verdict(points[0], d) is budget
    assert verdict(Expr("check", BOOL, ("fit", ""), points), d) is whole


def test_what_a_deal_is_linked_to_and_what_just_happened() -> None:
    city, since = Expr("via", TEXT, ("client", "city")), Expr("via", DATE, ("client", "since"))
    paid = op("ge", Expr("payload", MONEY, "amount"), field("amount", MONEY))
    no_city_but_since = op("and", op("unset", city), op("lt", since, const(date(2026, 1, 1))))
    d = deal(amount=Decimal(5))
    assert [verdict(e, d) for e in (op("set", city), no_city_but_since, paid)] == [False, None, None]
    d.cards["client"] = {"since": date(2025, 5, 1)}
    assert [verdict(e, d, {"amount": Decimal(5)}) for e in (op("set", city), no_city_but_since, paid)] == [
        False,
        True,
        True,
    ]
    d.cards["client"]["city"] = "Омск"
    assert [verdict(e, d, {}) for e in (op("set", city), no_city_but_since, paid)] == [True, False, None]


def test_links_are_set_when_there_are_items() -> None:
    d = deal(goods=None)
    goods = op("set", field("goods", Type("links", target="goods", via="order")))
    assert verdict(goods, d) is False
    d.items["goods"] = {7: {"stage": "sold"}}
    assert verdict(goods, d) is True


def test_persons() -> None:
    class Known(Ctx):
        def supervisor(self, deal: Deal) -> str | None:
            return "olga" if deal.owner == "anna" else None

    d = deal()
    ask = op("eq", Expr("supervisor", USER), const("olga", USER))
    d.owner = "anna"
    assert condition(ask)(d, Known(NOW, CALENDAR)) is True
    assert verdict(ask, d) is None
    assert verdict(op("eq", Expr("owner", USER), const("ivan", USER)), d) is False


def test_the_first_rule_without_a_condition_ends_the_search() -> None:
    rules = [op("gt", field("amount"), number("9")), None, op("gt", field("amount"), number("0"))]
    first = fuse(rules)
    assert [first(deal(amount=n), Ctx(NOW, CALENDAR)) for n in (Decimal(10), Decimal(5), None)] == [0, 1, 1]
    assert fuse([])(deal(), Ctx(NOW, CALENDAR)) == -1


@pytest.mark.parametrize(
    "expr",
    [
        Expr("whatever", BOOL),
        Expr("call", NUMBER, "eval"),
        Expr("item", BOOL, "gift"),
        Expr("check", BOOL, ("fit", "")),
        op("any", Expr("item", BOOL, "late"), of="tasks"),
        op("add", const("a"), const("b"), kind=TEXT),
        op("add", const(True), number("1"), kind=NUMBER),
    ],
)
def test_a_tree_that_no_checker_makes_is_refused(expr: Expr) -> None:
    with pytest.raises(CompileError):
        condition(expr)
