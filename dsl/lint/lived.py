"""What deals have shown of a stage; whoever knows a store brings it to the linter, which knows none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Lived:
    """Of the deals that were in a stage, ``ended`` are won or lost by now, and ``share`` (1.0: all) of them won.

    ``low`` to ``high``: an interval of 95 % for the share of all of them, whatever becomes of those still open.
    """

    share: float
    low: float
    high: float
    ended: int


LivedStages: TypeAlias = Mapping[tuple[str, str], Lived]
"""By pipeline and stage, called as the linted files call them."""
