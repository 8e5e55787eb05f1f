"""A calendar written out as canonical text: what it decides in some years, whatever it was declared from.

Two calendars with one text answer alike in these years. The text belongs to a definition's identity, beside
`tzdata_version()`: an upgrade that moves a holiday changes it, and a person can read what moved.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from voronka.engine.time.week import WEEKDAYS, Hours

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar


def expanded(calendar: WorkCalendar, years: range) -> str:
    """The zone, the hours, and for each year its working weekdays and the dates that differ from them.

    A weekday counts as working in a year when most of its dates are; ``off`` and ``working`` list the others by month
    and day. A date that the zone skips is not marked: the zone's name and the tzdata version say so.
    """
    week = calendar.work.week
    lines = [f"zone {calendar.zone.key}", f"hours {_hours(week.standard)}"]
    lines += [f"hours {_hours(hours)} on {WEEKDAYS[weekday]}" for weekday, hours in sorted(week.own.items())]
    for year in years:
        start = date(year, 1, 1)
        dates = [start + timedelta(days=n) for n in range((date(year + 1, 1, 1) - start).days)]
        worked = {day for day, hours in zip(dates, week.hours_of_year(year, dates), strict=True) if hours}
        balance = Counter[int]()
        for day in dates:
            balance[day.weekday()] += 1 if day in worked else -1
        usual = [weekday for weekday in range(7) if balance[weekday] > 0]
        lines.append(" ".join([str(year), *(WEEKDAYS[weekday][:3] for weekday in usual)]))
        for label, differs in (
            ("off", [day for day in dates if day.weekday() in usual and day not in worked]),
            ("working", [day for day in dates if day.weekday() not in usual and day in worked]),
        ):
            if differs:
                lines.append(" ".join([str(year), label, *(day.strftime("%m-%d") for day in differs)]))
    return "\n".join(lines) + "\n"


def _hours(hours: Hours) -> str:
    return " ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in hours)
