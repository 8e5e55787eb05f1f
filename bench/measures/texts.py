"""A workspace of a wanted size: the shipped pipelines in one file, and again under other names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measures.sales import PIPELINES

FILES = ("clients", "amocrm", "bitrix24", "leads", "crm_academy", "tobiz")
_TOP = re.compile(r"^(?=(?:pipeline|record|segment|resource|calendar|team)\b)", re.MULTILINE)
_DECLARED = re.compile(r"^(?:pipeline|record) (\w+)", re.MULTILINE)
_ONCE = ("segment", "resource", "calendar", "team")


def text_of(lines: int) -> str:
    """One file of about so many lines: whole declarations, each copy's pipelines and records named apart."""
    uses: dict[str, None] = {}
    shared: dict[str, None] = {}
    blocks: dict[str, list[str]] = {}
    for name in FILES:
        head, *rest = _TOP.split((PIPELINES / f"{name}.pipeline").read_text(encoding="utf-8"))
        uses.update(dict.fromkeys(line for line in head.splitlines() if line.startswith("use std.")))
        shared.update(dict.fromkeys(block for block in rest if block.startswith(_ONCE)))
        blocks[name] = [block for block in rest if not block.startswith(_ONCE)]
    made = ["language ru, en\n", *(f"{line}\n" for line in uses), *shared]
    for block in _copies(blocks):
        if sum(part.count("\n") for part in made) >= lines:
            break
        made.append(block)
    return "".join(made)


def _copies(blocks: dict[str, list[str]]) -> Iterator[str]:
    copy = 1
    while True:
        for some in blocks.values():
            yield "".join(some) if copy == 1 else _renamed("".join(some), f"_{copy}", blocks)
        copy += 1


def _renamed(text: str, suffix: str, blocks: dict[str, list[str]]) -> str:
    names = {name for some in blocks.values() for block in some for name in _DECLARED.findall(block)}
    wanted = "|".join(sorted(names))
    return re.sub(rf"(^(?:pipeline|record)|\b(?:links?|tunnel) to) ({wanted})\b", rf"\1 \2{suffix}", text, flags=re.M)


def workspace(folder: Path, lines: int) -> Path:
    """The file with the templates it names, in a folder."""
    shutil.copytree(PIPELINES / "templates", folder / "templates")
    path = folder / "big.pipeline"
    path.write_text(text_of(lines), encoding="utf-8")
    return path


def for_lark(parser: Any, text: str) -> str:
    """The text as stock Lark can read it: a word of the language that stands as a name is given another letter.

    Our parser takes such a word as the name it is; Lark alone does not. The number of tokens stays the same.
    """
    from lark import UnexpectedToken

    while True:
        try:
            parser.parse(text)
            return text
        except UnexpectedToken as error:
            end = error.token.end_pos
            if end is None or not error.token.isidentifier():
                raise
            text = f"{text[:end]}_{text[end:]}"
