"""What crosses pipelines: which values of whose deals are mirrored where (a card through its link, an order's
items)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

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
    for pipeline in definition.pipelines.values():
        cards, items = _reads(pipeline)
        _templates(definition, pipeline, cards)
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


def _templates(definition: Definition, pipeline: Pipeline, cards: dict[str, set[str]]) -> None:
    """Templates read cards too: ``{{ client.name }}`` in any text this pipeline may print."""
    texts = [template.text for template in definition.templates.values()]
    texts += list(_inline(pipeline))
    for link, names in cards.items():
        target = definition.pipelines.get(pipeline.fields[link].type.target)
        for name in target.fields if target else ():
            if any(f"{link}.{name}" in text for text in texts):
                names.add(name)


def _inline(node: Any) -> Iterator[str]:
    if isinstance(node, (tuple, list)):
        for item in node:
            yield from _inline(item)
    elif isinstance(node, dict):
        for item in node.values():
            yield from _inline(item)
    elif is_dataclass(node) and not isinstance(node, Expr):
        text = getattr(node, "text", None)
        if isinstance(text, str) and "{{" in text:
            yield text
        for part in fields(node):
            yield from _inline(getattr(node, part.name))
