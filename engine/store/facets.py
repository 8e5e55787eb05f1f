"""What the store must know of a definition: which values are personal, which fields link, which are looked up by value.

The store keeps these beside the definition's texts, so that a log can be verified without compiling anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.definition.values import canonical, encode

_NOT_DIGITS = re.compile(r"\D+")
_FORGOTTEN = re.compile(r"§[0-9a-f]{32}")  # what stands in for a value that is not there any more


@dataclass(frozen=True, slots=True)
class PipelineFacets:
    """Of one pipeline.

    ``personal``: fields whose values live beside the log; ``payload``: names in payloads likewise. ``links``: link
    field -> pipeline it points to; ``lists``: ``links`` field -> pipeline of its items. ``keys``: fields, or
    combinations of fields, by which deals are looked up (``unique f, g``, events ``by f``). ``kinds``: kind of each
    field in ``keys``.
    """

    personal: frozenset[str] = frozenset()
    payload: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[tuple[str, ...], ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "personal": sorted(self.personal),
            "payload": sorted(self.payload),
            "links": dict(self.links),
            "lists": dict(self.lists),
            "keys": [list(names) for names in self.keys],
            "kinds": dict(self.kinds),
        }

    def key_of(self, names: tuple[str, ...], values: Mapping[str, Any]) -> str | None:
        """The text by which a combination of values is looked up, or None while one of them is missing."""
        texts = []
        for name in names:
            value = values.get(name)
            if value is None or is_forgotten(value):
                return None
            texts.append(normalised(value, self.kinds.get(name, "")))
        return texts[0] if len(texts) == 1 else canonical(texts)


NOTHING = PipelineFacets()


@dataclass(frozen=True, slots=True)
class Facets:
    """Of a whole definition, by pipeline."""

    pipelines: Mapping[str, PipelineFacets] = field(default_factory=dict)
    names: frozenset[str] = frozenset()  # every name that is personal anywhere

    def of(self, pipeline: str) -> PipelineFacets:
        """Those of one pipeline; of an unknown one nothing is personal, linked or looked up."""
        return self.pipelines.get(pipeline, NOTHING)

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {name: facets.data() for name, facets in self.pipelines.items()}


def make_facets(pipelines: Mapping[str, PipelineFacets]) -> Facets:
    """Facets of a definition with these pipelines."""
    names: set[str] = set()
    for facets in pipelines.values():
        names |= facets.personal | facets.payload
    return Facets(pipelines, frozenset(names))


def load_facets(data: Mapping[str, Any]) -> Facets:
    """The inverse of :meth:`Facets.data`."""
    return make_facets(
        {
            name: PipelineFacets(
                frozenset(item["personal"]),
                frozenset(item["payload"]),
                item["links"],
                item["lists"],
                tuple(tuple(names) for names in item["keys"]),
                item["kinds"],
            )
            for name, item in data.items()
        }
    )


def is_forgotten(value: Any) -> bool:
    """Whether a value is what stands in for one that is not there any more."""
    return isinstance(value, str) and _FORGOTTEN.fullmatch(value) is not None


def key_name(names: tuple[str, ...]) -> str:
    """How a combination of fields is called in the index."""
    return ",".join(names)


def normalised(value: Any, kind: str) -> str:
    """One text for values that count as the same: case and blanks do not matter, in phones nothing but digits does."""
    if not isinstance(value, str):
        return canonical(encode(value))
    if kind == "phone":
        digits = _NOT_DIGITS.sub("", value)
        # 8 999 … is how +7 999 … is dialled inside the country
        return f"7{digits[1:]}" if len(digits) == 11 and digits[0] == "8" else digits
    return " ".join(value.split()).casefold()
