"""Fuzz targets of texts that are filled: templates of mails and pages, Word documents."""

from __future__ import annotations

import functools
import io
import zipfile
from pathlib import Path

from tests.dsl_templates import shop
from tests.dsl_templates.hostile import HOSTILE
from tests.engine_templates.deals import a_deal, an_env, definition
from tests.fuzz.language import told
from voronka.dsl.check.templates.word import NoWord, read_word
from voronka.engine.templates import MAX_OUTPUT, RenderError, compile_templates

ROOT = Path(__file__).resolve().parents[2]


def template(data: bytes) -> None:
    """A mail, a page and a text in a sentence: findings; filled or refused, within their bounds."""
    text = data.decode("utf-8", "replace")
    deals, templates = shop.mailing(text)
    templates["bare.txt"] = text
    told(*shop.findings(deals, templates))
    stages = {"new": shop.stage("new", "Новая", entry=(shop.notify(text),)), "won": shop.stage("won", "У", kind="won")}
    told(*shop.findings(shop.pipeline(stages=stages)))
    deal, env = a_deal(), an_env()
    for name in ("offer.txt", "offer.html"):
        made = compile_templates(definition(text, name))
        try:
            rendered = made.render(deal, "new/#1", env)
        except RenderError as error:
            assert str(error)
            continue
        assert len(rendered.body.encode()) <= MAX_OUTPUT
        assert made.render(deal, "new/#1", env) == rendered


def template_seeds() -> list[bytes]:
    kept = [
        path.read_bytes()
        for folder in ("pipelines/templates", "tests/cli_play/templates")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".txt", ".html", ".md")
    ]
    return kept + [text.encode() for text, _ in HOSTILE.values() if len(text) < 2_000]


def template_words() -> list[str]:
    marks = ["{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-%}", "{% raw %}", "{% endraw %}", "|", "~", "==", "**", "[0]"]
    joints = ["for", "in", "if", "elif", "else", "endif", "endfor", "is", "not", "set", "and", "or", "loop.index"]
    filters = ["upper", "default('x')", "round(2)", "money", "date", "plural('a', 'b', 'c')", "length", "json", "join"]
    values = ["'hot'", "1", "1.5", "9" * 30, "true", "none", "subject:", "\r\n", "\x00", "\u2028", "<b>", "&amp;"]
    names = [*shop.KINDS, "tasks", "deal", "client", "stage", "event", "nps", "score", "title", "goods", "owner"]
    found = {word for seed in template_seeds() for word in seed.decode().split() if len(word) < 60}
    return sorted({*marks, *joints, *filters, *values, *names, *found})


def word_document(data: bytes) -> None:
    """A Word document, or the XML that stands in one: after the first byte."""
    given = data[1:] if data[:1] < b"\x80" else _with_text(data[1:])
    try:
        text = read_word(given)
    except NoWord as error:
        assert error.text.en
        assert error.text.ru
        return
    assert text.encode()


def word_seeds() -> list[bytes]:
    whole = _document()
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        return [b"\0" + whole, *(b"\xff" + packed.read(name) for name in ("word/document.xml", "word/header1.xml"))]


def word_words() -> list[str]:
    marks = ["<w:p>", "</w:p>", "<w:r>", "<w:t>", "</w:t>", "{{", "}}", "{%p for g in goods %}", "{%tr", "<!--"]
    return [
        *marks,
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "&b;",
        "\x00",
        "<![CDATA[",
        "xmlns:w=",
        "<?xml",
        "%}",
        "{{r name }}",
    ]


@functools.cache
def _document() -> bytes:
    from docx import Document

    document = Document()
    document.add_paragraph("{{ name }} {% for g in goods %}{{ g.title }}{% endfor %}")
    document.sections[0].header.paragraphs[0].text = "{{ amount }}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _with_text(xml: bytes) -> bytes:
    """The document with another text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_document())) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            made.writestr(name, xml if name == "word/document.xml" else given.read(name))
    return out.getvalue()
