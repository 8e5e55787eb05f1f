"""Checking again after an edit: what did not change, and hangs on nothing that did, is not looked at a second time."""

from __future__ import annotations

from collections.abc import Sequence

from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Files
from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.workspace import Checked, check_into
from voronka.dsl.check.world import World
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source


class Overlay:
    """Files, with texts in front of some of them that are not saved yet."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.texts: dict[str, str] = {}

    def load(self, key: str) -> Source | Diagnostic:
        text = self.texts.get(key)
        return self.files.load(key) if text is None else Source(self.files.shown(key), text)

    def exists(self, key: str) -> bool:
        return key in self.texts or self.files.exists(key)

    def beside(self, key: str, name: str) -> str:
        return self.files.beside(key, name)

    def shown(self, key: str) -> str:
        return self.files.shown(key)

    def templates(self, key: str) -> tuple[str, ...]:
        return self.files.templates(key)

    def names(self, folder: str) -> list[str]:
        return self.files.names(folder)


class Workspace:
    """Files that are edited and checked over and over; every answer is that of a check of all of them from scratch.

    ``keys`` name the files as ``files`` knows them: for a :class:`~voronka.dsl.check.files.Disk` their real paths.
    """

    def __init__(self, files: Files, library: LibraryProtocol, keys: Sequence[str] = ()) -> None:
        self.files = Overlay(files)
        self.library = library
        self.keys = list(dict.fromkeys(keys))
        self.world = World(library, self.files, HANDLERS)

    def update(self, key: str, text: str) -> None:
        """The text of a file (a template, too) is this one from now on, whatever the file says; opens it, if need be."""
        self.files.texts[key] = text

    def add(self, key: str) -> None:
        """A file of the workspace."""
        if key not in self.keys:
            self.keys.append(key)

    def close(self, key: str) -> None:
        """The file itself counts again."""
        self.files.texts.pop(key, None)

    def remove(self, key: str) -> None:
        """The file belongs to the workspace no more."""
        self.close(key)
        if key in self.keys:
            self.keys.remove(key)

    def check(self) -> Checked:
        """What is wrong with the files as they are now, and their definition where nothing is.

        ``self.world`` then knows the names: its units, tops and tables. Files that are not overlaid are read again.
        """
        self.world = World(self.library, self.files, HANDLERS)
        return check_into(self.keys, self.world)
