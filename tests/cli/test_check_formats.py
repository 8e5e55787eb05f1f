"""``voronka check --format``: the same findings and exit codes, whoever reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
BAD = 'pipeline p "P" {\n  field name "Name" text\n  stage new "New" { require nmae }\n}\n'


@pytest.fixture
def bad(tmp_path: Path) -> None:
    (tmp_path / "bad.pipeline").write_text(BAD, encoding="utf-8")


@pytest.mark.requirement("U1")
@pytest.mark.usefixtures("bad")
def test_sarif(voronka: Voronka) -> None:
    ran = voronka("check", "--format", "sarif")
    (run,) = json.loads(ran.stdout)["runs"]
    assert ran.exit_code == 1
    assert run["tool"]["driver"]["version"]
    (found,) = [one for one in run["results"] if one["ruleId"] == "V302"]
    place = found["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("bad.pipeline", 3)


@pytest.mark.usefixtures("bad")
def test_github(voronka: Voronka) -> None:
    ran = voronka("check", "--format", "github", "--lang", "ru")
    assert ran.exit_code == 1
    assert (
        "::error file=bad.pipeline,line=3,col=29,endColumn=33,title=V302 unknown-field"
        "::в `p` нет поля `nmae`%0Aможет быть, `name`?\n"
    ) in ran.stdout
    assert all(line.startswith("::") for line in ran.stdout.splitlines())


@pytest.mark.usefixtures("bad")
def test_text_and_json_are_what_they_were(voronka: Voronka) -> None:
    assert voronka("check", "--format", "text").output == voronka("check").output
    assert voronka("check", "--format", "json").output == voronka("check", "--json").output


def test_nothing_to_complain_about(voronka: Voronka, shop: Path) -> None:
    assert json.loads(voronka("check", "--format", "sarif").stdout)["runs"][0]["results"] == []
    assert voronka("check", "--format", "github").stdout == ""


@pytest.mark.usefixtures("bad")
def test_two_formats_at_once(voronka: Voronka) -> None:
    ran = voronka("check", "--json", "--format", "sarif")
    assert ran.exit_code == 2
    assert "choose one" in ran.stderr
