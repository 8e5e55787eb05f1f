"""One event decided anew, as the log has it: the same code with its answers, compared with what was written then."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.changes import apply, encode_change
from voronka.engine.deal.protocol import Asks, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide import decide
from voronka.engine.decide.step import Step
from voronka.engine.host import versions
from voronka.engine.program.build import Program, Programs
from voronka.engine.store.seal import MARK
from voronka.engine.store.store import Store
from voronka.engine.version import engine_version
from voronka.engine.why.ears import Heard, listening
from voronka.engine.why.gates import Gate, gates_of, losing_gates
from voronka.engine.why.past import NoPast, Past

_MOST_SHOWN = 5  # changes that differ, one by one


@dataclass(frozen=True, slots=True)
class Passage:
    """A move that the event made (``moved``) or tried, with every gate as it stood at that very moment."""

    stage: str
    moved: bool
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class Redone:
    """What came of it. ``differs``: where it is not what was logged; empty: the same, change for change.

    ``decided`` is False for what nobody decides: a deal that came under new rules.
    """

    past: Past
    programs: Programs
    decided: bool
    heard: tuple[Heard, ...]
    ran: frozenset[str]  # paths of the robots, rules and sentences that did something
    off: frozenset[str]  # of those, the ones that were switched off and passed over
    missed: frozenset[str]  # and those that were found too late, and do not catch up
    passages: tuple[Passage, ...]
    differs: tuple[Both, ...]


def programs_of(store: Store, past: Past, running: Programs) -> Programs:
    """The version of the definition that decided an event. Raises NoPast where the store has it no more."""
    if past.definition == running.hash:
        return running
    number = past.row.definition
    try:
        return versions.stored(store, past.definition)
    except KeyError as error:
        raise NoPast(
            "definition",
            f"event {past.entry.version} was decided under version {number} of the definition, which is not in the "
            "store any more; `voronka store verify` tells what is missing",
            f"событие {past.entry.version} решалось по версии {number} определения, а её в хранилище нет; "
            "чего не хватает, скажет `voronka store verify`",
        ) from error
    except versions.Unreadable as error:
        raise NoPast(
            "definition",
            f"event {past.entry.version} was decided under version {number} of the definition, which this voronka "
            f"cannot read: {error.why}",
            f"событие {past.entry.version} решалось по версии {number} определения, а эта voronka её не читает: "
            f"{error.why}",
        ) from error


def redo(store: Store, past: Past, running: Programs) -> Redone:
    """Decide a deal's event again. Raises NoPast where its version of the definition is missing."""
    programs = programs_of(store, past, running)
    if past.deal.pipeline not in programs.definition.pipelines:
        raise NoPast(
            "definition",
            f"the pipeline {past.deal.pipeline} of event {past.entry.version} is not in its version of the definition",
            f"воронки {past.deal.pipeline} события {past.entry.version} нет в той версии определения",
        )
    heard: dict[tuple[Any, ...], Heard] = {}

    def hear(one: Heard) -> None:
        said = None if one.trace is None else (one.trace.verdict, repr(one.trace.operands))
        heard.setdefault((one.role, one.key, said), one)

    logged = past.entry.changes
    off, missed = _passed(logged, "off"), _passed(logged, "missed")
    if past.entry.event.kind == "migrate":
        return Redone(past, programs, False, (), _ran(logged), off, missed, (), ())
    program = listening(programs, past.deal.pipeline, hear)
    event = past.entry.event
    differs = _differences(past, _again(program, past.before, event))
    passages = _passages(programs.pipelines[past.deal.pipeline], past, event)
    return Redone(past, programs, True, tuple(heard.values()), _ran(logged), off, missed, passages, differs)


def whole(program: Program, deal: Deal) -> Deal:
    """A twin that has every declared field: what is unset is not stored, and conditions look at all."""
    twin = deal.copy()
    twin.f = {**dict.fromkeys(program.pipeline.fields), **deal.f}
    return twin


def _again(program: Program, before: Deal | None, event: Event) -> Any:
    again = replace(event, answers=dict(event.answers), ask=None)
    deal = None if before is None else whole(program, before)
    try:
        return decide(program, deal, again)
    except Exception as error:  # whatever it stumbles over is what there is to say
        return error


def _differences(past: Past, result: Any) -> tuple[Both, ...]:
    number, row = past.entry.version, past.row
    head_en = f"event {number} (row {row.id}, {_when(row.engine)})"
    head_ru = f"событие {number} (строка {row.id}, {_when(row.engine)})"
    if isinstance(result, Asks):
        keys = ", ".join(ask.kind for ask in result.asks)
        return (
            Both(
                f"{head_en}: deciding it now asks what was not asked then: {keys}",
                f"{head_ru}: сейчас для решения нужен ответ, которого в журнале нет: {keys}",
            ),
        )
    if isinstance(result, Exception):
        why = f"{type(result).__name__}: {result}"
        return (Both(f"{head_en}: it cannot be decided now: {why}", f"{head_ru}: сейчас его не решить: {why}"),)
    if result.refused:
        kinds = ", ".join(f"{u.kind} {u.name}".strip() for u in result.refused)
        return (
            Both(
                f"{head_en}: it was accepted then and would be refused now: {kinds}",
                f"{head_ru}: тогда его приняли, сейчас отклонили бы: {kinds}",
            ),
        )
    then, now = _plain(past.entry.changes), _plain(result.changes)
    # the log has the names of an event's fields in the order of the alphabet, so changes may come in another order
    if sorted(map(canonical, then)) == sorted(map(canonical, now)):
        return ()
    only_then = [change for change in then if change not in now]
    only_now = [change for change in now if change not in then]
    said_then = "; ".join(_short(change) for change in only_then[:_MOST_SHOWN]) or "—"
    said_now = "; ".join(_short(change) for change in only_now[:_MOST_SHOWN]) or "—"
    forgotten = MARK in canonical(then)
    return (
        Both(
            f"{head_en}: decided anew it differs. Only in the log: {said_then}. Only now: {said_now}"
            + (". Some of its personal values are forgotten" if forgotten else ""),
            f"{head_ru}: решённое заново, оно иное. Только в журнале: {said_then}. Только сейчас: {said_now}"
            + (". Часть личных данных забыта" if forgotten else ""),
        ),
    )


def _when(engine: str) -> str:
    ours = engine_version()
    return f"voronka {engine}" if engine == ours else f"voronka {engine}, ≠ {ours}"


def _plain(changes: Any) -> list[Any]:
    plain: list[Any] = json.loads(canonical([encode_change(change) for change in changes]))
    return plain


def _short(change: Any) -> str:
    text = " ".join(str(part) for part in change if not isinstance(part, (dict, list)))
    return text or str(change[0])


def _ran(changes: Any) -> frozenset[str]:
    return frozenset(change[1] for change in changes if change[0] == "by")


def _passed(changes: Any, why: str) -> frozenset[str]:
    """Robots that would have run and were switched off or missed: the log says so right after their name."""
    return frozenset(
        first[1]
        for first, second in pairwise(changes)
        if first[0] == "by" and second[0] == "note" and second[1].get("kind") == why
    )


def _passages(program: Program, past: Past, event: Event) -> tuple[Passage, ...]:
    """Every move the event made or tried by rule, with its gates at that moment: changes are applied up to there."""
    state = whole(program, past.before or Deal(past.deal.id, past.deal.pipeline))
    found: list[Passage] = []
    changes = past.entry.changes
    for place, change in enumerate(changes):
        blocked = change[2] if change[0] == "pend" and change[2] is not None else None
        target = change[1] if change[0] == "stage" else blocked["name"] if blocked is not None else ""
        known = state.stage in program.stages or not state.stage
        lost = program.pipeline.lost
        if target and known and not program.pipeline.derived:
            step = Step(program, state.copy(), replace(event, answers=dict(event.answers), ask=None))
            if lost is not None and (target == lost.name or (blocked is not None and blocked["what"] == "lose")):
                reason = blocked["name"] if blocked is not None else _reason(changes[place:])
                gates = losing_gates(step, reason, event.data.get("comment"), event.kind != "lose")
                found.append(Passage(lost.name, blocked is None, gates))
            elif target in program.stages:
                found.append(Passage(target, blocked is None, gates_of(step, target, outside=False)))
        apply(state, change)
    return tuple(found)


def _reason(changes: Any) -> str:
    """Why a deal is lost that is just entering the stage of the lost."""
    return next((str(change[2]) for change in changes if change[0] == "close"), "")
