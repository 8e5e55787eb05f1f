"""Definition files written back: whole or not at all, and never over somebody else's change."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from voronka.cli.app import App


def replace_file(app: App, path: Path, before: bytes, data: bytes) -> str:
    """Write a file whole or not at all, its mode kept and a link followed. Comes back with why not, or nothing."""
    target = Path(os.path.realpath(path))
    made: str | None = None
    try:
        if not os.access(target, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".fmt-", delete=False) as file:
            made = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(made).chmod(target.stat().st_mode & 0o7777)
        if target.read_bytes() != before:
            en, ru = "it was changed by somebody else meanwhile", "его тем временем кто-то изменил"
            return f"{path}: {ru if app.lang == 'ru' else en}"
        Path(made).replace(target)
        made = None
    except OSError as error:
        return f"{path}: {error.strerror}"
    finally:
        if made is not None:
            Path(made).unlink(missing_ok=True)
    return ""
