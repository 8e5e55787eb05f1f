"""Lint on definitions nobody thought of: shipped pipelines with sentences missing (U2)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voronka.dsl.check import check_text
from voronka.dsl.lint.edits import deleted
from voronka.dsl.lint.fix import apart, edited
from voronka.dsl.lint.registry import by_name, rules
from voronka.dsl.lint.run import lint
from voronka.dsl.lint.settings import Settings
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import parse
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.render import render
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span
from voronka.stdlib.library import library

NAMES = ("amocrm", "bitrix24", "leads", "crm_academy", "tobiz")
LOUD = Settings(severities={rule.name: rule.code.severity for rule in rules()})


@cache
def packaged() -> dict[str, str]:
    folder = Path(str(files("voronka.pipelines")))
    found = [*folder.glob("*.pipeline"), *folder.glob("templates/*")]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


@cache
def sentences(name: str) -> tuple[Span, ...]:
    """Every sentence in a block of a file, the pipelines themselves aside."""
    tree = parse(Source(name, packaged()[name])).file
    found = []
    for node in nodes.walk(tree):
        if node is not tree and isinstance(body := getattr(node, "body", None), tuple):
            found += [one.span for one in body]
    return tuple(found)


def without(name: str, gone: list[Span]) -> str:
    """The file without some sentences; those inside another one go with it."""
    outer = [a for a in gone if not any(b is not a and b.start <= a.start and a.end <= b.end for b in gone)]
    source = Source(name, packaged()[name])
    return edited(source.text, [deleted(Span(source, one.start, one.end)) for one in outer])


@pytest.mark.requirement("U2")
@settings(max_examples=40)
@given(st.data())
def test_whatever_checks_can_be_linted_and_repaired(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES)) + ".pipeline"
    gone = data.draw(st.lists(st.sampled_from(sentences(name)), max_size=4, unique=True))
    text = without(name, gone)
    for _ in range(10):
        checked = check_text(name, text, library(), {**packaged(), name: text})
        if checked.definition is None:
            return
        found = lint(checked, library(), LOUD).findings
        for one in found:
            assert one.span.source.name in checked.sources
            assert not one.span.source.name.startswith("std/"), "nobody here can change the library"
            assert all(render(one, lang) for lang in ("en", "ru"))
            assert "{" not in one.message("en").replace("{ ", "").replace(" {", ""), "every blank is filled in"
        repairs = apart(one for one in found if one.fix and _here(one, name))
        if not repairs:
            return
        text = edited(text, [edit for one in repairs if one.fix for edit in one.fix.edits])
        again = check_text(name, text, library(), {**packaged(), name: text})
        assert again.definition is not None, [one.message() for one in repairs]
    raise AssertionError("the repairs never come to an end")


def _here(one: Diagnostic, name: str) -> bool:
    return one.fix is not None and all(edit.span.source.name == name for edit in one.fix.edits)


def test_findings_do_not_depend_on_the_order_of_the_rules() -> None:
    checked = check_text("amocrm.pipeline", packaged()["amocrm.pipeline"], library(), packaged())
    backwards = tuple(reversed(by_name().values()))
    assert lint(checked, library(), LOUD).findings == lint(checked, library(), LOUD, backwards).findings
