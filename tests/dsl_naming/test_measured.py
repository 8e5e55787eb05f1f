"""How often the naming rules are right, on names they were not written by (R15, R17, R18; issue 4 point 3)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.dsl_naming.corpus import FROZEN, ROOT, parts, tool

NEEDED = 0.95


@pytest.mark.requirement("R15", "R17", "R18")
@pytest.mark.parametrize("rule", ["swamp-name", "action-as-stage", "name-not-done"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_is_reported_of_the_frozen_third_is_right(rule: str, language: str) -> None:
    (found,) = [one for one in tool().measure(FROZEN) if (one.rule, one.language) == (rule, language)]
    assert found.reported >= 5
    assert found.right / found.reported >= NEEDED
    assert found.found / found.meant >= 0.8


@pytest.mark.parametrize("rule", ["swamp-name", "action-as-stage", "name-not-done"])
def test_what_is_reported_of_all_names_is_right(rule: str) -> None:
    every = [one for part in parts() for one in tool().measure(part) if one.rule == rule]
    right, reported = sum(one.right for one in every), sum(one.reported for one in every)
    assert right / reported >= NEEDED


def test_every_part_is_measured() -> None:
    assert set(tool().PARTS) == set(parts())


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (5, 10, 0.237, 0.763), (0, 10, 0.0, 0.278)]
)
def test_intervals_are_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert tool().wilson(right, of) == pytest.approx((low, high), abs=0.001)


@pytest.mark.drift
def test_the_tables_are_up_to_date() -> None:
    ran = subprocess.run([sys.executable, str(ROOT / "docs" / "tools" / "naming.py"), "--check"], check=False)
    assert ran.returncode == 0, "run: python docs/tools/naming.py"
