"""Coverage: what scenarios went through is counted once, both sides, with its place (U7)."""

from __future__ import annotations

import pytest

from tests.engine_scenario.shop import SCENARIOS, SHOP, programs
from voronka.engine.scenario import run_scenario
from voronka.engine.scenario.coverage import Coverage, covered
from voronka.engine.scenario.points import SIDES, Watched


def coverage(text: str) -> Coverage:
    watched = Watched(programs(text).definition)
    found = covered(watched)
    for place, scenario in enumerate(watched.definition.scenarios):
        outcome = run_scenario(watched, scenario)
        assert outcome.failure is None, outcome.failure
        found.add(place, watched.passed(outcome))
    return found


def gaps(text: str) -> list[str]:
    return [f"{g.point.loc.line} {g.point.kind} {g.point.name}: {', '.join(g.sides)}" for g in coverage(text).gaps()]


@pytest.mark.requirement("U7")
def test_gaps_are_what_no_scenario_went_through() -> None:
    assert sorted(gaps(SHOP + SCENARIOS)) == [
        "14 gate check amount > 0 RUB: failed",
        "18 limit new: exceeded",
        "28 require need: missing",
        "30 approval cheap: approved, rejected",
        "30 branch amount < 200 RUB: true",
        "30 deadline cheap: kept, missed",
        "31 branch amount > 500 RUB: false",
        "32 wait payment: ran out",
        "38 reason rival: used",
    ]


MORE = {
    'deal deals { amount = 600 RUB }\n  try set amount = -5 RUB\n  expect blocked by "The amount must be above zero"': (
        "14 gate check amount > 0 RUB: failed",
    ),
    "deal deals {}\n  wait 3 days\n  expect stage is new": ("18 limit new: exceeded",),
    "deal deals { amount = 600 RUB }\n  try move to offered\n  expect blocked by require need": (
        "28 require need: missing",
    ),
    'deal deals { amount = 150 RUB  need = "Site" }\n  move to offered\n  done cheap as approved': (
        "30 branch amount < 200 RUB: true",
        "31 branch amount > 500 RUB: false",
    ),
    'deal deals { amount = 600 RUB  need = "Site" }\n  move to offered\n  wait 3 days\n  expect stage is offered': (
        "32 wait payment: ran out",
    ),
    'deal deals {}\n  lose as rival because "Cheaper"\n  expect stage is failed': ("38 reason rival: used",),
}


@pytest.mark.requirement("U7")
@pytest.mark.parametrize(("steps", "closed"), list(MORE.items()), ids=[names[0] for names in MORE.values()])
def test_a_scenario_that_goes_there_closes_the_gap(steps: str, closed: tuple[str, ...]) -> None:
    before = set(gaps(SHOP + SCENARIOS))
    after = set(gaps(f'{SHOP}{SCENARIOS}\nscenario "One more" {{\n  {steps}\n}}\n'))
    assert set(closed) <= before
    assert not set(closed) & after
    assert after <= before | {"30 approval cheap: rejected", "30 deadline cheap: missed"}


def test_nothing_is_gone_through_where_no_scenario_is() -> None:
    found = coverage(SHOP)
    assert found.share().hit == 0
    assert found.share().all == sum(len(SIDES[point.kind]) for _, point in found.counted())


def test_shares_add_up() -> None:
    found = coverage(SHOP + SCENARIOS)
    kinds = found.kinds("deals")
    assert sum(share.hit for _, share in kinds) == found.share().hit
    assert sum(share.all for _, share in kinds) == found.share().all
    assert found.share().all - found.share().hit == sum(len(gap.sides) for gap in found.gaps())


def test_modules_of_the_library_are_tested_there() -> None:
    with_nps = SHOP.replace('won success "Success"', 'won success "Success" { include nps { to = email } }')
    found = coverage(f"use std.nps\n\n{with_nps}{SCENARIOS}")
    assert any(point.loc.file == "std/nps.pipeline" for point in found.sheet.points)
    assert {point.loc.file for _, point in found.counted()} == {"shop.pipeline"}


def test_watched_programs_decide_as_others_do() -> None:
    plain = programs(SHOP + SCENARIOS)
    watched = Watched(plain.definition)
    for scenario in plain.definition.scenarios:
        journals = [run_scenario(one, scenario).journal for one in (plain, watched)]
        assert [(d.event, d.changes, d.unmet) for d in journals[0]] == [
            (d.event, d.changes, d.unmet) for d in journals[1]
        ]
