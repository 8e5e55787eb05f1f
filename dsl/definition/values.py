"""Run-time values of the language and their self-describing canonical encoding.

========== ==================================================== ======================
type       in memory                                            encoded (JSON)
========== ==================================================== ======================
text …     ``str`` (phones and mails are stored normalised)     ``"text"``
bool       ``bool``                                             ``true``
integer    ``int``                                              ``5``
number     ``Decimal``                                          ``["n", "2.5"]``
money      ``Decimal`` in major units; the currency is static   ``["n", "1200.00"]``
percent    ``Decimal`` fraction (15 % is ``0.15``)              ``["n", "0.15"]``
date       ``datetime.date``                                    ``["d", "2026-11-22"]``
datetime   ``Instant``: ``int`` ms since the epoch, UTC         ``["t", 1795312800000]``
duration   ``Duration``                                         ``["u", "3", "workday"]``
choices    ``tuple[str, ...]`` in declared order                ``["c", "music", "photo"]``
file       ``str`` (a reference ``name@key``)                   ``"offer@3.1"``
link       ``int`` (a deal's number)                            ``17``
links      ``tuple[int, ...]``                                  ``["l", 17, 18]``
========== ==================================================== ======================

Unset is ``None`` (language.md, Meaning 7). The encoding names its kinds, so that a stored value can be read without the
definition that wrote it.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import orjson

UNITS = ("min", "hour", "day", "week", "month", "year", "workday", "workhour")


class Duration(NamedTuple):
    """A length of time as written: ``3 workdays``; what it spans depends on the calendar and on where it starts."""

    n: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{format(self.n, 'f')} {self.unit}"


class Instant(int):
    """Milliseconds since the Unix epoch, UTC; a class of its own so that a stored instant is not read as a number."""

    __slots__ = ()


Value: TypeAlias = "str | bool | int | Decimal | date | Instant | Duration | tuple[str, ...] | tuple[int, ...] | None"


def plain(number: Decimal) -> str:
    """A decimal, every digit of it, without exponent or superfluous zeros, so that equal numbers are equal texts."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def encode(value: Any) -> Any:
    """Turn a value into JSON data. Raises TypeError for anything that is no value of the language."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Instant):
        return ["t", int(value)]
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return ["n", plain(value)]
    if isinstance(value, Duration):
        return ["u", plain(value.n), value.unit]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, tuple):
        return ["l", *value] if value and isinstance(value[0], int) else ["c", *value]
    raise TypeError(f"no value of the language: {type(value).__name__}")


def decode(data: Any) -> Any:
    """The inverse of :func:`encode`. Raises ValueError for data that it did not write."""
    if not isinstance(data, list):
        return data
    match data:
        case ["n", str(n)]:
            return Decimal(n)
        case ["t", int(ms)]:
            return Instant(ms)
        case ["d", str(day)]:
            return date.fromisoformat(day)
        case ["u", str(n), str(unit)]:
            return Duration(Decimal(n), unit)
        case ["c", *names]:
            return tuple(names)
        case ["l", *numbers]:
            return tuple(numbers)
    raise ValueError(f"unknown encoding {data!r}")


# one for all: json.dumps would make another for every call; for what orjson does not take
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(data: Any) -> str:
    """One text for one datum: sorted keys, no spaces, no escapes beyond what JSON demands."""
    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # whole numbers of more than 64 bits, keys that are numbers, very deep nesting
        return _ENCODER.encode(data)
