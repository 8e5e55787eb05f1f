"""A simulated year, twice, by two processes with hash seeds of their own: the same rows, byte for byte (U9).

``VORONKA_YEAR=1000 pytest tests/campaigns/test_year.py -s`` plays so many deals; ``VORONKA_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.daemon.place import environment

DEALS = int(os.environ.get("VORONKA_YEAR", "40"))
SEED = int(os.environ.get("VORONKA_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
DAYS = 365
PIPELINES = ("amocrm", "events", "academy", "leads", "tobiz")


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_year_twice(pipeline: str, tmp_path: Path) -> None:
    seed = SEED + PIPELINES.index(pipeline)
    print(f"VORONKA_SEED={SEED} VORONKA_YEAR={DEALS}")
    runs = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.campaigns.year"),
                *(pipeline, str(DEALS // len(PIPELINES)), str(seed), str(DAYS), str(tmp_path / f"{hashes}.db")),
            ],
            env=environment(PYTHONHASHSEED=hashes, TZ=zone),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for hashes, zone in (("1", "UTC"), ("2", "Asia/Kamchatka"))
    ]
    said = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    (first, _), (second, _) = said
    print(pipeline, first.strip())
    assert int(first.split()[0]) > DEALS
    assert first == second
