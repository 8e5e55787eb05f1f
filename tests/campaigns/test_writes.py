"""The disk is full, or broken, at each write in turn: it is said, the store is readable, the work goes on (U10).

``VORONKA_EVERY=1 pytest tests/campaigns/test_writes.py -s`` lets every single write fail; short runs take every fifth.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.daemon.place import environment

EVERY = os.environ.get("VORONKA_EVERY", "5")
SHIM = Path(__file__).with_name("failing.c")


@pytest.mark.component("gcc")
def test_every_write_fails_once(tmp_path: Path) -> None:
    shim = tmp_path / "failing.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-o", shim, SHIM, "-ldl"], check=True)
    run = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.failing", str(tmp_path), EVERY],
        env=environment(LD_PRELOAD=str(shim)),
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"VORONKA_EVERY={EVERY}\n{run.stdout}")
    assert run.returncode == 0, run.stderr
    # one line an error: its name, writes of a whole day, runs in which one failed, runs in which that was told
    lines = [line.split() for line in run.stdout.splitlines()]
    assert [line[0] for line in lines] == ["ENOSPC", "EIO"]
    for _, writes, _, failed, _, told, _ in lines:
        assert int(writes) > 200
        assert int(failed) >= int(writes) // int(EVERY)
        # what fails when the store is closed is no loss: the write-ahead log is folded back another time
        assert int(told) > 0.8 * int(failed)
