"""Filling Word documents: the rendered text goes back into the file it was taken from (R50; the extra ``docx``)."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

from voronka.dsl.check.templates.word import PART, NoWord, open_word, take_word_apart
from voronka.engine.templates.errors import RenderError

_STAMP = (1980, 1, 1, 0, 0, 0)  # of every file inside, so that the same text gives the same bytes


def fill(template: str, text: str, file: str) -> bytes:
    """The document, with ``text`` as rendered from the template's. Raises RenderError, which names ``file``."""
    try:
        document = open_word(take_word_apart(template)[1])
    except NoWord as bad:
        raise RenderError(bad.text, file) from bad
    body, *edges = PART.split("\n" + text)
    tree = document.fix_tables(body)
    document.fix_docpr_ids(tree)
    document.map_tree(tree)
    for key, xml in zip(edges[::2], edges[1::2], strict=True):
        document.map_headers_footers_xml(key, xml.encode())
    made = io.BytesIO()
    document.is_rendered = True
    document.save(made)
    return _stamped(made)


def words(text: str) -> str:
    """What a rendered document says, a paragraph a line, for those who look at it in a terminal."""
    lines = re.sub(r"</w:tc>|<w:tab/>", " ", re.sub(r"</w:p>|<w:br/>", "\n", text)).split("\n")
    said = (re.sub(r"[ \t\r]+", " ", html.unescape(re.sub(r"<[^>]*>", "", line))).strip() for line in lines)
    return "\n".join(line for line in said if line)


def _stamped(made: io.BytesIO) -> bytes:
    again = io.BytesIO()
    with zipfile.ZipFile(made) as packed, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for name in packed.namelist():
            entry: Any = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, packed.read(name))
    return again.getvalue()
