"""Approvals: asked for, given, void, fallen away (Meaning 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.engine.deal.state import OPEN_STATES, TaskState
from voronka.engine.decide import gates, tasks

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

OUTCOMES = ("approved", "rejected")


def update(s: Step) -> None:
    """Ask for what has become due for approval, void what no longer covers the deal's values, drop the rest."""
    for program in (*s.p.stages[s.d.stage].approvals, *s.p.approvals):
        declared = program.approval
        state = s.d.approvals.get(declared.name)
        wanted = program.when.true(s.d, s)
        if state is not None:
            task = s.d.tasks.get(state["task"])
            opened = task is not None and task.status in OPEN_STATES
            changed = gates.covered(s, program) != state["covered"]
            # asked for, but nobody can answer any more: the deal was closed meanwhile, or the task cancelled
            stale = state["state"] == "asked" and not opened and s.d.closed is None
            if wanted and not changed and not stale:
                continue
            s.because(declared.path, str(declared.loc))
            if task is not None and opened:
                tasks.end(s, task, "cancelled", cause="void" if wanted else "not needed")
            s.emit("approval", declared.name, None)
            s.touch(f"approval:{declared.name}")
        if wanted and s.d.closed is None:
            s.because(declared.path, str(declared.loc))
            made = tasks.plan(s, program.task, 0 if program.pipeline else s.d.visit)
            scope = "pipeline" if program.pipeline else "visit"
            asked = {"state": "asked", "task": made.id, "covered": gates.covered(s, program), "scope": scope}
            s.emit("approval", declared.name, asked)
            s.touch(f"approval:{declared.name}")


def answered(s: Step, task: TaskState, outcome: str) -> None:
    """The approval's task has been answered: approved or rejected."""
    state = s.d.approvals.get(task.name)
    if state is not None:
        s.emit("approval", task.name, {**state, "state": outcome})
        s.touch(f"approval:{task.name}")
        s.happen(outcome, task.id)
