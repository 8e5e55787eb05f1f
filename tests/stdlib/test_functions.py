"""The functions of expressions: what they give, and that their types are true."""

from __future__ import annotations

import inspect
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engine_time.clocks import calendar, instant
from voronka.dsl.definition.values import Duration, Instant, encode
from voronka.stdlib.arithmetic import add_durations, nominal, ratio, rounded
from voronka.stdlib.functions import FUNCTIONS

SHOP = calendar("Europe/Moscow", hours="09:00-18:00", off="2026-11-04")
KINDS: dict[type, set[str]] = {
    str: {"text"},
    bool: {"bool"},
    int: {"integer"},
    Decimal: {"number", "money", "percent"},
    date: {"date"},
    Instant: {"datetime"},
    Duration: {"duration"},
}


def at(text: str) -> Instant:
    return Instant(instant(text, "Europe/Moscow"))


def lasts(n: str, unit: str) -> Duration:
    return Duration(Decimal(n), unit)


def number(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("min", (number("2"), number("-1"), number("7")), number("-1")),
        ("max", (date(2026, 11, 3), date(2026, 12, 1)), date(2026, 12, 1)),
        ("max", (lasts("3", "day"), lasts("50", "hour")), lasts("3", "day")),
        ("min", (at("2026-11-03 10:00"), at("2026-11-03 09:00")), at("2026-11-03 09:00")),
        ("abs", (number("-5"),), number("5")),
        ("abs", (lasts("-5", "day"),), lasts("5", "day")),
        ("round", (number("2.5"),), number("3")),
        ("round", (number("-2.5"),), number("-3")),
        ("round", (number("2.345"), number("2")), number("2.35")),
        ("round", (number("1250"), -2), number("1300")),
        ("round", (1250, -2), 1300),
        ("round", (number("-0.4"),), number("0")),
        ("round", (number("2.5"), number("0.5")), None),
        ("round", (number("2.5"), 99), None),
        ("coalesce", (None, number("3"), number("4")), number("3")),
        ("coalesce", (None, None), None),
        ("length", ("Ромашка",), 7),
        ("lower", ("ООО",), "ооо"),
        ("upper", ("ooo",), "OOO"),
        ("contains", ("ООО «Ромашка»", "ромашка"), True),
        ("contains", ("ООО", "ЗАО"), False),
        ("starts_with", ("+7999", "+7"), True),
        ("ends_with", ("anna@Company.ru", "@company.ru"), True),
        ("days_between", (date(2026, 11, 3), date(2026, 11, 9)), 6),
        ("days_between", (at("2026-11-03 23:59"), date(2026, 11, 2)), -1),
        ("workdays_between", (date(2026, 11, 3), date(2026, 11, 9)), 3),
        ("workdays_between", (at("2026-11-09 00:30"), date(2026, 11, 3)), -3),
        ("workhours_between", (at("2026-11-03 17:30"), at("2026-11-05 09:30")), number("1")),
        ("date_of", (at("2026-11-03 00:30"),), date(2026, 11, 3)),
        ("weekday", (date(2026, 11, 23),), 1),
        ("weekday", (date(2026, 11, 22),), 7),
        ("day_of", (date(2026, 11, 23),), 23),
        ("month_of", (at("2026-11-01 00:30"),), 11),
        ("year_of", (date(2026, 11, 23),), 2026),
        ("is_workday", (date(2026, 11, 4),), False),
        ("is_workday", (date(2026, 11, 5),), True),
    ],
)
def test_what_functions_give(name: str, args: tuple[Any, ...], expected: Any) -> None:
    function = FUNCTIONS[name]
    found = function.run(*([SHOP] if function.calendar else []), *args)
    assert found == expected
    if found is None:
        return
    assert encode(found) == encode(expected)  # also of one type
    # The types that the checker goes by are true of it.
    spec = function.spec
    kinds = KINDS[type(found)]
    if spec.result != "same":
        assert spec.result in kinds
    for index, given in enumerate(args):
        allowed = spec.params[min(index, len(spec.params) - 1)].removeprefix("same").removeprefix(":")
        if given is not None and allowed:
            assert KINDS[type(given)] & set(allowed.split("|"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_described_as_it_is(name: str) -> None:
    function = FUNCTIONS[name]
    spec = function.spec
    assert spec.name == function.name == name
    assert len(spec.params) == len(function.names)
    assert function.doc("en") != function.doc("ru")
    assert all(text.endswith(".") for text in (function.doc("en"), function.doc("ru")))
    try:
        parameters = list(inspect.signature(function.run).parameters.values())
    except ValueError:  # a builtin without one
        return
    own = parameters[1:] if function.calendar else parameters
    takes_any = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in own)
    assert takes_any is spec.variadic
    if not takes_any:
        assert len(own) == len(spec.params) or own[-1].name == "kwargs"
        assert sum(parameter.default is not parameter.empty for parameter in own) == spec.optional


def test_signatures_read_like_calls() -> None:
    shown = [FUNCTIONS[name].signature for name in ("min", "round", "weekday")]
    assert shown == ["min(x, y, …)", "round(x, [places])", "weekday(moment)"]


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0.5", 0, "1"),
        ("1.005", 2, "1.01"),
        ("-1.005", 2, "-1.01"),
        ("12345", -3, "12000"),
        ("12500", -3, "13000"),
        ("0.4", 0, "0"),
        ("-0.4", 0, "0"),
        ("9" * 30 + ".5", 0, "1" + "0" * 30),
    ],
)
def test_rounding_is_half_up(value: str, places: int, text: str) -> None:
    assert str(rounded(Decimal(value), places)) == text


def test_durations_too_long_for_numbers_are_unset() -> None:
    huge = lasts("1E+98", "year")
    assert nominal(huge) is None
    assert ratio(huge, lasts("1", "day")) is None
    assert add_durations(huge, lasts("1", "day")) is None
