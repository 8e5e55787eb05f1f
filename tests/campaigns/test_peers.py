"""Peers that refuse, hang, drop after accept, answer 500, for an hour of virtual time: nothing lost, nothing doubled.

Short here; VORONKA_CAMPAIGN_DEALS=500 (and VORONKA_CAMPAIGN_SEED) make it long.
"""

from __future__ import annotations

import os
import random
import ssl
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.engine_host.office import START
from tests.outbox.peers import BOT_API, Mailbox, Receiver, http, smtp
from tests.outbox.post import Post, hooks, mail
from voronka.engine.host import queries
from voronka.engine.store import outbox

HOUR = 3_600_000
DEALS = int(os.environ.get("VORONKA_CAMPAIGN_DEALS", "24"))
SEED = int(os.environ.get("VORONKA_CAMPAIGN_SEED", "1"))
LETTERS = ("accept", "accept", "accept", "later", "later", "refuse", "drop", "cut")
CHATS: tuple[int | str, ...] = (200, 200, 200, 429, 500, 403, 401, "drop", "redirect")
ANSWERS: tuple[int | str, ...] = (200, 200, 200, 500, 503, 404, "drop")


def test_an_hour_of_bad_peers() -> None:
    print(f"VORONKA_CAMPAIGN_SEED={SEED} VORONKA_CAMPAIGN_DEALS={DEALS}")
    draw = random.Random(SEED)
    # a peer that hangs costs real time, so it does it now and then
    letters = [draw.choice(LETTERS) if n % 40 else "hang" for n in range(1, DEALS * 6)]
    answers = [draw.choice(ANSWERS) if n % 40 else "hang" for n in range(1, DEALS * 3)]
    chats = [draw.choice(CHATS) if n % 40 else "hang" for n in range(1, DEALS * 6)]
    mailbox, receiver, bot = Mailbox(letters), Receiver(answers), Receiver(chats, BOT_API)
    with smtp(mailbox) as port, http(receiver) as web, http(bot) as api:
        token = (
            f'[channels.telegram]\ntoken = {{ secret = "BOT" }}\nurl = "http://127.0.0.1:{api}"\ntimeout = "500 ms"\n'
        )
        settings = mail(port) + hooks() + token + '[delivery]\nattempts = 6\nfirst = "5 s"\nlongest = "10 min"\n'
        settings = settings.replace("500 ms", "2 s")  # a busy machine is not a peer that loses answers
        with Post(settings, hook=f"http://127.0.0.1:{web}/", environ={"BOT": "1:t"}) as post:
            began = post.now
            for _ in range(DEALS):
                number = post.greet(draw.choice(["greeted", "twice", "hooked", "texted"]), chat="77")
                if draw.random() < 0.3:
                    post.submit("move", {"stage": draw.choice(["offered", "hooked"])}, deal=number)
            while (due := outbox.next_due(post.store)) is not None:
                post.now = max(post.now, due)
                assert post.now - began < HOUR, "something waits longer than the hour"
                if draw.random() < 0.1:
                    post.deliverer = post.new_deliverer()  # a new process knows what the store knows
                post.deliver()

            effects = post.effects()
            assert {effect.status for effect in effects} <= {"sent", "dead"}
            assert Counter(e.status for e in effects)["sent"] > DEALS // 2
            dead = {(e.deal, e.version, e.part) for e in effects if e.status == "dead"}
            said = {tuple(key[1:]) for i in queries.list_incidents(post.store) for key in i.data["keys"]}
            assert said == dead
            delivered = [tuple(map(int, i.strip("<>").partition("@")[0].split(".")[2:])) for i in mailbox.ids]
            posted = [tuple(map(int, identity.split(".")[2:])) for identity in receiver.ids]
            told = sum(1 for e in effects if e.channel == "telegram" and e.status == "sent")
            # Telegram knows no identities: a message whose answer was lost comes again
            lost = sum(1 for kind in chats[: bot.asked] if kind == "drop")
            assert told <= len(bot.requests) <= told + lost
            for channel, arrived, dropped in (
                ("email", delivered, mailbox.tried.count("drop")),
                ("webhook", posted, sum(1 for kind in answers[: receiver.asked] if kind == "drop")),
            ):
                kept = {(e.deal, e.version, e.part) for e in effects if e.channel == channel and e.status == "sent"}
                assert kept <= set(arrived)
                assert len(arrived) - len(set(arrived)) <= dropped
                for deal in {key[0] for key in arrived}:
                    order = [key for key in arrived if key[0] == deal]
                    assert order == sorted(order)


def test_an_hour_of_a_mail_server_whose_certificate_comes_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right, expired for somebody else's name, of a stranger, no TLS at all: no letter is shown to the wrong ones."""
    print(f"VORONKA_CAMPAIGN_SEED={SEED} VORONKA_CAMPAIGN_DEALS={DEALS}")
    draw = random.Random(SEED)
    ours, other = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    shown = {"right": ours.issue_cert("localhost"), "name": ours.issue_cert("mail.example.org")}
    shown["stranger"] = other.issue_cert("localhost")
    right, wrong = Mailbox(), Mailbox()
    for index in range(max(1, DEALS // 8)):
        security = draw.choice(["tls", "starttls"])
        path = tmp_path / f"{index}.db"
        kinds = [*draw.sample(["name", "stranger", "open"], draw.randint(1, 3)), "right"]
        at = 0
        for kind in kinds:
            options: dict[str, Any] = {}
            if kind != "open":
                server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                shown[kind].configure_cert(server)
                options = {"ssl_context": server} if security == "tls" else {"tls_context": server}
            with smtp(right if kind == "right" else wrong, **options) as port:
                settings = mail(port).replace('"none"', f'"{security}"').replace("127.0.0.1", "localhost")
                settings = settings.replace("500 ms", "2 s") + '[delivery]\nfirst = "5 min"\nlongest = "10 min"\n'
                with Post(settings, path=path) as post:
                    post.now += at
                    if not at:
                        post.greet("twice")
                    post.deliver()
                    at += 10 * 60_000
        assert post.now - START < HOUR
        assert len(right.letters) == 2 * (index + 1)
    assert wrong.tried == []
    assert len(set(right.ids)) == 2
