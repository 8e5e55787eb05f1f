"""Offsets of a text and positions of the protocol: lines end with LF, CR LF or CR, columns count code units."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from lsprotocol import types

_ENDS = re.compile(r"\r\n|\n|\r")
UTF8, UTF16, UTF32 = types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf16, types.PositionEncodingKind.Utf32


def units(text: str, encoding: str) -> int:
    """How many code units a text has in the encoding that client and server agreed on."""
    if encoding == UTF32:
        return len(text)
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8")) if encoding == UTF8 else len(text.encode("utf-16-le", "surrogatepass")) // 2


class Positions:
    """One text, ready to be asked both ways."""

    def __init__(self, text: str, encoding: str = UTF16) -> None:
        self.text = text
        self.encoding = encoding

    @cached_property
    def starts(self) -> list[int]:
        """The offsets at which lines begin."""
        return [0, *(found.end() for found in _ENDS.finditer(self.text))]

    def line(self, number: int) -> str:
        """A line, from 0, without its end."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end].rstrip("\r\n")

    def offset(self, position: types.Position) -> int:
        """The offset of a position; beyond the end of a line it is the line's end, beyond the text the text's."""
        if position.line >= len(self.starts):
            return len(self.text)
        line = self.line(position.line)
        start = self.starts[position.line]
        if self.encoding == UTF32 or line.isascii():
            return start + min(position.character, len(line))
        count = 0
        for at, char in enumerate(line):
            if count >= position.character:
                return start + at
            count += units(char, self.encoding)
        return start + len(line)

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.starts, offset) - 1
        return types.Position(line, units(self.text[self.starts[line] : offset], self.encoding))

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(self.position(start), self.position(end))

    def changed(self, change: types.TextDocumentContentChangeEvent) -> str:
        """The text after one change of the client's."""
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return change.text
        start, end = self.offset(change.range.start), self.offset(change.range.end)
        return self.text[:start] + change.text + self.text[end:]
