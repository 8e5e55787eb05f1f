"""Values inside print forms: whatever a field holds, it is text there and never a command."""

from __future__ import annotations

import re
from typing import Any

_SPECIAL = re.compile(r"[\x00-\x1f!-/:-@\[-`{-~\x7f\x85\u2028\u2029]")


def typst(value: Any) -> str:
    r"""A value for Typst: everything in ASCII but letters, digits and spaces as ``\u{…}``.

    That means the same in text, in a string and in a formula, so a form may print a value in any of them, and no value
    begins a heading, a list, a call or a comment.
    """
    return _SPECIAL.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", str(value))
