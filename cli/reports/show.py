"""A report on a terminal: tables with a bar beside each row, and what there is to note."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import click

from voronka.cli.app import App
from voronka.cli.reports.cells import NUMERIC, Local, plain, shown
from voronka.cli.tables import Cell as Printed
from voronka.cli.tables import dim, line_width, room, table
from voronka.engine.reports.table import Cell, Column, Money, Report, Table

_WIDTH = 30  # of the longest bar
_SHORTEST = 8  # of the longest bar on a narrow terminal; where there is less room there are none
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_TONES = ("cyan", "red", "yellow", "green")
_SHADES = "█▒░▓"


def show(app: App, report: Report, local: Local) -> None:
    """Print it."""
    lang = app.lang
    head = [click.style(report.title.in_(lang), bold=True), *(one.in_(lang) for one in report.about)]
    app.out(" · ".join(head))
    for one in report.tables:
        app.out()
        if len(report.tables) > 1:
            app.out(click.style(one.title.in_(lang), bold=True))
        if one.rows:
            _table(app, one, local)
        else:
            app.out(f"  {one.empty.in_(lang)}")
    if report.notes:
        app.out()
    for note in report.notes:
        for line in textwrap.wrap(f"· {note.in_(lang)}", line_width(), subsequent_indent="  "):
            app.out(line)


def data(app: App, report: Report) -> dict[str, Any]:
    """It as JSON data: cells by the columns' names."""
    lang = app.lang
    return {
        "report": report.name,
        "title": report.title.in_(lang),
        "about": [one.in_(lang) for one in report.about],
        "tables": [
            {
                "name": one.name,
                "title": one.title.in_(lang),
                "columns": [{"name": c.name, "title": c.title.in_(lang), "kind": c.kind} for c in one.columns],
                "rows": [_named(one.columns, row, lang) for row in one.rows],
                "totals": _named(one.columns, one.totals, lang) if one.totals else None,
            }
            for one in report.tables
        ],
        "notes": [note.in_(lang) for note in report.notes],
    }


def _named(columns: Sequence[Column], row: Sequence[Cell], lang: str) -> dict[str, Any]:
    return {column.name: plain(column, cell, lang) for column, cell in zip(columns, row, strict=True)}


def _table(app: App, one: Table, local: Local) -> None:
    lang = app.lang
    head = [column.title.in_(lang) for column in one.columns]
    rows: list[list[str | Printed]] = []
    before: Sequence[Cell] = ()
    for row in one.rows:
        cells = [shown(column, cell, lang, local) for column, cell in zip(one.columns, row, strict=True)]
        line: list[str | Printed] = [dim(text) if text == "—" else text for text in cells]
        if one.columns[0].name == "pipeline" and before and before[0] == row[0]:
            line[0] = ""
        rows.append(line)
        before = row
    if one.totals:
        totals = [
            "" if cell is None else shown(column, cell, lang, local)
            for column, cell in zip(one.columns, one.totals, strict=True)
        ]
        rows.append([Printed(text, (("bold", True),)) for text in totals])
    right = [place for place, column in enumerate(one.columns) if column.kind in NUMERIC]
    texts = [place for place, column in enumerate(one.columns) if column.kind == "text"]
    legend = _legend(one, lang) if one.chart is not None else []
    left = room(head, rows)
    if one.chart is not None and (width := _width(legend, left)):
        place = one.column(one.chart.series[-1]) + 1
        for line, bar in zip(rows, [*_bars(one, width), ""], strict=False):
            line.insert(place, bar)
        kept = legend if left is None else [part.replace(" ", "\u00a0") for part in legend]  # a sign with its name
        head.insert(place, "  ".join(kept))
        right = [column + (column >= place) for column in right]
        texts = [column + (column >= place) for column in texts]
    table(app, head, rows, right, wrapped=texts)


def _legend(one: Table, lang: str) -> list[str]:
    """What the parts of a bar are."""
    assert one.chart is not None
    series = one.chart.series if len(one.chart.series) > 1 and not one.chart.spread else ()
    return [f"{_SHADES[n]} {one.columns[one.column(name)].title.in_(lang)}" for n, name in enumerate(series)]


def _width(legend: Sequence[str], left: int | None) -> int:
    """Of the longest bar, of what a terminal has left beside the figures: a bar that were cut would lie. 0: no room."""
    from rich.cells import cell_len

    if left is None:
        return _WIDTH
    return min(left, _WIDTH) if left >= max([_SHORTEST, *map(cell_len, legend)]) else 0


def amount(cell: Cell) -> float:
    """How long a bar is for a cell."""
    if isinstance(cell, Money):
        return float(cell.amount)
    return float(cell) if isinstance(cell, int | float) else 0.0


def _bars(one: Table, width: int) -> list[str | Printed]:
    assert one.chart is not None
    places = [one.column(name) for name in one.chart.series]
    values = [[max(0.0, amount(row[place])) for place in places] for row in one.rows]
    if one.chart.spread:
        most = max((max(row) for row in values), default=0.0) or 1.0
        return [_spread(row, most, width) for row in values]
    most = max((sum(row) for row in values), default=0.0) or 1.0
    return [_bar(row, most, width) for row in values]


def _spread(row: Sequence[float], most: float, width: int) -> str | Printed:
    """An interval: ``├───●──┤`` from its lower to its upper end, the middle between them; nothing of nothing."""
    low, middle, high = (round(value / most * (width - 1)) for value in row)
    if not any(row):
        return ""
    line = [" "] * low + ["─"] * (high - low + 1)
    line[low], line[high] = "├", "┤"
    line[middle] = "●"
    return Printed("".join(line), (("fg", _TONES[0]),))


def _bar(parts: Sequence[float], most: float, width: int) -> str | Printed:
    """A bar; the smallest part that is there at all can be seen."""
    if len(parts) == 1:
        eighths = round(parts[0] / most * width * 8)
        eighths = max(eighths, 1 if parts[0] > 0 else 0)
        text = _EIGHTHS[8] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        return Printed(text, (("fg", _TONES[0]),))
    drawn = [max(round(part / most * width), 1 if part > 0 else 0) for part in parts]
    return "".join(_SHADES[n % len(_SHADES)] * length for n, length in enumerate(drawn))
