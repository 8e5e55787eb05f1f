"""A template file's form: headers, a blank line, the body (docs/decisions/0004-templates.md)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from voronka.dsl.definition.model import Template

HEADERS = ("subject", "reply-to", "cc", "bcc")
ADDRESSES = frozenset({"reply-to", "cc", "bcc"})
ENDINGS = (".txt", ".md", ".html", ".json", ".typ", ".docx")
DOCUMENTS = ("typst", "docx")  # markups that are print forms only, never a letter's text

FILE = "\n<!--voronka:file-->\n"  # in the text of a Word document: what comes after it is the file itself
_HEADER = re.compile(r"([A-Za-z][A-Za-z-]*):(?:[ \t]+|$)")


class Part(NamedTuple):
    """A stretch of the file that is a template of its own. ``name`` is a header's, or empty for the body."""

    name: str
    text: str
    offset: int


class Form(NamedTuple):
    """A file taken apart. ``bad`` are lines among the headers that are none: (offset, line)."""

    headers: tuple[Part, ...]
    body: Part
    bad: tuple[tuple[int, str], ...]


def take_apart(text: str) -> Form:
    """Split a file's text. It has headers if its first line looks like one; a blank first line says it has none."""
    headers: list[Part] = []
    bad: list[tuple[int, str]] = []
    offset = 0
    first = True
    for line in _lines(text):
        bare = line.rstrip("\r\n")
        found = _HEADER.match(bare)
        if first and bare.strip() and not found:
            break
        first = False
        offset += len(line)
        if not bare.strip():
            break
        if found:
            value = bare[found.end() :]
            headers.append(Part(found.group(1).lower(), value.rstrip(), offset - len(line) + found.end()))
        else:
            bad.append((offset - len(line), bare))
    return Form(tuple(headers), Part("", text[offset:], offset), tuple(bad))


def _lines(text: str) -> list[str]:
    # Not splitlines: it also splits at separators that an editor shows inside a line.
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def read_template(name: str, path: str, text: str) -> Template:
    """A template of the definition from its file's text. Headers that make no sense stay: the check names them."""
    made = Template(name, path, text, path.endswith((".html", ".htm")), (), text, 1)
    form = form_of(made)
    line = text.count("\n", 0, form.body.offset) + 1
    headers = tuple((part.name, part.text) for part in form.headers)
    return replace(made, headers=headers, body=form.body.text, body_line=line)


def form_of(template: Template) -> Form:
    """The parts of a template that was read from a file; print forms have no headers."""
    if template.markup in DOCUMENTS:
        text = template.text.partition(FILE)[0] if template.markup == "docx" else template.text
        return Form((), Part("", text, 0), ())
    return take_apart(template.text)
