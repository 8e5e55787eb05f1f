"""Before anything goes to a client: quiet hours of the pipeline's zone, and consent."""

from __future__ import annotations

import pytest

from tests.engine_host.office import instant
from tests.outbox.peers import Mailbox, smtp
from tests.outbox.post import Post, mail
from voronka.engine.host import queries

QUIET = '[quiet]\nhours = "21:00-09:00"\n'
CONSENT = '[consent]\nfield = "agreed"\n'


@pytest.mark.parametrize(
    ("now", "until"),  # UTC; Moscow is three hours ahead
    [
        ("2026-11-23 17:59", None),
        ("2026-11-23 18:00", "2026-11-24 06:00"),
        ("2026-11-23 20:30", "2026-11-24 06:00"),
        ("2026-11-23 22:00", "2026-11-24 06:00"),
        ("2026-11-24 05:59", "2026-11-24 06:00"),
        ("2026-11-24 06:00", None),
    ],
)
def test_letters_to_clients_wait_until_quiet_hours_end(now: str, until: str | None) -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port, QUIET)) as post:
        post.now = instant(now)
        post.greet()
        post.deliver()
        (effect,) = post.effects()
        if until is None:
            assert (effect.status, len(mailbox.letters)) == ("sent", 1)
        else:
            assert (effect.status, effect.attempts, effect.error) == ("pending", 0, None)
            assert effect.not_before == instant(until)
            post.now = effect.not_before
            post.deliver()
            assert post.statuses() == ["sent"]


def test_quiet_hours_may_lie_within_a_day_and_bind_clients_only() -> None:
    settings = '[quiet]\nhours = "09:00-21:00"\n[people.anna]\nemail = "anna@shop.example"\n'
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port, settings)) as post:
        post.greet()
        post.greet("told")
        post.deliver()
        assert post.statuses() == ["pending", "sent"]
        assert post.effects()[0].not_before == instant("2026-11-23 18:00")


@pytest.mark.parametrize(("agreed", "status"), [(True, "sent"), (False, "dead"), (None, "dead")])
def test_nothing_goes_to_a_client_who_has_not_agreed(agreed: bool | None, status: str) -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port, CONSENT)) as post:
        number = post.greet(agreed=agreed)
        post.deliver()
        assert post.statuses() == [status]
        if status == "dead":
            (incident,) = queries.list_incidents(post.store)
            assert incident.kind == "consent"
            post.submit("set", {"fields": {"agreed": True}}, deal=number)
            post.submit("incident", {"do": "retry", "id": incident.id})
            post.deliver()
        assert (post.statuses(), len(mailbox.letters)) == (["sent"], 1)


@pytest.mark.parametrize(("agreed", "status"), [(True, "sent"), (None, "dead")])
def test_consent_may_stand_on_the_card_whose_address_it_is(agreed: bool | None, status: str) -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port, CONSENT)) as post:
        card = post.create("client", name="Ира", email="ira@card.example", agreed=agreed)
        post.greet("carded", client=card, agreed=not agreed)
        post.deliver()
        assert post.statuses() == [status]
        assert mailbox.recipients == ([["ira@card.example"]] if agreed else [])


@pytest.mark.parametrize("stage", ["greeted", "texted", "rung", "chatted"])
def test_every_channel_to_clients_asks_for_consent_and_quiet_hours(stage: str) -> None:
    """Mail, chat and SMS alike; nothing is set up here, so whatever got past the questions would say so."""
    with Post(QUIET + CONSENT) as post:
        post.now = instant("2026-11-23 20:30")
        post.greet(stage, agreed=True, phone="+79991234567", chat="77")
        post.greet(stage, agreed=False, phone="+79991234568", chat="78")
        post.deliver()
        post.now += 1_000
        post.deliver()
        late, never = (e for e in post.effects() if e.channel != "document")
        assert (late.status, late.attempts, late.not_before) == ("pending", 0, instant("2026-11-24 06:00"))
        assert (never.status, never.attempts) == ("dead", 0)
        assert "не давал согласия" in str(never.error)


def test_quiet_hours_are_asked_when_it_goes_out_not_when_it_was_decided() -> None:
    """A letter that failed in the afternoon is not tried again at night."""
    mailbox = Mailbox(["later"])
    settings = QUIET + '[delivery]\nfirst = "4 hours"\nlongest = "4 hours"\n'
    with smtp(mailbox) as port, Post(mail(port, settings)) as post:
        post.now = instant("2026-11-23 17:30")
        post.greet()
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.attempts) == ("pending", 1)
        post.now = effect.not_before
        post.deliver()
        (effect,) = post.effects()
        assert (effect.attempts, effect.not_before) == (1, instant("2026-11-24 06:00"))
        assert mailbox.tried == ["later"]
        post.now = effect.not_before
        post.deliver()
        assert mailbox.tried == ["later", "accept"]


@pytest.mark.parametrize("waits", ["quiet", "backoff"])
def test_consent_that_is_withdrawn_while_a_letter_waits_stops_it_and_the_deal_says_so(waits: str) -> None:
    mailbox = Mailbox(["later"] if waits == "backoff" else [])
    with smtp(mailbox) as port, Post(mail(port, CONSENT + (QUIET if waits == "quiet" else ""))) as post:
        if waits == "quiet":
            post.now = instant("2026-11-23 20:00")
        number = post.greet(agreed=True)
        post.deliver()
        assert post.statuses() == ["pending"]
        post.submit("set", {"fields": {"agreed": False}}, deal=number)
        post.now = post.effects()[0].not_before
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert (incident.kind, incident.deal, post.statuses()) == ("consent", number, ["dead"])
        assert [flag["incident"] for flag in post.deal(number).flags.values()] == [incident.id]
        assert mailbox.letters == []
