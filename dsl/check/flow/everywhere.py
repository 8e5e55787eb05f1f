"""Findings about a sentence that stands for several: one of ``every stage`` is wrong only if it is wrong in all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from voronka.dsl.definition.expr import Loc
from voronka.dsl.text.codes.base import Code


@dataclass(slots=True)
class Everywhere:
    """Collects verdicts by place. A sentence of ``every stage``, or of a module, is met once for each home it has."""

    verdicts: dict[tuple[str, Loc, str], list[Callable[[], None] | None]] = field(default_factory=dict)

    def note(self, code: Code, loc: Loc, report: Callable[[], None] | None, about: str = "") -> None:
        """One home's verdict: how to report it, or None if it is fine there.

        ``about`` keeps apart several findings that one place may have.
        """
        self.verdicts.setdefault((code.id, loc, about), []).append(report)

    def report(self) -> None:
        """Report what is wrong in every home, once."""
        for found in self.verdicts.values():
            if all(one is not None for one in found) and found[0] is not None:
                found[0]()
