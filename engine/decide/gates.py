"""Gates: what must hold before something may happen, and every reason why it may not (Meaning 1, R23–R25)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import decode, encode
from voronka.engine.deal.protocol import Operand, Unmet
from voronka.engine.program.parts import ApprovalProgram, Condition, StageProgram, TunnelProgram

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

Requires = Iterable[tuple[str, Condition | None, Loc]]


def requires(s: Step, rules: Requires, kind: str = "require") -> list[Unmet]:
    """Required fields that apply here and are empty."""
    missing = []
    for name, when, loc in rules:
        if s.d.f.get(name) is not None or (when is not None and not when.true(s.d, s)):
            continue
        applies = s.p.applies.get(name)
        if applies is not None and not applies.true(s.d, s):
            continue
        missing.append(Unmet(kind, name, s.p.pipeline.fields[name].title, loc, (Operand(name, None),)))
    return missing


def conditions(s: Step, gates: Iterable[Condition]) -> list[Unmet]:
    """Gates that are not *true*: false and unknown both keep the deal out (Meaning 7)."""
    return [unmet(s, gate) for gate in gates if not gate.true(s.d, s)]


def unmet(s: Step, gate: Condition) -> Unmet:
    trace = gate.trace(s.d, s)
    return Unmet(gate.kind, "", gate.message, gate.loc, trace.operands, {"text": gate.expr.text})


def approvals(s: Step, stage: StageProgram) -> list[Unmet]:
    """Approvals that are asked for and not given hold the deal in its stage (Meaning 14).

    What they hang on may have changed a sentence ago, so the condition and the covered values are looked at as they
    now are.
    """
    found = []
    for program in (*stage.approvals, *s.p.approvals):
        declared = program.approval
        state = s.d.approvals.get(declared.name)
        given = state is not None and state["state"] == "approved" and state["covered"] == covered(s, program)
        if not given and program.when.true(s.d, s):
            operand = Operand(f"approval {declared.name}", None if state is None else state["state"])
            found.append(Unmet("approval", declared.name, declared.title, declared.loc, (operand,)))
    return found


def covered(s: Step, program: ApprovalProgram) -> dict[str, Any]:
    """The values that an approval is given for."""
    return {name: s.d.f.get(name) for name in program.approval.covers}


def entering(s: Step, target: StageProgram) -> list[Unmet]:
    """What the target stage itself demands: fields, conditions, and the creation gates of its tunnels (Meaning 10)."""
    stage = target.stage
    found = [Unmet("retiring", stage.name, stage.title, stage.loc)] if stage.retiring else []
    found += requires(s, target.requires) + conditions(s, target.enter)
    for program, guards in target.tunnels:
        tunnel = program.tunnel
        if s.off(tunnel.path) or any(guard.true(s.d, s) is not wanted for guard, wanted in guards):
            continue
        for item in s.ask("tunnel", tunnel.pipeline, tunnel.start, tunnelled(s, program), tunnel.link):
            there = restore(item)
            args = {"pipeline": tunnel.pipeline, "kind": there.kind}
            found.append(Unmet("tunnel", there.name, there.message, there.loc, there.operands, args))
    return found


def tunnelled(s: Step, program: TunnelProgram) -> dict[str, Any]:
    """The fields of the deal that a tunnel makes, from this deal's present values (R51)."""
    fields = ((name, value(s.d, s)) for name, value in program.fields)
    return {name: value for name, value in fields if value is not None}


def moving(s: Step, name: str) -> list[Unmet]:
    """Everything that keeps the deal from moving to a stage; empty when it may."""
    pipeline, here = s.p.pipeline, s.p.stages[s.d.stage]
    target = s.p.stages.get(name)
    if target is None:
        return [Unmet("unknown", name, args={"what": "stage", "known": list(s.p.stages)})]
    if pipeline.derived:
        return [Unmet("derived", name, target.stage.title, target.stage.loc)]
    if target.stage.kind == "lost":
        return [Unmet("state", name, target.stage.title, target.stage.loc, args={"why": "lose"})]
    if s.d.closed is not None:
        return [
            Unmet("state", name, target.stage.title, here.stage.loc, args={"why": "closed", "stage": here.stage.name})
        ]
    if target.order == here.order:
        return [Unmet("state", name, target.stage.title, target.stage.loc, args={"why": "here"})]
    found = conditions(s, here.leave) + approvals(s, here) if target.order > here.order else []
    return found + entering(s, target)


def losing(s: Step, name: str, comment: str | None, robot: bool) -> list[Unmet]:
    """What a loss needs: only what its reason needs (R54–R57); a comment is asked of people only (Meaning 9)."""
    lost = s.p.pipeline.lost
    program = s.p.reasons.get(name)
    if program is None or lost is None:
        return [Unmet("unknown", name, args={"what": "reason", "known": list(s.p.reasons)})]
    reason = program.reason
    if s.d.closed is not None:
        return [Unmet("state", name, reason.title, reason.loc, args={"why": "closed", "stage": s.d.stage})]
    if s.p.pipeline.derived:
        return [Unmet("derived", name, reason.title, reason.loc)]
    found: list[Unmet] = []
    if reason.from_ and s.d.stage not in reason.from_:
        operand = Operand("stage", s.d.stage)
        found.append(Unmet("from", name, reason.title, reason.loc, (operand,), {"from": list(reason.from_)}))
    found += requires(s, program.requires)
    if not robot and not comment:
        if reason.comment_required:
            found.append(Unmet("comment", name, reason.comment or reason.title, reason.loc))
        elif lost.comment_required:
            found.append(Unmet("comment", name, lost.comment or reason.title, lost.loc))
    return found


# --- refusals as data, for pendings, tunnels and the log -----------------------------------------------------------


def data(found: Iterable[Unmet]) -> list[dict[str, Any]]:
    """Unmet conditions as JSON data."""
    return [
        {
            "kind": u.kind,
            "name": u.name,
            "message": [list(pair) for pair in u.message.texts],
            "loc": [u.loc.file, u.loc.line, u.loc.column],
            "operands": [[o.name, encode(o.value)] for o in u.operands],
            "args": u.args,
        }
        for u in found
    ]


def restore(item: dict[str, Any]) -> Unmet:
    """The inverse of :func:`data` for one condition."""
    return Unmet(
        item["kind"],
        item["name"],
        Title(tuple((language, text) for language, text in item["message"])),
        Loc(*item["loc"]),
        tuple(Operand(name, decode(value)) for name, value in item["operands"]),
        item["args"],
    )
