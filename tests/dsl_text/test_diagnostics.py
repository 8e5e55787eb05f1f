"""Codes, diagnostics and their collector."""

from __future__ import annotations

import re
import string

import pytest

from voronka.dsl.text.codes import ALL, FAMILIES, Both, Code, Severity, family, find
from voronka.dsl.text.diagnostic import Diagnostic, Diagnostics
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

SOURCE = Source("a.pipeline", "one two three")
GREETING = Code("V999", "greeting", Severity.ERROR, "{who} says {{hi}}", "{who}: {{привет}}", "ask {who}", "{who}?")
ADVICE = Code("V998", "advice", Severity.WARNING, "maybe", "может быть")


def test_messages_in_both_languages() -> None:
    found = Diagnostic(GREETING, Span(SOURCE, 0, 3), {"who": Both("she", "она")})
    assert found.message() == "she says {hi}"
    assert found.message("ru") == "она: {привет}"
    assert (found.help(), found.help("ru")) == ("ask she", "она?")


def test_the_same_finding_is_kept_once() -> None:
    found = Diagnostics()
    found.report(ADVICE, Span(SOURCE, 4, 7))
    found.report(GREETING, Span(SOURCE, 4, 7), who="a")
    found.report(GREETING, Span(SOURCE, 4, 7), who="a")
    found.report(GREETING, Span(SOURCE, 4, 7), who="b")
    found.report(GREETING, Span(SOURCE, 0, 3), who="a")
    assert [(one.code.id, one.span.start, one.args.get("who")) for one in found] == [
        ("V999", 0, "a"),
        ("V998", 4, None),
        ("V999", 4, "a"),
        ("V999", 4, "b"),
    ]
    assert len(found) == 4


def test_a_warning_is_no_error() -> None:
    found = Diagnostics()
    found.report(ADVICE, Span(SOURCE, 0, 1))
    assert not found.has_errors
    found.report(GREETING, Span(SOURCE, 0, 1), who="a")
    assert found.has_errors


def test_ids_and_names_are_unique() -> None:
    listed = [code for prefix in FAMILIES for code in family(prefix)]
    assert len({code.id for code in listed}) == len(listed)
    assert len({code.name for code in listed}) == len(listed)


@pytest.mark.parametrize("prefix", FAMILIES)
def test_a_family_keeps_to_its_numbers(prefix: str) -> None:
    for code in family(prefix):
        assert re.fullmatch(prefix + r"\d\d", code.id), code
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.name), code


@pytest.mark.parametrize("code", ALL.values(), ids=str)
def test_both_languages_are_there(code: Code) -> None:
    assert bool(code.help_en) == bool(code.help_ru)
    for english, russian in ((code.en, code.ru), (code.help_en, code.help_ru)):
        assert not re.search("[а-яё]", words(english)), "Russian letters in the English text"
        if words(english):
            assert re.search("[а-яё]", words(russian)), "no Russian text"


def words(template: str) -> str:
    """A template without its fields, which are all named."""
    parts = list(string.Formatter().parse(template))
    assert all(name is None or name.isidentifier() for _, name, _, _ in parts), template
    return "".join(text for text, *_ in parts).strip()


def test_find_by_id_or_name() -> None:
    assert find("v101") is ALL["V101"]
    assert find("Unexpected-Token") is ALL["V101"]
    assert find("no-such-thing") is None
