"""What stages were called before: visits that are over keep the names they had, figures stand under today's (U4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voronka.engine.host import versions
from voronka.engine.program.build import Programs
from voronka.engine.program.lineage import lineage, pipelines
from voronka.engine.store.store import Store

Place = tuple[str, str]  # pipeline, stage


@dataclass(frozen=True, slots=True)
class Names:
    """``stages``: every (pipeline, stage) that the log may name -> the present one. ``unread``: versions of the
    definition that cannot be read any more, by hash; names that only they explain stay as they were."""

    stages: Mapping[Place, Place]
    unread: tuple[str, ...] = ()

    @property
    def pipelines(self) -> tuple[str, ...]:
        """All names that these pipelines ever had."""
        return tuple(dict.fromkeys(pipeline for pipeline, _ in self.stages))


def names_of(store: Store, programs: Programs, wanted: Sequence[str]) -> Names:
    """Names of the stages of these pipelines, present and former. Definitions are read only where a name is unknown."""
    present = programs.definition.pipelines
    found: dict[Place, Place] = {(p, s): (p, s) for p in wanted for s in present[p].stages}
    unknown = {place for place in _titled(store) if place not in _everything(programs)}
    if not unknown:
        return Names(found)
    unread = []
    later = programs
    ahead: dict[Place, Place] = {(p.name, s): (p.name, s) for p in present.values() for s in p.stages}
    for version in reversed(versions.versions(store)):
        if version.hash == programs.hash:
            continue
        try:
            older = versions.stored(store, version.hash)
        except (versions.Unreadable, KeyError):
            unread.append(version.hash)
            continue
        ahead = _step(older, later, ahead)
        for place, to in ahead.items():
            if to[0] in wanted:
                found.setdefault(place, to)
        later = older
    return Names(found, tuple(unread))


def _step(older: Programs, later: Programs, ahead: Mapping[Place, Place]) -> dict[Place, Place]:
    """Where the older version's stages lead to, by way of the later one's."""
    found: dict[Place, Place] = {}
    to = pipelines(older.definition, later.definition)
    for name, pipeline in older.definition.pipelines.items():
        after = later.definition.pipelines.get(to.get(name, ""))
        if after is None:
            continue
        way = lineage(pipeline, after)
        for stage in pipeline.stages:
            follows = stage if not way.touched else way.name("stage", stage)
            goal = ahead.get((after.name, follows or ""))
            if goal is not None:
                found[name, stage] = goal
    return found


def _titled(store: Store) -> Iterable[Place]:
    return (
        (pipeline, name)
        for pipeline, name in store.db.execute("SELECT DISTINCT pipeline, name FROM titles WHERE kind = 'stage'")
    )


def _everything(programs: Programs) -> set[Place]:
    return {(p.name, stage) for p in programs.definition.pipelines.values() for stage in p.stages}
