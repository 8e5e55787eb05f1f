"""Names of the language for things as a log calls them: Latin letters, no keyword, each one once."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache

from voronka.dsl.syntax.keywords import RESERVED, UNITS

_LONGEST = 40
_CYRILLIC = {
    **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}
# words that conditions and lists of people know already
_MEANT = """
    now today yes no creation entry exit closing overdue done away dismissed approved rejected owner supervisor deputy
    assignee stage tasks card last_contact sum count min max share all any none
"""


@cache
def _taken() -> frozenset[str]:
    return RESERVED | frozenset(UNITS) | set(_MEANT.split())


def slug(text: str, first: str = "n") -> str:
    """``Счёт выставлен`` -> ``schet_vystavlen``; ``first`` begins what would begin with a digit."""
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in text.casefold())
    bare = "".join(c for c in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(c))
    name = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")[:_LONGEST].rstrip("_")
    if not name:
        name = first
    if name[0].isdigit():
        name = f"{first}{name}"
    return f"{name}_" if name in _taken() else name


class Names:
    """Gives every text a name of its own."""

    def __init__(self, *taken: str) -> None:
        self.taken = set(taken)

    def of(self, text: str, first: str = "n") -> str:
        base = name = slug(text, first)
        number = 1
        while name in self.taken:
            number += 1
            name = f"{base}_{number}"
        self.taken.add(name)
        return name


def quoted(text: str) -> str:
    """A text in the language's quotes; control characters and line ends become blanks."""
    flat = " ".join("".join(c if c.isprintable() or c == " " else " " for c in text).split())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def remark(text: str) -> str:
    """A text inside of a comment: one line, nothing that a reader of comments would take for an order."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= 60 else flat[:59] + "…"


def share(part: int, whole: int, lang: str, digits: int = 1) -> str:
    """``12.3 %``, ``12,3 %``; what is not all is never 100 %, what is not nothing never 0 %."""
    percent = 100 * part / whole if whole else 0.0
    least = 10.0**-digits
    if 0 < percent < least / 2:
        text = f"<{least:.{digits}f}"
    elif part < whole and percent > 100 - least / 2:
        text = f">{100 - least:.{digits}f}"
    else:
        text = f"{math.floor(percent / least + 0.5) * least:.{digits}f}"  # half up, as probabilities are
    return f"{text.replace('.', ',') if lang == 'ru' else text} %"
