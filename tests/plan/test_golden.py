"""Plans as people read them, and deals after them, case by case in golden/*.txt (U3, U4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.golden import FOLDER, found

CASES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.requirement("U3", "U4", "R2")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_plan_and_deals_are_as_in_the_golden_file(path: Path) -> None:
    assert found(path) == path.read_text(encoding="utf-8")
