"""What was forgotten, beside the store: an older copy that is restored forgets it again (architecture.md, Personal
data).

A line names a sealed value by its digest, or an attached file by its own. A digest whose salt is gone says nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from voronka.engine.store.files import MEMORY

_LINE = re.compile(r"(value|file) ([0-9a-f]{32})")


def beside(store: str | Path) -> Path:
    """The list of a store."""
    return Path(f"{store}.forgotten")


def remember(store: str, values: Iterable[str], files: Iterable[str] = ()) -> None:
    """Add to the list, for good before this returns. Raises OSError."""
    lines = [*(f"value {digest}\n" for digest in values), *(f"file {key}\n" for key in files)]
    if store == MEMORY or not lines:
        return
    handle = os.open(beside(store), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, "".join(lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def remembered(store: str | Path) -> tuple[set[str], set[str]]:
    """(digests of values, digests of files) on the list; a line cut off by a crash counts for nothing."""
    path = beside(store)
    found: dict[str, set[str]] = {"value": set(), "file": set()}
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if match := _LINE.fullmatch(line):
                found[match[1]].add(match[2])
    return found["value"], found["file"]
