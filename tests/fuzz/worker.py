"""One target under atheris: ``python tests/fuzz/worker.py TARGET CORPUS [libFuzzer's options]``.

What is slowest so far is told on standard error, in seconds of CPU, with the input kept beside the corpus.
"""

from __future__ import annotations

import logging
import random
import sys
import time
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

# What is imported here is watched for what it has not done yet; seeds are run, too: rooms import lazily.
with atheris.instrument_imports(include=["voronka"], enable_loader_override=False):
    from tests.fuzz.mutate import mutated
    from tests.fuzz.targets import TARGETS

    target = TARGETS[sys.argv[1]]
    seeds = list(target.seeds())
    for seed in seeds:
        target.run(seed)

words = [word.encode("utf-8", "surrogatepass") for word in target.words()]
corpus = Path(sys.argv[2])
slowest = 0.0


def one_input(data: bytes) -> None:
    global slowest
    started = time.process_time()
    target.run(data)
    spent = time.process_time() - started
    if spent > slowest * 1.2:
        slowest = spent
        corpus.with_name(f"{corpus.name}.slowest").write_bytes(data)
        print(f"slowest: {spent:.3f} s for {len(data)} bytes", file=sys.stderr, flush=True)


def another(data: bytes, most: int, seed: int) -> bytes:
    """Words two times in three, bytes else."""
    chance = random.Random(seed)
    if not words or chance.random() < 0.33:
        return atheris.Mutate(data, most)
    return mutated(data, words, seeds, most, chance)


if __name__ == "__main__":
    logging.disable()
    corpus.mkdir(parents=True, exist_ok=True)
    if not any(corpus.iterdir()):
        for number, seed in enumerate(seeds):
            (corpus / f"seed-{number:03}").write_bytes(seed)
    atheris.Setup([sys.argv[0], str(corpus), *sys.argv[3:]], one_input, custom_mutator=another)
    atheris.Fuzz()
