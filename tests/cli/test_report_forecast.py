"""``voronka report forecast`` and ``voronka lint --store`` as people call them: what is printed, and every refusal."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import Result

from tests.cli.conftest import Voronka
from tests.engine_forecast.season import SHOP, played

NOW = "2027-03-08T10:00+03:00"  # days after the shop was last touched
ASKED = ("report", "forecast", "--as-of", "2027-03-07", "--runs", "300")


@cache
def _store(days: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "voronka.db"
        played(days, path=path).close()
        return path.read_bytes()


@pytest.fixture
def season(voronka: Voronka, tmp_path: Path) -> Path:
    """A workspace in which the shop has worked for a hundred days."""
    (tmp_path / "voronka.toml").write_text('[lint.rules]\nprobability-unlike-observed = "warning"\n', encoding="utf-8")
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "office.pipeline").write_text(SHOP, encoding="utf-8")
    (tmp_path / "voronka.db").write_bytes(_store(100))
    return tmp_path


def found(ran: Result) -> list[dict[str, object]]:
    return [one for one in json.loads(ran.stdout)["findings"] if one["code"] == "L114"]


@pytest.mark.requirement("R70", "U8")
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_forecast_as_a_person_reads_it(
    season: Path, voronka: Voronka, told: Callable[[str, str], None], lang: str
) -> None:
    ran = voronka(*ASKED, "--lang", lang, at=NOW)
    assert ran.exit_code == 0, ran.output
    told(f"forecast_{lang}", ran.stdout)


@pytest.mark.requirement("R70", "U8")
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_score_as_a_person_reads_it(
    season: Path, voronka: Voronka, told: Callable[[str, str], None], lang: str
) -> None:
    ran = voronka(*("report", "forecast", "--score", "2027-01-01..2027-02-28", "--runs", "300", "--lang", lang), at=NOW)
    assert ran.exit_code == 0, ran.output
    told(f"forecast_score_{lang}", ran.stdout)


def test_what_was_asked_twice_is_answered_alike(season: Path, voronka: Voronka) -> None:
    first, again = voronka(*ASKED, "--json", at=NOW), voronka(*ASKED, "--json", at=NOW)
    assert first.stdout == again.stdout
    tables = {table["name"]: table for table in json.loads(first.stdout)["tables"]}
    assert list(tables) == ["wins", "amounts", "weighted", "calibration"]
    for row in tables["wins"]["rows"]:
        assert row["p10"] <= row["p50"] <= row["p90"]
    assert tables["amounts"]["totals"]["p50"]["currency"] == "RUB"
    assert voronka(*ASKED, "--json", "--seed", "1", at=NOW).stdout != first.stdout


def test_the_last_full_months_are_held_out(season: Path, voronka: Voronka) -> None:
    asked = ("report", "forecast", "--runs", "50", "--json")
    held = json.loads(voronka(*asked, "--holdout", "2", at=NOW).stdout)
    said = json.loads(voronka(*asked, "--score", "2027-01-01..2027-02-28", at=NOW).stdout)
    assert held == said
    assert held["report"] == "forecast-score"


def test_what_is_learnt_may_begin_later(season: Path, voronka: Voronka) -> None:
    """Only stages entered since then count in the comparison."""
    tables = json.loads(voronka(*ASKED, "--since", "2027-02-01", "--json", at=NOW).stdout)["tables"]
    every = json.loads(voronka(*ASKED, "--json", at=NOW).stdout)["tables"]
    assert tables[3]["rows"][0]["ended"] < every[3]["rows"][0]["ended"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "2028-01-01"), "--as-of: this day lies ahead"),
        (("--as-of", "the day before"), "--as-of:"),
        (("--score", "2027-01-01"), "--score: write FROM..TO, such as 2026-01-01..2026-03-31"),
        (("--score", "2027-02-01..2027-01-01"), "--score: FROM is after TO"),
        (("--score", "2027-01-01..2027-02-01", "--holdout", "2"), "--score says it all"),
        (("--since", "2027-03-01", "--as-of", "2027-02-01"), "--since is later than what the forecast is made from"),
        (("--amount", "name"), "--amount: “name” is no money field; there are: amount, bonus"),
        (("--pipeline", "sale"), "there is no pipeline “sale”; did you mean sales?"),
        (("--months", "0"), "0 is not in the range"),
        (("--runs", "many"), "'many' is not a valid integer"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_what_cannot_be_meant_is_told(season: Path, voronka: Voronka, words: tuple[str, ...], said: str) -> None:
    ran = voronka("report", "forecast", *words, at=NOW)
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert ran.stdout == ""


def test_a_pipeline_that_nobody_wins_has_no_forecast(season: Path, voronka: Voronka) -> None:
    text = 'pipeline calls "Звонки" {\n  stage new "Новый"\n  lost gone "Нет" { reason no "Нет" }\n}\n'
    (season / "voronka.db").unlink()
    (season / "pipelines" / "office.pipeline").write_text(text, encoding="utf-8")
    ran = voronka("report", "forecast", at=NOW)
    assert (ran.exit_code, "deals of `calls` cannot be won" in ran.stderr) == (2, True)


def test_an_empty_store_has_a_forecast_of_nothing(season: Path, voronka: Voronka) -> None:
    (season / "voronka.db").unlink()
    ran = voronka("report", "forecast", at=NOW)
    assert ran.exit_code == 0
    assert "nothing has been won yet, so nothing can be forecast to be" in ran.stdout
    assert voronka("report", "forecast", "--holdout", "1", at=NOW).exit_code == 0


def test_two_pipelines_are_not_mixed(season: Path, voronka: Voronka) -> None:
    twin = SHOP.replace("language ru, en\n", "").replace("pipeline sales", "pipeline rent").replace("RUB", "USD")
    path = season / "pipelines" / "office.pipeline"
    path.write_text(SHOP + twin, encoding="utf-8")
    (season / "voronka.db").unlink()
    ran = voronka("report", "forecast", at=NOW)
    assert (ran.exit_code, "of which pipeline? --pipeline: sales, rent" in ran.stderr) == (2, True)
    assert voronka("report", "forecast", "--pipeline", "rent", at=NOW).exit_code == 0


@pytest.mark.requirement("U2", "U8")
def test_lint_compares_what_is_declared_with_what_deals_have_shown(season: Path, voronka: Voronka) -> None:
    ran = voronka("lint", "--store", "voronka.db", "--json", at=NOW)
    messages = [str(one["message"]) for one in found(ran)]
    assert len(messages) == 2
    rows = json.loads(voronka("report", "forecast", "--runs", "1", "--json", at=NOW).stdout)["tables"][3]["rows"]
    off = [row for row in rows if row["said"] is not None]
    for row, message in zip(off, messages, strict=True):
        assert f"declared {row['declared'] * 100:.0f}%, observed {row['observed'] * 100:.0f}%" in message
        assert f"(n = {row['ended']})" in message
    assert not found(voronka("lint", "--json", at=NOW)), "without --store no store is looked at"


def test_a_store_in_the_environment_is_for_other_commands(
    season: Path, voronka: Voronka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VORONKA_STORE", "missing.db")
    assert not found(voronka("lint", "--json", at=NOW))
    ran = voronka("lint", "--store", "missing.db", at=NOW)
    assert (ran.exit_code, "missing.db" in ran.stderr) == (2, True)


def test_an_allowed_finding_stays_allowed_whether_a_store_is_there_or_not(season: Path, voronka: Voronka) -> None:
    path = season / "pipelines" / "office.pipeline"
    allow = '  # voronka: allow probability-unlike-observed "a new market"\n'
    path.write_text(SHOP.replace("  stage offered", f"{allow}  stage offered"), encoding="utf-8")
    for words in (("lint", "--json"), ("lint", "--json", "--store", "voronka.db")):
        ran = voronka(*words, at=NOW)
        assert not [one for one in found(ran) if "`offered`" in str(one["message"])]
        assert not [one for one in json.loads(ran.stdout)["findings"] if one["code"] == "L001"]


def test_what_was_observed_can_be_declared(season: Path, voronka: Voronka) -> None:
    assert found(voronka("lint", "--store", "voronka.db", "--json", at=NOW))
    shutil.copy(season / "voronka.db", season / "before.db")
    voronka("lint", "--store", "voronka.db", "--unsafe-fixes", at=NOW)
    assert "{ probability 10% }" not in (season / "pipelines" / "office.pipeline").read_text(encoding="utf-8")
    assert not found(voronka("lint", "--store", "voronka.db", "--json", at=NOW))
    assert (season / "before.db").read_bytes() == (season / "voronka.db").read_bytes()


@pytest.mark.parametrize("words", [("report", "forecast"), ("lint", "--store", "voronka.db")], ids=" ".join)
def test_without_numpy_it_says_what_to_install(season: Path, words: tuple[str, ...]) -> None:
    code = "import sys; sys.modules['numpy'] = None; from voronka.cli.main import main; sys.exit(main())"
    ran = subprocess.run([sys.executable, "-c", code, *words], cwd=season, capture_output=True, text=True, check=False)
    assert ran.returncode == 2, ran.stderr
    assert "pip install 'voronka[forecast]'" in ran.stderr
    assert "Traceback" not in ran.stderr
