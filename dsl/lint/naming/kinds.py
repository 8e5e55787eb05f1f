"""The kinds of names, the language of one, and its clauses: what both analyses share."""

from __future__ import annotations

import re
from enum import StrEnum

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CLAUSES = re.compile(r"\s+[-–—/|&+]+\s+|\s*[,;:!?…]+(?:\s+|$)|\.+(?:\s+(?=[A-ZА-ЯЁ])|$)|\s+/|/\s+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CYRILLIC, _LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]", re.IGNORECASE)
_TWINS = str.maketrans("aceopxykmt", "асеорхукмт")


class Kind(StrEnum):
    """What a name says of a deal (R15, R17, R18). Where an analysis is not sure, there is none."""

    DONE = "done"  # what has happened: «КП отправлено»
    ACTION = "action"  # what somebody has to do: «Отправить КП»
    SWAMP = "swamp"  # that it goes on or waits: «В работе»
    NOUN = "noun"  # which phase or document: «Оплата»


def language(name: str) -> str:
    """``ru`` or ``en`` by script, an empty text for neither. One Cyrillic letter decides: «Zoom назначен»."""
    if _CYRILLIC.search(name):
        return "ru"
    return "en" if _LATIN.search(name) else ""


def clauses(name: str) -> list[list[str]]:
    """The words of each part, in lower case, without what stands in brackets: ``Монтаж начат / в процессе`` has two."""
    plain = _BRACKETS.sub(" ", name)
    parts = (words(part.replace("/", " ")) for part in _CLAUSES.split(plain) if part)
    return [part for part in parts if part]


def words(text: str) -> list[str]:
    """Words in lower case, numbers left out; ``follow-up`` is one. Latin letters in a Cyrillic word are slips."""
    return [_one_script(word.lower()) for word in _WORDS.findall(text)]


def _one_script(word: str) -> str:
    return word.translate(_TWINS) if _CYRILLIC.search(word) and _LATIN.search(word) else word


def listed(text: str) -> frozenset[str]:
    """The words of a text, for the tables of words."""
    return frozenset(text.split())
