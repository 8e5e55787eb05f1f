"""Small pipelines, each beside its near miss: what is broken is said, and nothing is said of what is not (U1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.dsl_flow.texts import deals, findings, library, other
from voronka.dsl.check.workspace import check

CASES = re.findall(
    r"^=== (.+) -> (.+)\n((?:(?!===).*\n?)*)", (Path(__file__).parent / "cases.txt").read_text("utf-8"), re.M
)


def composed(body: str) -> str:
    """The whole text of a case."""
    first, _, second = body.partition("--- q\n")
    return deals(first) + (other(second) if second else "")


@pytest.mark.requirement("U1")
@pytest.mark.parametrize(("name", "codes", "body"), CASES, ids=[case[0] for case in CASES])
def test_finding(name: str, codes: str, body: str) -> None:
    found = [one.code.id for one in findings(composed(body))]
    assert (" ".join(found) or "nothing") == codes


def test_all_cases_are_read() -> None:
    assert len(CASES) > 80
    assert len({name for name, _, _ in CASES}) == len(CASES)


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("folder", ["pipelines", "stdlib"])
def test_what_is_shipped_has_no_findings(folder: str) -> None:
    root = Path(__file__).parents[2] / folder
    found = check([root], library(), display_root=root).diagnostics
    assert [str(one.code) for one in found if one.code.id.startswith("V5") and one.severity != "note"] == []
