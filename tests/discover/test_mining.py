"""What a log shows: counts against counting by hand, the order, ends, limits, gates, reasons (U12)."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.discover.conftest import Written
from tests.discover.made import log_of, shop
from voronka.engine.discover.ends import Fate, ends_of
from voronka.engine.discover.findings import Findings, understand
from voronka.engine.discover.mining import mine, order, percentile, quiet_after
from voronka.engine.discover.reading import Choices, read_log
from voronka.stdlib.zones import zone

UTC = zone("UTC")
COURSES = st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), min_size=1, max_size=12)


@given(COURSES)
def test_counts_are_those_of_counting_by_hand(courses: list[list[str]]) -> None:
    log = log_of(courses)
    mined = mine(log)
    number = {name: n for n, name in enumerate(log.activities)}
    follows = Counter((number[a], number[b]) for course in courses for a, b in itertools.pairwise(course))
    before: Counter[tuple[int, int]] = Counter()
    for course in courses:
        for a in set(course):
            for b in set(course):
                if course.index(a) < course.index(b):
                    before[number[a], number[b]] += 1
    assert mined.follows == follows
    assert mined.before == before
    assert mined.cases == Counter(number[a] for course in courses for a in set(course))
    assert mined.starts == Counter(number[course[0]] for course in courses)
    assert mined.ends == Counter(number[course[-1]] for course in courses)
    assert mined.variants == len({tuple(course) for course in courses})


@given(COURSES)
def test_no_neighbours_stand_against_the_majority(courses: list[list[str]]) -> None:
    log = log_of(courses)
    mined = mine(log)
    ordered = order(mined, mined.cases, log.activities)
    assert sorted(ordered) == sorted(mined.cases)
    assert all(mined.before[a, b] >= mined.before[b, a] for a, b in itertools.pairwise(ordered))


def test_the_order_is_the_majority_s_whatever_comes_first_in_the_file() -> None:
    log = log_of([["offer", "need"], *[["new", "need", "offer", "won"]] * 3, ["new", "offer", "need", "won"]])
    ordered = order(mine(log), range(4), log.activities)
    assert [log.activities[act] for act in ordered] == ["new", "need", "offer", "won"]


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([1], 0.9, 1), ([*range(1, 11)], 0.9, 9), ([*range(1, 12)], 0.9, 10), ([1, 2], 0.5, 1)],
)
def test_percentiles_are_nearest_ranks(values: list[int], share: float, found: int) -> None:
    assert percentile(values, share) == found


def test_ends_by_name_by_frequency_and_as_given() -> None:
    log = log_of([["new", "paid"], ["new", "paid"], ["new", "refused by client"], ["new", "talk", "new"]])
    ends = ends_of(log, mine(log))
    names = log.activities
    assert ([names[a] for a in ends.won], [names[a] for a in ends.lost]) == (["paid"], ["refused by client"])
    log = log_of([["a", "b", "x"], ["a", "x"], ["b", "x"]])
    ends = ends_of(log, mine(log))
    assert [log.activities[a] for a in ends.won] == ["x"]
    assert ends.how is not None
    assert "100 %" in ends.how.en
    ends = ends_of(log, mine(log), lost=[log.activities.index("x")])
    assert (ends.won, ends.count(Fate.LOST)) == ((), 3)


def test_a_case_silent_for_longer_than_any_has_ended() -> None:
    from voronka.engine.discover.log import Builder

    builder = Builder()
    day = 86_400_000
    for n in range(20):
        for place, act in enumerate(["new", "won"] if n else ["new"]):
            builder.add(str(n), act, (100 if n > 10 else 0) * day + place * day, "", {}, 0)
    log = builder.finish("made")
    assert quiet_after(log) == day
    assert ends_of(log, mine(log)).fates[0] is Fate.SILENT


@pytest.fixture
def found(written: Written) -> Findings:
    return understood(written("shop.csv", shop()))


def understood(path: Path) -> Findings:
    log, bad = read_log([path], Choices())
    assert not bad.count
    return understand(log, UTC)


def names(found: Findings, acts: list[int]) -> list[str]:
    return [found.log.activities[act] for act in acts]


@pytest.mark.requirement("U12")
def test_what_the_shop_s_log_says(found: Findings) -> None:
    assert names(found, [one.act for one in found.stages]) == [
        "Заявка получена",
        "Потребность выявлена",
        "КП отправлено",
    ]
    assert names(found, [one.act for one in found.won]) == ["Оплачено"]
    assert names(found, [act for act, _, _ in found.lost]) == ["Отказ клиента"]
    # every tenth of 60 asks for samples: a detour, not a stage
    assert [(found.log.activities[d.act], d.cases) for d in found.detours] == [("Образцы отправлены", 6)]
    first, _, offer = found.stages
    assert (first.cases, first.won, first.settled) == (60, 40, 60)
    assert [(found.log.activities[act], n) for act, n in offer.back] == [("Потребность выявлена", 15)]
    assert [found.fields[n].column.name for n, _ in offer.required] == ["amount"]
    assert found.explained is not None
    assert dict(found.explained.counts) == {"дорого": 10, "купили у других": 10}
    assert found.work is not None
    types = {one.column.name: (one.type, one.personal) for one in found.fields}
    assert types["phone"] == ("phone", True)
    assert types["amount"] == ("number", False)
    assert types["source"] == ("choice", False)
    assert {one.people for one in found.stages} == {3}


def test_passed_by_nobody_further_is_still_a_stage() -> None:
    # few reach the contract, but all who go further pass it
    log = log_of([["new", "lost"]] * 9 + [["new", "contract", "won"]])
    found = understand(log, UTC)
    assert names(found, [one.act for one in found.stages]) == ["new", "contract"]
    assert not found.detours
