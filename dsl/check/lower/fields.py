"""Fields, events, and what binds on every write; formulas in the order in which they can be calculated."""

from __future__ import annotations

from decimal import Decimal

from voronka.dsl.check.expressions.fit import fit
from voronka.dsl.check.expressions.values import maybe, value
from voronka.dsl.check.fieldtypes import plain_type
from voronka.dsl.check.lower.home import text, was
from voronka.dsl.check.place import Place, declared, typed, wrong_type
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import field as find_field
from voronka.dsl.check.symbols import UNKNOWN, EventSym, FieldSym, Table
from voronka.dsl.check.words import quoted
from voronka.dsl.check.world import World
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import EventDecl, Field
from voronka.dsl.definition.types import DATETIME, DURATION, PERCENT, Title, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label

# What is known before a deal has anything.
_FREE = frozenset({"const", "now", "today", "creation", "add", "sub", "mul", "div", "neg", "call"})


def field(sym: FieldSym) -> Field:
    """A field, its default or formula checked against its type."""
    node, env = sym.node, sym.env
    default = formula = None
    shown = quoted(node.name.name)
    if node.default is not None:
        default = value(node.default, Place(env), sym.type, shown)
        _free(default, node.default, env.world)
    if node.formula is not None:
        place = Place(env, clock="formula")
        formula = value(node.formula, place, sym.type, shown)
        _timeless(formula, node.formula, place)
    if sym.type.kind == "resource" and isinstance(node.type, nodes.ResourceType):
        _resource(node.type, sym)
    if sym.type.kind == "links":
        _points_back(sym)
    return Field(
        name=sym.name,
        title=text(node.title, env),
        type=sym.type,
        loc=loc_of(node.span),
        was=was(node.was, env),
        default=default,
        formula=formula,
        when=maybe(node.when, Place(env, clock="standing")),
    )


def _free(expr: Expr, node: nodes.Expr, world: World) -> None:
    if expr.type is UNKNOWN:
        return
    for part in expr.walk():
        if part.op not in _FREE:
            world.report(types.DEFAULT_READS, node.span, name=part.text)
            return


def _timeless(expr: Expr, node: nodes.Expr, place: Place) -> None:
    """A stored value does not change by itself, so it cannot hang on the passing of time."""
    if expr.type is UNKNOWN:
        return
    for part in expr.walk():
        if part.op in ("older", "not_older", "within", "not_within"):
            where = Both("a formula", "в формуле")
            hint = Both("ask it in the condition where it is needed", "спросите об этом в самом условии")
            place.world.report(types.NO_CLOCK, node.span, name="is older than", where=where, hint=hint)
            return


def _resource(node: nodes.ResourceType, sym: FieldSym) -> None:
    """``from starts_at for lasts``: an instant and a length, or two instants."""
    place = Place(sym.env)
    _of(node.start, place, (DATETIME,), Both("the beginning", "начало"))
    if node.end is not None:
        _of(node.end, place, (DATETIME,), Both("the end", "конец"))
    elif isinstance(node.duration, nodes.Path):
        _of(node.duration, place, (DURATION,), Both("the length", "длительность"))
    elif node.duration is not None:
        typed(node.duration, place, DURATION)


def _of(path: nodes.Path, place: Place, wanted: tuple[Type, ...], what: Both) -> None:
    sym = find_field(path, place.env)
    if sym is None or sym.type is UNKNOWN or sym.type.kind in [kind.kind for kind in wanted]:
        return
    wrong_type(place.env, path.span, what, wanted[0], sym.type, labels=(declared(sym),))


def _points_back(sym: FieldSym) -> None:
    """``links to goods.order``: the field there must lead here."""
    table = sym.env.table
    target = table.world.tables.get(sym.type.target)
    back = target.fields.get(sym.type.via) if target is not None else None
    if back is None or back.type is UNKNOWN or back.type.target == table.name:
        return
    assert isinstance(sym.node.type, nodes.LinkType)
    wanted = Both(f"a link to `{table.name}`", f"связь с `{table.name}`")
    got = Both(f"a link to `{back.type.target}`", f"связь с `{back.type.target}`")
    span = sym.node.type.target.span
    wrong_type(sym.env, span, quoted(sym.type.via), wanted, got, labels=(declared(back),))


# Events


def payload_types(sym: EventSym) -> None:
    """What an event carries, each value once."""
    places: dict[str, nodes.Payload] = {}
    for part in sym.node.payload:
        name = part.name.name
        if name in places:
            label = Label(places[name].span, Both("first here", "впервые здесь"))
            kind = Both("value of the event", "значение события")
            sym.env.world.report(names.REDECLARED, part.name.span, labels=(label,), name=name, kind=kind)
            continue
        places[name] = part
        sym.payload[name] = plain_type(part.type, sym.env)


def event(sym: EventSym) -> EventDecl:
    """An event; what it brings into a new deal's fields must fit them."""
    node, env = sym.node, sym.env
    by = [found for ident in node.keys if (found := find_field(ident, env)) is not None]
    payload: dict[str, tuple[str, Type, Title]] = {}
    for part in node.payload:
        name = part.name.name
        payload.setdefault(name, (name, sym.payload.get(name, UNKNOWN), text(part.title, env)))
        target = env.table.fields.get(env.full(name))
        if target is not None and (node.creates or target in by):
            _brought(part, sym.payload[name], target)
    return EventDecl(
        name=sym.name,
        title=text(node.title, env),
        loc=loc_of(node.span),
        by=tuple(dict.fromkeys(found.name for found in by)),
        create=node.creates,
        payload=tuple(payload.values()),
        was=was(node.was, env),
    )


_LOOSE = frozenset({"phone", "email", "url", "address", "text"})


def _brought(part: nodes.Payload, kind: Type, target: FieldSym) -> None:
    if UNKNOWN in (kind, target.type) or {kind.kind, target.type.kind} <= _LOOSE:
        return
    if fit(Expr("payload", kind), target.type) is None:
        label = Label(target.span, Both("the field it would fill", "поле, которое оно заполнит"))
        wrong_type(target.env, part.type.span, quoted(part.name.name), target.type, kind, labels=(label,))


# Formulas


def formula_order(fields: dict[str, Field], table: Table) -> tuple[str, ...]:
    """Formula fields, each after those it needs. Circles are reported as their path, each once."""
    needs = {
        name: [e.value for e in one.formula.walk() if e.op == "field" and e.value in fields]
        for name, one in fields.items()
        if one.formula is not None and one.formula.type is not UNKNOWN
    }
    order: list[str] = []
    state: dict[str, int] = {}  # 1: on the way, 2: done
    for start in needs:
        trail: list[tuple[str, list[str]]] = [(start, list(needs[start]))] if start not in state else []
        state.setdefault(start, 1)
        while trail:
            name, waiting = trail[-1]
            if not waiting:
                trail.pop()
                state[name] = 2
                order.append(name)
                continue
            other = waiting.pop(0)
            if other not in needs or state.get(other) == 2:
                continue
            if state.get(other) == 1:
                at = next(n for n, (one, _) in enumerate(trail) if one == other)
                path = " → ".join([one for one, _ in trail[at:]] + [other])
                node = table.fields[name].node
                assert node.formula is not None
                table.world.report(types.FORMULA_CYCLE, node.formula.span, path=path)
                continue
            state[other] = 1
            trail.append((other, list(needs[other])))
    return tuple(order)


# Priority


def priority(node: nodes.Priority, place: Place) -> tuple[str, tuple[tuple[str, Decimal], ...]] | None:
    """``priority by heat { hot = 90% }``: shares of effort by the options of a field (R64)."""
    sym = find_field(node.field, place.env)
    if sym is None or sym.type is UNKNOWN:
        return None
    world = place.world
    if sym.type.kind != "choice":
        what = Both("what effort goes by", "то, по чему делят усилия")
        wrong_type(place.env, node.field.span, what, "choice", sym.type)
        return None
    shares: dict[str, Decimal] = {}
    for one in node.values:
        if sym.type.option(one.name.name) is None:
            every = [option.name for option in sym.type.options]
            of = quoted(sym.name)
            what = Both("options", "варианты")
            world.unknown(names.UNKNOWN_OPTION, one.name.span, one.name.name, every, what, of=of)
            continue
        share = value(one.value, place, PERCENT, Both("a share", "доля"))
        if share.type is not UNKNOWN and share.op == "const":
            shares[one.name.name] = share.value
        elif share.type is not UNKNOWN:
            world.report(types.NOT_CONSTANT, one.value.span, what=Both("a share", "доля"))
    if (total := sum(shares.values())) > 1:
        world.report(types.SHARES, node.span, sum=f"{total * 100:f}".rstrip("0").rstrip("."))
    return sym.name, tuple(shares.items())
