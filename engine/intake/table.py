"""Reading a CSV file: rows with the lines they stand in, everything that is wrong with them told apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voronka.dsl.text.codes.base import Both
from voronka.engine.intake.problems import Problem, Unreadable

DELIMITERS = ",;\t|"
LARGEST = 512 * 1024 * 1024  # bytes of a file


@dataclass(frozen=True, slots=True)
class Row:
    """One record; ``line`` is the one it begins in."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read. ``bad`` are rows that are no rows: too many cells, a quote that is never closed."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    bad: tuple[Problem, ...]

    def place(self, column: str) -> int:
        """The column's number, from 0."""
        return self.header.index(column)


def read_table(path: Path, encoding: str = "utf-8", delimiter: str = "") -> Table:
    """Read a CSV file whose first row names the columns. Raises Unreadable.

    ``delimiter``: found out from the first row where it is not given. A byte order mark, CRLF and blank lines do not
    matter.
    """
    text = _text(path, encoding)
    first = text.split("\n", 1)[0]
    chosen = delimiter or max(DELIMITERS, key=first.count)
    rows: list[Row] = []
    bad: list[Problem] = []
    header: tuple[str, ...] = ()
    for line, cells in records(io.StringIO(text), chosen):
        if isinstance(cells, Both):
            bad.append(Problem(str(path), cells, line))
        elif not header:
            header = tuple(cell.strip() for cell in cells)
        elif len(cells) != len(header):
            en = f"{len(cells)} cells where the first row has {len(header)} columns"
            ru = f"ячеек {len(cells)}, а столбцов в первой строке {len(header)}"
            bad.append(Problem(str(path), Both(en, ru), line))
        else:
            rows.append(Row(line, tuple(cells)))
    if not header:
        raise Unreadable(Problem(str(path), Both("the file is empty", "файл пуст")))
    check_header(path, header)
    return Table(str(path), header, tuple(rows), tuple(bad))


def _text(path: Path, encoding: str) -> str:
    file = str(path)
    try:
        if path.is_dir():
            raise Unreadable(Problem(file, Both("this is a folder; name a file", "это папка; укажите файл")))
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            mb = max(path.stat().st_size, len(data)) // 2**20
            most = LARGEST // 2**20
            en, ru = f"{mb} MB; split it, at most {most} MB are read", f"{mb} МБ; разделите его, читается до {most} МБ"
            raise Unreadable(Problem(file, Both(en, ru)))
    except FileNotFoundError:
        raise Unreadable(Problem(file, Both("there is no such file", "нет такого файла"))) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Unreadable(Problem(file, Both(why, why))) from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        en, ru = "this is a spreadsheet; save it as CSV first", "это таблица Excel; сначала сохраните её как CSV"
        raise Unreadable(Problem(file, Both(en, ru)))
    try:
        text = data.decode("utf-8-sig" if encoding.lower().replace("-", "") == "utf8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        en = f'this is not {encoding}; if it comes from Excel, write encoding = "cp1251" into the mapping'
        ru = f'это не {encoding}; если файл из Excel, укажите в карте encoding = "cp1251"'
        raise Unreadable(Problem(file, Both(en, ru), line)) from None
    except LookupError:
        en, ru = f"there is no encoding “{encoding}”", f"нет кодировки «{encoding}»"
        raise Unreadable(Problem(file, Both(en, ru))) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | Both]]:
    """Records with the line each begins in; what is no record comes as its message."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _why(error)
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _why(error: csv.Error) -> Both:
    said = str(error)
    if "unexpected end" in said:
        return Both("a quote that opens here is never closed", "кавычка, открытая здесь, нигде не закрыта")
    if "field larger" in said:
        most = csv.field_size_limit()
        return Both(f"a cell has more than {most} characters", f"в ячейке больше {most} знаков")
    return Both(
        "a quote stands in the middle of a cell; double it, and put the whole cell into quotes",
        "кавычка посреди ячейки; удвойте её, а всю ячейку возьмите в кавычки",
    )


def check_header(path: Path, header: tuple[str, ...]) -> None:
    """Raises Unreadable where two columns have one name."""
    for number, name in enumerate(header, 1):
        if name and name in header[: number - 1]:
            en, ru = f"two columns are called “{name}”", f"два столбца называются «{name}»"
            raise Unreadable(Problem(str(path), Both(en, ru), 1, number))
