"""Walks the trees of a workspace and links every word to what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from voronka.dsl.check.symbols import ChecklistSym, Env, EventSym, FieldSym, Sym, Table, TaskSym, Unit
from voronka.dsl.check.world import visible
from voronka.dsl.definition.types import Type
from voronka.dsl.ide.index import FileRef, Index, Key, Ref, Symbol, last
from voronka.dsl.ide.names import Names, Seen
from voronka.dsl.syntax import nodes as n
from voronka.dsl.text.span import Span

_S = TypeVar("_S", bound=Sym)


@dataclass(frozen=True, slots=True)
class Here:
    """Where a node stands: whose names it sees, the other pipeline of a tunnel, what options are compared with."""

    unit: Unit
    env: Env | None = None
    home: str = ""
    other: Table | None = None
    options: n.Node | None = None
    event: EventSym | None = None


def build(names: Names) -> Index:
    """The index of everything that was learnt."""
    from voronka.dsl.ide import sentences  # registers what each sentence means

    assert sentences
    index = Index(names)
    builder = Builder(index)
    for unit in names.world.units.values():
        builder.unit(unit)
    for refs in index.refs.values():
        refs.sort()
    return index


class Builder:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.names = index.names
        self.world = index.names.world
        self.aliases: dict[str, Table] = {}
        self.copied = ""  # of a field in `copy` that stands for one here and one there
        self.cells: dict[str, list[n.Path]] = {}  # by column of the examples
        self.locals: dict[str, Key] = {}  # of the scenario at hand: columns of examples, aliases of deals

    def unit(self, unit: Unit) -> None:
        here = Here(unit)
        for node in unit.file.body:
            self.visit(node, here)

    # Keeping

    def declare(self, kind: str, ident: n.Ident, node: n.Node, here: Here, type_: Type | None = None) -> Symbol:
        symbol = Symbol(kind, ident.name, ident.span, node, here.home, here.env, type_)
        self.index.symbols[symbol.key] = symbol
        self.note(ident.span, symbol.key, declares=True)
        return symbol

    def note(self, span: Span, key: Key, *, declares: bool = False) -> None:
        self.index.refs.setdefault(span.source.name, []).append(Ref(span.start, span.end, key, declares, self.copied))

    def link(self, ident: n.Ident, target: n.Node | None) -> bool:
        """Note that a name means what ``target`` declares; name spaces before its last dot are includes."""
        name = getattr(target, "name", None)
        if not isinstance(name, n.Ident):
            return False
        self.note(last(ident), (name.span.source.name, name.span.start))
        return True

    def file(self, text: n.StringLit, kind: str) -> None:
        self.index.files.setdefault(text.span.source.name, []).append(FileRef(text.span, kind, text.value))

    def local(self, ident: n.Ident) -> bool:
        """Link a column of the examples or the alias of a deal."""
        if (key := self.locals.get(ident.name)) is None or key == (ident.span.source.name, ident.span.start):
            return False
        self.note(ident.span, key)
        return True

    # Names of a pipeline

    def sym(self, ident: n.Ident, known: dict[str, _S], here: Here) -> _S | None:
        if here.env is None:
            return None
        if self.local(ident):
            for cell in self.cells.get(ident.name, ()):
                if (meant := known.get(here.env.full(cell.name))) is not None:
                    self.link(cell.parts[-1], meant.node)
            return None
        if (param := here.env.params.get(ident.name)) is not None:
            self.link(ident, param.node)
            return None
        found = known.get(here.env.full(ident.name))
        if found is not None:
            self.spaces(ident, here)
            self.link(ident, found.node)
        return found

    def spaces(self, ident: n.Ident, here: Here) -> None:
        """The name spaces before a name's last dot: each is an include."""
        assert here.env is not None
        parts = ident.name.split(".")
        at = ident.span.start
        for count in range(1, len(parts)):
            prefix = here.env.full(".".join(parts[:count]) + ".")
            env = next((env for env in here.env.table.envs if env.prefix == prefix), None)
            part = Span(ident.span.source, at, at + len(parts[count - 1]))
            at = part.end + 1
            if env is None or env.include is None or part.text != parts[count - 1]:
                continue
            if env.include.alias is not None:
                self.note(part, (env.include.alias.span.source.name, env.include.alias.span.start))
            elif env.module is not None:
                self.note(part, (env.module.span.source.name, env.module.span.start))

    def top(self, ident: n.Ident, group: str, here: Here, span: Span | None = None) -> bool:
        found = visible(here.unit, group).get(ident.name)
        if found is None:
            return False
        self.note(span or last(ident), (found.span.source.name, found.span.start))
        return True

    def fields(self, idents: Iterable[n.Ident], here: Here, table: Table | None = None) -> list[FieldSym]:
        found = []
        for ident in idents:
            if table is not None:
                sym = table.fields.get(ident.name)
                if sym is not None:
                    self.link(ident, sym.node)
            else:
                sym = self.sym(ident, here.env.table.fields, here) if here.env is not None else None
            if sym is not None:
                found.append(sym)
        return found

    def stage(self, path: n.Path | n.Ident, here: Here, table: Table | None = None) -> None:
        ident = path if isinstance(path, n.Ident) else n.Ident(path.name, path.span)
        if table is not None:
            if (sym := table.stages.get(ident.name)) is not None:
                self.link(ident, sym.node)
        elif here.env is not None:
            self.sym(ident, here.env.table.stages, here)

    def who(self, path: n.Path, here: Here) -> None:
        if len(path.parts) > 1 or not self.person(path.parts[0], here):
            self.path(path, here)

    def person(self, ident: n.Ident, here: Here) -> bool:
        env = here.env
        if env is not None and (param := env.params.get(ident.name)) is not None:
            return self.link(ident, param.node)
        if env is not None and (role := env.table.roles.get(ident.name)) is not None:
            return self.link(ident, role.node)
        return self.top(ident, "person", here)

    def task(self, ident: n.Ident, here: Here) -> Sym | None:
        if here.env is None:
            return None
        return self.sym(ident, here.env.table.tasks, here) or self.sym(ident, here.env.table.approvals, here)

    def outcome(self, ident: n.Ident, sym: Sym | None) -> None:
        if isinstance(sym, TaskSym) and (found := sym.outcomes.get(ident.name)) is not None:
            self.link(ident, found)

    def checklist(self, path: n.Path, here: Here) -> None:
        if here.env is None:
            return
        sym = self.sym(path.parts[0], here.env.table.checklists, here)
        if isinstance(sym, ChecklistSym) and len(path.parts) > 1:
            point = next((p for p in sym.node.points if p.name is not None and p.name.name == path.parts[1].name), None)
            if point is not None:
                self.link(path.parts[1], point)

    def option(self, ident: n.Ident, node: n.Node | None) -> bool:
        """An option by its name, of the field or parameter ``node``."""
        options: Iterable[n.Option] = ()
        if isinstance(node, n.Field | n.Param):
            kind = node.type
            options = getattr(kind, "options", None) or ()
            if isinstance(kind, n.ResourceType) and (
                top := self.world.tops.get("resource", {}).get(kind.resource.name)
            ):
                options = getattr(top.node, "options", ())
        found = next((one for one in options if one.name.name == ident.name), None)
        return self.link(ident, found)

    # Expressions

    def path(self, node: n.Path, here: Here) -> n.Node | None:
        """Link a path of an expression; the field that it reads, if it reads one."""
        first, final = node.parts[0], node.parts[-1]
        env = here.env
        if len(node.parts) == 1 and self.local(first):
            for cell in self.cells.get(first.name, ()):
                if (value := self.names.meaning(cell.span)) is not None:
                    self.typed(cell, value, here, cell.parts[0], cell.parts[-1])
            return None
        if env is not None and (param := env.params.get(first.name)) is not None:
            self.link(first, param.node)
            if len(node.parts) == 1:
                return param.node
        seen = self.names.meaning(node.span)
        if seen is None:
            return None
        return self.typed(node, seen, here, first, final)

    def typed(self, node: n.Path, seen: Seen, here: Here, first: n.Ident, final: n.Ident) -> n.Node | None:
        expr, table = seen.expr, seen.place.table
        whole = n.Ident(node.name, node.span)
        match expr.op:
            case "field" if isinstance(expr.value, str) and (sym := table.fields.get(expr.value)) is not None:
                if seen.place.env.params.get(node.name) is None:
                    self.spaces(whole, replace(here, env=seen.place.env))
                    self.link(whole, sym.node)
                return sym.node
            case "via":
                link, rest = expr.value
                if (sym := table.fields.get(link)) is not None:
                    if first.name == link:
                        self.link(first, sym.node)
                    target = self.world.tables.get(sym.type.target)
                    if target is not None and (far := target.fields.get(rest)) is not None:
                        self.link(final, far.node)
                        return far.node
            case "item" if seen.place.item is not None and seen.place.item.table is not None:
                if (sym := seen.place.item.table.fields.get(expr.value)) is not None:
                    self.link(final, sym.node)
                    return sym.node
            case "payload":
                for event in table.events.values():
                    if (here.event is None or event is here.event) and expr.value in event.payload:
                        self.link(final, next((p for p in event.node.payload if p.name.name == expr.value), None))
                        return None
            case "const" if expr.type.kind == "stage":
                other = self.world.tables.get(expr.type.target)
                if other is not None and (stage := other.stages.get(expr.value)) is not None:
                    self.link(final, stage.node)
            case "const" if expr.type.kind == "user":
                self.top(final, "person", here)
            case "const":
                self.option(final, here.options)
        return None

    # Nodes

    def visit(self, node: n.Node, here: Here) -> None:
        handler = _VISIT.get(type(node))
        if handler is not None:
            handler(self, node, here)
        else:
            self.inside(node, here)

    def inside(self, node: n.Node, here: Here) -> None:
        for child in n.children(node):
            if not isinstance(child, n.Ident):
                self.visit(child, here)

    def all(self, found: Iterable[n.Node | None], here: Here) -> None:
        for node in found:
            if node is not None:
                self.visit(node, here)


_VISIT: dict[type, Callable[[Builder, Any, Here], None]] = {}


def visits(*kinds: type) -> Callable[[Callable[[Builder, Any, Here], None]], Callable[[Builder, Any, Here], None]]:
    """Register what links the words of some sentences."""

    def register(handler: Callable[[Builder, Any, Here], None]) -> Callable[[Builder, Any, Here], None]:
        for kind in kinds:
            _VISIT[kind] = handler
        return handler

    return register
