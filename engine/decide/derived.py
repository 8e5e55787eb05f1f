"""Derived pipelines: a deal is where its conditions put it (Meaning 11, R11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.engine.decide import moves

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step


def stage_of(s: Step) -> tuple[str, str | None]:
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


def follow(s: Step) -> None:
    """Bring the deal where it belongs; a closed one opens again when it belongs elsewhere."""
    name, reason = stage_of(s)
    if (name, reason) == (s.d.stage, s.d.reason):
        return
    s.because(f"{name}/when", str(s.p.stages[name].stage.loc))
    if s.d.closed is not None:
        moves.unclose(s)
    if reason is not None:
        moves.lose(s, reason, f"robot, {s.p.reasons[reason].reason.loc}")
    else:
        moves.move(s, name)
