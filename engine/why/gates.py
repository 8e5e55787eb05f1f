"""Every gate between a deal and a stage, open ones too: what each says and the values it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title
from voronka.engine.compile import Trace
from voronka.engine.deal.protocol import Operand, Unmet
from voronka.engine.decide import gates, moves
from voronka.engine.decide.step import Step
from voronka.engine.program.parts import Condition, StageProgram


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate. ``verdict``: True open, False shut, None unknown, which keeps out as well (Meaning 7).

    ``kind`` and ``name`` as of :class:`Unmet`; ``unmet`` is what a refusal says of it; ``opens`` is when time alone
    will open it, ms.
    """

    kind: str
    name: str
    title: Title
    loc: Loc
    verdict: bool | None
    operands: tuple[Operand, ...] = ()
    trace: Trace | None = None
    unmet: Unmet | None = None
    opens: int | None = None


def gates_of(s: Step, name: str, outside: bool = True) -> tuple[Gate, ...]:
    """The gates of a move to a stage, in the order they are asked. ``outside``: ask about other deals, too.

    A deal that cannot be moved at all has one shut gate that says why.
    """
    target = s.p.stages.get(name)
    here = s.p.stages.get(s.d.stage)
    if target is not None and not s.d.stage and not s.p.pipeline.derived:
        return tuple(_entering(s, target, outside))  # it is just being made
    if target is None or here is None or s.p.pipeline.derived or target.stage.kind == "lost":
        return tuple(_shut(unmet) for unmet in gates.moving(s, name)) if here is not None else ()
    if s.d.closed is not None:
        if target.stage.kind != "open":
            return tuple(_shut(unmet) for unmet in gates.moving(s, name))
        taken = tuple(_shut(unmet) for unmet in moves.reopening(s, name) if unmet.kind == "booking") if outside else ()
        return (*_entering(s, target, outside), *taken)
    if target.order == here.order:
        return tuple(_shut(unmet) for unmet in gates.moving(s, name))
    return (*(_leaving(s, here) if target.order > here.order else ()), *_entering(s, target, outside))


def _shut(unmet: Unmet) -> Gate:
    return Gate(unmet.kind, unmet.name, unmet.message, unmet.loc, False, unmet.operands, None, unmet)


def _leaving(s: Step, here: StageProgram) -> Iterator[Gate]:
    for condition in here.leave:
        yield _condition(s, condition)
    shut = {unmet.name: unmet for unmet in gates.approvals(s, here)}
    for program in (*here.approvals, *s.p.approvals):
        declared = program.approval
        state = s.d.approvals.get(declared.name)
        unmet = shut.get(declared.name)
        operand = Operand(f"approval {declared.name}", None if state is None else state["state"])
        trace = program.when.trace(s.d, s)
        operands = (operand,) if unmet is not None or state is not None else trace.operands
        yield Gate("approval", declared.name, declared.title, declared.loc, unmet is None, operands, trace, unmet)


def _entering(s: Step, target: StageProgram, outside: bool) -> Iterator[Gate]:
    stage = target.stage
    if stage.retiring:
        yield _shut(Unmet("retiring", stage.name, stage.title, stage.loc))
    yield from _requires(s, target.requires)
    for condition in target.enter:
        yield _condition(s, condition)
    if outside:
        for unmet in gates.entering(s, target):
            if unmet.kind == "tunnel":
                yield _shut(unmet)


def _requires(s: Step, rules: gates.Requires) -> Iterator[Gate]:
    rules = tuple(rules)
    shut = {(unmet.name, unmet.loc): unmet for unmet in gates.requires(s, rules)}
    for name, when, loc in rules:
        unmet = shut.get((name, loc))
        trace = None
        for condition in (when, s.p.applies.get(name)):
            if condition is not None and s.d.f.get(name) is None:
                trace = condition.trace(s.d, s)
                if trace.verdict is not True:
                    break
        operands = (Operand(name, s.d.f.get(name)), *(trace.operands if trace is not None else ()))
        yield Gate("require", name, s.p.pipeline.fields[name].title, loc, unmet is None, operands, trace, unmet)


def losing_gates(s: Step, name: str, comment: str | None, robot: bool) -> tuple[Gate, ...]:
    """What a loss for a reason asks, in order: where it may be given, fields, a comment of people (Meaning 9)."""
    lost, program = s.p.pipeline.lost, s.p.reasons.get(name)
    if lost is None or program is None or s.d.closed is not None:
        return tuple(_shut(unmet) for unmet in gates.losing(s, name, comment, robot))
    reason = program.reason
    shut = {unmet.kind: unmet for unmet in gates.losing(s, name, comment, robot)}
    found = []
    if reason.from_:
        unmet = shut.get("from")
        stage = (Operand("stage", s.d.stage),)
        found.append(Gate("from", name, reason.title, reason.loc, unmet is None, stage, None, unmet))
    found += _requires(s, program.requires)
    if (reason.comment_required or lost.comment_required) and not robot:
        loc, unmet = (reason.loc if reason.comment_required else lost.loc), shut.get("comment")
        title = (reason.comment if reason.comment_required else lost.comment) or reason.title
        found.append(Gate("comment", name, title, loc, unmet is None, (), None, unmet))
    return tuple(found)


def _condition(s: Step, condition: Condition) -> Gate:
    trace = condition.trace(s.d, s)
    unmet = None if trace.verdict is True else gates.unmet(s, condition)
    opens = condition.wake(s.d, s) if unmet is not None and condition.timed else None
    return Gate(
        condition.kind, "", condition.message, condition.loc, trace.verdict, trace.operands, trace, unmet, opens
    )
