"""The scheme as text for a terminal."""

from __future__ import annotations

from voronka.dsl.docs.scheme import MARKS, Box, Note, Scheme

_WIDTH = 100
_JOINER = "\u200d"  # joins emoji
_STAGE = {"open": "●", "won": "✔", "lost": "✗"}


def terminal(schemes: tuple[Scheme, ...], width: int = _WIDTH) -> str:
    """Stages from top to bottom with their notes; ends with a line end."""
    return "\n\n".join("\n".join(_lines(scheme, width)) for scheme in schemes) + "\n"


def _lines(scheme: Scheme, width: int) -> list[str]:
    out = [clean(scheme.title)]
    for note in scheme.notes:
        out += _note(note, "  ", width)
    last = [box for box in scheme.boxes if box.kind != "lost"][-1:]
    for box in scheme.boxes:
        rail = "  " if box in last or box.kind == "lost" else "│ "
        out.append("" if box.kind == "lost" or box is scheme.boxes[0] else "│")
        out.append(_head(box))
        for note in box.notes:
            out += _note(note, rail, width)
    return out


def _head(box: Box) -> str:
    badges = " · ".join(box.badges)
    return f"{_STAGE[box.kind]} {clean(box.title)}" + (f"  ({badges})" if badges else "")


def _note(note: Note, rail: str, width: int) -> list[str]:
    first = f"{rail}  {'  ' if note.under else ''}{MARKS[note.kind]} "
    return wrap(note.text, first, rail + " " * (len(first) - len(rail)), width)


def wrap(text: str, first: str, other: str, width: int) -> list[str]:
    """Words in lines of at most ``width`` cells; a longer word stands alone."""
    from rich.cells import cell_len

    lines: list[str] = []
    line, empty = first, True
    for word in clean(text).split():
        if not empty and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line, empty = other, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line]


def clean(text: str) -> str:
    """Nothing in a title may steer a terminal or break a line."""
    return "".join(char if char.isprintable() or char == _JOINER else " " for char in text)
