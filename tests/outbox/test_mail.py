"""Mail against a real SMTP server: once each, in order, and every way a server can fail (R46, U10)."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outbox.peers import Mailbox, smtp
from tests.outbox.post import Post, mail
from voronka.engine.host import queries
from voronka.engine.outbox.channels import headers
from voronka.engine.store import outbox
from voronka.engine.store.writer import Writer


@pytest.mark.requirement("R46", "U10")
def test_a_letter_reaches_a_mail_server() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port)) as post:
        number = post.greet()
        assert post.deliver() == 1
        (letter,) = mailbox.letters
        assert letter["Subject"] == "Здравствуйте, Ира"
        assert letter["From"] == "Магазин <shop@example.org>"
        assert letter["Reply-To"] == "sales@example.org"
        assert letter.get_content().splitlines() == ["Рады вам, Ира!"]
        assert mailbox.recipients == [["ira@example.org"]]
        (effect,) = post.effects()
        assert (effect.status, effect.attempts, effect.error) == ("sent", 1, None)
        assert letter["Message-ID"] == f"<office.1.{number}.{effect.version}.{effect.part}@example.org>"
        assert post.deliver() == 0


def test_letters_of_a_deal_go_out_in_order_and_none_overtakes_one_that_waits() -> None:
    mailbox = Mailbox(["later", "later"])
    with smtp(mailbox) as port, Post(mail(port)) as post:
        post.greet("twice")
        for _ in range(3):
            post.deliver()
            post.now += 60_000
        assert mailbox.tried == ["later", "later", "accept", "accept"]
        assert [letter["Subject"] for letter in mailbox.letters] == ["Здравствуйте, Ира", "Ещё одно"]
        assert [effect.attempts for effect in post.effects()] == [3, 1]


@pytest.mark.parametrize(
    ("behaviour", "status", "letters"),
    [
        ("refuse", "dead", 0),
        ("later", "pending", 0),
        ("hang", "pending", 0),
        ("cut", "pending", 0),
        ("drop", "pending", 1),  # it took the letter and did not say so: it will come twice, under one id
    ],
)
def test_what_a_server_does_decides_whether_a_letter_is_tried_again(behaviour: str, status: str, letters: int) -> None:
    mailbox = Mailbox([behaviour])
    with smtp(mailbox) as port, Post(mail(port)) as post:
        post.greet()
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.attempts, len(mailbox.letters)) == (status, 1, letters)
        assert effect.error
        if status == "pending":
            assert post.now < effect.not_before <= post.now + 10_000
            post.now = effect.not_before
            post.deliver()
            assert post.statuses() == ["sent"]
            assert len(set(mailbox.ids)) == 1


def test_a_refused_letter_is_an_incident_and_a_red_deal_until_somebody_retries_it() -> None:
    mailbox = Mailbox(["refuse"])
    with smtp(mailbox) as port, Post(mail(port)) as post:
        number = post.greet()
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert (incident.kind, incident.deal, incident.data["channel"]) == ("delivery", number, "email")
        assert "550" in incident.data["error"]
        assert "ira@example.org" not in str(incident.data)
        assert [flag["incident"] for flag in post.deal(number).flags.values()] == [incident.id]
        reply = post.submit("incident", {"do": "retry", "id": incident.id}, actor="olga")
        assert reply.status == "done"
        assert post.deal(number).flags == {}
        post.deliver()
        assert post.statuses() == ["sent"]
        assert list(queries.list_incidents(post.store)) == []


def test_a_skipped_letter_never_goes_out() -> None:
    mailbox = Mailbox(["refuse"])
    with smtp(mailbox) as port, Post(mail(port)) as post:
        post.greet()
        post.deliver()
        (incident,) = queries.list_incidents(post.store)
        assert post.submit("incident", {"do": "skip", "id": incident.id}).status == "done"
        assert post.submit("incident", {"do": "retry", "id": incident.id}).status == "refused"
        post.deliver()
        assert (post.statuses(), mailbox.letters) == (["skipped"], [])


def test_a_letter_is_given_up_after_its_last_attempt() -> None:
    mailbox = Mailbox(["later"] * 10)
    with smtp(mailbox) as port, Post(mail(port) + "[delivery]\nattempts = 3\n") as post:
        post.greet()
        for _ in range(5):
            post.deliver()
            post.now += 3_600_000
        assert mailbox.tried == ["later"] * 3
        assert post.statuses() == ["dead"]


def test_nobody_listens() -> None:
    with Post(mail(1)) as post:
        post.greet()
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, effect.attempts) == ("pending", 1)
        assert "до почтового сервера не достучаться" in str(effect.error)


@pytest.mark.requirement("R50")
def test_a_document_goes_along() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port)) as post:
        post.greet("offered")
        post.deliver()
        (letter,) = mailbox.letters
        (paper,) = letter.iter_attachments()
        assert (paper.get_filename(), paper.get_content_type()) == ("КП.html", "text/html")
        assert paper.get_content() == "<p>Ира</p>"


def test_the_address_is_the_one_of_the_moment_it_goes_out() -> None:
    mailbox = Mailbox(["later"])
    with smtp(mailbox) as port, Post(mail(port)) as post:
        number = post.greet()
        post.deliver()
        post.submit("set", {"fields": {"email": "ira@почта.рф"}}, deal=number)
        post.now += 60_000
        post.deliver()
        assert mailbox.recipients == [["ira@xn--80a1acny.xn--p1ai"]]


def test_imported_letters_never_go_out() -> None:
    with Post(mail(1)) as post:
        data = {"fields": {"name": "Ира", "email": "ira@example.org"}}
        post.submit("create", data, pipeline="sales", imported=True)
        post.submit("move", {"stage": "greeted"}, deal=1, imported=True)
        assert post.deliver() == 0
        assert post.statuses() == ["suppressed"]


def test_nothing_goes_out_between_a_restore_and_resume() -> None:
    with Post(mail(1)) as post:
        post.greet()
        post.store.db.execute("INSERT INTO meta VALUES ('hold', 1)")
        assert post.deliver() == 0
        assert post.statuses() == ["pending"]
        post.store.db.execute("DELETE FROM meta WHERE key = 'hold'")
        assert post.deliver() == 1


@pytest.mark.parametrize(("whole", "left"), [(False, ["pending", "cancelled"]), (True, ["cancelled", "cancelled"])])
def test_a_sentence_that_is_switched_off_stops_what_it_queued(whole: bool, left: list[str]) -> None:
    with Post(mail(1)) as post:
        post.greet("twice")
        _, second = post.effects()
        path = second.intent["path"]
        stage = path.rpartition("/")[0]
        with Writer(post.store, post.now) as writer:
            assert outbox.cancel(writer, "client", stage) == 0
            assert outbox.cancel(writer, "sales", stage[:-1]) == 0
            assert outbox.cancel(writer, "sales", stage if whole else path) == (2 if whole else 1)
        assert post.statuses() == left


def test_a_letter_in_html_says_the_same_in_plain_text() -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port)) as post:
        post.greet("dressed", name="<Ира & Ко>")
        post.deliver()
        (letter,) = mailbox.letters
        assert letter["Subject"] == "Предложение для <Ира & Ко>"
        assert letter.get_content_type() == "multipart/alternative"
        text, page = letter.iter_parts()
        assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
        assert text.get_content().splitlines() == [
            "Здравствуйте, <Ира & Ко>!",
            "",
            "Цены — здесь (https://example.org/price).",
            "",
            "- Сборка",
            "",
            "- Доставка",
            "",
            "Итого 1 200 ₽",
        ]
        assert "&lt;Ира &amp; Ко&gt;" in page.get_content()


@pytest.mark.parametrize("way", ["mailto:stop@example.org?subject=stop", "https://example.org/stop"])
def test_letters_to_clients_say_how_to_stop_them_and_those_to_colleagues_need_not(way: str) -> None:
    mailbox = Mailbox()
    settings = f'unsubscribe = "{way}"\n[people.anna]\nemail = "anna@shop.example"\n'
    with smtp(mailbox) as port, Post(mail(port, settings)) as post:
        post.greet("told")
        post.greet()
        post.deliver()
        said = {str(letter["To"]): letter["List-Unsubscribe"] for letter in mailbox.letters}
        assert said == {"anna@shop.example": None, "ira@example.org": f"<{way}>"}


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Ира\r\nBcc: all@example.org", "Здравствуйте, Ира Bcc: all@example.org"),
        ("«Ёж» 🦔 " + "длинное имя " * 20, "Здравствуйте, «Ёж» 🦔 " + ("длинное имя " * 20).strip()),
    ],
)
def test_a_subject_is_one_header_whatever_the_values_hold(name: str, subject: str) -> None:
    mailbox = Mailbox()
    with smtp(mailbox) as port, Post(mail(port)) as post:
        post.greet(name=name)
        post.deliver()
        (letter,) = mailbox.letters
        assert letter["Subject"] == subject
        assert letter["Bcc"] is None
        assert mailbox.recipients == [["ira@example.org"]]


@pytest.mark.parametrize(("takes", "status"), [(True, "sent"), (False, "dead")])
def test_an_address_that_the_server_cannot_write_to_is_an_incident(takes: bool, status: str) -> None:
    """Local parts in other letters need SMTPUTF8, which not every server has (RFC 6531)."""
    mailbox = Mailbox()
    with smtp(mailbox, enable_SMTPUTF8=takes) as port, Post(mail(port)) as post:
        post.greet(email="ира@example.org", name="Ира")
        post.deliver()
        assert post.statuses() == [status]
        assert mailbox.recipients == ([["ира@example.org"]] if takes else [])
        assert [letter["Subject"] for letter in mailbox.letters] == (["Здравствуйте, Ира"] if takes else [])


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200)


@given(WORDS)
def test_a_folded_subject_says_what_it_said(subject: str) -> None:
    subject = " ".join(subject.split())
    letter = EmailMessage(headers.SMTP)
    letter["Subject"] = subject
    letter["From"] = "Магазин «Ромашка» и оптовый отдел в Нижнем Новгороде и области <shop@example.org>"
    raw = letter.as_bytes()
    assert raw.isascii()
    read = message_from_bytes(raw)  # today's parser puts spaces between the words of a name, the old one does not
    for name in ("Subject", "From"):
        assert " ".join(str(make_header(decode_header(read[name]))).split()) == str(letter[name])
    if not subject.isascii():
        assert max(map(len, raw.split(b"\r\n"))) <= 78
