"""Did you mean: the nearest of some names."""

from __future__ import annotations

from collections.abc import Iterable

from voronka.dsl.text.codes.base import Both

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN)
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_LOOKALIKE = str.maketrans("авекмнорстух", "abekmhopctyx")
_CYRILLIC = "авекмнорстухАВЕКМНОРСТУХ"
_ALIKE = str.maketrans(_CYRILLIC, "abekmhopctyxABEKMHOPCTYX")


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was probably meant, or None.

    Counts wrong, missing, extra and swapped letters: one for short names, up to a third of longer ones. Also sees the
    other case, the wrong keyboard layout (``ыефпу`` for ``stage``) and Cyrillic letters that look Latin.
    """
    lowered = name.lower()
    layouts = {lowered.translate(table) for table in (_TO_LATIN, _TO_RUSSIAN, _LOOKALIKE)} - {lowered}
    allowed = 1 if len(name) < 5 else max(1, len(name) // 3)
    best: tuple[int, int, int, str] | None = None
    for candidate in candidates:
        if candidate == name:
            continue
        plain = candidate.lower()
        if plain == lowered:
            distance = 0
        elif plain in layouts:
            distance = 1
        elif len(name) < 3 or abs(len(plain) - len(lowered)) > allowed:
            continue
        else:
            distance = _distance(lowered, plain, allowed)
            if distance > allowed or distance >= len(plain):
                continue
        rank = (distance, abs(len(plain) - len(lowered)), 0 if plain[:1] == lowered[:1] else 1, candidate)
        if best is None or rank < best:
            best = rank
    return best[3] if best else None


def _distance(a: str, b: str, limit: int) -> int:
    """Damerau-Levenshtein (neighbours swapped count once); above the limit any number above it."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def alike(name: str, meant: str) -> tuple[Both, ...]:
    """A note where two names look the same: which letters of ``name`` are of the other alphabet."""
    if name == meant or name.translate(_ALIKE) != meant.translate(_ALIKE):
        return ()
    wrong = [letter for letter, right in zip(name, meant, strict=True) if letter != right]
    shown = ", ".join(f"`{letter}`" for letter in dict.fromkeys(wrong))
    several = len(set(wrong)) > 1
    if all(letter in _CYRILLIC for letter in wrong):
        which, russian = "Cyrillic", "русские" if several else "русская"
    elif not any(letter in _CYRILLIC for letter in wrong):
        which, russian = "Latin", "латинские" if several else "латинская"
    else:
        which, russian = "of the other alphabet", "из другого алфавита"
    en = f"the letters {shown} in it are {which}" if several else f"the letter {shown} in it is {which}"
    ru = f"буквы {shown} в нём {russian}" if several else f"буква {shown} в нём {russian}"
    return (Both(en, ru),)
