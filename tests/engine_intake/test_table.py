"""Reading CSV files: rows with their lines, and every way in which a file can be no table."""

from __future__ import annotations

from pathlib import Path

import pytest

from voronka.engine.intake.problems import Unreadable
from voronka.engine.intake.table import read_table


def write(folder: Path, data: bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"id,name\n1,\xd0\x90\n\n2,b\n", "utf-8"),
        (b"\xef\xbb\xbfid,name\r\n1,\xd0\x90\r\n\r\n2,b", "utf-8"),
        (b"id;name\n1;\xc0\n\n2;b\n", "cp1251"),
        (b"id\tname\r1\t\xd0\x90\r\r2\tb\r", "UTF8"),
        (' id | name \n1|"А"\n|\n2|b\n'.encode(), "utf-8"),
    ],
)
def test_rows_are_the_same_whatever_wrote_them(tmp_path: Path, data: bytes, encoding: str) -> None:
    table = read_table(write(tmp_path, data), encoding)
    assert table.header == ("id", "name")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("1", "А")), (4, ("2", "b"))]
    assert table.bad == ()


def test_a_cell_of_several_lines_counts_them(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, b'id,note\n1,"two\nlines, ""quoted"""\n2,x\n'))
    assert [(row.line, row.cells[1]) for row in table.rows] == [(2, 'two\nlines, "quoted"'), (4, "x")]


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"a,b\n1\n2,3\n", 2, "1 cells where the first row has 2 columns"),
        (b"a,b\n1,2,3\n2,3\n", 2, "3 cells where the first row has 2 columns"),
        (
            b'a,b\n"1"x,2\n2,3\n',
            2,
            "a quote stands in the middle of a cell; double it, and put the whole cell into quotes",
        ),
        (b'a,b\n2,3\n"1,2\n', 3, "a quote that opens here is never closed"),
        (b"a,b\n" + b"x" * 10_000_000 + b",1\n2,3\n", 2, "a cell has more than 131072 characters"),
    ],
)
def test_bad_rows_are_told_and_the_others_read(tmp_path: Path, data: bytes, line: int, said: str) -> None:
    table = read_table(write(tmp_path, data))
    assert [(problem.line, problem.message.en) for problem in table.bad] == [(line, said)]
    assert [row.cells for row in table.rows] == [("2", "3")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\n\n", "the file is empty"),
        (b"a,b,a\n1,2,3\n", "two columns are called “a”"),
        (
            b"a,b\n1,2\n3,\xc0\xff\n",
            'this is not utf-8; if it comes from Excel, write encoding = "cp1251" into the mapping',
        ),
        (b"PK\x03\x04rest", "this is a spreadsheet; save it as CSV first"),
    ],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_table(write(tmp_path, data))
    assert [problem.message.en for problem in caught.value.problems] == [said]
    assert all(problem.message.ru and problem.message.ru != said for problem in caught.value.problems)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "no.csv", "there is no such file"), (tmp_path, "this is a folder; name a file")):
        with pytest.raises(Unreadable) as caught:
            read_table(path)
        assert caught.value.problems[0].message.en == said


def test_an_unknown_encoding(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="there is no encoding “win-1251-ish”"):
        read_table(write(tmp_path, b"a\n1\n"), "win-1251-ish")
