"""What a condition may look at beside the deal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voronka.engine.deal.state import Deal, TaskState
    from voronka.engine.time.calendar import WorkCalendar


class Ctx:
    """The surroundings of a decision.

    ``now``: its instant · ``cal``: the pipeline's calendar · ``e``: payload of the event being handled · ``t``: the
    task in whose scope we are · ``item``: the item under a quantifier (a dict of mirrored values, or a TaskState) where
    a part of an expression is looked at by itself; compiled quantifiers bring their own.
    """

    __slots__ = ("cal", "e", "item", "now", "t")

    def __init__(
        self, now: int, cal: WorkCalendar, e: dict[str, Any] | None = None, t: TaskState | None = None
    ) -> None:
        self.now = now
        self.cal = cal
        self.e = e
        self.t = t
        self.item: Any = None

    @property
    def today(self) -> date:
        """The date of ``now`` in the pipeline's zone."""
        return self.cal.today(self.now)

    def supervisor(self, deal: Deal) -> str | None:
        """Whom the deal's owner reports to; nobody unless a subclass knows the people (Meaning 13)."""
        return None
