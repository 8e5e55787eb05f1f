"""A source text with its line table."""

from __future__ import annotations

import os
import stat
from bisect import bisect_right
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from voronka.dsl.text.codes import workspace
from voronka.dsl.text.codes.base import Both

if TYPE_CHECKING:
    from voronka.dsl.text.codes.base import Code
    from voronka.dsl.text.diagnostic import Diagnostic

MAX_BYTES = 8 * 1024 * 1024
"""The largest source that is read, in bytes."""


class Source:
    """One text and the name it is shown under. Compared by identity; offsets count characters from 0."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which the lines begin. A line ends with LF, so CR LF needs no special case here."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    @property
    def line_count(self) -> int:
        """How many lines there are; an empty text has one."""
        return len(self.line_starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; the column counts characters."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based line and column, clipped to the text."""
        line = max(1, min(line, self.line_count))
        start = self.line_starts[line - 1]
        return min(start + max(0, column - 1), start + len(self.line_text(line)))

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its line end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] - 1 if line < self.line_count else len(self.text)
        return self.text[start:end].removesuffix("\r")


_NO_FILE = Both("it is no regular file", "это не обычный файл")


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def load_source(path: str | Path, name: str | None = None) -> Source | Diagnostic:
    """Read a file as UTF-8, with or without a BOM. What cannot be read comes back as a diagnostic (V7xx)."""
    path = Path(path)
    shown = name if name is not None else str(path)
    try:
        if path.is_dir():
            return _refuse(shown, workspace.IS_DIRECTORY)
        # opened without waiting: a pipe that nobody writes to would keep us for ever
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _refuse(shown, workspace.UNREADABLE, why=_NO_FILE)
            data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                size = max(path.stat().st_size, len(data))
                return _refuse(shown, workspace.TOO_LARGE, size=_megabytes(size), limit=_megabytes(MAX_BYTES))
    except FileNotFoundError:
        return _refuse(shown, workspace.NOT_FOUND)
    except PermissionError:
        return _refuse(shown, workspace.NO_PERMISSION)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        return _refuse(shown, workspace.UNREADABLE, why=getattr(error, "strerror", None) or str(error))
    return decode_source(data, shown)


def decode_source(data: bytes, name: str) -> Source | Diagnostic:
    """The text of these bytes, with or without a BOM; a diagnostic (V7xx) where they are not UTF-8 or too many."""
    if len(data) > MAX_BYTES:
        return _refuse(name, workspace.TOO_LARGE, size=_megabytes(len(data)), limit=_megabytes(MAX_BYTES))
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return _bad_encoding(name, data, error)


def _megabytes(size: int) -> Both:
    number = f"{size / 1024 / 1024:.1f}".removesuffix(".0")
    return Both(f"{number} MB", f"{number.replace('.', ',')} МБ")


def _bad_encoding(name: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    # error.start counts within what the codec saw: after the BOM, if there was one.
    at = error.start + (len(data) - len(error.object))
    good = data[:at].decode("utf-8-sig")
    source = Source(name, good + data[at:].decode("utf-8", errors="replace"))
    line, column = source.position(len(good))
    return _refuse(
        name, workspace.NOT_UTF8, source, len(good), byte=f"0x{data[at]:02X}", offset=at, line=line, column=column
    )


def _refuse(name: str, code: Code, source: Source | None = None, at: int = 0, **args: object) -> Diagnostic:
    from voronka.dsl.text.diagnostic import Diagnostic
    from voronka.dsl.text.span import Span

    source = source if source is not None else Source(name, "")
    end = at + 1 if at < len(source.text) else at
    return Diagnostic(code, Span(source, at, end), {"file": name, **args})
