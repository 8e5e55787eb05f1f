"""Dates of tables: in the forms a mapping gives, or as people type them; told in the table's own zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from voronka.dsl.definition.types import DATE, DATETIME
from voronka.dsl.definition.values import Instant
from voronka.engine.inputs import InputError, parse_value
from voronka.engine.time.calendar import WorkCalendar
from voronka.engine.time.wall import first_valid, instant_of, midnight
from voronka.stdlib.zones import validate_zone, zone

FIRST_YEAR, LAST_YEAR = 1900, 2100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Dates:
    """Reads dates; ``problem`` says why the zone is none."""

    def __init__(self, calendar: WorkCalendar, timezone: str = "") -> None:
        self.calendar = calendar
        self.problem = validate_zone(timezone) if timezone else None
        self.zone: ZoneInfo = zone(timezone) if timezone and not self.problem else calendar.zone
        self._known: dict[tuple[str, tuple[str, ...]], Instant] = {}

    def instant(self, text: str, formats: tuple[str, ...]) -> Instant:
        """When it is: of a date alone the beginning of that day. Raises InputError, or ValueError for another form."""
        found = self._known.get((text, formats))
        if found is None:
            found = self._known[text, formats] = Instant(self._instant(text, formats))
        return found

    def day(self, text: str, formats: Sequence[str]) -> date:
        """The date alone, likewise."""
        return _formed(text, formats).date()

    def _instant(self, text: str, formats: Sequence[str]) -> int:
        if not formats:
            return self._typed(text)
        found = _formed(text, formats)
        if found.tzinfo is not None:
            return (found - _EPOCH) // timedelta(milliseconds=1)
        if found.time() == datetime.min.time():
            return first_valid(found, self.zone)
        return instant_of(found, self.zone)

    def _typed(self, text: str) -> int:
        calendar = self.calendar
        if self.zone is not calendar.zone:
            calendar = _Elsewhere(calendar, self.zone)
        try:
            value = parse_value(DATETIME, text, calendar=calendar)
        except InputError as error:
            if error.code not in ("no_time", "datetime"):
                raise
        else:
            assert isinstance(value, int)
            return value
        day = parse_value(DATE, text)
        assert isinstance(day, date)
        return first_valid(midnight(day), self.zone)


class _Elsewhere(WorkCalendar):
    """The same calendar, on another zone's clock."""

    __slots__ = ()

    def __init__(self, calendar: WorkCalendar, where: ZoneInfo) -> None:
        self.name, self.work, self.zone = calendar.name, calendar.work, where


def _formed(text: str, formats: Sequence[str]) -> datetime:
    for one in formats:
        try:
            found = datetime.strptime(text, one)
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise ValueError(text)
