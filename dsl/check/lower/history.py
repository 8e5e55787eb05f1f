"""Change over time: what is retired, and old names that something new continues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from voronka.dsl.check.expand import KINDS
from voronka.dsl.check.expressions.values import maybe
from voronka.dsl.check.lower.home import Home
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import reason as find_reason
from voronka.dsl.check.resolve import stage as find_stage
from voronka.dsl.check.symbols import Sym, Table
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Retire
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label
from voronka.dsl.text.span import Span


def retired(node: nodes.Node, home: Home) -> list[Retire]:
    """What becomes of names that are gone; a name that is still there is reported (U4)."""
    table, loc = home.table, loc_of(node.span)
    match node:
        case nodes.RetireStage():
            _gone((node.stage,), table.stages, "stages", table)
            moves: list[tuple[str, Expr | None]] = []
            for move in node.moves:
                target = find_stage(move.target, home.env)
                condition = maybe(move.when, home.place)
                if target is not None:
                    moves.append((target.name, condition))
            return [Retire("stage", (node.stage.name,), loc, tuple(moves))]
        case nodes.RetireFields():
            _gone(node.fields, table.fields, "fields", table)
            return [Retire("field", tuple(ident.name for ident in node.fields), loc)]
        case nodes.RetireReason():
            _gone((node.reason,), table.reasons, "reasons", table)
            into = find_reason(node.into, home.env)
            return [Retire("reason", (node.reason.name,), loc, into=into.name if into is not None else "")]
        case nodes.RetireTasks():
            _gone(node.tasks, table.tasks, "tasks", table)
            return [Retire("task", tuple(ident.name for ident in node.tasks), loc)]
    return []


def _gone(idents: Iterable[nodes.Ident], present: Mapping[str, Sym], kind: str, table: Table) -> None:
    for ident in idents:
        if (still := present.get(ident.name)) is not None:
            label = Label(still.span, Both("declared here", "объявлено здесь"))
            table.world.report(names.NOT_GONE, ident.span, labels=(label,), kind=KINDS[kind], name=ident.name)


def was_collisions(table: Table) -> None:
    """An old name is continued by one thing only, and by nothing that is there under that name still."""
    groups: tuple[tuple[str, Mapping[str, Sym]], ...] = (
        ("stages", table.stages),
        ("fields", table.fields),
        ("events", table.events),
        ("tasks", table.tasks),
        ("robots", table.robots),
        ("reasons", table.reasons),
        ("roles", table.roles),
        ("checklists", table.checklists),
        ("approvals", table.approvals),
    )
    for kind, present in groups:
        taken: dict[str, Span] = {}
        for sym in present.values():
            for old in getattr(sym.node, "was", ()):
                _continued(old, sym, kind, present, taken, table)


def _continued(
    old: nodes.Ident, sym: Sym, kind: str, present: Mapping[str, Sym], taken: dict[str, Span], table: Table
) -> None:
    name = sym.env.full(old.name) if kind not in ("reasons", "roles") else old.name
    first = taken.setdefault(name, old.span)
    if name in present:
        why = Both("that name is still in use", "это имя ещё занято")
        label = Label(present[name].span, Both("here", "здесь"))
    elif first is not old.span:
        why = Both("something else continues it already", "его уже продолжает другое")
        label = Label(first, Both("here", "здесь"))
    else:
        return
    table.world.report(names.WAS_TAKEN, old.span, labels=(label,), name=old.name, kind=KINDS[kind], why=why)
