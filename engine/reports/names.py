"""What stages and reasons were called before: old visits keep their names, figures stand under today's (U4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voronka.dsl.definition.model import Pipeline
from voronka.engine.host import versions
from voronka.engine.program.build import Programs
from voronka.engine.program.lineage import lineage, pipelines
from voronka.engine.store.store import Store

Place = tuple[str, str]  # pipeline, name
_KINDS = ("stage", "reason")


@dataclass(frozen=True, slots=True)
class Names:
    """``stages`` and ``reasons``: every (pipeline, name) that the log may have -> the present one. ``unread``: versions
    of the definition that cannot be read any more, by hash; what only they know is not followed."""

    stages: Mapping[Place, Place]
    reasons: Mapping[Place, Place]
    unread: tuple[str, ...] = ()

    @property
    def pipelines(self) -> tuple[str, ...]:
        """All names that these pipelines ever had."""
        return tuple(dict.fromkeys(pipeline for pipeline, _ in self.stages))


def names_of(store: Store, programs: Programs, wanted: Sequence[str]) -> Names:
    """Names of stages and reasons of these pipelines, present and former. Definitions are read only where a name is
    unknown."""
    ahead = {kind: {place: place for place in _places(programs, kind)} for kind in _KINDS}
    found = {kind: {place: to for place, to in ahead[kind].items() if to[0] in wanted} for kind in _KINDS}
    if all(place in ahead[kind] for kind, place in _titled(store)):
        return Names(found["stage"], found["reason"])
    unread = []
    later = programs
    for version in reversed(versions.versions(store)):
        if version.hash == programs.hash:
            continue
        try:
            older = versions.stored(store, version.hash)
        except (versions.Unreadable, KeyError):
            unread.append(version.hash)
            continue
        ahead = _step(older, later, ahead)
        for kind, places in ahead.items():
            for place, to in places.items():
                if to[0] in wanted:
                    found[kind].setdefault(place, to)
        later = older
    return Names(found["stage"], found["reason"], tuple(unread))


def _step(
    older: Programs, later: Programs, ahead: Mapping[str, Mapping[Place, Place]]
) -> dict[str, dict[Place, Place]]:
    """Where the older version's names lead to, by way of the later one's."""
    found: dict[str, dict[Place, Place]] = {kind: {} for kind in _KINDS}
    to = pipelines(older.definition, later.definition)
    for name, pipeline in older.definition.pipelines.items():
        after = later.definition.pipelines.get(to.get(name, ""))
        if after is None:
            continue
        way = lineage(pipeline, after)
        for kind in _KINDS:
            for old in _declared(pipeline, kind):
                follows = way.name(kind, old) if way.touched else old
                goal = ahead[kind].get((after.name, follows or ""))
                if goal is not None:
                    found[kind][name, old] = goal
    return found


def _declared(pipeline: Pipeline, kind: str) -> Iterable[str]:
    return pipeline.stages if kind == "stage" else pipeline.reasons


def _places(programs: Programs, kind: str) -> Iterable[Place]:
    return ((p.name, name) for p in programs.definition.pipelines.values() for name in _declared(p, kind))


def _titled(store: Store) -> Iterable[tuple[str, Place]]:
    """Every name that was ever declared, with its kind."""
    rows = store.db.execute("SELECT DISTINCT kind, pipeline, name FROM titles WHERE kind IN ('stage', 'reason')")
    return ((kind, (pipeline, name)) for kind, pipeline, name in rows)
