"""The numbers: ``python bench/run.py [NAME…] [--json] [--quick]``.

Every figure is a ratio of medians of interleaved runs in one process, so it means the same on every machine;
docs/bench.md says what each one is. Limits are printed beside the ratios and never change the exit code: a busy machine
is no error.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from dataclasses import asdict

from measures.harness import Line

NAMES = (
    "conditions",
    "durable",
    "check",
    "parse",
    "edit",
    "reload",
    "completion",
    "tick",
    "group",
    "clients",
    "memory",
    "olist",
    "start",
    "dryrun",
    "why",
    "reports",
    "backtest",
    "whatif",
    "discover",
)


def main() -> int:
    """Measure what was asked for, all by default, and print it."""
    parser = argparse.ArgumentParser(description="Measure voronka; ratios of medians in one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)}; all by default")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--quick", action="store_true", help="fewer runs: for a look, not for a record")
    options = parser.parse_args()
    if odd := [name for name in options.names if name not in NAMES]:
        parser.error(f"no such measure: {', '.join(odd)}; there are {', '.join(NAMES)}")
    found: dict[str, list[Line]] = {}
    for name in options.names or NAMES:
        began = time.perf_counter()
        found[name] = importlib.import_module(f"measures.{name}").lines(options.quick)
        if not options.json:
            show(name, found[name], time.perf_counter() - began)
    if options.json:
        data = {name: [{**asdict(line), "verdict": line.verdict} for line in lines] for name, lines in found.items()}
        print(json.dumps(data, ensure_ascii=False, indent=2))
    return 0


def show(name: str, lines: list[Line], took: float) -> None:
    """One measure as a table."""
    head = importlib.import_module(f"measures.{name}").__doc__ or ""
    print(f"\n{name}: {head.splitlines()[0]}  ({took:.0f} s)")
    width = max(len(line.what) for line in lines)
    for line in lines:
        limit = "" if line.limit is None else f"{'≥' if line.least else '≤'} {line.limit:g}"
        row = f"  {line.what:<{width}}  {line.ratio:8.2f} × {line.beside:<36} {limit:>7} {line.verdict:<5}"
        print(f"{row} {spelt(line.seconds):>9} = {line.loops:7.2f} loops  {line.note}".rstrip())
    sys.stdout.flush()


def spelt(seconds: float) -> str:
    """A duration in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


if __name__ == "__main__":
    sys.exit(main())
