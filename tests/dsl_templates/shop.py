"""A small shop, built by hand: enough of everything that a text can speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from voronka.dsl.check.templates import check_templates, read_template
from voronka.dsl.definition.actions import (
    Action,
    Approval,
    Message,
    Notify,
    Outcome,
    Render,
    Require,
    Robot,
    Send,
    Task,
)
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition, EventDecl, Field, Person, Pipeline, Reason, Role, Stage
from voronka.dsl.definition.moments import Happening, Moment, Trigger, Who
from voronka.dsl.definition.types import BOOL, DATE, DATETIME, INTEGER, NUMBER, PERCENT, TEXT, USER, Option, Title, Type
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import Source

HERE = Loc("shop.pipeline", 1)
RUB, EUR = Type("money", currency="RUB"), Type("money", currency="EUR")
EMAIL, PHONE = Type("email"), Type("phone")
OWNER = Who("owner")


def both(ru: str, en: str = "") -> Title:
    return Title((("ru", ru), ("en", en or ru)))


def option(name: str, ru: str, en: str = "") -> Option:
    return Option(name, both(ru, en))


def field(name: str, kind: Type, title: str = "", **more: object) -> Field:
    return Field(name, both(title or name), kind, HERE, **more)  # type: ignore[arg-type]


def read(name: str, kind: Type = TEXT) -> Expr:
    return Expr("field", kind, name)


def condition(op: str, *args: Expr, value: object = None) -> Expr:
    return Expr(op, BOOL, value, args)


def rub(amount: int) -> Expr:
    return Expr("const", RUB, Decimal(amount))


HEAT = Type("choice", options=(option("hot", "Горячий", "Hot"), option("cold", "Холодный", "Cold")))
SERVICES = Type(
    "choices",
    options=(option("music", "Музыка", "Music"), option("photo", "Фото", "Photo"), option("decor", "Декор", "Decor")),
)
SCORE = Type("rating", low=0, high=10, options=(Option("promoter", both("Сторонник"), low=9, high=10),))
KINDS: dict[str, Type] = {
    "name": TEXT,
    "need": TEXT,
    "email": EMAIL,
    "phone": PHONE,
    "amount": RUB,
    "prepaid": RUB,
    "price_eur": EUR,
    "discount": PERCENT,
    "guests": INTEGER,
    "hours": NUMBER,
    "vip": BOOL,
    "heat": HEAT,
    "services": SERVICES,
    "event_on": DATE,
    "starts_at": DATETIME,
    "lasts": Type("duration"),
    "seller": USER,
    "client": Type("link", target="client"),
    "goods": Type("links", target="goods", via="order"),
    "bill": Type("document", target="invoice"),
    "nps.score": SCORE,
    "nps.why": TEXT,
    "сумма": RUB,
}


def pipeline(name: str = "shop", fields: Mapping[str, Field] | None = None, **more: object) -> Pipeline:
    """A pipeline with all the fields of KINDS and two stages; ``more`` replaces parts of it."""
    declared = fields if fields is not None else {name: field(name, kind) for name, kind in KINDS.items()}
    made = Pipeline(
        name,
        both("Продажи", "Sales"),
        "pipeline",
        HERE,
        "Europe/Moscow",
        "ru",
        "RUB",
        {"new": stage("new", "Новая", "New"), "won": stage("won", "Успех", "Won", kind="won")},
        declared,
        roles={"manager": Role("manager", both("Менеджер", "Manager"), HERE)},
        events={
            "payment": EventDecl("payment", both("Оплата"), HERE, payload=(("amount", RUB, both("Сумма")),)),
            "signed": EventDecl("signed", both("Подписан"), HERE, payload=(("date", DATE, both("Дата")),)),
        },
        reasons={"expensive": Reason("expensive", both("Дорого", "Too expensive"), HERE)},
    )
    return replace(made, **more)  # type: ignore[arg-type]


def stage(name: str, ru: str, en: str = "", kind: str = "open", **more: object) -> Stage:
    return Stage(name, both(ru, en), kind, HERE, **more)  # type: ignore[arg-type]


CLIENT = pipeline(
    "client",
    {"name": field("name", TEXT), "telegram": field("telegram", TEXT), "since": field("since", DATE)},
    kind="record",
    stages={"card": stage("card", "Карточка")},
)
GOODS = pipeline("goods", {"title": field("title", TEXT), "price": field("price", RUB), "n": field("n", INTEGER)})


def send(
    template: str, path: str = "new/#1", when: Expr | None = None, channel: str = "email", **message: object
) -> Send:
    text = Message(template=template, **message)  # type: ignore[arg-type]
    return Send(channel, read("email", EMAIL), text, (), when, path, HERE)


def notify(text: str, path: str = "new/#2", loc: Loc = HERE, digest: bool = False, template: str = "") -> Notify:
    return Notify(OWNER, Message(text, template), digest, None, path, loc)


def on(kind: str, *actions: Action, name: str = "", path: str = "new/r", when: Expr | None = None) -> Robot:
    trigger = Trigger("on", Happening(kind, name), when=when)
    return Robot("r", both("Робот"), path, (trigger,), actions, HERE)


def due(moment: Expr, *actions: Action) -> Robot:
    return Robot(
        "r", both("Робот"), "new/r", (Trigger("due", moment=Moment(Happening("instant", expr=moment))),), actions, HERE
    )


def task(*hooks: Robot, outcomes: tuple[Outcome, ...] = (), requires: tuple[str, ...] = ()) -> Task:
    return Task(
        "call",
        both("Позвонить", "Call"),
        "new/call",
        HERE,
        outcomes=outcomes,
        hooks=hooks,
        requires=tuple(Require(name, None, HERE) for name in requires),
    )


def outcome(name: str, *actions: Action, requires: tuple[str, ...] = ()) -> Outcome:
    needed = tuple(Require(field, None, HERE) for field in requires)
    return Outcome(name, both("Дозвонились", "Reached"), HERE, requires=needed, actions=actions)


def approval(*hooks: Robot) -> Approval:
    return Approval(
        "discount", both("Скидка", "Discount"), "new/discount", condition("gt", read("discount")), HERE, hooks=hooks
    )


def render(name: str = "bill", path: str = "new/#3") -> Render:
    return Render(name, None, path, HERE)


def workspace(deals: Pipeline, templates: Mapping[str, str] | None = None) -> Definition:
    """A definition; templates are file names with their texts; the field ``bill`` needs an invoice."""
    made = {
        path.rpartition(".")[0]: read_template(path.rpartition(".")[0], f"templates/{path}", text)
        for path, text in {"invoice.txt": "Счёт", **(templates or {})}.items()
    }
    pipelines = {deals.name: deals, "client": CLIENT, "goods": GOODS}
    people = {
        "anna": Person("anna", both("Анна Котова", "Anna Kotova"), "manager", HERE),
        "olga": Person("olga", both("Ольга Вайс", "Olga Weiss"), "head", HERE),
    }
    return Definition(pipelines, {}, people, {}, {}, made, (), ("ru", "en"))


def findings(deals: Pipeline, templates: Mapping[str, str] | None = None, source: str = "") -> tuple[Diagnostic, ...]:
    return check_templates(workspace(deals, templates), {"shop.pipeline": Source("shop.pipeline", source)})


def mailing(text: str, name: str = "offer.txt", **more: object) -> tuple[Pipeline, dict[str, str]]:
    """A pipeline that sends one mail with this body on entry to its first stage."""
    sending = stage("new", "Новая", "New", entry=(send(name.rpartition(".")[0]),), **more)
    return pipeline(stages={"new": sending, "won": stage("won", "Успех", kind="won")}), {name: f"subject: x\n\n{text}"}
