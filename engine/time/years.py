"""One year of working time laid out as sorted arrays, so that a deadline is a few searches in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from voronka.engine.time.wall import first_valid, midnight
from voronka.engine.time.week import Week


@dataclass(frozen=True, slots=True)
class WorkYear:
    """Working days of one year, which lasts from instant ``begin`` up to ``end``, and the spans of time worked in them.

    ``days``: ordinals of the dates. ``first[i]``: index of the first span of day i (one more entry at the end).
    ``opens`` and ``closes``: instants of the spans, none of them empty. ``before[i]``: milliseconds worked in the year
    before span i; ``total``: in the whole year.
    """

    year: int
    begin: int
    end: int
    days: tuple[int, ...]
    first: tuple[int, ...]
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    total: int

    def day_of_span(self, span: int) -> int:
        """Index into ``days`` of the day that holds the span."""
        return bisect_right(self.first, span) - 1

    def worked_until(self, instant: int) -> int:
        """Milliseconds worked in this year up to the instant."""
        span = bisect_right(self.opens, instant) - 1
        return 0 if span < 0 else self.before[span] + min(instant, self.closes[span]) - self.opens[span]


def lay_out(year: int, week: Week, zone: ZoneInfo) -> WorkYear:
    """The year's arrays (about 1 ms). A date that the zone skips, or whose hours lie in a gap, is no working day."""
    start, stop = date(year, 1, 1), date(year + 1, 1, 1)
    dates = [start + timedelta(days=n) for n in range((stop - start).days)]
    days: list[int] = []
    first: list[int] = []
    opens: list[int] = []
    closes: list[int] = []
    before: list[int] = []
    total = 0
    for day, hours in zip(dates, week.hours_of_year(year, dates), strict=True):
        count = len(opens)
        for span in hours:
            opening, closing = (first_valid(midnight(day) + timedelta(minutes=minute), zone) for minute in span)
            if opening < closing:
                opens.append(opening)
                closes.append(closing)
                before.append(total)
                total += closing - opening
        if len(opens) > count:
            days.append(day.toordinal())
            first.append(count)
    first.append(len(opens))
    begin, end = first_valid(midnight(start), zone), first_valid(midnight(stop), zone)
    return WorkYear(year, begin, end, tuple(days), tuple(first), tuple(opens), tuple(closes), tuple(before), total)
