"""Writes docs/codes.md and docs/codes.ru.md: what every code means, a file that makes it appear, and its repair.

Run ``python docs/tools/codes.py``; with ``--check`` it only says whether the pages are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from voronka.dsl.docs.pages import markdown
from voronka.stdlib.library import library

DOCS = Path(__file__).resolve().parents[1]
PAGES = {"en": DOCS / "codes.md", "ru": DOCS / "codes.ru.md"}


def main() -> int:
    made = {page: markdown(lang, library()) for lang, page in PAGES.items()}
    if "--check" in sys.argv[1:]:
        return int(any(not page.exists() or page.read_text(encoding="utf-8") != text for page, text in made.items()))
    for page, text in made.items():
        page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
