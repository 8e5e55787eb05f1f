"""What can become of one event inside a transaction, and messages on their way."""

from __future__ import annotations

from dataclasses import dataclass

from voronka.engine.deal.protocol import Unmet
from voronka.engine.deal.state import Deal


@dataclass(frozen=True, slots=True)
class Refusal:
    """It did not happen, for these reasons."""

    unmet: tuple[Unmet, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """It changed nothing; ``consumed``: whether anything listened to it."""

    deal: Deal | None
    consumed: bool


@dataclass(slots=True)
class Post:
    """A message: part ``part`` of row ``cause``, the ``depth``-th in a row. ``after``: the last deal that has it."""

    cause: int
    part: int
    depth: int
    after: int = 0


class Undecidable(Exception):
    """An event that cannot be decided: it is none, or the definition's code stumbles. Nothing was written for it."""
