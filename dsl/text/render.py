"""Shows a diagnostic: as text with the line and carets under it, or as a dictionary for JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

_TAB = 4
_WIDTH = 120  # cells of a line that are shown; a longer one is cut around its marks
_BEFORE = 40  # cells shown to the left of the first mark of a line that is cut
_LONG = 400  # characters of a line that are looked at

_SEVERITY = {
    "error": ("error", "ошибка", "1;31"),
    "warning": ("warning", "предупреждение", "1;33"),
    "note": ("note", "замечание", "1;36"),
}
_WORDS = {"help": ("help", "подсказка"), "note": ("note", "пояснение"), "fix": ("fix", "исправление")}
_BLUE, _BOLD, _GREEN = "1;34", "1", "1;32"


class _Mark(NamedTuple):
    """What is underlined in one line: columns from 0, in characters and later in cells."""

    start: int
    end: int
    primary: bool
    text: str


def render(diagnostic: Diagnostic, lang: str = "en", *, color: bool = False) -> str:
    """The diagnostic as text of several lines, without a line end after the last. ``color`` adds ANSI codes."""
    paint = _painter(color)
    en, ru, hue = _SEVERITY[diagnostic.severity.value]
    kind = ru if lang == "ru" else en
    head = paint(f"{kind}[{diagnostic.code}]", hue) + paint(f": {_safe(diagnostic.message(lang))}", _BOLD)
    marks: dict[Source, dict[int, list[_Mark]]] = {}
    _place(marks, diagnostic.span, True, "")
    for label in diagnostic.labels:
        _place(marks, label.span, False, _safe(label.text.in_(lang)))
    gutter = max(len(str(line)) for lines in marks.values() for line in lines)
    out = [head]
    for source, lines in marks.items():
        first = diagnostic.span if source is diagnostic.span.source else _first_label(diagnostic, source)
        arrow = "-->" if source is diagnostic.span.source else ":::"
        where = f"{source.name}:{first.line}:{first.column}" if source.text else source.name
        out.append(f"{' ' * gutter}{paint(arrow, _BLUE)} {_safe(where)}")
        if source.text:
            out.extend(_excerpt(source, lines, gutter, hue, paint))
    bar = paint("=", _BLUE)
    for word, text in _remarks(diagnostic, lang):
        title = paint(_WORDS[word][lang == "ru"], _GREEN if word == "fix" else _BOLD)
        indent = "\n" + " " * (gutter + 3)
        out.append(f"{' ' * gutter} {bar} {title}: {_safe(text).replace(chr(10), indent)}")
    return "\n".join(out)


def to_json(diagnostic: Diagnostic, lang: str = "en") -> dict[str, Any]:
    """The diagnostic as plain data.

    ``code name severity message help`` (an empty text if there is none), ``file``, ``start`` and ``end`` (``line`` and
    ``column`` from 1, ``offset`` from 0, all in characters), ``labels`` (place and ``message``), ``notes`` (texts),
    ``fix`` (None, or ``title``, ``safe`` and ``edits``: place and ``replacement``).
    """
    fix = diagnostic.fix
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message(lang),
        "help": diagnostic.help(lang),
        **_json_span(diagnostic.span),
        "labels": [{**_json_span(label.span), "message": label.text.in_(lang)} for label in diagnostic.labels],
        "notes": [note.in_(lang) for note in diagnostic.notes],
        "fix": fix
        and {
            "title": fix.title.in_(lang),
            "safe": fix.safe,
            "edits": [{**_json_span(edit.span), "replacement": edit.replacement} for edit in fix.edits],
        },
    }


def _json_span(span: Span) -> dict[str, Any]:
    return {
        "file": span.source.name,
        "start": {"line": span.line, "column": span.column, "offset": span.start},
        "end": {"line": span.end_line, "column": span.end_column, "offset": span.end},
    }


def _remarks(diagnostic: Diagnostic, lang: str) -> Iterable[tuple[str, str]]:
    for note in diagnostic.notes:
        yield "note", note.in_(lang)
    if text := diagnostic.help(lang):
        yield "help", text
    if diagnostic.fix:
        yield "fix", diagnostic.fix.title.in_(lang)


def _first_label(diagnostic: Diagnostic, source: Source) -> Span:
    return next(label.span for label in diagnostic.labels if label.span.source is source)


def _place(marks: dict[Source, dict[int, list[_Mark]]], span: Span, primary: bool, text: str) -> None:
    """Note what a span underlines: its part of the line that it begins on, one character at least."""
    line, column = span.source.position(span.start)
    room = len(span.source.line_text(line)) - column + 1
    end = column - 1 + max(1, min(span.end - span.start, room))
    marks.setdefault(span.source, {}).setdefault(line, []).append(_Mark(column - 1, end, primary, text))


def _excerpt(source: Source, lines: dict[int, list[_Mark]], gutter: int, hue: str, paint: Any) -> Iterable[str]:
    blank = paint(f"{' ' * gutter} |", _BLUE)
    yield blank
    before = 0
    for line in sorted(lines):
        if before and line == before + 2:
            between, _ = _fit(source.line_text(before + 1), [])
            yield paint(f"{before + 1:>{gutter}} |", _BLUE) + _spaced(between)
        elif before and line > before + 1:
            yield paint("...", _BLUE)
        text, marks = _fit(source.line_text(line), sorted(lines[line]))
        yield paint(f"{line:>{gutter}} |", _BLUE) + _spaced(text)
        for row in _underline(marks, hue, paint):
            yield blank + _spaced(row)
        before = line


def _fit(text: str, marks: list[_Mark]) -> tuple[str, list[_Mark]]:
    """A line as it is shown, cut if it is long, and its marks in cells."""
    base = max(0, marks[0].start - _BEFORE) if marks and len(text) > _LONG else 0
    cut_left, cut_right = base > 0, len(text) > base + _LONG
    text = text[base : base + _LONG]
    cells = []
    for mark in marks:
        if mark.start - base < len(text) + 1:
            start = _cells(text[: mark.start - base], 0)
            cells.append(mark._replace(start=start, end=max(start + 1, _cells(text[: mark.end - base], 0))))
    shown = _expand(text)
    left = 0
    if _cells(shown, 0) > _WIDTH:
        left = max(0, cells[0].start - _BEFORE) if cells else 0
        cut_left, cut_right = cut_left or left > 0, cut_right or _cells(shown, 0) > left + _WIDTH
        shown = _slice(shown, left, left + _WIDTH)
    shown = ("…" if cut_left else "") + shown + ("…" if cut_right else "")
    shift = cut_left - left
    inside = [mark for mark in cells if mark.start - left < _WIDTH]
    return shown, [m._replace(start=m.start + shift, end=min(m.end - left, _WIDTH) + cut_left) for m in inside]


def _underline(marks: list[_Mark], hue: str, paint: Any) -> Iterable[str]:
    """The row of carets, and rows with what there is to say about them, the rightmost first."""
    width = max((mark.end for mark in marks), default=0)
    cells = [" "] * width
    for mark in sorted(marks, key=lambda mark: mark.primary):
        for at in range(mark.start, mark.end):
            cells[at] = "^" if mark.primary else "-"
    row = "".join(paint(run, hue if run[0] == "^" else _BLUE) if run[0] != " " else run for run in _runs(cells))
    said = sorted((mark for mark in marks if mark.text), key=lambda mark: -mark.start)
    if said and said[0].end == width:
        yield row + " " + paint(said.pop(0).text, _BLUE)
    else:
        yield row
    while said:
        mark = said.pop(0)
        waiting = sorted({other.start for other in said if other.start < mark.start})
        stems = "".join("|" if at in waiting else " " for at in range(mark.start))
        yield paint(stems + "|", _BLUE)
        yield paint(stems + mark.text, _BLUE)


def _runs(cells: list[str]) -> Iterable[str]:
    run = ""
    for cell in cells:
        if run and run[0] != cell:
            yield run
            run = ""
        run += cell
    if run:
        yield run


def _spaced(text: str) -> str:
    return f" {text}" if text else ""


def _expand(text: str) -> str:
    """A line as it is shown: tabs are spaces, and nothing in it can steer the terminal or hide."""
    if text.isprintable():
        return text.rstrip()
    out: list[str] = []
    width = 0
    for char in text:
        shown = " " * (_TAB - width % _TAB) if char == "\t" else _visible(char)
        out.append(shown)
        width = _cells(shown, width)
    return "".join(out).rstrip()


def _visible(char: str) -> str:
    return "�" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else char


def _safe(text: str) -> str:
    return text if text.isprintable() else "".join(char if char == "\n" else _visible(char) for char in text)


def _cells(text: str, start: int) -> int:
    """The column, in cells, after a text that begins at a column."""
    if text.isascii() and text.isprintable():
        return start + len(text)
    from rich.cells import cell_len

    for char in text:
        if char == "\t":
            start += _TAB - start % _TAB
        else:
            start += cell_len(_visible(char))
    return start


def _slice(text: str, start: int, end: int) -> str:
    """The part of a shown line between two cells."""
    out: list[str] = []
    at = 0
    for char in text:
        if start <= at < end:
            out.append(char)
        at = _cells(char, at)
    return "".join(out)


def _painter(color: bool) -> Any:
    if color:
        return lambda text, code: f"\x1b[{code}m{text}\x1b[0m"
    return lambda text, _code: text
