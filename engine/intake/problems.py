"""What is wrong with a table or a mapping: where, and in which words."""

from __future__ import annotations

from dataclasses import dataclass

from voronka.dsl.text.codes.base import Both


@dataclass(frozen=True, slots=True)
class Problem:
    """``line`` and ``column`` count from 1, 0 where there is none; ``name`` is the column's, or the mapping's key."""

    file: str
    message: Both
    line: int = 0
    column: int = 0
    name: str = ""

    def text(self, lang: str) -> str:
        """``leads.csv:17:2 (first_contact_date): “31-02-2018” is no date …``."""
        place = self.file
        if self.line:
            place += f":{self.line}"
        if self.column:
            place += f":{self.column}"
        if self.name:
            place += f" ({self.name})" if self.line else f": {self.name}"
        return f"{place}: {self.message.in_(lang)}"


class Unreadable(Exception):
    """A file that cannot be used at all; ``problems`` say why, all that is known."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.text("en") for problem in problems))
