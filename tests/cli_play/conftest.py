"""The command line as a person calls it: in a folder of its own, with nothing of this machine in its settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voronka.cli.app import cli

Voronka = Callable[..., Result]


@pytest.fixture
def voronka(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Voronka:
    """Run ``voronka ARGS`` in an empty folder; ``stdin`` is what is typed."""
    monkeypatch.chdir(tmp_path)
    for name in ("VORONKA_LANG", "VORONKA_STORE", "VORONKA_AS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(args), input=stdin, catch_exceptions=False)

    return run
