"""Why a condition holds or does not: verdicts and values of its parts (U5), and what it reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engine_compile.trees import CALENDAR, DAY, MONEY, NOW, STAGE
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.types import BOOL, DATE, DATETIME, DURATION, PERCENT, TEXT, USER, Type
from voronka.dsl.definition.values import Duration
from voronka.engine.compile import Ctx, Trace, reads, traced
from voronka.engine.deal.protocol import Operand
from voronka.engine.deal.state import Deal, TaskState

pytestmark = pytest.mark.requirement("U5")

AMOUNT, TOTAL = Expr("field", MONEY, "amount"), Expr("field", MONEY, "total")
THIRD = Expr("mul", MONEY, None, (TOTAL, Expr("const", PERCENT, Decimal("0.3"))), text="total * 30%")


def op(name: str, *args: Expr, of: Any = None, text: str = "", line: int = 0) -> Expr:
    return Expr(name, BOOL, of, args, Loc("sales.pipeline", line), text)


def seen(operands: tuple[Operand, ...]) -> dict[str, Any]:
    return {operand.name: operand.value for operand in operands}


def outline(trace: Trace) -> Any:
    """Texts and verdicts, nested."""
    return (
        (trace.text, trace.verdict, [outline(part) for part in trace.parts])
        if trace.parts
        else (trace.text, trace.verdict)
    )


def test_every_part_says_its_verdict_and_its_values_and_nothing_is_skipped() -> None:
    enough = op("ge", AMOUNT, THIRD, text="amount >= total * 30%", line=7)
    key = op("eq", Expr("field", TEXT, "segment"), Expr("const", TEXT, "key"), text="segment is key", line=8)
    held = op("and", op("not", key, text="not segment is key"), enough, text="the whole", line=7)
    d = Deal(1, "sales")
    d.visit = 1
    d.f = {"amount": Decimal(20), "total": Decimal(100), "segment": "key"}
    trace = traced(held)(d, Ctx(NOW, CALENDAR))
    assert outline(trace) == (
        "the whole",
        False,
        [("not segment is key", False, [("segment is key", True)]), ("amount >= total * 30%", False)],
    )
    assert str(trace.parts[1].loc) == "sales.pipeline:7"
    assert seen(trace.parts[1].operands) == {"amount": 20, "total": 100, "total * 30%": 30}
    assert seen(trace.operands) == {"segment": "key", "amount": 20, "total": 100, "total * 30%": 30}
    d.f["total"] = None
    assert traced(enough)(d, Ctx(NOW, CALENDAR)).verdict is None


def test_operands_have_the_names_people_write() -> None:
    d = Deal(1, "sales")
    d.visit = 1
    d.owner, d.stage = "anna", "new"
    d.tasks[1] = d.latest["call"] = TaskState(1, "call", "p", 1, NOW, "done", outcome="reached")
    d.latest["offer"] = TaskState(2, "offer", "p", 1, NOW, due=NOW - DAY)
    d.checks = {"fit.budget": True}
    d.approvals = {"discount": {"state": "asked"}}
    d.cards = {"client": {"city": "Омск"}}
    d.items = {"goods": {7: {"stage": "sold"}, 9: {"stage": None}}}
    d.marks = {"contact": NOW - DAY}
    d.f = {"goods": None}
    sold = op("eq", Expr("item", STAGE, "stage"), Expr("const", STAGE, "sold"), text="goods are sold")
    points = tuple(Expr("check", BOOL, ("fit", point)) for point in ("budget", "term"))
    every = op(
        "or",
        op("task", of=("call", "reached")),
        op("task", of=("offer", "done")),
        op("task", of=("other", "done")),
        op("check", *points, of=("fit", "")),
        op("approval", of=("discount", "approved")),
        op("eq", Expr("via", TEXT, ("client", "city")), Expr("payload", TEXT, "city")),
        op("eq", Expr("owner", USER), Expr("supervisor", USER)),
        op("eq", Expr("stage", STAGE), Expr("const", STAGE, "new")),
        op("all", sold, of="goods"),
        op("set", Expr("field", Type("links"), "goods")),
        op(
            "gt", Expr("share", MONEY, "goods", (sold,), text="share(goods are sold)"), Expr("const", MONEY, Decimal(0))
        ),
        op("older", Expr("last_contact", DATETIME), Expr("const", DURATION, Duration(Decimal(3), "day"))),
    )
    trace = traced(every)(d, Ctx(NOW, CALENDAR, {"city": "Томск"}))
    assert seen(trace.operands) == {
        "task call": "reached",
        "task offer": "overdue",
        "task other": None,
        "checklist fit.budget": True,
        "checklist fit.term": False,
        "approval discount": "asked",
        "client.city": "Омск",
        "event.city": "Томск",
        "owner": "anna",
        "supervisor": None,
        "stage": "new",
        "goods": 2,
        "share(goods are sold)": Decimal("0.5"),
        "last_contact": NOW - DAY,
    }
    (items,) = [part for part in trace.parts if part.parts and part.text == "all"]
    assert outline(items) == ("all", None, [("#7: goods are sold", True), ("#9: goods are sold", None)])
    assert seen(items.parts[1].operands) == {"goods.stage": None}


def test_tasks_are_shown_by_name_and_not_without_end() -> None:
    d, c = Deal(1, "sales"), Ctx(NOW, CALENDAR)
    d.visit = 1
    d.tasks = {n: TaskState(n, f"t{n}", "p", 1, NOW) for n in range(1000)}
    d.tasks[999].status = "done"
    trace = traced(op("any", Expr("item", BOOL, "done", text="tasks are done"), of="tasks"))(d, c)
    assert trace.verdict is True
    assert [part.text for part in trace.parts[:2]] == ["t0: tasks are done", "t1: tasks are done"]
    assert len(trace.parts) == 50
    assert c.item is None


@pytest.mark.parametrize(
    ("expr", "keys"),
    [
        (op("gt", AMOUNT, THIRD), "f:amount f:total"),
        (op("set", Expr("field", Type("links"), "goods")), "items:goods"),
        (op("set", Expr("via", TEXT, ("client", "city"))), "card:client f:client"),
        (op("set", Expr("payload", TEXT, "city")), "event"),
        (op("all", op("set", Expr("item", TEXT, "x")), of="goods"), "items:goods"),
        (op("none", Expr("item", BOOL, "open"), of="tasks"), "tasks"),
        (op("none", Expr("item", BOOL, "overdue"), of="tasks"), "tasks time"),
        (op("task", of=("call", "done")), "task:call"),
        (op("task", of=("call", "overdue")), "task:call time"),
        (op("check", of=("fit", "budget")), "check:fit"),
        (op("approval", of=("discount", "asked")), "approval:discount"),
        (op("eq", Expr("stage", STAGE), Expr("const", STAGE, "new")), "stage"),
        (op("set", Expr("closing", DATETIME)), "stage"),
        (op("eq", Expr("owner", USER), Expr("supervisor", USER)), "owner people"),
        (op("older", Expr("last_contact", DATETIME), Expr("const", DURATION, None)), "mark:contact time"),
        (op("lt", Expr("today", DATE), Expr("const", DATE, date(2026, 1, 1))), "time"),
        (op("lt", Expr("creation", DATETIME), Expr("entry", DATETIME)), "stage"),
    ],
)
def test_reads(expr: Expr, keys: str) -> None:
    assert reads(expr) == set(keys.split())
