"""R3, R67: the handbook of a pipeline. Golden files show it whole; any title at all leaves it well-formed."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given

from tests.dsl_docs.test_schemes import HERE, HOSTILE, small, titled
from voronka.dsl.definition.model import Definition
from voronka.dsl.docs.book import Handbook, texts
from voronka.dsl.docs.glossary import glossary
from voronka.dsl.docs.handbook import handbook, language
from voronka.dsl.docs.handbook_html import html
from voronka.dsl.docs.handbook_markdown import markdown
from voronka.dsl.docs.plain import Plain
from voronka.engine.workspace import load

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = sorted(path.name for path in (ROOT / "pipelines").glob("*.pipeline"))


@cache
def system(name: str) -> Definition:
    loaded = load([ROOT / "pipelines" / name])
    assert loaded.programs is not None, loaded.errors
    return loaded.programs.definition


def books(definition: Definition, lang: str = "en") -> tuple[Handbook, ...]:
    return tuple(handbook(definition, name, lang) for name in definition.pipelines)


@pytest.mark.requirement("R3", "R67")
@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("form", ["md", "html"])
def test_a_handbook_reads_as_in_the_golden_file(form: str, lang: str) -> None:
    path = HERE / "golden" / f"handbook_{lang}.{form}"
    text = {"md": markdown, "html": html}[form](books(small(), lang))
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was not there; it is written now: look at it, then run again")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.requirement("R67")
@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_handbook_has_no_word_of_the_language(name: str, lang: str) -> None:
    definition = system(name)
    titles = {one.name for p in definition.pipelines.values() for one in p.fields.values() if "_" in one.name}
    foreign = re.compile(r" is (?:not )?set\b|[<>]=|\bevent\.|\bnot in\b|\bany of\b|coalesce|None|\bop\b")
    for book in books(definition, lang):
        said = [text for section in book.sections for text in texts(section)]
        assert [text for text in said if foreign.search(text)] == []
        assert [text for text in said if any(f"“{t}”" in text or f"«{t}»" in text for t in titles)] == []


@pytest.mark.requirement("R3", "R67")
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_stage_is_told_with_its_meaning_and_guide(name: str) -> None:
    definition = system(name)
    for pipeline in definition.pipelines.values():
        page = html((handbook(definition, pipeline.name, "ru"),)) + markdown(
            (handbook(definition, pipeline.name, "ru"),)
        )
        plain = re.sub(r"\\(.)", r"\1", page)
        for stage in pipeline.stages.values():
            for text in (stage.means, stage.guide, *(gate.message for gate in (*stage.enter, *stage.leave))):
                assert text.in_("ru") in plain
        for task in pipeline.every_task():
            assert task.title.in_("ru") in plain
        for one in (*pipeline.fields.values(), *pipeline.reasons.values(), *pipeline.roles.values()):
            assert one.title.in_("ru") in plain


def test_the_language_is_the_pipelines_own() -> None:
    assert language(small(), "small") == "en"
    assert language(system("amocrm.pipeline"), "amocrm") == "ru"


CONDITIONS = [
    ("amount >= 50_000 RUB", "“Amount” is at least 50,000 ₽", "«Сумма» не меньше 50\u00a0000 ₽"),
    (
        "amount is set and need is not set",
        "“Amount” is filled in and “Need” is empty",
        "поле «Сумма» заполнено и поле «Потребность» пусто",
    ),
    ("meets > today", "“Meeting” is still ahead", "«Встреча» — ещё впереди"),
    (
        "last_contact is older than 1 workday",
        "it is more than 1 workday since the last contact",
        "с последнего контакта прошло больше 1 рабочего дня",
    ),
    ("any of tasks are overdue", "there is an overdue task", "есть просроченная задача"),
    (
        "not (amount > 1 RUB or need is set)",
        "not: (“Amount” is above 1 ₽ or “Need” is filled in)",
        "неверно: («Сумма» больше 1 ₽ или поле «Потребность» заполнено)",
    ),
    (
        "task call is yes_",
        "the task “Call” was done with the result “Reached”",
        "задача «Позвонить» выполнена с итогом «Дозвонились»",
    ),
    (
        "stage is in (asked, met)",
        'the deal is in “1. "Asked" 🙂” or “Met”',
        "сделка на этапе «1. «Спросили» 🙂» или «Встретились»",
    ),
]


@pytest.mark.parametrize(("condition", "en", "ru"), CONDITIONS, ids=[one[0] for one in CONDITIONS])
def test_a_condition_is_said_as_a_person_says_it(condition: str, en: str, ru: str, tmp_path: Path) -> None:
    text = (HERE / "small.pipeline").read_text(encoding="utf-8")
    path = tmp_path / "small.pipeline"
    path.write_text(
        text.replace('notify owner "!" / "!"', f'notify owner "!" / "!" when {condition}'), encoding="utf-8"
    )
    loaded = load([path])
    assert loaded.programs is not None, loaded.errors
    definition = loaded.programs.definition
    pipeline = definition.pipelines["small"]
    (action,) = pipeline.robots[0].actions
    when = getattr(action, "when", None)
    assert (Plain(definition, pipeline, "en").expr(when), Plain(definition, pipeline, "ru").expr(when)) == (en, ru)


def without_glossary(text: str) -> tuple[Handbook, ...]:
    """Handbooks with this text for every title; which terms they explain hangs on the text."""
    found = books(titled(text))
    return tuple(
        replace(book, sections=tuple(one for one in book.sections if one.anchor != "glossary")) for book in found
    )


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [
            value or "" for name, value in attrs if name in ("href", "src", "action") or name.startswith("on")
        ]


def tags(page: str) -> Tags:
    read = Tags()
    read.feed(page)
    return read


@given(HOSTILE)
def test_a_page_stays_a_page_whatever_the_titles(text: str) -> None:
    shape = [tag for tag in tags(html(without_glossary("x"))).tags if tag not in ("text", "span")]
    read = tags(html(without_glossary(text)))
    assert [tag for tag in read.tags if tag not in ("text", "span")] == shape
    assert all(link.startswith("#") for link in read.links)
    assert not {"script", "iframe", "object", "link", "img"} & set(read.tags)


@given(HOSTILE)
def test_markdown_keeps_its_lines_whatever_the_titles(text: str) -> None:
    def shape(page: str) -> list[str]:
        outside = re.sub(r"```mermaid\n.*?```", "", page, flags=re.DOTALL)
        return [(re.match(r"\s*(?:#+|- \[ \]|-|>|\||\*)?", line) or [""])[0] for line in outside.splitlines()]

    plain, hostile = (markdown(without_glossary(one)) for one in ("x", text))
    assert shape(hostile) == shape(plain)
    said = re.sub(r"```mermaid\n.*?```", "", hostile, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)[<`$]", said)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_glossary_tells_only_what_occurs(lang: str) -> None:
    assert list(glossary("", lang)) == []
    whole = dict(glossary("deal overdue сделка просрочена", lang))
    assert list(whole) == (["Deal", "Overdue"] if lang == "en" else ["Сделка", "Просрочена"])
