"""What is asked of many: all of goods, any of tasks, sum(goods.price when …)."""

from __future__ import annotations

from dataclasses import replace

from voronka.dsl.check.expressions.arithmetic import condition
from voronka.dsl.check.expressions.fit import NUMERIC
from voronka.dsl.check.expressions.make import bad, described, make, wrong_arguments
from voronka.dsl.check.expressions.names import TASK_STATES
from voronka.dsl.check.place import Item, Place, included, typed
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, INTEGER, NUMBER, PERCENT, Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both

AGGREGATES = ("sum", "min", "max", "count", "share")
_ADDED = NUMERIC | {"money", "percent"}
_ORDERED = _ADDED | {"date", "datetime", "duration"}


def source(path: nodes.Path, place: Place, bare: bool) -> Item | None:
    """The list that a path names: a ``links`` field, or the deal's tasks. Reports what is no list."""
    if (item := list_named(path.name, place, bare)) is not None:
        return item
    expr = typed(path, place)
    if expr.type is UNKNOWN:
        return None
    lists = [name for name, sym in place.table.fields.items() if sym.type.kind == "links"]
    shown = ", ".join(f"`{name}`" for name in [*lists, "tasks"])
    hint = Both(f"lists: {shown}", f"списки: {shown}")
    place.world.report(types.NOT_A_LIST, path.span, labels=included(place.env), name=path.name, hint=hint)
    return None


def list_named(name: str, place: Place, bare: bool) -> Item | None:
    """The list of that name, if there is one; nothing is reported."""
    sym = place.table.fields.get(place.env.full(name))
    if sym is not None and sym.type.kind == "links":
        return Item(sym.name, place.world.tables.get(sym.type.target), name, bare)
    return Item("tasks", None, "tasks", bare) if sym is None and name == "tasks" else None


def _links_unknown(path: nodes.Path, place: Place) -> bool:
    sym = place.table.fields.get(place.env.full(path.name))
    return sym is not None and sym.type is UNKNOWN


def _states(item: Item, values: tuple[nodes.Expr, ...], node: nodes.Expr, place: Place) -> Expr | None:
    """``are in (packed, shipped)``: a predicate over the item's stage, or over a task's state."""
    world = place.world
    if item.table is None:
        found = []
        for value in values:
            name = value.name if isinstance(value, nodes.Path) else ""
            if name not in TASK_STATES:
                of = Both("a task", "задачи")
                what = Both("states", "состояния")
                shown = name or value.span.text
                world.unknown(
                    names.UNKNOWN_STATE, value.span, shown, TASK_STATES, what, of=of, labels=included(place.env)
                )
                continue
            found.append(make("item", BOOL, value, name))
        if len(found) < len(values):
            return None
        return found[0] if len(found) == 1 else make("or", BOOL, node, None, tuple(found))
    kind = Type("stage", target=item.table.name)
    stage = make("item", kind, node, "stage")
    consts = []
    for value in values:
        name = value.name if isinstance(value, nodes.Path) else ""
        if name not in item.table.stages:
            what = Both("stages", "этапы")
            shown = name or value.span.text
            world.unknown(names.UNKNOWN_STAGE, value.span, shown, item.table.stages, what, home=item.table.name)
            continue
        consts.append(make("const", kind, value, name))
    if len(consts) < len(values):
        return None
    if len(consts) == 1:
        return make("eq", BOOL, node, None, (stage, consts[0]))
    return make("in", BOOL, node, None, (stage, *consts))


def quant_is(node: nodes.QuantIs, place: Place, want: Type | None) -> Expr:
    return _quantified(node, (node.value,), node.negated, place)


def quant_in(node: nodes.QuantIn, place: Place, want: Type | None) -> Expr:
    return _quantified(node, node.items, node.negated, place)


def _quantified(
    node: nodes.QuantIs | nodes.QuantIn, values: tuple[nodes.Expr, ...], negated: bool, place: Place
) -> Expr:
    item = source(node.source, place, bare=True)
    predicate = _states(item, values, node, place) if item is not None else None
    if item is None or predicate is None:
        return bad(node)
    if negated:
        predicate = make("not", BOOL, node, None, (predicate,))
    return make(node.kind, BOOL, node, item.source, (predicate,))


def quant_with(node: nodes.QuantWith, place: Place, want: Type | None) -> Expr:
    item = source(node.source, place, bare=True)
    if item is None:
        return bad(node)
    predicate = condition(node.condition, replace(place, item=item))
    return bad(node) if predicate.type is UNKNOWN else make(node.kind, BOOL, node, item.source, (predicate,))


def aggregate(node: nodes.Call, place: Place) -> Expr | None:
    """``sum(goods.price when …)``; None where the call is no aggregate: ``max(a, b)``."""
    name = node.function.name
    first = node.args[0] if len(node.args) == 1 else None
    if name not in AGGREGATES or not isinstance(first, nodes.Path):
        return None
    item, rest = _split(first, place)
    if item is None:
        if name in ("min", "max") and node.when is None:
            return None
        if not _links_unknown(first, place):
            source(first, place, bare=False)
        return bad(node)
    inner = replace(place, item=item)
    cond = make("const", BOOL, node, True) if node.when is None else condition(node.when, inner)
    if name in ("count", "share"):
        if rest and item.table is None:
            extra = typed(first, inner)
            cond = extra if node.when is None else make("and", BOOL, node, None, (extra, cond))
        if cond.type is UNKNOWN:
            return bad(node)
        return make(name, INTEGER if name == "count" else PERCENT, node, item.source, (cond,))
    if not rest:
        wanted = Both(f"a field of the items: `{name}({first.name}.…)`", f"поле элементов: `{name}({first.name}.…)`")
        wrong_arguments(node, wanted, Both(f"`{first.name}`", f"`{first.name}`"), place)
        return bad(node)
    value = typed(first, inner)
    if value.type is UNKNOWN or cond.type is UNKNOWN:
        return bad(node)
    if value.type.kind not in (_ADDED if name == "sum" else _ORDERED):
        wanted = Both("numbers or money", "числа или деньги")
        wrong_arguments(node, wanted, described(value), place)
        return bad(node)
    kind = value.type
    if kind.kind == "rating":
        kind = INTEGER if name != "sum" else NUMBER
    return make(name, kind, node, item.source, (value, cond))


def _split(path: nodes.Path, place: Place) -> tuple[Item | None, str]:
    """``goods.price`` into the list and what is asked of its items."""
    parts = [part.name for part in path.parts]
    for cut in range(len(parts), 0, -1):
        if (item := list_named(".".join(parts[:cut]), place, bare=False)) is not None:
            return item, ".".join(parts[cut:])
    return None, ""
