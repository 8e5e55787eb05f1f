"""Timers: what a deal waits for, kept in line with its state (Meaning 4, 6).

A timer's key says what it is for: ``v:`` ends with the visit, ``p:`` with the deal, ``t:N:`` with its task; then
``robot:PATH``, ``limit``, ``wake``, ``return:PATH``, ``cont:PATH:N`` (a block that runs later); ``t:N`` alone is the
task's deadline. A firing names (key, generation); a stale generation is a no-op.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from voronka.engine.compile import moments
from voronka.engine.deal.changes import decode_deep, encode_deep
from voronka.engine.decide import deadlines
from voronka.engine.program.parts import Condition, RobotProgram, Trig

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

LATE = 3_600_000  # ms: what was due longer ago is found after downtime; it counts as missed
Home = tuple[str, RobotProgram, Trig]  # "v", "p" or "t:N", and what is timed there


def put(s: Step, key: str, due: int | None) -> None:
    """Have a timer stand at this instant, or not at all."""
    timer = s.d.timers.get(key)
    if due is None:
        if timer is not None:
            s.emit("timer-", key)
    elif timer is None or timer[0] != due:
        s.emit("timer", key, due, s.d.gen + 1, None)


def later(s: Step, path: str, due: int, awaited: str = "") -> None:
    """Run a block later: ``after D``, ``wait D for … else``. Its task, payload and person go with it.

    It ends with whatever it stands in: the visit, the deal, the overdue task.
    """
    context: dict[str, Any] = {"path": path}
    if s.t is not None:
        context["t"] = s.t.id
    if s.e:
        context["e"] = encode_deep(s.e)
    if awaited:
        context["for"] = awaited
    if s.person:
        context["person"] = s.person
    prefix = s.scope if s.scope.startswith("t:") else "p" if s.scope == "pipeline" else "v"
    s.emit("timer", f"{prefix}:cont:{path}:{s.d.gen + 1}", due, s.d.gen + 1, context)


# --- what the program's triggers want --------------------------------------------------------------------------------


def resync(s: Step) -> None:
    """Bring every rule's timer in line with the deal as it now is.

    What has fired for an instant does not fire for it again.
    """
    wanted: dict[str, int] = {}
    for scope, robot, trigger in timed(s):
        due = _due(s, scope, robot, trigger)
        if due is not None:
            wanted[f"{scope}:robot:{trigger.key}"] = due
    if "limit@" not in s.d.counts and (limit := limit_of(s)) is not None:
        wanted["v:limit"] = limit
    for path, due in returns(s):
        if due not in (s.d.counts.get(f"{path}:last@"), s.d.counts.get(f"{path}:past@")):
            wanted[f"v:return:{path}"] = due
    wakes = [wake for c in _watched(s) if (wake := c.wake(s.d, s)) is not None]
    if wakes:
        wanted["v:wake"] = min(wakes)
    for key in [key for key in s.d.timers if key not in wanted and _in_line(key)]:
        s.emit("timer-", key)
    for key, due in wanted.items():
        put(s, key, due)


def _in_line(key: str) -> bool:
    """Whether a timer follows the definition; the others were set by what has happened."""
    return ":cont:" not in key and (not key.startswith("t:") or ":robot:" in key)


def timed(s: Step) -> Iterator[Home]:
    """Every timed trigger that may set something off now: of the stage, of the pipeline, of open tasks."""
    for robot, trigger in s.p.stages[s.d.stage].timed:
        if not waits(s, robot):
            yield "v", robot, trigger
    if s.d.closed is None:
        for robot, trigger in s.p.timed:
            if not waits(s, robot):
                yield "p", robot, trigger
    if s.p.timed_hooks:
        for task in s.d.open_tasks:
            for robot, trigger in s.p.timed_hooks.get(task.path, ()):
                yield f"t:{task.id}", robot, trigger


def _due(s: Step, scope: str, robot: RobotProgram, trigger: Trig) -> int | None:
    if trigger.trigger.at_most and s.d.counts.get(counter(trigger, scope), 0) >= trigger.trigger.at_most:
        return None
    if trigger.trigger.kind in ("every", "cron"):
        return _recurring(s, trigger, f"{scope}:robot:{trigger.key}", scope)
    due = instant(s, robot, trigger)
    if due in (s.d.counts.get(mark(trigger, scope, "last")), s.d.counts.get(mark(trigger, scope, "past"))):
        return None
    return due


def instant(s: Step, robot: RobotProgram, trigger: Trig) -> int | None:
    """When a dated trigger is due. A date means the close of its working hours only where it is called ``due``."""
    assert trigger.instant is not None
    return deadlines.instant_of(s, trigger.instant, closing=trigger.trigger.kind == "due" and not robot.move)


def counter(trigger: Trig, scope: str) -> str:
    """The counter of a trigger's runs: per visit, in pipeline robots per deal, in a task's own per task."""
    return _kept(trigger.key, scope, "")


def waits(s: Step, robot: RobotProgram) -> bool:
    """Whether a robot that was added ``from next entry`` leaves this deal alone, for it was there before."""
    return robot.robot.next_entry and later_key(robot) in s.d.counts


def later_key(robot: RobotProgram) -> str:
    """The count that says so; it ends with the visit."""
    return f"{robot.path}:later@"


def mark(trigger: Trig, scope: str, what: str) -> str:
    """Where a dated trigger's instant is remembered: it fired for it (``last``), or came too late for it (``past``)."""
    return _kept(trigger.key, scope, f":{what}")


def _kept(key: str, scope: str, what: str) -> str:
    if scope == "v":
        return f"{key}{what}@"  # counts with an @ end with the visit
    return f"{key}{what}" if scope == "p" else f"{key}#{scope[2:]}{what}"


def _recurring(s: Step, trigger: Trig, key: str, scope: str) -> int | None:
    """The next time of an `every`. While its condition is false it sleeps until time alone could make it true."""
    after = s.now
    when = trigger.when
    timer = s.d.timers.get(key)
    if when is not None and not when.true(s.d, s):
        wake = when.wake(s.d, s) if when.timed else None
        if wake is None:
            return None
        after = max(after, wake - 1)
    elif timer is not None:
        if not s.adopting and (when is None or timer[0] <= s.now):
            # One that is due at this very instant has its turn next: another robot's turn before it must not skip it.
            return int(timer[0])
        after = min(after, timer[0] - 1)
    if key == s.found[0]:
        after = max(after, s.found[1])  # what was missed happens once, not in a burst
    rule = trigger.trigger
    if rule.kind == "cron":
        return s.cal.cron(rule.cron, after)
    start = s.d.created if scope == "p" else s.d.entered
    return s.cal.every(start, rule.n, rule.unit, rule.times, after)


def limit_of(s: Step) -> int | None:
    """When the deal has been in its stage for too long (R71)."""
    stage = s.p.stages[s.d.stage]
    if stage.limit is None:
        return None
    if stage.limit_fixed and not s.adopting and (timer := s.d.timers.get("v:limit")) is not None:
        return int(timer[0])
    lasts = stage.limit(s.d, s)
    return None if lasts is None else moments.later(s.cal, s.d.entered, lasts)


def returns(s: Step) -> Iterator[tuple[str, int]]:
    """When a suspended loss comes back: paths of rules and their instants (R58, R59)."""
    program = s.p.reasons.get(s.d.reason or "")
    for rule, moment, _ in program.returns if program else ():
        due = deadlines.instant_of(s, moment, closing=False) if moment.timed else None
        if due is not None:
            yield rule.path, due


def _watched(s: Step) -> Iterator[Condition]:
    """Conditions on time that the deal is watched for: they compile to timers (Meaning 6)."""
    stage = s.p.stages[s.d.stage]
    yield from stage.watched
    if s.d.closed is None:
        yield from s.p.watched
    for robot, trigger in stage.clock_rules:
        if stands(s, robot, trigger) and trigger.when is not None and trigger.when.timed:
            yield trigger.when
    if s.p.timed_dues:
        for task in s.d.open_tasks:
            yield from s.p.timed_dues.get(task.path, ())
    for data in s.d.pending.values():
        if data["what"] == "move":
            yield from stage.timed_leave
            yield from s.p.stages[data["name"]].timed_enter


def stands(s: Step, robot: RobotProgram, trigger: Trig) -> bool:
    """Whether a ``move … 3 days after entry when C`` has reached its moment, so that from now on C decides."""
    due = instant(s, robot, trigger)
    return due is not None and due == s.d.counts.get(mark(trigger, "v", "last"))


# --- what goes along --------------------------------------------------------------------------------------------------


def scope_of(key: str) -> str:
    """Where a block that runs later belongs: what it plans lives as long as its timer would have."""
    home = key.partition(":cont:")[0]
    return {"v": "stage", "p": "pipeline"}.get(home, home)


def context_of(s: Step, context: dict[str, Any]) -> None:
    """Restore the task, payload and person that a block was written off with."""
    s.t = s.d.tasks.get(context["t"]) if "t" in context else None
    s.e = decode_deep(context["e"]) if "e" in context else None
    s.person = context.get("person")
