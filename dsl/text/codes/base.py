"""What a diagnostic code is: a stable id, a name, and its texts in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. Errors make a file unusable; warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Both:
    """A text in English and in Russian."""

    en: str
    ru: str

    def in_(self, lang: str) -> str:
        """The text in one of the two languages; anything but ``ru`` is English."""
        return self.ru if lang == "ru" else self.en


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding. ``en``, ``ru`` and the helps are ``str.format`` templates over a diagnostic's arguments."""

    id: str
    name: str
    severity: Severity
    en: str
    ru: str
    help_en: str = ""
    help_ru: str = ""

    def message(self, args: Mapping[str, object], lang: str = "en") -> str:
        """The finding in one sentence."""
        return _fill(self.ru if lang == "ru" else self.en, args, lang)

    def help(self, args: Mapping[str, object], lang: str = "en") -> str:
        """What to do about it, or an empty text."""
        return _fill(self.help_ru if lang == "ru" else self.help_en, args, lang)

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


def _fill(template: str, args: Mapping[str, object], lang: str) -> str:
    return template.format(**{k: v.in_(lang) if isinstance(v, Both) else v for k, v in args.items()})
