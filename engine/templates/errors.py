"""Why a text could not be rendered: the place in the template, and what is missing, in both languages."""

from __future__ import annotations

from voronka.dsl.text.codes.base import Both


class RenderError(Exception):
    """Nothing was rendered. ``file:line:column`` is in the template, or for a text in a sentence the sentence's.

    ``name`` is the unset value's, or empty. Carries no values: it may go to a log.
    """

    def __init__(self, text: Both, file: str = "", line: int = 0, column: int = 1, name: str = "") -> None:
        self.text = text
        self.file = file
        self.line = line
        self.column = column
        self.name = name
        super().__init__(self.message("en"))

    def message(self, lang: str = "en") -> str:
        """``templates/offer.txt:3:12: “client.name” is unset``."""
        where = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        return where + self.text.in_(lang)
