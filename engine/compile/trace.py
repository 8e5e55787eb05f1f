"""Conditions that tell why: the same compiled tests, joined so that every part leaves its verdict and its values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeAlias

from voronka.dsl.definition.expr import Expr, Loc
from voronka.engine.compile.build import condition, refuted, value
from voronka.engine.compile.context import Ctx
from voronka.engine.compile.loops import TASKS, item_kind
from voronka.engine.compile.values import AGGREGATES, LOGIC, QUANTIFIERS
from voronka.engine.deal.protocol import Operand
from voronka.engine.deal.state import Deal, TaskState

_MOST_ITEMS = 50  # of a loop that are shown one by one


@dataclass(frozen=True, slots=True)
class Trace:
    """What a condition said of a deal.

    ``verdict``: true, false or, unknown, None · ``text``, ``loc``: as written, and where · ``operands``: every value
    that was looked at, here and below, each name once · ``parts``: of ``and``, ``or``, ``not``; of a quantifier its
    items, the first 50.
    """

    verdict: bool | None
    text: str
    loc: Loc
    operands: tuple[Operand, ...] = ()
    parts: tuple[Trace, ...] = ()


Traced: TypeAlias = Callable[[Deal, Ctx], Trace]
Look: TypeAlias = Callable[[Deal, Ctx], Operand]


def traced(expr: Expr) -> Traced:
    """The condition with its reasons, nothing left out; its verdict is that of ``condition`` and ``refuted``."""
    return _traced(expr, "", "")


def _traced(e: Expr, item: str, source: str) -> Traced:
    if e.op in ("and", "or", "not"):
        return _joined(e, [_traced(arg, item, source) for arg in e.args])
    true, false = condition(e, item), refuted(e, item)
    looks = list(_looks(e, item, source))
    items = _items(e) if e.op in QUANTIFIERS else None

    def trace(d: Deal, c: Ctx) -> Trace:
        verdict = True if true(d, c) else False if false(d, c) else None
        parts = items(d, c) if items is not None else ()
        return Trace(verdict, e.text or e.op, e.loc, _distinct(look(d, c) for look in looks), parts)

    return trace


def _joined(e: Expr, parts: list[Traced]) -> Traced:
    def trace(d: Deal, c: Ctx) -> Trace:
        seen = tuple(part(d, c) for part in parts)
        verdicts = [part.verdict for part in seen]
        operands = _distinct(operand for part in seen for operand in part.operands)
        return Trace(_kleene(e.op, verdicts), e.text or e.op, e.loc, operands, seen)

    return trace


def _kleene(op: str, verdicts: list[bool | None]) -> bool | None:
    if op == "not":
        return None if verdicts[0] is None else not verdicts[0]
    decisive = op == "or"
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def _items(e: Expr) -> Callable[[Deal, Ctx], tuple[Trace, ...]]:
    predicate = _traced(e.args[0], item_kind(e), str(e.value))

    def traces(d: Deal, c: Ctx) -> Iterator[Trace]:
        outside = c.item
        try:
            for key, c.item in islice(_table(d, e.value).items(), _MOST_ITEMS):
                label = c.item.name if isinstance(c.item, TaskState) else f"#{key}"
                trace = predicate(d, c)
                yield replace(trace, text=f"{label}: {trace.text}")
        finally:
            c.item = outside

    return lambda d, c: tuple(traces(d, c))


def _table(d: Deal, source: str) -> dict[Any, Any]:
    return d.present if source == TASKS else d.items.get(source) or {}


def _distinct(operands: Iterable[Operand]) -> tuple[Operand, ...]:
    return tuple({operand.name: operand for operand in operands}.values())


# --- operands --------------------------------------------------------------------------------------------------------


def _looks(e: Expr, item: str, source: str) -> Iterator[Look]:
    """What a leaf looks at: what it reads, then what was computed from that."""
    name = _name(e, source)
    match e.op, e.value:
        case "const", _:
            return
        case "task", (str(task), _):
            yield lambda d, c: Operand(f"task {task}", _state(d.latest.get(task), c))
        case "approval", (str(approval), _):
            yield lambda d, c: Operand(f"approval {approval}", (d.approvals.get(approval) or {}).get("state"))
        case "check", (str(checklist), str(point)) if point:
            key = f"{checklist}.{point}"
            yield lambda d, c: Operand(f"checklist {key}", d.checks.get(key, False))
        case "field", str(links) if e.type.kind == "links":
            yield lambda d, c: Operand(links, len(_table(d, links)))
        case _ if e.op in QUANTIFIERS:
            yield lambda d, c: Operand(str(e.value), len(_table(d, e.value)))
        case _ if e.op in AGGREGATES:
            yield _read(name, e, item)
        case _:
            for arg in e.args:
                yield from _looks(arg, item, source)
            if e.op not in LOGIC:
                yield _read(name, e, item)


def _read(name: str, e: Expr, item: str) -> Look:
    read = value(e, item)
    return lambda d, c: Operand(name, read(d, c))


def _name(e: Expr, source: str) -> str:
    match e.op, e.value:
        case "field", str(field):
            return field
        case "via", (str(link), str(field)):
            return f"{link}.{field}"
        case "payload", str(field):
            return f"event.{field}"
        case "item", str(field):
            return f"{source}.{field}"
    return e.text or e.op


def _state(task: TaskState | None, c: Ctx) -> str | None:
    """How a task stands, in the words of the language; None: there is none."""
    if task is None:
        return None
    if task.status == "done":
        return task.outcome or "done"
    if task.status == "open" and task.due is not None and task.due <= c.now:
        return "overdue"
    return task.status
