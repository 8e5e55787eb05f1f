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
_TEXT = 16  # columns that a text keeps on a narrow terminal


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
    app: App,
    head: Sequence[str],
    rows: Sequence[Row],
    right: Sequence[int] = (),
    below: int | None = None,
    wrapped: Sequence[int] | None = None,
) -> None:
    """Print rows under a head, which may be empty. ``right``: columns aligned to the right.

    On a terminal that is too narrow column ``below`` goes under its row, wrapped; else the widest one gives way. With
    ``wrapped`` nothing is cut: heads and the columns that are named take several lines; what still has no room stands
    below, beside the first columns again.
    """
    from rich.cells import cell_len, set_cell_size

    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    names = head or [""] * len(cells[0])
    widths = [max([cell_len(name), *(cell_len(row[i].text) for row in cells)]) for i, name in enumerate(names)]
    under: list[str] = []
    if wrapped is not None and sys.stdout.isatty():
        _wrapped(app, names, cells, right, wrapped)
        return
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


def room(head: Sequence[str], rows: Sequence[Row]) -> int | None:
    """How many columns of the terminal such a table leaves once its head is wrapped; None where it is no terminal."""
    if not sys.stdout.isatty():
        return None
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    return shutil.get_terminal_size().columns - sum(_natural(head, cells)) - len(GAP) * len(head)


def _natural(head: Sequence[str], cells: Sequence[Sequence[Cell]]) -> list[int]:
    """How wide columns are of which only the head is wrapped."""
    from rich.cells import cell_len

    return [max([_word(name), *(cell_len(row[i].text) for row in cells)]) for i, name in enumerate(head)]


def _word(text: str) -> int:
    """How wide the longest word is; what stands beside a no-break space is one word."""
    from rich.cells import cell_len

    return max((cell_len(word) for word in text.split(" ")), default=0)


def _wrapped(
    app: App, head: Sequence[str], cells: Sequence[Sequence[Cell]], right: Sequence[int], texts: Sequence[int]
) -> None:
    """Print a table whose head and ``texts`` take as many lines as they need."""
    from rich.cells import cell_len

    columns = shutil.get_terminal_size().columns
    widths = _natural(head, cells)
    least = [
        min(width, max(_TEXT, _word(head[i]), *(_word(row[i].text) for row in cells))) if i in texts else width
        for i, width in enumerate(widths)
    ]
    first = next((i for i in range(len(head)) if i not in texts), len(head))  # what says whose row it is stands before
    for n, block in enumerate(_blocks(least, first, columns)):
        if n:
            app.out()
        wide = [widths[i] for i in block]
        room = columns - len(GAP) * (len(block) - 1)
        for at, i in enumerate(block):  # as wide as the head would be on one line, where there is room for it
            wide[at] += max(0, min(cell_len(head[i]) - wide[at], room - sum(wide)))
        while sum(wide) > room and (spare := [at for at, i in enumerate(block) if wide[at] > least[i]]):
            wide[max(spare, key=wide.__getitem__)] -= 1
        _block(app, [[dim(name) for name in head], *cells], dict(zip(block, wide, strict=True)), right)


def _blocks(widths: Sequence[int], first: int, columns: int) -> list[list[int]]:
    """Which columns stand together, one block below another; the ``first`` ones stand in each."""
    blocks: list[list[int]] = [[*range(first)]]
    for i in range(first, len(widths)):
        wanted = [*blocks[-1], i]
        if sum(widths[n] for n in wanted) + len(GAP) * (len(wanted) - 1) > columns and len(blocks[-1]) > first:
            wanted = [*range(first), i]
            blocks.append(wanted)
        blocks[-1] = wanted
    return blocks


def _block(app: App, rows: Sequence[Sequence[Cell]], widths: dict[int, int], right: Sequence[int]) -> None:
    """Print some columns, by their places, as wide as that."""
    from rich.cells import cell_len

    for row in rows:
        parts = {
            i: [row[i].text]
            if cell_len(row[i].text) <= width
            else textwrap.wrap(row[i].text, width, break_on_hyphens=False)
            for i, width in widths.items()
        }
        for n in range(max(map(len, parts.values()))):
            line = []
            for i, width in widths.items():
                text = parts[i][n].replace("\u00a0", " ") if n < len(parts[i]) else ""
                space = " " * (width - cell_len(text))
                shown = click.style(text, **dict(row[i].style)) if row[i].style and text else text  # type: ignore[arg-type]
                line.append(space + shown if i in right else shown + space)
            app.out(GAP.join(line).rstrip())


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
