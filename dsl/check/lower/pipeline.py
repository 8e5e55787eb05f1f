"""A whole pipeline or record: its settings, then everything in its table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from voronka.dsl.check.expressions.values import when
from voronka.dsl.check.fieldtypes import check_currency, written_type
from voronka.dsl.check.lower.chiefs import circles
from voronka.dsl.check.lower.conditional import Conditional
from voronka.dsl.check.lower.fields import event, field, formula_order, payload_types, priority
from voronka.dsl.check.lower.history import retired, was_collisions
from voronka.dsl.check.lower.home import Home, text, was
from voronka.dsl.check.lower.moments import who_rule
from voronka.dsl.check.lower.robots import robot
from voronka.dsl.check.lower.stages import reason, stage
from voronka.dsl.check.lower.tasks import approval, hook, task
from voronka.dsl.check.lower.top import used_calendar
from voronka.dsl.check.place import Place, included
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import bound
from voronka.dsl.check.resolve import field as find_field
from voronka.dsl.check.symbols import UNKNOWN, Table
from voronka.dsl.check.world import inside
from voronka.dsl.definition.actions import Approval, Robot, Task
from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Gate, Pipeline, Red, Retire, Role, Stage
from voronka.dsl.definition.moments import WhoRule
from voronka.dsl.definition.types import Title
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label


def settle(table: Table) -> None:
    """Settings first: the types of fields and literals hang on the currency and the zone."""
    world = table.world
    if table.currency_node is not None and check_currency(table.currency_node.code, table.currency_node.span, world):
        table.currency = table.currency_node.code
    if table.timezone is not None:
        name = table.timezone.zone.value
        if world.library.zone(name) is None:
            world.misspelt(names.UNKNOWN_ZONE, inside(table.timezone.zone), name, world.library.zones_like(name))
        else:
            table.zone = name
    table.calendar_name, spec = used_calendar(table.calendar, table.unit, world)
    world.used_calendars.setdefault(table.calendar_name, spec)


def borrow_settings(table: Table, world_tables: dict[str, Table]) -> None:
    """A record has no settings: it takes those of its file's first pipeline, else of the first that links to it."""
    if table.kind != "record":
        return
    pipelines = [one for one in world_tables.values() if one.kind == "pipeline"]
    own = (one for one in pipelines if one.unit is table.unit)
    linked = (one for one in pipelines if any(_links_to(sym.node, table.name) for sym in one.fields.values()))
    lender = next(own, None) or next(linked, None)
    if lender is not None:
        table.currency, table.zone, table.calendar_name = lender.currency, lender.zone, lender.calendar_name


def _links_to(node: nodes.Field, name: str) -> bool:
    return isinstance(node.type, nodes.LinkType) and node.type.target.parts[-1].name == name


def type_fields(table: Table) -> None:
    """Types of all fields and of what events carry."""
    for sym in table.fields.values():
        sym.type = written_type(sym.node.type, sym.env)
        if sym.type.kind == "money" and not sym.type.currency:
            if table.kind != "module":
                hint = Both("add `currency RUB`", "добавьте `currency RUB`")
                if table.kind == "record":
                    hint = Both(
                        "a record has that of a pipeline in its file, or of one that links to it",
                        "у карточки она та же, что у воронки в её файле или у той, что с ней связана",
                    )
                span, labels = sym.node.type.span, included(sym.env)
                table.world.report(
                    types.NO_CURRENCY, span, labels=labels, name=sym.name, pipeline=table.name, hint=hint
                )
            sym.type = UNKNOWN if table.kind != "module" else sym.type
    for event_sym in table.events.values():
        payload_types(event_sym)


def pipeline(table: Table) -> Pipeline:
    """The definition of one pipeline or record; what is wrong is reported on the way."""
    node, env = table.node, table.root
    fields = {name: field(sym) for name, sym in table.fields.items()}
    events = {name: event(sym) for name, sym in table.events.items()}
    parts = _Body(table)
    stages = _stages(table)
    derived = any(one.when is not None for one in stages.values())
    lost = next((one.name for one in stages.values() if one.kind == "lost"), "lost")
    reasons = {name: reason(sym, lost, derived) for name, sym in table.reasons.items()}
    for one in table.envs:
        for param in one.params.values():
            bound(param)  # a value that nothing reads is checked all the same
    made = Pipeline(
        name=table.name,
        title=text(node.title, env),
        kind="record" if table.kind == "record" else "pipeline",
        loc=loc_of(node.span),
        timezone=table.zone,
        calendar=table.calendar_name,
        currency=table.currency,
        stages=stages,
        fields=fields,
        was=tuple(old.name for old in node.was),
        roles=_roles(table),
        owner=tuple(parts.owner),
        uniques=tuple(parts.uniques),
        checks=tuple(parts.checks),
        events=events,
        reds=tuple(parts.reds),
        priority=parts.priority,
        robots=tuple(parts.robots),
        tasks=tuple(parts.tasks),
        approvals=tuple(parts.approvals),
        reasons=reasons,
        segments=tuple((name, _segment_title(table, name)) for name in table.segments),
        retired=tuple(parts.retired),
        formulas=formula_order(fields, table),
    )
    was_collisions(table)
    return made


class _Body:
    """What the sentences of a pipeline itself say."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.owner: list[WhoRule] = []
        self.uniques: list[tuple[tuple[str, ...], Loc]] = []
        self.checks: list[Gate] = []
        self.reds: list[Red] = []
        self.priority: tuple[str, tuple[tuple[str, Decimal], ...]] | None = None
        self.robots: list[Robot] = []
        self.tasks: list[Task] = []
        self.approvals: list[Approval] = []
        self.retired: list[Retire] = []
        self.ranked: nodes.Node | None = None
        home = Home("", Place(table.root))
        for node, env in table.body:
            self._statement(node, home.within(env))

    def _statement(self, node: nodes.Node, home: Home) -> None:
        place = home.place
        only = Conditional(home.env, place)
        match node:
            case nodes.Owner():
                rule = who_rule(node, place)
                self.owner.append(replace(rule, when=only.both(rule.when)))
            case nodes.Unique():
                only.refuse(node)
                fields = (sym.name for ident in node.fields if (sym := find_field(ident, home.env)) is not None)
                self.uniques.append((tuple(dict.fromkeys(fields)), loc_of(node.span)))
            case nodes.Check():
                checked = only.unless(when(node.condition, Place(home.env, clock="check")))
                self.checks.append(Gate(checked, text(node.message, home.env), loc_of(node.span)))
            case nodes.Red():
                shown = when(node.when, place.standing())
                self.reds.append(Red(text(node.title, home.env), only.both(shown) or shown, loc_of(node.span)))
            case nodes.Priority():
                self._priority(node, place)
            case nodes.Robot():
                self.robots.append(only.robot(robot(node, home)))
            case nodes.Hook():
                self.robots.append(only.robot(hook(node, home)))
            case nodes.Task():
                made = task(node, home, standing=True)
                self.tasks.append(replace(made, when=only.both(made.when)))
            case nodes.Approval():
                asked = approval(node, home)
                self.approvals.append(replace(asked, when=only.both(asked.when) or asked.when))
            case _:
                self.retired.extend(retired(node, home))

    def _priority(self, node: nodes.Priority, place: Place) -> None:
        if self.ranked is not None:
            label = Label(self.ranked.span, Both("first here", "впервые здесь"))
            place.world.report(names.SAID_TWICE, node.span, labels=(label,), what="priority")
            return
        self.ranked = node
        self.priority = priority(node, place)


def _segment_title(table: Table, name: str) -> Title:
    sym = table.segments[name]
    assert isinstance(sym.node, nodes.Segment)
    return text(sym.node.title, sym.env)


def _roles(table: Table) -> dict[str, Role]:
    made = {}
    for name, sym in table.roles.items():
        node = sym.node
        assert isinstance(node, nodes.Role)
        chief = ""
        if node.reports_to is not None:
            chief = node.reports_to.name
            if chief not in table.roles:
                what = Both("roles", "роли")
                table.world.unknown(names.UNKNOWN_ROLE, node.reports_to.span, chief, table.roles, what)
                chief = ""
        made[name] = Role(name, text(node.title, sym.env), loc_of(node.span), chief, was(node.was, table.root))
    _no_circles(made, table)
    return made


def _no_circles(roles: dict[str, Role], table: Table) -> None:
    for circle in circles({name: role.reports_to for name, role in roles.items()}):
        node = table.roles[circle[0]].node
        assert isinstance(node, nodes.Role)
        assert node.reports_to is not None
        table.world.report(names.REPORTS_IN_CIRCLE, node.reports_to.span, path=" → ".join(circle))


# Stages together


def _stages(table: Table) -> dict[str, Stage]:
    world = table.world
    if table.kind == "record":
        return {"card": Stage("card", Title(), "open", loc_of(table.node.span))}
    stages = {name: stage(sym, table) for name, sym in table.stages.items()}
    if not world.broken:
        if not any(one.kind == "open" for one in stages.values()):
            world.report(names.NO_STAGES, table.span, name=table.name)
        elif not any(one.kind == "lost" for one in stages.values()):
            world.report(names.NO_LOST, table.span, name=table.name)
    if any(one.when is not None for one in stages.values()):
        _derived(stages, table)
    return stages


def _derived(stages: dict[str, Stage], table: Table) -> None:
    """Stages that follow conditions: one without is the fallback, and nothing else may move the deals (Meaning 11)."""
    world = table.world
    free = [one.name for one in stages.values() if one.when is None and one.kind != "lost"]
    if len(free) != 1 and not world.broken:
        found = ", ".join(f"`{name}`" for name in free)
        both = Both(found or "none", found or "ни одного")
        world.report(names.DERIVED_FALLBACK, table.span, pipeline=table.name, found=both)
    for node in _moves(table):
        world.report(names.DERIVED_MOVE, node.span, pipeline=table.name)


def _moves(table: Table) -> list[nodes.Node]:
    """Every sentence that moves or loses deals of this pipeline."""
    from voronka.dsl.check.expand import inner

    waiting: list[nodes.Node] = [placed.node for placed in table.body]
    waiting += [placed.node for sym in table.stages.values() for placed in sym.body]
    waiting += [placed.node for placed in (*table.root.every_stage, *table.root.every_task)]
    found: list[nodes.Node] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Move | nodes.Lose | nodes.Return):
            found.append(node)
        waiting.extend(inner(node))
    return found
