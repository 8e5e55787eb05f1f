"""Writes docs/lint.md and docs/lint.ru.md: every lint rule, with a file that shows it and one that does not.

Run ``python docs/tools/lint.py``; with ``--check`` it only says whether the pages are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from voronka.dsl.lint.pages import markdown
from voronka.stdlib.library import library

DOCS = Path(__file__).resolve().parents[1]
PAGES = {"en": DOCS / "lint.md", "ru": DOCS / "lint.ru.md"}


def main() -> int:
    stale = 0
    for lang, page in PAGES.items():
        text = markdown(lang, library())
        if "--check" in sys.argv[1:]:
            stale += not page.exists() or page.read_text(encoding="utf-8") != text
        else:
            page.write_text(text, encoding="utf-8")
    return int(stale > 0)


if __name__ == "__main__":
    sys.exit(main())
