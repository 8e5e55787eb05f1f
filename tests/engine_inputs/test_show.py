"""Values in words, and that people can type what they are shown (R28)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine_time.clocks import calendar, instant
from voronka.dsl.definition.types import Option, Title, Type
from voronka.dsl.definition.values import UNITS, Duration, Instant
from voronka.engine.inputs import parse_value, show_value, stored_value

MOSCOW = calendar("Europe/Moscow")
RUB, USD, JPY = (Type("money", currency=code) for code in ("RUB", "USD", "JPY"))
HOT = Type("choice", options=(Option("hot", Title((("ru", "Горячий"), ("en", "Hot")))),))
EVENING = Instant(instant("2026-12-20 18:00", "Europe/Moscow"))


@pytest.mark.requirement("R28")
@pytest.mark.parametrize(
    ("kind", "held", "russian", "english"),
    [
        (RUB, Decimal("120000.5"), "120 000,50 ₽", "120,000.50 ₽"),
        (RUB, Decimal("120000.00"), "120 000 ₽", "120,000 ₽"),
        (RUB, Decimal("0.005"), "0,01 ₽", "0.01 ₽"),
        (USD, Decimal("-1234.5"), "-1 234,50 $", "-$1,234.50"),
        (JPY, Decimal("1234.5"), "1 235 ¥", "1,235 ¥"),
        (Type("number"), Decimal("1234.50"), "1234,5", "1,234.5"),
        (Type("number"), Decimal(1) / 3, "0,333333", "0.333333"),
        (Type("integer"), 12345, "12 345", "12,345"),
        (Type("percent"), Decimal("0.075"), "7,5 %", "7.5%"),
        (Type("bool"), True, "да", "yes"),
        (Type("date"), date(2026, 11, 23), "23 ноября 2026 г.", "23 November 2026"),
        (Type("datetime"), EVENING, "20 декабря 2026 г., 18:00", "20 December 2026, 18:00"),
        (Type("duration"), Duration(Decimal(3), "workday"), "3 рабочих дня", "3 working days"),
        (Type("duration"), Duration(Decimal(21), "day"), "21 день", "21 days"),
        (Type("duration"), Duration(Decimal("1.5"), "hour"), "1,5 часа", "1.5 hours"),
        (Type("phone"), "+79991234567", "+7 999 123-45-67", "+7 999 123-45-67"),
        (HOT, "hot", "Горячий", "Hot"),
        (Type("choices", options=HOT.options), ("hot",), "Горячий", "Hot"),
        (Type("link"), 17, "№ 17", "№ 17"),
        (Type("file"), "offer@3.1", "offer", "offer"),
        (Type("text"), None, "", ""),
        (Type("text"), "как есть", "как есть", "как есть"),
    ],
)
def test_values_in_words(kind: Type, held: Any, russian: str, english: str) -> None:
    shown = [show_value(kind, held, language, MOSCOW).replace("\u00a0", " ") for language in ("ru", "en")]
    assert shown == [russian, english]


def test_without_a_calendar_a_time_says_its_zone() -> None:
    assert show_value(Type("datetime"), EVENING, "en") == "20 December 2026, 15:00 UTC"


@pytest.mark.parametrize(
    ("kind", "held", "stored"),
    [
        (RUB, "0.005", "0.01"),
        (RUB, "-0.005", "-0.01"),
        (RUB, "2.675", "2.68"),
        (RUB, "1", "1.00"),
        (JPY, "2.5", "3"),
        (Type("money", currency="KWD"), "1.2345", "1.235"),
        (Type("number"), "0.005", "0.005"),
    ],
)
def test_only_money_is_rounded_half_up_when_it_is_stored(kind: Type, held: str, stored: str) -> None:
    assert str(stored_value(kind, Decimal(held))) == stored


AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
SHOWN = st.one_of(
    st.tuples(st.just(RUB), AMOUNTS),
    st.tuples(st.just(USD), AMOUNTS),
    st.tuples(st.just(Type("number")), st.decimals(min_value=-(10**12), max_value=10**12, places=6)),
    st.tuples(st.just(Type("percent")), st.decimals(min_value=-10, max_value=10, places=4)),
    st.tuples(st.just(Type("date")), st.dates(date(1900, 1, 1), date(2100, 12, 31))),
    st.tuples(
        st.just(Type("duration")), st.builds(Duration, st.integers(0, 10**7).map(Decimal), st.sampled_from(UNITS))
    ),
    st.tuples(st.just(Type("bool")), st.booleans()),
    st.tuples(st.just(HOT), st.just("hot")),
    st.tuples(st.just(Type("link")), st.integers(1, 10**9)),
    st.tuples(
        st.just(Type("datetime")), st.integers(-(10**7), 6 * 10**7).map(lambda minutes: Instant(minutes * 60_000))
    ),
)


@given(SHOWN, st.sampled_from(["ru", "en"]))
def test_what_is_shown_can_be_typed(typed: tuple[Type, Any], language: str) -> None:
    kind, held = typed
    assert parse_value(kind, show_value(kind, held, language, MOSCOW), language=language, calendar=MOSCOW) == held
