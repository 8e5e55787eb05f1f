"""The standard library as the checker sees it: modules and templates by name, functions, channels, countries, zones."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from functools import cached_property, lru_cache
from importlib.resources.abc import Traversable
from types import MappingProxyType

from voronka.dsl.check.library import ChannelSpec, FunctionSpec
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.source import Source

CHANNELS: Mapping[str, ChannelSpec] = MappingProxyType(
    {
        "call": ChannelSpec("call", frozenset({"phone"})),
        "email": ChannelSpec("email", frozenset({"email"}), attaches=True),
        "sms": ChannelSpec("sms", frozenset({"phone"})),
        "whatsapp": ChannelSpec("whatsapp", frozenset({"phone"})),
        "telegram": ChannelSpec("telegram", frozenset({"text", "phone"}), attaches=True),
        "webhook": ChannelSpec("webhook", frozenset({"url"})),
    }
)
SUFFIXES = (".txt", ".md", ".html")


class Library:
    """What ``use std.x``, calls, channels and calendars resolve to. Nothing is read before it is asked for."""

    @cached_property
    def functions(self) -> Mapping[str, FunctionSpec]:
        from voronka.stdlib.functions import FUNCTIONS

        return {name: function.spec for name, function in FUNCTIONS.items()}

    @property
    def channels(self) -> Mapping[str, ChannelSpec]:
        return CHANNELS

    @cached_property
    def modules(self) -> Sequence[str]:
        return tuple(
            sorted(f.name.removesuffix(".pipeline") for f in _root().iterdir() if f.name.endswith(".pipeline"))
        )

    def module(self, name: str) -> Source | None:
        """The text of ``use std.name``."""
        return _source(f"{name}.pipeline", f"std/{name}.pipeline") if name in self.modules else None

    def template(self, name: str) -> Source | None:
        """The text of a template called ``std/…``: a file of stdlib/templates."""
        short = name.removeprefix("std/")
        known = {f.name for f in _root().joinpath("templates").iterdir()}
        for suffix in SUFFIXES:
            if short + suffix in known:
                return _source(f"templates/{short}{suffix}", f"std/{short}{suffix}")
        return None

    def country(self, name: str) -> bool:
        from voronka.stdlib.calendars import validate_country

        return validate_country(name) is None

    def countries_like(self, name: str) -> Sequence[str]:
        from voronka.stdlib.calendars import close_countries

        return close_countries(name)

    def zone(self, name: str) -> tzinfo | None:
        from voronka.stdlib.zones import validate_zone, zone

        return zone(name) if validate_zone(name) is None else None

    def zones_like(self, name: str) -> Sequence[str]:
        from voronka.stdlib.zones import close_zones

        return close_zones(name)

    def cron(self, expr: str) -> Both | None:
        from voronka.stdlib.cron import validate_cron

        return validate_cron(expr)


def _root() -> Traversable:
    return importlib.resources.files("voronka.stdlib")


def _source(path: str, shown: str) -> Source:
    return Source(shown, _root().joinpath(path).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def library() -> Library:
    """The one library of this process."""
    return Library()
