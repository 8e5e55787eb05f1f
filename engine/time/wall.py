"""From instants to the wall clock of a zone and back, over gaps and overlaps.

A wall-clock time that a zone skips (a gap) means the time as much later as the gap is long: 02:30 becomes 03:30, and a
day that never was becomes the next day at the same hour. One that comes twice (an overlap) means its first coming
(Meaning 6).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60_000  # milliseconds
HOUR = 60 * MINUTE
DAY_MINUTES = 24 * 60

_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1)
# Two years short of what datetime holds, so that no zone's offset leads beyond it.
_FIRST, _LAST = ((datetime(year, 1, 1) - _EPOCH) // _MS for year in (3, 9998))
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


class OutOfRange(ValueError):
    """A moment lies beyond the years that dates or calendars can hold."""


def bounded(instant: int) -> int:
    """The instant itself. Raises OutOfRange where it lies outside of the years 3 to 9997."""
    if _FIRST <= instant < _LAST:
        return instant
    raise OutOfRange("the moment lies outside of the years 3 to 9997")


def aware(instant: int, zone: ZoneInfo) -> datetime:
    """What a clock in the zone shows, with the zone. Raises OutOfRange."""
    seconds, rest = divmod(bounded(instant), 1000)
    moment = datetime.fromtimestamp(seconds, zone)
    return moment.replace(microsecond=rest * 1000) if rest else moment


def date_of(instant: int, zone: ZoneInfo) -> date:
    """The date that a calendar in the zone shows. Raises OutOfRange."""
    return datetime.fromtimestamp(bounded(instant) // 1000, zone).date()


def shown(instant: int, zone: ZoneInfo) -> datetime:
    """What a clock in the zone shows, as a naive datetime. Raises OutOfRange."""
    return aware(instant, zone).replace(tzinfo=None, fold=0)


def instant_of(wall: datetime, zone: ZoneInfo) -> int:
    """The instant at which a clock in the zone shows ``wall`` (naive), by the rule above. Raises OutOfRange."""
    offset = zone.utcoffset(wall)
    assert offset is not None  # a ZoneInfo always has one for a datetime
    return bounded((wall - _EPOCH - offset) // _MS)


def first_valid(wall: datetime, zone: ZoneInfo) -> int:
    """As `instant_of`, but a skipped time means the instant at which the gap ends: offices open and close with it."""
    late = instant_of(wall, zone)
    early = instant_of(wall.replace(fold=1), zone)
    if early >= late:  # equal: an ordinary time; greater: an overlap
        return late
    # In a gap the two readings lie on either side of the change, and the clock shows less than `wall` before it.
    while early < late:
        middle = (early + late) // 2
        if shown(middle, zone) < wall:
            early = middle + 1
        else:
            late = middle
    return late


def midnight(day: date) -> datetime:
    """The day's 00:00 on a clock, naive."""
    return datetime(day.year, day.month, day.day)


@lru_cache(maxsize=1024)
def minutes_of(time: str) -> int:
    """``"09:30"`` -> 570 minutes after midnight; ``"24:00"`` ends a day. Raises ValueError for anything else."""
    if not (match := _TIME.fullmatch(time)):
        raise ValueError(f"{time!r} is no time of day: write hours and minutes, as in 09:30")
    minutes = int(match[1]) * 60 + int(match[2])
    if minutes > DAY_MINUTES:
        raise ValueError(f"{time!r} is later than 24:00")
    return minutes
