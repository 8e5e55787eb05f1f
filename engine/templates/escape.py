"""Values inside print forms: whatever a field holds, it is text there and never a command."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

_SPECIAL = re.compile(r"[\x00-\x1f!-/:-@\[-`{-~\x7f\x85\u2028\u2029]")


def typst(value: Any) -> str:
    r"""A value for Typst: everything in ASCII but letters, digits and spaces as ``\u{…}``.

    That means the same in text, in a string and in a formula, so a form may print a value in any of them, and no value
    begins a heading, a list, a call or a comment.
    """
    return _SPECIAL.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", str(value))


def readable(source: str) -> str:
    """A form's source with its values as they were, for those who look at it; it is no source any more."""
    return re.sub(r"\\u\{([0-9a-f]{1,6})\}", lambda found: chr(int(found[1], 16)), source)


_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'


def word(value: Any) -> str:
    """A value for a Word document's XML; its line ends break the line there too."""
    text = html.escape(_NO_XML.sub("", str(value)))
    return text.replace("\r\n", "\n").replace("\n", _BREAK).replace("\r", "")


ESCAPES: dict[str, Callable[[Any], str]] = {"typst": typst, "docx": word}
"""By markup; HTML's is Jinja2's own."""
