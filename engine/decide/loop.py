"""Run to completion (Meaning 2): triggers, approvals, standing tasks, deadlines, standing rules, transitions.

Again, until nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from voronka.engine.decide import approvals, bookings, deadlines, derived, moves, tasks, timers
from voronka.engine.decide.step import Happened
from voronka.engine.program.parts import Condition, Listener, RobotProgram, Run, Trig

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

# one event may set off so many rounds; a definition that needs more runs in a circle
ROUNDS = 64


def run(s: Step) -> None:
    """Everything that follows from what the event did. Raises Runaway when it would not end."""
    for _ in range(ROUNDS):
        robots(s, _net_changes(s))
        approvals.update(s)
        tasks.standing(s)
        dirty, s.dirty = s.dirty, set()
        if dirty:
            deadlines.follow(s, dirty)
            moves.retry(s)
        if s.leaving is None:
            _standing(s)
        if s.leaving is not None:
            _arrive(s)
        elif not (s.happened or s.before or s.dirty):
            bookings.settle(s)
            timers.resync(s)
            return
    raise s.runaway()


def _net_changes(s: Step) -> list[Happened]:
    """What happened since the triggers last looked; a field set back to what it was did not change."""
    while s.before:
        before, s.before = s.before, {}
        for name, (old, visit) in before.items():
            if s.d.f.get(name) != old:
                s.happen(f"change:{name}", visit=visit)
    happened, s.happened = s.happened, []
    return happened


# --- robots ----------------------------------------------------------------------------------------------------------


def robots(s: Step, happened: list[Happened]) -> None:
    """Robots of the task, then of the stage, then of the pipeline, in file order; each at most once a round.

    After a move none of the old stage's run; and a stage hears only of what happened during its visit.
    """
    visit = s.d.visit
    for one in happened:
        _hooks(s, one)
        if one.visit == s.d.visit:
            _awaited(s, one)
            _returns(s, one)
    due: dict[tuple[int, int, int], tuple[Listener, Happened]] = {}
    stage = s.p.stages[s.d.stage]
    for one in happened:
        if one.visit == visit == s.d.visit:
            for listener in stage.listeners.get(one.key, ()):
                due.setdefault((0, listener.robot.order, listener.trigger.place), (listener, one))
        for listener in s.p.listeners.get(one.key, ()):
            due.setdefault((1, listener.robot.order, listener.trigger.place), (listener, one))
    ran: set[str] = set()
    for (home, _, _), (listener, one) in sorted(due.items(), key=lambda pair: pair[0]):
        robot = listener.robot
        if robot.path in ran or (home == 0 and s.d.visit != visit):
            continue
        if fire(s, robot, listener.trigger, "v" if home == 0 else "p", one):
            ran.add(robot.path)
            s.consumed |= one.key.startswith("event:")


def fire(s: Step, robot: RobotProgram, trigger: Trig, scope: str, one: Happened | None = None, left: str = "") -> bool:
    """Run a robot for one trigger, if its condition holds and its runs are not spent.

    ``scope``: v of the stage, p of the pipeline, t:N of an overdue task: what it begins ends with that. ``left``: the
    stage that an ``on exit`` speaks of.
    """
    if timers.waits(s, robot):
        return False
    kept = (s.e, s.t, s.scope)
    s.e = one.payload if one is not None else None
    s.t = s.d.tasks.get(one.task) if one is not None and one.task is not None else None
    s.scope = {"v": "stage", "p": "pipeline"}.get(scope, scope)
    try:
        if trigger.when is not None and not _holds(s, trigger.when, left):
            return False
        rule = trigger.trigger
        name = timers.counter(trigger, scope)
        if rule.at_most and s.d.counts.get(name, 0) >= rule.at_most:
            return False
        if not robot.move and s.off(robot.path):
            s.passed_over(robot.path, str(robot.loc))
            return True
        s.because(robot.path, str(robot.loc))
        if rule.at_most:
            s.emit("count", name, s.d.counts.get(name, 0) + 1)
        if rule.kind == "on" and rule.times and trigger.instant is None:
            timers.later(s, robot.path, s.cal.next_time(s.now, rule.times))
        else:
            s.run(robot.run)
        return True
    finally:
        s.e, s.t, s.scope = kept


def _holds(s: Step, when: Condition, left: str) -> bool:
    """``on exit when stage is X`` asks of the stage that is left; its sentences see the one the deal comes to."""
    stage = s.d.stage
    s.d.stage = left or stage
    try:
        return when.true(s.d, s)
    finally:
        s.d.stage = stage


def _hooks(s: Step, one: Happened) -> None:
    """A task's own robots: of what happened to it and, while it is open, of whatever else they listen to."""
    numbers = [] if one.task is None else [one.task]
    if one.key in s.p.hooked:
        numbers += [task.id for task in s.d.open_tasks if task.id != one.task]
    for number in numbers:
        task = s.d.tasks[number]
        program = s.p.tasks_by_path.get(task.path)
        for robot in program.hooks if program is not None else ():
            for trigger in robot.triggers:
                if one.key not in trigger.keys or (trigger.own and number != one.task):
                    continue
                # what an overdue hook begins ends with the task; what any other begins lives as long as the task would
                scope = f"t:{number}" if one.key == "overdue" else "v" if task.visit else "p"
                payload = one.payload if one.payload is not None else task.event
                if fire(s, robot, trigger, scope, one._replace(task=number, payload=payload)):
                    s.consumed |= one.key.startswith("event:")


def _awaited(s: Step, one: Happened) -> None:
    """A `wait … for` whose event or task has come: its first block runs, its timer ends."""
    if one.key not in s.p.awaited:
        return
    for name, (_, _, context) in list(s.d.timers.items()):
        if isinstance(context, dict) and context.get("for") == one.key and name in s.d.timers:
            s.consumed = True
            s.emit("timer-", name)
            if s.off(context["path"]):
                s.passed_over(context["path"], "")
                continue
            _block(s, name, context, s.p.blocks.get(f"{context['path']}/then", ()), one.payload)


def _block(
    s: Step, key: str, context: dict[str, Any], actions: tuple[Run, ...], payload: dict[str, Any] | None = None
) -> None:
    """Run a block that was written off with its task, payload and person."""
    kept = (s.e, s.t, s.person, s.scope)
    timers.context_of(s, context)
    s.e = payload if payload is not None else s.e
    s.scope = timers.scope_of(key)
    s.run(actions)
    s.e, s.t, s.person, s.scope = kept


def _returns(s: Step, one: Happened) -> None:
    """``return to processing on event request``: a suspended deal comes back (R58)."""
    program = s.p.reasons.get(s.d.reason or "")
    for rule, instant, when in program.returns if program else ():
        if instant.timed or one.key not in instant.keys:
            continue
        s.e = one.payload
        if s.d.reason is not None and (when is None or when.true(s.d, s)):
            s.consumed |= one.key.startswith("event:")
            moves.auto_move(s, rule.stage, s.p.moves[rule.path])
        s.e = None


# --- standing rules and transitions -----------------------------------------------------------------------------------


def _standing(s: Step) -> None:
    """The first standing rule that is true wins: those by state, then those whose moment has come (`… after … when`).

    In derived pipelines the last true stage wins (Meaning 11).
    """
    if s.p.pipeline.derived:
        derived.follow(s)
        return
    stage = s.p.stages[s.d.stage]
    index = stage.first_true(s.d, s) if stage.first_true is not None else -1
    for place, program in enumerate(stage.standing):
        if place != index:
            s.unpend(program.rule.path)
    if index >= 0:
        stage.standing[index].run(s)
        return
    for robot, trigger in stage.clock_rules:
        holds = trigger.when is not None and trigger.when.true(s.d, s)
        if not holds:
            s.unpend(robot.path)
        elif robot.path not in s.d.pending and timers.stands(s, robot, trigger):
            fire(s, robot, trigger, "v")
            return


def _arrive(s: Step) -> None:
    """Exit actions of the stage left, then entry actions of the one entered, in file order.

    Moves of exit actions only change where the deal arrives.
    """
    left, s.leaving = s.leaving, ""
    if left:
        _fire_all(s, s.p.stages[left].listeners.get("exit", ()), "v", left)
        _fire_all(s, s.p.listeners.get("exit", ()), "p", left)
    s.leaving = None
    stage, visit = s.p.stages[s.d.stage], s.d.visit
    if s.d.reason is not None:
        s.run(s.p.reasons[s.d.reason].run)
    for act in stage.entry:
        if s.d.visit == visit:
            act(s)
    if s.d.visit == visit:
        _fire_all(s, stage.listeners.get("entry", ()), "v")
        _fire_all(s, s.p.listeners.get("entry", ()), "p")


def _fire_all(s: Step, listeners: Iterable[Listener], scope: str, left: str = "") -> None:
    for robot, trigger in listeners:
        fire(s, robot, trigger, scope, left=left)


# --- timers ----------------------------------------------------------------------------------------------------------


def fire_timer(s: Step, key: str, gen: int) -> bool:
    """What a due timer does. False for a stale one: nothing at all."""
    timer = s.d.timers.get(key)
    if timer is None or timer[1] != gen:
        return False
    due, _, context = timer
    s.emit("timer-", key)
    scope, _, rest = key.partition(":")
    if ":cont:" in key:
        robot = s.p.robots_by_path.get(context["path"])
        if s.off(context["path"]):
            s.passed_over(context["path"], str(robot.loc) if robot is not None else "")
            s.touch("time")
            return True
        _block(s, key, context, s.p.blocks.get(context["path"], robot.run if robot is not None else ()))
    elif ":robot:" in key:
        home, _, name = key.partition(":robot:")
        _robot(s, home, name, due)
    elif scope == "t":
        deadlines.overdue(s, int(rest))
    elif rest == "limit":
        exceed(s)
        s.run(s.p.stages[s.d.stage].limit_run)
    elif rest.startswith("return:"):
        _come_back(s, rest.removeprefix("return:"), due)
    s.touch("time")
    return True


def exceed(s: Step) -> None:
    """The deal has been in its stage for too long: red, once a visit (R71)."""
    stage = s.p.stages[s.d.stage].stage
    loc = stage.limit.loc if stage.limit else stage.loc
    s.because(f"{stage.name}/limit", str(loc))
    s.emit("count", "limit@", 1)
    s.emit("flag", "limit", {"at": s.now, "loc": str(loc), "scope": "visit"})


def _robot(s: Step, scope: str, name: str, due: int) -> None:
    for home, robot, trigger in timers.timed(s):
        if home == scope and trigger.key == name:
            missed = trigger.trigger.unless_missed and s.now - due > timers.LATE
            if trigger.trigger.kind not in ("every", "cron"):
                s.emit("count", timers.mark(trigger, scope, "past" if missed else "last"), due)
            if missed:
                s.passed_over(robot.path, str(robot.loc), "missed", due=due)
                return
            task = s.d.tasks[int(scope[2:])] if scope.startswith("t:") else None
            fire(s, robot, trigger, scope, Happened("", task.id, task.event, task.visit) if task is not None else None)
            return


def _come_back(s: Step, path: str, due: int) -> None:
    program = s.p.reasons.get(s.d.reason or "")
    for rule, _, when in program.returns if program else ():
        if rule.path == path:
            s.emit("count", f"{path}:last@", due)
            if when is None or when.true(s.d, s):
                moves.auto_move(s, rule.stage, s.p.moves[path])
            return
