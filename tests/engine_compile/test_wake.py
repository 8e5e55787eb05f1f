"""Conditions on time become timers: nothing flips between now and the wake (Meaning 6)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine_compile.trees import CALENDAR, DAY, HOUR, MINUTE, NOW, TODAY, a_deal, at, conditions, shown
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, DATE, DATETIME, DURATION, Type
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.compile import Ctx, condition, reads, refuted, wake
from voronka.engine.deal.state import Deal, TaskState

SEEDS = st.integers(0, 2**32 - 1)
HORIZON = 45 * DAY


def edges(d: Deal, now: int) -> Iterator[int]:
    """Instants at which something may well flip."""
    day = CALENDAR.today(now)
    for n in range(40):
        start = CALENDAR.day_start(day + timedelta(days=n))
        yield from (start + hours * HOUR for hours in (0, 9, 11, 18))
    moments = [value for value in d.f.values() if isinstance(value, Instant)]
    moments += [task.due for task in d.tasks.values() if task.due is not None]
    moments += [d.created, d.entered, *d.marks.values()]
    for moment in moments:
        for length in (0, MINUTE, 90 * MINUTE, 3 * HOUR, DAY, 3 * DAY, 7 * DAY, 31 * DAY):
            yield from (moment + length, moment - length)


def between(d: Deal, now: int, end: int, r: random.Random) -> Iterator[int]:
    """Instants after now and before the end, the edges and their neighbours among them."""
    near = {edge + step for edge in edges(d, now) for step in (-1, 0, 1)} | {now + 1, end - 1}
    near |= {r.randrange(now, end) for _ in range(10)}
    return (instant for instant in sorted(near) if now < instant < end)


def truth(expr: Expr) -> Callable[[Deal, Ctx], tuple[bool, bool]]:
    true, false = condition(expr), refuted(expr)
    return lambda d, c: (true(d, c), false(d, c))


def assert_nothing_flips_before_it_wakes(expr: Expr, r: random.Random, wakes: int = 3) -> None:
    says, waking = truth(expr), wake(expr)
    d, c = a_deal(r)
    for _ in range(wakes):
        alarm = waking(d, c)
        assert alarm is None or alarm > c.now
        before = says(d, c)
        for instant in between(d, c.now, min(alarm or c.now + HORIZON, c.now + HORIZON), r):
            assert says(d, at(c, instant)) == before, f"{shown(expr)} flips at {instant}, wakes at {alarm}"
        if alarm is None:
            return
        c = at(c, alarm)


@settings(max_examples=300)
@given(conditions(bare_now=False), SEEDS)
def test_nothing_flips_before_it_wakes(expr: Expr, seed: int) -> None:
    assert_nothing_flips_before_it_wakes(expr, random.Random(seed))


START = Expr("field", DATETIME, "starts_at")
SIGNED = Expr("field", DATE, "signed_on")
LASTS = Expr("field", DURATION, "lasts")
NOW_, TODAY_ = Expr("now", DATETIME), Expr("today", DATE)


def pair(op: str, left: Expr, right: Expr, kind: Type = BOOL) -> Expr:
    return Expr(op, kind, None, (left, right))


PLAIN = [
    (NOW_, START),
    (NOW_, SIGNED),
    (pair("add", NOW_, LASTS, DATETIME), START),
    (pair("sub", NOW_, LASTS, DATETIME), START),
    (pair("sub", NOW_, START, DURATION), LASTS),
    (pair("sub", START, NOW_, DURATION), LASTS),
    (pair("sub", NOW_, SIGNED, DURATION), LASTS),
]


@settings(max_examples=200)
@given(st.sampled_from(PLAIN), st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]), st.booleans(), SEEDS)
def test_bare_now_in_its_plain_forms_wakes_to_the_millisecond(
    sides: tuple[Expr, Expr], op: str, swapped: bool, seed: int
) -> None:
    left, right = reversed(sides) if swapped else sides
    assert_nothing_flips_before_it_wakes(pair(op, left, right), random.Random(seed), wakes=5)


def length(n: str, unit: str) -> Expr:
    return Expr("const", DURATION, Duration(Decimal(n), unit))


def instant(text: str) -> int:
    """On the clock of Berlin."""
    day, _, clock = text.partition(" ")
    return CALENDAR.at(date.fromisoformat(day), clock or "00:00")


# The day before is Saturday, 28 March 2026, 13:13:20; the clocks go forward that night.
LAST_CONTACT = Expr("last_contact", DATETIME)
EXACT = [
    # condition, what the deal holds, the wakes one after another
    (pair("older", LAST_CONTACT, length("3", "day")), {"contact": "2026-03-27 16:00"}, ["2026-03-30 16:00", None]),
    (pair("older", LAST_CONTACT, length("24", "hour")), {"contact": "2026-03-28 12:00"}, ["2026-03-29 13:00", None]),
    (pair("older", LAST_CONTACT, length("1", "workday")), {"contact": "2026-03-27 16:00"}, ["2026-03-30 16:00", None]),
    (pair("older", LAST_CONTACT, length("3", "day")), {}, [None]),
    (pair("older", SIGNED, length("3", "day")), {"signed_on": TODAY}, ["2026-04-01", None]),
    (pair("older", SIGNED, length("2", "hour")), {"signed_on": TODAY}, ["2026-03-29 03:00", None]),
    (
        pair("within", SIGNED, length("3", "day")),
        {"signed_on": date(2026, 4, 8)},
        ["2026-04-05", "2026-04-12", None],
    ),
    (pair("gt", NOW_, SIGNED), {"signed_on": date(2026, 4, 8)}, ["2026-04-08", ("2026-04-08", 1), None]),
    (pair("le", SIGNED, TODAY_), {"signed_on": date(2026, 4, 8)}, ["2026-04-08", "2026-04-09", None]),
    (
        pair("ge", SIGNED, pair("add", TODAY_, length("3", "workday"), DATE)),
        {"signed_on": date(2026, 4, 8)},
        ["2026-03-29", "2026-03-30", "2026-03-31"],
    ),
    (
        Expr("any", BOOL, "tasks", (Expr("item", BOOL, "overdue"),)),
        {"due": "2026-03-30 10:00"},
        ["2026-03-30 10:00", None],
    ),
    (Expr("task", BOOL, ("call", "overdue")), {"due": "2026-03-30 10:00"}, ["2026-03-30 10:00", None]),
    (Expr("task", BOOL, ("call", "open")), {"due": "2026-03-30 10:00"}, [None]),
]


@pytest.mark.requirement("R41")
@pytest.mark.parametrize(("expr", "holds", "wakes"), EXACT)
def test_wakes_are_exact(expr: Expr, holds: dict[str, object], wakes: list[str | tuple[str, int] | None]) -> None:
    d, c = Deal(1, "sales"), Ctx(NOW, CALENDAR)
    d.visit = 1
    d.f = {"signed_on": holds.get("signed_on")}
    if "contact" in holds:
        d.marks["contact"] = instant(str(holds["contact"]))
    if "due" in holds:
        d.tasks[1] = d.latest["call"] = TaskState(1, "call", "p", 1, NOW, due=instant(str(holds["due"])))
    waking = wake(expr)
    for expected in wakes:
        text, more = expected if isinstance(expected, tuple) else (expected, 0)
        alarm = waking(d, c)
        assert alarm == (None if text is None else instant(text) + more)
        if alarm is not None:
            c = at(c, alarm)


def test_older_turns_true_at_its_wake_and_not_before() -> None:
    expr = pair("older", LAST_CONTACT, length("3", "day"))
    d, c = Deal(1, "sales"), Ctx(NOW, CALENDAR)
    d.visit = 1
    d.marks["contact"] = NOW - HOUR
    alarm = wake(expr)(d, c)
    assert alarm is not None
    assert [condition(expr)(d, at(c, alarm + step)) for step in (-1, 0, 1)] == [False, True, True]


def test_what_cannot_be_solved_is_looked_at_every_minute() -> None:
    later_than_start = pair("gt", Expr("call", DATETIME, "max", (NOW_, START)), START)
    d, c = Deal(1, "sales"), Ctx(NOW, CALENDAR)
    d.visit = 1
    d.f = {"starts_at": Instant(NOW + DAY)}
    assert wake(later_than_start)(d, c) == NOW - NOW % MINUTE + MINUTE


@given(conditions())
@settings(max_examples=100)
def test_what_reads_no_time_never_wakes(expr: Expr) -> None:
    d, c = a_deal(random.Random(1))
    if "time" not in reads(expr):
        assert wake(expr)(d, c) is None
