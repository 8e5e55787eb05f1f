"""What must hold for every calendar, and agreement with the slow reference."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_time.clocks import EPOCH, calendar, instant
from tests.engine_time.reference import MINUTE, Plain
from voronka.dsl.definition.values import UNITS, Duration
from voronka.engine.time.calendar import WorkCalendar
from voronka.engine.time.week import WEEKDAYS
from voronka.stdlib.zones import zone

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Europe/Moscow",
    "America/Nuuk",
)
FIRST = date(2026, 1, 1)
RUSSIA = calendar("Europe/Moscow", "ru")

minutes_from = st.integers(instant("2026-02-01 00:00", "UTC") // MINUTE, instant("2026-12-15 00:00", "UTC") // MINUTE)
instants = minutes_from.map(lambda minutes: minutes * MINUTE)
exact_instants = st.builds(lambda start, ms: start + ms, instants, st.integers(0, MINUTE - 1))
dates = st.integers(0, 380).map(lambda n: FIRST + timedelta(days=n))
clock_minutes = st.integers(0, 23 * 60 + 59)
signs = st.sampled_from((1, -1))
# Away from the small hours, whose repeated or skipped minutes the tables look at one by one.
hours = st.tuples(st.integers(4 * 60, 12 * 60), st.integers(12 * 60 + 1, 22 * 60))


@st.composite
def twins(draw: st.DrawFn) -> tuple[WorkCalendar, Plain]:
    """One calendar twice: as the engine has it, and as the reference."""
    name = draw(st.sampled_from(ZONES))
    standard = draw(hours)
    own = draw(st.dictionaries(st.integers(1, 6), hours, max_size=3))
    off = draw(st.frozensets(dates, max_size=30))
    working = draw(st.frozensets(dates, max_size=10))
    lines = [f"{clock(standard[0])}-{clock(standard[1])}"]
    lines += [f"{clock(a)}-{clock(b)} {WEEKDAYS[weekday]}" for weekday, (a, b) in own.items()]
    fast = calendar(name, hours="; ".join(lines), off=" ".join(map(str, off)), working=" ".join(map(str, working)))
    return fast, Plain(zone(name), dict.fromkeys(range(5), standard) | own, off, working)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@given(twins(), instants, st.integers(0, 1500), signs)
@settings(max_examples=150)
def test_working_time_agrees_with_minute_by_minute(
    both: tuple[WorkCalendar, Plain], start: int, n: int, sign: int
) -> None:
    fast, slow = both
    assert fast.add(start, Duration(Decimal(n) / 60, "workhour"), sign) == slow.add_minutes(start, n, sign)


@given(twins(), instants, st.integers(0, 40), signs)
@settings(max_examples=150)
def test_working_days_agree_with_day_by_day(both: tuple[WorkCalendar, Plain], start: int, n: int, sign: int) -> None:
    fast, slow = both
    assert fast.add(start, Duration(Decimal(n), "workday"), sign) == slow.add_days(start, n, sign)


@given(twins(), instants, st.integers(0, 20_000))
@settings(max_examples=60)
def test_working_time_between_agrees_with_a_count_of_minutes(
    both: tuple[WorkCalendar, Plain], start: int, length: int
) -> None:
    fast, slow = both
    end = start + length * MINUTE
    assert fast.working_between(start, end) == slow.worked(start, end) * MINUTE


@given(
    twins(),
    instants,
    st.integers(1, 4),
    st.sampled_from(("day", "workday")),
    st.lists(clock_minutes, min_size=1, max_size=4, unique=True),
    st.integers(0, 100),
)
@settings(max_examples=150)
def test_every_turn_comes_once_and_none_is_skipped(
    both: tuple[WorkCalendar, Plain], start: int, n: int, unit: str, times: list[int], skip: int
) -> None:
    fast, slow = both
    # In a gap two declared times may be one instant, and come in another order than written.
    expected = sorted(set(islice(slow.turns(start, n, unit, times), skip + 12)))[:-4]
    declared = [clock(minute) for minute in times]
    after = start
    for turn in expected:
        after = fast.every(start, n, unit, declared, after)
        assert after == turn
    # Asked from anywhere, not only from turn to turn: the instants just before and at a turn have it and the next one.
    for turn, following in pairwise(expected):
        assert fast.every(start, n, unit, declared, turn - 1) == turn
        assert fast.every(start, n, unit, declared, turn) == following


@given(exact_instants, st.integers(1, 5), st.sampled_from(UNITS), st.integers(0, 400 * 24 * 60), st.sampled_from(ZONES))
def test_every_period_is_the_first_multiple_after(start: int, n: int, unit: str, later: int, name: str) -> None:
    work = calendar(name)
    after = start + later * MINUTE
    turn = work.every(start, n, unit, [], after)
    assert turn > after
    # The number of periods in it, found by bisection over `add` alone.
    low, high = 0, 2_000_000
    while low < high:
        middle = (low + high) // 2
        if _added(work, start, middle * n, unit) > after:
            high = middle
        else:
            low = middle + 1
    assert turn == _added(work, start, max(1, low) * n, unit)


def _added(work: WorkCalendar, start: int, n: int, unit: str) -> float:
    try:
        return work.add(start, Duration(Decimal(n), unit))
    except ValueError:
        return float("inf")


@given(
    st.sampled_from(("0 9 * * *", "30 2 * * *", "*/20 1-3 * * *", "15 2 * 3,10 sun", "0 8 1 1,4,7,10 *")),
    exact_instants,
    st.sampled_from(ZONES),
)
def test_cron_strictly_increases_and_shows_what_was_asked(expr: str, after: int, name: str) -> None:
    work = calendar(name)
    for _ in range(5):
        turn = work.cron(expr, after)
        assert turn > after
        # Either the clock shows a match, or a gap has just ended.
        minute, hour = expr.split()[:2]
        local, before = work.local(turn), work.local(turn - 1)
        shows = (minute in (str(local.minute), "*/20") and local.minute % 5 == 0) and (
            hour == str(local.hour) or (hour == "1-3" and 1 <= local.hour <= 3)
        )
        skipped = local.replace(tzinfo=None) - before.replace(tzinfo=None)  # a millisecond, unless the clock jumped
        assert shows or skipped > timedelta(minutes=1)
        after = turn


@given(twins(), exact_instants, st.integers(0, 30_000_000))
def test_working_time_added_and_taken_away(both: tuple[WorkCalendar, Plain], start: int, amount: int) -> None:
    work = both[0]
    duration = Duration(Decimal(amount) / 3_600_000, "workhour")
    end = work.add(start, duration)
    assert work.working_between(start, end) == amount
    back = work.add(end, duration, -1)
    # The same place in working time; the close of a day and the next opening are one place.
    assert work.working_between(start, back) == 0
    first = work.first_working(start)
    if work.first_working(first - 1) == first - 1 and work.first_working(first + 1) == first + 1:
        assert back == first


@given(twins(), exact_instants, st.integers(0, 60), st.sampled_from(UNITS), signs)
def test_more_is_never_earlier(both: tuple[WorkCalendar, Plain], start: int, n: int, unit: str, sign: int) -> None:
    work = both[0]
    less, more = (work.add(start, Duration(Decimal(count), unit), sign) for count in (n, n + 1))
    assert less <= more if sign > 0 else less >= more


@given(
    twins(),
    exact_instants,
    st.integers(1, MINUTE * 60 * 24 * 3),
    st.integers(0, 20),
    st.sampled_from(("workday", "workhour", "min")),
)
def test_starting_later_is_never_due_earlier(
    both: tuple[WorkCalendar, Plain], start: int, later: int, n: int, unit: str
) -> None:
    work = both[0]
    duration = Duration(Decimal(n), unit)
    assert work.add(start, duration) <= work.add(start + later, duration)


@given(twins(), exact_instants, st.integers(0, 60), st.sampled_from(("workday", "workhour")), signs)
def test_working_units_end_at_a_working_instant(
    both: tuple[WorkCalendar, Plain], start: int, n: int, unit: str, sign: int
) -> None:
    work = both[0]
    end = work.add(start, Duration(Decimal(n), unit), sign)
    assert work.first_working(end) == end == work.last_working(end)
    assert work.is_workday(work.today(end))


@given(dates, st.integers(1, 2000))
def test_working_days_are_counted_as_they_are_added(day: date, n: int) -> None:
    after, before = RUSSIA.next_workday(day, n), RUSSIA.next_workday(day, -n)
    assert RUSSIA.is_workday(after)
    assert RUSSIA.is_workday(before)
    assert RUSSIA.work.workdays_between(day, after) == n
    # Counted are the days after the first one, up to and with the last one.
    assert RUSSIA.work.workdays_between(day, before) == -(n if RUSSIA.is_workday(day) else n - 1)


@given(st.integers(-(10**13), 10**14), st.sampled_from(ZONES))
def test_a_clock_reading_leads_back_to_its_instant(moment: int, name: str) -> None:
    work = calendar(name)
    local = work.local(moment)
    assert (local - EPOCH) // timedelta(milliseconds=1) == moment
    if not local.fold:  # a second coming reads as the first
        assert work.add(moment, Duration(Decimal(0), "day")) == moment
