"""Peers that refuse, hang, drop after accept, answer 500, for an hour of virtual time: nothing lost, nothing doubled.

Short here; VORONKA_CAMPAIGN_DEALS=500 (and VORONKA_CAMPAIGN_SEED) make it long.
"""

from __future__ import annotations

import os
import random
from collections import Counter

from tests.outbox.peers import Mailbox, Receiver, http, smtp
from tests.outbox.post import Post, hooks, mail
from voronka.engine.host import queries
from voronka.engine.store import outbox

HOUR = 3_600_000
DEALS = int(os.environ.get("VORONKA_CAMPAIGN_DEALS", "24"))
SEED = int(os.environ.get("VORONKA_CAMPAIGN_SEED", "1"))
LETTERS = ("accept", "accept", "accept", "later", "later", "refuse", "drop", "cut")
ANSWERS: tuple[int | str, ...] = (200, 200, 200, 500, 503, 404, "drop")


def test_an_hour_of_bad_peers() -> None:
    print(f"VORONKA_CAMPAIGN_SEED={SEED} VORONKA_CAMPAIGN_DEALS={DEALS}")
    draw = random.Random(SEED)
    # a peer that hangs costs real time, so it does it now and then
    letters = [draw.choice(LETTERS) if n % 40 else "hang" for n in range(1, DEALS * 6)]
    answers = [draw.choice(ANSWERS) if n % 40 else "hang" for n in range(1, DEALS * 3)]
    mailbox, receiver = Mailbox(letters), Receiver(answers)
    with smtp(mailbox) as port, http(receiver) as web:
        settings = mail(port) + hooks() + '[delivery]\nattempts = 6\nfirst = "5 s"\nlongest = "10 min"\n'
        with Post(settings, hook=f"http://127.0.0.1:{web}/") as post:
            began = post.now
            for _ in range(DEALS):
                number = post.greet(draw.choice(["greeted", "twice", "hooked"]))
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
