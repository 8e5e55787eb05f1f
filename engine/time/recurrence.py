"""Triggers that come again: `every 3 workdays at 09:00, 18:00`, `every 2 hours`, `every "0 8 1 1,4,7,10 *"`.

Turns are counted from the start (the entry into a stage), never from the turn before, so that nothing drifts: every
month from 31 January comes on 28 February and again on 31 March.

- Without times, turn k is the start plus k periods, k from 1.
- With times (days and longer), turn k is each of the times on the date k periods after the start's date, k from 1.
  Working days are counted from the first working date. `every day` and `every workday` have no phase: they turn at each
  of the times on every (working) date from the start on, the start's own date included. Times are taken as written,
  hours notwithstanding.
- Cron reads the wall clock. A match that the clock skips turns once, when the gap ends; one that comes twice turns
  once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.time.units import DAYS, MONTHS, SPANS, later, milliseconds, whole_number
from voronka.engine.time.wall import MINUTE, bounded, first_valid, shown
from voronka.stdlib.cron import matches, validate_cron

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar

_DAY = timedelta(days=1)
_REMEMBERED = 1000  # days of which a calendar keeps the turns


def every(calendar: WorkCalendar, start: int, n: int | Decimal, unit: str, times: Sequence[str], after: int) -> Instant:
    """The first turn strictly later than ``after`` and than ``start``.

    Raises ValueError for a period that is not positive, is shorter than a minute or has a fraction it cannot have, and
    for times of day with minutes or hours; OutOfRange where the next turn lies beyond the calendar.
    """
    bound = max(start, after)
    if unit in SPANS:
        if times:
            raise ValueError(f"every {n} {unit} at {', '.join(times)}: times of day need days or longer")
        period = milliseconds(n, unit)
        if period < MINUTE:
            raise ValueError(f"every {n} {unit}: at least a minute must lie between two turns")
        if unit != "workhour":
            return Instant(bounded(start + ((bound - start) // period + 1) * period))
        done = calendar.working_between(start, bound) // period
        return _first(lambda k: calendar.work.add_time(start, k * period, ahead=True), max(1, done), bound)
    count = whole_number(n, unit)
    if count < 1:
        raise ValueError(f"every {n} {unit}: the number must be positive")
    if not times:
        done = _periods(calendar, start, bound, unit) // count
        return _first(lambda k: calendar.add(start, Duration(Decimal(k * count), unit)), max(1, done), bound)
    return _at_times(calendar, start, count, unit, times, bound)


def cron(zone: ZoneInfo, expr: str, after: int) -> Instant:
    """The first match strictly later than ``after``. Raises ValueError for what `validate_cron` refuses."""
    if why := validate_cron(expr):
        raise ValueError(why.en)
    # In the second coming of an hour the clock matches times whose turn was in the first.
    return next(Instant(t) for wall in matches(expr, shown(after, zone)) if (t := first_valid(wall, zone)) > after)


def _at_times(calendar: WorkCalendar, start: int, n: int, unit: str, times: Sequence[str], bound: int) -> Instant:
    first = calendar.today(start)
    if n == 1 and unit in ("day", "workday"):
        return _unphased(calendar, first, unit == "workday", times, bound)
    if unit == "workday":
        first = calendar.next_workday(calendar.today(calendar.first_working(start)), 0)
    done = max(1, _periods(calendar, start, bound, unit) // n)

    def turn(time: str, k: int) -> int:
        return calendar.at(
            calendar.next_workday(first, k * n) if unit == "workday" else later(first, k * n, unit), time
        )

    # Each time of day by itself: in a gap the times of a date may come in another order than written.
    return min(_first(partial(turn, time), done, bound) for time in times)


def _unphased(calendar: WorkCalendar, first: date, works: bool, times: Sequence[str], bound: int) -> Instant:
    """The first turn after the bound of those on dates from ``first`` on; ``works``: on working dates only."""
    today = calendar.today(bound)
    # The day before, because a time in a gap that ends at midnight comes on the next date.
    day = max(first, today - _DAY)
    key = (works, tuple(times), day, today)
    found = calendar.turns.get(key)
    if found is None:
        if len(calendar.turns) >= _REMEMBERED:
            calendar.turns.clear()
        found = calendar.turns[key] = _turns_around(calendar, day, works, times, today)
    return found[bisect_right(found, bound)]


def _turns_around(
    calendar: WorkCalendar, day: date, works: bool, times: Sequence[str], today: date
) -> tuple[Instant, ...]:
    """The turns from a date on, up to one that comes after all of ``today``."""
    if works:
        day = calendar.next_workday(day, 0)
    found = [calendar.at(day, time) for time in times]
    # Not tomorrow: where the clock goes back over midnight, some of today comes after the beginning of tomorrow.
    while day <= today + _DAY:
        day = calendar.next_workday(day, 1) if works else day + _DAY
        found += [calendar.at(day, time) for time in times]
    return tuple(sorted(found))


def _first(turn: Callable[[int], int], k: int, bound: int) -> Instant:
    """The first turn after the bound, for turns that never go back; ``k`` is not beyond it."""
    while (instant := turn(k)) <= bound:
        k += 1
    return Instant(instant)


def _periods(calendar: WorkCalendar, start: int, bound: int, unit: str) -> int:
    """Units from the date of start to the day before bound: no turn up to that one comes after bound."""
    # The day before, because a time in a gap that ends at midnight comes on the next date.
    first, last = calendar.today(start), calendar.today(bound) - _DAY
    if unit == "workday":
        return calendar.work.workdays_between(calendar.today(calendar.first_working(start)), last)
    if unit in DAYS:
        return (last - first).days // DAYS[unit]
    return ((last.year - first.year) * 12 + last.month - first.month) // MONTHS[unit]
