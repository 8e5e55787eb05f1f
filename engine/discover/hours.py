"""Whether a log is kept in working time, and how long stays last in its units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from voronka.dsl.definition.expr import NOWHERE
from voronka.dsl.definition.model import CalendarSpec
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration
from voronka.engine.discover.log import EventLog
from voronka.engine.discover.mining import percentile
from voronka.engine.time.calendar import WorkCalendar
from voronka.engine.time.wall import OutOfRange, shown

FEWEST = 200  # events, before anything is said of weekends
RESTFUL = 0.02  # share of events on Saturdays and Sundays, at most, of those who rest then
_MOST_SPAN = 14  # hours a day
_HOUR, _MINUTE = 3_600_000, 60_000
_LONGEST = 3650  # of a unit
MOST = 20_000
_TRIES = 10
NINETY = 0.9


@dataclass(frozen=True, slots=True)
class Working:
    """Hours from Monday to Friday, as found, on the zone's clock; ``day`` is how many ms of a day they are."""

    opens: str
    closes: str
    day: int
    calendar: WorkCalendar


def working(log: EventLog, zone: ZoneInfo) -> Working | None:
    """Working hours, if almost nothing happens on weekends and within few hours of a day."""
    if len(log) < FEWEST:
        return None
    clocks: Counter[tuple[int, int]] = Counter()
    for at in log.at:
        wall = shown(at, zone)
        clocks[wall.weekday(), wall.hour] += 1
    weekend = sum(count for (day, _), count in clocks.items() if day > 4)
    if weekend > RESTFUL * len(log):
        return None
    first, last = 9, 18
    if not log.plain:
        hours = sorted(hour for (day, hour), count in clocks.items() if day <= 4 for _ in range(count))
        first, last = percentile(hours, 0.01), percentile(hours, 0.99) + 1
        if last - first > _MOST_SPAN:
            first, last = 0, 24
    opens, closes = f"{first:02}:00", f"{last:02}:00" if last < 24 else "23:59"
    spec = CalendarSpec("observed", Title(), "", NOWHERE, ((opens, closes, ()),))
    return Working(opens, closes, (last - first) * _HOUR, WorkCalendar(spec, zone.key))


def ninetieth(stays: Sequence[tuple[int, int]], work: Working | None, plain: bool) -> str:
    """The length that 90 % of the stays do not exceed, as the language writes it; empty where it is nothing.

    Of more than MOST stays every second, third … is looked at.
    """
    stays = stays[:: -(-len(stays) // MOST)]
    if work is not None:
        try:
            return _in_working_time(stays, work, plain)
        except OutOfRange:
            pass  # before calendars begin
    length = percentile(sorted(end - start for start, end in stays), NINETY)
    if length <= 0:
        return ""
    if not plain and length < 2 * _HOUR:
        return _counted(_up(length, _MINUTE), "min")
    if not plain and length < 48 * _HOUR and _up(length, _HOUR) % 24:
        return _counted(_up(length, _HOUR), "hour")
    return _counted(min(_LONGEST, _up(length, 24 * _HOUR)), "day")


def _in_working_time(stays: Sequence[tuple[int, int]], work: Working, plain: bool) -> str:
    length = percentile(sorted(work.calendar.working_between(start, end) for start, end in stays), NINETY)
    if length <= 0:
        return ""
    if not plain and length < 2 * work.day:
        unit, size = "workhour", _HOUR
    else:
        unit, size = "workday", work.day
    n = min(_LONGEST, _up(length, size))
    # what is done first thing in the morning has passed the evening before, when so much had been worked: as the engine
    # counts, it is late, so the limit grows until 90 % keep it
    for _ in range(_TRIES):
        if _keep(stays, work.calendar, Duration(Decimal(n), unit)):
            break
        n += 1
    return _counted(n, unit)


def _keep(stays: Sequence[tuple[int, int]], calendar: WorkCalendar, limit: Duration) -> bool:
    return sum(end <= calendar.add(start, limit) for start, end in stays) >= NINETY * len(stays)


def _up(length: int, unit: int) -> int:
    return -(-length // unit)


def _counted(n: int, unit: str) -> str:
    return f"{n} {unit}{'' if n == 1 or unit == 'min' else 's'}"
