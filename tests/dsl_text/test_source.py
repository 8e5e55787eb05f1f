"""Sources: lines, columns, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import MAX_BYTES, Source, load_source
from voronka.dsl.text.span import Span, join


@pytest.mark.parametrize(
    ("text", "offset", "position"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 0, (1, 1)),
        ("ab\ncd", 2, (1, 3)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("я🙂\nb", 2, (1, 3)),
        ("ab\n", 3, (2, 1)),
        ("ab", 99, (1, 3)),
    ],
)
def test_position(text: str, offset: int, position: tuple[int, int]) -> None:
    assert Source("f", text).position(offset) == position


@given(st.text(alphabet="a\nя \r"), st.integers(0, 60))
def test_offset_undoes_position(text: str, offset: int) -> None:
    source = Source("f", text)
    line, column = source.position(offset)
    start = source.line_starts[line - 1]
    assert start + column - 1 == min(offset, len(text))
    if column - 1 <= len(source.line_text(line)):
        assert source.offset(line, column) == min(offset, len(text))


def test_lines_have_no_line_ends() -> None:
    source = Source("f", "a\r\nb\n\nc")
    assert [source.line_text(n) for n in range(1, source.line_count + 1)] == ["a", "b", "", "c"]


def test_span() -> None:
    source = Source("deals.pipeline", "ab\ncdef\n")
    span = Span(source, 4, 6)
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 2, 2, 4)
    assert str(span) == "deals.pipeline:2"
    assert span.text == "de"
    assert join(Span(source, 4, 6), Span(source, 0, 1)) == Span(source, 0, 6)


def load(path: Path) -> Source:
    source = load_source(path)
    assert isinstance(source, Source)
    return source


def refused(path: Path) -> Diagnostic:
    found = load_source(path, name="x.pipeline")
    assert isinstance(found, Diagnostic)
    return found


def test_bom_is_dropped_and_crlf_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_bytes(b"\xef\xbb\xbflanguage ru\r\n")
    assert load(path).text == "language ru\r\n"
    assert load(path).name == str(path)


def test_empty_file_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_bytes(b"")
    assert load(path).text == ""


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_invalid_utf8_is_shown_where_it_is(tmp_path: Path, bom: bytes) -> None:
    path = tmp_path / "a.pipeline"
    path.write_bytes(bom + "языки\nязык ".encode() + "я".encode("cp1251") + b'"\n')
    found = refused(path)
    assert found.code.name == "not-utf8"
    assert (found.span.line, found.span.column) == (2, 6)
    assert found.args["offset"] == len(bom) + 20
    assert "byte 0xFF at offset" in found.message()
    assert "строка 2, позиция 6" in found.message("ru")


def test_directory_missing_and_nul(tmp_path: Path) -> None:
    assert refused(tmp_path).code.name == "is-a-folder"
    assert refused(tmp_path / "none").code.name == "file-not-found"
    assert refused(tmp_path / "a\0b").code.name == "unreadable-file"


def test_a_line_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_bytes(b"a" * (10 * 1024 * 1024))
    found = refused(path)
    assert found.code.name == "file-too-large"
    assert found.message() == "x.pipeline is too large: 10 MB, at most 8 MB are read"
    assert found.message("ru") == "x.pipeline слишком велик: 10 МБ, читается не больше 8 МБ"


def test_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_bytes(b"a" * MAX_BYTES)
    assert len(load(path).text) == MAX_BYTES
