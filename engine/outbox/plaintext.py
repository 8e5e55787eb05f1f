"""HTML as plain text: what a letter says to programs that show no HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = frozenset({"head", "style", "script", "title"})
_LINES = frozenset({"br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "table", "tr", "ul"})
_CELLS = frozenset({"td", "th"})


def plain(markup: str) -> str:
    """The words of a piece of HTML: blocks and rows on lines of their own, cells apart, links with where they go."""
    reader = _Words()
    reader.feed(markup)
    reader.close()
    lines = (" ".join(line.split(" ")).strip() for line in re.sub(r"[ \t]+", " ", "".join(reader.parts)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _LINES:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _LINES:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append("  ")
        elif tag == "a" and self.links and (link := self.links.pop()):
            self.parts.append(f" ({link})")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(re.sub(r"\s+", " ", data))
