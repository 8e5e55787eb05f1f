"""Durations after and before an instant, as wall-clock tables (R31, language.md Meaning 6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.engine_time.clocks import calendar, day, duration, instant, reading
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.time.calendar import WorkCalendar
from voronka.engine.time.wall import OutOfRange

pytestmark = pytest.mark.requirement("R31")

BERLIN, NEW_YORK, HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
MOSCOW, KATHMANDU, APIA = "Europe/Moscow", "Asia/Kathmandu", "Pacific/Apia"

WALL_CLOCK = [
    # zone, from, duration, expected
    # Elapsed time counts hours, not what clocks show.
    (MOSCOW, "2026-11-03 17:30", "30 min", "2026-11-03 18:00"),
    (MOSCOW, "2026-11-03 17:30", "48 hours", "2026-11-05 17:30"),
    (BERLIN, "2026-03-29 01:30", "1 hour", "2026-03-29 03:30"),
    (BERLIN, "2026-03-28 12:00", "24 hours", "2026-03-29 13:00"),
    (BERLIN, "2026-10-24 12:00", "24 hours", "2026-10-25 11:00"),
    (BERLIN, "2026-10-25 02:30+02:00", "1 hour", "2026-10-25 02:30+01:00"),
    (BERLIN, "2026-10-25 02:30+02:00", "0.5 hours", "2026-10-25 02:00+01:00"),
    (HOWE, "2026-10-04 01:45", "15 min", "2026-10-04 02:30"),
    # Days keep the wall clock.
    (BERLIN, "2026-03-28 12:00", "1 day", "2026-03-29 12:00"),
    (BERLIN, "2026-10-24 12:00", "1 day", "2026-10-25 12:00"),
    (BERLIN, "2026-03-22 18:00", "2 weeks", "2026-04-05 18:00"),
    (KATHMANDU, "2026-02-27 23:50", "2 days", "2026-03-01 23:50"),
    (KATHMANDU, "2026-02-27 23:50+05:45", "15 min", "2026-02-28 00:05+05:45"),
    # A gap moves forward by its length: an hour, half an hour, a whole day.
    (BERLIN, "2026-03-28 02:30", "1 day", "2026-03-29 03:30+02:00"),
    (BERLIN, "2026-03-28 02:00", "1 day", "2026-03-29 03:00+02:00"),
    (BERLIN, "2026-03-28 02:30", "2 days", "2026-03-30 02:30"),
    (NEW_YORK, "2026-02-08 02:15", "1 month", "2026-03-08 03:15-04:00"),
    (HOWE, "2026-10-03 02:15", "1 day", "2026-10-04 02:45+11:00"),
    (APIA, "2011-12-29 10:00", "1 day", "2011-12-31 10:00"),
    (APIA, "2011-12-29 10:00", "2 days", "2011-12-31 10:00"),
    (APIA, "2011-12-29 10:00", "24 hours", "2011-12-31 10:00"),
    # An overlap takes the first.
    (BERLIN, "2026-10-24 02:30", "1 day", "2026-10-25 02:30+02:00"),
    (NEW_YORK, "2026-10-31 01:30", "1 day", "2026-11-01 01:30-04:00"),
    (HOWE, "2026-04-04 01:45", "1 day", "2026-04-05 01:45+11:00"),
    # Month ends clip, leap days too.
    (MOSCOW, "2026-01-31 09:00", "1 month", "2026-02-28 09:00"),
    (MOSCOW, "2028-01-31 09:00", "1 month", "2028-02-29 09:00"),
    (MOSCOW, "2026-01-31 09:00", "2 months", "2026-03-31 09:00"),
    (MOSCOW, "2026-08-31 09:00", "1 month", "2026-09-30 09:00"),
    (MOSCOW, "2026-11-15 09:00", "14 months", "2028-01-15 09:00"),
    (MOSCOW, "2028-02-29 09:00", "1 year", "2029-02-28 09:00"),
    (MOSCOW, "2028-02-29 09:00", "4 years", "2032-02-29 09:00"),
    # Seconds are kept, and so are milliseconds.
    (MOSCOW, "2026-11-03 17:30:15.250", "1 day", "2026-11-04 17:30:15.250"),
    # Nothing added is nothing changed.
    (BERLIN, "2026-10-25 02:30+01:00", "0 hours", "2026-10-25 02:30+01:00"),
    (MOSCOW, "2026-11-04 03:00", "0 days", "2026-11-04 03:00"),
]

BEFORE = [
    (MOSCOW, "2026-11-05 00:10", "30 min", "2026-11-04 23:40"),
    (BERLIN, "2026-03-29 03:30", "1 hour", "2026-03-29 01:30"),
    (BERLIN, "2026-03-30 02:30", "1 day", "2026-03-29 03:30"),
    (MOSCOW, "2026-03-31 09:00", "1 month", "2026-02-28 09:00"),
    (MOSCOW, "2028-02-29 09:00", "1 year", "2027-02-28 09:00"),
    (APIA, "2011-12-31 10:00", "1 day", "2011-12-31 10:00"),
    (APIA, "2011-12-31 10:00", "2 days", "2011-12-29 10:00"),
]

MOSCOW_WORK = [
    # 4 November 2026 is a Wednesday and a holiday.
    ("2026-11-03 17:30", "2 workhours", "2026-11-05 10:30"),
    ("2026-11-03 17:30", "0.5 workhours", "2026-11-03 18:00"),
    ("2026-11-03 17:30", "2 workdays", "2026-11-06 17:30"),
    ("2026-11-03 17:30", "1 workday", "2026-11-05 17:30"),
    ("2026-11-05 12:05", "2 workdays", "2026-11-09 12:05"),
    # Outside of working hours, work starts at the next opening.
    ("2026-11-03 08:00", "1 workday", "2026-11-05 09:00"),
    ("2026-11-03 18:00:00.001", "1 workday", "2026-11-06 09:00"),
    ("2026-11-07 12:00", "1 workday", "2026-11-10 09:00"),
    ("2026-11-07 12:00", "1 workhour", "2026-11-09 10:00"),
    # Whoever starts at the close of a day has that day.
    ("2026-11-03 18:00", "1 workday", "2026-11-05 18:00"),
    ("2026-11-03 18:00", "1 workhour", "2026-11-05 10:00"),
    ("2026-11-06 09:00", "9 workhours", "2026-11-06 18:00"),
    ("2026-11-06 09:00", "9.5 workhours", "2026-11-09 09:30"),
    # Over the weekend, and over the New Year holidays (1 to 9 January 2026 with one day moved).
    ("2026-11-06 17:00", "3 workhours", "2026-11-09 11:00"),
    ("2025-12-30 17:00", "1 workday", "2026-01-12 17:00"),
    ("2025-12-30 17:00", "2 workhours", "2026-01-12 10:00"),
    # Saturdays worked in exchange: 27 April 2024, 2 November 2024, 28 December 2024, 1 November 2025.
    ("2024-04-26 12:00", "1 workday", "2024-04-27 12:00"),
    ("2024-04-26 12:00", "2 workdays", "2024-05-02 12:00"),
    ("2024-11-01 12:00", "1 workday", "2024-11-02 12:00"),
    ("2024-12-27 12:00", "2 workdays", "2025-01-09 12:00"),
    ("2025-10-31 17:00", "2 workhours", "2025-11-01 10:00"),
    ("2025-10-31 12:00", "2 workdays", "2025-11-05 12:00"),
    # Over many years: the production calendars of 2016 to 2023 have 247 working days each, that of 2020 one more.
    ("2015-12-31 10:00", "1977 workdays", "2023-12-29 10:00"),
    # Nothing to add still begins with work.
    ("2026-11-03 12:34", "0 workdays", "2026-11-03 12:34"),
    ("2026-11-04 12:34", "0 workdays", "2026-11-05 09:00"),
    ("2026-11-04 12:34", "0 workhours", "2026-11-05 09:00"),
    # Milliseconds stay.
    ("2026-11-03 12:34:56.789", "1 workday", "2026-11-05 12:34:56.789"),
]

MOSCOW_WORK_BEFORE = [
    ("2026-11-09 12:05", "2 workdays", "2026-11-05 12:05"),
    ("2026-11-06 17:30", "2 workdays", "2026-11-03 17:30"),
    ("2026-11-05 10:30", "2 workhours", "2026-11-03 17:30"),
    ("2026-11-05 09:00", "1 workhour", "2026-11-03 17:00"),
    ("2026-11-08 12:00", "1 workday", "2026-11-05 18:00"),
    ("2026-11-05 08:00", "1 workday", "2026-11-02 18:00"),
    ("2026-11-08 12:00", "0 workdays", "2026-11-06 18:00"),
    ("2026-01-12 10:00", "2 workhours", "2025-12-30 17:00"),
    ("2024-05-02 12:00", "1 workday", "2024-04-27 12:00"),
]


def check(work: WorkCalendar, start: str, length: str, expected: str, sign: int = 1) -> None:
    zone = work.zone.key
    answer = work.add(instant(start, zone), duration(length), sign)
    assert reading(answer, zone, expected) == expected
    assert type(answer) is Instant


@pytest.mark.parametrize(("zone", "start", "length", "expected"), WALL_CLOCK)
def test_elapsed_and_calendar_units(zone: str, start: str, length: str, expected: str) -> None:
    check(calendar(zone), start, length, expected)


@pytest.mark.parametrize(("zone", "start", "length", "expected"), BEFORE)
def test_elapsed_and_calendar_units_before(zone: str, start: str, length: str, expected: str) -> None:
    check(calendar(zone), start, length, expected, -1)


@pytest.mark.parametrize(("start", "length", "expected"), MOSCOW_WORK)
def test_working_time_in_russia(start: str, length: str, expected: str) -> None:
    check(calendar(MOSCOW, "ru"), start, length, expected)


@pytest.mark.parametrize(("start", "length", "expected"), MOSCOW_WORK_BEFORE)
def test_working_time_before_in_russia(start: str, length: str, expected: str) -> None:
    check(calendar(MOSCOW, "ru"), start, length, expected, -1)


def test_a_negative_duration_goes_the_other_way() -> None:
    work, start = calendar(MOSCOW, "ru"), instant("2026-11-06 17:30", MOSCOW)
    for unit in ("min", "hour", "day", "week", "month", "year", "workday", "workhour"):
        assert work.add(start, Duration(Decimal(-2), unit)) == work.add(start, Duration(Decimal(2), unit), -1)


SHOP = {"hours": "09:00-18:00", "off": "2026-12-24..2026-12-31", "working": "2026-05-02"}


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("2026-04-02 17:00", "5 workdays", "2026-04-13 17:00"),  # neither Good Friday nor Easter Monday
        ("2026-03-27 16:00", "9 workhours", "2026-03-30 16:00"),  # over the night clocks go forward
        ("2026-10-23 16:00", "9 workhours", "2026-10-26 16:00"),  # and back
        ("2026-04-30 12:00", "1 workday", "2026-05-02 12:00"),  # a Saturday declared working, after a holiday
        ("2026-12-23 12:00", "1 workday", "2027-01-04 12:00"),  # a company's holidays
    ],
)
def test_a_shop_in_berlin(start: str, length: str, expected: str) -> None:
    check(calendar(BERLIN, "de", **SHOP), start, length, expected)


BROKEN_DAY = "09:00-13:00; 14:00-18:00; 10:00-12:00 friday; 11:00-13:00 saturday"  # 2026-11-06 is a Friday


@pytest.mark.parametrize(
    ("start", "length", "sign", "expected"),
    [
        # The target day's hours clip: to its opening, its close.
        ("2026-11-05 09:30", "1 workday", 1, "2026-11-06 10:00"),
        ("2026-11-05 17:00", "1 workday", 1, "2026-11-06 12:00"),
        ("2026-11-06 11:00", "1 workday", 1, "2026-11-07 11:00"),
        # A break: work starts again at its end; looking back, it ended at its beginning.
        ("2026-11-04 13:30", "1 workday", 1, "2026-11-05 14:00"),
        ("2026-11-06 13:30", "1 workday", -1, "2026-11-05 12:00"),
        ("2026-11-05 13:30", "1 workday", -1, "2026-11-04 13:00"),
        # Both ends of a break are working instants.
        ("2026-11-04 13:00", "1 workday", 1, "2026-11-05 13:00"),
        ("2026-11-05 14:00", "1 workday", -1, "2026-11-04 14:00"),
        ("2026-11-04 12:30", "1 workhour", 1, "2026-11-04 14:30"),
        ("2026-11-04 14:30", "1 workhour", -1, "2026-11-04 12:30"),
        ("2026-11-04 12:00", "1 workhour", 1, "2026-11-04 13:00"),
        ("2026-11-04 15:00", "1 workhour", -1, "2026-11-04 14:00"),
        ("2026-11-04 13:00", "0 workhours", 1, "2026-11-04 13:00"),
    ],
)
def test_breaks_and_short_days(start: str, length: str, sign: int, expected: str) -> None:
    check(calendar(MOSCOW, hours=BROKEN_DAY), start, length, expected, sign)


@pytest.mark.parametrize(
    ("start", "sign", "expected"),
    [
        ("2026-11-04 13:30", 1, "2026-11-06 14:00"),  # the next broken day after a straight one
        ("2026-11-05 13:30", 1, "2026-11-06 14:00"),  # its wall clock falls into the break
        ("2026-11-05 13:30", -1, "2026-11-04 13:00"),
    ],
)
def test_a_wall_clock_that_falls_into_a_break(start: str, sign: int, expected: str) -> None:
    work = calendar(MOSCOW, hours="09:00-18:00; 09:00-13:00 wednesday,friday; 14:00-18:00 wednesday,friday")
    check(work, start, "2 workdays" if start.startswith("2026-11-04") else "1 workday", expected, sign)


def test_round_the_clock_days_join_over_midnight_and_new_year() -> None:
    work = calendar(BERLIN, hours="00:00-24:00; 00:00-24:00 saturday,sunday")
    check(work, "2026-12-31 23:30", "1 workhour", "2027-01-01 00:30")
    check(work, "2027-01-01 00:30", "1 workhour", "2026-12-31 23:30", -1)
    check(work, "2026-03-28 12:00", "24 workhours", "2026-03-29 13:00")
    check(work, "2026-03-28 12:00", "1 workday", "2026-03-29 12:00")


def test_a_close_at_midnight_belongs_to_the_day_it_ends() -> None:
    work = calendar(BERLIN, hours="16:00-24:00", off="2027-01-01")
    check(work, "2026-12-31 20:00", "4 workhours", "2027-01-01 00:00")
    check(work, "2027-01-01 00:00", "0 workdays", "2027-01-01 00:00")
    check(work, "2027-01-01 00:00", "1 workday", "2027-01-05 00:00")  # Monday's close
    check(work, "2027-01-01 00:00", "1 workday", "2026-12-31 00:00", -1)  # Wednesday's close
    check(work, "2027-01-01 00:00", "4 workhours", "2026-12-31 20:00", -1)


def test_hours_that_meet_a_gap_or_an_overlap() -> None:
    work = calendar(BERLIN, hours="02:30-06:00 sunday; 01:00-02:30 saturday")
    check(work, "2026-03-29 01:00", "1 workhour", "2026-03-29 04:00")  # opens when the gap ends, at 03:00
    check(work, "2026-10-25 01:00", "1 workhour", "2026-10-25 02:30+01:00")  # opens at the first 02:30
    assert (
        work.working_between(instant("2026-03-29 00:00", BERLIN), instant("2026-03-29 08:00", BERLIN)) == 3 * 3_600_000
    )
    assert (
        work.working_between(instant("2026-10-25 00:00", BERLIN), instant("2026-10-25 08:00", BERLIN))
        == 4.5 * 3_600_000
    )


def test_a_date_that_the_zone_skips_is_no_working_day() -> None:
    work = calendar(APIA)  # Friday 30 December 2011 never was
    assert not work.is_workday(day("2011-12-30"))
    assert work.hours_of(day("2011-12-30")) == ()
    check(work, "2011-12-29 10:00", "1 workday", "2012-01-02 10:00")
    check(work, "2011-12-29 17:00", "2 workhours", "2012-01-02 10:00")
    assert work.day_start(day("2011-12-30")) == work.day_start(day("2011-12-31"))


@pytest.mark.parametrize("unit", ["day", "week", "month", "year", "workday"])
@pytest.mark.parametrize("n", ["0.5", "-1.5", "NaN", "Infinity"])
def test_only_time_that_elapses_has_fractions(unit: str, n: str) -> None:
    with pytest.raises(ValueError, match="fraction" if n[-1] == "5" else "no length of time"):
        calendar(MOSCOW).add(0, Duration(Decimal(n), unit))


def test_fractions_round_half_up_to_a_millisecond() -> None:
    work = calendar(MOSCOW)
    assert work.add(0, Duration(Decimal("0.0000083333"), "min")) == 0
    assert work.add(0, Duration(Decimal("0.00000833334"), "min")) == 1
    assert work.add(0, Duration(Decimal(1) / 3, "hour")) == 1_200_000


@pytest.mark.parametrize(
    ("n", "unit"),
    [
        ("1e400", "min"),
        ("9e999999", "min"),
        ("9e999999", "workday"),
        ("99999999", "hour"),
        ("9999999", "day"),
        ("9999999", "week"),
        ("99999", "month"),
        ("9000", "year"),
        ("80000", "workday"),
        ("9999999999", "workday"),
        ("999999", "workhour"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_beyond_every_calendar(n: str, unit: str, sign: int) -> None:
    with pytest.raises(OutOfRange):
        calendar(MOSCOW).add(0, Duration(Decimal(n), unit), sign)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown unit 'fortnight'"):
        calendar(MOSCOW).add(0, Duration(Decimal(1), "fortnight"))


def test_a_calendar_without_any_work_ends_in_an_error_not_in_a_loop() -> None:
    work = calendar(MOSCOW, off="1901-01-01..2100-12-31")
    for unit in ("workday", "workhour"):
        for sign in (1, -1):
            with pytest.raises(OutOfRange):
                work.add(0, Duration(Decimal(1), unit), sign)


@pytest.mark.parametrize(
    ("start", "length", "sign", "expected"),
    [
        ("2026-11-03", "1 workday", 1, "2026-11-05"),
        ("2026-11-03", "0 workdays", 1, "2026-11-03"),
        ("2026-11-04", "0 workdays", 1, "2026-11-05"),
        ("2026-11-04", "0 workdays", -1, "2026-11-03"),
        ("2026-11-07", "3 workdays", 1, "2026-11-12"),  # from Monday, the first working date
        ("2026-11-07", "1 workday", -1, "2026-11-05"),  # from Friday, the last one
        ("2026-11-05", "1 workday", -1, "2026-11-03"),
        ("2026-01-31", "1 month", 1, "2026-02-28"),
        ("2028-02-29", "1 year", -1, "2027-02-28"),
        ("2026-12-31", "30 days", 1, "2027-01-30"),
        ("2026-12-31", "1 week", -1, "2026-12-24"),
    ],
)
def test_durations_on_dates(start: str, length: str, sign: int, expected: str) -> None:
    assert calendar(MOSCOW, "ru").add_date(day(start), duration(length), sign) == day(expected)


@pytest.mark.parametrize("unit", ["min", "hour", "workhour"])
def test_a_date_has_no_time_of_day(unit: str) -> None:
    with pytest.raises(ValueError, match="a date has no time of day"):
        calendar(MOSCOW).add_date(date(2026, 1, 1), Duration(Decimal(1), unit))


def test_older_than_turns_true_when_the_duration_is_over() -> None:
    work, start = calendar(MOSCOW, "ru"), instant("2026-11-03 17:30", MOSCOW)
    assert reading(work.older_flip(start, duration("1 workday")), MOSCOW) == "2026-11-05 17:30"
