"""Tunnels: a deal in another pipeline, made from this one (R51)."""

from __future__ import annotations

from dataclasses import replace

from voronka.dsl.check.expressions.fit import fit
from voronka.dsl.check.expressions.make import make
from voronka.dsl.check.expressions.values import maybe, mismatch, value
from voronka.dsl.check.lower.moments import who
from voronka.dsl.check.place import Place, declared, included, wrong_type
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import field as find_field
from voronka.dsl.check.symbols import UNKNOWN, FieldSym, Table
from voronka.dsl.check.words import NOTHING, quoted, type_name
from voronka.dsl.definition.actions import Tunnel
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.moments import WhoRule
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label


def tunnel(node: nodes.Tunnel, place: Place, path: str) -> Tunnel | None:
    """The tunnel, or None where there is no such pipeline."""
    world = place.world
    condition = maybe(node.when, place)
    top = world.find(place.env.unit, "pipeline", node.target.name, node.target.span, names.UNKNOWN_PIPELINE)
    target = world.tables.get(top.name) if top is not None else None
    if target is None:
        return None
    fields: dict[str, Expr] = {}
    link = start = ""
    owner: list[WhoRule] = []
    for part in node.body:
        match part:
            case nodes.Copy():
                for item in part.items:
                    _copy(item, place, target, fields)
            case nodes.Set():
                _set(part, place, target, fields)
            case nodes.StartAt():
                start = _start(part, place, target)
            case nodes.BackLink():
                link = _back(part, place, target)
            case nodes.Owner():
                owner.append(_owner(part, place, target))
    return Tunnel(target.name, tuple(fields.items()), link, start, tuple(owner), condition, path, loc_of(node.span))


def _field(ident: nodes.Ident | nodes.Path, place: Place, target: Table) -> FieldSym | None:
    """A field of the new deal that may be given."""
    sym = target.fields.get(ident.name)
    if sym is None:
        what = Both("fields", "поля")
        place.world.unknown(
            names.UNKNOWN_FIELD,
            ident.span,
            ident.name,
            target.fields,
            what,
            home=target.name,
            labels=included(place.env),
        )
        return None
    label = declared(sym)
    if sym.node.formula is not None:
        place.world.report(types.FORMULA_SET, ident.span, labels=(label,), name=ident.name)
        return None
    if sym.type.kind == "links":
        place.world.report(types.CANNOT_SET, ident.span, labels=(label,), name=ident.name, hint=NOTHING)
        return None
    return sym


def _give(name: str, expr: Expr, node: nodes.Node, place: Place, fields: dict[str, Expr]) -> None:
    if name in fields:
        place.world.report(names.SAID_TWICE, node.span, labels=included(place.env), what=name)
    fields[name] = expr


def _copy(item: nodes.Copied, place: Place, target: Table, fields: dict[str, Expr]) -> None:
    source = find_field(item.source, place.env)
    given = _field(item.target or item.source, place, target)
    if source is None or given is None or UNKNOWN in (source.type, given.type):
        return
    expr = fit(make("field", source.type, item.source, source.name), given.type)
    if expr is None:
        label = Label(given.span, Both("the new deal's field", "поле новой сделки"))
        mismatch(
            nodes.Path((item.source,), item.source.span),
            place,
            make("field", source.type, item.source, source.name),
            given.type,
            Both(f"`{given.name}` of `{target.name}`", f"`{given.name}` в `{target.name}`"),
            (label,),
        )
        return
    _give(given.name, expr, item, place, fields)


def _set(node: nodes.Set, place: Place, target: Table, fields: dict[str, Expr]) -> None:
    given = _field(node.target, place, target)
    if given is None:
        return
    if node.when is not None:
        why = Both("a new deal's field is set once", "поле новой сделки задаётся один раз")
        place.world.report(names.OUT_OF_PLACE, node.when.span, name="when", why=why, hint=NOTHING)
    what = Both(f"`{given.name}` of `{target.name}`", f"`{given.name}` в `{target.name}`")
    label = Label(given.span, Both("the new deal's field", "поле новой сделки"))
    expr = value(node.value, place, given.type, what, (label,))
    _give(given.name, expr, node, place, fields)


def _start(node: nodes.StartAt, place: Place, target: Table) -> str:
    stage = target.stages.get(node.stage.name)
    if stage is None:
        what = Both("stages", "этапы")
        place.world.unknown(
            names.UNKNOWN_STAGE, node.stage.span, node.stage.name, target.stages, what, home=target.name
        )
        return ""
    return stage.name


def _back(node: nodes.BackLink, place: Place, target: Table) -> str:
    sym = _field(node.field, place, target)
    if sym is None or sym.type is UNKNOWN:
        return ""
    if sym.type.kind != "link" or sym.type.target != place.table.name:
        wanted = Both(f"a link to `{place.table.name}`", f"связь с `{place.table.name}`")
        got = type_name(sym.type)
        if sym.type.kind == "link":
            got = Both(f"a link to `{sym.type.target}`", f"связь с `{sym.type.target}`")
        wrong_type(place.env, node.field.span, quoted(sym.name), wanted, got, labels=(declared(sym),))
        return ""
    return sym.name


def _owner(node: nodes.Owner, place: Place, target: Table) -> WhoRule:
    """Roles are those of the new deal's pipeline, everything else is seen from this one."""
    name, roles = node.who.path.name, target.roles
    if name in roles:
        there = who(node.who, replace(place, env=target.root))
        return WhoRule(there, maybe(node.when, place), loc_of(node.span))
    return WhoRule(who(node.who, place), maybe(node.when, place), loc_of(node.span))
