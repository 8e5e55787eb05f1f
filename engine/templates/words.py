"""Values as people read them in a letter: amounts, dates, lengths of time, phones, in Russian and in English.

Any language but Russian is written the English way; titles of choices come in every language that the file has.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from voronka.dsl.definition.values import Duration, plain
from voronka.stdlib.currencies import rounded

NBSP = "\u00a0"
# Wide enough for any number of the language (99 digits), whatever the caller's context is.
_WIDE = Context(prec=130, rounding=ROUND_HALF_UP)
_LONGEST = Decimal("0.000001")
_SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "KZT": "₸", "BYN": "Br", "UAH": "₴", "CNY": "¥", "JPY": "¥"}
_MONTHS = {
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_WEEKDAYS = {
    "ru": ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_UNITS_RU = {
    "min": ("минута", "минуты", "минут"),
    "hour": ("час", "часа", "часов"),
    "day": ("день", "дня", "дней"),
    "week": ("неделя", "недели", "недель"),
    "month": ("месяц", "месяца", "месяцев"),
    "year": ("год", "года", "лет"),
    "workday": ("рабочий день", "рабочих дня", "рабочих дней"),
    "workhour": ("рабочий час", "рабочих часа", "рабочих часов"),
}
_UNITS_EN = {
    "min": ("minute", "minutes"),
    "workday": ("working day", "working days"),
    "workhour": ("working hour", "working hours"),
}


def number(value: Decimal | int, language: str) -> str:
    """``12 345,5`` or ``12,345.5``; spaces do not break. Of a long fraction six digits are printed."""
    text = plain(_WIDE.quantize(value, _LONGEST)) if isinstance(value, Decimal) else str(value)
    return _grouped(text, language)


def money(value: Decimal | int, currency: str, language: str, whole: bool = True) -> str:
    """``120 000,50 ₽``, ``$120,000.50``; rounded half up to minor units (Meaning 8).

    With ``whole`` an amount without minor units is written without them: ``120 000 ₽``.
    """
    amount = rounded(Decimal(value), currency)
    if whole and amount == amount.to_integral_value():
        amount = _WIDE.quantize(amount, Decimal(1))
    sign = _SIGNS.get(currency, currency)
    text = _grouped(format(amount.copy_abs(), "f"), language, 4)
    minus = "-" if amount < 0 else ""
    if language != "ru" and sign in ("$", "€", "£"):
        return f"{minus}{sign}{text}"
    return f"{minus}{text}{NBSP}{sign}" if sign else f"{minus}{text}"


def percent(value: Decimal, language: str) -> str:
    """``15 %`` or ``15%`` for 0.15."""
    return number(_WIDE.multiply(value, Decimal(100)), language) + (f"{NBSP}%" if language == "ru" else "%")


def _grouped(text: str, language: str, least: int = 5) -> str:
    """Groups of three; in Russian plain numbers of four digits stand together, amounts do not."""
    minus = "-" if text.startswith("-") else ""
    units, _, fraction = text.lstrip("-").partition(".")
    if len(units) >= least or language != "ru":
        units = f"{int(units):,}"
    units = units.replace(",", NBSP) if language == "ru" else units
    point = "," if language == "ru" else "."
    return minus + units + (point + fraction if fraction else "")


def date_in(day: date, style: str, language: str) -> str:
    """long ``23 ноября 2026 г.`` · short ``23.11.2026`` · day ``23 ноября`` · weekday ``понедельник, 23 ноября``."""
    ru = language == "ru"
    if style == "iso":
        return day.isoformat()
    if style == "short":
        return f"{day.day:02}.{day.month:02}.{day.year:04}" if ru else f"{day.day} {_month(day)[:3]} {day.year:04}"
    near = f"{day.day} {_MONTHS['ru'][day.month - 1] if ru else _month(day)}"
    if style == "day":
        return near
    if style == "weekday":
        return f"{_WEEKDAYS['ru' if ru else 'en'][day.weekday()]}, {near}"
    return f"{near} {day.year:04}{NBSP}г." if ru else f"{near} {day.year:04}"


def _month(day: date) -> str:
    return _MONTHS["en"][day.month - 1]


def plural(n: Decimal, forms: tuple[str, ...]) -> str:
    """The form that goes with a number: two forms as in English, three as in Russian; fractions take the second one."""
    whole = n == n.to_integral_value()
    if len(forms) == 2:
        return forms[0] if n == 1 else forms[1]
    if not whole:
        return forms[1]
    last, tens = int(abs(n)) % 10, int(abs(n)) % 100
    if last == 1 and tens != 11:
        return forms[0]
    return forms[1] if last in (2, 3, 4) and tens not in (12, 13, 14) else forms[2]


def duration(value: Duration, language: str) -> str:
    """``3 рабочих дня``, ``3 working days``."""
    forms = _UNITS_RU[value.unit] if language == "ru" else _UNITS_EN.get(value.unit, (value.unit, f"{value.unit}s"))
    return f"{number(value.n, language)} {plural(value.n, forms)}"


def phone(value: str) -> str:
    """``+7 999 123-45-67``; numbers of other countries stay as they are."""
    if value.startswith("+7") and len(value) == 12 and value[1:].isdigit():
        return f"+7 {value[2:5]} {value[5:8]}-{value[8:10]}-{value[10:]}"
    return value


def yes_no(value: Any, language: str) -> str:
    return ("да" if value else "нет") if language == "ru" else ("yes" if value else "no")
