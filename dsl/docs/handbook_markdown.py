"""A handbook as Markdown (CommonMark with tables); the schemes are Mermaid charts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from voronka.dsl.docs.book import Block, Grid, Handbook, Line, Paragraph, Picture, Points, Section
from voronka.dsl.docs.mermaid import mermaid
from voronka.dsl.docs.terminal import clean

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~$])")
_LISTED = re.compile(r"^(\d*)([-+=.)])(?=\s|$)")


def markdown(books: tuple[Handbook, ...]) -> str:
    """One document for all; ends with a line end."""
    return "\n".join(line for book in books for line in _book(book)).rstrip("\n") + "\n"


def plain(text: str) -> str:
    """A text on one line, with nothing in it that Markdown or HTML would read as its own."""
    one = " ".join(clean(text).split())
    return _LISTED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", one)).replace("&", "&amp;")


def _book(book: Handbook) -> Iterator[str]:
    yield f"# {plain(book.title)}"
    yield ""
    yield f"*{plain(book.about)}*"
    yield ""
    for section in book.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    badges = f" ({plain(' · '.join(section.badges))})" if section.badges else ""
    yield f"## {_numbered(section.title)}{badges}"
    yield ""
    for block in section.blocks:
        yield from _block(block)


def _numbered(title: str) -> str:
    """A heading may begin with a number: it is no list there."""
    return plain(f".{title}").removeprefix(".")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text, kind):
            yield {"lead": f"**{plain(text)}**", "tip": f"> {plain(text)}"}.get(kind, plain(text))
        case Points(title, lines, kind):
            if title:
                yield f"### {plain(title)}"
                yield ""
            yield from _points(lines, "- [ ] " if kind == "boxes" else "- ", "")
        case Grid(head, rows):
            yield _row(head)
            yield "|" + "---|" * len(head)
            for row in rows:
                yield _row(row)
        case Picture(scheme):
            yield "```mermaid"
            yield mermaid((scheme,)).rstrip("\n")
            yield "```"
    yield ""


def _points(lines: Iterable[Line], mark: str, indent: str) -> Iterator[str]:
    for line in lines:
        lead = f"**{plain(line.lead)}**" if line.lead else ""
        yield indent + mark + ": ".join(filter(None, (lead, plain(line.text))))
        yield from _points(line.under, "- ", indent + "  ")


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(plain(cell) for cell in cells) + " |"
