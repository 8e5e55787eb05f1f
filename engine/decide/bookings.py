"""Bookings of resources (R26): the slots that a deal's fields mean, whether they are free, and taking them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.values import Duration
from voronka.engine.compile import moments
from voronka.engine.deal.protocol import Operand, Unmet
from voronka.engine.decide import gates

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step


def slot(s: Step, name: str) -> list[Any] | None:
    """The booking that the deal's fields mean: [resource, item, from, to], or None while something is missing."""
    kind, values = s.p.pipeline.fields[name].type, s.d.f
    item, start = values.get(name), values.get(kind.start)
    if item is None or start is None:
        return None
    if kind.until:
        end = values.get(kind.until)
    else:
        length = Duration(Decimal(kind.length[0]), kind.length[1]) if kind.length else values.get(kind.lasts)
        end = None if length is None else moments.later(s.cal, int(start), length)
    return None if end is None or end <= start else [kind.target, item, int(start), int(end)]


def taken(s: Step) -> list[Unmet]:
    """Slots that the deal's fields mean, that it does not hold yet, and that another deal has."""
    found = []
    for name in s.p.resource_fields:
        wanted = slot(s, name)
        if wanted is None or wanted == s.d.bookings.get(name):
            continue
        holder = s.ask("free", *wanted)
        if holder is not None and holder != s.d.id:
            field = s.p.pipeline.fields[name]
            args = {"deal": holder, "from": wanted[2], "to": wanted[3]}
            found.append(Unmet("booking", name, field.title, field.loc, (Operand(name, wanted[1]),), args))
    return found


def settle(s: Step) -> None:
    """Bring the deal's bookings in line with its fields at the end of an event; a lost deal holds none.

    What people and robots write has been looked at before it was written. But a slot also moves with a linked card or
    comes back with a deal that nobody could keep from coming back: if it is taken, the deal turns red.
    """
    conflicts = {unmet.name: unmet for unmet in taken(s)} if s.d.reason is None else {}
    for name in s.p.resource_fields:
        key = f"book:{name}"
        if name in conflicts:
            if key not in s.d.flags:
                unmet = conflicts[name]
                s.emit("flag", key, {"at": s.now, "loc": str(unmet.loc), "unmet": gates.data([unmet])})
            continue
        wanted = None if s.d.reason is not None else slot(s, name)
        if wanted != s.d.bookings.get(name):
            s.emit("book", name, wanted)
            s.settled(key)
