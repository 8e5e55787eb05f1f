"""Files of any size, plain or gzipped: their bytes within bounds, and in which encoding their text is."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from pathlib import Path
from typing import Protocol

from voronka.dsl.text.codes.base import Both
from voronka.engine.intake.problems import Problem, Unreadable

LARGEST = 4 * 1024**3  # bytes, unpacked
_CHUNK = 1 << 20


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class Bounded(io.RawIOBase):
    """A stream that refuses to give more than LARGEST bytes. Raises Unreadable for a broken or too large file."""

    def __init__(self, path: Path, inner: _Readable, below: _Readable) -> None:
        self.path, self.inner, self.below, self.given = path, inner, below, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stub knows only the abstract one
        try:
            data = self.inner.read(len(buffer))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            said = Both("the packed file is broken", "упакованный файл повреждён")
            raise Unreadable(Problem(str(self.path), said)) from error
        self.given += len(data)
        if self.given > LARGEST:
            most = LARGEST // 1024**3
            raise Unreadable(
                Problem(str(self.path), Both(f"more than {most} GB; split it", f"больше {most} ГБ; разделите файл"))
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.inner.close()
        self.below.close()  # a GzipFile leaves the file it reads open
        super().close()


def opened(path: Path) -> io.BufferedReader:
    """The file's bytes, unpacked. Raises Unreadable."""
    file = str(path)
    try:
        if path.is_dir():
            raise Unreadable(Problem(file, Both("this is a folder; name a file", "это папка; укажите файл")))
        raw = path.open("rb")
    except FileNotFoundError:
        raise Unreadable(Problem(file, Both("there is no such file", "нет такого файла"))) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Unreadable(Problem(file, Both(why, why))) from error
    magic = raw.read(4)
    raw.seek(0)
    if magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raw.close()
        en, ru = "this is a spreadsheet or a zip; save it as CSV first", "это таблица Excel или zip; сохраните как CSV"
        raise Unreadable(Problem(file, Both(en, ru)))
    packed = magic.startswith(b"\x1f\x8b")
    return io.BufferedReader(Bounded(path, gzip.GzipFile(fileobj=raw) if packed else raw, raw), _CHUNK)


def head(path: Path, size: int = 4096) -> bytes:
    """The first bytes, unpacked. Raises Unreadable."""
    with opened(path) as stream:
        return stream.read(size)


def encoding_of(path: Path) -> str:
    """``utf-16`` by its mark, ``utf-8-sig`` if every byte of the file fits, else ``cp1251``. Raises Unreadable."""
    with opened(path) as stream:
        first = stream.peek(4)[:4]
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"
