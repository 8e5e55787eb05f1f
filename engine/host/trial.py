"""A trial: what an event would do to a deal, with the world as it is; nothing is written, no turn is claimed."""

from __future__ import annotations

from typing import Any

from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.host.answers import Answers
from voronka.engine.host.host import Host
from voronka.engine.host.work import Work
from voronka.engine.store.writer import Writer


class _Undo(Exception):
    """Leaves the writer without committing."""


def trial(host: Host, number: int, kind: str, data: dict[str, Any], at: int, actor: str = "") -> Decision:
    """The decision on an event that does not happen. Raises KeyError for an unknown deal, Undecidable as the host."""
    deal = host.deal(number)
    if deal is None:
        raise KeyError(number)
    decision: Decision | None = None
    work: Work | None = None
    try:
        with Writer(host.store, at) as writer:
            work = Work(host, writer)
            program = work.program(deal.pipeline)
            if program is None:
                raise KeyError(deal.pipeline)
            event = Event(kind, dict(data), at, actor, off=host.off(deal.pipeline))
            decision = work.decided(program, deal, event, Answers(work, number, at))
            raise _Undo
    except _Undo:
        if work is not None and work.done:
            host.drop()  # deals that followed to a new definition on the way have not
        assert decision is not None
        return decision
