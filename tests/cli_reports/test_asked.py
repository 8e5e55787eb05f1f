"""What cannot be reported is said in a sentence, and nothing is a sentence too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
ALL = ("funnel", "cumulative", "won", "time", "loss", "nps", "discipline", "team", "priority", "red")

BAD = [
    (("funnel", "--from", "2026-03-02", "--to", "2026-03-01"), "--from is after --to", "--from позже, чем --to"),
    (("funnel", "--from", "yesteryear"), "--from: ", "--from: "),
    (("funnel", "--pipeline", "sale"), "did you mean sales?", "может быть, sales?"),
    (("funnel", "--owner", "nobody"), "there is nobody called “nobody”", "нет сотрудника «nobody»"),
    (
        ("funnel", "--amount", "name"),
        "“name” is no field with an amount; there are: amount",
        "«name» — не поле с суммой",
    ),
    (("won", "--by", "colour"), "there is no field “colour” to split by", "нет поля «colour»"),
    (("won", "--by", "phone"), "deals are not split by “phone”", "по «phone» не делят"),
    (("loss", "--table", "reason"), "did you mean reasons?", "может быть, reasons?"),
    (("nps", "--table", "scores", "--png", "x.png"), "this table has no chart", "у этой таблицы нет диаграммы"),
]


@pytest.mark.parametrize(("args", "en", "ru"), BAD)
def test_what_makes_no_sense(voronka: Voronka, season: Path, args: tuple[str, ...], en: str, ru: str) -> None:
    for lang, text in (("en", en), ("ru", ru)):
        ran = voronka("report", *args, "--lang", lang, folder=season)
        assert ran.exit_code == 2
        assert text in ran.stderr
        assert ran.stdout == ""


@pytest.mark.parametrize("name", ALL)
def test_an_empty_store(voronka: Voronka, shop: Path, name: str) -> None:
    (shop / "voronka.db").unlink()
    for lang in ("en", "ru"):
        ran = voronka("report", name, "--lang", lang, folder=shop)
        assert ran.exit_code == 0, ran.output
        assert len(ran.stdout.splitlines()) >= 2
    data = json.loads(voronka("report", name, "--json", folder=shop).stdout)
    assert all(table["rows"] == [] for table in data["tables"])


@pytest.mark.parametrize("name", ALL)
def test_one_deal(voronka: Voronka, shop: Path, name: str) -> None:
    (shop / "voronka.db").unlink()
    assert voronka("deal", "new", "sales", "--set", "phone=+79991234567", "-q", folder=shop).exit_code == 0
    ran = voronka("report", name, folder=shop)
    assert ran.exit_code == 0, ran.output


def test_a_pipeline_without_won_rating_and_priority(voronka: Voronka, tmp_path: Path) -> None:
    (tmp_path / "voronka.toml").write_text("", encoding="utf-8")
    text = 'pipeline leads "Leads" {\n  stage new "Came in" { }\n  lost gone "Gone" { reason price "Price" }\n}\n'
    (tmp_path / "leads.pipeline").write_text(text, encoding="utf-8")
    assert voronka("deal", "new", "leads", "-q").exit_code == 0
    assert voronka("deal", "lose", "1", "price", "-q").exit_code == 0
    ran = voronka("report", "won")
    assert "“Leads” has no won stage, so nothing is won there." in ran.stdout
    assert voronka("report", "loss").exit_code == voronka("report", "cumulative").exit_code == 0
    for name, said in (("nps", "no pipeline here asks for a rating"), ("priority", "no pipeline here declares shares")):
        ran = voronka("report", name)
        assert ran.exit_code == 2
        assert said in ran.stderr


def test_no_workspace(voronka: Voronka) -> None:
    ran = voronka("report", "funnel")
    assert ran.exit_code == 2
    assert "no voronka.toml" in ran.stderr
