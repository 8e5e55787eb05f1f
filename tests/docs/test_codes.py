"""The page of codes is made of the same pages that ``voronka explain`` prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from voronka.dsl.text.codes import ALL

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.drift
def test_the_page_of_codes_is_up_to_date() -> None:
    ran = subprocess.run([sys.executable, str(ROOT / "docs" / "tools" / "codes.py"), "--check"], check=False)
    assert ran.returncode == 0, "run: python docs/tools/codes.py"


@pytest.mark.parametrize("page", ["codes.md", "codes.ru.md"])
def test_the_page_of_codes_names_them_all(page: str) -> None:
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    assert [line[4:] for line in lines if line.startswith("### V")] == [str(code) for code in ALL.values()]
