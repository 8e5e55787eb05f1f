"""What people type: tables of texts and the values, or the sentences, that come of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.engine_time.clocks import calendar, instant
from voronka.dsl.definition.types import Option, Title, Type
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.inputs import InputError, check_value, parse_value
from voronka.engine.inputs.errors import MESSAGES

MOSCOW, BERLIN = calendar("Europe/Moscow"), calendar("Europe/Berlin")
NOW = instant("2026-11-23 09:40", "Europe/Moscow")
RUB = Type("money", currency="RUB")


def titled(name: str, ru: str, en: str, *was: str) -> Option:
    return Option(name, Title((("ru", ru), ("en", en))), was)


CHOICE = Type("choice", options=(titled("hot", "Горячий", "Hot", "burning"), titled("warm", "Тёплый", "Warm")))
WANTS = Type("choices", options=(titled("music", "Музыка", "Music"), titled("photo", "Фото, видео", "Photo, video")))
HALL = Type("resource", target="halls", options=(titled("red", "Красный зал", "Red hall"),))
RATING = Type("rating", low=0, high=10)


def kind(name: str) -> Type:
    return {"money": RUB, "choice": CHOICE, "choices": WANTS, "resource": HALL, "rating": RATING}.get(name, Type(name))


def value_of(written: str, name: str, language: str = "ru") -> Any:
    return parse_value(kind(name), written, language=language, calendar=MOSCOW, now=NOW)


@pytest.mark.requirement("R26", "R27")
@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("text", "  Нужен сайт  ", "Нужен сайт"),
        ("text", "строка\r\nещё", "строка\nещё"),
        ("text", "e\u0301", "é"),
        ("text", "🎉", "🎉"),
        ("text", " ", None),
        ("money", "", None),
        ("number", "120 000,50", Decimal("120000.50")),
        ("number", "120\u00a0000,50", Decimal("120000.50")),
        ("number", "120\u202f000", Decimal(120000)),
        ("number", "120_000.50", Decimal("120000.50")),
        ("number", "1'200'300", Decimal(1200300)),
        ("number", "1,200,300.5", Decimal("1200300.5")),
        ("number", "1.200.300,5", Decimal("1200300.5")),
        ("number", "1,200", Decimal("1.2")),
        ("number", "1.200", Decimal("1.2")),
        ("number", "0,5", Decimal("0.5")),
        ("number", ".5", Decimal("0.5")),
        ("number", "-7", Decimal(-7)),
        ("number", "−7,5", Decimal("-7.5")),
        ("number", "+7", Decimal(7)),
        ("number", "-0", Decimal(0)),
        ("integer", "1 500", 1500),
        ("integer", "5.0", 5),
        ("percent", "15%", Decimal("0.15")),
        ("percent", "15", Decimal("0.15")),
        ("percent", "7,5 %", Decimal("0.075")),
        ("money", "120 000,50 ₽", Decimal("120000.50")),
        ("money", "120_000.50 RUB", Decimal("120000.50")),
        ("money", "RUB 120,000.50", Decimal("120000.50")),
        ("money", "1500руб.", Decimal(1500)),
        ("money", "1 500 рублей", Decimal(1500)),
        ("money", "-5 р.", Decimal(-5)),
        ("money", "0.005", Decimal("0.005")),
        ("bool", "да", True),
        ("bool", "Yes", True),
        ("bool", "TRUE", True),
        ("bool", "нет", False),
        ("bool", "0", False),
        ("date", "2026-11-23", date(2026, 11, 23)),
        ("date", "23.11.2026", date(2026, 11, 23)),
        ("date", "3.1.2026", date(2026, 1, 3)),
        ("date", "23 ноября 2026", date(2026, 11, 23)),
        ("date", "23 ноября 2026 г.", date(2026, 11, 23)),
        ("date", "1 мая 2026", date(2026, 5, 1)),
        ("date", "23 Nov 2026", date(2026, 11, 23)),
        ("date", "29.02.2028", date(2028, 2, 29)),
        ("date", "сегодня", date(2026, 11, 23)),
        ("date", "Tomorrow", date(2026, 11, 24)),
        ("time", "9:30", "09:30"),
        ("duration", "3 workdays", Duration(Decimal(3), "workday")),
        ("duration", "3 рабочих дня", Duration(Decimal(3), "workday")),
        ("duration", "1 рабочий день", Duration(Decimal(1), "workday")),
        ("duration", "4 раб. часа", Duration(Decimal(4), "workhour")),
        ("duration", "1,5 часа", Duration(Decimal("1.5"), "hour")),
        ("duration", "90 min", Duration(Decimal(90), "min")),
        ("duration", "90мин", Duration(Decimal(90), "min")),
        ("duration", "2 недели", Duration(Decimal(2), "week")),
        ("duration", "5 лет", Duration(Decimal(5), "year")),
        ("duration", "5 working days", Duration(Decimal(5), "workday")),
        ("email", "Anna.Kott+crm@Company.RU", "Anna.Kott+crm@company.ru"),
        ("email", "почта@пример.рф", "почта@пример.рф"),
        ("phone", "+7 999 123-45-67", "+79991234567"),
        ("phone", "8 (999) 123-45-67", "+79991234567"),
        ("phone", "79991234567", "+79991234567"),
        ("phone", "9991234567", "+79991234567"),
        ("phone", "+49 30 1234567", "+49301234567"),
        ("url", "https://example.com/a?b=1#c", "https://example.com/a?b=1#c"),
        ("url", "HTTP://Example.COM:8080/A", "http://example.com:8080/A"),
        ("url", "https://пример.рф/страница", "https://пример.рф/страница"),
        ("address", "Москва, Тверская, 1", "Москва, Тверская, 1"),
        ("choice", "hot", "hot"),
        ("choice", "горячий", "hot"),
        ("choice", "Теплый", "warm"),
        ("choice", "WARM", "warm"),
        ("choice", "burning", "hot"),
        ("choices", "photo, music", ("music", "photo")),
        ("choices", "Музыка; music", ("music",)),
        ("choices", "Фото, видео", ("photo",)),
        ("resource", "Красный зал", "red"),
        ("rating", "9", 9),
        ("link", "17", 17),
        ("link", "№ 17", 17),
        ("link", "#17", 17),
        ("file", "offer@3.1", "offer@3.1"),
        ("user", "anna", "anna"),
    ],
)
def test_what_people_type(name: str, written: str, expected: Any) -> None:
    found = value_of(written, name)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("name", "written", "english", "russian"),
    [
        ("text", "a\x00b", "“a·b” holds characters that are no text", None),
        ("text", "\ud800", "“·” holds characters that are no text", None),
        ("text", "x" * 20_001, "the text has 20001 characters, at most 20000 are allowed", None),
        ("user", "a\nb", "“a·b” must be one line", None),
        ("number", "много", "“много” is no number; write it like 1200.50", "«много» — не число; пишите так: 1200,50"),
        ("number", "12 34", "“12 34” is no number; write it like 1200.50", None),
        ("number", "1,20,300", "“1,20,300” is no number; write it like 1200.50", None),
        ("number", "NaN", "“NaN” is no number; write it like 1200.50", None),
        ("number", "٣", "“٣” is no number; write it like 1200.50", None),
        ("number", "--5", "“--5” is no number; write it like 1200.50", None),
        ("number", "0x10", "“0x10” is no number; write it like 1200.50", None),
        ("money", "1e400", "“1e400”: write the number in full, without an exponent", None),
        ("money", "1e400 ₽", "“1e400”: write the number in full, without an exponent", None),
        ("number", "9" * 31, f"“{'9' * 31}” has 31 digits, at most 30 are allowed", None),
        ("integer", "5,5", "“5,5” is no whole number", "«5,5» — не целое число"),
        ("money", "5 $", "the sum is in USD, and this field is in RUB", "сумма указана в USD, а поле ведётся в RUB"),
        ("money", "EUR 5", "the sum is in EUR, and this field is in RUB", None),
        ("money", "5 попугаев", "“5 попугаев” is no sum of money; write it like 1200.50 RUB", None),
        ("money", "$ 5 ₽", "“$ 5 ₽” is no sum of money; write it like 1200.50 RUB", None),
        ("bool", "maybe", "“maybe” is neither yes nor no", "«maybe» — это не «да» и не «нет»"),
        (
            "date",
            "31.02.2026",
            "there is no 31 February 2026: that month has 28 days",
            "31 февраля 2026 года не бывает: в этом месяце дней — 28",
        ),
        ("date", "2026-02-31", "there is no 31 February 2026: that month has 28 days", None),
        ("date", "31 июня 2026", "there is no 31 June 2026: that month has 30 days", None),
        ("date", "00.05.2026", "there is no 0 May 2026: that month has 31 days", None),
        ("date", "12.13.2026", "there is no month 13", "месяца 13 не бывает"),
        ("date", "23.11.26", "“23.11.26” is no date; write it like 2026-11-23", None),
        ("date", "11/23/2026", "“11/23/2026” is no date; write it like 2026-11-23", None),
        ("date", "23 брюмера 2026", "“23 брюмера 2026” is no date; write it like 2026-11-23", None),
        ("date", "0001-01-01", "the year 1 is not from 1900 to 2100", None),
        ("datetime", "2026-12-20", "“2026-12-20” lacks the time of day; write it like 2026-12-20 10:00", None),
        ("datetime", "2026-02-31 10:00", "there is no 31 February 2026: that month has 28 days", None),
        (
            "datetime",
            "2026-12-20 25:00",
            "“2026-12-20 25:00” is no date with a time; write it like 2026-11-23 10:00",
            None,
        ),
        ("datetime", "завтра к обеду", "“завтра к обеду” is no date with a time; write it like 2026-11-23 10:00", None),
        ("time", "24:30", "“24:30” is no time of day; write it like 09:30", None),
        ("duration", "3", "“3” is no length of time; write it like 3 workdays or 90 min", None),
        ("duration", "3 попугая", "“3 попугая” is no length of time; write it like 3 workdays or 90 min", None),
        (
            "duration",
            "3 рабочих месяца",
            "“3 рабочих месяца” is no length of time; write it like 3 workdays or 90 min",
            None,
        ),
        ("duration", "1.5 days", "“1.5 days”: only minutes and hours can have a fraction", None),
        ("duration", "-3 days", "-3 days is not from 0 to 10000000", None),
        ("duration", "99999999 days", "99999999 days is not from 0 to 10000000", None),
        ("email", "anna", "“anna” is no mail address; write it like name@company.ru", None),
        ("email", "anna@", "“anna@” is no mail address; write it like name@company.ru", None),
        ("email", "a b@c.ru", "“a b@c.ru” is no mail address; write it like name@company.ru", None),
        ("email", "a@b@c.ru", "“a@b@c.ru” is no mail address; write it like name@company.ru", None),
        ("email", "a@localhost", "“a@localhost” is no mail address; write it like name@company.ru", None),
        ("email", "a..b@c.ru", "“a..b@c.ru” is no mail address; write it like name@company.ru", None),
        (
            "email",
            "a@c.ru\nbcc: d@e.ru",
            "“a@c.ru·bcc: d@e.ru” is no mail address; write it like name@company.ru",
            None,
        ),
        (
            "phone",
            "позвонить позже",
            "“позвонить позже” is no phone number; write it like +7 999 123-45-67",
            "«позвонить позже» — не номер телефона; пишите так: +7 999 123-45-67",
        ),
        ("phone", "12345", "“12345” is no phone number; write it like +7 999 123-45-67", None),
        ("phone", "+7 999 123-45-678", "“+7 999 123-45-678” is no phone number; write it like +7 999 123-45-67", None),
        ("phone", "0800-FLOWERS", "“0800-FLOWERS” is no phone number; write it like +7 999 123-45-67", None),
        (
            "phone",
            "+79991234567 доб. 12",
            "“+79991234567 доб. 12”: a phone number is kept without its extension; put that into a note",
            None,
        ),
        ("url", "example.com", "“example.com” is no web address; it begins with https:// or http://", None),
        (
            "url",
            "javascript:alert(1)",
            "“javascript:alert(1)” is no web address; it begins with https:// or http://",
            None,
        ),
        ("url", "https://", "“https://” is no web address; it begins with https:// or http://", None),
        ("url", "https://a b.ru", "“https://a b.ru” is no web address; it begins with https:// or http://", None),
        (
            "url",
            "https://user:pw@a.ru",
            "“https://user:pw@a.ru” is no web address; it begins with https:// or http://",
            None,
        ),
        ("url", "http://[::1", "“http://[::1” is no web address; it begins with https:// or http://", None),
        (
            "choice",
            "hott",
            "“hott” is none of hot (Hot), warm (Warm); did you mean hot?",
            "«hott» — такого варианта нет; есть hot (Горячий), warm (Тёплый); может быть, hot?",
        ),
        ("choices", "music, video", "“video” is none of music (Music), photo (Photo, video)", None),
        ("rating", "11", "11 is not from 0 to 10", "11 — не от 0 до 10"),
        ("rating", "9.5", "“9.5” is no whole number", None),
        ("link", "0", "“0” is no number of a deal", "«0» — не номер сделки"),
        ("link", "9" * 25, f"“{'9' * 25}” is no number of a deal", None),
        ("links", "17", "this field follows its items: set the link in the items instead", None),
    ],
)
def test_what_cannot_be_is_said(name: str, written: str, english: str, russian: str | None) -> None:
    with pytest.raises(InputError) as caught:
        value_of(written, name)
    assert str(caught.value) == caught.value.message("en") == english
    if russian is not None:
        assert caught.value.message("ru") == russian


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        ("1,200", "en", Decimal(1200)),
        ("1,2", "en", Decimal("1.2")),
        ("0,200", "en", Decimal("0.2")),
        ("1,200", "de", Decimal("1.2")),
        ("1.20", "de", Decimal("1.2")),
        ("1.200", "de", "“1.200” may mean 1200 or 1,2000; write it in one of these ways"),
    ],
)
def test_a_lone_comma_or_point_is_read_as_the_language_has_it(written: str, language: str, expected: Any) -> None:
    try:
        found: Any = value_of(written, "number", language)
    except InputError as error:
        found = error.message("en")
    assert found == expected


@pytest.mark.requirement("R26")
@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("2026-12-20 18:00", "Europe/Moscow", "2026-12-20 18:00+03:00"),
        ("2026-12-20T18:00", "Europe/Moscow", "2026-12-20 18:00+03:00"),
        ("20.12.2026 18:00", "Europe/Moscow", "2026-12-20 18:00+03:00"),
        ("20 декабря 2026 г., 18:00", "Europe/Moscow", "2026-12-20 18:00+03:00"),
        ("20 декабря 2026 в 18:00", "Europe/Moscow", "2026-12-20 18:00+03:00"),
        ("2026-12-20 18:00:30", "Europe/Moscow", "2026-12-20 18:00:30+03:00"),
        ("2026-12-20T18:00:30.250Z", "Europe/Moscow", "2026-12-20 18:00:30.250+00:00"),
        ("2026-12-20 18:00+05:30", "Europe/Moscow", "2026-12-20 18:00+05:30"),
        ("завтра 9:30", "Europe/Moscow", "2026-11-24 09:30+03:00"),
        ("now", "Europe/Moscow", "2026-11-23 09:40+03:00"),
        # Spring: 02:30 does not exist and is an hour later; autumn: it comes twice, the first one is meant.
        ("2026-03-29 02:30", "Europe/Berlin", "2026-03-29 03:30+02:00"),
        ("2026-10-25 02:30", "Europe/Berlin", "2026-10-25 02:30+02:00"),
        ("2026-10-25 02:30+01:00", "Europe/Berlin", "2026-10-25 02:30+01:00"),
    ],
)
def test_instants_are_told_on_the_clock_of_the_zone(written: str, zone: str, expected: str) -> None:
    found = parse_value(
        Type("datetime"), written, calendar={"Europe/Moscow": MOSCOW, "Europe/Berlin": BERLIN}[zone], now=NOW
    )
    assert isinstance(found, Instant)
    assert found == instant(expected, zone)


def test_without_a_zone_a_time_needs_one() -> None:
    with pytest.raises(InputError) as caught:
        parse_value(Type("datetime"), "2026-12-20 18:00")
    assert caught.value.code == "zone"


@pytest.mark.requirement("R26")
def test_a_phone_without_its_plus_is_of_the_country_of_the_zone() -> None:
    phone = Type("phone")
    assert parse_value(phone, "030 1234567", language="ru", calendar=BERLIN) == "+49301234567"
    assert parse_value(phone, "8 999 123-45-67", language="en", calendar=MOSCOW) == "+79991234567"
    assert parse_value(phone, "8 999 123-45-67", language="ru") == "+79991234567"
    with pytest.raises(InputError):
        parse_value(phone, "8 999 123-45-67", language="en")


KINDS = (
    *(
        "text",
        "number",
        "integer",
        "percent",
        "money",
        "bool",
        "date",
        "datetime",
        "time",
        "duration",
        "phone",
        "email",
    ),
    *("url", "address", "file", "user", "choice", "choices", "rating", "link", "resource"),
)


@given(st.sampled_from(KINDS), st.text(max_size=60) | st.from_regex(r"[0-9., +\-:/a-zа-я%₽]{1,40}"))
@example("datetime", "2026-11-2310:00")
@example("money", ".")
@example("number", "+")
def test_no_text_does_harm(name: str, written: str) -> None:
    """Any text gives a value that its field may hold, or a sentence in both languages."""
    found: Any = None
    said = []
    try:
        found = value_of(written, name)
    except InputError as error:
        said = [error.code, error.message("en"), error.message("ru")]
    assert said == [] or (said[0] in MESSAGES and all(said))
    assert check_value(kind(name), found, language="ru", calendar=MOSCOW) == found


# --- values that are values already ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given_", "expected"),
    [
        ("text", None, None),
        ("text", "", ""),
        ("text", " a ", " a "),
        ("number", 5, Decimal(5)),
        ("money", Decimal("0.005"), Decimal("0.005")),
        ("integer", Decimal("5.00"), 5),
        ("rating", Decimal(9), 9),
        ("percent", 1, Decimal(1)),
        ("datetime", 1_795_312_800_000, Instant(1_795_312_800_000)),
        ("choices", ["photo", "music", "photo"], ("music", "photo")),
        ("choices", (), ()),
        ("phone", "8 999 123-45-67", "+79991234567"),
        ("link", 17, 17),
        ("duration", Duration(Decimal(3), "day"), Duration(Decimal(3), "day")),
    ],
)
def test_computed_values_are_brought_to_their_type(name: str, given_: Any, expected: Any) -> None:
    found = check_value(kind(name), given_, language="ru", calendar=MOSCOW)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("name", "given_", "message"),
    [
        ("number", 0.5, "a number that is not exact where number is needed"),
        ("number", True, "a yes or no where number is needed"),
        ("number", "5", "a text where number is needed"),
        ("number", Instant(5), "a moment where number is needed"),
        ("number", Decimal("1E+30"), "1.000000E+30 is too large a number"),
        ("number", Decimal("1E-999999"), "1.000000E-999999 is too large a number"),
        ("number", Decimal("NaN"), "NaN is too large a number"),
        ("integer", Decimal("5.5"), "“5.5” is no whole number"),
        ("rating", 11, "11 is not from 0 to 10"),
        ("bool", 1, "a number where bool is needed"),
        ("date", Instant(5), "a moment where date is needed"),
        ("choice", "cold", "“cold” is none of hot (Hot), warm (Warm)"),
        ("choices", ["cold"], "“cold” is none of music (Music), photo (Photo, video)"),
        ("duration", Duration(Decimal("1.5"), "day"), "“1.5 day”: only minutes and hours can have a fraction"),
        ("phone", "12345", "“12345” is no phone number; write it like +7 999 123-45-67"),
        ("link", -1, "“-1” is no number of a deal"),
        ("text", object(), "something else where text is needed"),
    ],
)
def test_values_of_another_kind_are_refused(name: str, given_: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_value(kind(name), given_, language="ru", calendar=MOSCOW)
    assert caught.value.message("en") == message
