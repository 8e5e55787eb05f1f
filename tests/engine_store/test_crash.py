"""Killed at any moment, a store has all that was acknowledged and nothing by halves (U10)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine_store.ledger import opened
from voronka.engine.store import read
from voronka.engine.store.verify import verify

ROUNDS = 8
SEED = 20261122

# Each acknowledgement goes out only after its commit; what the parent has read must be in the store.
WRITER = """
import sys
from tests.engine_store.ledger import NOON, Ledger, opened
from voronka.engine.store.writer import Writer

store = opened(sys.argv[1])
ledger = Ledger(store)
while True:
    with Writer(store, NOON) as writer:
        made = []
        for _ in range(3):
            number = ledger.next_deal
            changes = [("new", "sales", NOON), ("set", "phone", f"+7999{number:07}"), ("stage", "new", NOON),
                       ("timer", "v:x", NOON + number, 1, None)]
            ledger.put(writer, number, "create", changes, key=f"k{number}")
            made.append(number)
    print(*made, flush=True)
"""


@pytest.mark.requirement("U10")
def test_killed_writers_lose_nothing_acknowledged(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    path = tmp_path / "voronka.db"
    dice = random.Random(SEED)
    environment = {**os.environ, "PYTHONPATH": str(pytestconfig.rootpath)}
    acknowledged: set[int] = set()
    for _ in range(ROUNDS):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdout is not None
        for _ in range(dice.randrange(1, 12)):
            acknowledged |= {int(number) for number in process.stdout.readline().split()}
        process.send_signal(signal.SIGKILL)
        acknowledged |= {
            int(n) for line in process.stdout.read().splitlines(True) if line.endswith("\n") for n in line.split()
        }
        process.wait()
        process.stdout.close()
        with opened(path) as store:
            report = verify(store)
            assert report.ok, report.problems
            assert report.deals % 3 == 0
            assert acknowledged
            for number in acknowledged:
                found = read.deal(store, number)
                assert found is not None
                assert found.f["phone"] == f"+7999{number:07}"
