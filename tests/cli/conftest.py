"""The command line as a person calls it: a workspace of its own, a clock that stands, nothing of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voronka.cli.app import cli

HERE = Path(__file__).parent
MONDAY = "2026-11-23T09:40+03:00"
Voronka = Callable[..., Result]


@pytest.fixture
def voronka(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Voronka:
    """Run ``voronka ARGS`` in an empty folder. ``at``: what the clock shows, ``stdin``: what is typed."""
    monkeypatch.chdir(tmp_path)
    for name in ("VORONKA_LANG", "VORONKA_STORE", "VORONKA_AS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "America/New_York")

    def run(*args: str, at: str = MONDAY, stdin: str | None = None) -> Result:
        monkeypatch.setenv("VORONKA_NOW", at)
        return CliRunner().invoke(cli, list(args), input=stdin, catch_exceptions=False)

    return run


@pytest.fixture
def shop(voronka: Voronka, tmp_path: Path) -> Path:
    """A workspace with the shop's pipeline and team, and no deals."""
    (tmp_path / "voronka.toml").write_text('store = "voronka.db"\n', encoding="utf-8")
    (tmp_path / "pipelines").mkdir()
    for name in ("sales.pipeline", "team.pipeline"):
        shutil.copy(HERE / name, tmp_path / "pipelines" / name)
    return tmp_path


@pytest.fixture
def told() -> Callable[[str, str], None]:
    """Compare with a file a person can read; to make it anew, delete it and run the test."""

    def compare(name: str, printed: str) -> None:
        path = HERE / "golden" / f"{name}.txt"
        text = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            pytest.fail(f"{path.name} was not there; it is written now: read it, then run again")
        assert text == path.read_text(encoding="utf-8")

    return compare
