"""Tables for other programs: CSV (RFC 4180) and XLSX, in which no text of a deal can become a formula.

A spreadsheet takes a text that begins with ``= + - @`` for a formula (OWASP, CSV Injection). In CSV such a text is
written behind an apostrophe, in XLSX it is stored as a string.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from voronka.cli.reports.cells import Local, plain
from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.table import Cell, Column, Money, Report, Table

_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_DAY = 86_400_000
_FORMATS = {"share": "0.0%", "duration": "[h]:mm", "worktime": "[h]:mm", "instant": "yyyy-mm-dd hh:mm", "number": "0.0"}
_WIDEST = 60
_INVALID = str.maketrans("[]:*?/\\", "       ")  # in names of sheets


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _STARTS else text


def as_csv(table: Table, lang: str) -> str:
    """A table with the columns' names as its head; shares as fractions, lengths of time in seconds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    one_currency = {
        place: _currencies(table, place) for place, column in enumerate(table.columns) if column.kind == "money"
    }
    writer.writerow([_head(column, one_currency.get(place)) for place, column in enumerate(table.columns)])
    for row in table.rows:
        writer.writerow(
            [
                _flat(column, cell, lang, place in one_currency and len(one_currency[place]) > 1)
                for place, (column, cell) in enumerate(zip(table.columns, row, strict=True))
            ]
        )
    return out.getvalue()


def _currencies(table: Table, place: int) -> set[str]:
    return {cell.currency for row in table.rows if isinstance(cell := row[place], Money)}


def _head(column: Column, currencies: set[str] | None) -> str:
    unit = next(iter(currencies)) if currencies and len(currencies) == 1 else ""
    if column.kind in ("duration", "worktime"):
        unit = "seconds"
    return f"{column.name}_{unit}" if unit else column.name


def _flat(column: Column, cell: Cell, lang: str, several: bool) -> Any:
    if isinstance(cell, Money):
        return f"{cell.amount:f} {cell.currency}" if several else f"{cell.amount:f}"
    value = plain(column, cell, lang)
    return "" if value is None else harmless(value) if isinstance(value, str) else value


def write_xlsx(report: Report, tables: Sequence[Table], path: Path, lang: str, local: Local) -> None:
    """A sheet for each table, with its chart. Raises ImportError without XlsxWriter; OSError."""
    import xlsxwriter  # type: ignore[import-untyped]
    from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True, "remove_timezone": True}
    book = xlsxwriter.Workbook(str(path), options)
    bold = book.add_format({"bold": True})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    monies: dict[str, Any] = {}
    used: set[str] = set()
    for table in tables:
        name = _sheet(table.title.in_(lang), used)
        sheet = book.add_worksheet(name)
        widths = [len(column.title.in_(lang)) for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.title.in_(lang), bold)
        for line, row in enumerate((*table.rows, *((table.totals,) if table.totals else ())), 1):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                if cell is None:
                    continue
                if isinstance(cell, str | Both):
                    text = cell if isinstance(cell, str) else cell.in_(lang)
                    sheet.write_string(line, place, text)
                    widths[place] = max(widths[place], len(text))
                elif isinstance(cell, Money):
                    if cell.currency not in monies:
                        monies[cell.currency] = book.add_format({"num_format": f'#,##0.00 "{cell.currency}"'})
                    sheet.write_number(line, place, float(cell.amount), monies[cell.currency])
                    widths[place] = max(widths[place], 18)
                elif column.kind == "instant":
                    moment: datetime = local(int(cell))
                    sheet.write_datetime(line, place, moment.replace(tzinfo=None), formats["instant"])
                else:
                    value = cell / _DAY if column.kind in ("duration", "worktime") else cell
                    sheet.write_number(line, place, value, formats.get(column.kind))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(width, _WIDEST) + 2)
        sheet.freeze_panes(1, 0)
        if table.chart is not None and table.rows:
            _chart(book, sheet, name, table, lang)
    book.set_properties({"title": report.title.in_(lang)})
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _sheet(title: str, used: set[str]) -> str:
    """A name that sheets may have: at most 31 characters, each once."""
    name = " ".join(title.translate(_INVALID).split()).strip("'")[:31] or "report"
    number = 1
    found = name
    while found.casefold() in used:
        number += 1
        found = f"{name[:27]} {number}"
    used.add(found.casefold())
    return found


def _chart(book: Any, sheet: Any, name: str, table: Table, lang: str) -> None:
    assert table.chart is not None
    parts = table.chart.series
    chart = book.add_chart(
        {"type": "bar", "subtype": "stacked"} if len(parts) > 1 and not table.chart.spread else {"type": "bar"}
    )
    last = len(table.rows)
    label = table.column(table.chart.label)
    for one in parts:
        place = table.column(one)
        chart.add_series(
            {
                "name": table.columns[place].title.in_(lang),
                "categories": [name, 1, label, last, label],
                "values": [name, 1, place, last, place],
            }
        )
    chart.set_y_axis({"reverse": True})
    chart.set_title({"name": table.title.in_(lang)})
    if len(parts) == 1:
        chart.set_legend({"none": True})
    sheet.insert_chart(1, len(table.columns) + 1, chart)
