"""Texts that are not saved yet, in front of the files they belong to."""

from __future__ import annotations

from voronka.dsl.check.files import Files
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source


class Overlay:
    """Files, with ``texts`` (by key) in front of some of them."""

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
