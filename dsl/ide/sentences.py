"""What the words of each sentence mean: one function a kind of sentence."""

from __future__ import annotations

from dataclasses import replace

from voronka.dsl.check.symbols import EventSym
from voronka.dsl.check.world import visible
from voronka.dsl.ide.build import Builder, Here, visits
from voronka.dsl.ide.index import FileRef
from voronka.dsl.syntax import nodes as n

_TOPS = {
    n.Pipeline: "pipeline",
    n.Record: "record",
    n.Module: "module",
    n.Calendar: "calendar",
    n.Resource: "resource",
    n.Team: "team",
}


@visits(*_TOPS)
def top(b: Builder, node: n.Pipeline, here: Here) -> None:
    b.declare(_TOPS[type(node)], node.name, node, here)
    env = b.names.envs.get(node)
    inner = replace(here, env=env, home=node.name.name)
    b.inside(node, inner)


@visits(n.Segment)
def segment(b: Builder, node: n.Segment, here: Here) -> None:
    b.declare("segment", node.name, node, here)


@visits(n.Use)
def use(b: Builder, node: n.Use, here: Here) -> None:
    if node.file is not None:
        b.file(node.file, "file")
    elif node.module is not None:
        b.index.files.setdefault(here.unit.name, []).append(_library(node))


def _library(node: n.Use) -> FileRef:
    assert node.module is not None
    return FileRef(node.module.span, "module", node.module.name)


@visits(n.Person)
def person(b: Builder, node: n.Person, here: Here) -> None:
    b.declare("person", node.name, node, here)
    for name in (node.reports_to, node.deputy):
        if name is not None:
            b.top(name, "person", here)
    for table in b.world.tables.values():
        if (role := table.roles.get(node.role.name)) is not None:
            b.link(node.role, role.node)
            return


@visits(n.Role)
def role(b: Builder, node: n.Role, here: Here) -> None:
    b.declare("role", node.name, node, here)
    if node.reports_to is not None:
        b.person(node.reports_to, here)


@visits(n.UseCalendar)
def use_calendar(b: Builder, node: n.UseCalendar, here: Here) -> None:
    b.top(node.calendar, "calendar", here)


@visits(n.Field)
def field(b: Builder, node: n.Field, here: Here) -> None:
    sym = here.env.table.fields.get(here.env.full(node.name.name)) if here.env is not None else None
    b.declare("field", node.name, node, here, sym.type if sym is not None else None)
    b.visit(node.type, replace(here, home=f"{here.home}.{node.name.name}"))
    b.all((node.default, node.formula, node.when), replace(here, options=node))


@visits(n.Param)
def param(b: Builder, node: n.Param, here: Here) -> None:
    b.declare("param", node.name, node, here)
    b.visit(node.type, replace(here, home=f"{here.home}.{node.name.name}"))
    b.all((node.default,), replace(here, options=node))


@visits(n.Option)
def option(b: Builder, node: n.Option, here: Here) -> None:
    b.declare("option", node.name, node, here)


@visits(n.Payload)
def payload(b: Builder, node: n.Payload, here: Here) -> None:
    b.declare("payload", node.name, node, here)


@visits(n.LinkType)
def link_type(b: Builder, node: n.LinkType, here: Here) -> None:
    first = node.target.parts[0]
    if b.top(n.Ident(node.target.name, node.target.span), "pipeline", here):
        return
    b.top(first, "pipeline", here)
    table = b.world.tables.get(first.name)
    if table is not None and len(node.target.parts) > 1:
        b.fields(node.target.parts[1:2], here, table)


@visits(n.ResourceType)
def resource_type(b: Builder, node: n.ResourceType, here: Here) -> None:
    b.top(node.resource, "resource", here)
    for part in (node.start, node.end, node.duration):
        if isinstance(part, n.Path):
            b.fields((n.Ident(part.name, part.span),), here)


@visits(n.DocumentType)
def document_type(b: Builder, node: n.DocumentType, here: Here) -> None:
    b.file(node.template, "template")


@visits(n.Event)
def event(b: Builder, node: n.Event, here: Here) -> None:
    b.declare("event", node.name, node, here)
    b.fields(node.keys, here)
    b.all(node.payload, replace(here, home=f"{here.home}.{node.name.name}"))


@visits(n.Unique, n.RetireFields)
def only_fields(b: Builder, node: n.Unique, here: Here) -> None:
    b.fields(node.fields, here)


@visits(n.Require, n.Clear, n.Render, n.Covers, n.OnChange)
def with_fields(b: Builder, node: n.Require, here: Here) -> None:
    b.fields(node.fields, here)
    b.all((getattr(node, "when", None),), here)


@visits(n.Priority)
def priority(b: Builder, node: n.Priority, here: Here) -> None:
    found = b.fields((node.field,), here)
    for value in node.values:
        if found:
            b.option(value.name, found[0].node)
        b.visit(value.value, here)


@visits(n.Include)
def include(b: Builder, node: n.Include, here: Here) -> None:
    found = visible(here.unit, "module").get(node.module.name)
    if found is not None:
        b.note(node.module.parts[-1].span, (found.span.source.name, found.span.start))
    if node.alias is not None:
        b.declare("include", node.alias, node, here)
    b.all((node.when,), here)
    for value in node.values:
        params = found.node.body if found is not None and isinstance(found.node, n.Module) else ()
        named = next((p for p in params if isinstance(p, n.Param) and p.name.name == value.name.name), None)
        b.link(value.name, named)
        if isinstance(value.value, n.Path) and named is not None and isinstance(named.type, n.PlainType):
            kind = named.type.name.name
            if kind == "stage":
                b.stage(value.value, here)
                continue
            if kind == "reason" and here.env is not None:
                b.sym(value.value.parts[0], here.env.table.reasons, replace(here, env=replace(here.env, prefix="")))
                continue
            if kind == "user":
                b.who(value.value, here)
                continue
        b.visit(value.value, here)


@visits(n.RetireStage)
def retire_stage(b: Builder, node: n.RetireStage, here: Here) -> None:
    b.stage(node.stage, here)
    b.all(node.moves, here)


@visits(n.RetireReason)
def retire_reason(b: Builder, node: n.RetireReason, here: Here) -> None:
    if here.env is not None:
        for name in (node.reason, node.into):
            b.sym(name, here.env.table.reasons, here)


@visits(n.RetireTasks)
def retire_tasks(b: Builder, node: n.RetireTasks, here: Here) -> None:
    for name in node.tasks:
        b.task(name, here)


# Stages, tasks, robots


@visits(n.Stage)
def stage(b: Builder, node: n.Stage, here: Here) -> None:
    b.declare("stage", node.name, node, here)
    b.all((node.when, *node.body), here)


@visits(n.Checklist)
def checklist(b: Builder, node: n.Checklist, here: Here) -> None:
    b.declare("checklist", node.name, node, here)
    for point in node.points:
        if point.name is not None:
            b.declare("point", point.name, point, replace(here, home=f"{here.home}.{node.name.name}"))


@visits(n.Reason)
def reason(b: Builder, node: n.Reason, here: Here) -> None:
    b.declare("reason", node.name, node, here)
    for name in node.stages:
        b.stage(name, here)
    b.all((node.when, *node.body), here)


@visits(n.InSegment)
def in_segment(b: Builder, node: n.InSegment, here: Here) -> None:
    if here.env is not None and (own := here.env.table.segments.get(node.segment.name)) is not None:
        b.link(node.segment, own.node)
    else:
        b.top(node.segment, "segment", here)


@visits(n.Return)
def returns(b: Builder, node: n.Return, here: Here) -> None:
    b.stage(node.stage, here)
    b.all((node.moment, node.when), here)


@visits(n.Move, n.MoveStep)
def move(b: Builder, node: n.Move, here: Here) -> None:
    b.stage(node.target, here)
    b.all((getattr(node, "moment", None), getattr(node, "when", None)), here)
    _by(b, node, here)


@visits(n.Lose, n.LoseStep)
def lose(b: Builder, node: n.Lose, here: Here) -> None:
    if here.env is not None:
        # reasons have no name space, wherever they are declared
        b.sym(node.reason, here.env.table.reasons, replace(here, env=replace(here.env, prefix="")))
    b.all((getattr(node, "moment", None), getattr(node, "when", None)), here)
    _by(b, node, here)


@visits(n.Task)
def task(b: Builder, node: n.Task, here: Here) -> None:
    home = here.home
    if node.name is not None:
        b.declare("task", node.name, node, here)
        home = f"{here.home}.{node.name.name}"
    b.all((node.when,), here)
    for part in node.body:
        b.visit(part, replace(here, home=home) if isinstance(part, n.Outcome) else here)


@visits(n.Outcome)
def outcome(b: Builder, node: n.Outcome, here: Here) -> None:
    b.declare("outcome", node.name, node, here)
    b.all((node.when, *node.body), replace(here, home=here.env.table.name if here.env is not None else here.home))


@visits(n.Approval)
def approval(b: Builder, node: n.Approval, here: Here) -> None:
    b.declare("approval", node.name, node, here)
    b.all((node.when, *node.body), here)


@visits(n.Robot)
def robot(b: Builder, node: n.Robot, here: Here) -> None:
    b.declare("robot", node.name, node, here)
    b.all(node.triggers, here)
    b.all(node.actions, replace(here, event=_handled(b, node.triggers, here)))


@visits(n.Hook)
def hook(b: Builder, node: n.Hook, here: Here) -> None:
    b.visit(node.trigger, here)
    b.all(node.actions, replace(here, event=_handled(b, (node.trigger,), here)))


def _handled(b: Builder, triggers: tuple[n.Trigger, ...], here: Here) -> EventSym | None:
    """The event whose values ``event.x`` reads."""
    for one in triggers:
        if isinstance(one, n.TriggerOn) and isinstance(one.moment.happening, n.OnEvent) and here.env is not None:
            return here.env.table.events.get(here.env.full(one.moment.happening.event.name))
    return None


@visits(n.OnNamed)
def on_named(b: Builder, node: n.OnNamed, here: Here) -> None:
    b.path(node.path, here)


@visits(n.OnEvent)
def on_event(b: Builder, node: n.OnEvent, here: Here) -> None:
    if here.env is not None:
        b.sym(node.event, here.env.table.events, here)


@visits(n.OnTask)
def on_task(b: Builder, node: n.OnTask, here: Here) -> None:
    b.outcome(node.outcome, b.task(node.task, here))


@visits(n.Who)
def who(b: Builder, node: n.Who, here: Here) -> None:
    b.who(node.path, here)


@visits(n.Until)
def until(b: Builder, node: n.Until, here: Here) -> None:
    if isinstance(node.target, n.Path):
        b.fields((n.Ident(node.target.name, node.target.span),), here)


@visits(n.RescheduleBy)
def reschedule_by(b: Builder, node: n.RescheduleBy, here: Here) -> None:
    for name in node.names:
        b.person(name, here)


@visits(n.Send)
def send(b: Builder, node: n.Send, here: Here) -> None:
    if isinstance(node.to, n.Path):
        b.path(node.to, here)
    b.file(node.template, "template")
    b.fields(node.attach, here)
    b.all((node.when,), here)


@visits(n.Notify, n.Digest)
def notify(b: Builder, node: n.Notify, here: Here) -> None:
    b.visit(node.who, here)
    if node.template is not None:
        b.file(node.template, "template")
    b.all((node.when,), here)


@visits(n.Set)
def set_(b: Builder, node: n.Set, here: Here) -> None:
    target = n.Ident(node.target.name, node.target.span)
    found = b.fields((target,), here, here.other)
    key: n.Node | None = None
    if found:
        key = found[0].node
    elif here.env is not None and len(node.target.parts) == 2:
        link = here.env.table.fields.get(here.env.full(node.target.parts[0].name))
        table = b.world.tables.get(link.type.target) if link is not None else None
        if link is not None and table is not None:
            b.link(node.target.parts[0], link.node)
            far = b.fields(node.target.parts[1:], here, table)
            key = far[0].node if far else None
    b.all((node.value, node.when), replace(here, options=key))


@visits(n.CancelTask)
def cancel_task(b: Builder, node: n.CancelTask, here: Here) -> None:
    b.task(node.task, here)
    b.all((node.when,), here)


@visits(n.Wait)
def wait(b: Builder, node: n.Wait, here: Here) -> None:
    event = None
    if node.event is not None and here.env is not None:
        event = b.sym(node.event, here.env.table.events, here)
    if node.task is not None:
        b.task(node.task, here)
    b.all((node.duration,), here)
    b.all(node.then, replace(here, event=event or here.event))
    b.all(node.otherwise, here)


@visits(n.Tunnel)
def tunnel(b: Builder, node: n.Tunnel, here: Here) -> None:
    target = n.Ident(node.target.name, node.target.span)
    b.top(target, "pipeline", here)
    top = visible(here.unit, "pipeline").get(node.target.name)
    other = b.world.tables.get(top.name) if top is not None else None
    b.all((node.when,), here)
    for part in node.body:
        b.visit(part, replace(here, other=other))


@visits(n.Copied)
def copied(b: Builder, node: n.Copied, here: Here) -> None:
    if here.other is None:
        b.fields((node.source,), here)
    elif node.target is not None:
        b.fields((node.source,), here)
        b.fields((node.target,), here, here.other)
    else:
        b.copied = "source"
        b.fields((node.source,), here)
        b.copied = "target"
        b.fields((node.source,), here, here.other)
        b.copied = ""


@visits(n.StartAt)
def start_at(b: Builder, node: n.StartAt, here: Here) -> None:
    if here.other is not None:
        b.stage(node.stage, here, here.other)


@visits(n.BackLink)
def back_link(b: Builder, node: n.BackLink, here: Here) -> None:
    if here.other is not None:
        b.fields((node.field,), here, here.other)


# Expressions


@visits(n.Path)
def path(b: Builder, node: n.Path, here: Here) -> None:
    b.path(node, here)


@visits(n.TaskRef)
def task_ref(b: Builder, node: n.TaskRef, here: Here) -> None:
    b.task(node.task, here)


@visits(n.ChecklistRef)
def checklist_ref(b: Builder, node: n.ChecklistRef, here: Here) -> None:
    b.checklist(node.path, here)


@visits(n.ApprovalRef)
def approval_ref(b: Builder, node: n.ApprovalRef, here: Here) -> None:
    if here.env is not None:
        b.sym(node.approval, here.env.table.approvals, here)


@visits(n.Call)
def call(b: Builder, node: n.Call, here: Here) -> None:
    b.all((*node.args, node.when), here)


@visits(n.Is, n.Has, n.InList)
def compared(b: Builder, node: n.Is, here: Here) -> None:
    key: n.Node | None = None
    if isinstance(node.left, n.Path):
        key = b.path(node.left, here)
    else:
        b.visit(node.left, here)
    others = node.items if isinstance(node, n.InList) else (node.right,)
    for other in others:
        if isinstance(node.left, n.TaskRef) and isinstance(other, n.Path) and here.env is not None:
            b.outcome(other.parts[0], here.env.table.tasks.get(here.env.full(node.left.task.name)))
        else:
            b.visit(other, replace(here, options=key))


@visits(n.QuantIs, n.QuantIn)
def quantified(b: Builder, node: n.QuantIs, here: Here) -> None:
    b.path(node.source, here)
    links = None
    if here.env is not None:
        links = here.env.table.fields.get(here.env.full(node.source.name))
    table = b.world.tables.get(links.type.target) if links is not None else None
    for other in node.items if isinstance(node, n.QuantIn) else (node.value,):
        if isinstance(other, n.Path) and table is not None and other.name in table.stages:
            b.link(other.parts[0], table.stages[other.name].node)
        else:
            b.visit(other, here)


@visits(n.Range)
def bounds(b: Builder, node: n.Range, here: Here) -> None:
    for bound in (node.low, node.high):
        if isinstance(bound, n.Ident) and here.env is not None and (param := here.env.params.get(bound.name)):
            b.link(bound, param.node)


# Scenarios


@visits(n.Scenario)
def scenario(b: Builder, node: n.Scenario, here: Here) -> None:
    b.aliases, b.locals, b.cells = {}, {}, {}
    rows = next((part.rows for part in node.body if isinstance(part, n.Examples)), ())
    for at, cell in enumerate(rows[0].cells if rows else ()):
        if isinstance(cell, n.Path):
            below = (row.cells[at] for row in rows[1:] if len(row.cells) > at)
            b.cells[cell.name] = [one for one in below if isinstance(one, n.Path)]
            b.locals[cell.parts[0].name] = b.declare("column", cell.parts[0], node, here).key
    steps(b, node.body, here)
    b.locals, b.cells = {}, {}


@visits(n.Examples)
def examples(b: Builder, node: n.Examples, here: Here) -> None:
    """The cells mean what the column stands for where it is used; the names of columns are declared already."""


def steps(b: Builder, body: tuple[n.Step, ...], here: Here) -> None:
    """Steps in order: each speaks of the deal that was made last, or of the one that ``for`` names."""
    for node in body:
        if isinstance(node, n.DealStep):
            here = deal(b, node, here)
        elif isinstance(node, n.ForStep):
            table = b.aliases.get(node.target.name) or b.world.tables.get(node.target.name)
            if not b.local(node.target.parts[0]):
                b.top(n.Ident(node.target.name, node.target.span), "pipeline", here)
            steps(b, node.body, replace(here, env=table.root if table is not None else None))
        else:
            b.visit(node, here)


def deal(b: Builder, node: n.DealStep, here: Here) -> Here:
    b.top(node.pipeline, "pipeline", here)
    top = visible(here.unit, "pipeline").get(node.pipeline.name)
    table = b.world.tables.get(top.name) if top is not None else None
    inner = replace(here, env=table.root if table is not None else None)
    if node.alias is not None:
        b.locals[node.alias.name] = b.declare("alias", node.alias, node, here).key
        if table is not None:
            b.aliases[node.alias.name] = table
    _values(b, node.values, inner)
    return inner


def _values(b: Builder, values: tuple[n.Value, ...], here: Here) -> None:
    for value in values:
        found = b.fields((value.name,), here)
        b.visit(value.value, replace(here, options=found[0].node if found else None))


def _by(b: Builder, node: n.Node, here: Here) -> None:
    by = getattr(node, "by", None)
    if isinstance(by, n.Ident):
        b.person(by, here)


@visits(n.DoneStep)
def done(b: Builder, node: n.DoneStep, here: Here) -> None:
    sym = b.task(node.target, here)
    if node.outcome is not None:
        b.outcome(node.outcome, sym)
        if b.local(node.outcome):
            for cell in b.cells.get(node.outcome.name, ()):
                b.outcome(cell.parts[-1], sym)
    _by(b, node, here)
    _values(b, node.values, here)


@visits(n.Tick)
def tick(b: Builder, node: n.Tick, here: Here) -> None:
    for item in node.items:
        b.checklist(item, here)


@visits(n.EventStep)
def event_step(b: Builder, node: n.EventStep, here: Here) -> None:
    sym = b.sym(node.event, here.env.table.events, here) if here.env is not None else None
    for value in node.values:
        if sym is not None:
            b.link(value.name, next((p for p in sym.node.payload if p.name.name == value.name.name), None))
        b.visit(value.value, here)


@visits(n.RescheduleStep)
def reschedule_step(b: Builder, node: n.RescheduleStep, here: Here) -> None:
    b.task(node.task, here)
    _by(b, node, here)


@visits(n.AwayStep)
def away(b: Builder, node: n.AwayStep, here: Here) -> None:
    b.top(node.person, "person", here)


@visits(n.ExpectDue)
def expect_due(b: Builder, node: n.ExpectDue, here: Here) -> None:
    b.task(node.task, here)


@visits(n.Blame)
def blame(b: Builder, node: n.Blame, here: Here) -> None:
    if node.name is None or here.env is None:
        return
    table = here.env.table
    if node.kind == "require":
        b.fields((node.name,), here)
    elif node.kind == "checklist":
        b.sym(node.name, table.checklists, here)
    else:
        b.sym(node.name, table.approvals, here)


@visits(n.ExpectAssigned)
def expect_assigned(b: Builder, node: n.ExpectAssigned, here: Here) -> None:
    b.task(node.task, here)
    _by(b, node, here)


@visits(n.ExpectLost)
def expect_lost(b: Builder, node: n.ExpectLost, here: Here) -> None:
    if here.env is not None:
        b.sym(node.reason, here.env.table.reasons, here)


@visits(n.ExpectSent)
def expect_sent(b: Builder, node: n.ExpectSent, here: Here) -> None:
    if node.template is not None:
        b.file(node.template, "template")
