"""The language's expressions by the book: a slow tree walker with a third truth value, none of the compiler's code."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import Duration
from voronka.engine.compile import Ctx
from voronka.engine.deal.state import Deal, TaskState

EXACT = Context(prec=50, Emin=-99, Emax=99, traps=[DivisionByZero, InvalidOperation, Overflow])
MINUTES = {
    "min": 1,
    "hour": 60,
    "workhour": 60,
    "day": 1440,
    "workday": 1440,
    "week": 10080,
    "month": 43830,
    "year": 525960,
}
SMALLER = {"hour": ("min", 60), "week": ("day", 7), "year": ("month", 12)}
ORDERS = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def negated(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def all_of(verdicts: list[bool | None]) -> bool | None:
    if any(v is False for v in verdicts):
        return False
    return None if any(v is None for v in verdicts) else True


def any_of(verdicts: list[bool | None]) -> bool | None:
    return negated(all_of([negated(v) for v in verdicts]))


def run(e: Expr, d: Deal, c: Ctx, item: Any = None) -> Any:
    """The value of any expression; None is unset, or unknown."""
    op = e.op

    def arg(n: int) -> Any:
        return run(e.args[n], d, c, item)

    def table(source: Any) -> list[Any]:
        return list(d.present.values() if source == "tasks" else d.items.get(source, {}).values())

    match op:
        case "const":
            return e.value
        case "field":
            return d.f[e.value]
        case "via":
            return d.cards.get(e.value[0], {}).get(e.value[1])
        case "payload":
            return (c.e or {}).get(e.value)
        case "now":
            return c.now
        case "today":
            return c.cal.today(c.now)
        case "owner":
            return d.owner
        case "supervisor":
            return c.supervisor(d)
        case "stage":
            return d.stage
        case "creation":
            return d.created
        case "entry":
            return d.entered
        case "closing":
            return d.closed
        case "last_contact":
            return d.marks.get("contact")
        case "item":
            return state_of(item, e.value, c) if isinstance(item, TaskState) else item.get(e.value)
        case "add" | "sub" | "mul" | "div" | "neg":
            return arithmetic(e, [arg(n) for n in range(len(e.args))], c)
        case "lt" | "le" | "gt" | "ge" | "eq" | "ne":
            left, right = comparable(arg(0), c, e), comparable(arg(1), c, e)
            return None if left is None or right is None else ORDERS[op](left, right)
        case "in":
            return any_of([run(Expr("eq", e.type, None, (e.args[0], m)), d, c, item) for m in e.args[1:]])
        case "set":
            source = e.args[0]
            return bool(table(source.value)) if source.type.kind == "links" else arg(0) is not None
        case "has":
            return None if arg(0) is None or arg(1) is None else arg(1) in arg(0)
        case "older":
            return older(arg(0), arg(1), c)
        case "within":
            return within(arg(0), arg(1), c)
        case "not_in" | "unset" | "not_older" | "not_within":
            plain = "set" if op == "unset" else op.removeprefix("not_")
            return negated(run(Expr(plain, e.type, e.value, e.args), d, c, item))
        case "not":
            return negated(arg(0))
        case "and":
            return all_of([arg(n) for n in range(len(e.args))])
        case "or":
            return any_of([arg(n) for n in range(len(e.args))])
        case "all" | "any" | "none":
            verdicts = [run(e.args[0], d, c, it) for it in table(e.value)]
            if op == "all":
                return all_of(verdicts) if verdicts else None
            return any_of(verdicts) if op == "any" else negated(any_of(verdicts))
        case "sum" | "min" | "max" | "count" | "share":
            taken = [it for it in table(e.value) if run(e.args[-1], d, c, it) is True]
            if op == "count":
                return len(taken)
            if op == "share":
                return EXACT.divide(len(taken), len(table(e.value))) if table(e.value) else None
            return fold(op, e, [run(e.args[0], d, c, it) for it in taken])
        case "task":
            task = d.latest.get(e.value[0])
            return task is not None and state_of(task, e.value[1], c)
        case "check":
            ticked = d.checks.get(".".join(e.value)) is True
            return all(arg(n) for n in range(len(e.args))) if not e.value[1] else ticked
        case "approval":
            return d.approvals.get(e.value[0], {}).get("state") == e.value[1]
        case "call":
            return call(e.value, [arg(n) for n in range(len(e.args))], c)
    raise AssertionError(op)


def state_of(task: TaskState, state: str, c: Ctx) -> bool:
    if state == "planned":
        return task.status in ("open", "waiting")
    if state == "overdue":
        return task.status == "open" and task.due is not None and c.now >= task.due
    if state in ("open", "waiting", "done", "cancelled"):
        return task.status == state
    return task.status == "done" and task.outcome == state


def comparable(value: Any, c: Ctx, e: Expr) -> Any:
    if isinstance(value, Duration):
        return length(value)
    mixed = {arg.type.kind for arg in e.args} == {"date", "datetime"}
    return c.cal.day_start(value) if mixed and isinstance(value, date) else value


def length(value: Duration) -> int:
    """In milliseconds, where no calendar is asked."""
    return round(value.n * MINUTES[value.unit] * 60_000)


def arithmetic(e: Expr, values: list[Any], c: Ctx) -> Any:
    if any(value is None for value in values):
        return None
    with localcontext(EXACT):
        return computed(e, values, c)


def computed(e: Expr, values: list[Any], c: Ctx) -> Any:
    if e.op == "neg":
        (value,) = values
        return value._replace(n=-value.n) if isinstance(value, Duration) else -value
    a, b = values
    durations = [value for value in values if isinstance(value, Duration)]
    moments = [value for value, arg in zip(values, e.args, strict=True) if arg.type.kind in ("date", "datetime")]
    try:
        if len(moments) == 2:
            if isinstance(a, date) and isinstance(b, date):
                return Duration(Decimal((a - b).days), "day")
            a, b = (c.cal.day_start(value) if isinstance(value, date) else value for value in (a, b))
            return Duration(EXACT.divide(Decimal(a - b), 60_000), "min")
        if moments:
            sign = 1 if e.op == "add" else -1
            if e.type.kind == "date":
                return c.cal.add_date(moments[0], durations[0], sign)
            at = c.cal.day_start(moments[0]) if isinstance(moments[0], date) else moments[0]
            return c.cal.add(at, durations[0], sign)
        if len(durations) == 2:
            if e.op == "div":
                return EXACT.divide(length(a), length(b)) if a.unit != b.unit else EXACT.divide(a.n, b.n)
            return added(a, b if e.op == "add" else b._replace(n=-b.n))
        if durations:
            number = b if isinstance(a, Duration) else a
            scaled = EXACT.multiply if e.op == "mul" else EXACT.divide
            return durations[0]._replace(n=scaled(durations[0].n, number))
        if e.op == "div":
            return EXACT.divide(a, b)
        return {"add": a + b, "sub": a - b, "mul": a * b}[e.op]
    except (DecimalException, ValueError, OverflowError):
        return None


def added(a: Duration, b: Duration) -> Duration | None:
    if a.unit == b.unit:
        return Duration(a.n + b.n, a.unit)
    if a.n == 0 or b.n == 0:
        return b if a.n == 0 else a
    (base, n), (other, m) = SMALLER.get(a.unit, (a.unit, 1)), SMALLER.get(b.unit, (b.unit, 1))
    if base == other:
        return Duration(a.n * n + b.n * m, base)
    if base.startswith("work") or other.startswith("work"):
        return None
    return Duration(a.n * MINUTES[a.unit] + b.n * MINUTES[b.unit], "min")


def older(moment: Any, lasts: Any, c: Ctx) -> bool | None:
    if moment is None or lasts is None:
        return None
    if not isinstance(moment, date):
        return c.cal.add(moment, lasts) <= c.now
    if lasts.unit in ("min", "hour", "workhour"):
        return c.cal.add(c.cal.day_start(moment + timedelta(days=1)), lasts) <= c.now
    return c.cal.today(c.now) > c.cal.add_date(moment, lasts)


def within(moment: Any, lasts: Any, c: Ctx) -> bool | None:
    if moment is None or lasts is None:
        return None
    if not isinstance(moment, date):
        return c.cal.add(moment, lasts, -1) <= c.now and not older(moment, lasts, c)
    if lasts.unit in ("min", "hour", "workhour"):
        return c.cal.add(c.cal.day_start(moment), lasts, -1) <= c.now and not older(moment, lasts, c)
    return c.cal.add_date(moment, lasts, -1) <= c.cal.today(c.now) and not older(moment, lasts, c)


def fold(op: str, e: Expr, values: list[Any]) -> Any:
    if any(value is None for value in values):
        return None
    if op == "sum":
        return sum(values)
    return {"min": min, "max": max}[op](values) if values else None


def call(name: str, values: list[Any], c: Ctx) -> Any:
    if name == "coalesce":
        return next((value for value in values if value is not None), None)
    if any(value is None for value in values):
        return None
    if name in ("min", "max"):
        return {"min": min, "max": max}[name](values)
    days = [value if isinstance(value, date) else c.cal.today(value) for value in values]
    return {"weekday": lambda: days[0].weekday() + 1, "days_between": lambda: (days[1] - days[0]).days}[name]()
