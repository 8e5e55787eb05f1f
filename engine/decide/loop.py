"""Run to completion (Meaning 2): triggers, approvals, standing tasks, deadlines, standing rules, transitions.

Again, until nothing moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.engine.deal.protocol import Unmet
from voronka.engine.decide import moves, tasks, timers
from voronka.engine.program.parts import RobotProgram, Trig

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

# one event may set off so many rounds; a definition that needs more runs in a circle
ROUNDS = 64
RUNS = 1000


def run(s: Step) -> None:
    """Everything that follows from what the event did. Raises Runaway when it would not end."""
    for _ in range(ROUNDS):
        happened = _net_changes(s)
        progressed = bool(happened)
        robots(s, happened)
        tasks.approvals(s)
        tasks.standing(s)
        if s.dirty:
            tasks.follow(s)
            if not s.entries:
                moves.retry(s)
        if not s.entries:
            progressed |= _standing(s)
        if s.entries:
            progressed = True
            _transitions(s)
        if not progressed and not s.happened and not s.before:
            timers.resync(s)
            return
    raise s.runaway()


def _net_changes(s: Step) -> list[tuple[str, int | None, dict[str, Any] | None]]:
    """What happened since the triggers last looked; a field set back to what it was did not change."""
    while s.before:
        before, s.before = s.before, {}
        for name, old in before.items():
            if s.d.f.get(name) != old:
                s.happen(f"change:{name}")
    happened, s.happened = s.happened, []
    return happened


def robots(s: Step, happened: list[tuple[str, int | None, dict[str, Any] | None]]) -> None:
    """Robots of the task, then of the stage, then of the pipeline, in file order.

    After a move none of the old stage's run.
    """
    if not happened:
        return
    stage = s.p.stages[s.d.stage]
    visit = s.d.visit
    for key, number, payload in happened:
        if number is not None:
            _task_hooks(s, key, number)
        if s.p.awaited or s.d.timers:
            _awaited(s, key, payload)
        if s.d.reason is not None:
            _returns(s, key, payload)
    due: dict[tuple[int, int, str], tuple[RobotProgram, Trig, int | None, dict[str, Any] | None, str]] = {}
    for key, number, payload in happened:
        for robot, trigger in stage.listeners.get(key, ()):
            due.setdefault((0, robot.order, trigger.key), (robot, trigger, number, payload, key))
        for robot, trigger in s.p.listeners.get(key, ()):
            due.setdefault((1, robot.order, trigger.key), (robot, trigger, number, payload, key))
    for (home, _, _), (robot, trigger, number, payload, key) in sorted(due.items(), key=lambda pair: pair[0]):
        if key.startswith("event:"):
            s.consumed = True
        if home == 0 and s.d.visit != visit:
            continue
        fire(s, robot, trigger, "v" if home == 0 else "p", number, payload)


def fire(
    s: Step,
    robot: RobotProgram,
    trigger: Trig,
    scope: str,
    number: int | None,
    payload: dict[str, Any] | None,
    home: str = "",
) -> bool:
    """Run a robot for one trigger, if its condition holds and its runs are not spent."""
    kept = (s.e, s.t, s.scope)
    s.e, s.t, s.scope = (
        payload,
        s.d.tasks.get(number) if number is not None else None,
        home or ("pipeline" if scope == "p" else "stage"),
    )
    try:
        if trigger.when is not None and not trigger.when.true(s.d, s):
            return False
        rule = trigger.trigger
        name = timers.counter(trigger, scope)
        if rule.at_most:
            if s.d.counts.get(name, 0) >= rule.at_most:
                return False
            s.because(robot.path, str(robot.loc))
            s.emit("count", name, s.d.counts.get(name, 0) + 1)
        if rule.kind == "on" and rule.times and trigger.instant is None:
            due = s.cal.next_time(s.now, rule.times)
            s.because(robot.path, str(robot.loc))
            timers.later(s, robot.path, due)
            return True
        s.count_run()
        s.because(robot.path, str(robot.loc))
        for act in robot.run:
            act(s)
        return True
    finally:
        s.e, s.t, s.scope = kept


def _task_hooks(s: Step, key: str, number: int) -> None:
    task = s.d.tasks.get(number)
    program = s.p.tasks_by_path.get(task.path) if task is not None else None
    if task is None or program is None:
        return
    for robot in program.hooks:
        for trigger in robot.triggers:
            if key in trigger.keys:
                # what an overdue hook starts ends with the task; what `done` starts goes on
                home = f"t:{number}" if key == "overdue" else ""
                fire(s, robot, trigger, "p" if task.visit == 0 else "v", number, task.event, home)


def _awaited(s: Step, key: str, payload: dict[str, Any] | None) -> None:
    """A `wait … for` whose event or task has come: its first block runs, its timer ends."""
    for name, (_, _, context) in list(s.d.timers.items()):
        if not isinstance(context, dict) or context.get("for") != key or name not in s.d.timers:
            continue
        s.consumed = True
        s.emit("timer-", name)
        kept = (s.e, s.t, s.scope)
        timers.context_of(s, context)
        s.e = payload if payload is not None else s.e
        s.scope = "pipeline" if name.startswith("p:") else "stage"
        s.count_run()
        for act in s.p.blocks.get(context["path"] + "/then", ()):
            act(s)
        s.e, s.t, s.scope = kept


def _returns(s: Step, key: str, payload: dict[str, Any] | None) -> None:
    """``return to processing on event request``: a suspended deal comes back (R58)."""
    program = s.p.reasons.get(s.d.reason or "")
    for rule, instant, when in program.returns if program else ():
        if instant.timed or key not in instant.keys:
            continue
        s.consumed = True
        s.e = payload
        if when is None or when.true(s.d, s):
            come_back(s, rule)
        s.e = None


def come_back(s: Step, rule: Any) -> None:
    s.because(rule.path, str(rule.loc))
    moves.auto_move(s, rule.stage, s.p.moves[rule.path])


def _standing(s: Step) -> bool:
    """The first standing rule that is true wins; in derived pipelines the last true stage does (Meaning 11)."""
    if s.p.pipeline.derived:
        return _derive(s)
    stage = s.p.stages[s.d.stage]
    if stage.first_true is None or (s.d.closed is not None and stage.stage.kind == "open"):
        return False
    index = stage.first_true(s.d, s)
    for place, program in enumerate(stage.standing):
        if place != index and (pending := s.d.pending.get(program.rule.path)) and not pending.get("robot"):
            s.emit("pend", program.rule.path, None)
    if index < 0:
        return False
    before = s.d.visit
    stage.standing[index].run(s)
    return s.d.visit != before


def derived_stage(s: Step) -> tuple[str, str | None]:
    """Where a derived deal is: the last stage whose condition holds, else the one without.

    For a loss also its reason.
    """
    fallback = next((name for name, p in s.p.stages.items() if p.when is None and p.stage.kind == "open"), "")
    found: tuple[str, str | None] = (fallback, None)
    for name, program in s.p.stages.items():
        if program.stage.kind == "lost":
            for reason in s.p.reasons.values():
                if reason.when is not None and reason.when.true(s.d, s):
                    found = (name, reason.reason.name)
                    break
        elif program.when is not None and program.when.true(s.d, s):
            found = (name, None)
    return found


def _derive(s: Step) -> bool:
    name, reason = derived_stage(s)
    if (name, reason) == (s.d.stage, s.d.reason):
        return False
    target = s.p.stages[name].stage
    s.because(f"{name}/when", str(target.loc))
    if s.d.closed is not None:
        s.emit("reopen")
    if target.kind == "lost":
        assert reason is not None
        s.emit("note", {"kind": "loss", "reason": reason, "comment": f"robot, {s.p.reasons[reason].reason.loc}"})
        moves.close(s, name, reason)
    elif target.kind == "won":
        moves.close(s, name, None)
    else:
        moves.go(s, name)
    return True


def _transitions(s: Step) -> None:
    """Exit actions of the stage left, then entry actions of the one entered, in file order."""
    entries, s.entries = s.entries, []
    for index, (old, new) in enumerate(entries):
        s.count_run()
        if old:
            _hooks(s, s.p.stages[old].listeners.get("exit", ()), "v")
            _hooks(s, s.p.listeners.get("exit", ()), "p")
        if index == len(entries) - 1 and not s.entries:
            enter(s, new)


def _hooks(s: Step, listeners: Any, scope: str) -> None:
    for robot, trigger in listeners:
        fire(s, robot, trigger, scope, None, s.e)


def enter(s: Step, name: str) -> None:
    """Entry actions of the stage the deal now stands in."""
    stage = s.p.stages[name]
    visit = s.d.visit
    if s.d.reason is not None:
        for act in s.p.reasons[s.d.reason].run:
            act(s)
    for act in stage.entry:
        act(s)
        if s.d.visit != visit:
            break
    if s.d.visit == visit:
        _hooks(s, stage.listeners.get("entry", ()), "v")
        _hooks(s, s.p.listeners.get("entry", ()), "p")


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
        _continue(s, key, context)
    elif scope == "t":
        tasks.overdue(s, int(rest))
    elif rest == "limit":
        stage = s.p.stages[s.d.stage]
        loc = stage.stage.limit.loc if stage.stage.limit else stage.stage.loc
        s.because(f"{s.d.stage}/limit", str(loc))
        s.emit("count", "limit@", 1)
        s.emit("flag", "limit", {"at": s.now, "loc": str(loc), "scope": "visit"})
        for act in stage.limit_run:
            act(s)
    elif rest.startswith("robot:"):
        _robot_timer(s, rest.removeprefix("robot:"), scope, due)
    elif rest.startswith("return:"):
        _return_timer(s, rest.removeprefix("return:"), due)
    s.dirty.add("time")
    return True


def _continue(s: Step, key: str, context: dict[str, Any]) -> None:
    timers.context_of(s, context)
    s.scope = key.partition(":cont:")[0] if key.startswith("t:") else "pipeline" if key.startswith("p:") else "stage"
    path = context["path"]
    robot = s.p.robots_by_path.get(path)
    s.count_run()
    for act in s.p.blocks.get(path, robot.run if robot else ()):
        act(s)
    s.t, s.e, s.scope = None, None, "stage"


def _robot_timer(s: Step, name: str, scope: str, due: int) -> None:
    home = s.p.stages[s.d.stage].timed if scope == "v" else s.p.timed
    for robot, trigger in home:
        if trigger.key == name:
            timers.fired(s, trigger, scope, due)
            fire(s, robot, trigger, scope, None, None)
            return


def _return_timer(s: Step, path: str, due: int) -> None:
    program = s.p.reasons.get(s.d.reason or "")
    for rule, _, when in program.returns if program else ():
        if rule.path == path:
            s.emit("count", f"{path}:last@", due)
            if when is None or when.true(s.d, s):
                come_back(s, rule)
            return


class Runaway(Exception):
    """One event set off more than any sensible definition does.

    Nothing of it happens, and it is said where it turned.
    """

    def __init__(self, unmet: Unmet) -> None:
        self.unmet = unmet
        super().__init__(unmet.name)
