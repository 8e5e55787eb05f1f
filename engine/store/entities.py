"""Entities other than deals: how their logs fold. People, rotations, resources, and the store's own book-keeping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from voronka.engine.store.codec import PEOPLE, ROBOTS, ROTATION


def fold_entity(kind: int, state: dict[str, Any], changes: Iterable[list[Any]]) -> dict[str, Any]:
    """Apply changes in place and return the state.

    ======================================= ==============================================================
    ``["person", name, {…}]``               people: facts that differ from the definition; None drops one
    ``["turn", person, place]``             rotation: whose turn it was, and their place among the members
    ``["off", pipeline, path, {…}|None]``    robots: what is known of one that is switched off; None: it is on
    ``["called", pipeline, path, …]``        robots: pipeline and path by which it goes from now on
    ``["book"|"free", item, from, to, …]``  resources: kept by their bookings, no state of their own
    ======================================= ==============================================================
    """
    for change in changes:
        if kind == PEOPLE and change[0] == "person":
            facts = {**state.get(change[1], {}), **change[2]}
            state[change[1]] = {name: value for name, value in facts.items() if value is not None}
        elif kind == ROTATION and change[0] == "turn":
            state["last"], state["place"] = change[1], change[2]
        elif kind == ROBOTS and change[0] == "off":
            known = {**state.get(change[1], {}), change[2]: change[3]}
            state[change[1]] = {path: about for path, about in known.items() if about is not None}
            if not state[change[1]]:
                del state[change[1]]
        elif kind == ROBOTS and change[0] == "called":
            before, now = change[1:3], change[3:5]
            known = {old: now if to == before else to for old, to in state.get("", {}).items()}
            state[""] = {**known, " ".join(before): now}
    return state
