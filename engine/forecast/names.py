"""The states that visits are counted as: present stages under their present names, and those that are gone (U4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voronka.engine.host import versions
from voronka.engine.program.build import Programs
from voronka.engine.reports.names import Place, names_of
from voronka.engine.store.store import Store


@dataclass(frozen=True, slots=True)
class State:
    """Where a deal may stand: a stage of the present version, or (``gone``) one that only its past knows.

    ``kind`` is open, won or lost.
    """

    name: str
    kind: str
    gone: bool = False


def states_of(store: Store, programs: Programs, pipeline: str, visited: Iterable[Place]) -> Mapping[Place, State]:
    """The state that each visited place counts as; what leads to no present stage is a state of its own."""
    present = programs.definition.pipelines[pipeline].stages
    names = names_of(store, programs, [pipeline]).stages
    found: dict[Place, State] = {}
    for place in visited:
        to = names.get(place)
        found[place] = State(to[1], present[to[1]].kind) if to else State(place[1], _kind(store, place), gone=True)
    return found


def _kind(store: Store, place: Place) -> str:
    """What a stage was when it was last declared; open where no version that can be read declares it."""
    for version in reversed(versions.versions(store)):
        try:
            pipelines = versions.stored(store, version.hash).definition.pipelines
        except (versions.Unreadable, KeyError):
            continue
        if place[0] in pipelines and place[1] in pipelines[place[0]].stages:
            return pipelines[place[0]].stages[place[1]].kind
    return "open"
