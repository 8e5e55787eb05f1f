"""Applying a plan, and going back to a version that was in force before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voronka.engine.host import versions
from voronka.engine.host.host import Host
from voronka.engine.plan.consequences import Case
from voronka.engine.plan.plan import Plan, make
from voronka.engine.program.build import Programs
from voronka.engine.store.store import Store


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of it. ``outcome``: nothing (it is in force already), applied, other (the plan was about other
    definitions), unsafe (``refused`` says by what)."""

    outcome: str
    plan: Plan
    refused: tuple[Case, ...] = ()


def apply(
    host: Host,
    programs: Programs,
    approved: str | None = None,
    allow_unsafe: bool = False,
    back: tuple[str, ...] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Applied:
    """Plan anew, and put the definition in force where nothing unsafe stands against it that was not approved.

    ``approved``: hash of a plan that was looked at. All deals follow before this returns. Raises StoreFailed.
    """
    while host.carry_on():
        pass
    plan = make(host.store, programs, host.clock(), back)
    if plan.empty:
        return Applied("nothing", plan)
    refused: tuple[Case, ...] = () if allow_unsafe else plan.unsafe
    if approved is not None:
        fresh = plan.fresh(approved)
        if fresh is None:
            return Applied("other", plan)
        refused = () if allow_unsafe else fresh
    if refused:
        return Applied("unsafe", plan, refused)
    host.adopt(programs, back)
    while host.carry_on():
        if progress is not None and host.passage is not None:
            progress(host.passage.after)
    return Applied("applied", plan)


def back_to(store: Store, wanted: str = "") -> tuple[versions.Version, tuple[str, ...] | None] | None:
    """The version to go back to, and those between it and the present, oldest first; None for one that came later.

    ``wanted``: the beginning of its hash; empty for the one before the present. None where there is no such version.
    """
    order = versions.versions(store)
    now = versions.in_force(store)
    hashes = [version.hash for version in order]
    if now not in hashes:
        return None
    if wanted:
        found = versions.find(store, wanted)
    else:
        place = hashes.index(now)
        found = order[place - 1] if place else None
    if found is None:
        return None
    start, end = hashes.index(found.hash), hashes.index(now)
    return found, tuple(hashes[start + 1 : end]) if start < end else None
