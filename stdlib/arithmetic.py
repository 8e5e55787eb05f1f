"""Exact decimal arithmetic and lengths of durations: what ``+ - * /`` and ``<`` of the language mean (Meaning 7, 8).

Numbers are exact to 50 digits and never floats. What has no value (a division by zero, a number of more than 99 digits)
is unset, None: arithmetic raises nothing.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import TypeAlias

from voronka.dsl.definition.values import Duration

Number: TypeAlias = "Decimal | int"

ZERO = Decimal(0)
_LARGEST = 10**99
# A context of our own: the caller's must not change what a condition means.
CONTEXT = Context(
    prec=50,
    rounding=ROUND_HALF_EVEN,
    Emin=-99,
    Emax=99,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[DivisionByZero, InvalidOperation, Overflow],
)

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
# Milliseconds. A year is 365.25 days and a month its twelfth, so that 12 months are 1 year.
_NOMINAL = {
    "min": _MINUTE,
    "hour": _HOUR,
    "workhour": _HOUR,
    "day": _DAY,
    "workday": _DAY,
    "week": 7 * _DAY,
    "month": 2_629_800_000,
    "year": 31_557_600_000,
}
# Units that turn into one another exactly: name of the smaller one, how many of it.
_EXACT = {
    "min": ("min", 1),
    "hour": ("min", 60),
    "day": ("day", 1),
    "week": ("day", 7),
    "month": ("month", 1),
    "year": ("month", 12),
    "workhour": ("workhour", 1),
    "workday": ("workday", 1),
}


def add(a: Number, b: Number) -> Decimal | None:
    """a + b."""
    try:
        return CONTEXT.add(a, b)
    except ArithmeticError:
        return None


def sub(a: Number, b: Number) -> Decimal | None:
    """a - b."""
    try:
        return CONTEXT.subtract(a, b)
    except ArithmeticError:
        return None


def mul(a: Number, b: Number) -> Decimal | None:
    """a * b."""
    try:
        return CONTEXT.multiply(a, b)
    except ArithmeticError:
        return None


def div(a: Number, b: Number) -> Decimal | None:
    """a / b, a number even of integers; unset where b is zero."""
    try:
        return CONTEXT.divide(a, b)
    except ArithmeticError:
        return None


def add_int(a: int, b: int) -> int | None:
    """a + b of integers."""
    return _bounded(a + b)


def sub_int(a: int, b: int) -> int | None:
    """a - b of integers."""
    return _bounded(a - b)


def mul_int(a: int, b: int) -> int | None:
    """a * b of integers."""
    return _bounded(a * b)


def _bounded(n: int) -> int | None:
    return n if -_LARGEST < n < _LARGEST else None


def neg(a: Number) -> Number | None:
    """-a."""
    return -a if isinstance(a, int) else sub(0, a)


def rounded(a: Number, places: int = 0) -> Decimal | None:
    """Half up, as people do, to ``places`` digits after the point (-20 to 20; -2 rounds to hundreds)."""
    if not -20 <= places <= 20:
        return None
    try:
        unit = Decimal(1).scaleb(-places)
        # Integral multiples of the unit: quantize alone would leave 1.2E+3 where 1200 is meant.
        whole = CONTEXT.divide(a, unit).to_integral_value(ROUND_HALF_UP)
        return CONTEXT.multiply(whole, unit).quantize(min(unit, Decimal(1)), context=CONTEXT) or ZERO
    except ArithmeticError:
        return None


# --- durations -------------------------------------------------------------------------------------------------------


def nominal(length: Duration) -> int | None:
    """How long a duration is when no calendar is asked, in milliseconds: what comparisons go by.

    A day is 24 hours, a month 30.4375 days, a year 365.25; a working day counts as a day and a working hour as an hour.
    Exact among ``min hour day week`` and among ``month year``.
    """
    try:
        return int(CONTEXT.multiply(length.n, _NOMINAL[length.unit]).to_integral_value(ROUND_HALF_UP))
    except ArithmeticError:
        return None


def elapsed(milliseconds: int) -> Duration:
    """Time between two instants, in minutes."""
    return Duration(CONTEXT.divide(milliseconds, _MINUTE), "min")


def add_durations(a: Duration, b: Duration) -> Duration | None:
    """a + b in their common unit, in the smaller one (``1 week + 2 days`` is 9 days), else nominally in minutes.

    Working and other time do not add up: unset.
    """
    if a.unit == b.unit:
        return _duration(add(a.n, b.n), a.unit)
    if not a.n:
        return b
    if not b.n:
        return a
    (base, factor), (other, other_factor) = _EXACT[a.unit], _EXACT[b.unit]
    if base != other:
        if "work" in base + other:
            return None
        base, factor, other_factor = "min", *(_NOMINAL[unit] // _MINUTE for unit in (a.unit, b.unit))
    left, right = mul(a.n, factor), mul(b.n, other_factor)
    return None if left is None or right is None else _duration(add(left, right), base)


def sub_durations(a: Duration, b: Duration) -> Duration | None:
    """a - b, as :func:`add_durations`."""
    minus = neg_duration(b)
    return None if minus is None else add_durations(a, minus)


def neg_duration(a: Duration) -> Duration | None:
    """-a."""
    return _duration(sub(0, a.n), a.unit)


def scale(a: Duration | Number, b: Duration | Number) -> Duration | None:
    """A duration times a number, in either order."""
    length, factor = (a, b) if isinstance(a, Duration) else (b, a)
    if not isinstance(length, Duration) or isinstance(factor, Duration):
        raise TypeError("one of the two must be a duration, the other a number")
    return _duration(mul(length.n, factor), length.unit)


def divide_duration(a: Duration, b: Number) -> Duration | None:
    """A duration by a number; unset where that is zero."""
    return _duration(div(a.n, b), a.unit)


def ratio(a: Duration, b: Duration) -> Decimal | None:
    """How many times b goes into a, by their nominal lengths."""
    if a.unit == b.unit:
        return div(a.n, b.n)
    left, right = nominal(a), nominal(b)
    return None if left is None or right is None else div(left, right)


def _duration(n: Decimal | None, unit: str) -> Duration | None:
    return None if n is None else Duration(n, unit)
