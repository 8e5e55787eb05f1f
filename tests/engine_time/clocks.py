"""Calendars and clock readings for the tables of these tests; its own zone arithmetic, none of the engine's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import CalendarSpec
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration
from voronka.engine.time.calendar import WorkCalendar
from voronka.stdlib.zones import zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def calendar(
    zone_name: str,
    country: str = "",
    *,
    hours: str = "",
    off: str = "",
    working: str = "",
) -> WorkCalendar:
    """``hours="09:00-18:00; 10:00-15:00 saturday,sunday"``; ``off="2026-12-24..2026-12-31 2027-01-04"``."""
    lines = []
    for line in filter(None, map(str.strip, hours.split(";"))):
        span, _, weekdays = line.partition(" ")
        opens, _, closes = span.partition("-")
        lines.append((opens, closes, tuple(filter(None, weekdays.split(",")))))
    spec = CalendarSpec(
        "shop", Title(()), country, Loc("shop.pipeline", 1), tuple(lines), _ranges(off), _ranges(working)
    )
    return WorkCalendar(spec, zone_name)


def _ranges(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((first, last or first) for first, _, last in (part.partition("..") for part in text.split()))


def instant(text: str, zone_name: str) -> int:
    """``2026-10-25 02:30`` on the zone's clock; where it shows that twice, say which: ``2026-10-25 02:30+01:00``."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone(zone_name))
    return (moment - EPOCH) // timedelta(milliseconds=1)


def reading(moment: int, zone_name: str, like: str = "") -> str:
    """What the zone's clock shows; with the offset, seconds and milliseconds if ``like`` has them."""
    local = (EPOCH + timedelta(milliseconds=moment)).astimezone(zone(zone_name))
    has_offset = datetime.fromisoformat(like).tzinfo is not None if like else False
    precise = "milliseconds" if local.microsecond else "seconds" if local.second else "minutes"
    return (local if has_offset else local.replace(tzinfo=None)).isoformat(" ", precise)


def duration(text: str) -> Duration:
    """``2 workdays`` or ``0.5 hours``."""
    n, unit = text.split()
    return Duration(Decimal(n), unit.removesuffix("s"))


def day(text: str) -> date:
    return date.fromisoformat(text)
