"""What a deal keeps by name, under the names of another version: tasks, timers, counts, marks, approvals, pendings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from voronka.engine.deal.state import OPEN_STATES, TaskState
from voronka.engine.decide import tasks as planned
from voronka.engine.decide import values
from voronka.engine.program.lineage import Lineage

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step

# what stands behind a path in the name of a count: which trigger, of which task, what of it, whether of the visit
_BEHIND = re.compile(r"(~\d+)?(#\d+)?(:last|:past|:later)?@?")
_CONTINUED = re.compile(r"(?P<home>v|p|t:\d+):cont:(?P<path>.*):\d+")


def key_of(way: Lineage, key: str) -> str | None:
    """The name of a count or of a robot's timer (a path and what stands behind it) under the new paths."""
    for end in range(len(key), 0, -1):
        if key[:end] in way.known and _BEHIND.fullmatch(key, end):
            to = way.paths.get(key[:end])
            return None if to is None else to + key[end:]
    return None


# --- tasks -----------------------------------------------------------------------------------------------------------


def tasks(s: Step, way: Lineage) -> None:
    """Tasks keep their number and history; open ones that no sentence plans any more are cancelled."""
    for task in list(s.d.tasks.values()):
        if task.path not in way.known:
            continue
        to = way.paths.get(task.path)
        if to is None:
            if task.status in OPEN_STATES:
                rule = way.retired("task", task.name)
                if rule is not None:
                    s.because(f"retire {task.name}", str(rule.loc))
                planned.end(s, task, "cancelled", cause="retired")
            continue
        what = _renamed(s, way, task, to)
        if what:
            s.emit("task=", task.id, what)


def _renamed(s: Step, way: Lineage, task: TaskState, to: str) -> dict[str, Any]:
    declared = s.p.tasks_by_path.get(to)
    if declared is None:
        return {}
    new = declared.task.name
    what: dict[str, Any] = {}
    if to != task.path:
        what["path"] = to
    if new != task.name:
        what["name"] = new
    if task.outcome is not None:
        outcome = way.names.get(f"outcome {new}", {}).get(task.outcome, task.outcome)
        if outcome != task.outcome:
            what["outcome"] = outcome
    if task.assignee and task.assignee.startswith("@"):
        role = way.name("role", task.assignee[1:])
        if role is not None and f"@{role}" != task.assignee:
            what["assignee"] = f"@{role}"
    return what


# --- by name ---------------------------------------------------------------------------------------------------------


def names(s: Step, way: Lineage) -> None:
    """Reason, marks, ticks, mirrors, bookings, approvals, pending moves, flags and counts."""
    _reason(s, way)
    for key, at in list(s.d.marks.items()):
        to = _mark(way, key)
        if to != key:
            s.emit("mark", key, None)
            if to is not None and s.d.marks.get(to, 0) < at:
                s.emit("mark", to, at)
    for point in list(s.d.checks):
        name, _, item = point.partition(".")
        listed = way.name("checklist", name)
        inner = way.names.get(f"point {listed}", {}).get(item)
        _rename(s, "checks", point, None if listed is None or inner is None else f"{listed}.{inner}")
    for link, card in list(s.d.cards.items()):
        to = way.name("field", link)
        if to != link:
            s.emit("card", link, None)
            if to is not None:
                s.emit("card", to, card)
    for name in list(s.d.items):
        _rename(s, "items", name, way.name("field", name))
    for name, booking in list(s.d.bookings.items()):
        to = way.name("field", name)
        if to != name:
            s.emit("book", name, None)
            if to is not None:
                s.emit("book", to, booking)
    _approvals(s, way)
    _pendings(s, way)
    _flags(s, way)
    _counts(s, way)


def _flags(s: Step, way: Lineage) -> None:
    for key, data in list(s.d.flags.items()):
        kind, _, about = key.partition(":")
        if kind in ("nobody", "unsent", "undated") and about in way.known:
            to = way.paths.get(about)
        elif kind in ("check", "book", "require") and about in way.old.fields:
            to = way.name("field", about)
        else:
            continue
        if to == about:
            continue
        s.emit("flag", key, None)
        if to is not None:
            s.emit("flag", f"{kind}:{to}", data)


def _counts(s: Step, way: Lineage) -> None:
    moved = {key: key_of(way, key) for key in s.d.counts if key != "limit@"}
    changed = {key: (to, s.d.counts[key]) for key, to in moved.items() if to != key}
    # names may change places, so all are taken out before any is put back
    for key in changed:
        s.emit("key", "counts", key, None)
    for to, count in changed.values():
        if to is not None:
            s.emit("count", to, count)


def _rename(s: Step, table: str, old: str, new: str | None) -> None:
    if new != old:
        s.emit("key", table, old, new)


def _reason(s: Step, way: Lineage) -> None:
    if s.d.reason is None or s.d.reason not in way.old.reasons:
        return
    to = way.name("reason", s.d.reason)
    if to is None and (rule := way.retired("reason", s.d.reason)) is not None and rule.into:
        to = rule.into
    if to is not None and to != s.d.reason:
        s.emit("close", s.d.closed, to)


def _mark(way: Lineage, key: str) -> str | None:
    kind, _, rest = key.partition(":")
    if kind == "event":
        name = way.name("event", rest)
        return f"event:{name}" if name is not None else None
    if kind == "change":
        name = way.name("field", rest)
        return f"change:{name}" if name is not None else None
    if kind == "task":
        task, _, outcome = rest.rpartition(":")
        name = way.name("task", task)
        return None if name is None else f"task:{name}:{way.names.get(f'outcome {name}', {}).get(outcome, outcome)}"
    return key


def _approvals(s: Step, way: Lineage) -> None:
    for name, state in list(s.d.approvals.items()):
        to = way.name("approval", name)
        covered = dict(_covered(s, way, field, value) for field, value in state["covered"].items())
        task = s.d.tasks.get(state["task"])
        if to is None:
            if task is not None and task.status in OPEN_STATES:
                planned.end(s, task, "cancelled", cause="retired")
            s.emit("approval", name, None)
        elif to != name or covered != state["covered"]:
            s.emit("approval", name, None)
            s.emit("approval", to, {**state, "covered": covered})


def _covered(s: Step, way: Lineage, field: str, value: Any) -> tuple[str, Any]:
    """A value that an approval was given for, as the deal has it now: an option's new name is no other value."""
    old, to = way.old.fields.get(field), way.name("field", field)
    if old is None or to is None or value is None:
        return to or field, value
    return to, values.converted(way, old, s.p.pipeline.fields[to], value, s.cal)


def _pendings(s: Step, way: Lineage) -> None:
    for path, data in list(s.d.pending.items()):
        to = way.paths.get(path)
        name = way.name("stage" if data["what"] == "move" else "reason", data["name"])
        if to == path and name == data["name"]:
            continue
        s.emit("pend", path, None)
        if to is not None and name is not None:
            s.emit("pend", to, {**data, "name": name})


# --- timers ----------------------------------------------------------------------------------------------------------


def timers(s: Step, way: Lineage) -> None:
    """Timers under their new names, with their instants; what waits for something that is gone ends."""
    kept: list[tuple[str, int, Any]] = []
    for key, (due, _, context) in list(s.d.timers.items()):
        to, carried_context = timer(way, key, context)
        if (to, carried_context) == (key, context):
            continue
        s.emit("timer-", key)
        if to is not None:
            kept.append((to, due, carried_context))
    for key, due, context in kept:
        number = s.d.gen + 1
        if ":cont:" in key:
            key = f"{key.rpartition(':')[0]}:{number}"
        s.emit("timer", key, due, number, context)


def timer(way: Lineage, key: str, context: Any) -> tuple[str | None, Any]:
    """A timer's key and context under the new names; no key where what it is for is gone."""
    if (match := _CONTINUED.fullmatch(key)) is not None:
        return _block(way, key, match["home"], context)
    home, sign, name = key.partition(":robot:")
    if sign:
        to = key_of(way, name)
        return (None if to is None else f"{home}:robot:{to}"), context
    if key.startswith("v:return:"):
        path = way.paths.get(key.removeprefix("v:return:"))
        return (None if path is None else f"v:return:{path}"), context
    return key, context


def _block(way: Lineage, key: str, home: str, context: dict[str, Any]) -> tuple[str | None, Any]:
    path = way.paths.get(context["path"])
    if path is None:
        return None, None
    awaited = context.get("for")
    if awaited is not None:
        awaited = _mark(way, awaited)
        if awaited is None:
            return None, None
    after = {**context, "path": path, **({"for": awaited} if awaited is not None else {})}
    return (key, context) if after == context else (f"{home}:cont:{path}:0", after)
