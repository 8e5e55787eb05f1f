"""Headers in other letters, folded so that no space is lost: Python's own folding loses some (RFC 2047, 6.2)."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from typing import Any

_END = "\r\n"


class _Policy(EmailPolicy):
    """Writes subjects and names in encoded words that hold their spaces themselves."""

    def fold(self, name: str, value: Any) -> str:
        folded = None if self.utf8 or str(value).isascii() else _folded(name, value)
        return super().fold(name, value) if folded is None else folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded = None if self.utf8 or str(value).isascii() else _folded(name, value)
        return super().fold_binary(name, value) if folded is None else folded.encode("ascii")


def _folded(name: str, value: Any) -> str | None:
    """The header's lines; None for what is neither a subject nor a list of addresses."""
    if name.lower() == "subject":
        return f"{name}: {_words(str(value), len(name) + 2)}{_END}"
    addresses: tuple[Address, ...] | None = getattr(value, "addresses", None)
    if addresses is None:
        return None
    shown = (_address(address) for address in addresses)
    return f"{name}: {f',{_END} '.join(shown)}{_END}"


def _address(address: Address) -> str:
    if address.display_name.isascii():
        return str(address)
    return f"{_words(address.display_name, 10)}{_END} <{address.addr_spec}>"


def _words(text: str, used: int) -> str:
    """Encoded words of whole letters, on lines of at most 75 characters; ``used`` of the first are taken."""
    lines = Header(text, "utf-8", maxlinelen=75 - used).encode(linesep=_END).split(_END)
    return f"{_END} ".join(line.strip() for line in lines)


# 7bit: base64 and quoted-printable pass every server there is
SMTP = _Policy(linesep=_END, max_line_length=78, cte_type="7bit")
SMTPUTF8 = SMTP.clone(utf8=True)
