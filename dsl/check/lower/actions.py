"""Actions: what robots, hooks and stages do, in file order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from voronka.dsl.check.expressions.values import length, maybe, value, when
from voronka.dsl.check.lower.home import Home, message
from voronka.dsl.check.lower.moments import who
from voronka.dsl.check.lower.tunnels import tunnel
from voronka.dsl.check.place import ANYTHING, declared, included, typed, wrong_type
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.resolve import event as find_event
from voronka.dsl.check.resolve import field as find_field
from voronka.dsl.check.resolve import reason as find_reason
from voronka.dsl.check.resolve import stage as find_stage
from voronka.dsl.check.resolve import task as find_task
from voronka.dsl.check.symbols import UNKNOWN, Env, FieldSym
from voronka.dsl.check.words import quoted, type_name
from voronka.dsl.definition.actions import (
    Action,
    AddTask,
    After,
    CancelTask,
    HandOver,
    If,
    Lose,
    Move,
    Notify,
    Render,
    Run,
    Send,
    SetField,
    Wait,
)
from voronka.dsl.definition.expr import Expr
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names, templates, types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Label


def block(body: Iterable[nodes.Node], home: Home) -> tuple[Action, ...]:
    """Actions of a block, each with its path."""
    made: list[Action] = []
    for node in body:
        made.extend(action(node, home))
    return tuple(made)


def action(node: nodes.Node, home: Home) -> list[Action]:
    """One sentence may be several actions: ``render contract, bill``."""
    if isinstance(node, nodes.Task):
        from voronka.dsl.check.lower.tasks import task

        made = task(node, home)
        return [AddTask(made, made.path, made.loc)]
    return _ACTIONS[type(node)](node, home)


def _send(node: nodes.Send, home: Home) -> list[Action]:
    place, world, env = home.place, home.table.world, home.env
    channel = world.library.channels.get(node.channel.name)
    if channel is None:
        what = Both("channels", "каналы")
        world.unknown(names.UNKNOWN_CHANNEL, node.channel.span, node.channel.name, world.library.channels, what)
    to = typed(node.to, place)
    if channel is not None and to.type is not UNKNOWN and to.type.kind not in channel.kinds:
        written = isinstance(node.to, nodes.StringLit) and "url" in channel.kinds
        if not written:
            wanted = [type_name(kind) for kind in sorted(channel.kinds)]
            what = Both(f"what `{channel.name}` is sent to", f"адресат для `{channel.name}`")
            both = Both(" or ".join(k.en for k in wanted), " или ".join(k.ru for k in wanted))
            wrong_type(env, node.to.span, what, both, to.type)
    attach = tuple(
        sym.name for ident in node.attach if (sym := _file(ident, env, Both("what is attached", "вложение")))
    )
    if attach and channel is not None and not channel.attaches:
        known = ", ".join(f"`{one.name}`" for one in world.library.channels.values() if one.attaches)
        world.report(templates.NOT_ATTACHED, node.attach[0].span, name=channel.name, known=known)
    text = message(None, node.template, env)
    path = home.unnamed(env)
    return [Send(node.channel.name, to, text, attach, maybe(node.when, place), path, loc_of(node.span))]


def _file(ident: nodes.Ident, env: Env, what: Both, kinds: tuple[str, ...] = ("file", "document")) -> FieldSym | None:
    sym = find_field(ident, env)
    if sym is None or sym.type is UNKNOWN:
        return None
    alone = env.table.kind == "module" and sym.type.kind == "file"  # a parameter that will be given a document
    if sym.type.kind not in kinds and not alone:
        wrong_type(env, ident.span, what, kinds[-1], sym.type, labels=(declared(sym),))
        return None
    return sym


def _notify(node: nodes.Notify, home: Home) -> list[Action]:
    env, place = home.env, home.place
    text = message(node.text, node.template, env)
    path = home.unnamed(env)
    return [Notify(who(node.who, place), text, False, maybe(node.when, place), path, loc_of(node.span))]


def _digest(node: nodes.Digest, home: Home) -> list[Action]:
    env, place = home.env, home.place
    text = message(None, node.template, env)
    path = home.unnamed(env)
    return [Notify(who(node.who, place), text, True, maybe(node.when, place), path, loc_of(node.span))]


def _set(node: nodes.Set, home: Home) -> list[Action]:
    env, place, path = home.env, home.place, home.unnamed(home.env)
    sym = settable(node.target, env)
    if sym is None:
        return []
    expr = value(node.value, place, sym.type, quoted(node.target.name), (declared(sym),))
    return [SetField(sym.name, expr, maybe(node.when, place), path, loc_of(node.span))]


def settable(target: nodes.Path, env: Env) -> FieldSym | None:
    """A field that may be set; formulas and other cards may not."""
    parts = target.parts
    for cut in range(len(parts) - 1, 0, -1):
        first = env.table.fields.get(env.full(".".join(part.name for part in parts[:cut])))
        if first is not None and first.type.kind == "link":
            hint = Both("a deal changes its own fields only", "сделка меняет только свои поля")
            env.world.report(types.CANNOT_SET, target.span, labels=included(env), name=target.name, hint=hint)
            return None
    sym = find_field(target, env)
    if sym is not None and sym.node.formula is not None:
        label = Label(sym.span, Both("the formula", "формула"))
        env.world.report(types.FORMULA_SET, target.span, labels=(label, *included(env)), name=target.name)
        return None
    if sym is not None and sym.type.kind == "links":
        hint = Both(
            f"it follows the deals whose `{sym.type.via}` points here",
            f"он складывается из сделок, у которых `{sym.type.via}` ведёт сюда",
        )
        env.world.report(types.CANNOT_SET, target.span, labels=included(env), name=target.name, hint=hint)
        return None
    return sym


def _clear(node: nodes.Clear, home: Home) -> list[Action]:
    def clear(ident: nodes.Ident, when: Expr | None, path: str) -> Action | None:
        sym = settable(nodes.Path((ident,), ident.span), home.env)
        return SetField(sym.name, None, when, path, loc_of(node.span)) if sym is not None else None

    return _each(node, home, clear)


def _render(node: nodes.Render, home: Home) -> list[Action]:
    what = Both("what is rendered", "то, что заполняется по шаблону")

    def render(ident: nodes.Ident, when: Expr | None, path: str) -> Action | None:
        sym = _file(ident, home.env, what, ("document",))
        return Render(sym.name, when, path, loc_of(node.span)) if sym is not None else None

    return _each(node, home, render)


def _each(
    node: nodes.Clear | nodes.Render, home: Home, make: Callable[[nodes.Ident, Expr | None, str], Action | None]
) -> list[Action]:
    """An action a field, each with a path of its own."""
    condition = maybe(node.when, home.place)
    made = [make(ident, condition, home.unnamed(home.env)) for ident in node.fields]
    return [one for one in made if one is not None]


def _run(node: nodes.Run, home: Home) -> list[Action]:
    args: dict[str, Expr] = {}
    for one in node.values:
        if one.name.name in args:
            home.table.world.report(names.SAID_TWICE, one.name.span, what=one.name.name)
        args[one.name.name] = typed(one.value, home.place)
    path = home.unnamed(home.env)
    condition = maybe(node.when, home.place)
    return [Run(node.action.name, tuple(args.items()), condition, path, loc_of(node.span))]


def _move(node: nodes.Move, home: Home) -> list[Action]:
    path = home.unnamed(home.env)
    stage = find_stage(node.target, home.env)
    condition = maybe(node.when, home.place)
    return [] if stage is None else [Move(stage.name, condition, path, loc_of(node.span))]


def _lose(node: nodes.Lose, home: Home) -> list[Action]:
    path = home.unnamed(home.env)
    reason = find_reason(node.reason, home.env)
    condition = maybe(node.when, home.place)
    return [] if reason is None else [Lose(reason.name, condition, path, loc_of(node.span))]


def _hand_over(node: nodes.HandOver, home: Home) -> list[Action]:
    path = home.unnamed(home.env)
    condition = maybe(node.when, home.place)
    return [HandOver(who(node.who, home.place), node.tasks, condition, path, loc_of(node.span))]


def _cancel(node: nodes.CancelTask, home: Home) -> list[Action]:
    path = home.unnamed(home.env)
    task = find_task(node.task, home.env, inside=False)
    condition = maybe(node.when, home.place)
    return [] if task is None else [CancelTask(task.name, condition, path, loc_of(node.span))]


def _tunnel(node: nodes.Tunnel, home: Home) -> list[Action]:
    made = tunnel(node, home.place, home.unnamed(home.env))
    return [] if made is None else [made]


def _if(node: nodes.If, home: Home) -> list[Action]:
    path = home.unnamed(home.env)
    condition = when(node.condition, home.place)
    then = block(node.then, home.inner(path))
    otherwise = block(node.otherwise or (), home.inner(f"{path}/#else"))
    return [If(condition, then, otherwise, path, loc_of(node.span))]


def _after(node: nodes.After, home: Home) -> list[Action]:
    path = home.unnamed(home.env)
    lasts = length(node.duration, home.place, Both("the delay", "задержка"))
    return [After(lasts, block(node.actions, home.inner(path)), path, loc_of(node.span))]


def _wait(node: nodes.Wait, home: Home) -> list[Action]:
    path = home.unnamed(home.env)
    lasts = length(node.duration, home.place, Both("the waiting time", "время ожидания"))
    event = task = ""
    inside = home.inner(path)
    if node.event is not None:
        found = find_event(node.event, home.env)
        event = found.name if found is not None else ""
        payload = found.payload if found is not None else ANYTHING
        inside = home.inner(path, payload=payload, events=node.event.name)
    elif node.task is not None:
        awaited = find_task(node.task, home.env, inside=False)
        task = awaited.name if awaited is not None else ""
    then = block(node.then, inside)
    otherwise = block(node.otherwise, home.inner(f"{path}/#else"))
    return [Wait(lasts, event, task, then, otherwise, path, loc_of(node.span))]


_ACTIONS: Mapping[type, Callable[[Any, Home], list[Action]]] = MappingProxyType(
    {
        nodes.Send: _send,
        nodes.Notify: _notify,
        nodes.Digest: _digest,
        nodes.Set: _set,
        nodes.Clear: _clear,
        nodes.Render: _render,
        nodes.Run: _run,
        nodes.Move: _move,
        nodes.Lose: _lose,
        nodes.HandOver: _hand_over,
        nodes.CancelTask: _cancel,
        nodes.Tunnel: _tunnel,
        nodes.If: _if,
        nodes.After: _after,
        nodes.Wait: _wait,
    }
)
PLAIN = frozenset(_ACTIONS)
