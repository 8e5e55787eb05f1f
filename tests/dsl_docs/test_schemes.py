"""R14: the one-page scheme. Golden files show every format whole; any title at all leaves the output well-formed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.check import check
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration
from voronka.dsl.docs.dot import dot
from voronka.dsl.docs.mermaid import mermaid
from voronka.dsl.docs.scheme import Scheme, chosen, scheme
from voronka.dsl.docs.svg import svg
from voronka.dsl.docs.terminal import terminal
from voronka.dsl.docs.words import duration
from voronka.stdlib.library import Library

HERE = Path(__file__).parent
FORMS: dict[str, Callable[[tuple[Scheme, ...]], str]] = {"txt": terminal, "mmd": mermaid, "dot": dot, "svg": svg}
SVG = "{http://www.w3.org/2000/svg}"
QUOTED = r'"(?:[^"\\]|\\.)*"'
HOSTILE = st.text(min_size=1, max_size=30) | st.sampled_from(
    [
        '<b>"x"</b>',
        "a & b",
        "\\",
        'end"]',
        "]]>",
        "1. one",
        "$$x$$ %%{init: {}}%%",
        "- two",
        "\x1b[31mred",
        "\x00",
        "👩\u200d👩\u200d👧 🙂",
        "```",
        "#35;",
        "x" * 400,
    ]
)


@cache
def small() -> Definition:
    found = check([HERE / "small.pipeline"], Library(), display_root=HERE)
    assert found.definition is not None, found.diagnostics
    return found.definition


def schemes(definition: Definition, lang: str = "en") -> tuple[Scheme, ...]:
    return tuple(scheme(definition, name, lang) for name in chosen(definition, "small.pipeline"))


def titled(text: str) -> Definition:
    """The small definition with this text for every title of a stage, a task, a reason and the pipelines."""
    title = Title((("en", text),))

    def renamed(pipeline: Pipeline) -> Pipeline:
        stages = {
            name: replace(stage, title=title, means=title, tasks=tuple(replace(t, title=title) for t in stage.tasks))
            for name, stage in pipeline.stages.items()
        }
        reasons = {name: replace(reason, title=title) for name, reason in pipeline.reasons.items()}
        return replace(pipeline, title=title, stages=stages, reasons=reasons)

    return replace(small(), pipelines={name: renamed(p) for name, p in small().pipelines.items()})


@pytest.mark.requirement("R14")
@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("form", FORMS)
def test_a_scheme_looks_as_in_the_golden_file(form: str, lang: str) -> None:
    path = HERE / "golden" / f"small_{lang}.{form}"
    text = FORMS[form](schemes(small(), lang))
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was not there; it is written now: look at it, then run again")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.requirement("R14")
def test_every_part_of_the_process_is_on_the_page() -> None:
    kinds = {note.kind for one in schemes(small()) for box in one.boxes for note in box.notes}
    assert kinds >= {
        "means",
        "limit",
        "require",
        "enter",
        "leave",
        "checklist",
        "task",
        "outcome",
        "approval",
        "robot",
        "rule",
        "reason",
    }
    assert {way.kind for one in schemes(small()) for way in one.ways} == {"next", "move", "lose", "return", "tunnel"}


@given(HOSTILE)
def test_svg_is_xml_whatever_the_titles(text: str) -> None:
    root = ElementTree.fromstring(svg(schemes(titled(text))))
    assert root.tag == f"{SVG}svg"
    inside = [
        one
        for one in root.iter()
        if one.tag not in {SVG + n for n in ["svg", "title", "defs", "marker", "path", "rect", "text"]}
    ]
    assert inside == []
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    assert all(
        0 <= float(one.get("x", "")) < width and 0 < float(one.get("y", "")) < height for one in root.iter(f"{SVG}text")
    )


@given(HOSTILE)
def test_mermaid_stays_in_its_quotes(text: str) -> None:
    plain, hostile = (mermaid(schemes(d)).splitlines() for d in (titled("x"), titled(text)))
    skeleton = [re.sub('"[^"]*"', '""', line) for line in hostile]
    assert skeleton == [re.sub('"[^"]*"', '""', line) for line in plain]
    labels = [label for line in hostile for label in re.findall('"([^"]*)"', line)]
    assert not [label for label in labels if re.search("[<>&`${}]", re.sub("<br>|</?b>", "", label))]


@given(HOSTILE)
def test_dot_stays_in_its_quotes(text: str) -> None:
    plain, hostile = (dot(schemes(d)).splitlines() for d in (titled("x"), titled(text)))
    assert [re.sub(QUOTED, '""', line) for line in hostile] == [re.sub(QUOTED, '""', line) for line in plain]


@given(HOSTILE, st.sampled_from(sorted(FORMS)))
def test_nothing_in_a_title_steers_a_terminal_and_output_is_stable(text: str, form: str) -> None:
    out = FORMS[form](schemes(titled(text)))
    assert all(char.isprintable() or char in "\n\u200d" for char in out)
    assert out == FORMS[form](schemes(titled(text)))


@pytest.mark.parametrize(
    ("n", "unit", "en", "ru", "after"),
    [
        ("1", "min", "1 minute", "1 минута", "1 минуту"),
        ("2", "workday", "2 workdays", "2 рабочих дня", "2 рабочих дня"),
        ("5", "workhour", "5 working hours", "5 рабочих часов", "5 рабочих часов"),
        ("11", "day", "11 days", "11 дней", "11 дней"),
        ("21", "week", "21 weeks", "21 неделя", "21 неделю"),
        ("112", "month", "112 months", "112 месяцев", "112 месяцев"),
        ("1.5", "hour", "1.5 hours", "1,5 часа", "1,5 часа"),
        ("5", "year", "5 years", "5 лет", "5 лет"),
    ],
)
def test_lengths_of_time_in_words(n: str, unit: str, en: str, ru: str, after: str) -> None:
    length = Duration(Decimal(n), unit)
    assert (duration(length, "en"), duration(length, "ru"), duration(length, "ru", accusative=True)) == (en, ru, after)
