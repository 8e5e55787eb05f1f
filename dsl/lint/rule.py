"""What a lint rule is: a code with its texts, a category, a page, and a function over the checked definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from voronka.dsl.lint.lived import LivedStages
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from voronka.dsl.lint.context import Context

CATEGORIES: Mapping[str, Both] = MappingProxyType(
    {
        "stages": Both("Stages", "Этапы"),
        "naming": Both("Names", "Названия"),
        "tasks": Both("Tasks", "Задачи"),
        "losses": Both("Losses", "Отказы"),
        "robots": Both("Robots and messages", "Роботы и сообщения"),
        "clients": Both("Clients, priorities, people", "Клиенты, приоритеты, люди"),
        "text": Both("The files themselves", "Сами файлы"),
    }
)
"""The folders under ``rules/``, with their titles, in the order of the documentation.

Codes: L0xx suppressions, L1xx stages, L2xx naming, L3xx tasks, L4xx losses, L5xx robots, L6xx clients, L7xx text.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What ``voronka explain`` prints of a rule. ``example``, a whole file, shows the finding; ``instead`` does not.

    ``lived``: what deals have shown, for rules that look at it.
    """

    what: Both
    why: Both
    example: str
    instead: str
    lived: LivedStages | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``run`` yields its findings with ``code``; severity and suppression are applied by who calls it.

    ``off``: it speaks only where a profile or ``voronka.toml`` turns it on. ``lived``: it looks at what deals have
    shown, so it is asked only where somebody knows that. ``limits`` are its numbers by name, with their defaults;
    profiles and ``[lint.limits]`` may change them. ``requirements`` are those it comes from (R4).
    """

    code: Code
    category: str
    page: Page
    run: Callable[[Context], Iterator[Diagnostic]]
    requirements: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    off: bool = False
    lived: bool = False

    @property
    def name(self) -> str:
        """The kebab-case name, as in ``# voronka: allow NAME "reason"``."""
        return self.code.name
