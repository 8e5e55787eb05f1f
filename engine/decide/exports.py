"""What other deals mirror of this one is announced to them when it changed (Meaning 11; architecture.md, messages)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.engine.deal.state import Deal
from voronka.engine.program.build import Program

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step


def value_of(deal: Deal, name: str) -> Any:
    """A mirrored value: a field, ``stage`` or ``owner``."""
    if name == "stage":
        return deal.stage
    if name == "owner":
        return deal.owner
    return deal.f.get(name)


def snapshot(program: Program, deal: Deal) -> dict[str, Any]:
    """The values that somebody mirrors, as they are now."""
    names = {name for watch in program.watches for name in watch.names}
    names |= {watch.via for watch in program.watches if watch.via}
    return {name: value_of(deal, name) for name in names}


def announce(s: Step, before: dict[str, Any]) -> None:
    """Send what changed: an item tells the deal it belongs to, a card everybody who links to it."""
    if not s.p.watches:
        return
    after = snapshot(s.p, s.d)
    changed = {name for name, value in after.items() if before.get(name) != value}
    if not changed:
        return
    card_names = {name for watch in s.p.watches if watch.kind == "card" for name in watch.names & changed}
    if card_names and before:
        s.message({"kind": "card", "values": {name: after[name] for name in sorted(card_names)}})
    for watch in s.p.watches:
        if watch.kind != "item":
            continue
        old, new = before.get(watch.via), after.get(watch.via)
        if old is not None and old != new:
            s.message({"kind": "item", "to": old, "field": watch.field, "item": s.d.id, "values": None})
        if new is not None and (old != new or watch.names & changed):
            values = {name: after[name] for name in sorted(watch.names)}
            s.message({"kind": "item", "to": new, "field": watch.field, "item": s.d.id, "values": values})
