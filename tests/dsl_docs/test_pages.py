"""Pages of codes: every example makes its code appear, and only files that no example can show have none (U1)."""

from __future__ import annotations

import re

import pytest

from voronka.dsl.docs.pages import examples, firing, groups, page, printed
from voronka.dsl.text.codes import ALL
from voronka.stdlib.library import library

# a file too deep, too long or too large, and what only a disk can do
WITHOUT = {"V127", "V128", "V129", "V132", "V220", "V611", "V616", "V701", "V702", "V703", "V704", "V705", "V706"}


def test_every_code_has_an_example_but_those_of_size_and_disk() -> None:
    assert set(ALL) - set(examples()) == WITHOUT
    assert list(examples()) == sorted(examples())


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("code", sorted(examples()))
def test_an_example_makes_its_code_appear(code: str) -> None:
    en, ru = (firing(ALL[code], lang, library()) for lang in ("en", "ru"))
    assert en.partition("[")[2].startswith(f"{code} {ALL[code].name}]: ")
    assert ru.partition("[")[2].startswith(f"{code} {ALL[code].name}]: ")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_page_holds_all_there_is_to_say(lang: str) -> None:
    for code in ALL.values():
        made = page(code, lang, library())
        text = printed(made)
        assert text.startswith(f"{code.id} {code.name} · {made.severity}\n\n  {made.message}")
        assert made.help in text
        assert code.page.strip("\n") in text
        assert not re.search(r"\{\w+\}", made.message + made.help)


def test_every_code_is_listed_once() -> None:
    assert [code.id for _, codes in groups("en") for code in codes] == list(ALL)
