"""Stranded deals: their stage is gone and nothing says where to; somebody moves them, else nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.engine.deal.protocol import Unmet
from voronka.engine.decide import gates, loop, moves, payload
from voronka.engine.decide.adopt import adopt

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

FLAG = "stranded"
# what may happen to a deal wherever it stands
_ALLOWED = frozenset({"note", "assign", "incident", "resolve"})


def act(s: Step) -> None:
    """An event of a stranded deal: a move into a stage that is there, through its gates, ends it."""
    kind, data = s.event.kind, s.event.data
    if kind in _ALLOWED:
        payload.KINDS[kind](s, data)
        return
    if kind != "move":
        payload.refuse(s, [Unmet("state", s.d.stage, args={"why": "stranded", "stage": s.d.stage})])
    target = s.p.stages.get(data["stage"])
    if target is None or target.stage.kind == "lost":
        known = [name for name, one in s.p.stages.items() if one.stage.kind != "lost"]
        payload.refuse(s, [Unmet("unknown", str(data["stage"]), args={"what": "stage", "known": known})])
        return
    payload.refuse(s, gates.entering(s, target))
    s.leaving = ""  # there are no exit actions of a stage that is gone
    if s.d.closed is not None and target.stage.kind == "open":
        moves.unclose(s)
    moves.move(s, target.stage.name)
    s.settled(FLAG)
    if s.d.closed is None:
        adopt(s)
        s.before.clear()
    loop.run(s)
