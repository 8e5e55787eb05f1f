"""A handbook as one HTML page: no script, nothing fetched, readable on a phone and on paper."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from voronka.dsl.docs.book import Handbook
from voronka.dsl.docs.scheme import Scheme
from voronka.dsl.docs.svg import svg
from voronka.dsl.docs.terminal import clean

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_CELLS = 58  # of a note beside the scheme


def html(books: tuple[Handbook, ...]) -> str:
    """One page for all; ends with a line end. Every text is escaped; what cannot be printed is left out."""
    page = _page().render(
        books=books,
        title=", ".join(book.title for book in books),
        lang=books[0].lang if books else "en",
        draw=_draw,
    )
    return "\n".join(clean(line) for line in page.split("\n")).rstrip() + "\n"


@cache
def _page() -> Template:
    from jinja2 import Environment, StrictUndefined

    text = files("voronka.dsl.docs").joinpath("handbook.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(text)


def _draw(scheme: Scheme) -> Markup:
    from markupsafe import Markup

    return Markup(svg((scheme,), _CELLS))  # the drawing escapes what it is given
