"""``voronka graph`` as it is called: where it writes, what it says of files it cannot draw."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
FILE = "pipelines/sales.pipeline"


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(("form", "begins"), [("text", "Sales\n"), ("mermaid", "flowchart TB\n"), ("dot", "digraph ")])
def test_to_the_screen(voronka: Voronka, shop: Path, form: str, begins: str) -> None:
    ran = voronka("graph", FILE, "--format", form)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.startswith(begins)


def test_to_a_file_in_russian(voronka: Voronka, shop: Path) -> None:
    ran = voronka("graph", FILE, "--format", "svg", "-o", "sales.svg", "--lang", "ru")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "✓ записано: sales.svg\n")
    assert "Предложение отправлено" in "".join(ElementTree.parse(shop / "sales.svg").getroot().itertext())


def test_a_record_is_drawn_when_it_is_asked_for(voronka: Voronka, shop: Path) -> None:
    data = json.loads(voronka("graph", FILE, "--pipeline", "client", "--json").stdout)
    assert (data["format"], data["pipelines"]) == ("text", ["client"])
    assert data["graph"].startswith("Client\n")


@pytest.mark.parametrize(
    ("args", "code", "en", "ru"),
    [
        (("none.pipeline",), 2, "there is no such file", "нет такого файла"),
        ((FILE, "--pipeline", "salse"), 2, "did you mean sales?", "может быть, sales?"),
        ((FILE, "-o", "no/where.svg"), 2, "no/where.svg: No such file", "no/where.svg: No such file"),
        (("broken.pipeline",), 1, "nothing is made of a file with errors", "в файле ошибки, сначала исправьте их"),
    ],
)
def test_what_cannot_be_drawn(voronka: Voronka, shop: Path, args: tuple[str, ...], code: int, en: str, ru: str) -> None:
    (shop / "broken.pipeline").write_text('pipeline p "P" {', encoding="utf-8")
    for lang, said in (("en", en), ("ru", ru)):
        ran = voronka("graph", *args, "--lang", lang)
        assert (ran.exit_code, ran.stdout) == (code, "")
        assert said in ran.stderr
