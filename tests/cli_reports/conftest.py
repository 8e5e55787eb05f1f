"""A workspace with the shop of tests/engine_reports, whose team has played a season."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine_reports import played
from voronka.cli.app import cli

Voronka = Callable[..., Result]
EVENING = "2026-03-19T00:00:00+00:00"  # when the season ends


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, made once."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "voronka.toml").write_text('store = "voronka.db"\n', encoding="utf-8")
    (folder / "pipelines").mkdir()
    (folder / "pipelines" / "office.pipeline").write_text(played.SHOP, encoding="utf-8")
    played.play(1, path=str(folder / "voronka.db")).close()
    return folder


@pytest.fixture
def voronka(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Voronka:
    """Run ``voronka ARGS`` where ``folder`` is, by default in an empty one."""
    for name in ("VORONKA_LANG", "VORONKA_STORE", "VORONKA_AS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "America/New_York"),
        ("VORONKA_NOW", EVENING),
    ):
        monkeypatch.setenv(name, value)

    def run(*args: str, folder: Path | None = None) -> Result:
        monkeypatch.chdir(folder or tmp_path)
        return CliRunner().invoke(cli, list(args), catch_exceptions=False)

    return run


@pytest.fixture
def shop(season: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(season, tmp_path / "shop"))
