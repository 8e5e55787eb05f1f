"""``voronka lint``: formats, exit codes, profiles, settings, repairs (issue 4 point 3)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voronka.cli.app import cli

Lint = Callable[..., Result]
DEALS = """\
use std.nps

pipeline deals "Продажи" {
  stage new     "Новая" { means "Появился лид"  limit 3 days { notify owner "Пора" } }
  lost  refused "Отказ" { reason other "Другое" }
}
"""


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lint:
    monkeypatch.chdir(tmp_path)
    for name in ("VORONKA_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    (tmp_path / "deals.pipeline").write_text(DEALS)
    (tmp_path / "voronka.toml").write_text("")
    return lambda *words: CliRunner().invoke(cli, ["lint", *words])


def codes(ran: Result) -> list[str]:
    return [one["code"] for one in json.loads(ran.stdout)["findings"]]


def test_findings_are_told_whole_and_counted(lint: Lint) -> None:
    ran = lint()
    assert ran.exit_code == 1
    assert ran.stdout.startswith("warning[L702 unused-module]: `std.nps` is used by nothing in this file\n")
    assert "1 can be repaired: --fix" in ran.stderr
    assert "1 can be repaired, with a look: --unsafe-fixes" in ran.stderr
    assert ran.stderr.endswith("5 warnings\n")
    assert "предупреждение[L702 unused-module]" in lint("--lang", "ru").stdout


def test_notes_are_for_those_who_ask(lint: Lint) -> None:
    assert "L601" not in codes(lint("--json"))
    assert "L601" in codes(lint("--json", "-v"))


def test_a_clean_workspace_says_so(lint: Lint, tmp_path: Path) -> None:
    off = "\n".join(f'{name} = "off"' for name in ("L101", "L301", "L404", "L405", "L702"))
    (tmp_path / "voronka.toml").write_text(f"[lint.rules]\n{off}\n")
    ran = lint()
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "✓ 1 file: nothing to complain about\n")
    assert lint("--lang", "ru").stderr == "✓ 1 файл — замечаний нет\n"


def test_the_profile_of_the_settings_and_of_the_flag(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "voronka.toml").write_text('[lint]\nprofile = "amocrm"\n')
    said = json.loads(lint("--json").stdout)
    assert said["profile"] == "amocrm"
    assert "L112" in [one["code"] for one in said["findings"]]
    assert "L112" not in codes(lint("--json", "--profile", "crm-academy"))


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["--profile", "amo"], "", "there is no profile “amo”"),
        ([], '[lint]\nprofile = "amocmr"\n', "did you mean amocrm?"),
        ([], "lint = 3\n", "[lint] must be a table"),
        (["--json", "--format", "sarif"], "", "choose one"),
        (["nowhere.pipeline"], "", "no such file or folder"),
    ],
)
def test_what_cannot_be_meant(lint: Lint, tmp_path: Path, words: list[str], settings: str, said: str) -> None:
    (tmp_path / "voronka.toml").write_text(settings)
    ran = lint(*words)
    assert ran.exit_code == 2
    assert said in ran.stderr


def test_sarif_and_github(lint: Lint) -> None:
    log = json.loads(lint("--format", "sarif").stdout)
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["L101", "L301", "L404", "L405", "L702"]
    assert {one["ruleId"] for one in run["results"]} == {"L101", "L301", "L404", "L405", "L702"}
    unused = next(one for one in run["results"] if one["ruleId"] == "L702")
    assert unused["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]["startLine"] == 1
    lines = lint("--format", "github").stdout.splitlines()
    assert lines[0].startswith("::warning file=deals.pipeline,line=1,col=1,endColumn=12,title=L702 unused-module::")


def test_errors_of_the_files_come_first(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "deals.pipeline").write_text(DEALS + "stge x\n")
    ran = lint()
    assert ran.exit_code == 1
    assert "error[V" in ran.stdout
    assert "[L" not in ran.stdout


def test_safe_fixes_and_the_others(lint: Lint, tmp_path: Path) -> None:
    path = tmp_path / "deals.pipeline"
    ran = lint("--fix")
    assert ran.exit_code == 1
    assert "fixed 1 finding in deals.pipeline" in ran.stderr
    assert path.read_text() == DEALS.removeprefix("use std.nps\n\n")
    said = json.loads(lint("--unsafe-fixes", "--json").stdout)
    assert [one["code"] for one in said["fixed"]] == ["L405"]
    assert (said["changed"], said["refused"]) == (["deals.pipeline"], [])
    assert '{ reason other "Другое" { comment required } }' in path.read_text()


def test_a_file_that_cannot_be_written_is_said(lint: Lint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    ran = lint("--fix")
    assert ran.exit_code == 2
    assert "deals.pipeline: Permission denied; nothing was written" in ran.stderr
    assert (tmp_path / "deals.pipeline").read_text() == DEALS


def test_a_mark_at_the_start_of_a_file_stays(lint: Lint, tmp_path: Path) -> None:
    path = tmp_path / "deals.pipeline"
    path.write_bytes(b"\xef\xbb\xbf" + DEALS.encode())
    lint("--fix")
    assert path.read_bytes() == b"\xef\xbb\xbf" + DEALS.removeprefix("use std.nps\n\n").encode()


def test_pages_of_rules_and_of_suppressions() -> None:
    run = CliRunner()
    page = run.invoke(cli, ["explain", "stage-count", "--lang", "en"]).stdout
    assert page == run.invoke(cli, ["explain", "L101", "--lang", "en"]).stdout
    assert page.startswith("L101 stage-count · warning\n")
    assert '# voronka: allow stage-count "reason"' in page
    assert "Limit stages-at-most: 8 (amocrm 9, bluesales 7)" in page
    russian = run.invoke(cli, ["explain", "L101", "--lang", "ru"]).stdout
    assert all(heading in russian for heading in ("Пример", "Что об этом сказано", "Как лучше"))
    one = json.loads(run.invoke(cli, ["explain", "L101", "--json", "--lang", "en"]).stdout)
    assert list(one) == ["code", "name", "severity", "message", "help", "page", "why", "example", "said", "instead"]
    assert "unused-suppression" in run.invoke(cli, ["explain", "L001"]).stdout
    assert "did you mean stage-count" in run.invoke(cli, ["explain", "stage-cuont", "--lang", "en"]).stderr
