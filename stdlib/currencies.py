"""Currencies as people write them: signs, words, and how many digits their minor units have (ISO 4217)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType

_NO_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = MappingProxyType(dict.fromkeys(_NO_MINOR.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3))
_WRITTEN = {
    "RUB": "₽ руб рубль рубля рублей р",
    "USD": "$ долл доллар доллара долларов us$",
    "EUR": "€ евро",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "¥ юань юаня юаней",
    "KZT": "₸ тенге тг",
    "UAH": "₴ грн",
    "BYN": "br",
    "INR": "₹",
    "TRY": "₺",
    "KRW": "₩",
    "ILS": "₪",
    "GEL": "₾",
    "AMD": "֏",
    "AZN": "₼",
    "PLN": "zł",
    "CHF": "fr",
}
_WIDE = Context(prec=130, rounding=ROUND_HALF_UP)


def minor_digits(currency: str) -> int:
    """How many digits stand after the point: 2 for RUB, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount in whole minor units, half up: what is stored and printed (Meaning 8)."""
    return _WIDE.quantize(amount, Decimal(1).scaleb(-minor_digits(currency)))


def currencies_of(written: str) -> frozenset[str]:
    """The codes that a sign, a word or a code may stand for: ``¥`` is two, ``руб.`` is one; empty for what is none."""
    word = written.casefold().rstrip(".")
    known = {code for code, forms in _WRITTEN.items() if word in forms.split()}
    return frozenset(known or ({word.upper()} if len(word) == 3 and word.isascii() and word.isalpha() else ()))
