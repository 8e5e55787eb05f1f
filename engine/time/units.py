"""The units of durations: which of them may have a fraction, how long they are, and dates that many later."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from voronka.dsl.definition.values import UNITS
from voronka.engine.time.wall import HOUR, MINUTE, OutOfRange

SPANS = {"min": MINUTE, "hour": HOUR, "workhour": HOUR}  # milliseconds; the units that may have a fraction
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12}
_MOST = 10**10  # of any unit; more is a mistake, and its digits would cost time


@lru_cache(maxsize=1024)
def whole_number(n: int | Decimal, unit: str) -> int:
    """A number of days or longer units. Raises ValueError for a fraction, OutOfRange for more than dates hold."""
    if _checked(n, unit) != int(n):
        raise ValueError(f"{n} {unit}: only min, hour and workhour can have a fraction")
    return int(n)


@lru_cache(maxsize=1024)
def milliseconds(n: int | Decimal, unit: str) -> int:
    """Minutes and (working) hours in milliseconds, rounded half up. Raises OutOfRange for more than dates hold."""
    return int((Decimal(_checked(n, unit)) * SPANS[unit]).to_integral_value(ROUND_HALF_UP))


def later(day: date, n: int, unit: str) -> date:
    """Days, weeks, months or years on, a month's end clipped. Raises OutOfRange."""
    try:
        if unit in DAYS:
            return day + timedelta(days=n * DAYS[unit])
        if unit in MONTHS:
            year, month = divmod(day.year * 12 + day.month - 1 + n * MONTHS[unit], 12)
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        raise OutOfRange(f"{n} {unit} from {day} lead outside of the years that dates can hold") from None
    raise ValueError(f"{unit!r} is no unit of dates")


def _checked(n: int | Decimal, unit: str) -> int | Decimal:
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}: it must be one of {', '.join(UNITS)}")
    if isinstance(n, Decimal) and not n.is_finite():
        raise ValueError(f"{n} {unit} is no length of time")
    if not -_MOST <= n <= _MOST:
        raise OutOfRange(f"more than {_MOST} {unit} lead outside of the years that dates can hold")
    return n
