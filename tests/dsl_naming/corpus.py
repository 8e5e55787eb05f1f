"""The labelled stage names (docs/lint-naming.md), and the tool that measures the rules on them."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / "corpus"
OPEN, FROZEN = "stage_names.tsv", "stage_names_frozen.tsv"
LABELS = ("swamp", "action", "done", "noun", "other")


@dataclass(frozen=True, slots=True)
class Name:
    """One row of a file of the corpus."""

    text: str
    language: str
    label: str
    source: str

    @property
    def key(self) -> str:
        return " ".join(self.text.casefold().replace("ё", "е").split())

    @property
    def is_frozen(self) -> bool:
        """Whether its hash puts it into the frozen third."""
        return int(hashlib.sha256(self.key.encode()).hexdigest()[:8], 16) % 3 == 0


def read(part: str) -> list[Name]:
    with (FOLDER / part).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Name(row["name"], row["language"], row["label"], row["source"]) for row in rows]


def parts() -> list[str]:
    return sorted(path.name for path in FOLDER.glob("*.tsv"))


def tool() -> ModuleType:
    """docs/tools/naming.py as a module."""
    found = sys.modules.get("naming_tool")
    if found is None:
        spec = importlib.util.spec_from_file_location("naming_tool", ROOT / "docs" / "tools" / "naming.py")
        assert spec is not None
        assert spec.loader is not None
        found = importlib.util.module_from_spec(spec)
        sys.modules["naming_tool"] = found
        spec.loader.exec_module(found)
    return found
