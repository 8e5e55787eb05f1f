"""Files and folders: how they are named, found and shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from voronka.dsl.check import check
from voronka.dsl.check.places import loc_of, span_of
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span
from voronka.stdlib.library import library

PIPELINE = """
pipeline {name} "П" {{
  timezone "UTC"
  field offer "КП" document using "{template}"
  stage s "С" {{ render offer }}
  won w "У"
  lost l "О"
}}
"""


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_templates_lie_beside_the_file_or_one_folder_up(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/x.pipeline": PIPELINE.format(name="x", template="near"),
            "a/y.pipeline": PIPELINE.format(name="y", template="letters/up"),
            "a/templates/near.html": "<p>Тут</p>",
            "templates/letters/up.md": "Выше",
        },
    )
    checked = check([tmp_path / "a"], library(), display_root=tmp_path)
    assert checked.definition is not None
    found = {name: (one.path, one.html) for name, one in checked.definition.templates.items()}
    assert found == {"near": ("a/templates/near.html", True), "letters/up": ("templates/letters/up.md", False)}
    assert set(checked.sources) == {"a/x.pipeline", "a/y.pipeline", "a/templates/near.html", "templates/letters/up.md"}
    assert {name for name, _ in checked.definition.sources} == set(checked.sources)


def test_a_file_is_read_once_however_it_is_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.pipeline": 'use "./b/../c.pipeline"\nuse "c.pipeline"\nsegment x "Икс"\n',
            "c.pipeline": 'segment y "Игрек"\n',
            "b/.keep": "",
        },
    )
    names = [tmp_path / "a.pipeline", tmp_path / "b" / ".." / "c.pipeline"]
    checked = check(names, library(), display_root=tmp_path)
    assert checked.diagnostics == ()
    assert list(checked.sources) == ["a.pipeline", "c.pipeline"]


def test_a_folder_without_pipelines_is_a_finding(tmp_path: Path) -> None:
    checked = check([tmp_path], library(), display_root=tmp_path.parent)
    assert [(one.code.id, one.message()) for one in checked.diagnostics] == [
        ("V220", f"there is no .pipeline file in {tmp_path.name}")
    ]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "V701"),
        (lambda path: path.mkdir(), "V220"),
        (lambda path: path.write_bytes(b"pipeline \xff"), "V706"),
        (lambda path: path.write_bytes(b"#" * (9 * 1024 * 1024)), "V705"),
    ],
    ids=["missing", "folder", "not UTF-8", "too large"],
)
def test_what_cannot_be_read_is_a_finding(tmp_path: Path, make: object, code: str) -> None:
    path = tmp_path / "a.pipeline"
    make(path)  # type: ignore[operator]
    checked = check([path], library(), display_root=tmp_path)
    assert [one.code.id for one in checked.diagnostics] == [code]
    assert checked.definition is None


def test_a_used_file_that_cannot_be_read_is_shown_with_its_use(tmp_path: Path) -> None:
    write(tmp_path, {"a.pipeline": 'use "./b"\n'})
    (tmp_path / "b").mkdir()
    (found,) = check([tmp_path / "a.pipeline"], library(), display_root=tmp_path).diagnostics
    assert (found.code.id, [str(label.span) for label in found.labels]) == ("V702", ["a.pipeline:1"])


def test_bom_and_crlf_change_nothing(tmp_path: Path) -> None:
    text = 'segment x "Икс"\r\nsegment x "Икс"\r\n'
    (tmp_path / "a.pipeline").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (found,) = check([tmp_path / "a.pipeline"], library(), display_root=tmp_path).diagnostics
    assert (str(found.span), found.span.column, [str(label.span) for label in found.labels]) == (
        "a.pipeline:2",
        9,
        ["a.pipeline:1"],
    )


def test_places_become_spans_again() -> None:
    source = Source("a.pipeline", "один\nдва три\n")
    span = Span(source, 9, 12)
    loc = loc_of(span)
    assert (loc.line, loc.column, loc.end_column) == (2, 5, 8)
    assert span_of(loc, {"a.pipeline": source}) == span
    assert span_of(loc, {}).text == ""
