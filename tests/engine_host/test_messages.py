"""Deals influence deals by messages only: in the same transaction, in order, once each, never lost (R11, R51)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine_host.office import Office
from voronka.engine.host import messages, queries
from voronka.engine.store import read
from voronka.engine.store.verify import verify


def pay(office: Office, number: int) -> None:
    assert office.submit("event", {"name": "payment", "payload": {}}, deal=number).status == "done"


@pytest.mark.requirement("R51", "R66")
def test_a_tunnel_makes_fills_and_links_the_new_deal_in_the_same_transaction() -> None:
    with Office() as office:
        number = office.create(number="A-1", phone="+79991234567", amount=100)
        reply = office.submit("event", {"name": "payment", "payload": {}}, deal=number, actor="anna")
        made = [done for done in reply.done if done.pipeline == "orders"]
        assert [(done.event.kind, done.event.actor) for done in made] == [("create", "anna")]
        order = office.deal(made[0].deal)
        assert (order.stage, order.f["sale"], order.f["amount"]) == ("placed", number, Decimal(100))
        assert order.f["phone"] == "+79991234567"
        assert order.cards["sale"]["stage"] == "paid"
        row = read.row(office.store, made[0].row)
        assert row is not None
        assert row.tx == reply.tx
        assert read.history(office.store, order.id)[0].cause == reply.done[0].row


def test_what_only_the_target_can_refuse_is_a_visible_incident_and_the_win_stands() -> None:
    with Office() as office:
        office.create("orders", phone="+79991234567")
        number = office.create(number="A-1", phone="+79991234567")
        pay(office, number)
        deal = office.deal(number)
        assert deal.stage == "paid"
        (incident,) = queries.list_incidents(office.store)
        assert (incident.kind, incident.deal, incident.data["pipeline"]) == ("tunnel", number, "orders")
        assert incident.data["unmet"][0]["kind"] == "unique"
        (flag,) = deal.flags
        assert deal.flags[flag]["incident"] == incident.id
        assert [row.id for row in queries.list_deals(office.store, flagged=True)] == [number]
        assert office.submit("resolve", {"flag": flag}, deal=number, actor="olga").status == "done"
        assert list(queries.list_incidents(office.store)) == []
        (resolved,) = queries.list_incidents(office.store, "resolved")
        assert resolved.resolved_by == "olga"


STRICT = """
language ru
pipeline sales "Продажи" {
  field city  "Город"   text
  field phone "Телефон" phone
  stage new "Новая" { }
  won paid "Оплачена" { tunnel to orders { copy city, phone  link sale } }
  lost lost "Потеряна" { reason price "Дорого" }
}
pipeline orders "Заказы" {
  field sale  "Сделка"  link to sales
  field city  "Город"   text
  field phone "Телефон" phone
  unique phone
  stage placed "Оформлен" { require city  enter when city is not "Нигде" else "Туда не возим" }
  won done "Выдан" { }
}
"""


@pytest.mark.requirement("R51")
@pytest.mark.parametrize(("city", "kinds"), [(None, ["require", "enter"]), ("Нигде", ["enter"]), ("Тверь", [])])
def test_gates_of_the_new_deal_are_gates_of_the_win(city: str | None, kinds: list[str]) -> None:
    with Office(text=STRICT) as office:
        office.create("orders", city="Псков", phone="+79991234567")
        number = office.create(city=city, phone="+79991234567")
        reply = office.submit("move", {"stage": "paid"}, deal=number)
        assert [unmet.args["kind"] for unmet in reply.unmet] == kinds
        assert {unmet.kind for unmet in reply.unmet} <= {"tunnel"}
        # that the phone is taken there, only the orders can say: an incident, and no lost win
        assert (reply.status, office.deal(number).stage) == (("refused", "new") if kinds else ("done", "paid"))
        assert len(list(queries.list_incidents(office.store))) == (0 if kinds else 1)


def test_a_card_tells_every_deal_that_links_to_it_and_reads_it() -> None:
    with Office() as office:
        card = office.create("client", name="Ромашка", phone="+79990000001")
        numbers = [office.create(number=f"A-{n}", client=card) for n in range(3)]
        other = office.create(number="B")
        assert office.submit("move", {"stage": "checked"}, deal=numbers[0]).status == "done"
        reply = office.submit("set", {"fields": {"name": "Лютик"}}, deal=card)
        assert [(done.deal, done.event.kind) for done in reply.done] == [(card, "set"), *((n, "card") for n in numbers)]
        assert {office.deal(number).cards["client"]["name"] for number in numbers} == {"Лютик"}
        assert office.deal(other).version == 1
        refused = office.submit("move", {"stage": "checked"}, deal=numbers[1])
        assert [unmet.kind for unmet in refused.unmet] == ["enter"]
        # the phone is not read by any of them, so nobody is told
        assert len(office.submit("set", {"fields": {"phone": "+79990000002"}}, deal=card).done) == 1


def test_a_card_with_more_deals_than_a_transaction_holds_reaches_all_of_them() -> None:
    with Office(group=4) as office:
        card = office.create("client", name="Ромашка")
        numbers = [office.create(number=f"A-{n}", client=card) for n in range(11)]
        tx = office.store.counters.tx
        assert office.submit("set", {"fields": {"name": "Лютик"}}, deal=card).status == "done"
        assert {office.deal(number).cards["client"]["name"] for number in numbers} == {"Лютик"}
        assert {office.deal(number).version for number in numbers} == {2}
        assert office.store.counters.tx == tx + 3
        assert queries.info(office.store).inbox == 0


def test_messages_left_by_a_crash_are_delivered_when_the_store_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with Office(path, group=4) as office:
        card = office.create("client", name="Ромашка")
        numbers = [office.create(number=f"A-{n}", client=card) for n in range(11)]
        office.host._drain = lambda on_step=None: 0  # type: ignore[method-assign]
        assert office.submit("set", {"fields": {"name": "Лютик"}}, deal=card).status == "done"
        assert queries.info(office.store).inbox == 1
        told = [office.deal(number).cards["client"]["name"] for number in numbers]
        assert told == ["Лютик"] * 4 + ["Ромашка"] * 7
        assert verify(office.store).ok
    with Office(path) as office:
        assert queries.info(office.store).inbox == 0
        assert {office.deal(number).cards["client"]["name"] for number in numbers} == {"Лютик"}
        assert {office.deal(number).version for number in numbers} == {2}


GOODS = """
language ru
pipeline orders "Заказы" {
  currency RUB
  field goods "Товары" links to goods.order
  field total "Итого" money is sum(goods.price)
  stage taken  "Принят" { }
  stage packed "Собран" when all of goods are shelved { }
  won given "Выдан" when all of goods are handed { }
  lost returned "Возвращён" { reason all "Всё вернули" when all of goods are back }
}
pipeline goods "Товары" {
  currency RUB
  field order "Заказ" link to orders
  field price "Цена"  money
  stage wanted  "Заказан" { }
  stage shelved "На складе" { }
  won handed "Выдан" { }
  lost back "Возвращён" { reason damaged "Брак" }
}
"""


@pytest.mark.requirement("R11")
def test_an_orders_status_follows_its_goods_returns_included() -> None:
    with Office(text=GOODS) as office:
        order = office.create("orders")
        one, two = (office.create("goods", order=order, price=price) for price in (100, 50))
        assert office.deal(order).f["total"] == Decimal(150)
        office.submit("move", {"stage": "shelved"}, deal=one)
        assert office.deal(order).stage == "taken"
        office.submit("move", {"stage": "shelved"}, deal=two)
        assert office.deal(order).stage == "packed"
        office.submit("lose", {"reason": "damaged"}, deal=two)
        assert office.deal(order).stage == "taken"
        office.submit("lose", {"reason": "damaged"}, deal=one)
        assert (office.deal(order).stage, office.deal(order).reason) == ("returned", "all")


def test_an_item_that_moves_to_another_order_leaves_the_old_one() -> None:
    with Office(text=GOODS) as office:
        first, second = office.create("orders"), office.create("orders")
        item = office.create("goods", order=first, price=100)
        office.submit("set", {"fields": {"order": second}}, deal=item)
        assert (office.deal(first).f["goods"], office.deal(second).f["goods"]) == (None, (item,))
        office.submit("set", {"fields": {"order": None}}, deal=item)
        assert office.deal(second).f["goods"] is None


CHAIN = """
language ru
pipeline chain "Цепь" {
  field before "Предыдущий" link to chain
  field length "Длина" integer = 1
  field echo   "Длина с предыдущим" integer is before.length + 1
  robot grow "Вырасти" { on change echo  set length = echo }
  stage new "Новое" { }
  won done "Всё" { }
}
"""


def test_a_chain_of_messages_without_end_is_an_incident() -> None:
    with Office(text=CHAIN) as office:
        number = office.create("chain")
        # it stands before itself: each message makes it one longer
        reply = office.submit("set", {"fields": {"before": number}}, deal=number)
        assert reply.status == "done"
        (incident,) = queries.list_incidents(office.store)
        assert (incident.kind, incident.deal) == ("loop", number)
        assert office.deal(number).version <= messages.DEEPEST + 3
        assert queries.info(office.store).inbox == 0
