"""The pages about lint are made of the same texts that ``voronka explain`` prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from voronka.dsl.lint.registry import rules

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.drift
def test_the_pages_about_lint_are_up_to_date() -> None:
    ran = subprocess.run([sys.executable, str(ROOT / "docs" / "tools" / "lint.py"), "--check"], check=False)
    assert ran.returncode == 0, "run: python docs/tools/lint.py"


@pytest.mark.parametrize("page", ["lint.md", "lint.ru.md"])
def test_the_pages_about_lint_name_every_rule(page: str) -> None:
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    assert sorted(line[4:] for line in lines if line.startswith("### L")) == sorted(str(rule.code) for rule in rules())
