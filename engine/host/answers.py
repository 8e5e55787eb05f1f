"""Answers to what a decision asks about the world outside its deal (the table of questions is in deal/protocol.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from voronka.engine.deal.protocol import Ask, Event
from voronka.engine.decide import exports, gates
from voronka.engine.store.codec import ROTATION
from voronka.engine.store.facets import key_name

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

TRIALS = 4  # tunnels may lead to stages with tunnels; no sensible chain is longer


class Answers:
    """The answers of one event. ``turns`` are the turns it claims: written only if the event is not refused.

    ``deal``: the number of the deal that asks. ``depth`` counts trials inside trials: a trial creates nothing, claims
    nothing, and leaves aside what only the real creation can decide (Meaning 10).
    """

    __slots__ = ("deal", "depth", "now", "turns", "work")

    def __init__(self, work: Work, deal: int, now: int, depth: int = 0) -> None:
        self.work = work
        self.deal = deal
        self.now = now
        self.depth = depth
        self.turns: dict[tuple[str, str], tuple[str, int]] = {}

    def to(self, ask: Ask) -> Any:
        """The answer. Raises ValueError for a question that nobody here understands."""
        answer = _ANSWERS.get(ask.kind)
        if answer is None:
            raise ValueError(f"no answer to {ask.kind!r}")
        return answer(self, *ask.args)

    # --- people

    def turn(self, pipeline: str, role: str) -> str | None:
        state = self.work.store.entity(ROTATION, f"{pipeline}/{role}").state
        found = self.work.host.people.turn(role, state, self.now)
        if found is None:
            return None
        self.turns[pipeline, role] = found
        return found[0]

    def idle(self, pipeline: str, role: str) -> str | None:
        members = self.work.host.people.members(role, self.now)
        # the first of the least busy, in declared order
        return min(members, key=self._open_tasks, default=None)

    def _open_tasks(self, person: str) -> int:
        sql = "SELECT count(*) FROM tasks WHERE assignee = ? AND status IN ('open', 'waiting')"
        return int(self.work.db.execute(sql, (person,)).fetchone()[0])

    def members(self, pipeline: str, role: str) -> list[str]:
        return self.work.host.people.members(role, self.now)

    def person(self, name: str) -> dict[str, Any] | None:
        facts = self.work.host.people.facts(name)
        if facts is None:
            return None
        return {
            "role": facts.get("role", ""),
            "reports_to": facts.get("reports_to", ""),
            "deputy": facts.get("deputy", ""),
            "away_until": facts.get("away"),
            "gone": bool(facts.get("gone")),
        }

    def supervisor(self, pipeline: str, person: str) -> str | None:
        return self.work.host.people.supervisor(pipeline, person, self.now)

    def deputy(self, person: str) -> str | None:
        return self.work.host.people.deputy(person, self.now)

    # --- other deals

    def free(self, resource: str, item: str, start: int, until: int) -> int | None:
        if self.depth:
            return None
        # bookings of one item never overlap, so the latest that starts before the end decides; the deal's own do not
        rows = self.work.db.execute(
            "SELECT until, deal FROM bookings WHERE resource = ? AND item = ? AND start < ? ORDER BY start DESC",
            (resource, item, until),
        )
        for end, deal in rows:
            if deal != self.deal:
                return int(deal) if end > start else None
        return None

    def unique(self, pipeline: str, names: list[str], values: list[Any]) -> int | None:
        if self.depth:
            return None
        facets = self.work.store.facets.of(pipeline)
        key = facets.key_of(tuple(names), dict(zip(names, values, strict=True)))
        row = self.work.db.execute(
            "SELECT min(deal) FROM routes WHERE pipeline = ? AND field = ? AND value = ? AND deal <> ?",
            (pipeline, key_name(tuple(names)), key, self.deal),
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def card(self, number: int, names: list[str]) -> dict[str, Any] | None:
        held = self.work.held(number)
        return None if held is None else {name: exports.value_of(held.deal, name) for name in names}

    def tunnel(self, pipeline: str, stage: str, fields: dict[str, Any], link: str) -> list[dict[str, Any]]:
        work = self.work
        program = work.program(pipeline)
        if program is None or self.depth >= TRIALS:
            return []
        number = work.store.counters.deal + 2 + self.depth  # one that nobody has, the asking deal included
        given = {**fields, link: self.deal} if link and work.held(self.deal) is not None else dict(fields)
        data = {"id": number, "fields": given, "stage": stage or None, "sender": self.deal}
        inner = type(self)(work, number, self.now, self.depth + 1)
        event = Event("create", data, self.now, off=work.host.off(pipeline))
        decision = work.decided(program, None, event, inner)
        return gates.data(decision.refused)


_ANSWERS: dict[str, Callable[..., Any]] = {
    "turn": Answers.turn,
    "idle": Answers.idle,
    "members": Answers.members,
    "person": Answers.person,
    "supervisor": Answers.supervisor,
    "deputy": Answers.deputy,
    "free": Answers.free,
    "unique": Answers.unique,
    "card": Answers.card,
    "tunnel": Answers.tunnel,
}
