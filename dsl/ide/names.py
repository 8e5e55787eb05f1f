"""What the checker knows by name, with the meaning of every path in an expression kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from voronka.dsl.check import workspace
from voronka.dsl.check.expand import expand_module
from voronka.dsl.check.expressions.table import HANDLERS
from voronka.dsl.check.files import Files
from voronka.dsl.check.library import LibraryProtocol
from voronka.dsl.check.lower.pipeline import pipeline, settle, type_fields
from voronka.dsl.check.lower.scenario import scenarios
from voronka.dsl.check.place import Place
from voronka.dsl.check.symbols import UNKNOWN, Env, Table, Unit
from voronka.dsl.check.template_files import load_templates
from voronka.dsl.check.units import load_all
from voronka.dsl.check.world import World
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import Type
from voronka.dsl.syntax import nodes
from voronka.dsl.syntax.parser import ParseResult, parse
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span


class Seen(NamedTuple):
    """A path in an expression: what it was typed as, and where it stands."""

    expr: Expr
    place: Place


Place_ = tuple[str, int, int]


@dataclass(slots=True, eq=False)
class Names:
    """A checked workspace, asked by place. ``seen`` is by (file, start, end); ``alone``: modules nothing includes."""

    world: World
    seen: dict[Place_, Seen] = field(default_factory=dict)
    alone: dict[nodes.Node, Table] = field(default_factory=dict)
    envs: dict[nodes.Node, Env] = field(default_factory=dict)

    def unit(self, source: str) -> Unit | None:
        """The file that is displayed under this name."""
        return next((unit for unit in self.world.units.values() if unit.name == source), None)

    def meaning(self, span: Span) -> Seen | None:
        """What a path in an expression was typed as."""
        return self.seen.get((span.source.name, span.start, span.end))

    def typed(self, text: str, env: Env) -> Type:
        """The type of an expression that is not in any file, as it would be in ``env``; UNKNOWN where it has none."""
        head = f'pipeline x {{ check {text} else "" }}'
        found = parse(Source("", head)).file.body
        if len(found) != 1 or not isinstance(found[0], nodes.Pipeline) or not found[0].body:
            return UNKNOWN
        check = found[0].body[0]
        if not isinstance(check, nodes.Check):
            return UNKNOWN
        node = check.condition
        if isinstance(node, nodes.TaskRef):
            return Type("task", target=node.task.name)
        if isinstance(node, nodes.ChecklistRef):
            return Type("checklist", target=node.path.name)
        if isinstance(node, nodes.ApprovalRef):
            return Type("approval", target=node.approval.name)
        return self.world.handlers[type(node)](node, Place(env), None).type


class Parsed:
    """Trees of texts that were read before: a file that did not change is not parsed again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ParseResult]] = {}

    def __call__(self, source: Source) -> ParseResult:
        kept = self._known.get(source.name)
        if kept is None or kept[0] != source.text:
            kept = self._known[source.name] = (source.text, parse(source))
        return kept[1]


def learn(files: Files, library: LibraryProtocol, keys: Sequence[str], parsed: Parsed | None = None) -> Names:
    """Read the files and everything they use, and find out what their names mean. Nothing is proved."""
    seen: dict[Place_, Seen] = {}
    world = World(library, files, _remembering(HANDLERS, seen), parse=parsed or parse)
    names = Names(world, seen)
    load_all(keys, world)
    workspace.collect(world)
    for table in world.tables.values():
        names.envs[table.node] = table.root
        for env in table.envs:
            if env.module is not None:
                names.envs.setdefault(env.module.node, env)
        pipeline(table)
    for unit in world.units.values():
        for top in unit.tops.get("module", {}).values():
            if top.node not in names.envs and isinstance(top.node, nodes.Module):
                table = expand_module(top, world)
                names.envs[top.node] = table.root
                names.alone[top.node] = table
                settle(table)
                type_fields(table)
                pipeline(table)
    load_templates(world)
    for key in keys:
        if (found := world.units.get(key)) is not None:
            for _ in scenarios(found, world):
                pass
    return names


def _remembering(
    handlers: Mapping[type, Callable[[Any, Place, Type | None], Expr]], seen: dict[Place_, Seen]
) -> Mapping[type, Callable[[Any, Place, Type | None], Expr]]:
    """The checker's own handlers; paths leave behind what became of them."""
    path = handlers[nodes.Path]

    def remember(node: nodes.Path, place: Place, want: Type | None) -> Expr:
        expr = path(node, place, want)
        key = (node.span.source.name, node.span.start, node.span.end)
        if expr.type is not UNKNOWN or key not in seen:
            seen[key] = Seen(expr, place)
        return expr

    return {**handlers, nodes.Path: remember}
