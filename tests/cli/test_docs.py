"""``voronka docs`` as it is called: languages, formats, where it writes, what it says of files it cannot read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
FILE = "pipelines/sales.pipeline"


@pytest.mark.requirement("R3", "R67")
@pytest.mark.parametrize(("lang", "title"), [("en", "Sales"), ("ru", "Продажи")])
def test_to_the_screen(voronka: Voronka, shop: Path, lang: str, title: str) -> None:
    page = voronka("docs", FILE, "--lang", lang)
    assert (page.exit_code, page.stderr) == (0, "")
    assert page.stdout.startswith("<!doctype html>\n")
    assert f"<h1>{title}</h1>" in page.stdout
    text = voronka("docs", FILE, "--lang", lang, "--format", "markdown")
    assert text.stdout.startswith(f"# {title}\n")


def test_a_file_says_its_format_by_its_ending(voronka: Voronka, shop: Path) -> None:
    ran = voronka("docs", FILE, "-o", "handbook.md", "--lang", "ru")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "✓ записано: handbook.md\n")
    assert (shop / "handbook.md").read_text(encoding="utf-8").startswith("# Продажи\n")


def test_a_folder_gets_a_file_for_each_pipeline(voronka: Voronka, shop: Path) -> None:
    ran = voronka("docs", FILE, "-o", "handbook", "-q")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "")
    names = json.loads(voronka("docs", FILE, "--json").stdout)["pipelines"]
    assert sorted(path.name for path in (shop / "handbook").iterdir()) == sorted(f"{name}.html" for name in names)


@pytest.mark.parametrize(
    ("args", "code", "en", "ru"),
    [
        (("none.pipeline",), 2, "there is no such file", "нет такого файла"),
        ((FILE, "--pipeline", "salse"), 2, "did you mean sales?", "может быть, sales?"),
        ((FILE, "-o", "no/where.html"), 2, "no/where.html: No such file", "no/where.html: No such file"),
        (("broken.pipeline",), 1, "nothing is made of a file with errors", "сначала исправьте их"),
    ],
)
def test_what_has_no_handbook(voronka: Voronka, shop: Path, args: tuple[str, ...], code: int, en: str, ru: str) -> None:
    (shop / "broken.pipeline").write_text('pipeline p "P" {', encoding="utf-8")
    for lang, said in (("en", en), ("ru", ru)):
        ran = voronka("docs", *args, "--lang", lang)
        assert (ran.exit_code, ran.stdout) == (code, "")
        assert said in ran.stderr
