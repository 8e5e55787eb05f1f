"""Compiled conditions beside the same functions written by hand, guards against unset values included."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

from measures.harness import Act, Line, by_turns
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL, PERCENT, TEXT, Type
from voronka.engine.compile import Ctx, condition, fuse
from voronka.engine.deal.state import Deal, TaskState

Test = Callable[[Any, Any], Any]

MONEY, CHOICE = Type("money", currency="RUB"), Type("choice")
LIMIT, RATE, FIFTH = Decimal(1000), Decimal("0.3"), Decimal("0.2")
EXACT = Context(prec=50)
MOST = 1.15
CALLS, RULES = 5_000, 200
BY_HAND, LOOP = "written by hand", "a loop over as many written by hand"


def op(name: str, *args: Expr, of: Any = None) -> Expr:
    return Expr(name, BOOL, of, args)


def field(name: str, kind: Type = MONEY) -> Expr:
    return Expr("field", kind, name)


def const(value: Any, kind: Type = MONEY) -> Expr:
    return Expr("const", kind, value)


def enough(d: Any, c: Any) -> bool:
    f = d.f
    amount = f["amount"]
    return amount is not None and amount > LIMIT and f["need"] is not None


def gate(d: Any, c: Any) -> bool:
    f = d.f
    total = f["total"]
    if total is None or total < LIMIT:
        return False
    margin = f["margin"]
    if margin is None or margin < FIFTH:
        return False
    discount = f["discount"]
    if discount is not None and discount <= FIFTH:
        return True
    approval = d.approvals.get("big")
    return approval is not None and approval["state"] == "approved"


def reached(d: Any, c: Any) -> bool:
    task = d.latest.get("call")
    if task is None or task.status != "done" or task.outcome != "reached":
        return False
    segment = d.f["segment"]
    return segment is not None and segment in ("hot", "warm")


def prepaid(d: Any, c: Any) -> bool:
    f = d.f
    if f["segment"] == "key":
        return True
    paid, total = f["prepaid"], f["total"]
    return paid is not None and total is not None and paid >= EXACT.multiply(total, RATE)


def overdue(d: Any, c: Any) -> bool:
    now, visit = c.now, d.visit
    for task in d.tasks.values():  # a generator would be slower
        if task.status == "open" and task.due is not None and task.due <= now and task.visit in (0, visit):
            return True
    return False


BIG = Expr("approval", BOOL, ("big", "approved"))
DISCOUNT = op("le", field("discount", PERCENT), const(FIFTH, PERCENT))
SHARE = Expr("mul", MONEY, None, (field("total"), const(RATE, PERCENT)))
SEGMENT = field("segment", CHOICE)
CASES: dict[str, tuple[Expr, Test]] = {
    "amount > 1000 RUB and need is set": (
        op("and", op("gt", field("amount"), const(LIMIT)), op("set", field("need", TEXT))),
        enough,
    ),
    "total >= … and margin >= … and (discount <= … or approval …)": (
        op(
            "and",
            op("ge", field("total"), const(LIMIT)),
            op("ge", field("margin", PERCENT), const(FIFTH, PERCENT)),
            op("or", DISCOUNT, BIG),
        ),
        gate,
    ),
    "task call is reached and segment is in (hot, warm)": (
        op(
            "and",
            Expr("task", BOOL, ("call", "reached")),
            op("in", SEGMENT, const("hot", CHOICE), const("warm", CHOICE)),
        ),
        reached,
    ),
    "segment is key or prepaid >= total * 30%": (
        op("or", op("eq", SEGMENT, const("key", CHOICE)), op("ge", field("prepaid"), SHARE)),
        prepaid,
    ),
    "any of tasks are overdue": (op("any", Expr("item", BOOL, "overdue"), of="tasks"), overdue),
}


def a_deal() -> Deal:
    d = Deal(1, "sales")
    money = {"amount": Decimal(5000), "prepaid": Decimal(400), "total": Decimal(1200)}
    d.f = {**money, "need": "x", "segment": "hot", "margin": Decimal("0.25"), "discount": Decimal("0.25")}
    d.approvals = {"big": {"state": "approved"}}
    d.visit = 1
    d.tasks = {n: TaskState(n, "call", "p", 1, 0, "done", outcome="reached") for n in range(3)}
    d.tasks[3] = TaskState(3, "write", "p", 1, 0, due=200)
    d.latest = {"call": d.tasks[2]}
    return d


def lines(quick: bool) -> list[Line]:
    """Each condition beside the function one would write for it, and many fused into one beside a loop of those."""
    runs = 31 if quick else 101
    d, c = a_deal(), Ctx(100, None)  # type: ignore[arg-type]  # none of these asks the calendar
    found = []
    for text, (expr, by_hand) in CASES.items():
        compiled = condition(expr)
        if compiled(d, c) is not by_hand(d, c):
            raise AssertionError(f"{text}: the two do not agree")
        times = by_turns({text: _loop(compiled, d, c, CALLS), BY_HAND: _loop(by_hand, d, c, CALLS)}, runs)
        found.append(times.line(text, BY_HAND, limit=MOST, per=CALLS))
    together, first = fused()
    name = f"first true of {RULES} rules, fused"
    times = by_turns({name: _loop(together, d, c, CALLS // RULES), LOOP: _loop(first, d, c, CALLS // RULES)}, runs)
    return [*found, times.line(name, LOOP, limit=MOST, per=CALLS // RULES)]


def _loop(test: Test, d: Deal, c: Ctx, calls: int) -> Act:
    def run() -> None:
        for _ in range(calls):
            test(d, c)

    return run


def fused() -> tuple[Test, Test]:
    """First of many rules that is true: one fused function, and a loop over hand-written ones."""
    limits = [Decimal(10**6 + n) for n in range(RULES)]
    together = fuse(
        [op("and", op("gt", field("amount"), const(limit)), op("set", field("need", TEXT))) for limit in limits]
    )

    def rule(limit: Decimal) -> Test:
        def by_hand(d: Any, c: Any) -> bool:
            f = d.f
            amount = f["amount"]
            return amount is not None and amount > limit and f["need"] is not None

        return by_hand

    by_hand = [rule(limit) for limit in limits]

    def first(d: Any, c: Any) -> int:
        return next((n for n, test in enumerate(by_hand) if test(d, c)), -1)

    return together, first
