"""Texts from people, command lines and tables into values of the language."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Duration, Instant, Value
from voronka.engine.inputs import contacts, lists, moments, numbers
from voronka.engine.inputs.errors import InputError

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar

LONGEST_TEXT = 20_000
LONGEST_LINE = 1_000
_LONGEST_NUMBER = 200  # characters, blanks included
_MOST_DEAL = 2**63 - 1
_LARGEST = Decimal(10) ** numbers.MOST_DIGITS
_SMALLEST_EXPONENT = -150
_ONE_LINE = frozenset({"user", "file", "document"})
_YES = frozenset({"yes", "y", "true", "1", "да", "истина"})
_NO = frozenset({"no", "n", "false", "0", "нет", "ложь"})


def parse_value(
    type: Type, text: str, *, language: str = "en", calendar: WorkCalendar | None = None, now: int | None = None
) -> Value:
    """The value that a text means for a field of this type; None, unset, for a blank one.

    ``language`` says what a lone comma in a number is, ``calendar`` in which zone a time is told and whose phone
    numbers lack their +, ``now`` what ``today`` and ``завтра`` are. Amounts stay exact: they are rounded when they are
    stored. Raises InputError.
    """
    written = _plain(text).strip()
    if not written:
        return None
    kind = type.kind
    if kind in ("text", "address"):
        return _text(written, lines=True)
    if kind in _ONE_LINE:
        return _text(written, lines=False)
    if len(written) > _LONGEST_NUMBER and kind not in ("choices", "url", "email"):
        raise InputError("too_long", length=len(written), most=_LONGEST_NUMBER)
    match kind:
        case "number":
            return numbers.number(written, language)
        case "integer":
            return numbers.integer(written, language)
        case "percent":
            return numbers.percent(written, language)
        case "money":
            return numbers.money(written, type.currency, language)
        case "bool":
            return _yes_or_no(written)
        case "date":
            return moments.day(written, calendar, now)
        case "datetime":
            return moments.instant(written, calendar, now)
        case "time":
            return moments.time_of_day(written)
        case "duration":
            return moments.duration(written, language)
        case "email":
            return contacts.email(written)
        case "phone":
            return contacts.phone(written, contacts.region_of(calendar, language))
        case "url":
            return contacts.url(written)
        case "choice" | "resource":
            return lists.choice(type, written)
        case "choices":
            return lists.choices(type, written)
        case "rating":
            return _rating(type, numbers.integer(written, language))
        case "link" | "deal":
            return _deal_number(written.lstrip("#№ \u00a0"), written)
        case "links":
            raise InputError("links")
    raise ValueError(f"no values of kind {kind!r} are typed")


def check_value(type: Type, value: Any, *, language: str = "en", calendar: WorkCalendar | None = None) -> Value:
    """A value that somebody else computed or decoded, as a field of this type may hold it.

    Whole numbers become decimals where those are wanted and the other way round, phones and addresses get their one
    spelling, choices their order; nothing is rounded. Raises InputError for another kind of value, for an option that
    is none and for what is out of bounds.
    """
    if value is None:
        return None
    kind = type.kind
    match kind, value:
        case (("number" | "percent" | "money"), Decimal() | int()) if not isinstance(value, (bool, Instant)):
            return _bounded(Decimal(value))
        case "integer", Decimal() | int() if not isinstance(value, (bool, Instant)):
            return _whole(value)
        case "rating", Decimal() | int() if not isinstance(value, (bool, Instant)):
            return _rating(type, _whole(value))
        case (("link" | "deal"), Decimal() | int()) if not isinstance(value, (bool, Instant)):
            return _deal_number(str(_whole(value)), str(value))
        case "bool", bool():
            return value
        case "date", date() if not isinstance(value, datetime):
            return value
        case "datetime", int() if not isinstance(value, bool):
            return Instant(value)
        case "duration", Duration():
            return moments.checked_duration(value)
        case (("choice" | "resource"), str()):
            return lists.choice(type, value)
        case "choices", tuple() | list():
            return lists.ordered(type, {lists.choice(type, str(name)) for name in value})
        case (("text" | "address"), str()):
            return _text(_plain(value), lines=True)
        case (("user" | "file" | "document" | "time" | "email" | "phone" | "url"), str()):
            return parse_value(type, value, language=language, calendar=calendar)
    raise InputError("type", got=_kind_of(value), wanted=(kind, kind))


def _plain(text: str) -> str:
    """Composed letters and plain line ends. Raises InputError for what is no text."""
    if len(text) > 2 * LONGEST_TEXT:  # decomposed letters may be two
        raise InputError("too_long", length=len(text), most=LONGEST_TEXT)
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in plain):
        raise InputError("text", text=plain)
    return plain


def _text(text: str, *, lines: bool) -> str:
    most = LONGEST_TEXT if lines else LONGEST_LINE
    if len(text) > most:
        raise InputError("too_long", length=len(text), most=most)
    if not lines and ("\n" in text or "\t" in text):
        raise InputError("lines", text=text)
    return text


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise InputError("bool", text=text)
    return word in _YES


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value) >= _LARGEST or int(value.as_tuple().exponent) < _SMALLEST_EXPONENT:
        raise InputError("too_large", text=f"{value:.6E}")
    return value


def _whole(value: Decimal | int) -> int:
    whole = _bounded(Decimal(value))
    if whole != whole.to_integral_value():
        raise InputError("integer", text=f"{whole:f}")
    return int(whole)


def _rating(kind: Type, value: int) -> int:
    if not kind.low <= value <= kind.high:
        raise InputError("range", text=value, low=kind.low, high=kind.high)
    return value


def _deal_number(digits: str, text: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and 0 < int(digits) <= _MOST_DEAL):
        raise InputError("link", text=text)
    return int(digits)


_KINDS = (
    (bool, ("a yes or no", "да или нет")),
    (str, ("a text", "текст")),
    (Instant, ("a moment", "момент")),
    (int, ("a number", "число")),
    (Decimal, ("a number", "число")),
    (float, ("a number that is not exact", "неточное число")),
    (date, ("a date", "дата")),
    (Duration, ("a length of time", "срок")),
    (tuple, ("a list", "список")),
    (list, ("a list", "список")),
)


def _kind_of(value: Any) -> tuple[str, str]:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), ("something else", "что-то другое"))
