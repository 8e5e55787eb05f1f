"""The example's clock: what a deadline would be if its happening were now, on the pipeline's own calendar."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from voronka.dsl.definition.model import CalendarSpec
from voronka.dsl.definition.values import Duration
from voronka.dsl.ide.view import Resolved
from voronka.engine.time.calendar import WorkCalendar
from voronka.engine.time.wall import OutOfRange, instant_of
from voronka.engine.words.dates import clock as clock_words
from voronka.engine.words.dates import day

if TYPE_CHECKING:
    from voronka.dsl.check.symbols import Table
    from voronka.dsl.ide.names import Names


@lru_cache(maxsize=32)
def _calendar(spec: CalendarSpec, zone: str) -> WorkCalendar:
    return WorkCalendar(spec, zone)


class ExampleClock:
    """``now`` fixes the moment (for tests and demonstrations); otherwise it is the present minute."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now

    def after(
        self, names: Names, table: Table, amount: Decimal, unit: str, sign: int, times: tuple[str, ...]
    ) -> Resolved | None:
        """See :class:`voronka.dsl.ide.view.Clock`."""
        spec = names.world.used_calendars.get(table.calendar_name)
        if spec is None:
            return None
        try:
            zone = ZoneInfo(table.zone)
            now = self.now or datetime.now(zone).replace(tzinfo=None, second=0, microsecond=0)
            calendar = _calendar(spec, table.zone)
            instant = instant_of(now, zone)
            then = calendar.add(instant, Duration(amount, unit), sign)
            if times:
                then = calendar.with_time(then, times)
            return Resolved(now, calendar.local(then))
        except (OutOfRange, ValueError, OverflowError, KeyError):
            return None  # an hour that the calendar cannot hold, a zone that is not there: told by the check

    def said(self, moment: datetime, lang: str) -> str:
        """``Tue 24 Nov, 09:40``; the year where it is another one than the example's."""
        here = (self.now or datetime.now().astimezone()).year
        year = None if abs(moment.year - here) < 1 else here
        return f"{day(moment.date(), lang, year)}, {clock_words(moment)}"
