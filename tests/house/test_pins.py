"""constraints.txt pins what pyproject.toml asks for, and nothing else."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+")


def closure(requirements: list[str]) -> dict[str, str]:
    """Everything that ``requirements`` bring in here, by canonical name, at the versions installed."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        wanted = waiting.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        waiting += [
            needed
            for needed in map(Requirement, distribution(name).requires or [])
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        ]
    return {name: version(name) for name, _ in seen}


@pytest.mark.drift
def test_the_pins_are_what_pyproject_brings_in(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = closure([*project["dependencies"], *project["optional-dependencies"]["dev"]])
    installed.pop("pip", None)  # comes with the environment itself
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [line for line in pins if not PIN.fullmatch(line)] == []
    assert {canonicalize_name(name): pinned for name, pinned in (line.split("==") for line in pins)} == installed
