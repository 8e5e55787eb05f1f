"""Types of fields and expressions (R26 and beyond)."""

from __future__ import annotations

from dataclasses import dataclass

# kinds whose value is a str, differing in how input is read and shown
TEXTUAL = frozenset({"text", "phone", "email", "url", "address", "file", "user", "document"})
# kinds that hold personal data and live beside the log (architecture.md, Personal data)
PERSONAL = frozenset({"phone", "email", "address"})


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list field; ``low``/``high`` bound a class of a rating (R60)."""

    name: str
    title: Title
    was: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A type: ``kind`` and what that kind needs; everything else stays at its default.

    ``kind`` is one of text number integer percent money bool date datetime time duration email phone url address file
    user choice choices rating link links resource document stage (a module's parameter) deal (``links`` item) none
    (unset).
    """

    kind: str
    currency: str = ""  # money
    options: tuple[Option, ...] = ()  # choice, choices, rating classes, resource items
    low: int = 0  # rating bounds, both included
    high: int = 0
    target: str = (
        ""  # link: pipeline or record; links: pipeline of the items; resource: its name; document: template name
    )
    via: str = ""  # links: the item's field that points here
    start: str = ""  # resource: field with the start instant
    until: str = ""  # resource: field with the end, or "" when `lasts` is given
    lasts: str = ""  # resource: field with a duration (``for lasts``), or "" ; a literal is in `length`
    length: tuple[str, str] | None = None  # resource: literal duration (n, unit)

    @property
    def textual(self) -> bool:
        return self.kind in TEXTUAL

    @property
    def personal(self) -> bool:
        return self.kind in PERSONAL

    def option(self, name: str) -> Option | None:
        return next((option for option in self.options if option.name == name), None)


@dataclass(frozen=True, slots=True)
class Title:
    """A text in several languages, in the file's order of ``language``; the first one is the fallback."""

    texts: tuple[tuple[str, str], ...] = ()

    def in_(self, language: str) -> str:
        for name, text in self.texts:
            if name == language:
                return text
        return self.texts[0][1] if self.texts else ""

    def __bool__(self) -> bool:
        return bool(self.texts)


TEXT, NUMBER, INTEGER = Type("text"), Type("number"), Type("integer")
PERCENT, BOOL, DATE = Type("percent"), Type("bool"), Type("date")
DATETIME, TIME, DURATION, USER = Type("datetime"), Type("time"), Type("duration"), Type("user")
NONE = Type("none")
