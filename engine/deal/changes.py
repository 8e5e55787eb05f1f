"""Changes: the only way a deal's state comes about. Folding applies them in order; it never decides.

A change is a tuple whose first item says what it does:

================================== ===============================================================================
``("new", pipeline, at)``          the deal begins
``("by", path, loc)``              what follows was caused by this robot, rule or sentence (for readers; no effect)
``("set", field, value)``          value is a run-time Value
``("stage", stage, at)``           a new visit begins: timers, counts, ticks, approvals and pendings of the old end
``("close", at, reason)``          won (reason None) or lost; ``("reopen",)``
``("owner", person)``
``("task", id, {…})``              planned; ``("task=", id, {…})`` altered: only what differs
``("timer", key, due, gen, ctx)``  set; ``("timer-", key)`` ended
``("count", key, n)`` ``("tick", point, on)`` ``("approval", name, data|None)`` ``("mark", key, at)``
``("card", link, {…}|None)``       mirrored values of a linked card; ``("item", field, id, {…}|None)`` of an item
``("pend", path, data|None)``      a blocked automatic move; ``("flag", key, data|None)`` a standing trouble
``("book", field, [resource, item, from, to]|None)``
``("seen", sender, version)``      a message was handled (idempotency)
``("effect", {…})``                an outbox intent; ``("message", {…})`` to another deal: no effect on this state
``("note", {…})``                  note, attachment, comment: for the feed; no effect on this state
``("called", pipeline, stage)``    what they are called from now on: the visit goes on (``was``)
``("key", table, old, new|None)``  an entry of counts, checks or items is called otherwise, or is gone
================================== ===============================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from voronka.dsl.definition.values import decode, encode
from voronka.engine.deal.state import Deal, TaskState

Change: TypeAlias = tuple[Any, ...]
_KEYED = frozenset({"counts", "checks", "items"})  # tables of a deal whose keys may be renamed
# ops that speak to others than the deal itself
SILENT = frozenset({"by", "effect", "message", "note"})


def apply(deal: Deal, change: Change) -> None:
    """Apply one change. Raises ValueError for an unknown one (a log from a newer version)."""
    op = change[0]
    if op in SILENT:
        return
    if op == "set":
        deal.f[change[1]] = change[2]
    elif op == "task":
        task = TaskState(**change[2])
        deal.tasks[task.id] = task
        deal.latest[task.name] = task
        deal.next_task = max(deal.next_task, task.id + 1)
    elif op == "task=":
        task = deal.tasks[change[1]].copy()
        if "name" in change[2] and (latest := deal.latest.get(task.name)) is not None and latest.id == task.id:
            del deal.latest[task.name]
            other = deal.latest.get(change[2]["name"])
            if other is None or other.id < task.id:
                deal.latest[change[2]["name"]] = task
        for key, value in change[2].items():
            setattr(task, key, value)
        deal.tasks[task.id] = task
        if (latest := deal.latest.get(task.name)) is not None and latest.id == task.id:
            deal.latest[task.name] = task
    elif op == "timer":
        deal.timers[change[1]] = [change[2], change[3], change[4]]
        deal.gen = max(deal.gen, change[3])
    elif op == "timer-":
        deal.timers.pop(change[1], None)
    elif op == "mark":
        _put(deal.marks, change[1], change[2])
    elif op == "count":
        deal.counts[change[1]] = change[2]
    elif op == "stage":
        _enter(deal, change[1], change[2])
    elif op == "owner":
        deal.owner = change[1]
    elif op == "tick":
        deal.checks[change[1]] = change[2]
    elif op == "approval":
        _put(deal.approvals, change[1], change[2])
    elif op == "pend":
        _put(deal.pending, change[1], change[2])
    elif op == "flag":
        _put(deal.flags, change[1], change[2])
    elif op == "card":
        _put(deal.cards, change[1], change[2])
    elif op == "item":
        items = dict(deal.items.get(change[1], {}))
        _put(items, change[2], change[3])
        deal.items[change[1]] = items
    elif op == "book":
        _put(deal.bookings, change[1], change[2])
    elif op == "seen":
        deal.seen[change[1]] = change[2]
    elif op == "called":
        deal.pipeline, deal.stage = change[1], change[2]
    elif op == "key" and change[1] in _KEYED:
        table = getattr(deal, change[1])
        if change[2] in table:
            value = table.pop(change[2])
            if change[3] is not None:
                table[change[3]] = value
    elif op == "close":
        deal.closed, deal.reason = change[1], change[2]
    elif op == "reopen":
        deal.closed, deal.reason = None, None
    elif op == "new":
        deal.pipeline, deal.created, deal.now = change[1], change[2], change[2]
    else:
        raise ValueError(f"unknown change {op!r}: this log was written by a newer version")


def _put(table: dict[Any, Any], key: Any, value: Any) -> None:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value


def _enter(deal: Deal, stage: str, at: int) -> None:
    deal.stage, deal.entered = stage, at
    deal.visit += 1
    deal.checks = {}
    deal.approvals = {name: data for name, data in deal.approvals.items() if data.get("scope") == "pipeline"}
    deal.pending = {}
    deal.counts = {key: n for key, n in deal.counts.items() if "@" not in key}
    deal.latest = {name: task for name, task in deal.latest.items() if task.visit == 0}
    deal.flags = {key: data for key, data in deal.flags.items() if data.get("scope") != "visit"}


def fold(deal: Deal, changes: Iterable[Change], now: int, definition: str) -> Deal:
    """Apply one event's changes in place: the version grows by one and the deal's clock moves on."""
    for change in changes:
        apply(deal, change)
    deal.version += 1
    deal.now = max(deal.now, now)
    deal.definition = definition
    return deal


# --- encoding ------------------------------------------------------------------------------------------------------

_PLAIN = frozenset({str, int, bool, type(None)})  # exactly these are their own encoding
_TABLES = {"card": 2, "item": 3}


def encode_change(change: Change) -> list[Any]:
    """A change as JSON data."""
    op = change[0]
    if op == "set":
        return ["set", change[1], encode(change[2])]
    if op in _TABLES and change[-1] is not None:
        return [*change[:-1], {key: encode(value) for key, value in change[-1].items()}]
    if op in ("effect", "message", "approval") or (op == "task" and change[2].get("event")):
        return [*change[:-1], encode_deep(change[-1])]
    return list(change)


def decode_change(data: list[Any]) -> Change:
    """The inverse of :func:`encode_change`."""
    op = data[0]
    if op == "set":
        return ("set", data[1], decode(data[2]))
    if op in _TABLES and data[-1] is not None:
        return (*data[:-1], {key: decode(value) for key, value in data[-1].items()})
    if op in ("effect", "message", "approval", "task"):
        return (*data[:-1], decode_deep(data[-1]))
    return tuple(data)


def encode_deep(data: Any) -> Any:
    """Encode the values inside nested dicts; lists stay lists of JSON data, values become their encoding."""
    if isinstance(data, dict):
        return {key: value if type(value) in _PLAIN else encode_deep(value) for key, value in data.items()}
    if isinstance(data, list):
        return ["*", *(encode_deep(item) for item in data)]
    return encode(data)


def decode_deep(data: Any) -> Any:
    """The inverse of :func:`encode_deep`."""
    if isinstance(data, dict):
        return {key: decode_deep(value) for key, value in data.items()}
    if isinstance(data, list):
        return [decode_deep(item) for item in data[1:]] if data[:1] == ["*"] else decode(data)
    return data


def dump(deal: Deal) -> dict[str, Any]:
    """The whole state as canonical JSON data: what the store keeps and `store verify` compares."""
    return {
        "id": deal.id,
        "p": deal.pipeline,
        "def": deal.definition,
        "v": deal.version,
        "now": deal.now,
        "created": deal.created,
        "closed": deal.closed,
        "reason": deal.reason,
        "stage": deal.stage,
        "visit": deal.visit,
        "entered": deal.entered,
        "owner": deal.owner,
        "f": {key: encode(value) for key, value in deal.f.items() if value is not None},
        "tasks": [encode_deep(task.data()) for task in deal.tasks.values()],
        "next": deal.next_task,
        "timers": deal.timers,
        "gen": deal.gen,
        "counts": deal.counts,
        "checks": deal.checks,
        "approvals": encode_deep(deal.approvals),
        "marks": deal.marks,
        "cards": {link: {k: encode(v) for k, v in card.items()} for link, card in deal.cards.items()},
        "items": {
            name: {str(number): {k: encode(v) for k, v in item.items()} for number, item in items.items()}
            for name, items in deal.items.items()
        },
        "pending": deal.pending,
        "flags": deal.flags,
        "bookings": deal.bookings,
        "seen": deal.seen,
    }


def load(data: dict[str, Any]) -> Deal:
    """The inverse of :func:`dump`."""
    deal = Deal(data["id"], data["p"])
    deal.definition, deal.version, deal.now = data["def"], data["v"], data["now"]
    deal.created, deal.closed, deal.reason = data["created"], data["closed"], data["reason"]
    deal.stage, deal.visit, deal.entered, deal.owner = data["stage"], data["visit"], data["entered"], data["owner"]
    deal.f = {key: decode(value) for key, value in data["f"].items()}
    for fields in data["tasks"]:
        task = TaskState(**decode_deep(fields))
        deal.tasks[task.id] = task
        if task.visit in (0, deal.visit):
            deal.latest[task.name] = task
    deal.next_task, deal.timers, deal.gen = data["next"], data["timers"], data["gen"]
    deal.counts, deal.checks, deal.marks = data["counts"], data["checks"], data["marks"]
    deal.approvals = decode_deep(data["approvals"])
    deal.cards = {link: {k: decode(v) for k, v in card.items()} for link, card in data["cards"].items()}
    deal.items = {
        name: {int(number): {k: decode(v) for k, v in item.items()} for number, item in items.items()}
        for name, items in data["items"].items()
    }
    deal.pending, deal.flags, deal.bookings, deal.seen = data["pending"], data["flags"], data["bookings"], data["seen"]
    return deal
