"""Words of a text as they are searched: without case, without ё, without their endings, Russian and English."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"\w+", re.UNICODE)
_CYRILLIC = re.compile(r"[а-я]")
_SHORTEST = 3  # letters that are left of a word
# inflectional endings of nouns, adjectives, participles and verbs, the longest first (after L. Dolamic and J. Savoy,
# "Stemming Approaches for East European Languages", 2007: a light stemmer finds what a full one does)
_ENDINGS = """
    иями ями ами ией иям ием иях ев ов ие ье еи ии ей ой ий ям ем ам ом ах ях ию ью ия ья ого его ому ему ыми ими
    ее ые ое ый им ым их ых ую юю ая яя ою ею ивши ывши вшись ившись ывшись ив ыв вши ила ыла ена ейте уйте ите или
    ыли ило ыло ено ят ует уют ит ыт ены ен ить ыть ишь ете йте ет ют ть ешь ал ял ил ел ул
    ала яла ула ела али яли ули ело ало яло уло ать ять еть уть ти а е и й о у ы ь ю я
"""
_RUSSIAN = tuple(sorted(_ENDINGS.split(), key=len, reverse=True))
_ENGLISH = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "es", "ed", "ly", "s", "e", "y")
_REFLEXIVE = ("ся", "сь")


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Every word as it is searched, with where it begins and ends."""
    for found in _WORD.finditer(text):
        yield stem(found[0]), found.start(), found.end()


def stem(word: str) -> str:
    """A word without its ending; a number is as it is."""
    plain = word.casefold().replace("ё", "е")
    if not _CYRILLIC.search(plain):
        return _without(plain, _ENGLISH) if plain.isalpha() else plain
    return _without(_without(plain, _REFLEXIVE), _RUSSIAN)


def _without(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
