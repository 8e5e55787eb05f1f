"""Phones, mail addresses and web addresses: one spelling for one address, so that equal ones are found (Meaning 12)."""

from __future__ import annotations

import importlib.resources
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from voronka.engine.inputs.errors import InputError

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar

_LOCAL = r"[^\s@<>()\[\],;:\\\"]{1,64}"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})+)")
_LONGEST_EMAIL = 254
_LONGEST_URL = 2000
_MOST_PHONE = 40
_EXAMPLES = {"RU": "+7 999 123-45-67", "DE": "+49 30 1234567"}


def email(text: str) -> str:
    """``Anna@Company.RU`` -> ``Anna@company.ru``: the part before the @ may mean something to its server.

    Raises InputError. Whether anybody reads mail there is not asked.
    """
    found = _EMAIL.fullmatch(text)
    if found is None or len(text) > _LONGEST_EMAIL or ".." in found[1] or found[1][0] == "." or found[1][-1] == ".":
        raise InputError("email", text=text)
    return f"{found[1]}@{found[2].lower()}"


def phone(text: str, region: str = "RU") -> str:
    """``8 (999) 123-45-67`` -> ``+79991234567`` (E.164); ``region`` is where a number without + is from.

    Taken is what is as long as numbers of its country are, not only what is given out today. Raises InputError.
    """
    import phonenumbers

    wrong = InputError("phone", text=text, example=_EXAMPLES.get(region, "+44 20 7946 0958"))
    if len(text) > _MOST_PHONE:
        raise wrong
    try:
        parsed = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        raise wrong from None
    if parsed.extension:
        raise InputError("extension", text=text)
    # The library also takes letters, as in 0800-FLOWERS.
    if any(letter.isalpha() for letter in text) or not phonenumbers.is_possible_number(parsed):
        raise wrong
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def region_of(calendar: WorkCalendar | None, language: str) -> str:
    """Whose numbers are meant when a phone lacks its +: of the country that the pipeline's zone lies in."""
    zone = "" if calendar is None else str(calendar.zone.key)
    return _countries().get(zone, {"ru": "RU", "de": "DE"}.get(language, ""))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Zone -> country, from the tz database's own table."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def url(text: str) -> str:
    """``HTTPS://Example.com/A`` -> ``https://example.com/A``. Raises InputError for any scheme but http and https."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InputError("url", text=text) from None
    inside = re.search(r"[\s<>\"\\^`{|}]", text)
    if parts.scheme not in ("http", "https") or not host or inside or len(text) > _LONGEST_URL:
        raise InputError("url", text=text)
    if parts.username is not None or not re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})*\.?|[0-9a-f:.]+", host):
        raise InputError("url", text=text)
    shown = f"[{host}]" if ":" in host else host
    place = shown if port is None else f"{shown}:{port}"
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))
