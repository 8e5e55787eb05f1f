"""Findings as they are shown, in both languages: broken pipelines and what is said of them, side by side in golden/."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dsl_flow.texts import findings, shown
from voronka.dsl.text.codes import flow
from voronka.dsl.text.codes.base import Code

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.pipeline"))


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("name", NAMES)
def test_findings_read_as_in_the_golden_file(name: str) -> None:
    text = (GOLDEN / f"{name}.pipeline").read_text(encoding="utf-8")
    found = "\n\n".join(shown(one) for one in findings(text, notes=True, name=f"{name}.pipeline"))
    assert f"{found}\n" == (GOLDEN / f"{name}.out").read_text(encoding="utf-8")


def test_every_code_is_shown() -> None:
    shown_codes = {line[:4] for name in NAMES for line in (GOLDEN / f"{name}.out").read_text("utf-8").splitlines()}
    assert {code.id for code in vars(flow).values() if isinstance(code, Code)} <= shown_codes
