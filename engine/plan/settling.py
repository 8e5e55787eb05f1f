"""Which definition runs when the files are not what is in force: they, where that is safe, else what ran before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voronka.engine.host import versions
from voronka.engine.plan.plan import Plan, make
from voronka.engine.program.build import Programs
from voronka.engine.store.store import Store

MODES = ("safe", "plan")


@dataclass(frozen=True, slots=True)
class Settled:
    """``programs`` run. ``waiting``: the files' plan, which waits for `apply`; None where the files run themselves.

    ``plan``: what putting the files in force does, where they run now and did not before.
    """

    programs: Programs
    waiting: Plan | None = None
    plan: Plan | None = None


def mode_of(settings: Mapping[str, Any]) -> str:
    """``reload`` of voronka.toml: ``safe`` (safe edits are taken over) or ``plan`` (only `apply` does), which is what
    ``production = true`` means where nothing is said. Raises ValueError for anything else."""
    mode = settings.get("reload", "plan" if settings.get("production") is True else "safe")
    if mode not in MODES:
        raise ValueError(f'reload = {mode!r}: it is "safe" or "plan"')
    return str(mode)


def settle(store: Store, programs: Programs, mode: str, now: int) -> Settled:
    """What runs: the files, or, where they differ and may not be taken over by themselves, what is in force.

    Files that were rolled back from wait for `apply`, or for a change.
    """
    before = versions.in_force(store)
    if not before or before == programs.hash:
        return Settled(programs)
    plan = make(store, programs, now)
    if mode == "safe" and not plan.unsafe and programs.hash not in versions.left(store):
        return Settled(programs, plan=plan)
    try:
        return Settled(versions.stored(store, before), waiting=plan)
    except versions.Unreadable:
        # what is in force cannot be compiled any more, so nothing else can run
        return Settled(programs, plan=plan)


def running(store: Store, programs: Programs) -> Programs:
    """The programs of the definition in force; these, where there is none yet, or none that can be read."""
    before = versions.in_force(store)
    if not before or before == programs.hash:
        return programs
    try:
        return versions.stored(store, before)
    except versions.Unreadable:
        return programs
