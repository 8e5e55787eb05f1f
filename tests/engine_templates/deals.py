"""Deals of the small shop, and a rendering of one text about one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.dsl_templates import shop
from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import CalendarSpec, Definition, Pipeline
from voronka.dsl.definition.types import Title
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.deal.state import Deal, TaskState
from voronka.engine.templates import Env, Rendered, Templates, compile_templates
from voronka.engine.time.calendar import WorkCalendar

CALENDAR = WorkCalendar(CalendarSpec("ru", Title(()), "", Loc("shop.pipeline", 1)), "Europe/Moscow")


def at(text: str) -> Instant:
    """``2026-11-23 09:40`` on Moscow's clock, which is three hours ahead of UTC."""
    local = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Instant(int(local.timestamp() * 1000) - 3 * 3_600_000)


NOW = at("2026-11-23 09:40")
VALUES: dict[str, Any] = {
    "name": "Мария",
    "email": "maria@example.test",
    "phone": "+79991234567",
    "amount": Decimal("120000.50"),
    "prepaid": Decimal(36000),
    "price_eur": Decimal("1200.5"),
    "discount": Decimal("0.15"),
    "guests": 21,
    "hours": Decimal("4.25"),
    "vip": True,
    "heat": "hot",
    "services": ("music", "decor"),
    "event_on": date(2026, 12, 5),
    "starts_at": at("2026-12-05 18:30"),
    "lasts": Duration(Decimal(3), "workday"),
    "seller": "olga",
    "client": 7,
    "nps.score": 9,
    "сумма": Decimal(5),
}


def a_deal(number: int = 17, **values: Any) -> Deal:
    """A deal with all the values above but ``need``, ``bill`` and ``nps.why``, two goods, a client and two tasks."""
    deal = Deal(number, "shop")
    deal.stage, deal.owner = "new", "anna"
    deal.created = deal.entered = deal.now = at("2026-11-20 12:00")
    deal.f = {**dict.fromkeys(shop.KINDS), **VALUES, **values}
    deal.cards = {"client": {"name": "ООО «Ромашка»", "telegram": None, "stage": "card", "owner": "olga"}}
    deal.items = {
        "goods": {
            31: {"title": "Торт <большой>", "price": Decimal(9500), "n": 2, "stage": "new"},
            30: {"title": "Шары & ленты", "price": Decimal("1200.5"), "n": 10, "stage": "won"},
        }
    }
    call = TaskState(1, "call", "new/call", 1, deal.created, assignee="anna", due=at("2026-11-21 10:00"))
    late = TaskState(2, "unknown", "new/#5", 1, deal.created, assignee="@manager", due=at("2026-11-25 12:00"))
    deal.tasks = {1: call, 2: late}
    return deal


def an_env(**more: Any) -> Env:
    return replace(Env(NOW, CALENDAR, "ru", supervisor="olga", recipient="olga"), **more)


def definition(text: str, name: str = "offer.txt", **more: Any) -> Definition:
    """The shop, sending one template on entry; its body is ``text``."""
    deals, templates = shop.mailing(text, name, tasks=(shop.task(outcomes=(shop.outcome("reached"),)),), **more)
    return shop.workspace(deals, templates)


def mail(text: str, deal: Deal | None = None, env: Env | None = None, name: str = "offer.txt") -> str:
    """The body that a mail with this text gets."""
    return compile_templates(definition(text, name)).render(deal or a_deal(), "new/#1", env or an_env()).body


def digest(deals: Pipeline, template: str, about: Sequence[Deal], env: Env) -> Rendered:
    made: Templates = compile_templates(shop.workspace(deals, {"overdue.txt": template}))
    return made.render_digest("shop", "new/r/#1", about, env)
