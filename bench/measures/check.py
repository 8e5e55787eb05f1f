"""Checking 2,000 lines beside a bare parse of them by Lark: from text to a proved definition, templates included."""

from __future__ import annotations

import tempfile
from pathlib import Path

from measures import texts
from measures.harness import Line, by_turns
from voronka.dsl.check import check
from voronka.dsl.syntax import build, parser
from voronka.dsl.text.source import Source
from voronka.stdlib.library import Library

LIMIT = 8.0
LINES = 2_000
BARE = "a bare Lark parse"


def lines(quick: bool) -> list[Line]:
    """The whole check, and our parser alone."""
    from lark import Lark

    bare = Lark(build.GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="contextual", start="file")
    with tempfile.TemporaryDirectory(prefix="voronka-bench-") as folder:
        path = texts.workspace(Path(folder), LINES)
        text = path.read_text(encoding="utf-8")
        source, readable = Source("big.pipeline", text), texts.for_lark(bare, text)

        def whole() -> None:
            found = check([path], Library(), display_root=Path(folder))
            if found.definition is None:
                raise AssertionError([d.message() for d in found.diagnostics if d.is_error])

        whole()  # what a process does once, reading its tables and calendars, is start-up and not check
        times = by_turns(
            {"check": whole, BARE: lambda: bare.parse(readable), "parse": lambda: parser.parse(source)},
            5 if quick else 15,
        )
    count = text.count("\n")
    return [
        times.line("check", BARE, f"check of {count:,} lines", LIMIT, note=f"{times.medians['check'] * 1e3:.0f} ms"),
        times.line("parse", BARE, f"our parse of {count:,} lines"),
    ]
