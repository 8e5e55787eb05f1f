"""Everything a pipeline declares, includes expanded: the first pass, in which every name gets its place in a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from voronka.dsl.check.params import Param
from voronka.dsl.check.place import included
from voronka.dsl.check.symbols import (
    ChecklistSym,
    Env,
    EventSym,
    FieldSym,
    Placed,
    StageSym,
    Sym,
    Table,
    TaskSym,
    Top,
    Unit,
)
from voronka.dsl.check.words import type_name
from voronka.dsl.check.world import World, visible
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import modules, names
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label
from voronka.dsl.text.span import Span

_S = TypeVar("_S", bound=Sym)
MOST_INCLUDES = 200

KINDS = {
    "fields": Both("field", "поле"),
    "events": Both("event", "событие"),
    "stages": Both("stage", "этап"),
    "tasks": Both("task", "задача"),
    "reasons": Both("reason of loss", "причина отказа"),
    "roles": Both("role", "роль"),
    "segments": Both("segment", "сегмент"),
    "checklists": Both("checklist", "чек-лист"),
    "approvals": Both("approval", "согласование"),
    "robots": Both("robot", "робот"),
    "outcomes": Both("outcome", "исход"),
    "points": Both("point", "пункт"),
}
_BUILT_IN_FIELDS = {
    "now": Both("the present moment", "текущий момент"),
    "today": Both("the present date", "сегодняшняя дата"),
    "owner": Both("who is responsible for the deal", "ответственный за сделку"),
    "supervisor": Both("whom the owner reports to", "руководитель ответственного"),
    "stage": Both("the stage of the deal", "этап сделки"),
    "tasks": Both("the tasks of the deal", "задачи сделки"),
    "creation": Both("when the deal was created", "когда сделка создана"),
    "closing": Both("when the deal was closed", "когда сделка закрыта"),
    "entry": Both("when the stage was entered", "когда начался этап"),
    "last_contact": Both("when one last spoke to the client", "когда последний раз говорили с клиентом"),
    "yes": Both("yes", "да"),
    "no": Both("no", "нет"),
}
_STATES = frozenset({"done", "open", "overdue", "cancelled", "waiting", "planned"})
# Sentences of a module that speak of the whole pipeline, wherever the module is included.
_WIDE = (nodes.Unique, nodes.Check, nodes.Red, nodes.Priority)
_SETTINGS = (nodes.Timezone, nodes.UseCalendar, nodes.Currency)
_PIPELINE_ONLY = (nodes.Owner, nodes.RetireStage, nodes.RetireFields, nodes.RetireReason, nodes.RetireTasks)


def expand(node: nodes.Pipeline | nodes.Record, unit: Unit, world: World) -> Table:
    """The table of one pipeline or record."""
    kind = "pipeline" if isinstance(node, nodes.Pipeline) else "record"
    table = Table(world, node.name.name, kind, node, unit, node.name.span)
    table.envs.append(Env(table, unit))
    if isinstance(node, nodes.Record):
        table.stages["card"] = StageSym("card", node, table.root, node.name.span)
    _place_all(node.body, table.root, None)
    return table


def expand_module(top: Top, world: World) -> Table:
    """A module by itself, as if it were included in a pipeline that has everything it may need."""
    node = top.node
    assert isinstance(node, nodes.Module)
    table = Table(world, node.name.name, "module", node, top.unit, node.name.span)
    env = Env(table, top.unit, module=top)
    table.envs.append(env)
    for kind in ("open", "won", "lost"):
        table.stages[f"${kind}"] = StageSym(f"${kind}", node, env, node.name.span, kind)
    env.params = {
        param.name.name: Param(param, env, param.default, env) for param in node.body if isinstance(param, nodes.Param)
    }
    for statement in node.body:
        stage = table.stages["$lost" if isinstance(statement, nodes.Reason | nodes.Comment) else "$open"]
        _place(
            statement, env, None if isinstance(statement, (*_PIPELINE_ONLY, nodes.Stage, nodes.EveryStage)) else stage
        )
    return table


def _place_all(body: Iterable[nodes.Node], env: Env, stage: StageSym | None) -> None:
    for statement in body:
        _place(statement, env, stage)


def _place(node: nodes.Node, env: Env, stage: StageSym | None) -> None:
    """Put a sentence into the pipeline's body (``stage`` None) or a stage's, and declare its names."""
    table = env.table
    match node:
        case nodes.Param():
            return
        case nodes.Include():
            _include(node, env, stage)
        case nodes.Field():
            _declare_field(node, env)
        case nodes.Event():
            sym = EventSym(env.full(node.name.name), node, env, node.name.span)
            _declare(table.events, sym, "events")
        case nodes.Role():
            # A role is the firm's, not a module's: the same name is the same role.
            if env.module is None or node.name.name not in table.roles:
                _declare(table.roles, Sym(node.name.name, node, env, node.name.span), "roles")
        case nodes.Segment():
            if env.module is None or node.name.name not in table.segments:
                _declare(table.segments, Sym(node.name.name, node, env, node.name.span), "segments")
        case nodes.EveryTask():
            where = env.table.root.every_task if stage is None else stage.every_task
            where.extend(Placed(statement, env) for statement in node.body)
            _nested_tasks(node.body, env)
        case _ if isinstance(node, _SETTINGS):
            _setting(node, env, stage)
        case nodes.EveryStage() if stage is None:
            _every_stage(node, env)
        case nodes.Stage() if stage is None:
            _stage(node, env)
        case _ if isinstance(node, _WIDE):
            table.body.append(Placed(node, env))
        case _ if isinstance(node, _PIPELINE_ONLY) and stage is None:
            table.body.append(Placed(node, env))
        case _ if _fits(node, stage):
            body = table.body if stage is None else stage.body
            body.append(Placed(node, env))
            _declare_names(node, env)
        case _:
            _misplaced(node, env, stage)


def _fits(node: nodes.Node, stage: StageSym | None) -> bool:
    if stage is None:
        return isinstance(node, nodes.Robot | nodes.Hook | nodes.Approval | nodes.Task)
    if isinstance(node, nodes.Reason | nodes.Comment):
        return stage.kind == "lost"
    return not isinstance(node, (nodes.Stage, nodes.EveryStage, *_PIPELINE_ONLY))


def _misplaced(node: nodes.Node, env: Env, stage: StageSym | None) -> None:
    if env.include is None or env.module is None:
        return
    if stage is None:
        where = Both("in a pipeline", "прямо в воронку")
        hint = Both("include it in a stage", "включите его в этап")
        if isinstance(node, nodes.Reason):
            hint = Both("include it in `lost`", "включите его в `lost`")
        elif isinstance(node, _SETTINGS):
            hint = Both("delete it from the module", "уберите это из модуля")
    else:
        where = Both("in a stage", "в этап")
        hint = Both("include it in the pipeline itself", "включите его прямо в воронку")
        if isinstance(node, nodes.Reason | nodes.Comment):
            hint = Both("include it in `lost`", "включите его в `lost`")
    label = Label(node.span, Both("this sentence", "это предложение"))
    env.world.report(
        modules.MISPLACED,
        env.include.module.span,
        labels=(label,),
        module=env.module.name,
        where=where,
        what=keyword(node),
        hint=hint,
    )


def keyword(node: nodes.Node) -> str:
    """The word a sentence begins with."""
    return node.span.text.split(None, 1)[0] if node.span.text.strip() else type(node).__name__.lower()


# Declarations


def _declare(names_: dict[str, _S], sym: _S, kind: str) -> bool:
    """Enter a name; the first one stands, and a second one is reported."""
    first = names_.setdefault(sym.name, sym)
    if first is sym:
        return True
    label = Label(first.span, Both("first declared here", "впервые объявлено здесь"))
    sym.env.world.report(
        names.REDECLARED, sym.span, labels=(label, *included(sym.env)), name=sym.name, kind=KINDS[kind]
    )
    return False


def _declare_field(node: nodes.Field, env: Env) -> None:
    name = node.name.name
    if name in _BUILT_IN_FIELDS:
        means = _BUILT_IN_FIELDS[name]
        env.world.report(names.RESERVED, node.name.span, name=name, kind=KINDS["fields"], means=means)
    elif (param := env.params.get(name)) is not None:
        label = Label(param.node.name.span, Both("first declared here", "впервые объявлено здесь"))
        kind = Both("parameter", "параметр")
        env.world.report(names.REDECLARED, node.name.span, labels=(label,), name=name, kind=kind)
    _declare(env.table.fields, FieldSym(env.full(name), node, env, node.name.span), "fields")


def _declare_names(node: nodes.Node, env: Env) -> None:
    """Names in a sentence of a stage or a pipeline: tasks wherever they are nested, checklists, reasons, robots."""
    table = env.table
    match node:
        case nodes.Reason():
            _declare(table.reasons, Sym(node.name.name, node, env, node.name.span), "reasons")
        case nodes.Checklist():
            _declare(table.checklists, _checklist(node, env), "checklists")
        case nodes.Robot():
            _declare(table.robots, Sym(env.full(node.name.name), node, env, node.name.span), "robots")
        case nodes.Approval():
            _declare_approval(node, env)
    _nested_tasks((node,), env)


def _declare_approval(node: nodes.Approval, env: Env) -> None:
    table = env.table
    sym = Sym(env.full(node.name.name), node, env, node.name.span)
    # `done x as …` takes a task or an approval, so they share their names.
    if (task := table.tasks.get(sym.name)) is not None:
        label = Label(task.span, Both("first declared here", "впервые объявлено здесь"))
        env.world.report(names.REDECLARED, sym.span, labels=(label,), name=sym.name, kind=KINDS["tasks"])
    else:
        _declare(table.approvals, sym, "approvals")


def _checklist(node: nodes.Checklist, env: Env) -> ChecklistSym:
    points: dict[str, Span] = {}
    for n, point in enumerate(node.points, 1):
        name = point.name.name if point.name is not None else str(n)
        if name in points:
            label = Label(points[name], Both("first here", "впервые здесь"))
            env.world.report(names.REDECLARED, point.span, labels=(label,), name=name, kind=KINDS["points"])
            continue
        points[name] = point.span
    return ChecklistSym(env.full(node.name.name), node, env, node.name.span, tuple(points))


def _nested_tasks(body: Iterable[nodes.Node], env: Env) -> None:
    for task in tasks_in(body):
        if task.name is not None:
            _declare_task(task, env)


def _declare_task(node: nodes.Task, env: Env) -> None:
    assert node.name is not None
    outcomes: dict[str, nodes.Outcome] = {}
    for outcome in node.body:
        if not isinstance(outcome, nodes.Outcome):
            continue
        name = outcome.name.name
        if name in _STATES:
            means = Both("a state of every task", "состояние любой задачи")
            env.world.report(names.RESERVED, outcome.name.span, name=name, kind=KINDS["outcomes"], means=means)
        elif name in outcomes:
            label = Label(outcomes[name].name.span, Both("first here", "впервые здесь"))
            env.world.report(names.REDECLARED, outcome.name.span, labels=(label,), name=name, kind=KINDS["outcomes"])
            continue
        outcomes[name] = outcome
    sym = TaskSym(env.full(node.name.name), node, env, node.name.span, outcomes)
    if (approval := env.table.approvals.get(sym.name)) is not None:
        label = Label(approval.span, Both("first declared here", "впервые объявлено здесь"))
        env.world.report(names.REDECLARED, sym.span, labels=(label,), name=sym.name, kind=KINDS["approvals"])
        return
    _declare(env.table.tasks, sym, "tasks")


def tasks_in(body: Iterable[nodes.Node]) -> Iterator[nodes.Task]:
    """Every task in some sentences, however deep, in file order."""
    waiting = list(body)[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Task):
            yield node
        waiting.extend(reversed(inner(node)))


def inner(node: nodes.Node) -> list[nodes.Node]:
    """The sentences straight inside one."""
    match node:
        case (
            nodes.Task() | nodes.Outcome() | nodes.Reason() | nodes.Approval() | nodes.EveryTask() | nodes.EveryStage()
        ):
            return list(node.body)
        case nodes.Robot() | nodes.Hook() | nodes.Limit() | nodes.After():
            return list(node.actions)
        case nodes.Again():
            return list(node.otherwise or ())
        case nodes.If():
            return [*node.then, *(node.otherwise or ())]
        case nodes.Wait():
            return [*node.then, *node.otherwise]
    return []


# Stages and settings


def _setting(node: nodes.Node, env: Env, stage: StageSym | None) -> None:
    table = env.table
    if env.module is not None and table.kind != "module":
        _misplaced(node, env, stage)
        return
    first: nodes.Node | None = None
    match node:
        case nodes.Timezone():
            first, table.timezone = table.timezone, table.timezone or node
        case nodes.UseCalendar():
            first, table.calendar = table.calendar, table.calendar or node
        case nodes.Currency():
            first, table.currency_node = table.currency_node, table.currency_node or node
    if first is not None:
        label = Label(first.span, Both("first here", "впервые здесь"))
        env.world.report(names.SAID_TWICE, node.span, labels=(label,), what=keyword(node))


def _stage(node: nodes.Stage, env: Env) -> None:
    table = env.table
    kind = "open" if node.kind == "stage" else node.kind
    sym = StageSym(env.full(node.name.name), node, env, node.name.span, kind)
    if kind == "lost":
        first = next((stage for stage in table.stages.values() if stage.kind == "lost"), None)
        if first is not None and table.kind != "module":
            label = Label(first.span, Both("the first one", "первый"))
            env.world.report(names.TWO_LOST, sym.span, labels=(label,), name=table.name)
            return
    if _declare(table.stages, sym, "stages"):
        _place_all(node.body, env, sym)


def _every_stage(node: nodes.EveryStage, env: Env) -> None:
    """Its names are declared once, though it stands in every stage."""
    model = StageSym("", node, env, node.span)
    _place_all(node.body, env, model)
    env.table.root.every_stage.extend(model.body)


# Includes


def _include(node: nodes.Include, env: Env, stage: StageSym | None) -> None:
    world, table = env.world, env.table
    top = _module(node, env)
    if top is None:
        return
    assert isinstance(top.node, nodes.Module)
    trail = [one.module for one in _outer(env) if one.module is not None]
    if top in trail:
        circle = [*reversed(trail[: trail.index(top) + 1]), top]
        world.report(modules.INCLUDE_CYCLE, node.module.span, path=" → ".join(one.name for one in circle))
        return
    if len(table.envs) > MOST_INCLUDES:
        if not table.overfull:
            world.report(modules.TOO_MANY_INCLUDES, node.span, limit=MOST_INCLUDES, pipeline=table.name)
        table.overfull = True
        return
    name = node.alias.name if node.alias is not None else top.name
    prefix = f"{env.prefix}{name}."
    if prefix in table.includes:
        label = Label(table.includes[prefix], Both("included here", "включён здесь"))
        world.report(modules.INCLUDE_TWICE, node.span, labels=(label,), module=top.name, name=name)
        return
    table.includes[prefix] = node.module.span
    made = Env(table, top.unit, prefix, top, node, env)
    made.params = _params(node, top.node, made, env)
    table.envs.append(made)
    _place_all(top.node.body, made, stage)


def _module(node: nodes.Include, env: Env) -> Top | None:
    """The module that is included. What an unknown one would have declared is not to be reported as unknown, too."""
    world, name = env.world, node.module.name
    short = name.removeprefix("std.")
    top: Top | None = None
    if name not in visible(env.unit, "module") and short in world.library.modules:
        if short in world.lost_names:
            return None
        hint = Both(f"add `use std.{short}` at the top of the file", f"добавьте в начало файла `use std.{short}`")
        world.report(modules.UNKNOWN_MODULE, node.module.span, name=name, hint=hint)
    else:
        top = world.find(env.unit, "module", name, node.module.span, modules.UNKNOWN_MODULE)
    if top is None:
        world.lost_names.add(node.alias.name if node.alias is not None else node.module.parts[-1].name)
        world.lost_reasons = True
    return top


def _outer(env: Env) -> Iterator[Env]:
    at: Env | None = env
    while at is not None:
        yield at
        at = at.parent


def _params(node: nodes.Include, module: nodes.Module, env: Env, outer: Env) -> Mapping[str, Param]:
    """The parameters of an include: given or by default; missing, unknown and doubled ones are reported."""
    world = outer.world
    declared: dict[str, nodes.Param] = {}
    for param in module.body:
        if not isinstance(param, nodes.Param):
            continue
        if (first := declared.setdefault(param.name.name, param)) is not param:
            label = Label(first.name.span, Both("first declared here", "впервые объявлено здесь"))
            kind = Both("parameter", "параметр")
            world.report(names.REDECLARED, param.name.span, labels=(label,), name=param.name.name, kind=kind)
    given: dict[str, nodes.Value] = {}
    for value in node.values:
        name = value.name.name
        if name in given:
            label = Label(given[name].span, Both("first here", "впервые здесь"))
            world.report(modules.PARAMETER_TWICE, value.name.span, labels=(label,), name=name)
        elif name not in declared:
            what = Both("it has", "у него есть")
            world.unknown(modules.UNKNOWN_PARAMETER, value.name.span, name, declared, what, module=module.name.name)
        else:
            given[name] = value
    params: dict[str, Param] = {}
    for name, param in declared.items():
        if name in given:
            params[name] = Param(param, env, given[name].value, outer, given[name])
        else:
            params[name] = Param(param, env, param.default, env)
            if param.default is None and not world.broken:
                label = Label(param.span, Both("the module asks for it here", "модуль просит его здесь"))
                kind = type_name(param.type.name.name)
                world.report(
                    modules.MISSING_PARAMETER,
                    node.module.span,
                    labels=(label,),
                    module=module.name.name,
                    name=name,
                    type=kind,
                )
    return params
