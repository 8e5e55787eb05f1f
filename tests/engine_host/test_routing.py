"""Outside events find their deal by an explicit number or by a key among open deals; never by a guess (Meaning 12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine_host.office import Office
from voronka.engine.host import queries
from voronka.engine.host.commands import Reply
from voronka.engine.store import read


def send(office: Office, name: str, **values: Any) -> Reply:
    more = {key: values.pop(key) for key in ("deal", "key", "actor", "pipeline") if key in values}
    return office.submit("event", {"name": name, "payload": values}, **more)


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(
    ("key", "value"),
    [("email", "anna@example.org"), ("email", " Anna@Example.ORG "), ("number", "a-7")],
)
def test_a_payment_finds_its_deal_by_mail_or_number_and_moves_it(key: str, value: str) -> None:
    with Office() as office:
        office.create(number="A-6", email="other@example.org")
        number = office.create(number="A-7", email="anna@example.org")
        reply = send(office, "payment", amount=Decimal(100), **{key: value})
        assert (reply.status, reply.deal) == ("done", number)
        assert office.deal(number).stage == "paid"
        entry = read.history(office.store, number)[-1]
        assert entry.event.data == {"name": "payment", "payload": {"amount": Decimal(100)}, "by": {key: value}}


@pytest.mark.parametrize("text", ["+7 (999) 123-45-67", "8 999 123 45 67", "79991234567"])
def test_phones_are_the_same_however_they_are_written(text: str) -> None:
    with Office() as office:
        number = office.create(number="A-1", phone="+79991234567")
        reply = send(office, "request", phone=text)
        assert reply.deal == number


def test_nobody_has_the_key_and_the_event_creates() -> None:
    with Office() as office:
        reply = send(office, "request", phone="+79991234567", city="Тверь", key="site-1")
        assert reply.status == "done"
        assert reply.deal is not None
        deal = office.deal(reply.deal)
        assert (deal.pipeline, deal.f["phone"], deal.f["city"], deal.owner) == (
            "sales",
            "+79991234567",
            "Тверь",
            "anna",
        )
        assert send(office, "request", phone="+79991234567", city="Тверь", key="site-1").status == "duplicate"
        again = send(office, "request", phone="+7 999 123-45-67")
        assert again.deal == reply.deal


def test_closed_deals_are_no_deals_to_route_to() -> None:
    with Office() as office:
        first = office.create(number="A-1", phone="+79991234567")
        office.submit("lose", {"reason": "price"}, deal=first)
        reply = send(office, "request", phone="+79991234567")
        assert reply.status == "done"
        assert reply.deal != first


def test_nobody_has_the_key_of_an_event_that_does_not_create() -> None:
    with Office() as office:
        office.create(number="A-1")
        reply = send(office, "payment", number="A-9", amount=Decimal(5), key="bank-1")
        assert (reply.status, reply.deal) == ("unrouted", None)
        (incident,) = queries.list_incidents(office.store)
        assert (incident.id, incident.kind, incident.data["why"]) == (reply.incident, "unrouted", "nobody")
        (kept,) = queries.list_kept(office.store)
        assert (kept.name, kept.why, kept.id) == ("payment", "nobody", incident.data["kept"])
        assert kept.payload == {"number": "A-9", "amount": ["n", "5"]}
        assert send(office, "payment", number="A-9", amount=Decimal(5), key="bank-1").status == "duplicate"
        assert len(list(queries.list_kept(office.store))) == 1
        assert office.submit("incident", {"do": "resolve", "id": incident.id}, actor="olga").status == "done"
        assert list(queries.list_incidents(office.store)) == []


def test_several_deals_have_the_key_and_none_is_guessed() -> None:
    with Office() as office:
        numbers = [office.create(number=f"A-{n}", email="shared@example.org") for n in (1, 2)]
        reply = send(office, "payment", email="shared@example.org", amount=Decimal(5))
        assert reply.status == "unrouted"
        (incident,) = queries.list_incidents(office.store)
        assert (incident.data["why"], incident.data["deals"]) == ("several", numbers)
        assert {office.deal(number).stage for number in numbers} == {"new"}
        explicit = send(office, "payment", email="shared@example.org", amount=Decimal(5), deal=numbers[1])
        assert (explicit.status, office.deal(numbers[1]).stage) == ("done", "paid")


def test_an_event_that_nobody_declares_is_kept() -> None:
    with Office() as office:
        reply = send(office, "earthquake", magnitude=7.5, where={"lat": [52, {"deep": None}]})
        assert reply.status == "unrouted"
        (kept,) = queries.list_kept(office.store)
        assert (kept.name, kept.why) == ("earthquake", "unknown")
        assert kept.payload == {"magnitude": "7.5", "where": {"lat": [52, {"deep": None}]}}


def test_an_event_too_large_to_keep_is_an_error() -> None:
    with Office() as office:
        rows = office.store.counters.row
        assert send(office, "earthquake", text="x" * 200_000).status == "error"
        assert office.store.counters.row == rows


@pytest.mark.parametrize("number", [5, 1.5, ["A-1"], {"a": 1}, "", None, "\ud800"])
def test_a_key_that_no_deal_can_have_finds_none(number: Any) -> None:
    with Office() as office:
        office.create(number="A-1")
        assert send(office, "payment", number=number, amount=Decimal(5)).status in ("unrouted", "error")


def test_an_event_that_nothing_listens_to_is_kept_and_shown() -> None:
    with Office() as office:
        number = office.create(number="A-1")
        version = office.deal(number).version
        reply = send(office, "ping", number="A-1", key="p")
        assert (reply.status, reply.deal) == ("kept", number)
        assert office.deal(number).version == version
        (kept,) = queries.list_kept(office.store)
        assert (kept.deal, kept.why) == (number, "unheard")
        assert send(office, "ping", number="A-1", key="p").status == "duplicate"


def test_a_creation_that_is_refused_is_kept_with_its_reasons() -> None:
    text = """
language ru
pipeline sales "Продажи" {
  currency RUB
  field phone "Телефон" phone
  field city  "Город" text
  event request "Заявка" by phone else create { phone phone  city text }
  stage new "Новая" { require city }
  won paid "Оплачена" { }
  lost lost "Потеряна" { reason price "Дорого" }
}
"""
    with Office(text=text) as office:
        reply = send(office, "request", phone="+79991234567")
        assert reply.status == "unrouted"
        assert [unmet.name for unmet in reply.unmet] == ["city"]
        (incident,) = queries.list_incidents(office.store)
        assert (incident.kind, incident.data["unmet"][0]["name"]) == ("refused", "city")
        (kept,) = queries.list_kept(office.store)
        assert kept.payload == {"phone": "+79991234567"}
        log = "".join(row.event + row.changes for row in read.rows_after(office.store, 0))
        assert "9991234567" not in log
        assert send(office, "request", phone="сорок два").status == "refused"


def test_one_event_of_two_pipelines_goes_where_the_key_is() -> None:
    text = """
language ru
pipeline first "Первая" {
  field phone "Телефон" phone
  event call "Звонок" by phone { }
  stage new "Новая" { on event call { set phone = phone } }
  won paid "Оплачена" { }
}
pipeline second "Вторая" {
  field phone "Телефон" phone
  event call "Звонок" by phone else create { }
  stage new "Новая" { on event call { set phone = phone } }
  won paid "Оплачена" { }
}
"""
    with Office(text=text) as office:
        one = office.create("first", phone="+79990000001")
        two = office.create("second", phone="+79990000002")
        assert send(office, "call", phone="+79990000001", key="a").deal == one
        assert send(office, "call", phone="+79990000002", key="b").deal == two
        new = send(office, "call", phone="+79990000003")
        assert new.deal is not None
        assert office.deal(new.deal).pipeline == "second"
        both = office.create("first", phone="+79990000002")
        assert send(office, "call", phone="+79990000002").status == "unrouted"
        assert send(office, "call", phone="+79990000002", pipeline="first").deal == both
