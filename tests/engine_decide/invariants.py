"""What holds of every deal after every event, whatever the definition says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.changes import dump, fold
from voronka.engine.deal.protocol import Asks, Decision, Event
from voronka.engine.deal.state import OPEN_STATES, Deal
from voronka.engine.decide import bookings, deadlines, decide, derived, timers
from voronka.engine.decide.step import Step
from voronka.engine.inputs import check_value
from voronka.engine.program.build import Program
from voronka.stdlib.currencies import rounded


def text(deal: Deal | None) -> str:
    """A deal's whole state, as the store would keep it."""
    return "" if deal is None else canonical(dump(deal))


def watched(program: Program, deal: Deal | None, event: Event) -> Decision | Asks:
    """``decide``, and everything that must be true of one decision."""
    before, data = text(deal), repr(event.data)
    result = decide(program, deal, event)
    assert text(deal) == before, "the given deal is never touched"
    assert repr(event.data) == data, "nor is the event"
    if isinstance(result, Asks):
        return result
    again = decide(program, deal, Event(event.kind, event.data, event.at, event.actor, dict(event.answers)))
    assert isinstance(again, Decision), "all answers are on the event"
    assert (again.changes, again.refused, again.consumed) == (result.changes, result.refused, result.consumed)
    if result.refused:
        assert result.changes == []
        assert result.deal is deal, "a refused event changes nothing"
        return result
    if result.deal is None or result.deal is deal:
        assert result.changes == []
        return result
    folded = deal.copy() if deal is not None else Deal(result.deal.id, program.pipeline.name)
    fold(folded, result.changes, event.at, "")
    state = result.deal.copy()
    state.version, state.now, state.definition = folded.version, folded.now, ""
    assert text(folded) == text(state), "folding the changes gives the state"
    generations(deal, result)
    sound(program, result.deal, max(event.at, result.deal.now))
    return result


def generations(before: Deal | None, decision: Decision) -> None:
    """A timer's generation is never given twice."""
    last = before.gen if before is not None else 0
    for change in decision.changes:
        if change[0] == "timer":
            assert change[3] > last
            last = change[3]


def sound(program: Program, deal: Deal, now: int) -> None:
    """One deal, after an event that nothing refused."""
    stage = program.stages[deal.stage]
    kind = stage.stage.kind
    assert (deal.closed is not None) is (kind in ("won", "lost"))
    assert (deal.reason is not None) is (kind == "lost")
    assert deal.visit >= 1
    step = Step(program, deal, Event("look", {}, now, ask=lambda ask: None))
    _fields(program, deal, step)
    _tasks(program, deal, step)
    _timers(program, deal, step)
    _rules(program, deal, step)


def _fields(program: Program, deal: Deal, step: Step) -> None:
    for formula in program.formulas:
        if "people" not in formula.reads:
            assert deal.f[formula.name] == formula.value(deal, step), f"formula {formula.name}"
    for name, field in program.pipeline.fields.items():
        value = deal.f.get(name)
        if value is None or field.formula is not None or field.type.kind in ("links", "document", "file"):
            continue
        assert check_value(field.type, value, calendar=program.calendar) == value, f"{name} fits its type"
        if field.type.kind == "money" and field.type.currency:
            assert isinstance(value, Decimal)
            assert value == rounded(value, field.type.currency), f"{name} is stored in whole minor units"
    for name in program.resource_fields:
        wanted = None if deal.reason is not None else bookings.slot(step, name)
        assert deal.bookings.get(name) == wanted or f"book:{name}" in deal.flags


def _tasks(program: Program, deal: Deal, step: Step) -> None:
    for task in deal.tasks.values():
        timer = deal.timers.get(f"t:{task.id}")
        if task.status not in OPEN_STATES:
            assert timer is None
            continue
        assert task.visit in (0, deal.visit), "no open task of a stage that was left"
        assert (task.status == "waiting") <= (task.due is None)
        assert task.local == deadlines.local(step, task.due)
        if timer is not None:
            assert timer[0] == task.due
        else:
            assert task.due is None or task.overdue, "every deadline that lies ahead has its timer"
        declared = program.tasks_by_path.get(task.path)
        if declared is not None and not task.pinned:
            step.t, step.e = task, task.event
            assert task.due == deadlines.due_of(step, declared, task), f"{task.name} is due when its formula says"
            step.t, step.e = None, None
    for name, task in deal.latest.items():
        known = [one for one in deal.tasks.values() if one.name == name and one.visit in (0, deal.visit)]
        assert known[-1] is task


def _timers(program: Program, deal: Deal, step: Step) -> None:
    stage = program.stages[deal.stage]
    mine = {f"{scope}:robot:{trigger.key}" for scope, _, trigger in timers.timed(step)}
    returns = {f"v:return:{path}" for path, _ in timers.returns(step)}
    for key, (due, generation, context) in deal.timers.items():
        assert generation <= deal.gen
        scope = key.partition(":")[0]
        if ":cont:" in key:
            assert context["path"] in program.blocks or context["path"] in program.robots_by_path
            if scope == "v":
                assert context["path"].partition("/")[0] == deal.stage, "nor a block of its"
            if scope == "t":
                task = deal.tasks[int(key.split(":")[1])]
                assert task.status in OPEN_STATES
        elif ":robot:" in key or ":return:" in key:
            assert key in mine | returns, "no timer of a stage that was left"
        elif key == "v:limit":
            assert stage.limit is not None
            assert due == timers.limit_of(step)
            assert "limit@" not in deal.counts


def _rules(program: Program, deal: Deal, step: Step) -> None:
    """It has run to completion: nothing that should happen is left."""
    stage = program.stages[deal.stage]
    if program.pipeline.derived:
        assert derived.stage_of(step) == (deal.stage, deal.reason)
    elif stage.first_true is not None and (index := stage.first_true(deal, step)) >= 0:
        assert stage.standing[index].rule.path in deal.pending, "a rule that is true and moves nothing is blocked"
    for data in deal.pending.values():
        assert data["unmet"]
    for program_ in (*stage.tasks, *(program.tasks if deal.closed is None else ())):
        if program_.when is None or program_.when.true(deal, step):
            assert program_.task.name in deal.latest
    if deal.closed is None:
        for approval in (*stage.approvals, *program.approvals):
            name = approval.approval.name
            assert (name in deal.approvals) is approval.when.true(deal, step)


def apart(deals: list[Deal]) -> None:
    """No two deals have one thing at one time."""
    taken: list[tuple[Any, ...]] = []
    for deal in deals:
        for resource, item, start, until in deal.bookings.values():
            for other in taken:
                assert other[:2] != (resource, item) or until <= other[2] or start >= other[3], "a double booking"
            taken.append((resource, item, start, until))
