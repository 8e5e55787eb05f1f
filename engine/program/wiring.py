"""What crosses pipelines: which values of whose deals are mirrored where (a card through its link, an order's
items)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from voronka.dsl.check.templates import Prepare, reads_of
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition, Pipeline
from voronka.dsl.definition.types import Title, Type
from voronka.engine.program.parts import Watch, Wiring

ALWAYS = frozenset({"stage"})


def expressions(node: Any) -> Iterator[Expr]:
    """Every expression anywhere below a part of the definition."""
    if isinstance(node, Expr):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from expressions(item)
    elif isinstance(node, dict):
        for item in node.values():
            yield from expressions(item)
    else:
        for name in _parts(node.__class__):
            value = getattr(node, name)
            if value and value.__class__ not in _BARE:
                yield from expressions(value)


_BARE = frozenset({str, bool, int, Decimal, Loc, Title, Type})  # hold no expression, however deep


@cache
def _parts(kind: Any) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind)) if is_dataclass(kind) else ()


class Mirrors(NamedTuple):
    """What one pipeline mirrors of other deals: by link field, and by field of items, the names it reads."""

    cards: dict[str, frozenset[str]]
    items: dict[str, frozenset[str]]


def wire(definition: Definition, known: dict[str, Mirrors] | None = None) -> Wiring:
    """Find every mirrored name. A link field mirrors at least its card's stage, so that a vanished card is noticed.

    ``known``: what is known of some pipelines already; the others are added.
    """
    wiring = Wiring()
    known = {} if known is None else known
    prepare = Prepare(definition)
    for pipeline in definition.pipelines.values():
        if pipeline.name not in known:
            known[pipeline.name] = _mirrors(definition, pipeline, prepare)
        wiring.cards[pipeline.name], wiring.items[pipeline.name] = cards, items = known[pipeline.name]
        for name, names in cards.items():
            target = pipeline.fields[name].type.target
            wiring.watches.setdefault(target, []).append(Watch(pipeline.name, name, "card", names))
        for name, names in items.items():
            kind = pipeline.fields[name].type
            wiring.watches.setdefault(kind.target, []).append(Watch(pipeline.name, name, "item", names, kind.via))
    return wiring


def _mirrors(definition: Definition, pipeline: Pipeline, prepare: Prepare) -> Mirrors:
    cards, items = _reads(pipeline)
    _texts(definition, pipeline, prepare, cards, items)
    return Mirrors(
        {name: frozenset(names) for name, names in cards.items()},
        {name: frozenset(names) for name, names in items.items()},
    )


def _reads(pipeline: Pipeline) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    cards: dict[str, set[str]] = {n: set(ALWAYS) for n, f in pipeline.fields.items() if f.type.kind == "link"}
    items: dict[str, set[str]] = {n: set(ALWAYS) for n, f in pipeline.fields.items() if f.type.kind == "links"}
    for top in expressions(pipeline):
        for node in top.walk():
            if node.op == "via":
                cards[node.value[0]].add(node.value[1])
            elif node.value in items and node.op in ("all", "any", "none", "sum", "min", "max", "count", "share"):
                items[node.value] |= {n.value for arg in node.args for n in arg.walk() if n.op == "item"}
    return cards, items


def _texts(
    definition: Definition,
    pipeline: Pipeline,
    prepare: Prepare,
    cards: dict[str, set[str]],
    items: dict[str, set[str]],
) -> None:
    """Texts read other deals too: ``{{ client.name }}``, ``{% for g in goods %}{{ g.title }}``."""
    if not cards and not items:
        return
    reads = reads_of(definition, pipeline, prepare)
    for link, name in reads.cards:
        cards[link].add(name)
    for source, name in reads.items:
        items[source].add(name)
