"""The parts of a handbook: sections with paragraphs, lists, tables and a picture, all of it already in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from voronka.dsl.docs.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Line:
    """A point of a list; ``lead`` stands out before it, ``under`` are its own points."""

    text: str
    lead: str = ""
    under: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``kind``: text, lead (what a stage means), tip (how to work there)."""

    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Points:
    """A list under a small heading; ``kind``: list, boxes (to tick), flow (what happens by itself)."""

    title: str
    lines: tuple[Line, ...]
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    scheme: Scheme


Block: TypeAlias = Paragraph | Points | Grid | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter, or with ``stage`` (open won lost) one of a stage; ``badges`` stand behind its title."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    stage: str = ""
    badges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handbook:
    name: str
    title: str
    lang: str
    about: str
    sections: tuple[Section, ...]


def texts(section: Section) -> Iterator[str]:
    """Everything that is said in a chapter, in order."""
    yield section.title
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Points):
            yield block.title
            yield from _texts(block.lines)
        elif isinstance(block, Grid):
            yield from (cell for row in (block.head, *block.rows) for cell in row)


def _texts(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield line.lead
        yield line.text
        yield from _texts(line.under)
