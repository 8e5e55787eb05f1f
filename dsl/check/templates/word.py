"""Word documents as templates (R50; the extra ``docx``): read as one text, which holds all that is needed to fill it.

The text is the document's XML as docxtpl tidies it, a paragraph a line, so that a line's number is a paragraph's;
headers and footers follow, each after a line that names it; the file itself stands at the end. So a Word document is
typed, checked, bounded, kept and filled like any other template, and nothing of it is ever run.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from voronka.dsl.check.templates.form import FILE
from voronka.dsl.check.templates.limits import MAX_WORD_TEXT
from voronka.dsl.text.codes.base import Both

if TYPE_CHECKING:
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

LARGEST = 1 << 20  # bytes of a file
UNPACKED = 32 << 20  # bytes of all that is packed in it
INSTALL = "pip install 'voronka[docx]'"
PART = re.compile(r"\n<!--voronka:part (\w+)-->\n")
_BAD_ZIP = Both("it is no Word document (.docx)", "это не документ Word (.docx)")


class NoWord(Exception):
    """Why a file cannot be a template."""

    def __init__(self, text: Both) -> None:
        self.text = text
        super().__init__(text.en)


def read_word(data: bytes) -> str:
    """The template's text. Raises NoWord."""
    if len(data) > LARGEST:
        raise NoWord(Both(f"it has more than {LARGEST >> 20} MB", f"в нём больше {LARGEST >> 20} МБ"))
    document = open_word(data)
    try:
        parts = [document.get_xml()]
        parts += [f"\n<!--voronka:part {key}-->\n{xml}" for key, xml in _edges(document)]
    except Exception as error:  # its parts are there, and are not what they should be
        raise NoWord(_BAD_ZIP) from error
    made = "".join(re.sub(r"\s*<w:p([ >])", r"\n<w:p\1", _one_line(document, part)) for part in parts)
    return made.replace("\n", "", 1) + FILE + base64.encodebytes(data).decode()


def take_word_apart(text: str) -> tuple[str, bytes]:
    """(the text to be filled, the file it goes into). Raises NoWord for a text that was not made by `read_word`."""
    body, found, packed = text.partition(FILE)
    try:
        return body, base64.b64decode(packed) if found else b""
    except binascii.Error as error:
        raise NoWord(_BAD_ZIP) from error


def open_word(data: bytes) -> DocxTemplate:
    """The document, opened. Raises NoWord."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sizes = [entry.file_size for entry in packed.infolist()]
            if sum(sizes) > UNPACKED or len(sizes) > 1_000:
                raise NoWord(Both("too much is packed in it", "в нём упаковано слишком много"))
            names = set(packed.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:  # the second: a version to come
        raise NoWord(_BAD_ZIP) from error
    if "word/document.xml" not in names:
        raise NoWord(_BAD_ZIP)
    try:
        from docxtpl import DocxTemplate
    except ImportError as error:
        raise NoWord(Both(f"docxtpl is not installed: {INSTALL}", f"не установлен docxtpl: {INSTALL}")) from error
    document = DocxTemplate(io.BytesIO(data))
    try:
        document.render_init()
    except Exception as error:  # python-docx and lxml raise whatever a spoilt file makes them
        raise NoWord(_BAD_ZIP) from error
    return document


def _edges(document: DocxTemplate) -> Iterator[tuple[str, str]]:
    """Headers and footers: (relation, XML)."""
    for uri in (document.HEADER_URI, document.FOOTER_URI):
        for key, part in document.get_headers_footers(uri):
            yield key, document.get_part_xml(part)


def _one_line(document: DocxTemplate, xml: str) -> str:
    """Word breaks what is typed into many runs; docxtpl puts each ``{{ … }}`` together again."""
    mark = re.match(PART, xml)
    head = mark.group(0) if mark else ""
    if len(xml) > MAX_WORD_TEXT:
        raise NoWord(Both(f"it has more than {MAX_WORD_TEXT} characters", f"в нём больше {MAX_WORD_TEXT} знаков"))
    tidied: str = document.patch_xml(xml[len(head) :])
    return head + re.sub(r"\s*\n\s*", " ", tidied)
