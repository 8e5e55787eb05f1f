"""Working time as slowly and plainly as it can be said: minute by minute, day by day. The engine must agree with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.engine_time.clocks import EPOCH

MINUTE = 60_000
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Plain:
    """Hours of weekdays (0 is Monday) in minutes, and dates that differ: off, or worked at a weekday's hours."""

    zone: ZoneInfo
    hours: dict[int, tuple[int, int]]
    off: frozenset[date]
    working: frozenset[date]

    def hours_of(self, day: date) -> tuple[int, int] | None:
        if day in self.working:
            return self.hours.get(day.weekday(), self.hours[0])
        return None if day in self.off else self.hours.get(day.weekday())

    def local(self, instant: int) -> datetime:
        return (EPOCH + timedelta(milliseconds=instant)).astimezone(self.zone)

    def instant(self, day: date, minute: float) -> int:
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        return (wall.replace(tzinfo=self.zone) - EPOCH) // timedelta(milliseconds=1)

    def works(self, instant: int, *, closed: bool) -> bool:
        """Whether the minute that begins here is worked; ``closed``: or has just been."""
        local = self.local(instant)
        hours = self.hours_of(local.date())
        minute = local.hour * 60 + local.minute
        return hours is not None and (hours[0] <= minute < hours[1] or (closed and minute == hours[1]))

    def first_working(self, instant: int, sign: int) -> int:
        while not self.works(instant, closed=True):
            instant += sign * MINUTE
        return instant

    def add_minutes(self, instant: int, minutes: int, sign: int) -> int:
        """``minutes`` of working time on, or back."""
        instant = self.first_working(instant, sign)
        while minutes:
            minutes -= self.works(instant if sign > 0 else instant - MINUTE, closed=False)
            instant += sign * MINUTE
        return instant

    def add_days(self, instant: int, n: int, sign: int) -> int:
        """``n`` working days on, or back, at the same wall clock within that day's hours."""
        start = self.local(self.first_working(instant, sign))
        day = self.nth(start.date(), n * sign)
        opens, closes = self.hours_of(day) or (0, 0)
        return self.instant(day, min(max(start.hour * 60 + start.minute, opens), closes))

    def nth(self, day: date, n: int) -> date:
        step = ONE_DAY if n > 0 else -ONE_DAY
        while n:
            day += step
            n -= (self.hours_of(day) is not None) * (1 if n > 0 else -1)
        return day

    def worked(self, start: int, end: int) -> int:
        return sum(self.works(instant, closed=False) for instant in range(start, end, MINUTE))

    def turns(self, start: int, n: int, unit: str, times: list[int]) -> Iterator[int]:
        """All turns of ``every n day|workday at times``, in the order of dates."""
        day = self.local(start).date()
        if unit == "workday" and n > 1:
            day = self.local(self.first_working(start, 1)).date()
        elif unit == "workday" and self.hours_of(day) is None:
            day = self.nth(day, 1)
        if n > 1:
            day = self.nth(day, n) if unit == "workday" else day + n * ONE_DAY
        while True:
            yield from sorted(turn for minute in times if (turn := self.instant(day, minute)) > start)
            day = self.nth(day, n) if unit == "workday" else day + n * ONE_DAY
