"""Repairs: in rounds, none over another, nothing that would break the file (issue 4 point 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.lint.context import Context
from voronka.dsl.lint.edits import deleted
from voronka.dsl.lint.fix import apart, edited, repair
from voronka.dsl.lint.registry import by_name
from voronka.dsl.lint.settings import Settings
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes.base import Both, Code, Severity
from voronka.dsl.text.diagnostic import Diagnostic, Edit, Fix
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span
from voronka.stdlib.library import library

CODE = Code("L999", "of-a-test", Severity.WARNING, "“{at}”", "«{at}»")
CLEAN = """\
use std.loss

pipeline deals "Продажи" {
  stage new     "Новая"
  lost  refused "Отказ" { include loss { back_to = new } }
}
"""


def asked(*names: str) -> Settings:
    return Settings(severities={name: Severity.WARNING if name in names else None for name in by_name()})


def finding(source: Source, edits: list[tuple[int, int, str]]) -> Diagnostic:
    made = tuple(Edit(Span(source, start, end), text) for start, end, text in edits)
    return Diagnostic(CODE, made[0].span, {"at": edits[0][0]}, fix=Fix(Both("", ""), made, safe=True))


@given(st.text("abc", min_size=1, max_size=30), st.data())
def test_what_is_chosen_can_be_done_at_once_and_reads_as_one_after_another(text: str, data: st.DataObject) -> None:
    source = Source("a", text)
    spots = st.tuples(st.integers(0, len(text)), st.integers(0, 4), st.sampled_from(["", "X", "YZ"]))
    found = []
    for start, length, new in data.draw(st.lists(spots, max_size=6)):
        found.append(finding(source, [(start, min(start + length, len(text)), new)]))
    chosen = apart(found)
    edits = [edit for one in chosen for edit in (one.fix.edits if one.fix else ())]
    assert found[:1] == chosen[:1], "the first one is never skipped"
    # letters that nobody chose to change are all there, in their order
    changed = {at for edit in edits for at in range(edit.span.start, edit.span.end)}
    kept = "".join(letter for at, letter in enumerate(text) if at not in changed)
    assert "".join(letter for letter in edited(text, edits) if letter in "abc") == kept
    # and each replacement stands between the same neighbours as it would alone
    for edit in edits:
        assert edit.replacement in edited(text, edits)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_and_everything_else_stay(tmp_path: Path, ends: str) -> None:
    text = ("# Мои воронки\nuse std.nps  # ?\n" + CLEAN).replace("\n", ends)
    (tmp_path / "a.pipeline").write_bytes(text.encode())
    done = repair([tmp_path / "a.pipeline"], library(), asked("unused-module"), root=tmp_path)
    assert done.texts == {(tmp_path / "a.pipeline").resolve(): ("# Мои воронки\n" + CLEAN).replace("\n", ends)}
    assert [one.code.name for one in done.fixed] == ["unused-module"]
    assert done.linted.findings == ()
    assert (tmp_path / "a.pipeline").read_bytes() == text.encode(), "writing is the caller's"


def test_a_file_in_the_one_style_stays_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_text("use std.nps\n" + CLEAN)
    done = repair([path], library(), asked("unused-module"), root=tmp_path)
    assert done.texts[path.resolve()] == CLEAN
    path.write_text("use std.nps\n" + CLEAN.replace("  stage new     ", "  stage new "))
    done = repair([path], library(), asked("unused-module"), root=tmp_path)
    assert '  stage new "Новая"' in done.texts[path.resolve()], "nobody asked for a new layout"


def test_a_comment_that_a_repair_made_unused_goes_in_the_next_round(tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_text('# voronka: allow stage-without-limit "was needed once"\nuse std.nps\n' + CLEAN)
    done = repair([path], library(), asked("unused-module", "stage-without-limit", "few-reasons"), root=tmp_path)
    assert [one.code.name for one in done.fixed] == ["unused-suppression", "unused-module"]
    assert done.texts[path.resolve()] == CLEAN


def test_a_fix_that_would_break_the_file_is_not_made_and_told(tmp_path: Path) -> None:
    """A rule may err: here one takes a `use` away that is needed, beside one that is not."""
    unused = by_name()["unused-module"]

    def wrong(ctx: Context) -> Iterator[Diagnostic]:
        for use in ctx.walk(nodes.Use):
            gone = Fix(Both("", ""), (deleted(use.span),), safe=True)
            yield Diagnostic(unused.code, use.span, {"name": use.span.text}, fix=gone)

    path = tmp_path / "a.pipeline"
    path.write_text("use std.nps\n" + CLEAN)
    done = repair([path], library(), asked("unused-module"), root=tmp_path, rules=[replace(unused, run=wrong)])
    assert done.texts[path.resolve()] == CLEAN
    assert [one.args["name"] for one in done.fixed] == ["use std.nps"]
    assert [one.args["name"] for one in done.refused] == ["use std.loss"]
    assert [one.args["name"] for one in done.linted.findings] == ["use std.loss"]


def test_files_with_errors_are_left_alone_and_their_errors_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_text("use std.nps\n" + CLEAN + "stge x\n")
    done = repair([path], library(), asked("unused-module"), root=tmp_path)
    assert done.texts == {}
    assert all(one.is_error and one.code.id.startswith("V") for one in done.linted.findings)
