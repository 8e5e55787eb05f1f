"""Events from outside: routed to their deal, or into a new one, or kept for a person to look at (Meaning 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.definition.values import canonical, encode
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Event, Unmet
from voronka.engine.decide import gates
from voronka.engine.host import limits, robots, routing, typed
from voronka.engine.host.commands import Command, Reply, no_deal
from voronka.engine.host.outcome import Nothing, Refusal, Undecidable
from voronka.engine.store import incidents

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

LONGEST = 100_000  # characters of a kept event
DEEPEST = 20
_WHY = {
    "unknown": ("no pipeline declares this event", "такого события нет ни в одной воронке"),
    "nobody": ("no open deal has this key", "нет открытой сделки с таким ключом"),
    "several": ("several deals answer to it", "подходит несколько сделок"),
}


def _split(
    pipeline: Pipeline, name: str, payload: dict[str, Any], by: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values that only say where the event goes are no part of its payload."""
    decl = pipeline.events.get(name)
    if decl is None:
        return payload, by
    declared = {key for key, _, _ in decl.payload}
    routing_only = {key: value for key, value in payload.items() if key in decl.by and key not in declared}
    return {key: value for key, value in payload.items() if key not in routing_only}, {**routing_only, **by}


def outside(work: Work, command: Command, event: Event) -> Reply:
    """An event that may say by itself which deal it is for. Raises Undecidable for what is none."""
    name = str(event.data.get("name", ""))
    payload = dict(event.data.get("payload") or {})
    by = dict(event.data.get("by") or {})
    number = command.deal
    if number is None:
        found = routing.route(work, name, command.pipeline, {**payload, **by})
        if found.create:
            return _create(work, command, event, found.create, name, payload, by)
        if not found.deal:
            return _unrouted(work, command, event, found)
        number = found.deal
    held = work.held(number)
    if held is None:
        return no_deal(number)
    program = work.program(held.deal.pipeline)
    if program is not None:
        payload, by = _split(program.pipeline, name, payload, by)
        payload, unmet = typed.payload(program, work.host.language, name, payload)
        if unmet:
            return Reply("refused", number, held.deal.version, unmet=tuple(unmet))
    event.data = {"name": name, "payload": payload, **({"by": by} if by else {})}
    cause = limits.of_effect(work.store, command.answers)
    quiet = cause > 0 and limits.rests(work, number, event)
    off = limits.ALL if quiet else robots.NONE
    outcome = work.event(number, "", event, command.key, cause, off=off)
    if isinstance(outcome, Nothing) and not outcome.consumed:
        _keep(work, command, event, held.deal.pipeline, number, "unheard")
        return Reply("kept", number, held.deal.version)
    return work.reply(number, outcome)


def _create(
    work: Work, command: Command, event: Event, where: str, name: str, payload: dict[str, Any], by: dict[str, Any]
) -> Reply:
    """Nobody has the key, and the event may create: a new deal is born of it (Meaning 12)."""
    program = work.host.programs.pipelines[where]
    pipeline, language = program.pipeline, work.host.language
    fields, unmet = typed.fields(program, language, routing.fields_for(pipeline, {**payload, **by}), work.pipeline_of)
    payload, by = _split(pipeline, name, payload, by)
    payload, wrong = typed.payload(program, language, name, payload)
    declared = [key for key, _, _ in pipeline.events[name].payload]
    wrong += [
        Unmet("unknown", key, args={"what": "payload", "known": declared}) for key in payload if key not in declared
    ]
    if unmet or wrong:
        known = {u.name for u in wrong}
        return Reply("refused", unmet=(*wrong, *(u for u in unmet if u.name not in known)))
    number = work.store.counters.deal + 1
    full = {key: payload.get(key) for key in declared}
    made = Event(
        "create",
        {"id": number, "fields": fields, "event": name, "payload": full},
        event.at,
        event.actor,
        recorded_at=event.recorded_at,
        imported=event.imported,
    )
    outcome = work.event(number, where, made, command.key, limits.of_effect(work.store, command.answers))
    if isinstance(outcome, Refusal):
        kept = _keep(work, command, event, where, None, "refused")
        incident = incidents.open_incident(
            work.writer,
            "refused",
            None,
            {"event": name, "pipeline": where, "kept": kept, "unmet": gates.data(outcome.unmet)},
            event.at,
            kept,
        )
        return Reply("unrouted", unmet=outcome.unmet, incident=incident)
    return work.reply(number, outcome)


def _unrouted(work: Work, command: Command, event: Event, found: routing.Route) -> Reply:
    kept = _keep(work, command, event, command.pipeline, None, found.why)
    data = {"event": event.data.get("name", ""), "why": found.why, "deals": list(found.deals), "kept": kept}
    incident = incidents.open_incident(work.writer, "unrouted", None, data, event.at, kept)
    en, ru = _WHY[found.why]
    return Reply("unrouted", incident=incident, message=Both(en, ru))


def _keep(work: Work, command: Command, event: Event, pipeline: str | None, deal: int | None, why: str) -> int:
    kept = _any({**(command.data.get("payload") or {}), **(command.data.get("by") or {})})
    if len(canonical(kept)) > LONGEST:
        raise Undecidable(f"more than {LONGEST} characters cannot be kept")
    return incidents.keep(
        work.writer,
        str(command.data.get("name", "")),
        pipeline,
        deal,
        why,
        kept,
        event.at,
        event.actor,
        command.key,
    )


def _any(value: Any, depth: int = 0) -> Any:
    """Whatever somebody sent, as JSON data: it is kept to be looked at, not to be reckoned with."""
    if depth > DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {str(key): _any(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_any(inner, depth + 1) for inner in value]
    try:
        return encode(value)
    except TypeError:
        return str(value)
