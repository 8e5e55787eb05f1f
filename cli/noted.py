"""Files that write down what was asked of them, so that an answer can be kept for as long as all of it is the same."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from voronka.cli.replay import Fact, fact
from voronka.dsl.check.files import Disk
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source


class Noted(Disk):
    """Files of a file system. ``sure`` is False once something changed while it was read, or could not be read."""

    def __init__(self, root: Path | None = None) -> None:
        super().__init__(root)
        self.sure = True
        self._facts: dict[Fact, str] = {}

    def note(self, kind: str, path: str) -> None:
        """Write down how something is."""
        value = fact(kind, path)
        self.sure &= self._facts.setdefault((kind, path), value) == value and not value.startswith("-")

    def facts(self) -> list[tuple[str, str, str]]:
        """All that was asked for, if it is still so; whoever keeps it looks at ``sure`` afterwards."""
        for kind, path in list(self._facts):
            self.note(kind, path)
        return [(kind, path, value) for (kind, path), value in self._facts.items()]

    def searched(self, paths: Iterable[Path]) -> None:
        """Files and folders that a command was given."""
        for path in paths:
            self.note("names" if path.is_dir() else "real", os.path.abspath(path))  # noqa: PTH100  # links stay

    def load(self, key: str) -> Source | Diagnostic:
        self.note("bytes", key)
        self.note("real", key)
        return super().load(key)

    def exists(self, key: str) -> bool:
        self.note("there", key)
        return super().exists(key)

    def beside(self, key: str, name: str) -> str:
        try:
            self.note("real", str(Path(key).parent / name))
        except ValueError:  # a NUL in it
            self.sure = False
        return super().beside(key, name)

    def names(self, folder: str) -> list[str]:
        self.note("there", folder)
        self.note("names", folder)
        return super().names(folder)
