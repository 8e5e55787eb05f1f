"""What a workspace may lean on beside its own files: modules, functions, channels, calendars, time zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.source import Source


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """The type of a function of the standard library.

    ``params`` are kinds of types (``money``), alternatives (``number|percent``), ``any`` or ``same``: whatever it is,
    all arguments declared ``same`` have one type between them; ``same:number|money`` limits which. ``result`` is a
    kind, or ``same``. With ``variadic`` the last parameter may be given any number of times, once at least; the last
    ``optional`` parameters may be left out.
    """

    name: str
    params: tuple[str, ...]
    result: str
    variadic: bool = False
    optional: int = 0


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """A way to reach somebody: the kinds of fields it can be sent to; ``url`` also takes a text written in place.

    ``attaches``: whether documents and files go along.
    """

    name: str
    kinds: frozenset[str]
    attaches: bool = False


class LibraryProtocol(Protocol):
    """What the checker asks of the standard library."""

    @property
    def functions(self) -> Mapping[str, FunctionSpec]:
        """Functions that expressions may call."""

    @property
    def channels(self) -> Mapping[str, ChannelSpec]:
        """What ``send`` can send by."""

    @property
    def modules(self) -> Sequence[str]:
        """Names that ``use std.NAME`` knows."""

    def module(self, name: str) -> Source | None:
        """The text of ``use std.name``; its display name is ``std/name.pipeline``."""

    def template(self, name: str) -> Source | None:
        """The text of a template that is called ``std/…``, suffix included in its display name."""

    def country(self, name: str) -> bool:
        """Whether a calendar can be based on this country (``ru``, ``de_BY``)."""

    def countries_like(self, name: str) -> Sequence[str]:
        """Countries whose names look like this one."""

    def zone(self, name: str) -> tzinfo | None:
        """A time zone by its IANA name."""

    def zones_like(self, name: str) -> Sequence[str]:
        """Zones whose names look like this one."""

    def cron(self, expr: str) -> Both | None:
        """Why a text is no cron expression of five fields, or None where it is one."""
