"""A calendar in a zone: what dates, times of day and durations of a pipeline mean as instants (Meaning 5, 6).

All instants are milliseconds since the Unix epoch, UTC; all dates and times of day are those of the zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from voronka.dsl.definition.model import CalendarSpec
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.time import expansion, recurrence
from voronka.engine.time.units import SPANS, later, milliseconds, whole_number
from voronka.engine.time.wall import (
    DAY_MINUTES,
    aware,
    bounded,
    date_of,
    first_valid,
    instant_of,
    midnight,
    minutes_of,
)
from voronka.engine.time.week import Hours, week_of
from voronka.engine.time.worktime import WorkTime
from voronka.stdlib.zones import zone as zone_named


class WorkCalendar:
    """A declared calendar in a zone; it remembers the years and turns it has laid out, so build one and keep it."""

    __slots__ = ("name", "turns", "work", "zone")

    def __init__(self, spec: CalendarSpec, zone: str) -> None:
        """Raises ValueError for hours, dates, a country or a zone that make no sense."""
        self.name = spec.name
        self.zone = zone_named(zone)
        self.work = WorkTime(week_of(spec), self.zone)
        self.turns: dict[tuple[bool, tuple[str, ...], date, date], tuple[Instant, ...]] = {}  # see `recurrence`

    # Dates and clocks

    def local(self, instant: int) -> datetime:
        """What a clock in the zone shows, with its zone."""
        return aware(instant, self.zone)

    def today(self, now: int) -> date:
        """The date in the zone."""
        return date_of(now, self.zone)

    def at(self, day: date, time: str) -> Instant:
        """The instant of a time of day (``"09:30"``) on a date; one in a gap is as much later as the gap is long."""
        hour, minute = divmod(time_of_day(time), 60)
        return Instant(instant_of(datetime(day.year, day.month, day.day, hour, minute), self.zone))

    def day_start(self, day: date) -> Instant:
        """The first instant of a date; of a date that the zone skips, that of the next one."""
        return Instant(first_valid(midnight(day), self.zone))

    def with_time(self, instant: int, times: Sequence[str]) -> Instant:
        """``D after H at 10:00``: the same date at that time, be it earlier or later than the instant.

        Of several times the first one not before the instant, if need be on the next day.
        """
        return self.at(self.today(instant), times[0]) if len(times) == 1 else self.next_time(instant, times)

    def next_time(self, instant: int, times: Sequence[str]) -> Instant:
        """``on H at 10:00`` of a robot: the first such time of day at or after the instant."""
        # From the day before, as a time in a gap comes later than it says, to two days on, as one may be skipped.
        today = self.today(instant)
        days = [today + timedelta(days=n) for n in (-1, 0, 1, 2)]
        return min(moment for day in days for time in times if (moment := self.at(day, time)) >= instant)

    # Working days

    def is_workday(self, day: date) -> bool:
        """Whether anything is worked on the date. Raises OutOfRange outside of 1901 to 2100, as all that work does."""
        return self.work.worked_up_to(day)[2]

    def hours_of(self, day: date) -> Hours:
        """Working hours of a date, in minutes after midnight: ``((540, 1080),)``; empty where nothing is worked."""
        return self.work.week.hours_of_year(day.year, [day])[0] if self.is_workday(day) else ()

    def next_workday(self, day: date, n: int = 1) -> date:
        """The n-th working day after a date (before it: n negative); 0: the date itself or the next that works."""
        return self.work.nth_workday(day, n)

    def open_of(self, day: date) -> Instant:
        """When work begins on a date; where nothing is worked, when it would begin."""
        return self._edge(day, (self.hours_of(day) or self.work.week.likely_hours(day))[0][0])

    def close_of(self, day: date) -> Instant:
        """``due on`` a date: the close of its working hours.

        A date stays the day it names: where nothing is worked, the hours are those of its weekday or else the standard
        ones.
        """
        return self._edge(day, (self.hours_of(day) or self.work.week.likely_hours(day))[-1][1])

    def _edge(self, day: date, minute: int) -> Instant:
        return Instant(first_valid(midnight(day) + timedelta(minutes=minute), self.zone))

    # Durations

    def add(self, instant: int, duration: Duration, sign: int = 1) -> Instant:
        """The instant a duration after this one, or before it with ``sign=-1``.

        ``min``, ``hour``: time that elapses. ``day``, ``week``, ``month``, ``year``: the same wall clock on another
        date, a month's end clipped. ``workday``: from the first working instant N working days on, at the same wall
        clock, clipped to that day's hours. ``workhour``: working time used up from the first working instant. Before:
        all of it mirrored, from the last working instant. Raises ValueError for a fraction of anything but ``min``,
        ``hour`` and ``workhour``, and OutOfRange beyond the years that calendars hold.
        """
        n, unit = duration
        if unit in SPANS:
            amount = milliseconds(n, unit) * sign
            if unit == "workhour":
                return Instant(self.work.add_time(instant, abs(amount), ahead=_ahead(amount, sign)))
            return Instant(bounded(instant + amount))
        whole = whole_number(n, unit) * sign
        if unit == "workday":
            return Instant(self.work.add_days(instant, whole, ahead=_ahead(whole, sign)))
        wall = aware(instant, self.zone)
        day = later(wall.date(), whole, unit)
        clock = wall.hour, wall.minute, wall.second, wall.microsecond
        return Instant(instant_of(datetime(day.year, day.month, day.day, *clock), self.zone))

    def add_date(self, day: date, duration: Duration, sign: int = 1) -> date:
        """The same for dates; ``today + 3 workdays`` starts at the first working date, ``- 3 workdays`` at the last.

        Raises ValueError for a unit that is a time of day.
        """
        n, unit = duration
        if unit in SPANS:
            raise ValueError(f"a date has no time of day, so {duration} cannot be added to it")
        whole = whole_number(n, unit) * sign
        if unit != "workday":
            return later(day, whole, unit)
        start = day if self.is_workday(day) else self.next_workday(day, 1 if _ahead(whole, sign) else -1)
        return self.next_workday(start, whole)

    def older_flip(self, instant: int, duration: Duration) -> Instant:
        """When ``x is older than D`` turns true for an x at this instant."""
        return self.add(instant, duration)

    def first_working(self, instant: int) -> Instant:
        """The first working instant at or after this one; openings and closings are working instants."""
        return Instant(self.work.forward(instant)[2])

    def last_working(self, instant: int) -> Instant:
        """The last working instant at or before this one."""
        return Instant(self.work.backward(instant)[2])

    def workdays_between(self, first: date, last: date) -> int:
        """Working days after the first date up to and with the last; negative where the last is earlier."""
        return self.work.workdays_between(first, last)

    def working_between(self, start: int, end: int) -> int:
        """Milliseconds worked from start to end; negative where end is earlier."""
        return self.work.worked_between(start, end)

    # What comes again, and identity

    def every(self, start: int, n: int | Decimal, unit: str, times: Sequence[str], after: int) -> Instant:
        """The next turn of ``every N UNITS [at TIMES]`` strictly after ``after``, from ``start``; see `recurrence`."""
        return recurrence.every(self, start, n, unit, times, after)

    def cron(self, expr: str, after: int) -> Instant:
        """The next instant strictly after ``after`` at which the zone's clock matches; see `recurrence`."""
        return recurrence.cron(self.zone, expr, after)

    def expanded(self, years: range) -> str:
        """All that decides in these years, as canonical text for a definition's identity; see `expansion`."""
        return expansion.expanded(self, years)


def time_of_day(time: str) -> int:
    """``"09:30"`` -> 570 minutes after midnight. Raises ValueError, for 24:00 too, which only ends hours."""
    if (minutes := minutes_of(time)) == DAY_MINUTES:
        raise ValueError("24:00 only ends working hours; the next day begins at 00:00")
    return minutes


def _ahead(amount: int, sign: int) -> bool:
    """Which way to go; with nothing to add, ``sign`` says it."""
    return amount > 0 or (amount == 0 and sign > 0)
