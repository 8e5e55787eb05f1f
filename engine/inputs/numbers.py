"""Numbers and sums of money as people type them: spaces or signs between thousands, a comma or a point."""

from __future__ import annotations

import re
from decimal import Decimal

from voronka.engine.inputs.errors import InputError
from voronka.stdlib.currencies import currencies_of

MOST_DIGITS = 30
_SPACES = " \u00a0\u202f\u2009"  # plain, not breaking, narrow not breaking, thin
_SIGNED = re.compile(r"([+\-−]?)\s*(.*)", re.S)
_GROUPED = re.compile(rf"[0-9]{{1,3}}([{_SPACES}_'’])[0-9]{{3}}(?:\1[0-9]{{3}})*(?=[.,]|$)")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_EXPONENT = re.compile(r"[+\-−]?[0-9][0-9.,]*e[+\-−]?[0-9]+", re.I)
_MONEY = re.compile(r"([+\-−]?)\s*([^\d\s+\-−.,]*)\s*([+\-−]?[\d.,](?:.*[\d.,])?)\s*([^\d\s]*)", re.S)


def number(text: str, language: str) -> Decimal:
    """``120 000,50``, ``120_000.50``, ``-1,200,000``.

    A single comma before three digits is a point in every language but English; a single point there is a point in
    English and Russian and an error elsewhere. Raises InputError.
    """
    written = text.strip()
    if _EXPONENT.fullmatch(written):
        raise InputError("exponent", text=text)
    signed = _SIGNED.fullmatch(written)
    assert signed is not None
    sign, digits = signed.groups()
    count = sum(letter.isdigit() for letter in digits)
    if count > MOST_DIGITS:
        raise InputError("digits", text=text, digits=count, most=MOST_DIGITS)
    if grouped := _GROUPED.match(digits):
        digits = grouped.group().replace(grouped[1], "") + digits[grouped.end() :]
    plain = _with_point(digits, text, language)
    if not _PLAIN.fullmatch(plain):
        raise InputError("number", text=text)
    value = Decimal(plain)
    return -value if sign in ("-", "−") and value else value


def _with_point(digits: str, text: str, language: str) -> str:
    """The same with a point for the fraction and nothing between thousands."""
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return digits
    last = marks[-1]
    if len(set(marks)) == 2:
        if marks.count(last) > 1:
            raise InputError("number", text=text)
        other = "," if last == "." else "."
        whole, _, fraction = digits.rpartition(last)
        return f"{_ungrouped(whole, other, text)}.{fraction}"
    if len(marks) > 1:
        return _ungrouped(digits, last, text)
    whole, _, fraction = digits.partition(last)
    thousands = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    if thousands and last == "," and language == "en":
        return whole + fraction
    if thousands and last == "." and language not in ("en", "ru"):
        raise InputError("ambiguous", text=text, one=whole + fraction, other=f"{whole},{fraction}0")
    return f"{whole}.{fraction}"


def _ungrouped(digits: str, mark: str, text: str) -> str:
    head, *groups = digits.split(mark)
    if not 1 <= len(head) <= 3 or any(len(group) != 3 for group in groups):
        raise InputError("number", text=text)
    return head + "".join(groups)


def integer(text: str, language: str) -> int:
    """A whole number; ``5.0`` is one. Raises InputError."""
    value = number(text, language)
    if value != value.to_integral_value():
        raise InputError("integer", text=text)
    return int(value)


def percent(text: str, language: str) -> Decimal:
    """``15%``, or ``15`` alone: 0.15. Raises InputError."""
    return number(text.strip().removesuffix("%"), language).scaleb(-2)


def money(text: str, currency: str, language: str) -> Decimal:
    """``120 000,50 ₽``, ``RUB 120,000.50``, ``120_000.50``: an exact amount; the currency is the field's.

    Raises InputError, for another currency too.
    """
    found = _MONEY.fullmatch(re.sub(r"(?<=[^\W\d])\.$", "", text.strip()))  # 5 руб.
    if found is None:
        raise InputError("money", text=text, currency=currency)
    sign, before, amount, after = found.groups()
    written = before or after
    if (before and after) or (written and not currencies_of(written)):
        raise InputError("money", text=text, currency=currency)
    if written and currency and currency not in currencies_of(written):
        raise InputError("currency", given=min(currencies_of(written)), wanted=currency)
    return number(sign + amount, language)
