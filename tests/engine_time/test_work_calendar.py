"""What a calendar says of dates, hours and times of day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.engine_time.clocks import calendar, day, instant, reading
from voronka.engine.time.wall import OutOfRange, minutes_of

MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"

# Every way a day gets its hours; 2026-11-02 is a Monday.
SHOP = calendar(
    MOSCOW,
    "ru",
    hours="10:00-19:00; 10:00-15:00 saturday; 09:00-12:00 friday; 13:00-16:00 friday",
    off="2026-11-05 2026-11-16..2026-11-20",
    working="2026-11-08 2026-11-18 2026-11-04",
)


@pytest.mark.parametrize(
    ("date_", "hours"),
    [
        ("2026-11-02", "10:00-19:00"),  # standard
        ("2026-11-06", "09:00-12:00 13:00-16:00"),  # a weekday's own, with a break
        ("2026-11-07", "10:00-15:00"),  # a weekend day that has hours
        ("2026-11-01", ""),  # a weekend
        ("2026-11-08", "10:00-19:00"),  # declared working
        ("2026-11-05", ""),  # declared off
        ("2026-11-04", "10:00-19:00"),  # a holiday declared working
        ("2026-11-16", ""),
        ("2026-11-18", "10:00-19:00"),  # working wins over off
        ("2026-11-20", ""),
        ("2026-11-21", "10:00-15:00"),
        ("2026-12-31", ""),  # the country's day off
        ("2026-05-09", ""),  # a holiday on a Saturday that has hours
        ("2024-12-28", "10:00-15:00"),  # a Saturday worked in exchange
    ],
)
def test_hours_of_a_date(date_: str, hours: str) -> None:
    expected = tuple(tuple(map(minutes_of, span.split("-"))) for span in hours.split())
    assert SHOP.hours_of(day(date_)) == expected
    assert SHOP.is_workday(day(date_)) == bool(hours)


def test_without_any_declaration_work_is_nine_to_six_on_weekdays() -> None:
    work = calendar(MOSCOW)
    assert [len(work.hours_of(date(2026, 11, 2) + timedelta(days=n))) for n in range(7)] == [1, 1, 1, 1, 1, 0, 0]
    assert work.hours_of(date(2026, 11, 2)) == ((540, 1080),)


def test_a_saturday_worked_in_exchange_has_the_standard_hours() -> None:
    assert calendar(MOSCOW, "ru", hours="08:00-17:00").hours_of(date(2025, 11, 1)) == ((480, 1020),)


def test_hours_that_touch_or_overlap_are_one() -> None:
    assert calendar(MOSCOW, hours="12:00-18:00; 09:00-12:00; 10:00-11:00").hours_of(date(2026, 11, 2)) == ((540, 1080),)


@pytest.mark.parametrize(
    ("date_", "opens", "closes"),
    [
        ("2026-11-02", "10:00", "19:00"),
        ("2026-11-06", "09:00", "16:00"),
        ("2026-11-07", "10:00", "15:00"),
        # Where nothing is worked the date stays, with the hours such a weekday would have.
        ("2026-11-01", "10:00", "19:00"),
        ("2026-05-09", "10:00", "15:00"),
        ("2026-12-31", "10:00", "19:00"),
    ],
)
def test_due_on_a_date_is_the_close_of_its_hours(date_: str, opens: str, closes: str) -> None:
    """R31, third base: on a date."""
    assert reading(SHOP.open_of(day(date_)), MOSCOW) == f"{date_} {opens}"
    assert reading(SHOP.close_of(day(date_)), MOSCOW) == f"{date_} {closes}"


@pytest.mark.parametrize(
    ("moment", "first", "last"),
    [
        ("2026-11-02 09:59", "2026-11-02 10:00", "2026-10-31 15:00"),
        ("2026-11-02 10:00", "2026-11-02 10:00", "2026-11-02 10:00"),
        ("2026-11-02 19:00", "2026-11-02 19:00", "2026-11-02 19:00"),
        ("2026-11-02 19:00:01", "2026-11-03 10:00", "2026-11-02 19:00"),
        ("2026-11-06 12:30", "2026-11-06 13:00", "2026-11-06 12:00"),
        ("2027-01-01 12:00", "2027-01-09 10:00", "2026-12-30 19:00"),
    ],
)
def test_first_and_last_working_instant(moment: str, first: str, last: str) -> None:
    assert reading(SHOP.first_working(instant(moment, MOSCOW)), MOSCOW) == first
    assert reading(SHOP.last_working(instant(moment, MOSCOW)), MOSCOW) == last


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-11-02", 1, "2026-11-03"),
        ("2026-11-02", 0, "2026-11-02"),
        ("2026-11-05", 0, "2026-11-06"),
        ("2026-11-05", 1, "2026-11-06"),
        ("2026-11-05", -1, "2026-11-04"),
        ("2026-11-06", -2, "2026-11-03"),
        ("2026-12-30", 1, "2027-01-09"),
        ("2027-01-11", -2, "2026-12-30"),
        ("2027-01-05", -2, "2026-12-29"),
        ("2026-11-03", 3, "2026-11-07"),
    ],
)
def test_nth_working_day(start: str, n: int, expected: str) -> None:
    assert SHOP.next_workday(day(start), n) == day(expected)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-03 17:30", "2026-11-06 09:30", 90 + 540 + 30),
        ("2026-11-06 11:00", "2026-11-06 14:00", 120),
        ("2026-11-05 01:00", "2026-11-05 23:00", 0),
        ("2026-12-30 18:00", "2027-01-11 11:00", 60 + 300 + 60),
    ],
)
def test_working_time_between(start: str, end: str, minutes: int) -> None:
    a, b = instant(start, MOSCOW), instant(end, MOSCOW)
    assert SHOP.working_between(a, b) == minutes * 60_000
    assert SHOP.working_between(b, a) == -minutes * 60_000


def test_working_time_over_years_is_the_sum_of_the_years() -> None:
    work = calendar(MOSCOW, "ru")
    start, end = instant("2024-01-01 00:00", MOSCOW), instant("2027-01-01 00:00", MOSCOW)
    assert work.working_between(start, end) == (248 + 247 + 247) * 9 * 3_600_000


def test_dates_and_clocks_of_the_zone() -> None:
    work = calendar("Asia/Kathmandu")
    now = instant("2026-11-03 00:10", "Asia/Kathmandu")
    assert work.today(now) == date(2026, 11, 3)
    assert work.today(now - 11 * 60_000) == date(2026, 11, 2)
    assert work.local(now).isoformat() == "2026-11-03T00:10:00+05:45"
    assert work.day_start(date(2026, 11, 3)) == now - 10 * 60_000
    assert work.at(date(2026, 11, 3), "9:05") == now + (8 * 60 + 55) * 60_000


@pytest.mark.parametrize(
    ("zone", "date_", "expected"),
    [
        (BERLIN, "2026-03-29", "2026-03-29 00:00+01:00"),
        ("Africa/Cairo", "2026-04-24", "2026-04-24 01:00+03:00"),  # clocks go forward at midnight
        ("America/Havana", "2026-11-01", "2026-11-01 00:00-04:00"),  # 00:30 comes twice
    ],
)
def test_where_a_day_begins(zone: str, date_: str, expected: str) -> None:
    assert reading(calendar(zone).day_start(day(date_)), zone, expected) == expected


@pytest.mark.parametrize(
    ("zone", "date_", "time", "expected"),
    [
        (BERLIN, "2026-03-29", "02:30", "2026-03-29 03:30+02:00"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25 02:30+02:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-04 02:40+11:00"),
        ("Pacific/Apia", "2011-12-30", "10:00", "2011-12-31 10:00+14:00"),
    ],
)
def test_a_time_of_day_in_a_gap_or_overlap(zone: str, date_: str, time: str, expected: str) -> None:
    assert reading(calendar(zone).at(day(date_), time), zone, expected) == expected


@pytest.mark.parametrize(
    ("moment", "times", "same_date", "next_time"),
    [
        ("2026-11-03 08:00", "10:00", "2026-11-03 10:00", "2026-11-03 10:00"),
        ("2026-11-03 10:00", "10:00", "2026-11-03 10:00", "2026-11-03 10:00"),
        ("2026-11-03 17:30", "10:00", "2026-11-03 10:00", "2026-11-04 10:00"),
        ("2026-11-03 08:00", "18:00 09:00", "2026-11-03 09:00", "2026-11-03 09:00"),
        ("2026-11-03 17:30", "18:00 09:00", "2026-11-03 18:00", "2026-11-03 18:00"),
        ("2026-11-03 18:01", "18:00 09:00", "2026-11-04 09:00", "2026-11-04 09:00"),
        ("2026-03-29 02:00", "02:30", "2026-03-29 02:30", "2026-03-29 02:30"),
    ],
)
def test_moments_with_a_time_of_day(moment: str, times: str, same_date: str, next_time: str) -> None:
    work, start = calendar(MOSCOW), instant(moment, MOSCOW)
    assert reading(work.with_time(start, times.split()), MOSCOW) == same_date
    assert reading(work.next_time(start, times.split()), MOSCOW) == next_time


@pytest.mark.parametrize(
    ("zone", "moment", "time", "expected"),
    [
        ("Pacific/Apia", "2011-12-29 11:00", "10:00", "2011-12-31 10:00"),  # a date that never was
        ("America/Nuuk", "2026-03-29 00:10", "23:30", "2026-03-29 00:30"),  # yesterday's, from a gap up to midnight
        ("America/St_Johns", "2010-11-06 23:30-03:30", "00:00", "2010-11-08 00:00"),  # clocks went back over midnight
    ],
)
def test_the_next_time_of_day_where_clocks_change(zone: str, moment: str, time: str, expected: str) -> None:
    work = calendar(zone)
    assert reading(work.next_time(instant(moment, zone), [time]), zone) == expected


@pytest.mark.parametrize("time", ["24:00", "25:00", "9", "09:60", "24:01", "", "-1:00", "09:30:00", "٠٩:٣٠"])
def test_what_is_no_time_of_day(time: str) -> None:
    with pytest.raises(ValueError, match=r"24:00|time of day"):
        calendar(MOSCOW).at(date(2026, 1, 1), time)


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ({"hours": "18:00-09:00"}, r"hours 18:00-09:00 end before they begin; write a night as two"),
        ({"hours": "09:00-09:00"}, "end before they begin"),
        ({"hours": "09:00-25:00"}, "'25:00' is no time of day"),
        ({"hours": "09:00-24:01"}, "'24:01' is later than 24:00"),
        ({"hours": "09:00-18:00 someday"}, "'someday' is no weekday: write one of monday"),
        ({"off": "2026-02-31"}, "day is out of range for month"),
        ({"off": "2026-02-03..2026-02-01"}, "2026-02-03 to 2026-02-01 ends before it begins"),
        ({"country": "russia"}, "did you mean ru?"),
    ],
)
def test_a_senseless_calendar_is_refused_by_name(declared: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=rf"calendar 'shop': .*{why.replace('?', '[?]')}"):
        calendar(MOSCOW, **declared)


def test_a_senseless_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown time zone 'Moscow': did you mean Europe/Moscow\?"):
        calendar("Moscow")


def test_years_beyond_every_calendar() -> None:
    work = calendar(MOSCOW)
    for year in (1900, 2101):
        with pytest.raises(OutOfRange, match="1901 to 2100"):
            work.is_workday(date(year, 6, 1))
    for date_ in (date.min, date.max):
        with pytest.raises(OutOfRange):
            work.day_start(date_)
    for moment in (-(10**17), 10**17):
        with pytest.raises(OutOfRange):
            work.local(moment)
