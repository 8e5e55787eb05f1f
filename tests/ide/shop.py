"""A workspace in memory for questions: the same small shop that the server's tests open."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from voronka.cli.lsp.clock import ExampleClock
from voronka.cli.lsp.project import facts
from voronka.dsl.check.files import Memory
from voronka.dsl.ide.build import build
from voronka.dsl.ide.completion import complete
from voronka.dsl.ide.cursor import Tracker
from voronka.dsl.ide.items import Item
from voronka.dsl.ide.names import Names, learn
from voronka.dsl.ide.view import View
from voronka.stdlib.library import library

FOLDER = Path(__file__).parents[1] / "lsp" / "shop" / "pipelines"
TEXTS = {
    path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.rglob("*"))
    if path.is_file()
}
SALES, TESTS, CLIENTS = "sales.pipeline", "tests.pipeline", "clients.pipeline"
NOW = datetime(2026, 11, 23, 9, 40)


@cache
def known() -> Names:
    return names_of(TEXTS)


def names_of(known: dict[str, str]) -> Names:
    return learn(Memory(known), library(), [name for name in known if name.endswith(".pipeline")])


def view_of(name: str, texts: dict[str, str] | None = None, lang: str = "en") -> View:
    names = names_of(texts or TEXTS)
    return View(build(names), names.world.sources[name], lang, ExampleClock(NOW), facts())


def offset(text: str, words: str, skip: int = 0) -> int:
    """The offset of the ``|`` in some words of a text."""
    start = -1
    for _ in range(skip + 1):
        start = text.index(words.replace("|", "", 1), start + 1)
    return start + words.index("|")


def asked(line: str, *, where: str = "stage", lang: str = "en", names: Names | None = None) -> list[Item]:
    """What is offered at the ``|`` of a line that is typed into a stage, a pipeline, a scenario, or at the top."""
    marks = {
        "stage": (SALES, "    require email\n"),
        "pipeline": (SALES, "  include discipline\n"),
        "scenario": (TESTS, "  done call as reached\n"),
        "top": (SALES, "use std.discipline\n"),
    }
    name, mark = marks[where]
    text = TEXTS[name].replace(mark, f"{mark}{line}\n", 1)
    at = text.index(line) + line.index("|")
    text = text[:at] + text[at + 1 :]
    return complete(Tracker().position(text, at), names or known(), name, lang, facts())


def labels(line: str, where: str = "stage") -> list[str]:
    """Names that fit best, without keywords."""
    return [item.label for item in asked(line, where=where) if item.rank == 0 and item.kind != "keyword"]
