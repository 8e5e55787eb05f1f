"""What every test may rely on: markers for outside components, and hypothesis without a clock."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile

import pytest
from hypothesis import settings

# Examples are never timed: the machine may be busy. CI draws the same examples every time.
settings.register_profile("local", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def _package_index_answers() -> bool:
    """Whether pip, as this machine has it set up, can bring in a package."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--retries", "1", "-d", folder, "lark"]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


@functools.cache
def missing_component(name: str) -> str:
    """Why the outside component ``name`` cannot be used, or an empty string where it can.

    ``package-index`` is what pip installs from; any other name is a program on the PATH.
    """
    if name == "package-index":
        return "" if _package_index_answers() else "pip reaches no package index"
    return "" if shutil.which(name) else f"no program {name!r} on the PATH"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose component is missing; where CI=true nothing may be missing, so it fails there."""
    for marker in item.iter_markers("component"):
        (name,) = marker.args
        if why := missing_component(name):
            if os.environ.get("CI") == "true":
                pytest.fail(f"{why}; CI must have it", pytrace=False)
            pytest.skip(f"{why} (component {name!r})")
