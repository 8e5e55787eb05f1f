"""What is shipped holds to the method it shows: no finding under its own profile, for packaged and fresh workspaces."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from voronka.cli.app import cli
from voronka.cli.starter import TEMPLATES
from voronka.dsl.check import check
from voronka.dsl.lint.run import lint
from voronka.dsl.lint.settings import settings
from voronka.dsl.text.codes.base import Severity
from voronka.stdlib.library import library

PROFILES = {"amocrm": "amocrm", "bitrix24": "bitrix24", "leads": "bluesales", "crm_academy": "crm-academy", "tobiz": ""}


@pytest.mark.requirement("U2", "R9")
@pytest.mark.parametrize("name", PROFILES)
def test_a_packaged_pipeline_is_clean_under_its_profile(name: str) -> None:
    path = Path(str(files("voronka.pipelines") / f"{name}.pipeline"))
    found = lint(check([path], library()), library(), settings(PROFILES[name])).findings
    assert [one.message() for one in found if one.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_fresh_workspace_is_clean(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(cli, ["init", "shop", "--template", name, "--lang", "en"])
    assert made.exit_code == 0, made.output
    monkeypatch.chdir(tmp_path / "shop")
    ran = CliRunner().invoke(cli, ["lint", "--json"])
    said = json.loads(ran.stdout)
    assert (ran.exit_code, said["findings"], said["profile"]) == (0, [], PROFILES[name])
    assert CliRunner().invoke(cli, ["fmt", "--check"]).exit_code == 0
