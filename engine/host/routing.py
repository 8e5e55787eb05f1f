"""Which deal an outside event is for: the only open one with its key, and never a guess (Meaning 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.model import EventDecl, Pipeline
from voronka.engine.host import typed

if TYPE_CHECKING:
    from voronka.engine.host.work import Work


@dataclass(frozen=True, slots=True)
class Route:
    """Where an event goes: to ``deal``, into a new deal of ``create``, or nowhere, for a reason.

    ``why``: "" · unknown (no pipeline declares it) · nobody (no open deal has the key) · several (``deals`` have it).
    """

    deal: int = 0
    create: str = ""
    why: str = ""
    deals: tuple[int, ...] = ()


def route(work: Work, name: str, pipeline: str | None, keys: dict[str, Any]) -> Route:
    """Find the deal for an event by the values it brings; ``pipeline`` narrows the search."""
    pipelines = work.host.programs.definition.pipelines
    declaring: list[tuple[Pipeline, EventDecl]] = [
        (found, found.events[name])
        for found in pipelines.values()
        if name in found.events and pipeline in (None, found.name)
    ]
    if not declaring:
        return Route(why="unknown")
    matches = sorted({deal for found, event in declaring for deal in _open_deals(work, found, event, keys)})
    if len(matches) == 1:
        return Route(deal=matches[0])
    if matches:
        return Route(why="several", deals=tuple(matches))
    creating = [found.name for found, event in declaring if event.create]
    if len(creating) == 1:
        return Route(create=creating[0])
    return Route(why="several" if creating else "nobody")


def _open_deals(work: Work, pipeline: Pipeline, event: EventDecl, keys: dict[str, Any]) -> list[int]:
    """Open deals that the first of the event's key fields finds."""
    facets = work.store.facets.of(pipeline.name)
    for name in event.by:
        if keys.get(name) is None:
            continue
        program = work.host.programs.pipelines[pipeline.name]
        value = typed.key(program, work.host.language, name, keys[name])
        key = facets.key_of((name,), {name: value})
        if key is None:
            continue
        rows = work.db.execute(
            """SELECT r.deal FROM routes r JOIN deals d ON d.id = r.deal
                WHERE r.pipeline = ? AND r.field = ? AND r.value = ? AND d.closed IS NULL LIMIT 3""",
            (pipeline.name, name, key),
        ).fetchall()
        if rows:
            return [row[0] for row in rows]
    return []


def fields_for(pipeline: Pipeline, values: dict[str, Any]) -> dict[str, Any]:
    """What a new deal takes from the event that creates it: values whose names are fields that can be set."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and name in pipeline.fields and pipeline.fields[name].formula is None
    }
