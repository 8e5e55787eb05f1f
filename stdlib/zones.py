"""Time zones by their IANA names, from the tzdata package and never from the system's files.

What the system has differs from machine to machine, and a deadline must not: the version of tzdata is part of a
definition's identity.
"""

from __future__ import annotations

import importlib
import importlib.resources
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo


def tzdata_version() -> str:
    """The IANA release in use, such as ``2026a``."""
    return str(importlib.import_module("tzdata").IANA_VERSION)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every name the package knows, aliases included."""
    text = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(text.split())


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The rules of a zone; one object for each name. Raises ValueError for an unknown name."""
    if why := validate_zone(name):
        raise ValueError(why)
    with importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def validate_zone(name: str) -> str | None:
    """Why ``name`` is no time zone, or None where it is one."""
    if name in zone_names():
        return None
    return f"unknown time zone {name!r}{did_you_mean(close_zones(name))}"


def close_zones(name: str) -> list[str]:
    """Up to three zones whose names look like ``name``; the last part alone may match: ``moscow``."""
    known = {known.lower(): known for known in zone_names()}
    cities = {full.rsplit("/", 1)[-1]: full for full in sorted(known)}
    wanted = name.lower().replace(" ", "_")
    close = get_close_matches(wanted, known, n=3, cutoff=0.75)
    close += [cities[city] for city in get_close_matches(wanted.rsplit("/", 1)[-1], cities, n=3, cutoff=0.8)]
    return [known[full] for full in dict.fromkeys(close)][:3]


def did_you_mean(names: list[str]) -> str:
    """The tail of a message: ``: did you mean a, b?``, or nothing where there is nothing to propose."""
    return f": did you mean {', '.join(names)}?" if names else ""
