"""Timers: what a deal waits for, kept in line with its state (Meaning 4, 6).

A timer's key says what it is for: ``v:`` ends with the visit, ``p:`` with the deal, ``t:`` with its task; then
``robot:PATH``, ``limit``,
``wake``, ``return:PATH``, ``cont:PATH:N`` (a block that runs later). A firing names (key, generation); a stale
generation is a no-op.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.engine.deal.changes import decode_deep, encode_deep
from voronka.engine.decide import tasks
from voronka.engine.program.parts import RobotProgram, Trig

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step


def put(s: Step, key: str, due: int | None, context: Any = None) -> None:
    """Have a timer stand at this instant, or not at all."""
    timer = s.d.timers.get(key)
    if due is None:
        if timer is not None:
            s.emit("timer-", key)
    elif timer is None or timer[0] != due:
        s.emit("timer", key, due, s.d.gen + 1, context)


def later(s: Step, path: str, due: int, awaited: str = "") -> None:
    """Run a block later: ``after D``, ``wait D for … else``. Its task and payload go with it.

    Leaving the stage ends it.
    """
    context: dict[str, Any] = {"path": path}
    if s.t is not None:
        context["t"] = s.t.id
    if s.e:
        context["e"] = encode_deep(s.e)
    if awaited:
        context["for"] = awaited
    if s.event.data.get("person"):
        context["person"] = s.event.data["person"]
    prefix = s.scope if s.scope.startswith("t:") else "p" if s.scope == "pipeline" else "v"
    s.emit("timer", f"{prefix}:cont:{path}:{s.d.gen + 1}", due, s.d.gen + 1, context)


# --- what the program's triggers want --------------------------------------------------------------------------------


def resync(s: Step) -> None:
    """Bring every rule's timer in line with the deal as it now is.

    What has fired for an instant does not fire for it again.
    """
    stage = s.p.stages[s.d.stage]
    wanted: dict[str, int] = {}
    for robot, trigger in stage.timed:
        _want(s, robot, trigger, "v", wanted)
    if s.d.closed is None:
        for robot, trigger in s.p.timed:
            _want(s, robot, trigger, "p", wanted)
    if stage.limit is not None and "v:limit" not in s.d.timers and "limit@" not in s.d.counts:
        length = stage.limit(s.d, s)
        if length is not None:
            wanted["v:limit"] = s.cal.add(s.d.entered, length, 1)
    _want_wake(s, wanted)
    _want_returns(s, wanted)
    for key in [key for key in s.d.timers if _kept_in_line(key) and key not in wanted]:
        if key != "v:limit":
            s.emit("timer-", key)
    for key, due in wanted.items():
        put(s, key, due)


def _kept_in_line(key: str) -> bool:
    return ":cont:" not in key and not key.startswith("t:")


def _want(s: Step, robot: RobotProgram, trigger: Trig, scope: str, wanted: dict[str, int]) -> None:
    key = f"{scope}:robot:{trigger.key}"
    if _spent(s, trigger, scope):
        return
    if trigger.trigger.kind in ("every", "cron"):
        due = _recurring(s, trigger, key, scope)
    else:
        assert trigger.instant is not None
        deadline = trigger.trigger.kind == "due" and not robot.move
        due = tasks.instant_of(s, trigger.instant, None, closing=deadline)
        if due is not None and s.d.counts.get(_last(trigger, scope)) == due:
            due = None
    if due is not None:
        wanted[key] = due


def _spent(s: Step, trigger: Trig, scope: str) -> bool:
    most = trigger.trigger.at_most
    return bool(most) and s.d.counts.get(counter(trigger, scope), 0) >= most


def counter(trigger: Trig, scope: str) -> str:
    """The counter of a trigger's runs: per visit, in pipeline robots per deal."""
    return trigger.key if scope == "p" else f"{trigger.key}@"


def _last(trigger: Trig, scope: str) -> str:
    return f"{trigger.key}:last" if scope == "p" else f"{trigger.key}:last@"


def _recurring(s: Step, trigger: Trig, key: str, scope: str) -> int | None:
    """The next time of an `every`. While its condition is false it sleeps until time alone could make it true."""
    after = s.now
    when = trigger.when
    if when is not None and not when.true(s.d, s):
        wake = when.wake(s.d, s) if when.timed else None
        if wake is None:
            return None
        after = max(after, wake - 1)
    elif (timer := s.d.timers.get(key)) is not None and (when is None or timer[0] <= s.now):
        # One that is due at this very instant has its turn next: another robot's turn before it must not skip it.
        return int(timer[0])
    rule = trigger.trigger
    if rule.kind == "cron":
        return s.cal.cron(rule.cron, after)
    start = s.d.entered if scope == "v" else s.d.created
    return s.cal.every(start, rule.n, rule.unit, rule.times, after)


def _want_wake(s: Step, wanted: dict[str, int]) -> None:
    """Standing conditions on time compile to timers (Meaning 6)."""
    stage = s.p.stages[s.d.stage]
    conditions = list(stage.standing_wakes)
    conditions += [task.when for task in stage.tasks if task.when is not None and task.when.timed]
    conditions += [a.when for a in (*stage.approvals, *s.p.approvals) if a.when.timed]
    instants = [wake for c in conditions if (wake := c.wake(s.d, s)) is not None]
    if instants:
        wanted["v:wake"] = min(instants)


def _want_returns(s: Step, wanted: dict[str, int]) -> None:
    """A suspended loss comes back at its moment (R58, R59)."""
    if s.d.reason is None or s.d.reason not in s.p.reasons:
        return
    for rule, instant, _ in s.p.reasons[s.d.reason].returns:
        if not instant.timed:
            continue
        due = tasks.instant_of(s, instant, None, closing=False)
        last = f"{rule.path}:last@"
        if due is not None and s.d.counts.get(last) != due:
            wanted[f"v:return:{rule.path}"] = due


def context_of(s: Step, context: dict[str, Any]) -> None:
    """Restore the task and payload that a block was written off with."""
    s.t = s.d.tasks.get(context["t"]) if "t" in context else None
    s.e = decode_deep(context["e"]) if "e" in context else None
    if "person" in context:
        s.event.data.setdefault("person", context["person"])


def fired(s: Step, trigger: Trig, scope: str, due: int) -> None:
    """Remember for which instant a dated trigger has fired."""
    if trigger.trigger.kind not in ("every", "cron"):
        s.emit("count", _last(trigger, scope), due)
