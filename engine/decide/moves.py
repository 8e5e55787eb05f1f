"""Moves and losses: by people, by standing rules, by robots.

What is blocked stays visible and is tried again (Meaning 1, 2, 9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.actions import Action
from voronka.engine.decide import gates, people, tasks

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step
    from voronka.engine.program.build import TunnelProgram


def go(s: Step, name: str) -> None:
    """Change the stage: the old visit's tasks and timers end, exit and entry actions are queued."""
    old = s.d.stage
    stage = s.p.stages[name].stage
    tasks.cancel_visit(s, f"left:{name}" if stage.kind == "open" else stage.kind)
    for key in [key for key in s.d.timers if key.startswith("v:")]:
        s.emit("timer-", key)
    s.emit("stage", name, s.now)
    s.dirty |= {"stage", "tasks"}
    s.entries.append((old, name))


def close(s: Step, name: str, reason: str | None) -> None:
    """Win or lose: as `go`, and what belongs to the whole deal ends too."""
    go(s, name)
    s.emit("close", s.now, reason)
    tasks.cancel_open(s, "won" if reason is None else "lost")
    for key in [key for key in s.d.timers if key.startswith("p:")]:
        s.emit("timer-", key)
    if reason is not None:
        segment = s.p.reasons[reason].reason.segment
        if segment:
            s.emit("mark", f"segment:{segment}", s.now)
        gates.book(s)
    s.happen("closing")


def move(s: Step, name: str) -> None:
    """A move whose gates have been looked at."""
    if s.p.stages[name].stage.kind == "won":
        close(s, name, None)
    else:
        go(s, name)


def lose(s: Step, reason: str, comment: str) -> None:
    lost = s.p.pipeline.lost
    assert lost is not None
    s.emit("note", {"kind": "loss", "reason": reason, "comment": comment})
    close(s, lost.name, reason)


def reopen(s: Step, name: str) -> None:
    """Come back from won or lost into a stage whose gates have been looked at."""
    for key in [key for key in s.d.marks if key.startswith("segment:")]:
        s.emit("mark", key, None)
    s.emit("reopen")
    go(s, name)
    gates.book(s)


# --- by rule ---------------------------------------------------------------------------------------------------------


def auto_move(s: Step, name: str, action: Action) -> None:
    """A robot's or rule's move: gates bind it like everybody; blocked, it stays pending (Meaning 2)."""
    if s.d.stage == name and s.d.closed is None:
        s.unpend(action.path)
        return
    reopening = s.d.closed is not None and s.p.stages[name].stage.kind == "open"
    found = gates.entering(s, s.p.stages[name]) if reopening else gates.moving(s, name)
    if found:
        s.pend(action, "move", name, found)
        return
    s.unpend(action.path)
    if reopening:
        reopen(s, name)
    else:
        move(s, name)


def auto_lose(s: Step, reason: str, action: Action) -> None:
    """A robot's loss: the comment is written by the robot, what the reason requires binds it (Meaning 9)."""
    found = gates.losing(s, reason, None, robot=True)
    if found:
        s.pend(action, "lose", reason, found)
        return
    s.unpend(action.path)
    lose(s, reason, f"robot, {action.loc}")


def retry(s: Step) -> None:
    """Blocked moves of robots look again when something has changed."""
    for path, data in list(s.d.pending.items()):
        action = s.p.moves.get(path)
        if action is None or not data.get("robot"):
            continue
        if s.entries or s.d.pending.get(path) is not data:
            return
        s.because(path, str(action.loc))
        if data["what"] == "move":
            auto_move(s, data["name"], action)
        else:
            auto_lose(s, data["name"], action)


def tunnel_data(s: Step, program: TunnelProgram) -> dict[str, Any]:
    """What the new deal is made of, from this deal's present values (R51)."""
    tunnel = program.tunnel
    fields = {name: value(s.d, s) for name, value in program.fields}
    owner = None
    for rule in program.owner:
        if rule.when is None or rule.when.true(s.d, s):
            owner = people.resolve(s, rule.rule.who, rule.value)
            break
    return {
        "pipeline": tunnel.pipeline,
        "start": tunnel.start,
        "fields": {name: value for name, value in fields.items() if value is not None},
        "link": tunnel.link,
        "owner": owner,
        "path": tunnel.path,
    }
