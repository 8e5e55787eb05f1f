"""Effects: decided, rendered and kept with the event, carried out later; never lost, never doubled (R46, R50, U10)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine_host.office import DAY, START, Office
from voronka.engine.host import queries
from voronka.engine.host.render import renderer


def with_texts(**options: Any) -> Office:
    """An office whose host renders with the real templates."""
    office = Office(**options)
    host = office.host

    def person(name: str) -> dict[str, str] | None:
        facts = host.people.facts(name)
        return None if facts is None else {"title": facts["title"], "role": facts["role"]}

    host.render = renderer(office.programs, "ru", person, host.supervisor)
    return office


@pytest.mark.requirement("R46", "R48")
def test_a_letter_is_rendered_from_the_values_it_was_decided_with() -> None:
    with with_texts() as office:
        number = office.create(number="A-1", amount=1200, city="Тверь", email="anna@example.org")
        reply = office.submit("move", {"stage": "offered"}, deal=number)
        (letter,) = [e for e in queries.list_outbox(office.store) if e.channel == "email"]
        assert (letter.epoch, letter.deal, letter.version, letter.status) == (1, number, reply.version, "pending")
        assert letter.intent["to"] == {"field": "email"}
        assert letter.body["subject"] == "Предложение"
        assert "Тверь" in letter.body["body"]
        assert "1\u00a0200" in letter.body["body"]
        office.submit("set", {"fields": {"city": "Псков"}}, deal=number)
        (same,) = [e for e in queries.list_outbox(office.store) if e.channel == "email"]
        assert same.body == letter.body


def test_each_effect_has_a_key_of_its_own() -> None:
    with with_texts() as office:
        for name in ("A-1", "A-2"):
            number = office.create(number=name, amount=1, city="Тверь", email="anna@example.org")
            office.submit("move", {"stage": "offered"}, deal=number)
        office.wait(2 * DAY)
        keys = [(e.epoch, e.deal, e.version, e.part) for e in queries.list_outbox(office.store)]
        assert len(keys) == len(set(keys)) >= 6


def test_a_letter_that_lacks_a_value_is_not_sent_and_the_deal_says_so() -> None:
    with with_texts() as office:
        number = office.create(number="A-1", amount=1200, email="anna@example.org")
        assert office.submit("move", {"stage": "offered"}, deal=number).status == "done"
        deal = office.deal(number)
        assert deal.stage == "offered"
        (letter,) = [e for e in queries.list_outbox(office.store) if e.channel == "email"]
        assert (letter.status, letter.body) == ("dead", None)
        assert letter.error is not None
        assert "city" in letter.error
        (incident,) = queries.list_incidents(office.store)
        assert (incident.kind, incident.deal) == ("text", number)
        assert [deal.flags[key]["incident"] for key in deal.flags] == [incident.id]


def test_what_an_import_would_send_is_written_down_as_suppressed() -> None:
    with with_texts() as office:
        office.now = START + DAY
        data = {"fields": {"number": "A-1", "amount": 5, "email": "anna@example.org"}}
        office.submit("create", data, pipeline="sales", at=START, imported=True)
        office.submit("move", {"stage": "offered"}, deal=1, at=START, imported=True)
        (letter,) = [e for e in queries.list_outbox(office.store) if e.channel == "email"]
        assert (letter.status, letter.body, letter.intent["suppressed"]) == ("suppressed", None, True)
        assert list(queries.list_incidents(office.store)) == []


DOCUMENTS = """
language ru
pipeline p "П" {
  field name  "Имя" text
  field offer "КП"  document using "paper"
  stage new "Новая" { render offer }
  won done "Всё" { }
}
"""


@pytest.mark.requirement("R50")
def test_a_document_is_kept_beside_the_deal_under_the_reference_its_field_holds() -> None:
    with with_texts(text=DOCUMENTS) as office:
        number = office.create("p", name="Ромашка")
        file = office.deal(number).f["offer"]
        assert queries.document(office.store, number, file) == ("text/html", "<p>Ромашка</p>".encode())
        assert list(queries.list_outbox(office.store)) == []
        assert queries.document(office.store, number, "offer@99") is None
