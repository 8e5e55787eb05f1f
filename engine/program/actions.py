"""Actions become closures over the step they act in, in file order.

Blocks that run later (``after``, ``wait``, ``on H at 10:00``) are registered by path, because a timer can only carry
a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.actions import (
    Action,
    AddTask,
    After,
    CancelTask,
    HandOver,
    If,
    Lose,
    Message,
    Move,
    Notify,
    Render,
    Send,
    SetField,
    Tunnel,
    Wait,
)
from voronka.dsl.definition.actions import Run as RunPlugin
from voronka.dsl.definition.expr import Expr
from voronka.engine import compile as compiled
from voronka.engine.program.parts import Condition, Run, condition

if TYPE_CHECKING:
    from voronka.engine.program.build import Builder


def compile_block(actions: tuple[Action, ...], builder: Builder) -> tuple[Run, ...]:
    return tuple(compile_action(action, builder) for action in actions)


def compile_action(action: Action, builder: Builder) -> Run:
    """One action as ``run(step)``; a false ``when`` makes it do nothing."""
    act = _act(action, builder)
    path, loc = action.path, str(action.loc)
    when = None if isinstance(action, If) else condition(getattr(action, "when", None))
    if when is not None:
        builder.sentences[path] = when

    if when is None:

        def run(s: Any) -> None:
            s.because(path, loc)
            act(s)
    else:

        def run(s: Any) -> None:
            if when.true(s.d, s):
                s.because(path, loc)
                act(s)

    return run


def _act(action: Action, builder: Builder) -> Run:
    match action:
        case AddTask(task=task):
            program = builder.task(task)
            if task.when is not None:
                when = builder.sentences[action.path] = Condition(task.when)
                return lambda s: s.plan(program) if when.true(s.d, s) else None
            return lambda s: s.plan(program)
        case SetField(field=field, expr=expr):
            value = compiled.value(expr) if expr is not None else lambda d, c: None
            return lambda s: s.assign_field(field, value(s.d, s), action)
        case Send():
            return _send(action, builder)
        case Notify():
            return _notify(action, builder)
        case Move(stage=stage):
            builder.moves[action.path] = action
            return lambda s: s.auto_move(stage, action)
        case Lose(reason=reason):
            builder.moves[action.path] = action
            return lambda s: s.auto_lose(reason, action)
        case If():
            return _if(action, builder)
        case Wait():
            return _wait(action, builder)
        case After(length=length):
            lasts = compiled.value(length)
            builder.blocks[action.path] = compile_block(action.actions, builder)
            return lambda s: s.later(action, lasts(s.d, s))
        case HandOver():
            who = builder.who(action.who)
            return lambda s: s.hand_over(who, action.tasks_only)
        case Render(field=field):
            return lambda s: s.render(field, action)
        case CancelTask(task=name):
            return lambda s: s.cancel_named(name, action)
        case Tunnel():
            tunnel = builder.tunnel(action)
            return lambda s: s.tunnel(tunnel)
        case RunPlugin():
            args = tuple((name, compiled.value(expr)) for name, expr in action.args)
            return lambda s: s.effect(
                {"kind": "run", "plugin": action.plugin, "args": {name: value(s.d, s) for name, value in args}}, action
            )
    raise TypeError(f"unknown action {type(action).__name__}")


def message_data(message: Message) -> dict[str, str]:
    """What the intent says of its text: the template's name; inline texts are found again by the sentence's path."""
    return {"template": message.template} if message.template else {}


def _send(action: Send, builder: Builder) -> Run:
    value = compiled.value(action.to)
    to = address_of(action.to)
    builder.addressed.add(action.path)

    def act(s: Any) -> None:
        if value(s.d, s) is None:
            s.unsent(action, action.to.text or action.to.value)
            return
        intent = {"kind": "send", "channel": action.channel, "to": to, **message_data(action.message)}
        if action.attach:
            intent["attach"] = {name: s.d.f.get(name) for name in action.attach}
        s.effect(intent, action)
        s.settled(f"unsent:{action.path}")

    return act


def address_of(expr: Expr) -> dict[str, Any]:
    """Where a message goes, by reference: the log holds no address (architecture.md, Personal data)."""
    if expr.op == "field":
        return {"field": expr.value}
    if expr.op == "via":
        return {"link": expr.value[0], "name": expr.value[1]}
    if expr.op == "payload":
        return {"payload": expr.value}
    if expr.op == "const":
        return {"address": expr.value}
    return {"name": expr.op}


def _notify(action: Notify, builder: Builder) -> Run:
    who = builder.who(action.who)
    kind = "digest" if action.digest else "notify"

    def act(s: Any) -> None:
        person = s.who(who)
        if person is None:
            s.nobody(action)
            return
        # what one firing says to one person goes out as one message: the instant tells firings apart
        instant = {"at": s.now} if action.digest else {}
        s.effect({"kind": kind, "to": {"person": person}, **instant, **message_data(action.message)}, action)
        s.settled(f"nobody:{action.path}")

    return act


def _if(action: If, builder: Builder) -> Run:
    test = builder.sentences[action.path] = Condition(action.when)
    then, otherwise = compile_block(action.then, builder), compile_block(action.otherwise, builder)

    def act(s: Any) -> None:
        for run in then if test.true(s.d, s) else otherwise:
            run(s)

    return act


def _wait(action: Wait, builder: Builder) -> Run:
    lasts = compiled.value(action.length)
    builder.blocks[action.path] = compile_block(action.otherwise, builder)
    builder.blocks[action.path + "/then"] = compile_block(action.then, builder)
    awaited = f"event:{action.event}" if action.event else f"task:{action.task}:done"
    builder.awaited.add(awaited)
    return lambda s: s.later(action, lasts(s.d, s), awaited)
