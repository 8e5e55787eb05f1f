"""How a diagnostic looks."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from voronka.dsl.text.codes import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix, Label
from voronka.dsl.text.render import render, to_json
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

WRONG = Code("V999", "wrong", Severity.ERROR, "`{word}` is wrong", "`{word}` неверно", "think again", "подумайте ещё")
ODD = Code("V998", "odd", Severity.WARNING, "odd", "странно")
NOTED = Code("V997", "noted", Severity.NOTE, "noted", "отмечено")


def at(text: str, part: str, nth: int = 0, name: str = "a.pipeline") -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return Span(SOURCES.setdefault((name, text), Source(name, text)), start, start + len(part))


SOURCES: dict[tuple[str, str], Source] = {}
TEXT = 'pipeline p {\n  field amount "Сумма" money\n  check amont > 0\n  stage new "Новая"\n\n  stage old "Старая"\n}\n'


def shown(*lines: str) -> str:
    return "\n".join(lines)


def test_one_place() -> None:
    found = Diagnostic(WRONG, at(TEXT, "amont"), {"word": "amont"})
    assert render(found) == shown(
        "error[V999 wrong]: `amont` is wrong",
        " --> a.pipeline:3:9",
        "  |",
        "3 |   check amont > 0",
        "  |         ^^^^^",
        "  = help: think again",
    )


def test_labels_notes_and_fix_in_russian() -> None:
    span = at(TEXT, "amont")
    fix = Fix(Both("write `amount`", "напишите `amount`"), (Edit(span, "amount"),), safe=True)
    label = Label(at(TEXT, "amount"), Both("declared here", "объявлено здесь"))
    found = Diagnostic(WRONG, span, {"word": "amont"}, (label,), (Both("see R25", "см. R25"),), fix)
    assert render(found, "ru") == shown(
        "ошибка[V999 wrong]: `amont` неверно",
        " --> a.pipeline:3:9",
        "  |",
        '2 |   field amount "Сумма" money',
        "  |         ------ объявлено здесь",
        "3 |   check amont > 0",
        "  |         ^^^^^",
        "  = пояснение: см. R25",
        "  = подсказка: подумайте ещё",
        "  = исправление: напишите `amount`",
    )


def test_lines_between_are_one_or_dots() -> None:
    labels = (Label(at(TEXT, "pipeline"), Both("first", "")), Label(at(TEXT, '"Новая"'), Both("second", "")))
    found = Diagnostic(ODD, at(TEXT, "old"), {}, labels)
    assert render(found) == shown(
        "warning[V998 odd]: odd",
        " --> a.pipeline:6:9",
        "  |",
        "1 | pipeline p {",
        "  | -------- first",
        "...",
        '4 |   stage new "Новая"',
        "  |             ------- second",
        "5 |",
        '6 |   stage old "Старая"',
        "  |         ^^^",
    )


def test_several_labels_on_one_line() -> None:
    text = "require a, limit 3 days"
    labels = (Label(at(text, "a,"), Both("a list", "")), Label(at(text, "limit"), Both("a name", "")))
    found = Diagnostic(ODD, at(text, "3"), {}, labels)
    assert render(found) == shown(
        "warning[V998 odd]: odd",
        " --> a.pipeline:1:18",
        "  |",
        "1 | require a, limit 3 days",
        "  |         -- ----- ^",
        "  |         |  |",
        "  |         |  a name",
        "  |         |",
        "  |         a list",
    )


def test_another_file() -> None:
    label = Label(at("module m { }\n", "m", 1, name="b.pipeline"), Both("from here", ""))
    found = Diagnostic(NOTED, at(TEXT, "p"), {}, (label,))
    assert render(found) == shown(
        "note[V997 noted]: noted",
        " --> a.pipeline:1:1",
        "  |",
        "1 | pipeline p {",
        "  | ^",
        " ::: b.pipeline:1:8",
        "  |",
        "1 | module m { }",
        "  |        - from here",
    )


def test_wide_letters_tabs_and_emoji_are_aligned() -> None:
    text = '\tstage 日本 "🙂 ё" wrong\n'
    assert render(Diagnostic(ODD, at(text, "wrong"))) == shown(
        "warning[V998 odd]: odd",
        " --> a.pipeline:1:17",
        "  |",
        '1 |     stage 日本 "🙂 ё" wrong',
        "  |                       ^^^^^",
    )


def test_the_end_of_the_file_and_an_empty_place() -> None:
    source = Source("a.pipeline", "use")
    assert render(Diagnostic(ODD, Span(source, 3, 3))).endswith(shown("1 | use", "  |    ^"))


def test_a_place_of_several_lines_is_underlined_on_its_first() -> None:
    found = render(Diagnostic(ODD, at(TEXT, "pipeline p {\n  field")))
    assert found.endswith(shown("1 | pipeline p {", "  | ^^^^^^^^^^^^"))


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "x" * 300 + " wrong " + "y" * 300
    lines = render(Diagnostic(ODD, at(text, "wrong"))).splitlines()
    assert lines[3].startswith("1 | …xxx")
    assert lines[3].endswith("yyy…")
    assert lines[4].index("^^^^^") == lines[3].index("wrong")
    assert len(lines[3]) < 140


def test_nothing_in_a_text_steers_the_terminal() -> None:
    text = 'stage "\x1b[31m\x07red\u202e"'
    found = Diagnostic(WRONG, at(text, "red"), {"word": "\x1b[2J"})
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", render(found))


def test_a_file_that_was_not_read_has_no_lines() -> None:
    found = Diagnostic(ODD, Span(Source("none.pipeline", ""), 0, 0))
    assert render(found) == "warning[V998 odd]: odd\n --> none.pipeline"


def test_colour_only_adds_codes() -> None:
    found = Diagnostic(WRONG, at(TEXT, "amont"), {"word": "amont"}, (Label(at(TEXT, "new"), Both("x", "x")),))
    painted = render(found, color=True)
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == render(found)


@given(st.text(alphabet='abя日🙂\t "\n\r\x1b', max_size=300), st.integers(0, 300))
def test_the_caret_stands_under_its_place(text: str, start: int) -> None:
    start = min(start, len(text))
    span = Span(Source("a", text[:start] + "W" + text[start:]), start, start + 1)
    line, row = render(Diagnostic(ODD, span)).splitlines()[3:5]
    assert cell_len(row[: row.index("^")]) == cell_len(line[: line.index("W")])
    assert cell_len(line) <= 130


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_json(lang: str) -> None:
    span = at(TEXT, "amont")
    fix = Fix(Both("write `amount`", "напишите `amount`"), (Edit(span, "amount"),), safe=True)
    label = Label(at(TEXT, "amount"), Both("declared here", "объявлено здесь"))
    data = to_json(Diagnostic(WRONG, span, {"word": "amont"}, (label,), (Both("see", "см."),), fix), lang)
    assert json.loads(json.dumps(data)) == data
    place = {
        "file": "a.pipeline",
        "start": {"line": 3, "column": 9, "offset": 50},
        "end": {"line": 3, "column": 14, "offset": 55},
    }
    declared = {
        "file": "a.pipeline",
        "start": {"line": 2, "column": 9, "offset": 21},
        "end": {"line": 2, "column": 15, "offset": 27},
    }
    russian = lang == "ru"
    assert data == {
        "code": "V999",
        "name": "wrong",
        "severity": "error",
        "message": "`amont` неверно" if russian else "`amont` is wrong",
        "help": "подумайте ещё" if russian else "think again",
        **place,
        "labels": [{**declared, "message": "объявлено здесь" if russian else "declared here"}],
        "notes": ["см." if russian else "see"],
        "fix": {
            "title": "напишите `amount`" if russian else "write `amount`",
            "safe": True,
            "edits": [{**place, "replacement": "amount"}],
        },
    }
