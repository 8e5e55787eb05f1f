"""Dates, times and lengths of time as people type them, in English and Russian."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.inputs.errors import InputError
from voronka.engine.inputs.numbers import number

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar

FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST = 10**7  # of any unit
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_WORDED = re.compile(r"([0-9]{1,2})\.?\s+([^\W\d]+)\.?\s+([0-9]{4})(?:\s*(?:г\.?|года))?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,3})[0-9]*)?)?")
_ZONE = re.compile(r"(.*[0-9])\s*(Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])", re.S)
_LENGTH = re.compile(r"([+\-−]?[0-9][0-9.,_\s\u00a0]*?)\s*([^\W\d][^\d]*)")
_MONTHS = (
    *("январь января янв january jan", "февраль февраля фев february feb", "март марта мар march mar"),
    *("апрель апреля апр april apr", "май мая may", "июнь июня июн june jun", "июль июля июл july jul"),
    *("август августа авг august aug", "сентябрь сентября сен сент september sep sept"),
    *("октябрь октября окт october oct", "ноябрь ноября ноя нояб november nov", "декабрь декабря дек december dec"),
)
_MONTH_OF = {form: index + 1 for index, forms in enumerate(_MONTHS) for form in forms.split()}
_RELATIVE = {
    **dict.fromkeys(("today", "сегодня"), 0),
    **dict.fromkeys(("tomorrow", "завтра"), 1),
    **dict.fromkeys(("yesterday", "вчера"), -1),
}
_UNITS = {
    "min": "min mins minute minutes мин минута минуту минуты минут",
    "hour": "h hour hours ч час часа часов",
    "day": "d day days день дня дней дн сутки суток",
    "week": "week weeks неделя неделю недели недель нед",
    "month": "month months месяц месяца месяцев мес",
    "year": "year years год года лет",
    "workday": "workday workdays рабдень рабдня рабдней",
    "workhour": "workhour workhours рабчас рабчаса рабчасов",
}
_UNIT_OF = {form: unit for unit, forms in _UNITS.items() for form in forms.split()}
_WORKING = re.compile(r"(?:working|business|рабоч\w+|раб\.?)\s*")


def day(text: str, calendar: WorkCalendar | None = None, now: int | None = None) -> date:
    """``2026-11-23``, ``23.11.2026``, ``23 ноября 2026``; ``today`` and ``завтра`` where ``now`` is known.

    Raises InputError, with the name of a day that no month has.
    """
    written = " ".join(text.lower().split())
    if written in _RELATIVE and calendar is not None and now is not None:
        return calendar.today(now) + timedelta(days=_RELATIVE[written])
    if found := _ISO.fullmatch(written):
        year, month, number_ = map(int, found.groups())
    elif found := _DOTTED.fullmatch(written):
        number_, month, year = map(int, found.groups())
    elif found := _WORDED.fullmatch(written):
        if found[2] not in _MONTH_OF:
            raise InputError("date", text=text)
        number_, month, year = int(found[1]), _MONTH_OF[found[2]], int(found[3])
    else:
        raise InputError("date", text=text)
    return _date(year, month, number_)


def _date(year: int, month: int, number_: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError("year", year=year, low=FIRST_YEAR, high=LAST_YEAR)
    if not 1 <= month <= 12:
        raise InputError("no_such_month", month=month)
    days = monthrange(year, month)[1]
    if not 1 <= number_ <= days:
        _, russian, *rest = _MONTHS[month - 1].split()
        name = (next(form for form in rest if form.isascii()).capitalize(), russian)
        raise InputError("no_such_day", day=number_, month=name, year=year, days=days)
    return date(year, month, number_)


def time_of_day(text: str) -> str:
    """``9:30`` -> ``"09:30"``. Raises InputError."""
    found = _TIME.fullmatch(text.strip())
    if found is None or found[3]:
        raise InputError("time", text=text)
    return f"{int(found[1]):02}:{found[2]}"


def instant(text: str, calendar: WorkCalendar | None, now: int | None = None) -> Instant:
    """``2026-12-20 18:00`` on the clock of the pipeline's zone, or with an offset of its own: ``…T18:00+03:00``.

    A time that the zone skips is as much later as the gap is long, one that comes twice is its first coming (Meaning
    6). Raises InputError.
    """
    written = " ".join(text.strip().split())
    if written.lower() in ("now", "сейчас") and now is not None:
        return Instant(now)
    offset = ""
    # With a time in front of it: the end of a date alone may look like an offset.
    if (found := _ZONE.fullmatch(written)) and ":" in found[1]:
        written, offset = found[1], found[2]
    on, at = _parted(written, text)
    hour, minute, second, fraction = at.groups()
    milliseconds = int(second or 0) * 1000 + int((fraction or "").ljust(3, "0"))
    which = day(on, calendar, now)
    if offset:
        zoned = "+00:00" if offset == "Z" else offset
        moment = datetime.fromisoformat(f"{which.isoformat()}T{int(hour):02}:{minute}{zoned}")
        return Instant((moment - _EPOCH) // _MS + milliseconds)
    if calendar is None:
        raise InputError("zone", text=text)
    return Instant(calendar.at(which, f"{int(hour):02}:{minute}") + milliseconds)


def _parted(written: str, text: str) -> tuple[str, re.Match[str]]:
    """The date and the time of day."""
    on, mark, clock = written.rpartition(" ")
    if not mark:
        on, mark, clock = written.upper().rpartition("T")
    at = _TIME.fullmatch(clock)
    on = on.rstrip(",").removesuffix(" в").removesuffix(" at")
    if at is None or not on:
        try:
            day(written)
        except InputError as error:
            if error.code != "date":
                raise
            raise InputError("datetime", text=text) from None
        raise InputError("no_time", text=text)
    try:
        day(on)
    except InputError as error:
        if error.code == "date" and on.lower() not in _RELATIVE:
            raise InputError("datetime", text=text) from None
        if error.code != "date":
            raise
    return on, at


def duration(text: str, language: str) -> Duration:
    """``3 workdays``, ``3 рабочих дня``, ``1,5 часа``, ``90 min``. Raises InputError."""
    written = " ".join(text.lower().split())
    found = _LENGTH.fullmatch(written)
    unit = _unit(found[2]) if found else None
    if found is None or unit is None:
        raise InputError("duration", text=text)
    n = number(found[1], language)
    return checked_duration(Duration(n, unit), text)


def _unit(words: str) -> str | None:
    words = words.strip().rstrip(".")
    plain = _WORKING.sub("", words, count=1)
    unit = _UNIT_OF.get(plain.replace(" ", ""))
    if plain == words or unit is None:
        return unit
    return {"day": "workday", "hour": "workhour"}.get(unit)


def checked_duration(length: Duration, text: object = None) -> Duration:
    """A duration as it may be stored: none below zero, none over ten million, whole days. Raises InputError."""
    shown = length if text is None else text
    if not 0 <= length.n <= LONGEST:
        raise InputError("range", text=shown, low=0, high=LONGEST)
    if length.unit not in ("min", "hour", "workhour") and length.n != length.n.to_integral_value():
        raise InputError("fraction", text=shown)
    return Duration(Decimal(length.n), length.unit)
