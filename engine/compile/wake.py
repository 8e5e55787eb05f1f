"""When time alone may turn a condition: what a host sets its timer to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import Duration
from voronka.engine.compile import moments
from voronka.engine.compile.build import value
from voronka.engine.compile.context import Ctx
from voronka.engine.compile.loops import TASKS, item_kind
from voronka.engine.compile.values import AGGREGATES, COMPARISONS, QUANTIFIERS, family
from voronka.engine.deal.state import Deal, TaskState
from voronka.stdlib.arithmetic import nominal

# Instants at which something under an expression may flip; past ones are left out later.
Finder: TypeAlias = Callable[[Deal, Ctx], Iterator[int]]

_MINUTE = 60_000
_SOLVED = COMPARISONS | {"ne"}


def wake(expr: Expr) -> Callable[[Deal, Ctx], int | None]:
    """The earliest instant after ``c.now`` at which the condition may change through time alone; None if it never does.

    It may come too early, never too late: until then the condition's truth is what it is now. Exact for ``older
    than``, ``within``, ``overdue``, for ``now`` and ``today`` compared with a moment, for ``now`` plus or minus minutes
    or hours, and for what has passed since or is left until a moment (``now - x > 3 hours``). Anything else over
    ``today`` answers with the next midnight of the pipeline's zone, anything else over ``now`` with the next whole
    minute: what flips within a minute there (nothing that goes by dates does) is noticed at its end.
    """
    finders = _finders(expr, "")
    if not finders:
        return _never

    def earliest(d: Deal, c: Ctx) -> int | None:
        now = c.now
        return min((at for find in finders for at in find(d, c) if at > now), default=None)

    return earliest


def _never(d: Deal, c: Ctx) -> None:
    return None


def _finders(e: Expr, item: str) -> list[Finder]:
    if e.op in QUANTIFIERS or e.op in AGGREGATES:
        return _for_each(e, [find for arg in e.args for find in _finders(arg, item_kind(e))])
    found = [find for arg in e.args for find in _finders(arg, item)]
    match e.op, e.value:
        case "now", _:
            return [_next_minute]
        case "today", _:
            return [_next_midnight]
        case "item", "overdue" if item == "task":
            return [_item_due]
        case "task", (str(task), "overdue"):
            return [_task_due(task)]
        case (("older" | "not_older"), _):
            return [_flips(e, item, older=True), *found]
        case (("within" | "not_within"), _):
            return [_flips(e, item, older=True), _flips(e, item, older=False), *found]
    if e.op in _SOLVED and len(e.args) == 2:
        left, right = e.args
        solved = _solved(left, right, item) or _solved(right, left, item)
        if solved is not None:
            return solved
    return found


def _solved(moving: Expr, still: Expr, item: str) -> list[Finder] | None:
    """A comparison of ``now`` or ``today``, in one of the plain forms, with what does not move along; else None."""
    if _has(still, "now"):
        return None
    along = _finders(still, item)  # `today` on the other side moves at midnight
    kinds = moving.op, *(arg.op for arg in moving.args)
    if moving.op == "now" and family(still) in ("date", "datetime"):
        return [_instants(still, item, lambda at, now: at), *along]
    if moving.op == "today" and family(still) == "date" and not along:
        return [_day_edges(still, item)]
    if moving.op in ("add", "sub") and kinds[1:].count("now") == 1:
        other = next(arg for arg in moving.args if arg.op != "now")
        if _has(other, "now"):
            return None
        along += _finders(other, item)
        if family(other) == "duration" and family(still) in ("date", "datetime") and family(moving) == "datetime":
            return [*_shifted(moving, other, still, item), *along]
        if moving.op == "sub" and family(other) in ("date", "datetime") and family(still) == "duration":
            return [_passed(other, still, item, since=kinds[1] == "now"), *along]
    return None


def _has(e: Expr, op: str) -> bool:
    return any(node.op == op for node in e.walk())


# --- finders ---------------------------------------------------------------------------------------------------------


def _next_minute(d: Deal, c: Ctx) -> Iterator[int]:
    yield (c.now // _MINUTE + 1) * _MINUTE


def _next_midnight(d: Deal, c: Ctx) -> Iterator[int]:
    midnight = moments.next_day(c.cal, c.today)
    if midnight is not None:
        yield midnight


def _due(task: TaskState | None) -> Iterator[int]:
    if task is not None and task.status == "open" and task.due is not None:
        yield task.due


def _item_due(d: Deal, c: Ctx) -> Iterator[int]:
    return _due(c.item)


def _task_due(name: str) -> Finder:
    return lambda d, c: _due(d.latest.get(name))


def _for_each(e: Expr, inner: list[Finder]) -> list[Finder]:
    """What the items bring, one by one."""
    if not inner:
        return []

    def find(d: Deal, c: Ctx) -> Iterator[int]:
        items: dict[Any, Any] = d.present if e.value == TASKS else d.items.get(e.value) or {}
        outside = c.item
        try:
            for c.item in items.values():
                for one in inner:
                    yield from one(d, c)
        finally:
            c.item = outside

    return [find]


def _flips(e: Expr, item: str, *, older: bool) -> Finder:
    """When ``older`` turns true, or ``within`` does."""
    moment, length = (value(arg, item) for arg in e.args)
    if family(e.args[0]) == "date":
        flip: Callable[..., int | None] = moments.date_older_from if older else moments.date_within_from
    else:
        flip = moments.older_from if older else moments.earlier

    def find(d: Deal, c: Ctx) -> Iterator[int]:
        at, lasts = moment(d, c), length(d, c)
        if at is not None and lasts is not None and (instant := flip(c.cal, at, lasts)) is not None:
            yield instant

    return find


def _instants(e: Expr, item: str, solve: Callable[[int, int], int]) -> Finder:
    """Where ``now`` reaches an instant, and where it has passed it."""
    moment, whole_day = value(e, item), family(e) == "date"

    def find(d: Deal, c: Ctx) -> Iterator[int]:
        at = moment(d, c)
        if at is not None and whole_day:
            at = moments.day_start(c.cal, at)
        if at is not None:
            flip = solve(at, c.now)
            yield flip
            yield flip + 1

    return find


def _day_edges(e: Expr, item: str) -> Finder:
    """Where ``today`` reaches a date, and where it has passed it."""
    day = value(e, item)

    def find(d: Deal, c: Ctx) -> Iterator[int]:
        at = day(d, c)
        if at is not None:
            for edge in (moments.day_start(c.cal, at), moments.next_day(c.cal, at)):
                if edge is not None:
                    yield edge

    return find


def _shifted(moving: Expr, length: Expr, still: Expr, item: str) -> list[Finder]:
    """``now + D`` reaches an instant. Within a minute ``now + D`` moves as ``now`` does, or rests (out of hours)."""
    shifted, lasts, reached = value(moving, item), value(length, item), value(still, item)
    whole_day = family(still) == "date"

    def find(d: Deal, c: Ctx) -> Iterator[int]:
        at, goal, unit = shifted(d, c), reached(d, c), lasts(d, c)
        if goal is not None and whole_day:
            goal = moments.day_start(c.cal, goal)
        if at is not None and goal is not None:
            yield c.now + goal - at
            yield c.now + goal - at + 1
        if unit is not None and unit.unit not in ("min", "hour"):
            yield from _next_minute(d, c)

    return [find]


def _passed(moment: Expr, length: Expr, item: str, *, since: bool) -> Finder:
    """``now - x`` or, not ``since``, ``x - now`` reaches a length."""
    lasts = value(length, item)

    def solve_for(d: Deal, c: Ctx) -> int | None:
        long: Duration | None = lasts(d, c)
        return None if long is None else nominal(long)

    plain = _instants(moment, item, lambda at, now: at)

    def find(d: Deal, c: Ctx) -> Iterator[int]:
        milliseconds = solve_for(d, c)
        if milliseconds is not None:
            for at in plain(d, c):
                yield at + milliseconds if since else at - milliseconds

    return find
