"""Names in expressions: options, parameters, fields, linked cards, items, payloads, built-ins."""

from __future__ import annotations

from dataclasses import replace

from voronka.dsl.check.expressions.make import bad, make, written
from voronka.dsl.check.params import Bound
from voronka.dsl.check.place import Place, home, included, wrong_type
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import bound, bound_field, find_stage, stage_names
from voronka.dsl.check.symbols import UNKNOWN, FieldSym
from voronka.dsl.check.words import listed, type_name
from voronka.dsl.check.world import visible
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, DATE, DATETIME, USER, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import modules, names, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.span import Span

TASK_STATES = ("done", "open", "overdue", "cancelled", "waiting", "planned")
_WITH_OPTIONS = frozenset({"choice", "choices", "rating", "resource"})
BUILT_IN = {
    "now": DATETIME,
    "today": DATE,
    "owner": USER,
    "supervisor": USER,
    "creation": DATETIME,
    "closing": DATETIME,
    "entry": DATETIME,
    "last_contact": DATETIME,
}
_NO_CLOCK = {
    "formula": Both("a formula", "в формуле"),
    "check": Both("a check", "в check"),
    "standing": Both("a condition that is watched all the time", "в условии, за которым следят постоянно"),
    "param": Both("a value for a module", "в значении для модуля"),
}
_OLDER = Both(
    "write `x is older than 3 days` or `x is within 3 days`: the moment it turns true is then known",
    "пишите `x is older than 3 days` или `x is within 3 days`: тогда известно, когда условие станет верным",
)
_GATES_ONLY = Both(
    "bare `now` and `today` are for gates and robots only", "голые `now` и `today` — только для условий входа и роботов"
)


def path(node: nodes.Path, place: Place, want: Type | None) -> Expr:
    """A name, or several joined by dots. ``want`` decides whether it may be an option, a stage or a person."""
    if len(node.parts) > 1:
        return _dotted(node, place)
    name = node.parts[0].name
    if want is not None and (found := _wanted(name, node, place, want)) is not None:
        return found
    if place.item is not None and place.item.bare and (found := _item(name, node, place)) is not None:
        return found
    if name in place.env.params:
        return substituted(bound(place.env.params[name]), node, place, name)
    if (sym := place.table.fields.get(place.env.full(name))) is not None:
        return make("field", sym.type, node, sym.name)
    if (found := _built_in(name, node, place)) is not None:
        return found
    if want is not None and want.kind == "user":
        return _person(name, node, place)
    _unknown(name, node, place, want)
    return bad(node)


def _wanted(name: str, node: nodes.Path, place: Place, want: Type) -> Expr | None:
    """What only the type of the other side gives a meaning to."""
    if want.kind in _WITH_OPTIONS:
        if want.option(name) is not None:
            kind = want if want.kind != "choices" else Type("choice", options=want.options)
            return make("const", kind, node, name)
    elif want.kind == "stage":
        table = place.world.tables.get(want.target)
        if table is place.table:
            found = find_stage(name, place.env)
        else:
            found = table.stages.get(name) if table is not None else None
        if found is not None:
            return make("const", want, node, found.name)
    elif want.kind == "bool" and name in ("yes", "no"):
        return make("const", BOOL, node, name == "yes")
    return None


def _item(name: str, node: nodes.Path, place: Place) -> Expr | None:
    """A field of the item that a quantifier looks at."""
    item = place.item
    assert item is not None
    if item.table is None:
        return make("item", BOOL, node, name) if name in TASK_STATES else None
    if name == "stage":
        return make("item", Type("stage", target=item.table.name), node, name)
    if (sym := item.table.fields.get(name)) is not None:
        return make("item", sym.type, node, sym.name)
    return None


def substituted(value: Bound, node: nodes.Path, place: Place, name: str) -> Expr:
    """A parameter in an expression: what it stands for, at the place where it is used."""
    if value.type is UNKNOWN:
        return bad(node)
    if value.type.kind == "stage":
        return make("const", Type("stage", target=place.table.name), node, value.name)
    if value.expr is None:
        kind = type_name(value.type) if value.who is None else Both("a role", "роль")
        place.world.report(modules.NOT_A_VALUE, node.span, name=name, type=kind)
        return bad(node)
    return replace(value.expr, loc=loc_of(node.span))


def _built_in(name: str, node: nodes.Path, place: Place) -> Expr | None:
    if name in ("now", "today"):
        if place.clock:
            hint = _OLDER if place.clock == "standing" else _GATES_ONLY
            where = _NO_CLOCK[place.clock]
            place.world.report(types.NO_CLOCK, node.span, labels=included(place.env), name=name, where=where, hint=hint)
            return bad(node)
        return make(name, BUILT_IN[name], node)
    if name == "stage":
        return make("stage", Type("stage", target=place.table.name), node)
    if name in BUILT_IN:
        return make(name, BUILT_IN[name], node)
    if name in ("yes", "no"):
        return make("const", BOOL, node, name == "yes")
    return None


def _person(name: str, node: nodes.Path, place: Place) -> Expr:
    people = visible(place.env.unit, "person")
    if name in people:
        return make("const", USER, node, name)
    if name in place.table.roles:
        hint = Both(f"`{name}` is a role; name a person", f"`{name}` — роль, а нужен человек")
        wrong_type(place.env, node.span, Both("this", "это"), "user", Both("a role", "роль"), hint=hint)
        return bad(node)
    place.world.find(place.env.unit, "person", name, node.span, names.UNKNOWN_WHO, home=home(place.env))
    return bad(node)


def _unknown(name: str, node: nodes.Path, place: Place, want: Type | None) -> None:
    world, labels = place.world, included(place.env)
    if want is not None and want.kind in _WITH_OPTIONS and want.options:
        every = [option.name for option in want.options]
        of = Both(f"this list ({listed(every)})", f"этого списка ({listed(every)})")
        world.unknown(names.UNKNOWN_OPTION, node.span, name, every, labels=labels, of=of)
        return
    if want is not None and want.kind == "stage":
        table = world.tables.get(want.target)
        every = stage_names(place.env) if table is place.table else list(table.stages) if table else []
        what = Both("stages", "этапы")
        world.unknown(names.UNKNOWN_STAGE, node.span, name, every, what, labels=labels, home=want.target)
        return
    if place.item is not None and place.item.bare:
        every = list(place.item.table.fields) if place.item.table is not None else list(TASK_STATES)
        where = place.item.table.name if place.item.table is not None else "tasks"
        world.unknown(names.UNKNOWN_NAME, node.span, name, every, labels=labels, home=where)
        return
    known = [*_local_fields(place), *BUILT_IN, "stage", *place.env.params]
    world.unknown(names.UNKNOWN_NAME, node.span, name, known, labels=labels, home=home(place.env))


def _local_fields(place: Place) -> list[str]:
    prefix = place.env.prefix
    return [name.removeprefix(prefix) for name in place.table.fields if name.startswith(prefix)]


# Several parts


def _dotted(node: nodes.Path, place: Place) -> Expr:
    parts = [part.name for part in node.parts]
    if parts[0] == "event":
        return _payload(parts[1:], node, place)
    item = place.item
    if item is not None and item.written and node.name.startswith(item.written + "."):
        rest = node.name[len(item.written) + 1 :]
        if (found := _item(rest, node, place)) is not None:
            return found
        every = list(item.table.fields) if item.table is not None else list(TASK_STATES)
        where = item.table.name if item.table is not None else "tasks"
        place.world.unknown(names.UNKNOWN_FIELD, _tail(node, parts, len(parts) - 1), rest, every, home=where)
        return bad(node)
    if parts[0] in place.env.params:
        link = bound(place.env.params[parts[0]])
        if link.type is UNKNOWN:
            return bad(node)
        if link.expr is not None and link.expr.op == "field":
            return _beyond(bound_field(link, place.env), parts, 1, node, place)
        place.world.report(modules.NOT_A_VALUE, node.span, name=parts[0], type=type_name(link.type))
        return bad(node)
    for cut in range(len(parts), 0, -1):
        sym = place.table.fields.get(place.env.full(".".join(parts[:cut])))
        if sym is not None:
            return (
                make("field", sym.type, node, sym.name) if cut == len(parts) else _beyond(sym, parts, cut, node, place)
            )
    _unknown_dotted(parts, node, place)
    return bad(node)


def _payload(rest: list[str], node: nodes.Path, place: Place) -> Expr:
    name = ".".join(rest)
    if place.payload is None:
        place.world.report(types.NO_EVENT, node.span, labels=included(place.env), name=name)
        return bad(node)
    if name not in place.payload:
        what = Both("it carries", "оно несёт")
        place.world.unknown(
            names.UNKNOWN_PAYLOAD,
            Span(node.span.source, node.parts[1].span.start, node.span.end),
            name,
            place.payload,
            what,
            labels=included(place.env),
            event=place.events,
        )
        return bad(node)
    return make("payload", place.payload[name], node, name)


def _beyond(sym: FieldSym, parts: list[str], cut: int, node: nodes.Path, place: Place) -> Expr:
    """What follows a field: only links lead on, and only one step."""
    world, rest = place.world, ".".join(parts[cut:])
    if sym.type is UNKNOWN:
        return bad(node)
    if sym.type.kind != "link":
        kind = type_name(sym.type)
        hint = Both(f"`{sym.name}` is {kind.en} and leads nowhere", f"`{sym.name}` — это {kind.ru}, дальше пути нет")
        if sym.type.kind == "links":
            hint = Both(
                f"ask them together: `any of {sym.name} with (…)`, `sum({sym.name}.x)`",
                f"спрашивайте их вместе: `any of {sym.name} with (…)`, `sum({sym.name}.x)`",
            )
        world.report(names.UNKNOWN_NAME, _tail(node, parts, cut), name=rest, home=sym.name, hint=hint)
        return bad(node)
    target = world.tables.get(sym.type.target)
    if target is None:
        return bad(node)
    if (field := target.fields.get(rest)) is not None:
        return make("via", field.type, node, (sym.name, rest)) if field.type is not UNKNOWN else bad(node)
    if rest == "owner":
        return make("via", USER, node, (sym.name, rest))
    if rest == "stage":
        return make("via", Type("stage", target=target.name), node, (sym.name, rest))
    first = target.fields.get(parts[cut])
    if first is not None and first.type.kind == "link":
        world.report(types.TOO_FAR, node.span, path=written(node.span))
        return bad(node)
    known = [*target.fields, "owner", "stage"]
    what = Both("fields", "поля")
    world.unknown(names.UNKNOWN_FIELD, _tail(node, parts, cut), rest, known, what, home=target.name)
    return bad(node)


def _unknown_dotted(parts: list[str], node: nodes.Path, place: Place) -> None:
    """Name the part that is wrong: the name space, or the name in it."""
    table, world = place.table, place.world
    space = place.env.full(parts[0] + ".")
    if space in table.includes:
        known = [name.removeprefix(place.env.prefix) for name in table.fields if name.startswith(space)]
        what = Both("seen from outside", "снаружи видны")
        world.unknown(names.UNKNOWN_FIELD, node.span, ".".join(parts), known, what, home=home(place.env))
        return
    first = node.parts[0]
    known = [*_local_fields(place), *{name.split(".", 1)[0] for name in _local_fields(place)}]
    world.unknown(names.UNKNOWN_NAME, first.span, first.name, known, labels=included(place.env), home=home(place.env))


def _tail(node: nodes.Path, parts: list[str], cut: int) -> Span:
    return Span(node.span.source, node.parts[cut].span.start, node.span.end)
