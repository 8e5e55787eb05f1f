"""Public holidays, days off that were moved and Saturdays worked in exchange, for every country that `holidays` knows.

A country is written as its ISO 3166 code, with a subdivision where holidays differ: ``ru``, ``de``, ``de_BY``,
``us_CA``. Case does not matter. Days off that a government moves by decree are known for the years it has decreed; an
upgrade of the library brings later ones. Shortened days before a holiday are not known.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from voronka.stdlib.zones import did_you_mean

if TYPE_CHECKING:
    from holidays import HolidayBase


@dataclass(frozen=True, slots=True)
class NationalDays:
    """What a country says of some years.

    ``off``: holidays and days off in lieu, whatever day of the week they fall on; ``working``: days of a weekend that
    are worked; ``weekends``: every date of the usual weekend; ``names``: titles of ``off``, in the country's own
    language.
    """

    off: frozenset[date]
    working: frozenset[date]
    weekends: frozenset[date]
    names: Mapping[date, str]


def national_days(country: str, years: range) -> NationalDays:
    """The days of ``country`` in ``years``; each year is expanded once in a process (about 1 ms).

    A year's days do not depend on which other years are asked for. Raises ValueError for an unknown country or
    subdivision and says which ones look like it.
    """
    code, subdivision = _resolve(country)
    parts = [_one_year(code, subdivision, year) for year in years]
    if len(parts) == 1:
        return parts[0]
    return NationalDays(
        frozenset().union(*(part.off for part in parts)),
        frozenset().union(*(part.working for part in parts)),
        frozenset().union(*(part.weekends for part in parts)),
        MappingProxyType({day: name for part in parts for day, name in part.names.items()}),
    )


def known_years(country: str) -> range:
    """The years of which holidays are known; in others only weekends are off. Raises as `national_days` does."""
    code, subdivision = _resolve(country)
    entity = _entity(code, subdivision)
    return range(entity.start_year, entity.end_year + 1)


def validate_country(country: str) -> str | None:
    """Why ``country`` cannot be a calendar's base, or None where it can."""
    try:
        _resolve(country)
    except ValueError as why:
        return str(why)
    return None


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Every code and English name of a country, in lower case -> its two-letter code."""
    from holidays.registry import COUNTRIES

    names = {name: entry[1] for name, entry in COUNTRIES.items()}
    return names | {code.lower(): entry[1] for entry in COUNTRIES.values() for code in entry[1:] if len(code) <= 3}


@lru_cache(maxsize=256)
def _resolve(country: str) -> tuple[str, str | None]:
    """``de_by`` -> ``("DE", "BY")``, in the library's spelling."""
    import holidays

    written, underscore, part = country.lower().partition("_")
    code = _codes().get(written, "") if len(written) <= 3 else ""
    if not code:
        raise ValueError(f"no holidays are known for country {country!r}{_hint(close_countries(country))}")
    if not underscore:
        return code, None
    entity = getattr(holidays, code)
    parts = {name.lower(): name for name in entity.subdivisions}
    parts |= {re.sub(r"\W+", "_", name.lower()): known for name, known in entity.subdivisions_aliases.items()}
    if part not in parts:
        close = [f"{code.lower()}_{parts[name]}" for name in _close(part, parts)]
        raise ValueError(f"country {code.lower()!r} has no holidays of its own for {part!r}{_hint(close)}")
    return code, parts[part]


def _close(written: str, known: Mapping[str, str]) -> list[str]:
    """The name itself where it is known, else those that look like it, the likeliest first."""
    return [written] if written in known else get_close_matches(written, known, n=3, cutoff=0.6)


def close_countries(country: str) -> list[str]:
    """Codes of countries that are written nearly so, by code or English name; the likeliest first."""
    close = _close(country.lower().replace(" ", "_"), _codes())
    return list(dict.fromkeys(_codes()[name].lower() for name in close))


def _hint(names: Iterable[str]) -> str:
    return did_you_mean(list(dict.fromkeys(names)))


def _entity(code: str, subdivision: str | None, years: int | None = None) -> HolidayBase:
    import holidays

    # Without a language the library asks the process's locale, and names would differ from machine to machine.
    language = getattr(holidays, code).default_language
    with warnings.catch_warnings():
        # India warns of feasts that follow the moon, known from 2001 to 2035 only; nobody could act on it here.
        warnings.simplefilter("ignore", UserWarning)
        return holidays.country_holidays(code, subdiv=subdivision, years=years, expand=False, language=language)


@lru_cache(maxsize=4096)
def _one_year(code: str, subdivision: str | None, year: int) -> NationalDays:
    known = _entity(code, subdivision, year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    # Each date is asked for, because some countries had their weekends alternate.
    weekends = frozenset(day for day in days if known.is_weekend(day))
    working = frozenset(day for day in known.weekend_workdays if day in weekends)
    names = dict(sorted(known.items()))
    return NationalDays(frozenset(names), working, weekends, MappingProxyType(names))
