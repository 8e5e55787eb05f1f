"""Hints between the words: when a deadline would be, who gets a task that names nobody, what a parameter is left at."""

from __future__ import annotations

from typing import NamedTuple

from voronka.dsl.check.symbols import Env
from voronka.dsl.ide.view import View, deadlines
from voronka.dsl.syntax import nodes as n


class Hint(NamedTuple):
    """``text`` is shown behind the character before ``offset``."""

    offset: int
    text: str
    tooltip: str


def hints(view: View, start: int, end: int) -> list[Hint]:
    """Hints in a stretch of a file, in order."""
    found: list[Hint] = []
    if view.unit is None:
        return found
    for top in view.unit.file.body:
        env = view.env_of(top)
        if env is None or top.span.end < start or top.span.start > end:
            continue
        if env.table.kind == "pipeline" and isinstance(top, n.Pipeline):
            found += _deadlines(view, top, env)
        found += _assignees(view, top, env)
        found += _includes(view, top, env)
    return sorted(hint for hint in found if start <= hint.offset <= end)


def _deadlines(view: View, top: n.Pipeline, env: Env) -> list[Hint]:
    found = []
    for node, length, sign, times, words in deadlines(top):
        if not isinstance(node, n.Due | n.Limit | n.TriggerDue):
            continue
        resolved = view.resolve(env.table, length, sign, times)
        if resolved is not None and view.clock is not None:
            now = view.clock.said(resolved.now, view.lang)
            tip = view.say(f"if it happens now: {now}", f"если это случится сейчас: {now}")
            found.append(Hint(words.end, f"→ {view.clock.said(resolved.then, view.lang)}", tip))
    return found


def _assignees(view: View, top: n.Node, env: Env) -> list[Hint]:
    common = [placed.node for placed in env.table.root.every_task if isinstance(placed.node, n.Assign)]
    who = common[0].who.span.text if common else "owner"
    by_rule = view.say("`every task` says so", "так сказано в `every task`")
    by_default = view.say("it is the owner's", "задачу получает ответственный")
    why = view.say("nobody is named: ", "никто не назван: ") + (by_rule if common else by_default)
    return [
        Hint(_head_end(node), f"→ {who}", why)
        for node in n.walk(top)
        if isinstance(node, n.Task) and not any(isinstance(part, n.Assign) for part in node.body)
    ]


def _head_end(node: n.Task) -> int:
    parts = (node.when, node.was[-1] if node.was else None, node.title, node.name)
    return next(part.span.end for part in parts if part is not None)


def _includes(view: View, top: n.Node, env: Env) -> list[Hint]:
    """Parameters of an include that are left at their defaults."""
    found = []
    for one in env.table.envs:
        node = one.include
        if node is None or one.parent is not env or one.module is None or not isinstance(one.module.node, n.Module):
            continue
        given = {value.name.name for value in node.values}
        left = [
            f"{p.name.name} = {p.default.span.text}"
            for p in one.module.node.body
            if isinstance(p, n.Param) and p.default is not None and p.name.name not in given
        ]
        if left and node.span.source.name == view.source.name:
            shown = ", ".join(left[:3]) + (" …" if len(left) > 3 else "")
            end = node.alias.span.end if node.alias is not None else node.module.span.end
            found.append(Hint(end, shown, "\n".join(left)))
    return found
