"""Writes docs/codes.md: what every code means, with a file that makes it appear.

Run ``python docs/tools/codes.py``; with ``--check`` it only says whether the page is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from voronka.dsl.docs.pages import markdown
from voronka.stdlib.library import library

PAGE = Path(__file__).resolve().parents[1] / "codes.md"


def main() -> int:
    text = markdown(library())
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
