"""Gates: what must hold before something may happen, and every reason why it may not (Meaning 1, R23–R25)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration, encode
from voronka.engine.deal.protocol import Operand, Unmet
from voronka.engine.program.parts import Condition, StageProgram

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


def refuted_checks(s: Step, values: dict[str, Any]) -> tuple[Unmet, ...]:
    """Checks that the deal would break with these values; unknown is let pass (Meaning 7)."""
    touched = {f"f:{name}" for name in values}
    for formula in s.p.formulas:
        if formula.reads & touched:
            touched.add(f"f:{formula.name}")
    relevant = [check for check in s.p.checks if check.reads & touched]
    if not relevant:
        return ()
    kept = {name: s.d.f.get(name) for name in s.d.f}
    s.d.f.update(values)
    try:
        for formula in s.p.formulas:
            if f"f:{formula.name}" in touched and formula.name not in values:
                s.d.f[formula.name] = formula.value(s.d, s)
        return tuple(unmet(s, check) for check in relevant if check.false(s.d, s))
    finally:
        s.d.f.clear()
        s.d.f.update(kept)


def approvals(s: Step, stage: StageProgram) -> list[Unmet]:
    """Approvals that are asked and not given hold the deal in its stage (Meaning 14)."""
    found = []
    for approval in (*stage.approvals, *s.p.approvals):
        state = s.d.approvals.get(approval.approval.name)
        if state is not None and state["state"] != "approved":
            operand = Operand(f"approval {approval.approval.name}", state["state"])
            found.append(
                Unmet("approval", approval.approval.name, approval.approval.title, approval.approval.loc, (operand,))
            )
        elif state is None and approval.when.true(s.d, s):
            # its condition has just become true, so nobody has been asked yet: it holds all the same
            operand = Operand(f"approval {approval.approval.name}", None)
            found.append(
                Unmet("approval", approval.approval.name, approval.approval.title, approval.approval.loc, (operand,))
            )
    return found


def entering(s: Step, target: StageProgram) -> list[Unmet]:
    """What the target stage itself demands: fields, conditions, and the creation gates of its tunnels (Meaning 10)."""
    found = requires(s, target.requires) + conditions(s, target.enter)
    for tunnel in target.tunnels:
        if tunnel.when is not None and not tunnel.when.true(s.d, s):
            continue
        from voronka.engine.decide.moves import tunnel_data

        wanted = tunnel_data(s, tunnel)
        refused = s.ask("tunnel", wanted["pipeline"], wanted["start"], wanted["fields"], wanted["link"])
        for item in refused:
            there = restore(item)
            found.append(
                Unmet(
                    "tunnel",
                    there.name,
                    there.message,
                    there.loc,
                    there.operands,
                    {"pipeline": wanted["pipeline"], "kind": there.kind},
                )
            )
    return found


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
    found: list[Unmet] = []
    if target.stage.retiring:
        found.append(Unmet("retiring", name, target.stage.title, target.stage.loc))
    if target.order > here.order:
        found += conditions(s, here.leave) + approvals(s, here)
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
    if s.p.pipeline.derived and not robot:
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


# --- resource bookings (R26) -----------------------------------------------------------------------------------------


def slot(s: Step, name: str, values: dict[str, Any]) -> list[Any] | None:
    """The booking these values mean: [resource, item, from, to], or None while something is missing."""
    kind = s.p.pipeline.fields[name].type

    def value(field: str) -> Any:
        return values[field] if field in values else s.d.f.get(field)

    item, start = value(name), value(kind.start)
    if item is None or start is None:
        return None
    if kind.until:
        end = value(kind.until)
    else:
        length = Duration(Decimal(kind.length[0]), kind.length[1]) if kind.length else value(kind.lasts)
        end = None if length is None else s.cal.add(int(start), length, 1)
    return None if end is None or end <= start else [kind.target, item, int(start), int(end)]


def booking(s: Step, values: dict[str, Any]) -> tuple[Unmet, ...]:
    """Bookings that these values would make of something already taken."""
    found = []
    if s.p.resource_fields:
        values = _with_formulas(s, values)
    for name in s.p.resource_fields:
        wanted = slot(s, name, values)
        if wanted is None or wanted == s.d.bookings.get(name):
            continue
        holder = s.ask("free", *wanted)
        if holder is not None and holder != s.d.id:
            field = s.p.pipeline.fields[name]
            operand = Operand(name, wanted[1])
            found.append(
                Unmet(
                    "booking",
                    name,
                    field.title,
                    field.loc,
                    (operand,),
                    {"deal": holder, "from": wanted[2], "to": wanted[3]},
                )
            )
    return tuple(found)


def _with_formulas(s: Step, values: dict[str, Any]) -> dict[str, Any]:
    if not s.p.formulas:
        return values
    kept = dict(s.d.f)
    s.d.f.update(values)
    try:
        after = dict(values)
        for formula in s.p.formulas:
            after[formula.name] = s.d.f[formula.name] = formula.value(s.d, s)
        return after
    finally:
        s.d.f.clear()
        s.d.f.update(kept)


def book(s: Step) -> None:
    """Bring the deal's bookings in line with its fields; called after the fields are set."""
    for name in s.p.resource_fields:
        wanted = None if s.d.reason is not None else slot(s, name, {})
        if wanted != s.d.bookings.get(name):
            s.emit("book", name, wanted)


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
    from voronka.dsl.definition.values import decode

    return Unmet(
        item["kind"],
        item["name"],
        Title(tuple((language, text) for language, text in item["message"])),
        Loc(*item["loc"]),
        tuple(Operand(name, decode(value)) for name, value in item["operands"]),
        item["args"],
    )
