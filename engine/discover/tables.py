"""Event logs as tables (CSV): read row by row, whatever their size; a row is an event, or a case with its dates."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from voronka.dsl.text.codes.base import Both
from voronka.engine.discover import faults
from voronka.engine.discover.columns import Roles, Unclear, roles
from voronka.engine.discover.faults import LONGEST, Faults
from voronka.engine.discover.log import Builder
from voronka.engine.discover.opened import encoding_of, opened
from voronka.engine.discover.stamps import Stamps, called, unzoned
from voronka.engine.intake.problems import Problem, Unreadable
from voronka.engine.intake.table import DELIMITERS, check_header, records

SAMPLE = 2_000  # rows that the roles of columns are found from
LONGEST_LINE = 1 << 20  # characters
_DATED = re.compile(r"(?:^|[\s_])(?:date|time|timestamp|at|on|of|дата|время)(?=$|[\s_])", re.IGNORECASE)

Record = tuple[int, "list[str] | Both"]


def read_table(
    path: Path, given: dict[str, str], zone: ZoneInfo, builder: Builder, found: Faults, form: str = "", code: str = ""
) -> None:
    """Add a table's events to ``builder``, its bad rows to ``found``. ``given``: roles that are named.

    Raises Unreadable, TooMuch.
    """
    encoding = code or encoding_of(path)
    if not code and encoding == "cp1251":
        builder.notes.append(Both("read as cp1251, as it is not UTF-8", "прочитано как cp1251: это не UTF-8"))
    with _text(path, encoding) as stream:
        first = stream.readline(LONGEST_LINE)
        if not first.strip():
            raise Unreadable(Problem(str(path), Both("the file is empty", "файл пуст")))
        delimiter = max(DELIMITERS, key=first.count)
        lines_read = records(itertools.chain([first], _lines(path, stream)), delimiter)
        _, header_cells = next(lines_read, (1, Both("the first row names no columns", "в первой строке нет столбцов")))
        if isinstance(header_cells, Both):
            raise Unreadable(Problem(str(path), header_cells, 1))
        header = tuple(cell.strip() for cell in header_cells)
        check_header(path, header)
        early = list(itertools.islice(lines_read, SAMPLE))
        sample = [cells for _, cells in early if not isinstance(cells, Both) and len(cells) == len(header)]
        if not early:
            raise Unreadable(Problem(str(path), Both("there is no event in it", "в нём нет событий")))
        try:
            known = roles(header, sample, given)
        except Unclear as unclear:
            raise Unreadable(Problem(str(path), unclear.said)) from None
        builder.notes += known.notes
        stamps = [Stamps(form or one, zone) for _, one in known.times]
        rows = _rows(str(path), header, itertools.chain(early, lines_read), found)
        take = _wide if known.wide else _long
        take(str(path), header, known, stamps, rows, builder, found)
        builder.plain &= all(one.plain for one in stamps)
        if note := unzoned(stamps):
            builder.notes.append(note)


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    try:
        with io.TextIOWrapper(opened(path), encoding=encoding, newline="") as stream:
            yield stream
    except UnicodeDecodeError:
        said = Both(f"this is not {encoding}; --encoding says which it is", f"это не {encoding}; укажите --encoding")
        raise Unreadable(Problem(str(path), said)) from None
    except LookupError as error:
        if "encoding" not in str(error):
            raise
        said = Both(f"there is no encoding “{encoding}”", f"нет кодировки «{encoding}»")
        raise Unreadable(Problem(str(path), said)) from None


def _lines(path: Path, stream: io.TextIOWrapper) -> Iterator[str]:
    """Lines of bounded length."""
    number = 1
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            said = Both(f"a line of more than {LONGEST_LINE:,} characters", f"в строке больше {LONGEST_LINE} знаков")
            raise Unreadable(Problem(str(path), said, number))
        yield line


def _rows(
    file: str, header: Sequence[str], records: Iterator[Record], found: Faults
) -> Iterator[tuple[int, list[str]]]:
    width = len(header)
    for line, cells in records:
        if isinstance(cells, Both):
            found.add(file, line, cells)
        elif len(cells) != width:
            en = f"{len(cells)} cells where the first row has {width} columns"
            ru = f"ячеек {len(cells)}, а столбцов в первой строке {width}"
            found.add(file, line, Both(en, ru))
        else:
            yield line, cells


def _long(
    file: str,
    header: Sequence[str],
    known: Roles,
    stamps: Sequence[Stamps],
    rows: Iterator[tuple[int, list[str]]],
    builder: Builder,
    found: Faults,
) -> None:
    """A row is an event."""
    (when, _), read = known.times[0], stamps[0].read
    case_at, act_at, who_at = known.case, known.activity, known.resource
    used = {case_at, act_at, when, who_at}
    others = [(i, name) for i, name in enumerate(header) if i not in used and name]
    for line, cells in rows:
        case, activity, text = cells[case_at].strip(), cells[act_at].strip(), cells[when]
        if not case or not activity or not text.strip():
            said = faults.NO_CASE if not case else faults.NO_ACTIVITY if not activity else faults.NO_TIME
            found.add(file, line, said, header[case_at if not case else act_at if not activity else when])
            continue
        if len(case) > LONGEST or len(activity) > LONGEST:
            wrong = case_at if len(case) > LONGEST else act_at
            what = faults.CASE if wrong == case_at else faults.ACTIVITY
            found.add(file, line, faults.too_long(what, LONGEST), header[wrong])
            continue
        try:
            at = read(text)
        except ValueError:
            found.add(file, line, faults.no_time(text, called(stamps[0].form)), header[when])
            continue
        who = cells[who_at].strip() if who_at >= 0 else ""
        builder.add(case, activity, at, who, {name: cells[i].strip() for i, name in others}, line)


def _wide(
    file: str,
    header: Sequence[str],
    known: Roles,
    stamps: Sequence[Stamps],
    rows: Iterator[tuple[int, list[str]]],
    builder: Builder,
    found: Faults,
) -> None:
    """A row is a case; each of its dates is an activity called after its column."""
    used = {known.case, known.resource, *(place for place, _ in known.times)}
    others = [(i, name) for i, name in enumerate(header) if i not in used and name]
    named = [(place, undated(header[place])) for place, _ in known.times]
    for line, cells in rows:
        case = cells[known.case].strip()
        if not case or len(case) > LONGEST:
            said = faults.too_long(faults.CASE, LONGEST) if case else faults.NO_CASE
            found.add(file, line, said, header[known.case])
            continue
        who = cells[known.resource].strip() if known.resource >= 0 else ""
        values = {name: cells[i].strip() for i, name in others}
        happened: list[tuple[str, int]] = []
        for (place, activity), stamp in zip(named, stamps, strict=True):
            if not cells[place].strip():
                continue
            try:
                happened.append((activity, stamp.read(cells[place])))
            except ValueError:
                said = faults.no_time(cells[place], called(stamp.form))
                found.add(file, line, said, header[place])
                break
        else:
            if not happened:
                found.add(file, line, faults.NO_TIME)
            for activity, at in happened:
                builder.add(case, activity, at, who, values, line)


def undated(column: str) -> str:
    """``first_contact_date`` -> ``first contact``: what happened, without the word for its date."""
    return " ".join(_DATED.sub(" ", column).replace("_", " ").split()) or column
