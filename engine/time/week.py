"""Which hours of which dates are worked: a calendar's declaration joined with its country's days, still without a zone.

The more particular word wins: ``working`` over ``off`` over the country's days over the week. Hours given for weekdays
are worked on those weekdays, be they a weekend or not, but not on holidays; other weekdays have the standard hours
unless they are the country's weekend (without a country: Saturday and Sunday). A working day of a weekend has its
weekday's own hours, else the standard ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from voronka.dsl.definition.model import CalendarSpec
from voronka.engine.time.wall import minutes_of
from voronka.stdlib.calendars import NationalDays, national_days

Hours = tuple[tuple[int, int], ...]  # (from, to) in minutes after midnight, ascending, apart from each other
Ranges = tuple[tuple[date, date], ...]  # both ends included

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STANDARD: Hours = ((9 * 60, 18 * 60),)


@dataclass(frozen=True, slots=True)
class Week:
    """A checked calendar. ``own``: weekdays (0 is Monday) with hours of their own; ``country`` may be empty."""

    standard: Hours
    own: Mapping[int, Hours]
    off: Ranges
    working: Ranges
    country: str

    def likely_hours(self, day: date) -> Hours:
        """The hours the date would have if it were worked."""
        return self.own.get(day.weekday(), self.standard)

    def hours_of_year(self, year: int, days: Iterable[date]) -> list[Hours]:
        """The hours of each of ``days``, all of them in ``year``; empty for a day that is not worked."""
        national = national_days(self.country, range(year, year + 1)) if self.country else None
        return [self._hours(day, national) for day in days]

    def _hours(self, day: date, national: NationalDays | None) -> Hours:
        if self.working and _within(day, self.working):
            return self.likely_hours(day)
        if self.off and _within(day, self.off):
            return ()
        weekend = day.weekday() >= 5
        if national is not None:
            if day in national.working:
                return self.likely_hours(day)
            if day in national.off:
                return ()
            weekend = day in national.weekends
        return self.own.get(day.weekday(), () if weekend else self.standard)


def week_of(spec: CalendarSpec) -> Week:
    """Check a declared calendar. Raises ValueError that names it, for hours, dates or a country without sense."""
    try:
        standard: list[tuple[int, int]] = []
        own: dict[int, list[tuple[int, int]]] = {}
        for opens, closes, weekdays in spec.hours:
            for place in [own.setdefault(_weekday(name), []) for name in weekdays] or [standard]:
                place.append(_interval(opens, closes))
        if spec.based_on:
            national_days(spec.based_on, range(0))
        return Week(
            _merged(standard) or STANDARD,
            {weekday: _merged(hours) for weekday, hours in sorted(own.items())},
            tuple(_range(*ends) for ends in spec.off),
            tuple(_range(*ends) for ends in spec.working),
            spec.based_on,
        )
    except ValueError as why:
        raise ValueError(f"calendar {spec.name!r}: {why}") from None


def _within(day: date, ranges: Ranges) -> bool:
    return any(first <= day <= last for first, last in ranges)


def _weekday(name: str) -> int:
    if name.lower() not in WEEKDAYS:
        raise ValueError(f"{name!r} is no weekday: write one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(name.lower())


def _interval(opens: str, closes: str) -> tuple[int, int]:
    start, end = minutes_of(opens), minutes_of(closes)
    if start >= end:
        raise ValueError(
            f"hours {opens}-{closes} end before they begin; write a night as two: {opens}-24:00 and 00:00-{closes}"
        )
    return start, end


def _merged(hours: list[tuple[int, int]]) -> Hours:
    """In order, with what overlaps or touches made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(hours):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _range(first: str, last: str) -> tuple[date, date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if start > end:
        raise ValueError(f"{first} to {last} ends before it begins")
    return start, end
