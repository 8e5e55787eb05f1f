"""The reference tells every sentence of the grammar, and nothing is found in its examples."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from voronka.dsl.check import check_text
from voronka.stdlib.library import library

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "docs" / "tools"


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("reference")


@pytest.mark.drift
def test_the_reference_is_up_to_date() -> None:
    ran = subprocess.run([sys.executable, str(TOOLS / "reference.py"), "--check"], check=False)
    assert ran.returncode == 0, "run: python docs/tools/reference.py"


def test_the_reference_tells_every_sentence_and_every_word(reference: ModuleType) -> None:
    assert reference.untold() == set()
    assert reference.unshown() == set()


def test_nothing_is_found_in_an_example(reference: ModuleType) -> None:
    for chapter in reference.chapters():
        texts = reference.texts(chapter)
        found = check_text("example.pipeline", texts["example.pipeline"], library(), texts).diagnostics
        assert [(chapter.en, one.code.id, one.message()) for one in found] == []
