"""Triggers that come again, as lists of the turns a reader would expect (R35, language.md Meaning 6)."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.engine_time.clocks import calendar, instant, reading
from voronka.dsl.definition.values import Instant
from voronka.engine.time.wall import OutOfRange
from voronka.stdlib.cron import validate_cron

MOSCOW, BERLIN, HOWE = "Europe/Moscow", "Europe/Berlin", "Australia/Lord_Howe"
APIA, NUUK = "Pacific/Apia", "America/Nuuk"  # a skipped day; a gap that ends at midnight

# zone, start, every, the first turns after it. 4 November 2026 is a Wednesday and a holiday in Russia.
TURNS = [
    (MOSCOW, "2026-11-03 17:30", "2 hour", "2026-11-03 19:30 | 2026-11-03 21:30 | 2026-11-03 23:30 | 2026-11-04 01:30"),
    (MOSCOW, "2026-11-03 17:30", "1.5 hour", "2026-11-03 19:00 | 2026-11-03 20:30"),
    (MOSCOW, "2026-11-03 17:30", "2 workhour", "2026-11-05 10:30 | 2026-11-05 12:30"),
    # A period is counted from the start, and the first turn comes when it is over.
    (MOSCOW, "2026-11-03 17:30", "3 workday", "2026-11-09 17:30 | 2026-11-12 17:30"),
    (MOSCOW, "2026-11-03 17:30", "3 workday 10:00", "2026-11-09 10:00 | 2026-11-12 10:00 | 2026-11-17 10:00"),
    (MOSCOW, "2026-11-07 12:00", "3 workday 10:00", "2026-11-12 10:00 | 2026-11-17 10:00"),
    (MOSCOW, "2026-11-03 19:00", "3 workday 09:00 18:00", "2026-11-10 09:00 | 2026-11-10 18:00 | 2026-11-13 09:00"),
    (MOSCOW, "2026-11-03 17:30", "2 day 10:00", "2026-11-05 10:00 | 2026-11-07 10:00"),
    # Every day and every workday have no phase: the start's own date counts.
    (MOSCOW, "2026-11-03 17:30", "1 day 09:00", "2026-11-04 09:00 | 2026-11-05 09:00"),
    (MOSCOW, "2026-11-03 17:30", "1 day 18:00", "2026-11-03 18:00 | 2026-11-04 18:00"),
    (
        MOSCOW,
        "2026-11-03 17:30",
        "1 workday 18:00 09:00",
        "2026-11-03 18:00 | 2026-11-05 09:00 | 2026-11-05 18:00 | 2026-11-06 09:00 | 2026-11-06 18:00",
    ),
    (MOSCOW, "2026-11-03 18:30", "1 workday 20:00", "2026-11-03 20:00 | 2026-11-05 20:00"),  # as written, after hours
    (MOSCOW, "2026-11-03 09:00", "1 workday 09:00", "2026-11-05 09:00"),  # never at the start itself
    (MOSCOW, "2026-11-03 17:30", "1 day", "2026-11-04 17:30 | 2026-11-05 17:30"),
    (MOSCOW, "2026-11-03 17:30", "1 week 10:00", "2026-11-10 10:00 | 2026-11-17 10:00"),
    # Longer units have one, even one of them.
    (MOSCOW, "2026-11-03 09:00", "1 week 10:00", "2026-11-10 10:00 | 2026-11-17 10:00"),
    (MOSCOW, "2026-11-03 09:00", "1 month 10:00", "2026-12-03 10:00 | 2027-01-03 10:00"),
    # Months are counted from the start, so their ends come back.
    (MOSCOW, "2026-01-31 12:00", "1 month 10:00", "2026-02-28 10:00 | 2026-03-31 10:00 | 2026-04-30 10:00"),
    (MOSCOW, "2026-01-31 12:00", "1 month", "2026-02-28 12:00 | 2026-03-31 12:00"),
    (MOSCOW, "2028-02-29 12:00", "1 year", "2029-02-28 12:00 | 2030-02-28 12:00"),
    (MOSCOW, "2028-02-29 12:00", "4 year", "2032-02-29 12:00 | 2036-02-29 12:00"),
    # Gaps and overlaps: nothing is skipped, nothing comes twice.
    (BERLIN, "2026-03-27 12:00", "1 day 02:30", "2026-03-28 02:30 | 2026-03-29 03:30 | 2026-03-30 02:30"),
    (BERLIN, "2026-03-28 12:00", "1 day 02:30 03:00", "2026-03-29 03:00 | 2026-03-29 03:30 | 2026-03-30 02:30"),
    (BERLIN, "2026-03-28 12:00", "1 day 02:30 03:30", "2026-03-29 03:30 | 2026-03-30 02:30 | 2026-03-30 03:30"),
    (BERLIN, "2026-10-24 12:00", "1 day 02:30", "2026-10-25 02:30+02:00 | 2026-10-26 02:30+01:00"),
    (BERLIN, "2026-10-25 00:30", "1 hour", "2026-10-25 01:30+02:00 | 2026-10-25 02:30+02:00 | 2026-10-25 02:30+01:00"),
    (HOWE, "2026-10-03 12:00", "1 day 02:15", "2026-10-04 02:45 | 2026-10-05 02:15"),
    (NUUK, "2026-03-27 12:00", "1 day 23:30", "2026-03-27 23:30 | 2026-03-29 00:30 | 2026-03-29 23:30"),
    (NUUK, "2026-02-28 12:00", "1 month 23:30", "2026-03-29 00:30 | 2026-04-28 23:30"),
    (APIA, "2011-12-28 12:00", "1 day 10:00", "2011-12-29 10:00 | 2011-12-31 10:00 | 2012-01-01 10:00"),
    (APIA, "2011-12-28 12:00", "1 day", "2011-12-29 12:00 | 2011-12-31 12:00 | 2012-01-01 12:00"),
]


@pytest.mark.requirement("R35")
@pytest.mark.parametrize(("zone", "start", "what", "expected"), TURNS)
def test_turns(zone: str, start: str, what: str, expected: str) -> None:
    n, unit, *times = what.split()
    work = calendar(zone, "ru")
    begin = after = instant(start, zone)
    for turn in expected.split(" | "):
        after = work.every(begin, Decimal(n), unit, times, after)
        assert reading(after, zone, turn) == turn
        assert type(after) is Instant
        # Nothing needs to know the turn before.
        assert work.every(begin, Decimal(n), unit, times, after - 1) == after


def test_asked_about_an_earlier_moment_the_first_turn_answers() -> None:
    work, start = calendar(MOSCOW, "ru"), instant("2026-11-03 17:30", MOSCOW)
    for n, unit, times in ((3, "workday", ["10:00"]), (2, "hour", []), (1, "month", []), (4, "workhour", [])):
        assert work.every(start, n, unit, times, 0) == work.every(start, n, unit, times, start)


@pytest.mark.parametrize(
    ("n", "unit", "times", "why"),
    [
        ("0", "day", [], "must be positive"),
        ("-1", "workday", ["10:00"], "must be positive"),
        ("1.5", "day", [], "can have a fraction"),
        ("0.5", "min", [], "at least a minute"),
        ("-2", "hour", [], "at least a minute"),
        ("2", "hour", ["10:00"], "times of day need days or longer"),
        ("1", "day", ["25:00"], "no time of day"),
        ("1", "day", ["24:00"], "24:00 only ends working hours"),
        ("1", "fortnight", [], "unknown unit"),
        ("1", "fortnight", ["10:00"], "unknown unit"),
    ],
)
def test_a_senseless_period_is_refused(n: str, unit: str, times: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        calendar(MOSCOW).every(0, Decimal(n), unit, times, 0)


def test_no_turn_beyond_every_calendar() -> None:
    work = calendar(MOSCOW)
    for n, unit in ((90_000, "workday"), (9000, "year"), (10**9, "hour")):
        with pytest.raises(OutOfRange):
            work.every(0, n, unit, [], 0)


# zone, cron, after, the first matches
CRON = [
    (BERLIN, "0 8 1 1,4,7,10 *", "2026-11-03 17:30", "2027-01-01 08:00 | 2027-04-01 08:00 | 2027-07-01 08:00"),
    (MOSCOW, "0 9 * * MON-FRI", "2026-11-06 09:00", "2026-11-09 09:00 | 2026-11-10 09:00"),
    (MOSCOW, "0 9 13 * fri", "2026-11-06 09:00", "2026-11-13 09:00 | 2026-11-20 09:00"),  # day of month or day of week
    (MOSCOW, "0 0 29 2 *", "2026-11-06 09:00", "2028-02-29 00:00 | 2032-02-29 00:00"),
    (MOSCOW, "*/20 * * * *", "2026-11-06 09:00:00.001", "2026-11-06 09:20 | 2026-11-06 09:40"),
    # In a gap: once, when it ends.
    (BERLIN, "30 2 * * *", "2026-03-28 12:00", "2026-03-29 03:00+02:00 | 2026-03-30 02:30+02:00"),
    (BERLIN, "*/20 2,3 * * *", "2026-03-28 12:00", "2026-03-29 03:00+02:00 | 2026-03-29 03:20+02:00"),
    (BERLIN, "30 2 * * *", "2026-03-29 03:00", "2026-03-30 02:30+02:00"),
    (HOWE, "15 2 * * *", "2026-10-03 12:00", "2026-10-04 02:30+11:00 | 2026-10-05 02:15+11:00"),
    (APIA, "0 10 30 12 *", "2011-12-29 12:00", "2011-12-31 00:00+14:00 | 2012-12-30 10:00+14:00"),
    # In an overlap: once, at its first coming.
    (BERLIN, "30 2 * * *", "2026-10-24 12:00", "2026-10-25 02:30+02:00 | 2026-10-26 02:30+01:00"),
    (BERLIN, "30 2 * * *", "2026-10-25 02:10+01:00", "2026-10-26 02:30+01:00"),
    (BERLIN, "*/30 * * * *", "2026-10-25 02:00+02:00", "2026-10-25 02:30+02:00 | 2026-10-25 03:00+01:00"),
]


@pytest.mark.parametrize(("zone", "expr", "start", "expected"), CRON)
def test_cron(zone: str, expr: str, start: str, expected: str) -> None:
    work, after = calendar(zone), instant(start, zone)
    for match in expected.split(" | "):
        after = work.cron(expr, after)
        assert reading(after, zone, match) == match


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("61 * * * *", "'61' is no minute"),
        ("* 24 * * *", "'24' is no hour"),
        ("0 0 0 * *", "'0' is no day of month"),
        ("0 0 * 13 *", "'13' is no month"),
        ("0 0 * * 8", "'8' is no day of week"),
        ("*/0 * * * *", "'*/0' is no minute"),
        ("a b c d e", "'a' is no minute"),
        ("H * * * *", "'H' is no minute"),
        ("R(1-5) * * * *", "is no minute"),
        ("* * *", "has 3 fields, it needs 5: minute, hour, day of month, month, day of week"),
        ("* * * * * *", "has 6 fields"),
        ("@daily", "has 1 fields"),
        ("", "has 0 fields"),
        ("0 0 31 2 *", "never comes true"),
        ("0 0 31 2,4 *", "never comes true"),
        ("1," * 80 + "1 * * * *", "longer than 120 characters"),
    ],
)
def test_a_bad_cron_expression_says_what_is_wrong(expr: str, why: str) -> None:
    message = validate_cron(expr)
    assert message is not None
    assert why in message.en
    assert re.search("[а-я]", message.ru)
    with pytest.raises(ValueError, match="cron expression"):
        calendar(MOSCOW).cron(expr, 0)


@pytest.mark.parametrize(
    "expr",
    [
        "0 8 1 1,4,7,10 *",
        "*/15 9-18 * * mon-fri",
        "0 9 L * *",
        "0 9 15W * *",
        "0 9 * * 5#1",
        "0 0 29 2 *",
        " 0  9 ? * * ",
    ],
)
def test_a_good_cron_expression(expr: str) -> None:
    assert validate_cron(expr) is None
