"""What crosses pipelines: which values of whose deals are mirrored where (a card through its link, an order's
items)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from voronka.dsl.check.templates import Prepare, reads_of
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Definition, Pipeline
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
    elif is_dataclass(node):
        for part in fields(node):
            yield from expressions(getattr(node, part.name))


def wire(definition: Definition) -> Wiring:
    """Find every mirrored name. A link field mirrors at least its card's stage, so that a vanished card is noticed."""
    wiring = Wiring()
    prepare = Prepare(definition)
    for pipeline in definition.pipelines.values():
        cards, items = _reads(pipeline)
        _texts(definition, pipeline, prepare, cards, items)
        wiring.cards[pipeline.name] = {name: frozenset(names) for name, names in cards.items()}
        wiring.items[pipeline.name] = {name: frozenset(names) for name, names in items.items()}
        for name, names in cards.items():
            target = pipeline.fields[name].type.target
            wiring.watches.setdefault(target, []).append(Watch(pipeline.name, name, "card", frozenset(names)))
        for name, names in items.items():
            kind = pipeline.fields[name].type
            watch = Watch(pipeline.name, name, "item", frozenset(names), kind.via)
            wiring.watches.setdefault(kind.target, []).append(watch)
    return wiring


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
