"""Attached files: copies beside the store, named by what is in them, so that none is lost or kept twice."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from pathlib import Path

from voronka.cli.app import USAGE, App

LARGEST = 100 * 1024 * 1024  # bytes
_CHUNK = 1024 * 1024
_LONGEST_NAME = 100


def folder(store: Path) -> Path:
    """Where the files of a store lie."""
    return store.with_name(f"{store.name}.files")


def kept(store: Path, reference: str) -> Path:
    """The copy that a reference ``name@key`` means."""
    return folder(store) / reference.rpartition("@")[2]


def keep(app: App, store: Path, file: Path) -> dict[str, str]:
    """Copy a file and return what the log says of it: its ``name``, and the reference ``file``. Raises Failure."""
    try:
        if file.is_dir():
            raise app.fail(f"{file} is a folder; attach a file", f"{file} — это папка; приложите файл", USAGE)
        if (size := file.stat().st_size) > LARGEST:
            raise app.fail(
                f"{file} has {size // _CHUNK} MB; at most {LARGEST // _CHUNK} MB can be attached",
                f"{file}: {size // _CHUNK} МБ; приложить можно не больше {LARGEST // _CHUNK} МБ",
                USAGE,
            )
        key = _copy(file, folder(store))
    except OSError as error:
        where = error.filename or file
        raise app.fail(f"{where}: {error.strerror}", f"{where}: {error.strerror}", USAGE) from error
    name = re.sub(r"[@\x00-\x1f\x7f]", "_", file.name.encode("utf-8", "replace").decode())[-_LONGEST_NAME:]
    return {"name": name, "file": f"{name}@{key}"}


def _copy(file: Path, into: Path) -> str:
    """Copy whole or not at all; returns the digest of the content."""
    into.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256()
    with file.open("rb") as source, tempfile.NamedTemporaryFile(dir=into, delete=False) as target:
        try:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
            key = digest.hexdigest()[:32]
            Path(target.name).replace(into / key)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(target.name).unlink()
            raise
    return key
