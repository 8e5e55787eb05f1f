"""Steps over working days and over working time, from year to year.

A working instant lies within working hours, the opening and the closing included: whoever starts at the close of a day
has that day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime
from zoneinfo import ZoneInfo

from voronka.engine.time.wall import OutOfRange, instant_of, shown
from voronka.engine.time.week import Week
from voronka.engine.time.years import WorkYear, lay_out

FIRST_YEAR, LAST_YEAR = 1901, 2100
_MEAN_YEAR = 31_556_952_000  # milliseconds


class WorkTime:
    """A week's rules in a zone. Years are laid out when first needed; what they hold depends on nothing else.

    A place in working time is (year, index of a span, instant within that span).
    """

    __slots__ = ("_years", "week", "zone")

    def __init__(self, week: Week, zone: ZoneInfo) -> None:
        self.week = week
        self.zone = zone
        self._years: dict[int, WorkYear] = {}

    def year(self, year: int) -> WorkYear:
        """Raises OutOfRange for a year of which no calendar is known."""
        table = self._years.get(year)
        if table is None:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise OutOfRange(f"working time is known for the years {FIRST_YEAR} to {LAST_YEAR} only")
            table = self._years[year] = lay_out(year, self.week, self.zone)
        return table

    # Days

    def worked_up_to(self, day: date) -> tuple[WorkYear, int, bool]:
        """The date's year, the index in it of the last working day up to the date (or -1), whether it is the date."""
        table, ordinal = self.year(day.year), day.toordinal()
        index = bisect_right(table.days, ordinal) - 1
        return table, index, index >= 0 and table.days[index] == ordinal

    def nth_workday(self, day: date, n: int) -> date:
        """The n-th working day after the date (before it: n negative); 0: the date itself or the next that works."""
        table, index, works = self.worked_up_to(day)
        if not works and n <= 0:
            index += 1
        table, index = self._day(table, index + n)
        return date.fromordinal(table.days[index])

    def workdays_between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and with ``last``; negative where ``last`` is earlier."""
        if last < first:
            return -self.workdays_between(last, first)
        between = sum(len(self.year(year).days) for year in range(first.year, last.year))
        return between + self.worked_up_to(last)[1] - self.worked_up_to(first)[1]

    def _day(self, table: WorkYear, index: int) -> tuple[WorkYear, int]:
        """An index that may lie outside of its year -> the year and the index in it."""
        while index < 0:
            table = self.year(table.year - 1)
            index += len(table.days)
        while index >= len(table.days):
            index -= len(table.days)
            table = self.year(table.year + 1)
        return table, index

    # Instants

    def forward(self, instant: int) -> tuple[WorkYear, int, int]:
        """The place of the first working instant at or after this one."""
        table = self._year_at(instant)
        span = bisect_right(table.opens, instant) - 1
        if span >= 0 and instant <= table.closes[span]:
            return table, span, instant
        if span < 0 and table.year > FIRST_YEAR:
            # Hours to 24:00 on 31 December close when the next year has begun.
            last = self.year(table.year - 1)
            if last.closes and last.closes[-1] == instant:
                return last, len(last.closes) - 1, instant
        span += 1
        while span == len(table.opens):
            table, span = self.year(table.year + 1), 0
        return table, span, table.opens[span]

    def backward(self, instant: int) -> tuple[WorkYear, int, int]:
        """The place of the last working instant at or before this one."""
        table = self._year_at(instant)
        span = bisect_right(table.opens, instant) - 1
        while span < 0:
            table = self.year(table.year - 1)
            span = len(table.opens) - 1
        return table, span, min(instant, table.closes[span])

    def add_days(self, instant: int, n: int, *, ahead: bool) -> int:
        """``n`` working days on (``ahead``) or, negative, back, at the same wall clock clipped to the day's hours."""
        table, span, start = self.forward(instant) if ahead else self.backward(instant)
        if n == 0:
            return start
        index = table.day_of_span(span)
        clock = shown(start, self.zone) - datetime.fromordinal(table.days[index])
        table, index = self._day(table, index + n)
        target = instant_of(datetime.fromordinal(table.days[index]) + clock, self.zone)
        spans = range(table.first[index], table.first[index + 1])
        if ahead:
            # In a break between hours: on to its end, as work starts again there.
            for span in spans:
                if target <= table.closes[span]:
                    return max(target, table.opens[span])
            return table.closes[spans[-1]]
        return next(
            (min(target, table.closes[s]) for s in reversed(spans) if target >= table.opens[s]), table.opens[spans[0]]
        )

    def add_time(self, instant: int, amount: int, *, ahead: bool) -> int:
        """The first instant by which ``amount`` ms (not negative) are worked; back: the last since which they are."""
        table, span, start = self.forward(instant) if ahead else self.backward(instant)
        if amount == 0:
            return start
        done = table.before[span] + start - table.opens[span]
        if ahead:
            done += amount
            while done > table.total:
                done -= table.total
                table = self.year(table.year + 1)
            span = bisect_left(table.before, done) - 1
        else:
            done -= amount
            while done < 0:
                table = self.year(table.year - 1)
                done += table.total
            span = bisect_right(table.before, done) - 1
        return table.opens[span] + done - table.before[span]

    def worked_between(self, start: int, end: int) -> int:
        """Milliseconds worked from start to end; negative where end is earlier."""
        if end < start:
            return -self.worked_between(end, start)
        first, last = self._year_at(start), self._year_at(end)
        between = sum(self.year(year).total for year in range(first.year, last.year))
        return between + last.worked_until(end) - first.worked_until(start)

    def _year_at(self, instant: int) -> WorkYear:
        # Cheaper than asking the zone: the mean year is right but for the hours around New Year.
        table = self.year(1970 + instant // _MEAN_YEAR)
        if instant < table.begin:
            return self.year(table.year - 1)
        return table if instant < table.end else self.year(table.year + 1)
