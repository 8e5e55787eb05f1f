"""Migration: a deal of an older version of its pipeline comes under a newer one (U4, Meaning 4, 5, 15).

It is no move: no gate is asked, no entry action runs. What is only called otherwise goes on; deadlines and timers
follow the new text, but nothing fires for an instant that has gone by; what the stage newly requires and the deal lacks
turns it red. What then holds, standing rules and conditions of tasks, takes effect as after any other event.
"""

from __future__ import annotations

from voronka.engine.deal.changes import Change, apply
from voronka.engine.deal.protocol import Asks, Decision, Event, Unmet
from voronka.engine.deal.state import Deal
from voronka.engine.decide import bookings, carried, deadlines, exports, gates, loop, moves, tasks, timers, values
from voronka.engine.decide.adopt import adopt
from voronka.engine.decide.step import Refused, Runaway, Step
from voronka.engine.decide.stranded import FLAG as STRANDED
from voronka.engine.program.build import Program
from voronka.engine.program.lineage import Lineage
from voronka.engine.program.parts import Condition
from voronka.engine.program.shape import shape
from voronka.engine.time.wall import OutOfRange


def migrate(way: Lineage, program: Program | None, deal: Deal, event: Event, settle: bool = True) -> Decision | Asks:
    """What becomes of a deal of ``way.old`` under ``program``, that of ``way.new``; pure, like every decision.

    Without ``settle`` nothing follows from what then holds: for a deal that could not be decided otherwise. A deal that
    nothing concerns gives a decision without changes.
    """
    work = deal.copy()
    if program is None:
        stopped = _stopped(work, event)
        for change in stopped:
            apply(work, change)
        return Decision(work, stopped)
    for name in program.pipeline.fields:
        work.f.setdefault(name, None)
    step = Step(program, work, event)
    try:
        _carry(step, way, deal)
        before = exports.snapshot(program, work)
        if work.stage in program.stages:
            _follow(step, way, deal)
            if settle and (work.closed is None or program.pipeline.derived):
                loop.run(step)
        exports.announce(step, before)
    except Asks as asks:
        return asks
    except Refused as refused:
        return Decision(deal, refused=refused.unmet)
    except Runaway as runaway:
        return Decision(deal, refused=(runaway.unmet,))
    except OutOfRange as far:
        here = program.pipeline.stages.get(work.stage, program.pipeline.first)
        return Decision(deal, refused=(Unmet("time", here.name, here.title, here.loc, args={"why": str(far)}),))
    return Decision(work, step.changes)


# --- what the deal is called, has and stands in ----------------------------------------------------------------------


def _carry(s: Step, way: Lineage, old: Deal) -> None:
    assert way.new is not None
    stage = way.name("stage", old.stage) if old.stage in way.old.stages else _found_again(way, old.stage)
    if (way.new.name, stage or old.stage) != (old.pipeline, old.stage):
        s.emit("called", way.new.name, stage or old.stage)
    values.carry(s, way)
    carried.names(s, way)
    carried.tasks(s, way)
    carried.timers(s, way)
    if stage is not None:
        s.settled(STRANDED)
        _closing(s)
        return
    target = _retired_to(s, way, old.stage)
    if target is None:
        # nothing says where to: the deal waits, red, until somebody moves it
        tasks.cancel(s, STRANDED, visit=s.d.visit)
        for change in _stopped(s.d, s.event):
            s.emit(*change)
        return
    tasks.cancel(s, f"retired:{old.stage}", visit=s.d.visit)
    moves.end_timers(s, "v:")
    s.emit("stage", target, s.now)
    s.settled(STRANDED)
    _closing(s)


def _found_again(way: Lineage, stage: str) -> str | None:
    """The stage of a deal that was stranded before: it is there again, or another one says that it was that."""
    stages = way.new.stages if way.new is not None else {}
    return stage if stage in stages else next((name for name, one in stages.items() if stage in one.was), None)


def _retired_to(s: Step, way: Lineage, stage: str) -> str | None:
    """Where ``retire stage`` sends the deal: the first line that holds wins."""
    rule = way.retired("stage", stage)
    if rule is None:
        return None
    for target, when in rule.moves:
        if target in s.p.stages and (when is None or Condition(when).true(s.d, s)):
            s.because(f"retire {stage}", str(rule.loc))
            return target
    return None


def _closing(s: Step) -> None:
    """A stage may have become an ending, or have ceased to be one."""
    kind = s.p.stages[s.d.stage].stage.kind
    if kind == "open" and s.d.closed is not None:
        moves.unclose(s)
    elif kind != "open" and s.d.closed is None:
        s.emit("close", s.now, s.d.reason if kind == "lost" else None)
        for visit in (s.d.visit, 0):
            tasks.cancel(s, kind, visit=visit)
        moves.end_timers(s, "p:")


def _stopped(deal: Deal, event: Event) -> list[Change]:
    """A deal that no stage or pipeline holds any more: nothing of it runs, and it says so."""
    changes: list[Change] = [("timer-", key) for key in deal.timers]
    if STRANDED not in deal.flags:
        about = {"at": max(event.at, deal.now), "pipeline": deal.pipeline, "stage": deal.stage}
        changes.append(("flag", STRANDED, about))
    return changes


# --- what follows the new text ---------------------------------------------------------------------------------------


def _follow(s: Step, way: Lineage, old: Deal) -> None:
    """Mirrors, formulas, bookings, deadlines and timers as the new version has them, and what it newly asks for."""
    s.adopting = True
    limit = timers.limit_of(s)
    s.adopting = False
    if limit is not None and limit > s.now and "limit@" in s.d.counts:
        s.emit("key", "counts", "limit@", None)  # it is given more time
        s.settled("limit")
    _from_next_entry(s, way)
    s.touch("stage", "tasks", "people", *(f"f:{name}" for name in s.p.pipeline.fields))
    if s.d.closed is None:
        begun = len(s.changes)
        adopt(s)
        s.changes[begun:] = _unsaid(s.changes[begun:])
        s.cause = None
    else:
        for formula in s.p.formulas:
            s.set(formula.name, formula.value(s.d, s))
        timers.resync(s)
    _pinned(s, way, old)
    bookings.settle(s)
    s.before.clear()  # a new text is no change of a field, and nothing has happened
    s.happened.clear()
    if s.d.closed is None:
        _requirements(s, way, old)


def _from_next_entry(s: Step, way: Lineage) -> None:
    """Robots that are new, and leave those already there alone until they next enter a stage."""
    known = set(way.paths.values())
    for robot in (*s.p.stages[s.d.stage].robots, *s.p.robots):
        if robot.robot.next_entry and robot.path not in known:
            s.emit("count", timers.later_key(robot), 1)


def _unsaid(changes: list[Change]) -> list[Change]:
    """Without what adopting says of deadlines moved by hand: that is said where a formula is another one now."""
    kept = [one for one in changes if not (one[0] == "note" and one[1].get("kind") == "pinned")]
    followed = zip(kept, [*kept[1:], ("by",)], strict=False)
    return [one for one, following in followed if one[0] != "by" or following[0] != "by"]


def _pinned(s: Step, way: Lineage, old: Deal) -> None:
    """A deadline moved by hand stays; where its formula is another now, it shows what that says (Meaning 5)."""
    for task in s.d.open_tasks:
        was, program = old.tasks.get(task.id), s.p.tasks_by_path.get(task.path)
        if not task.pinned or was is None or program is None or (was.path in way.same and way.alike):
            continue
        kept, s.t, s.e = (s.t, s.e), task, task.event
        due = deadlines.due_of(s, program, task)
        s.t, s.e = kept
        if due != task.due:
            s.because(task.path, str(program.task.loc))
            s.emit("note", {"kind": "pinned", "task": task.id, "would": due})


def _requirements(s: Step, way: Lineage, old: Deal) -> None:
    """What the stage requires, and did not before, turns a deal red that lacks it."""
    here = s.p.stages[s.d.stage]
    before = way.old.stages.get(old.stage)
    known = {(way.name("field", one.field), shape(one.when)) for one in (before.requires if before else ())}
    fresh = [
        compiled
        for compiled, one in zip(here.requires, here.stage.requires, strict=True)
        if s.d.visit != old.visit or (one.field, shape(one.when)) not in known
    ]
    for unmet in gates.requires(s, fresh):
        if (key := f"require:{unmet.name}") not in s.d.flags:
            about = {"at": s.now, "loc": str(unmet.loc), "scope": "visit", "unmet": gates.data([unmet])}
            s.emit("flag", key, about)
    required = {one.field for one in here.stage.requires}
    for key in [key for key in s.d.flags if key.startswith("require:")]:
        if key.removeprefix("require:") not in required:
            s.emit("flag", key, None)
