"""Fuzzing of everything that reads what people and programs write: ``make fuzz``, ``make fuzz-long``.

With ``--runs`` every target gets its share of so many executions, from its seeds, drawn alike every time. With
``--minutes`` every target gets its share of so many minutes of CPU, and the inputs that reached something new are kept
in ``--keep`` for the next time. ``--again TARGET FILE`` runs one input by itself, which shows a bug without the fuzzer.
Exit code 1: something raised, took longer than PATIENCE or needed more than MEMORY; the input and what it raised are
told.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.fuzz.targets import TARGETS  # noqa: E402  (started by its path)

PATIENCE = 20  # seconds of one input, on a machine that has other things to do
MEMORY = 1_500  # MB
LONGER = 8  # times the size of inputs, where there is time
SEED = 1
_DONE = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COVERED = re.compile(r"cov: (\d+)")
_SLOWEST = re.compile(r"^slowest: ([\d.]+) s for (\d+) bytes", re.MULTILINE)
_FOUND = re.compile(r"Test unit written to (\S+)")


@dataclass(slots=True)
class Tally:
    """What became of a target so far. ``cpu``: seconds; ``slowest``: (seconds of CPU, bytes) of one input."""

    runs: int = 0
    cpu: float = 0.0
    covered: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    bugs: list[str] = field(default_factory=list)


def run_one(name: str, folder: Path, options: list[str], tally: Tally) -> None:
    """One worker, to its end."""
    log, bugs = folder / f"{name}.log", folder / "bugs"
    bugs.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(ROOT / "tests/fuzz/worker.py"), name, str(folder / name)]
    command += [f"-timeout={PATIENCE}", f"-rss_limit_mb={MEMORY}", "-print_final_stats=1", *options]
    with log.open("wb") as out:
        worker = subprocess.Popen([*command, f"-artifact_prefix={bugs}/{name}-"], stdout=out, stderr=out, cwd=ROOT)
        _, status, used = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(encoding="utf-8", errors="replace")
    tally.cpu += used.ru_utime + used.ru_stime
    tally.runs += int(match[1]) if (match := _DONE.search(said)) else 0
    tally.covered = max([tally.covered, *(int(number) for number in _COVERED.findall(said))])
    tally.slowest = max([tally.slowest, *((float(a), int(b)) for a, b in _SLOWEST.findall(said))])
    if worker.returncode:
        kept = match[1] if (match := _FOUND.search(said)) else "the seeds"
        tally.bugs.append(f"{name}: {kept} (exit code {worker.returncode})\n{_why(said)}")


def _why(said: str) -> str:
    """The traceback, else the last lines."""
    lines = said.splitlines()
    starts = [number for number, line in enumerate(lines) if "Uncaught Python exception" in line or "ALARM" in line]
    start = starts[0] if starts else len(lines) - 25
    return "\n".join("    " + line for line in lines[max(0, start) :][:40])


def shares(total: float, of: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    """What each target gets of ``total``."""
    whole = sum(of.values())
    for name, share in of.items():
        yield name, total * share / whole


def side_by_side(work: list[tuple[str, Path, list[str], Tally]]) -> None:
    """As many workers as there are cores; each takes the next piece of work."""
    waiting, lock = list(reversed(work)), threading.Lock()

    def take() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                piece = waiting.pop()
            run_one(*piece)
            name, tally = piece[0], piece[3]
            print(f"  {name:11} {tally.runs:8,} {tally.cpu:8.0f} s", "BUG" if tally.bugs else "", flush=True)

    threads = [threading.Thread(target=take) for _ in range(len(os.sched_getaffinity(0)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def counted(runs: int, folder: Path, tallies: dict[str, Tally]) -> None:
    work = []
    for name, share in shares(runs, {name: target.share for name, target in TARGETS.items()}):
        options = [f"-runs={round(share)}", f"-max_len={TARGETS[name].longest}", f"-seed={SEED}"]
        work.append((name, folder, options, tallies[name]))
    side_by_side(work)


def timed(minutes: float, folder: Path, tallies: dict[str, Tally]) -> None:
    """Rounds, until the processors have worked for so long; a busy machine needs more than one."""
    seed = int(time.time())
    while (left := minutes * 60 - sum(tally.cpu for tally in tallies.values())) > 0.02 * minutes * 60:
        work = []
        for name, share in shares(max(left, 60.0), {name: target.time for name, target in TARGETS.items()}):
            longest = TARGETS[name].longest * LONGER
            options = [f"-max_total_time={max(5, round(share))}", f"-max_len={longest}", f"-seed={seed}"]
            work.append((name, folder, options, tallies[name]))
        side_by_side(work)
        seed += 1
        if any(tally.bugs for tally in tallies.values()):
            return


def table(tallies: dict[str, Tally]) -> str:
    lines = [f"{'target':11} {'executions':>10} {'CPU, s':>8} {'reached':>8}  slowest input"]
    for name, tally in tallies.items():
        slow, size = tally.slowest
        lines.append(f"{name:11} {tally.runs:10,} {tally.cpu:8.0f} {tally.covered:8,}  {slow:.2f} s of {size:,} bytes")
    runs, cpu = sum(tally.runs for tally in tallies.values()), sum(tally.cpu for tally in tallies.values())
    return "\n".join([*lines, f"{'together':11} {runs:10,} {cpu:8.0f}"])


def main() -> int:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("--runs", type=int, default=100_000)
    said.add_argument("--minutes", type=float, help="minutes of CPU, instead of --runs")
    said.add_argument("--keep", type=Path, default=ROOT / ".fuzz", help="where inputs are kept (default: .fuzz)")
    said.add_argument("--target", action="append", choices=[*TARGETS], help="this one only; may be given again")
    said.add_argument("--again", nargs=2, metavar=("TARGET", "FILE"), help="run one input, without the fuzzer")
    given = said.parse_args()
    if given.again:
        TARGETS[given.again[0]].run(Path(given.again[1]).read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        print("this needs the extra fuzz: make fuzz sets it up", file=sys.stderr)
        return 2
    for name in set(TARGETS) - set(given.target or TARGETS):
        del TARGETS[name]
    tallies = {name: Tally() for name in TARGETS}
    started = time.monotonic()
    if given.minutes:
        timed(given.minutes, given.keep, tallies)
    else:
        folder = Path(tempfile.mkdtemp(prefix="voronka-fuzz-"))
        counted(given.runs, folder, tallies)
        if not any(tally.bugs for tally in tallies.values()):
            shutil.rmtree(folder)
    print(table(tallies))
    print(f"{time.monotonic() - started:.0f} s, inputs of at most {PATIENCE} s and {MEMORY:,} MB")
    bugs = [bug for tally in tallies.values() for bug in tally.bugs]
    for bug in bugs:
        print(f"\nBUG in {bug}", file=sys.stderr)
    if bugs:
        print("\nShow one again: python tests/fuzz/run.py --again TARGET FILE", file=sys.stderr)
    return 1 if bugs else 0


if __name__ == "__main__":
    sys.exit(main())
