"""Scenarios: each row of their examples becomes one case of typed steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from voronka.dsl.check import resolve
from voronka.dsl.check.expressions.values import value
from voronka.dsl.check.lower.actions import settable
from voronka.dsl.check.place import Place
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import BUILT_IN_PEOPLE
from voronka.dsl.check.symbols import UNKNOWN, Table, TaskSym, Unit
from voronka.dsl.check.world import World, visible
from voronka.dsl.definition import scenario as steps
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import DATETIME, DURATION, Title
from voronka.dsl.definition.values import Duration
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names
from voronka.dsl.text.codes.base import Both

_N = TypeVar("_N")
_STATES = ("approved", "rejected")


def scenarios(unit: Unit, world: World) -> Iterable[steps.Scenario]:
    """Every case of every scenario of a file."""
    for node in unit.file.body:
        if isinstance(node, nodes.Scenario):
            yield from scenario(node, unit, world)


def scenario(node: nodes.Scenario, unit: Unit, world: World) -> Iterable[steps.Scenario]:
    """The cases of one scenario, one for each row of its examples."""
    shown = Title(tuple(zip(unit.languages, (part.value for part in node.title.parts), strict=False)))
    tables = [part for part in node.body if isinstance(part, nodes.Examples)]
    starts = next((part.at.value for part in node.body if isinstance(part, nodes.Starts)), None)
    body = [part for part in node.body if not isinstance(part, (nodes.Examples, nodes.Starts))]
    rows: list[tuple[str, dict[str, nodes.Expr]]] = [("", {})]
    if tables and len(tables[0].rows) > 1:
        heads = [cell.name if isinstance(cell, nodes.Path) else "" for cell in tables[0].rows[0].cells]
        rows = [
            (" | ".join(cell.span.text for cell in row.cells), dict(zip(heads, row.cells, strict=False)))
            for row in tables[0].rows[1:]
        ]
    for label, cells in rows:
        lowering = Steps(unit, world, cells)
        made = tuple(lowering.block(body))
        yield steps.Scenario(shown, label, starts, made, loc_of(node.span))


@dataclass(slots=True)
class Steps:
    """Lowers steps in order; remembers whose deal is spoken of. ``cells``: the values of this row of the examples."""

    unit: Unit
    world: World
    cells: Mapping[str, nodes.Expr] = field(default_factory=dict)
    table: Table | None = None
    aliases: dict[str, Table] = field(default_factory=dict)

    def block(self, body: Iterable[nodes.Node]) -> Iterable[steps.Step]:
        for node in body:
            made = self.step(_filled(node, self.cells))
            if made is not None:
                yield made

    @property
    def place(self) -> Place | None:
        return None if self.table is None else Place(self.table.root, scenario=True)

    def step(self, node: nodes.Node) -> steps.Step | None:
        if isinstance(node, nodes.DealStep):
            return self._deal(node)
        if isinstance(node, nodes.ForStep):
            return self._for(node)
        if isinstance(node, nodes.AwayStep):
            return steps.AwayStep(self._person(node.person), node.until.value, loc_of(node.span))
        if self.table is None:
            what = Both("a scenario begins with a deal", "сценарий начинается со сделки")
            self.world.report(names.OUT_OF_PLACE, node.span, name=_word(node), why=what, hint=_DEAL)
            return None
        make = _LOWER[type(node)]
        made: steps.Step | None = make(self, node)
        return made

    # --- deals

    def _deal(self, node: nodes.DealStep) -> steps.Step | None:
        top = self.world.find(self.unit, "pipeline", node.pipeline.name, node.pipeline.span, names.UNKNOWN_PIPELINE)
        if top is None or top.name not in self.world.tables:
            self.table = None
            return None
        self.table = self.world.tables[top.name]
        values = self._values(node.values)
        alias = node.alias.name if node.alias else ""
        if alias:
            self.aliases[alias] = self.table
        return steps.DealStep(top.name, alias, values, loc_of(node.span))

    def _for(self, node: nodes.ForStep) -> steps.Step | None:
        name = node.target.name
        kept = self.table
        if name in self.aliases:
            self.table = self.aliases[name]
        elif name in self.world.tables:
            self.table = self.world.tables[name]
        else:
            known = [*self.aliases, *self.world.tables]
            self.world.unknown(names.UNKNOWN_PIPELINE, node.target.span, name, known, home="")
            return None
        made = steps.ForStep(name, tuple(self.block(node.body)), loc_of(node.span))
        self.table = kept
        return made

    def _values(self, given: Iterable[nodes.Value]) -> tuple[tuple[str, Expr], ...]:
        """``{ f = v }``: fields of the present deal; a deal's alias stands for the deal."""
        assert self.table is not None
        made = []
        for item in given:
            sym = settable(nodes.Path((item.name,), item.name.span), self.table.root)
            if sym is None:
                continue
            made.append((sym.name, self._value(item.value, sym.type, sym.name)))
        return tuple(made)

    def _value(self, node: nodes.Expr, want: Any, name: str) -> Expr:
        assert self.table is not None
        if isinstance(node, nodes.Path) and node.name in self.aliases and want.kind == "link":
            return Expr("alias", want, node.name, (), loc_of(node.span), node.name)
        if isinstance(node, nodes.StringLit) and want.kind == "file":
            # A scenario attaches files by name: there are no bytes to read.
            return Expr("const", want, node.value, (), loc_of(node.span), node.span.text)
        return value(node, Place(self.table.root, scenario=True), want, Both(f"`{name}`", f"`{name}`"))

    def _person(self, ident: nodes.Ident | None) -> str:
        if ident is None:
            return ""
        known = [*BUILT_IN_PEOPLE, *visible(self.unit, "person")]
        known += [name for table in self.world.tables.values() for name in table.roles]
        if ident.name not in known:
            self.world.unknown(names.UNKNOWN_PERSON, ident.span, ident.name, known)
        return ident.name

    # --- acts

    def wait(self, node: nodes.WaitStep) -> steps.Step | None:
        if node.until is not None:
            return steps.WaitStep(None, node.until.value, loc_of(node.span))
        assert node.duration is not None
        lasts = self._length(node.duration)
        return None if lasts is None else steps.WaitStep(lasts, None, loc_of(node.span))

    def _length(self, node: nodes.Expr) -> Duration | None:
        assert self.place is not None
        expr = value(node, self.place, DURATION, Both("the time", "время"))
        if expr.op != "const" or expr.type is UNKNOWN:
            return None
        return Duration(Decimal(expr.value.n), expr.value.unit)

    def set(self, node: nodes.Set) -> steps.Step | None:
        assert self.table is not None
        sym = settable(node.target, self.table.root)
        if sym is None:
            return None
        return steps.SetStep(sym.name, self._value(node.value, sym.type, sym.name), loc_of(node.span))

    def tick(self, node: nodes.Tick) -> steps.Step | None:
        assert self.table is not None
        points = []
        for path in node.items:
            sym = resolve.checklist(path.parts[0], self.table.root)
            if sym is None:
                continue
            point = ".".join(part.name for part in path.parts[1:])
            if point and point not in sym.points:
                self.world.unknown(
                    names.UNKNOWN_POINT, path.parts[-1].span, point, sym.points, checklist=sym.name, home=sym.name
                )
                continue
            points.append(f"{sym.name}.{point}" if point else sym.name)
        return steps.TickStep(tuple(points), loc_of(node.span))

    def done(self, node: nodes.DoneStep) -> steps.Step | None:
        assert self.table is not None
        name, outcome = node.target.name, node.outcome.name if node.outcome else ""
        if self.table.root.full(name) in self.table.approvals:
            known: Iterable[str] = _STATES
        else:
            sym = resolve.task(node.target, self.table.root)
            if not isinstance(sym, TaskSym):
                return None
            name, known = sym.name, sym.outcomes
        if node.outcome is not None and outcome not in known:
            self.world.unknown(names.UNKNOWN_OUTCOME, node.outcome.span, outcome, known, task=name, home=name)
            return None
        by, values = self._person(node.by), self._values(node.values)
        return steps.DoneStep(name, outcome, by, _because(node), values, loc_of(node.span))

    def move(self, node: nodes.MoveStep) -> steps.Step | None:
        assert self.table is not None
        sym = resolve.stage(node.target, self.table.root)
        if sym is None:
            return None
        return steps.MoveStep(sym.name, self._person(node.by), _because(node), loc_of(node.span))

    def lose(self, node: nodes.LoseStep) -> steps.Step | None:
        assert self.table is not None
        sym = resolve.reason(node.reason, self.table.root)
        if sym is None:
            return None
        return steps.LoseStep(sym.name, self._person(node.by), _because(node), loc_of(node.span))

    def event(self, node: nodes.EventStep) -> steps.Step | None:
        assert self.table is not None
        path = nodes.Ident(node.event.name, node.event.span)
        sym = resolve.event(path, self.table.root)
        if sym is None:
            return None
        values = []
        for item in node.values:
            kind = sym.payload.get(item.name.name)
            if kind is None:
                self.world.unknown(
                    names.UNKNOWN_PAYLOAD, item.name.span, item.name.name, sym.payload, event=sym.name, home=sym.name
                )
                continue
            values.append((item.name.name, self._value(item.value, kind, item.name.name)))
        return steps.EventStep(sym.name, tuple(values), loc_of(node.span))

    def reschedule(self, node: nodes.RescheduleStep) -> steps.Step | None:
        assert self.table is not None
        sym = resolve.task(node.task, self.table.root)
        if sym is None:
            return None
        by = self._person(node.by)
        return steps.RescheduleStep(sym.name, node.to.value, by, _because(node), loc_of(node.span))

    def try_(self, node: nodes.TryStep) -> steps.Step | None:
        made = self.step(node.act)
        if not isinstance(made, (steps.MoveStep, steps.LoseStep, steps.DoneStep, steps.SetStep, steps.RescheduleStep)):
            return None
        return steps.TryStep(made, loc_of(node.span))

    # --- expectations

    def that(self, node: nodes.ExpectThat) -> steps.Step | None:
        from voronka.dsl.check.expressions.arithmetic import condition

        assert self.place is not None
        expr = condition(node.condition, self.place)
        return None if expr.type is UNKNOWN else steps.ExpectThat(expr, loc_of(node.span))

    def due(self, node: nodes.ExpectDue) -> steps.Step | None:
        assert self.table is not None
        sym = self.table.approvals.get(node.task.name) or resolve.task(node.task, self.table.root)
        if sym is None:
            return None
        after = None if node.after is None else self._length(node.after)
        at: datetime | date | None = None
        if isinstance(node.at, (nodes.DateTimeLit, nodes.DateLit)):
            at = node.at.value
        elif node.at is not None:  # a name that is no column of the examples
            self._value(node.at, DATETIME, "due")
        if after is None and at is None:
            return None
        return steps.ExpectDue(sym.name, after, at, loc_of(node.span))

    def blocked(self, node: nodes.ExpectBlocked) -> steps.Step | None:
        blames = [self._blame(blame) for blame in node.by]
        return steps.ExpectBlocked(node.only, tuple(b for b in blames if b is not None), loc_of(node.span))

    def _blame(self, node: nodes.Blame) -> steps.Blame | None:
        assert self.table is not None
        if node.name is None:
            assert node.text is not None
            return steps.Blame("text", node.text.parts[0].value, loc_of(node.span))
        look = {"require": resolve.field, "checklist": resolve.checklist, "approval": resolve.approval}[node.kind]
        sym = look(node.name, self.table.root)
        return None if sym is None else steps.Blame(node.kind, sym.name, loc_of(node.span))

    def assigned(self, node: nodes.ExpectAssigned) -> steps.Step | None:
        assert self.table is not None
        sym = self.table.approvals.get(node.task.name) or resolve.task(node.task, self.table.root)
        by = self._person(node.by)
        return None if sym is None else steps.ExpectAssigned(sym.name, by, loc_of(node.span))

    def lost(self, node: nodes.ExpectLost) -> steps.Step | None:
        assert self.table is not None
        sym = resolve.reason(node.reason, self.table.root)
        return None if sym is None else steps.ExpectLost(sym.name, loc_of(node.span))

    def sent(self, node: nodes.ExpectSent) -> steps.Step | None:
        using = "" if node.template is None else node.template.value
        parts = tuple(part.value for part in node.parts)
        return steps.ExpectSent(node.channel.name, using, loc_of(node.span), parts)

    def nothing(self, node: nodes.ExpectNothingSent) -> steps.Step | None:
        return steps.ExpectNothingSent(loc_of(node.span))


_DEAL = Both("write `deal PIPELINE { … }` first", "сначала напишите `deal ВОРОНКА { … }`")

_LOWER: dict[type, Any] = {
    nodes.WaitStep: Steps.wait,
    nodes.Set: Steps.set,
    nodes.Tick: Steps.tick,
    nodes.DoneStep: Steps.done,
    nodes.MoveStep: Steps.move,
    nodes.LoseStep: Steps.lose,
    nodes.EventStep: Steps.event,
    nodes.RescheduleStep: Steps.reschedule,
    nodes.TryStep: Steps.try_,
    nodes.ExpectThat: Steps.that,
    nodes.ExpectDue: Steps.due,
    nodes.ExpectBlocked: Steps.blocked,
    nodes.ExpectAssigned: Steps.assigned,
    nodes.ExpectLost: Steps.lost,
    nodes.ExpectSent: Steps.sent,
    nodes.ExpectNothingSent: Steps.nothing,
}


def _because(node: nodes.DoneStep | nodes.MoveStep | nodes.LoseStep | nodes.RescheduleStep) -> str:
    return node.because.value if node.because is not None else ""


def _word(node: nodes.Node) -> str:
    return node.span.text.split(maxsplit=1)[0]


def _filled(node: _N, cells: Mapping[str, nodes.Expr]) -> _N:
    """The same node with the names of the examples' columns replaced by this row's cells."""
    if not cells:
        return node
    if isinstance(node, nodes.Path) and len(node.parts) == 1 and node.name in cells:
        return cells[node.name]  # type: ignore[return-value]
    if isinstance(node, tuple):
        return tuple(_filled(item, cells) for item in node)  # type: ignore[return-value]
    if not is_dataclass(node) or isinstance(node, type):
        return node
    changed = {}
    for part in fields(node):
        old = getattr(node, part.name)
        if part.name == "span":
            continue
        new = _ident(old, cells) if (type(node), part.name) in _NAMED else _filled(old, cells)
        if new is not old:
            changed[part.name] = new
    return replace(node, **changed) if changed else node


# names in steps that a column may stand for, beside expressions
_NAMED = {
    (nodes.DoneStep, "outcome"),
    (nodes.DoneStep, "by"),
    (nodes.LoseStep, "reason"),
    (nodes.MoveStep, "by"),
    (nodes.ExpectAssigned, "by"),
    (nodes.ExpectLost, "reason"),
}


def _ident(old: Any, cells: Mapping[str, nodes.Expr]) -> Any:
    cell = cells.get(old.name) if isinstance(old, nodes.Ident) else None
    return nodes.Ident(cell.name, cell.span) if isinstance(cell, nodes.Path) else old
