"""Events tried one after the other on a twin of a deal, by the one decide, with the world as it is; nothing is kept."""

from __future__ import annotations

from typing import Any

from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide.step import Step
from voronka.engine.decide.timers import LATE
from voronka.engine.host.answers import Answers
from voronka.engine.host.host import Host
from voronka.engine.host.work import Work
from voronka.engine.program.build import Programs
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer

_MOST_TIMERS = 200  # of one deal that fire one after the other


class _Onlooker(Host):
    """A host beside whoever writes: no deal follows to a definition here, and no message is delivered."""

    def _begin(self) -> None:
        return

    def _drain(self, on_step: Any = None) -> int:
        return 0


class Attempt:
    """Decisions on a deal that do not happen; a store that is open for reading is enough.

    What they would do to other deals, and those deals back to this one, stays out of it.
    """

    def __init__(self, store: Store, programs: Programs, now: int) -> None:
        self.host = _Onlooker(store, programs, lambda: now)
        self.now = now
        self.tried = 0
        # never entered: nothing is written through it
        self._work = Work(self.host, Writer(store, now))

    def caught_up(self, deal: Deal) -> Deal:
        """The deal after its timers that are due: they fire before anything else happens. Raises Undecidable."""
        for _ in range(_MOST_TIMERS):
            due = min(((timer[0], key, timer[1]) for key, timer in deal.timers.items()), default=None)
            if due is None or due[0] > self.now:
                break
            at = due[0] if self.now - due[0] <= LATE else self.now
            decision = self.decide(deal, "timer", {"key": due[1], "gen": due[2]}, at)
            if decision.refused or not decision.changes or decision.deal is None:
                break
            deal = decision.deal
        return deal

    def decide(self, deal: Deal, kind: str, data: dict[str, Any], at: int | None = None) -> Decision:
        """What an event would do now, or at an instant. Raises Undecidable as the host."""
        self.tried += 1
        program = self.host.programs.pipelines[deal.pipeline]
        at = max(self.now if at is None else at, deal.now)
        event = Event(kind, data, at)
        decision = self._work.decided(program, deal, event, Answers(self._work, deal.id, at))
        if decision.refused or decision.deal is None:
            return decision
        if decision.deal is deal:
            decision.deal = deal.copy()
        decision.deal.version += 1
        decision.deal.now = at
        decision.deal.definition = self.host.programs.hash
        return decision

    def cards(self, pipeline: str, most: int = 8) -> list[int]:
        """Open deals or cards of a pipeline, the newest first."""
        sql = "SELECT id FROM deals WHERE pipeline = ? AND closed IS NULL ORDER BY id DESC LIMIT ?"
        return [number for (number,) in self.host.store.db.execute(sql, (pipeline, most))]

    def step(self, deal: Deal) -> Step:
        """What conditions of a deal see at this instant; questions about other deals are answered as of now."""
        at = max(self.now, deal.now)
        program = self.host.programs.pipelines[deal.pipeline]
        event = Event("look", {}, at, ask=Answers(self._work, deal.id, at).to)
        event.off = self.host.off(program.pipeline.name)
        return Step(program, deal.copy(), event)
