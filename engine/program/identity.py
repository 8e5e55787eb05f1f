"""A definition's identity: a hash over all that decides (architecture.md)."""

from __future__ import annotations

import hashlib

from voronka.dsl.definition.model import Definition
from voronka.dsl.definition.values import canonical
from voronka.engine.time.calendar import WorkCalendar
from voronka.stdlib.zones import tzdata_version

# the years whose working days belong to a definition: a correction outside them changes no living deadline
YEARS = range(2015, 2041)
# raised when the meaning of some text changes, so that an upgrade of voronka is a plan too
LANGUAGE_VERSION = 1


def identity(definition: Definition) -> str:
    """Texts (modules and standard library included), template bytes, calendar dates as expanded, time zone data,
    language version."""
    parts = {
        "language": LANGUAGE_VERSION,
        "tzdata": tzdata_version(),
        "sources": sorted(definition.sources),
        "templates": sorted((template.name, template.text) for template in definition.templates.values()),
        "calendars": [
            WorkCalendar(definition.calendars[name], zone).expanded(YEARS)
            for name, zone in sorted({(p.calendar, p.timezone) for p in definition.pipelines.values()})
        ],
    }
    return hashlib.sha256(canonical(parts).encode()).hexdigest()[:32]
