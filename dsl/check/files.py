"""Where sources come from: a disk, or texts in memory; how one file names another and finds its templates."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Protocol

from voronka.dsl.check.templates.form import ENDINGS
from voronka.dsl.text.codes import templates as codes
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source, load_source
from voronka.dsl.text.span import Span


class Files(Protocol):
    """Files by their keys: texts that are equal for one file, however it was reached."""

    def load(self, key: str) -> Source | Diagnostic:
        """The text, or why there is none."""

    def exists(self, key: str) -> bool:
        """Whether there is such a file."""

    def beside(self, key: str, name: str) -> str:
        """The key of the file that the file ``key`` calls ``name``."""

    def shown(self, key: str) -> str:
        """The name a file is displayed under."""

    def templates(self, key: str) -> tuple[str, ...]:
        """Folders (keys) in which the file ``key`` finds its templates, the nearest first."""

    def names(self, folder: str) -> list[str]:
        """Template names that lie in one of these folders, without suffix; for suggestions."""


class Disk:
    """Files of a file system, displayed relative to ``root`` where they lie under it."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or Path.cwd()).resolve()

    def load(self, key: str) -> Source | Diagnostic:
        return _word(key, self.shown(key)) if key.endswith(".docx") else load_source(key, self.shown(key))

    def exists(self, key: str) -> bool:
        return os.path.lexists(key)

    def beside(self, key: str, name: str) -> str:
        return os.path.realpath(Path(key).parent / name)

    def shown(self, key: str) -> str:
        path = Path(key)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else key

    def templates(self, key: str) -> tuple[str, ...]:
        folder = Path(key).parent
        return tuple(str(place / "templates") for place in (folder, folder.parent))

    def names(self, folder: str) -> list[str]:
        top = Path(folder)
        if not top.is_dir():
            return []
        found = (path for path in sorted(top.rglob("*"))[:1000] if path.suffix in ENDINGS)
        return [path.relative_to(top).with_suffix("").as_posix() for path in found]


class Memory:
    """Texts by their names; for tests, editors and anything that is not saved."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def load(self, key: str) -> Source | Diagnostic:
        return Source(key, self.texts[key])

    def exists(self, key: str) -> bool:
        return key in self.texts

    def beside(self, key: str, name: str) -> str:
        return normpath(str(PurePosixPath(key).parent / name))

    def shown(self, key: str) -> str:
        return key

    def templates(self, key: str) -> tuple[str, ...]:
        folder = PurePosixPath(key).parent
        return tuple(dict.fromkeys(normpath(str(place / "templates")) for place in (folder, folder.parent)))

    def names(self, folder: str) -> list[str]:
        inside = (PurePosixPath(name) for name in self.texts if name.startswith(folder + "/"))
        return [path.relative_to(folder).with_suffix("").as_posix() for path in inside if path.suffix in ENDINGS]


def _word(key: str, shown: str) -> Source | Diagnostic:
    """A Word document's text as templates have it."""
    from voronka.dsl.check.templates.word import LARGEST, NoWord, read_word

    try:
        with Path(key).open("rb") as file:
            return Source(shown, read_word(file.read(LARGEST + 1)))
    except OSError:
        return load_source(key, shown)  # says why it cannot be read
    except NoWord as bad:
        source = Source(shown, "")
        return Diagnostic(codes.BAD_WORD, Span(source, 0, 0), {"file": shown, "what": bad.text})
