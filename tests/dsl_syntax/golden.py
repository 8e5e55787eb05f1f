"""Golden files that a person can read, and how they are written anew: ``VORONKA_GOLDEN=write pytest …``."""

from __future__ import annotations

import os
from pathlib import Path

WRITE = os.environ.get("VORONKA_GOLDEN") == "write"


def settle(path: Path, text: str) -> None:
    """Compare a golden file with what came out now, or write it."""
    if WRITE:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
