"""A definition's identity: a hash over all that decides (architecture.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from voronka.dsl.definition.model import Definition
from voronka.dsl.definition.values import canonical
from voronka.engine.program.declared import declaration, mentioned
from voronka.stdlib.zones import tzdata_version

# the years whose working days belong to a definition: a correction outside them changes no living deadline
YEARS = range(2015, 2041)
# raised when the meaning of some text changes, so that an upgrade of voronka is a plan too
LANGUAGE_VERSION = 1


def plugins_of(definition: Definition) -> list[tuple[str, str]]:
    """Plugins that the definition runs, each with its declaration."""
    return [(name, declaration(name)) for name in mentioned(text for _, text in definition.sources)]


def identity(definition: Definition, calendars: Iterable[str]) -> str:
    """Texts (modules and standard library included), template bytes, calendar dates as expanded, time zone data,
    language version, what plugins declare. ``calendars``: the expanded ones, in the order of their names and zones."""
    parts: dict[str, Any] = {
        "language": LANGUAGE_VERSION,
        "tzdata": tzdata_version(),
        "sources": sorted(definition.sources),
        "templates": sorted((template.name, template.text) for template in definition.templates.values()),
        "calendars": list(calendars),
    }
    if plugins := plugins_of(definition):
        parts["plugins"] = plugins
    return hashlib.sha256(canonical(parts).encode()).hexdigest()[:32]
