"""Moves and losses: by people, by standing rules, by robots.

What is blocked stays visible and is tried again (Meaning 1, 2, 9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.dsl.definition.actions import Action
from voronka.engine.decide import bookings, gates, people, tasks

if TYPE_CHECKING:
    from voronka.engine.deal.protocol import Unmet
    from voronka.engine.decide.step import Step


def go(s: Step, name: str) -> None:
    """Change the stage: the old visit's tasks and timers end, exit and entry actions fall due."""
    old = s.d.stage
    stage = s.p.stages[name].stage
    tasks.cancel(s, f"left:{name}" if stage.kind == "open" else stage.kind, visit=s.d.visit)
    end_timers(s, "v:")
    gone = {f"task:{task}" for task in s.d.latest} | {f"approval:{approval}" for approval in s.d.approvals}
    gone |= {f"check:{point.partition('.')[0]}" for point in s.d.checks}
    s.emit("stage", name, s.now)
    s.touch("stage", "tasks", *gone)
    if s.leaving is None:
        s.leaving = old


def end_timers(s: Step, prefix: str) -> None:
    for key in [key for key in s.d.timers if key.startswith(prefix)]:
        s.emit("timer-", key)


def close(s: Step, name: str, reason: str | None) -> None:
    """Win or lose: as `go`, and what belongs to the whole deal ends too."""
    go(s, name)
    s.emit("close", s.now, reason)
    s.touch("stage")  # which `closing` goes by
    tasks.cancel(s, "won" if reason is None else "lost", visit=0)
    end_timers(s, "p:")
    segment = s.p.reasons[reason].reason.segment if reason is not None else ""
    if segment:
        s.emit("mark", f"segment:{segment}", s.now)
    s.happen("closing")


def move(s: Step, name: str) -> None:
    """A move whose gates have been looked at."""
    if s.p.stages[name].stage.kind == "won":
        close(s, name, None)
    else:
        go(s, name)


def lose(s: Step, reason: str, comment: str) -> None:
    """A loss whose conditions have been looked at."""
    lost = s.p.pipeline.lost
    assert lost is not None
    s.emit("note", {"kind": "loss", "reason": reason, "comment": comment})
    close(s, lost.name, reason)


def unclose(s: Step) -> None:
    """A closed deal is open again: it is in no segment, and somebody who is still here owns it."""
    for key in [key for key in s.d.marks if key.startswith("segment:")]:
        s.emit("mark", key, None)
    s.emit("reopen")
    if s.d.owner is not None and people.here(s, s.d.owner) is None:
        people.give_owner(s, people.first_owner(s))
        if s.d.owner is None:
            s.emit("flag", "nobody:owner", {"at": s.now})


def reopening(s: Step, name: str) -> list[Unmet]:
    """What keeps a closed deal from coming back into a stage: that stage's gates, and bookings that are taken now."""
    return gates.entering(s, s.p.stages[name]) + bookings.taken(s)


def reopen(s: Step, name: str) -> None:
    """Come back from won or lost into a stage that nothing keeps the deal from."""
    unclose(s)
    go(s, name)


# --- by rule ---------------------------------------------------------------------------------------------------------


def auto_move(s: Step, name: str, action: Action) -> None:
    """A robot's or rule's move: gates bind it like everybody; blocked, it stays pending (Meaning 2)."""
    if s.d.stage == name and s.d.closed is None:
        s.unpend(action.path)
        return
    closed = s.d.closed is not None and s.p.stages[name].stage.kind == "open" and not s.p.pipeline.derived
    found = reopening(s, name) if closed else gates.moving(s, name)
    if found:
        s.pend(action, "move", name, found)
        return
    s.because(action.path, str(action.loc))
    s.unpend(action.path)
    if closed:
        reopen(s, name)
    else:
        move(s, name)


def auto_lose(s: Step, reason: str, action: Action) -> None:
    """A robot's loss: the comment is written by the robot, what the reason requires binds it (Meaning 9)."""
    found = gates.losing(s, reason, None, robot=True)
    if found:
        s.pend(action, "lose", reason, found)
        return
    s.because(action.path, str(action.loc))
    s.unpend(action.path)
    lose(s, reason, f"robot, {action.loc}")


def retry(s: Step) -> None:
    """Blocked moves of robots look again when something has changed; after one of them none is left."""
    for path, data in list(s.d.pending.items()):
        action = s.p.moves.get(path)
        if action is None or not data["robot"] or path not in s.d.pending:
            continue
        if data["what"] == "move":
            auto_move(s, data["name"], action)
        else:
            auto_lose(s, data["name"], action)
