"""Tables on a terminal: columns as wide as what is in them, one row a line, nothing cut where a program reads."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import click

from voronka.cli.app import App

GAP = "  "


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and how it is styled (click.style's arguments)."""

    text: str
    style: tuple[tuple[str, object], ...] = ()


def red(text: str) -> Cell:
    return Cell(text, (("fg", "red"),))


def dim(text: str) -> Cell:
    return Cell(text, (("dim", True),))


def bold(text: str) -> Cell:
    return Cell(text, (("bold", True),))


Row = Sequence["str | Cell"]


def table(
    app: App, head: Sequence[str], rows: Sequence[Row], right: Sequence[int] = (), below: int | None = None
) -> None:
    """Print rows under a head, which may be empty. ``right``: columns aligned to the right.

    On a terminal that is too narrow column ``below`` goes under its row, wrapped; else the widest one gives way.
    """
    from rich.cells import cell_len, set_cell_size

    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    names = head or [""] * len(cells[0])
    widths = [max([cell_len(name), *(cell_len(row[i].text) for row in cells)]) for i, name in enumerate(names)]
    under: list[str] = []
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns
        if below is not None and sum(widths) + len(GAP) * (len(names) - 1) > columns:
            under = [row.pop(below).text for row in cells]
            right = [i - (i > below) for i in right if i != below]
            head = [name for i, name in enumerate(head) if i != below]
            widths.pop(below)
        _fit(widths, columns - len(GAP) * (len(widths) - 1))

    def line(row: Sequence[Cell]) -> str:
        parts = []
        last = max((i for i, cell in enumerate(row) if cell.text), default=0)
        for i, cell in enumerate(row[: last + 1]):
            text = cell.text
            if cell_len(text) > widths[i]:
                text = set_cell_size(text, widths[i] - 1).rstrip() + "…"
            space = " " * (widths[i] - cell_len(text) if i in right or i < last else 0)
            shown = click.style(text, **dict(cell.style)) if cell.style else text  # type: ignore[arg-type]
            parts.append(space + shown if i in right else shown + space)
        return GAP.join(parts)

    if head:
        app.out(line([dim(name) for name in head]))
    for n, row in enumerate(cells):
        app.out(line(row))
        for part in textwrap.wrap(under[n], max(20, columns - 4)) if under else ():
            app.out(click.style(f"    {part}", dim=True))


def _fit(widths: list[int], room: int) -> None:
    while sum(widths) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1


def pairs(app: App, rows: Sequence[tuple[str, str]], indent: str = "  ") -> None:
    """Print names with their values, the values one below another; long ones wrap."""
    from rich.cells import cell_len

    width = max((cell_len(name) for name, _ in rows), default=0)
    room = max(30, line_width() - len(indent) - width - 2)
    for name, value in rows:
        lines = [part for line in value.split("\n") for part in (textwrap.wrap(line, room) or [""])]
        left = indent + click.style(name, dim=True) + " " * (width - cell_len(name))
        for part in lines:
            app.out(f"{left}  {part}".rstrip())
            left = indent + " " * width


def line_width() -> int:
    """How many columns a line may take; the same everywhere but on a terminal."""
    if not sys.stdout.isatty():
        return 108
    return max(72, min(shutil.get_terminal_size((108, 24)).columns, 130))
