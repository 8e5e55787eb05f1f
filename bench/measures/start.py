"""Starting: what the command line costs on top of a bare click command, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measures.harness import WALL, Act, Line, by_turns
from measures.sales import PIPELINES

LIMIT = 1.2
BARE = "a bare click command"
SCRIPT = """
import click

@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
def command(paths):
    click.echo(len(paths))

command()
"""
MAIN = "from voronka.cli.main import main; main()"


def lines(quick: bool) -> list[Line]:
    """``--version``, help, and a check of a workspace that has not changed since the last one."""
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        script = Path(folder) / "bare.py"
        script.write_text(SCRIPT, encoding="utf-8")
        acts = {
            BARE: _run([sys.executable, str(script), str(PIPELINES)]),
            "voronka --version": _voronka("--version"),
            "voronka --help": _voronka("--help"),
            "voronka check, nothing changed": _voronka("check", str(PIPELINES), cache=folder),
        }
        for act in acts.values():
            act()  # byte code and caches are written once
        times = by_turns(acts, 5 if quick else 15, WALL)
    return [
        times.line(name, BARE, limit=None if "help" in name else LIMIT, note=f"{times.medians[name] * 1e3:.0f} ms")
        for name in acts
        if name != BARE
    ]


def _voronka(*arguments: str, cache: str = "") -> Act:
    return _run([sys.executable, "-c", MAIN, *arguments], cache)


def _run(command: Sequence[str], cache: str = "") -> Act:
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    environment.pop("VORONKA_NO_CACHE", None)

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    return run
