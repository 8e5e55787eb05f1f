"""Random typed expressions and random deals, small enough to meet at their edges."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import CalendarSpec
from voronka.dsl.definition.types import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    INTEGER,
    NUMBER,
    PERCENT,
    TEXT,
    USER,
    Option,
    Title,
    Type,
)
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.compile import Ctx
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.time.calendar import WorkCalendar

MONEY = Type("money", currency="RUB")
KIND = Type("choice", options=(Option("hot", Title()), Option("warm", Title()), Option("cold", Title())))
WANTS = Type("choices", options=(Option("music", Title()), Option("photo", Title())))
RATING = Type("rating", low=0, high=10)
STAGE = Type("stage")
GOODS = Type("links", target="goods", via="order")

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_774_700_000_000  # 28 March 2026, 13:13:20 in Berlin: the clocks change that night
TODAY = date(2026, 3, 28)
CALENDAR = WorkCalendar(
    CalendarSpec("shop", Title(), "", Loc("", 0), (("09:00", "18:00", ()),), (("2026-04-03", "2026-04-06"),)),
    "Europe/Berlin",
)

FIELDS: dict[str, Type] = {
    "amount": MONEY,
    "prepaid": MONEY,
    "guests": INTEGER,
    "rooms": INTEGER,
    "hours": NUMBER,
    "discount": PERCENT,
    "vip": BOOL,
    "paid": BOOL,
    "name": TEXT,
    "city": TEXT,
    "kind": KIND,
    "wants": WANTS,
    "score": RATING,
    "signed_on": DATE,
    "due_on": DATE,
    "starts_at": DATETIME,
    "ends_at": DATETIME,
    "term": DURATION,
    "lasts": DURATION,
}
TASKS = ("call", "offer")
STATES = ("done", "open", "overdue", "cancelled", "waiting", "planned")
_SMALL = [Decimal(n) for n in ("0", "1", "2", "-1", "0.5", "3")]
_EDGES = (0, 1, -1, MINUTE, -HOUR, 3 * HOUR, -3 * HOUR, DAY, -DAY, 23 * HOUR, -3 * DAY, 30 * DAY)
_LENGTHS = [
    Duration(Decimal(n), unit)
    for n, unit in (
        ("0", "day"),
        ("1", "day"),
        ("3", "day"),
        ("1", "week"),
        ("1", "month"),
        ("90", "min"),
        ("3", "hour"),
        ("1", "workday"),
        ("2", "workhour"),
        ("0.5", "hour"),
    )
]
_VALUES: dict[str, Callable[[random.Random], Any]] = {
    "money": lambda r: r.choice(_SMALL),
    "number": lambda r: r.choice(_SMALL),
    "percent": lambda r: r.choice(_SMALL),
    "integer": lambda r: r.randrange(-1, 4),
    "rating": lambda r: r.randrange(4),
    "bool": lambda r: r.random() < 0.5,
    "text": lambda r: r.choice(["", "a", "b"]),
    "user": lambda r: r.choice(["anna", "ivan"]),
    "stage": lambda r: r.choice(["new", "paid"]),
    "choice": lambda r: r.choice(["hot", "warm", "cold"]),
    "choices": lambda r: r.choice([(), ("music",), ("photo",), ("music", "photo")]),
    "date": lambda r: TODAY + timedelta(days=r.choice([0, 1, -1, 3, -3, 7, -30])),
    "datetime": lambda r: Instant(NOW + r.choice(_EDGES)),
    "duration": lambda r: r.choice(_LENGTHS),
}


def a_value(kind: str, r: random.Random) -> Any:
    return _VALUES[kind](r)


def maybe(kind: str, r: random.Random) -> Any:
    return None if r.random() < 0.25 else a_value(kind, r)


def a_deal(r: random.Random) -> tuple[Deal, Ctx]:
    d = Deal(1, "sales")
    d.f = {name: maybe(kind.kind, r) for name, kind in FIELDS.items()} | {"goods": None}
    d.owner, d.stage = maybe("user", r), a_value("stage", r)
    d.created, d.entered, d.closed = NOW - 5 * DAY, NOW + min(0, r.choice(_EDGES)), maybe("datetime", r)
    if r.random() < 0.7:
        d.marks["contact"] = a_value("datetime", r)
    d.visit = 2
    for number in range(r.choice((0, 1, 2, 4))):
        status = r.choice(["open", "open", "waiting", "done", "cancelled"])
        outcome = r.choice([None, "reached"]) if status == "done" else None
        due = maybe("datetime", r) if status != "waiting" else None
        task = TaskState(number, r.choice(TASKS), "p", r.choice((0, 1, 2, 2)), NOW, status, due=due, outcome=outcome)
        d.tasks[number] = d.latest[task.name] = task
    if r.random() < 0.8:
        d.items["goods"] = {
            n: {
                "price": maybe("money", r),
                "stage": a_value("stage", r),
                "ready_on": maybe("date", r),
                "gift": maybe("bool", r),
            }
            for n in range(r.choice((0, 1, 2, 3)))
        }
    if r.random() < 0.7:
        d.cards["client"] = {"city": maybe("text", r), "since": maybe("date", r)}
    d.checks = {key: r.random() < 0.7 for key in ("fit.budget", "fit.term") if r.random() < 0.7}
    if r.random() < 0.6:
        d.approvals["discount"] = {"state": r.choice(["asked", "approved", "rejected"])}
    payload = {"amount": maybe("money", r)} if r.random() < 0.7 else None
    return d, Ctx(NOW + r.choice((0, 0, 1, -HOUR, DAY)), CALENDAR, payload)


# --- expressions -----------------------------------------------------------------------------------------------------

_READS: dict[str, list[Expr]] = {}
for _name, _type in FIELDS.items():
    _READS.setdefault(_type.kind, []).append(Expr("field", _type, _name))
for _op, _type in (("now", DATETIME), ("creation", DATETIME), ("closing", DATETIME), ("entry", DATETIME)):
    _READS[_type.kind].append(Expr(_op, _type))
_READS["datetime"].append(Expr("last_contact", DATETIME))
_READS["date"] += [Expr("today", DATE), Expr("via", DATE, ("client", "since"))]
_READS["text"].append(Expr("via", TEXT, ("client", "city")))
_READS["money"].append(Expr("payload", MONEY, "amount"))
_READS["user"] = [Expr("owner", USER), Expr("supervisor", USER)]
_READS["stage"] = [Expr("stage", STAGE)]
_TYPES = {one.kind: one for one in (*FIELDS.values(), USER, STAGE)}
_TASK_ITEMS = [Expr("item", BOOL, state) for state in STATES]
_CARD_ITEMS = {
    "money": Expr("item", MONEY, "price"),
    "stage": Expr("item", STAGE, "stage"),
    "date": Expr("item", DATE, "ready_on"),
    "bool": Expr("item", BOOL, "gift"),
}
_ORDERED = ("money", "number", "integer", "percent", "rating", "date", "datetime", "duration", "text")
_NUMBERS = ("money", "number", "integer", "percent")


class Grower:
    """Draws expressions; ``item`` is what a quantifier brings: "" nothing, tasks or goods."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], bare_now: bool = True) -> None:
        self.draw = draw
        self.bare_now = bare_now

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def constant(self, kind: str) -> Expr:
        return Expr("const", _TYPES[kind], a_value(kind, random.Random(self.draw(st.integers(0, 999)))))

    def value(self, kind: str, depth: int, item: str = "") -> Expr:
        options = ["const", "read", "read", "read"]
        if item == "goods" and kind in _CARD_ITEMS:
            options += ["item", "item"]
        if depth > 0:
            options += {
                "money": ["sum", "scale", "min", "plus", "coalesce"],
                "number": ["ratio", "plus", "share", "neg"],
                "integer": ["count", "plus", "days_between", "weekday"],
                "percent": ["plus", "neg"],
                "duration": ["between", "passed", "scaled", "plus"],
                "date": ["shift", "max"],
                "datetime": ["shift", "coalesce"],
                "bool": ["condition", "condition"],
            }.get(kind, [])
        how, result = self.pick(options), _TYPES[kind]
        deeper = depth - 1
        if how == "const":
            return self.constant(kind)
        if how == "item":
            return _CARD_ITEMS[kind]
        if how == "read":
            return self.pick([e for e in _READS[kind] if self.bare_now or e.op != "now"])
        if how == "condition":
            return self.condition(deeper, item)
        if how == "sum":
            return Expr(
                self.pick(["sum", "min", "max"]), MONEY, "goods", (_CARD_ITEMS["money"], self.inside("goods", deeper))
            )
        if how in ("count", "share"):
            source = self.pick(["goods", "tasks"])
            return Expr(how, result, source, (self.inside(source, deeper),))
        if how == "scale":
            percent = self.value(self.pick(["percent", "number"]), deeper, item)
            return Expr(self.pick(["mul", "div"]), MONEY, None, (self.value("money", deeper, item), percent))
        if how == "ratio":
            same = self.pick(["money", "duration", "number"])
            return Expr("div", NUMBER, None, (self.value(same, deeper, item), self.value(same, deeper, item)))
        if how == "neg":
            return Expr("neg", result, None, (self.value(kind, deeper, item),))
        if how == "between":
            return Expr("sub", DURATION, None, (self.value("date", deeper, item), self.value("date", deeper, item)))
        if how == "passed":
            moments = (self.value("datetime", deeper, item), self.value(self.pick(["datetime", "date"]), deeper, item))
            return Expr("sub", DURATION, None, moments)
        if how == "scaled":
            return Expr(
                "mul", DURATION, None, (self.value("number", deeper, item), self.value("duration", deeper, item))
            )
        if how == "shift":
            args = (self.value(kind, deeper, item), self.value("duration", deeper, item))
            return Expr(self.pick(["add", "sub"]), result, None, args)
        if how == "plus":
            op = self.pick(["add", "sub"])
            return Expr(op, result, None, (self.value(kind, deeper, item), self.value(kind, deeper, item)))
        if how == "days_between":
            days = (self.value("date", deeper, item), self.value("datetime", deeper, item))
            return Expr("call", INTEGER, how, days)
        if how == "weekday":
            return Expr("call", INTEGER, how, (self.value("date", deeper, item),))
        return Expr("call", result, how, (self.value(kind, deeper, item), self.value(kind, deeper, item)))

    def inside(self, source: str, depth: int) -> Expr:
        return self.condition(min(depth, 2), source)

    def condition(self, depth: int, item: str = "") -> Expr:
        ops = ["order", "order", "eq", "set", "bool", "in", "has", "older", "within", "check", "approval", "task"]
        if item == "tasks":
            ops = ["state", "state", "order"]
        if depth > 0:
            ops += ["and", "or", "and", "or", "not", "is", *(["quantifier"] if not item else [])]
        op, deeper = self.pick(ops), depth - 1
        match op:
            case "and" | "or":
                args = tuple(self.condition(deeper, item) for _ in range(self.pick([2, 2, 3])))
                return Expr(op, BOOL, None, args)
            case "not":
                return Expr("not", BOOL, None, (self.condition(deeper, item),))
            case "is":
                return Expr("eq", BOOL, None, (self.value("bool", deeper, item), self.value("bool", deeper, item)))
            case "quantifier":
                source = self.pick(["goods", "tasks"])
                return Expr(self.pick(["all", "any", "none"]), BOOL, source, (self.inside(source, deeper),))
            case "state":
                return self.pick(_TASK_ITEMS)
            case "order" | "eq":
                kind = self.pick(_ORDERED if op == "order" else tuple(_TYPES))
                other = self.pick(["date", "datetime"]) if kind in ("date", "datetime") else kind
                relation = self.pick(["lt", "le", "gt", "ge"] if op == "order" else ["eq", "ne"])
                return Expr(relation, BOOL, None, (self.value(kind, depth, item), self.value(other, deeper, item)))
            case "set":
                kind = self.pick(tuple(_TYPES))
                source = self.pick([self.value(kind, deeper, item), Expr("field", GOODS, "goods")])
                return Expr(self.pick(["set", "unset"]), BOOL, None, (source,))
            case "bool":
                return self.value("bool", 0, item)
            case "in":
                kind = self.pick(("choice", "text", "integer", "money", "stage", "duration", "date"))
                members = [self.constant(kind) for _ in range(self.pick([1, 2, 5]))]
                if self.pick([False, False, True]):
                    members.append(self.value(kind, 0, item))
                return Expr(self.pick(["in", "not_in"]), BOOL, None, (self.value(kind, deeper, item), *members))
            case "has":
                wanted = Expr("const", Type("choice", options=WANTS.options), self.pick(["music", "photo"]))
                return Expr("has", BOOL, None, (Expr("field", WANTS, "wants"), wanted))
            case "older" | "within":
                moment = self.value(self.pick(["date", "datetime"]), 0, item)
                length = self.pick([self.constant("duration"), self.value("duration", 0)])
                return Expr(self.pick([op, f"not_{op}"]), BOOL, None, (moment, length))
            case "check":
                points = tuple(Expr("check", BOOL, ("fit", point)) for point in ("budget", "term"))
                return self.pick([*points, Expr("check", BOOL, ("fit", ""), points)])
            case "approval":
                return Expr("approval", BOOL, ("discount", self.pick(["asked", "approved", "rejected"])))
        return Expr("task", BOOL, (self.pick(TASKS), self.pick([*STATES, "reached"])))


@st.composite
def conditions(draw: Any, depth: int = 3, bare_now: bool = True) -> Expr:
    return Grower(draw, bare_now).condition(depth)


@st.composite
def formulas(draw: Any, depth: int = 3) -> Expr:
    grower = Grower(draw)
    return grower.value(grower.pick(tuple(_TYPES)), depth)


def shown(e: Expr) -> str:
    """An expression on one line, for failures."""
    inside = ", ".join(shown(arg) for arg in e.args)
    return f"{e.op}[{e.value}]({inside})" if e.value is not None else f"{e.op}({inside})"


def at(c: Ctx, now: int) -> Ctx:
    """The same surroundings at another instant."""
    return Ctx(now, c.cal, c.e)
