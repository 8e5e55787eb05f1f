"""References by name: from an identifier to what it was declared as, with parameters in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from voronka.dsl.check.expressions.fit import fit
from voronka.dsl.check.fieldtypes import written_type
from voronka.dsl.check.params import UNBOUND, Bound, Param
from voronka.dsl.check.place import Place, home, included, typed, wrong_type
from voronka.dsl.check.symbols import UNKNOWN, ChecklistSym, Env, EventSym, FieldSym, StageSym, Sym, TaskSym
from voronka.dsl.check.words import NOTHING, quoted, type_name
from voronka.dsl.check.world import visible
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.moments import Who
from voronka.dsl.definition.types import Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import modules, names
from voronka.dsl.text.codes.base import Both, Code
from voronka.dsl.text.diagnostic import Label
from voronka.dsl.text.span import Span

_S = TypeVar("_S", bound=Sym)
BUILT_IN_PEOPLE = ("owner", "supervisor", "deputy", "assignee")


# Parameters


def bound(param: Param) -> Bound:
    """What a parameter stands for. Its value is typed once, and reported where it is given."""
    if param.bound is None:
        if param.busy:
            return UNBOUND
        param.busy = True
        param.bound = _bind(param)
        param.busy = False
    return param.bound


def _bind(param: Param) -> Bound:
    type_ = written_type(param.node.type, param.env, param=True)
    if type_ is UNKNOWN:
        return UNBOUND
    if param.value is None:
        return _placeholder(param, type_)
    if type_.kind == "stage":
        stage = _named(param, "stage")
        return Bound(type_, name=stage) if stage else UNBOUND
    if type_.kind == "reason":
        reason = _named(param, "reason")
        return Bound(type_, name=reason) if reason else UNBOUND
    if type_.kind == "user" and isinstance(param.value, nodes.Path):
        found = _who_value(param, param.value)
        if found is not None:
            return found
    place = Place(param.value_env, clock="param")
    expr = typed(param.value, place, type_)
    if expr.type is UNKNOWN:
        return UNBOUND
    fitted = fit(expr, type_)
    if fitted is None:
        _wrong(param, type_name(type_), type_name(expr.type), expr)
        return UNBOUND
    return Bound(type_ if fitted.op == "const" else fitted.type, fitted)


def _placeholder(param: Param, type_: Type) -> Bound:
    """A module by itself: its parameters are something of their type."""
    if type_.kind in ("stage", "reason"):
        known: Iterable[str] = param.env.table.stages if type_.kind == "stage" else param.env.table.reasons
        return Bound(type_, name=next(iter(known), ""))
    return Bound(type_, Expr("field", type_, f"${param.node.name.name}"))


def _named(param: Param, kind: str) -> str:
    """The stage or reason that a value names, or an empty text."""
    value, env = param.value, param.value_env
    what = type_name(kind)
    if not isinstance(value, nodes.Path):
        assert value is not None
        expr = typed(value, Place(env, clock="param"), None)
        if expr.type is not UNKNOWN:
            _wrong(param, what, type_name(expr.type), expr)
        return ""
    if len(value.parts) == 1 and (outer := env.params.get(value.name)) is not None:
        inner = bound(outer)
        if inner.type.kind == kind:
            return inner.name
        if inner.type is not UNKNOWN:
            _wrong(param, what, type_name(inner.type), None)
        return ""
    if kind == "stage":
        found: Sym | None = stage(value, env)
    else:
        found = reason(value.parts[0], env) if len(value.parts) == 1 else None
    return found.name if found is not None else ""


def _who_value(param: Param, path: nodes.Path) -> Bound | None:
    """A parameter of type user may be a role, too, or a person; None where it is an expression."""
    env, name = param.value_env, path.name
    if len(path.parts) == 1 and name in env.params:
        return bound(env.params[name])
    if name == "owner" or name == "supervisor":
        expr = typed(path, Place(env, clock="param"), None)
        return Bound(Type("user"), expr, who=Who(name))
    if name in env.table.roles and env.full(name) not in env.table.fields:
        return Bound(Type("user"), who=Who("role", name))
    return None


def _wrong(param: Param, wanted: Both, got: Both, expr: Expr | None) -> None:
    assert param.value is not None
    assert param.env.module is not None
    world = param.env.world
    label = Label(param.node.span, Both("the module asks for it here", "модуль просит его здесь"))
    world.report(
        modules.WRONG_PARAMETER,
        param.value.span,
        labels=(label,),
        name=param.node.name.name,
        module=param.env.module.name,
        wanted=wanted,
        got=got,
        hint=NOTHING,
    )


# Names of a pipeline


def _lookup(
    table: Mapping[str, _S], name: str, span: Span, env: Env, code: Code, what: Both, **args: object
) -> _S | None:
    found = table.get(env.full(name))
    if found is None:
        prefix = env.prefix
        known = [one.removeprefix(prefix) for one in table if one.startswith(prefix)]
        env.world.unknown(code, span, name, known, what, labels=included(env), home=home(env), **args)
    return found


def field(ident: nodes.Ident | nodes.Path, env: Env) -> FieldSym | None:
    """A field of this deal; a parameter that stands for one will do."""
    name = ident.name
    if name in env.params:
        value = bound(env.params[name])
        if value.expr is not None and value.expr.op == "field":
            return bound_field(value, env)
        if value.type is not UNKNOWN:
            wanted = Both("a field of this deal", "поле этой сделки")
            wrong_type(env, ident.span, quoted(name), wanted, value.type)
        return None
    if env.full(name) not in env.table.fields and name in ("owner", "stage", "supervisor"):
        why = Both("it is no field", "это не поле")
        hint = {
            "owner": Both("the owner changes by `hand over to …`", "ответственного меняет `hand over to …`"),
            "stage": Both("the stage changes by `move to …`", "этап меняет `move to …`"),
            "supervisor": NOTHING,
        }[name]
        env.world.report(names.OUT_OF_PLACE, ident.span, name=name, why=why, hint=hint)
        return None
    return _lookup(env.table.fields, name, ident.span, env, names.UNKNOWN_FIELD, Both("fields", "поля"))


def bound_field(value: Bound, env: Env) -> FieldSym:
    """The field that a parameter stands for. In a module by itself it is one of its type, declared nowhere."""
    assert value.expr is not None
    if (declared := env.table.fields.get(value.expr.value)) is not None:
        return declared
    module = env.table.node
    written = nodes.Field(
        module.name, None, (), nodes.PlainType(module.name, None, module.span), None, None, None, module.span
    )
    return FieldSym(value.expr.value, written, env, module.span, value.type)


def find_stage(name: str, env: Env) -> StageSym | None:
    """A stage that a name means here: a parameter, or one of the name space."""
    if name in env.params:
        value = bound(env.params[name])
        return env.table.stages.get(value.name) if value.type.kind == "stage" else None
    return env.table.stages.get(env.full(name))


def stage_names(env: Env) -> list[str]:
    """Names of stages that are seen here, for suggestions."""
    own = [name.removeprefix(env.prefix) for name in env.table.stages if name.startswith(env.prefix)]
    return [*own, *(name for name, param in env.params.items() if param.bound and param.bound.type.kind == "stage")]


def stage(path: nodes.Path | nodes.Ident, env: Env) -> StageSym | None:
    """The stage that is named, else a finding."""
    name = path.name
    if name in env.params and bound(env.params[name]).type is UNKNOWN:
        return None
    if (found := find_stage(name, env)) is not None:
        return found
    what = Both("stages", "этапы")
    env.world.unknown(
        names.UNKNOWN_STAGE, path.span, name, stage_names(env), what, labels=included(env), home=home(env)
    )
    return None


def task(ident: nodes.Ident, env: Env, inside: bool = True) -> TaskSym | None:
    """A task of this name space; not ``inside``: those of its includes are not seen from here (Meaning 16)."""
    what = Both("tasks", "задачи")
    if inside:
        return _lookup(env.table.tasks, ident.name, ident.span, env, names.UNKNOWN_TASK, what)
    own = {name: sym for name, sym in env.table.tasks.items() if "." not in name.removeprefix(env.prefix)}
    if env.full(ident.name) in env.table.tasks and env.full(ident.name) not in own:
        why = Both("it is inside of an include", "она внутри подключённого модуля")
        hint = Both(
            "of an include only fields and events are seen: let the module set a field, and ask for that",
            "у подключённого модуля видны только поля и события: пусть модуль запишет поле, его и спрашивайте",
        )
        env.world.report(names.OUT_OF_PLACE, ident.span, labels=included(env), name=ident.name, why=why, hint=hint)
        return None
    return _lookup(own, ident.name, ident.span, env, names.UNKNOWN_TASK, what)


def event(ident: nodes.Ident, env: Env) -> EventSym | None:
    return _lookup(env.table.events, ident.name, ident.span, env, names.UNKNOWN_EVENT, Both("events", "события"))


def approval(ident: nodes.Ident, env: Env) -> Sym | None:
    what = Both("approvals", "согласования")
    return _lookup(env.table.approvals, ident.name, ident.span, env, names.UNKNOWN_APPROVAL, what)


def checklist(ident: nodes.Ident, env: Env) -> ChecklistSym | None:
    what = Both("checklists", "чек-листы")
    return _lookup(env.table.checklists, ident.name, ident.span, env, names.UNKNOWN_CHECKLIST, what)


def reason(ident: nodes.Ident, env: Env) -> Sym | None:
    """A reason of loss; those of modules have no prefix, because they are the pipeline's own."""
    name = ident.name
    if name in env.params:
        value = bound(env.params[name])
        if value.type.kind == "reason":
            return env.table.reasons.get(value.name)
        if value.type is UNKNOWN:
            return None
    if (found := env.table.reasons.get(name)) is None and not env.world.lost_reasons:
        what = Both("reasons", "причины")
        known = env.table.reasons
        env.world.unknown(
            names.UNKNOWN_REASON, ident.span, name, known, what, labels=included(env), home=env.table.name
        )
    return found


def segment(ident: nodes.Ident, env: Env) -> str:
    """A segment of the pipeline, or of a file that is seen; an empty text where there is none."""
    if ident.name in env.table.segments:
        return ident.name
    known = {**env.table.segments, **visible(env.unit, "segment")}
    if ident.name in known:
        return ident.name
    top = env.world.find(env.unit, "segment", ident.name, ident.span, names.UNKNOWN_SEGMENT)
    return top.name if top is not None else ""


def role_or_person(name: str, env: Env) -> Who | None:
    """A role of the pipeline or a person that is seen; nothing is reported."""
    if name in env.table.roles:
        return Who("role", name)
    if name in visible(env.unit, "person"):
        return Who("person", name)
    return None
