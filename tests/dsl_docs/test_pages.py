"""U1: the pages of codes. Every example is found fault with by exactly its code, and nothing is found in its repair."""

from __future__ import annotations

import re

import pytest

from voronka.dsl.docs.pages import firing, found, groups, page, printed, written
from voronka.dsl.lint import codes as of_lint
from voronka.dsl.text.codes import ALL
from voronka.stdlib.library import library

EVERY = {**ALL, **{code.id: code for code in of_lint.ALL}}

# a file too deep, too long or too large, a Word document, and what only a disk can do
WITHOUT = {"V127", "V128", "V129", "V132", "V220", "V611", "V616", "V701", "V702", "V703", "V704", "V705", "V706"}


@pytest.mark.requirement("U1")
def test_every_code_has_a_page_in_both_languages() -> None:
    assert set(written()) == set(EVERY)
    assert list(written()) == sorted(written())
    for code, one in written().items():
        assert len(one.why.en.split()) >= 8, code
        assert len(re.findall("[а-яё]+", one.why.ru)) >= 6, code


def test_every_code_has_an_example_but_those_of_size_and_disk() -> None:
    assert {code for code, one in written().items() if not one.files} == WITHOUT


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("code", sorted(set(EVERY) - WITHOUT))
def test_an_example_has_this_fault_and_no_other(code: str) -> None:
    one = written()[code]
    assert {each.code.id for each in found(one.files, EVERY[code], library())} == {code}
    for lang in ("en", "ru"):
        said = firing(EVERY[code], lang, library())
        assert said.partition("[")[2].startswith(f"{code} {EVERY[code].name}]: ")


@pytest.mark.requirement("U1")
@pytest.mark.parametrize("code", sorted(set(EVERY) - WITHOUT))
def test_nothing_is_found_in_what_to_write_instead(code: str) -> None:
    one = written()[code]
    assert one.instead != one.files
    assert [each.message() for each in found(one.instead, EVERY[code], library())] == []


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_page_holds_all_there_is_to_say(lang: str) -> None:
    for code in EVERY.values():
        made = page(code, lang, library())
        text = printed(made)
        assert text.startswith(f"{code.id} {code.name} · {made.severity}\n\n  {made.message}")
        assert made.help in text
        assert made.why in " ".join(text.split())
        assert all(line in text for one in made.instead.values() for line in one.splitlines())
        assert not re.search(r"\{\w+\}", made.message + made.help)


def test_every_code_is_listed_once() -> None:
    assert [code.id for _, codes in groups("en") for code in codes] == list(ALL)
