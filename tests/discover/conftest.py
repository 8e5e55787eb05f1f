"""Logs as files, and the command line in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voronka.cli.app import cli

Voronka = Callable[..., Result]
Written = Callable[..., Path]


@pytest.fixture
def voronka(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Voronka:
    """Run ``voronka ARGS`` in an empty folder, in English."""
    monkeypatch.chdir(tmp_path)
    for name in ("VORONKA_LANG", "VORONKA_STORE", "VORONKA_AS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda *args: CliRunner().invoke(cli, list(args), catch_exceptions=False)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a file: ``written("log.csv", text)``; bytes as they are."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write
