"""The host of live deals: texts in the definition's first language, and what is long past happens once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voronka.engine.deal.state import Deal
from voronka.engine.decide.timers import LATE
from voronka.engine.host.host import Host
from voronka.engine.host.limits import PER_HOUR
from voronka.engine.host.render import renderer
from voronka.engine.program.build import Programs
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Text


def live_host(
    store: Store,
    programs: Programs,
    clock: Callable[[], int],
    late_after: int | None = LATE,
    per_hour: int = PER_HOUR,
) -> Host:
    """A host on an open store; ``clock`` is now in ms. Raises StoreFailed when the definition cannot be taken over.

    What was due longer ago than ``late_after`` counts for the moment it is found, so that a sweep is not made up for.
    """

    def facts(name: str) -> dict[str, str] | None:
        known = host.people.facts(name)
        return None if known is None else {key: str(known.get(key) or "") for key in ("title", "role")}

    made: list[Any] = []  # the programs whose templates were compiled, and what renders them

    def render(deal: Deal, intent: dict[str, Any], now: int) -> Text:
        if not made or made[0] is not host.programs:
            made[:] = host.programs, renderer(host.programs, host.language, facts, host.supervisor)
        text: Text = made[1](deal, intent, now)
        return text

    host = Host(store, programs, clock, render=render, late_after=late_after, per_hour=per_hour)
    return host
