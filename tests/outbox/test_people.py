"""Words to colleagues: by mail where an address is known, else kept in here; a digest is one message (R44, R48)."""

from __future__ import annotations

import pytest

from tests.outbox.peers import Mailbox, smtp
from tests.outbox.post import Post, mail
from voronka.engine.host import queries
from voronka.engine.host.work import Work
from voronka.engine.store.writer import Writer

ANNA = '[people.anna]\nemail = "anna@shop.example"\n'
DAY = 86_400_000


def test_a_word_to_a_colleague_goes_to_the_mail_address_of_the_settings() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port, ANNA)) as post:
        number = post.greet("told")
        post.deliver()
        (letter,) = mailbox.letters
        assert mailbox.recipients == [["anna@shop.example"]]
        assert letter["Subject"] == f"Продажи, № {number}: Посмотрите на Ира"
        assert post.statuses() == ["sent"]


@pytest.mark.parametrize("settings", ["", ANNA, mail(1)])
def test_without_an_address_or_a_server_it_is_a_notice_in_here(settings: str) -> None:
    with Post(settings) as post:
        post.greet("told")
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.attempts) == ("notice", 0)
        assert effect.body["body"] == "Посмотрите на Ира"
        assert post.deliver() == 0


@pytest.mark.requirement("R44")
def test_all_deals_of_one_firing_are_one_letter_and_the_next_firing_is_another() -> None:
    mailbox = Mailbox(["later"])
    with smtp(mailbox) as port, Post(mail(port, ANNA)) as post:
        for name in ("Ира", "Оля", "Юля"):
            post.create(name=name)
        post.wait(DAY)
        assert post.statuses() == ["pending"] * 3
        post.deliver()
        assert [effect.attempts for effect in post.effects()] == [1, 1, 1]
        post.now += 60_000
        post.deliver()
        (letter,) = mailbox.letters
        assert letter.get_content().split() == ["Ира", "Оля", "Юля"]
        assert post.statuses() == ["sent"] * 3
        post.wait(DAY)
        post.deliver()
        assert len(mailbox.letters) == 2
        assert len(set(mailbox.ids)) == 2


def test_a_digest_waits_until_its_firing_is_over() -> None:
    with Post() as post:
        for name in ("Ира", "Оля"):
            post.create(name=name)
        due = post.host.next_due()
        assert due is not None
        post.now = due
        with Writer(post.store, post.now) as writer:
            Work(post.host, writer).fire_due(due, 1)
        assert post.deliver() == 0
        with Writer(post.store, post.now) as writer:
            Work(post.host, writer).fire_due(due, 1)
        assert post.deliver() == 1
        first, second = post.effects()
        assert (first.status, second.status) == ("notice", "sent")
        assert first.body["body"].split() == ["Ира", "Оля"]


def test_a_digest_that_cannot_go_out_is_one_incident() -> None:
    mailbox = Mailbox(["refuse"])
    with smtp(mailbox) as port, Post(mail(port, ANNA)) as post:
        post.create(name="Ира")
        post.create(name="Оля")
        post.wait(DAY)
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert (incident.deal, incident.data["count"]) == (None, 2)
        assert post.submit("incident", {"do": "retry", "id": incident.id}).status == "done"
        post.deliver()
        assert post.statuses() == ["sent", "sent"]
        assert len(mailbox.letters) == 1
