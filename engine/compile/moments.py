"""Dates, instants and durations: helpers that compiled expressions call.

A moment beyond the years that calendars hold is unset, None; so is a date some hours later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.values import Duration, Instant
from voronka.stdlib.arithmetic import elapsed

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar

CLOCK_UNITS = frozenset({"min", "hour", "workhour"})  # what dates have none of
_DAY = timedelta(days=1)
# What a calendar raises: a fraction of a day, a time added to a date, a year that no calendar holds.
_BEYOND = (ValueError, OverflowError)


def later(cal: WorkCalendar, instant: int, length: Duration) -> Instant | None:
    """instant + length."""
    try:
        return cal.add(instant, length)
    except _BEYOND:
        return None


def earlier(cal: WorkCalendar, instant: int, length: Duration) -> Instant | None:
    """instant - length."""
    try:
        return cal.add(instant, length, -1)
    except _BEYOND:
        return None


def date_later(cal: WorkCalendar, day: date, length: Duration) -> date | None:
    """date + length; unset for a length of minutes or hours."""
    try:
        return cal.add_date(day, length)
    except _BEYOND:
        return None


def date_earlier(cal: WorkCalendar, day: date, length: Duration) -> date | None:
    """date - length; unset for a length of minutes or hours."""
    try:
        return cal.add_date(day, length, -1)
    except _BEYOND:
        return None


def day_start(cal: WorkCalendar, day: date) -> Instant | None:
    """A date where an instant is meant: the day's beginning."""
    try:
        return cal.day_start(day)
    except _BEYOND:
        return None


def next_day(cal: WorkCalendar, day: date) -> Instant | None:
    """The end of a date."""
    try:
        return cal.day_start(day + _DAY)
    except _BEYOND:
        return None


def days(last: date, first: date) -> Duration:
    """last - first of dates."""
    return Duration(Decimal((last - first).days), "day")


def time(last: int, first: int) -> Duration:
    """last - first of instants, in minutes."""
    return elapsed(last - first)


def guarded(run: Callable[..., Any]) -> Callable[..., Any]:
    """A function that asks a calendar: unset where the calendar has no answer."""

    @wraps(run)
    def result(*args: Any) -> Any:
        try:
            return run(*args)
        except _BEYOND:
            return None

    return result


# A date is a whole day: it grows older than 7 days when the day that is 7 days later has passed.


def older_from(cal: WorkCalendar, instant: int, length: Duration) -> Instant | None:
    """Since when an instant ``is older than`` a length."""
    try:
        return cal.older_flip(instant, length)
    except _BEYOND:
        return None


def date_older_from(cal: WorkCalendar, day: date, length: Duration) -> Instant | None:
    """Since when a date ``is older than`` a length."""
    try:
        if length.unit in CLOCK_UNITS:
            return cal.older_flip(cal.day_start(day + _DAY), length)
        return cal.day_start(cal.add_date(day, length) + _DAY)
    except _BEYOND:
        return None


def date_within_from(cal: WorkCalendar, day: date, length: Duration) -> Instant | None:
    """Since when a date ``is within`` a length; of an instant that is :func:`earlier`."""
    try:
        if length.unit in CLOCK_UNITS:
            return cal.add(cal.day_start(day), length, -1)
        return cal.day_start(cal.add_date(day, length, -1))
    except _BEYOND:
        return None
