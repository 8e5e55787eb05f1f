"""Webhooks out against a real HTTP server: signed, guarded, tried again or given up (R46)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac

import pytest

from tests.outbox.peers import Receiver, http
from tests.outbox.post import Post, hooks
from voronka.engine.host import queries
from voronka.engine.outbox.channels.webhook import WebhookChannel, allowed
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.settings import Webhook
from voronka.engine.outbox.trouble import Trouble
from voronka.engine.store.outbox import Key

KEY = base64.b64encode(b"twenty-four bytes of key").decode()


def hook(port: int) -> str:
    return f"http://127.0.0.1:{port}/in?from=shop"


def test_a_webhook_arrives_signed_as_standard_webhooks_says() -> None:
    receiver = Receiver()
    with http(receiver) as port:
        settings = hooks('secret = { secret = "HOOK_KEY" }')
        with Post(settings, hook=hook(port), environ={"HOOK_KEY": f"whsec_{KEY}"}) as post:
            number = post.greet("hooked")
            assert post.deliver() == 1
            assert post.statuses() == ["sent"]
        ((path, headers, body),) = receiver.requests
        assert path == "/in?from=shop"
        assert headers["host"] == f"127.0.0.1:{port}"
        data = receiver.data(0)
        assert data["data"] == {"deal": number, "pipeline": "sales", "stage": "hooked", "message": {"имя": "Ира"}}
        assert data["timestamp"] == "2026-11-23T07:00:00.000Z"
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(b"twenty-four bytes of key", signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize(
    ("behaviour", "status", "arrived"),
    [
        (204, "sent", 1),
        (500, "pending", 0),
        (429, "pending", 0),
        (404, "dead", 0),
        ("redirect", "dead", 0),
        ("hang", "pending", 0),
        ("drop", "pending", 1),
        ("flood", "sent", 1),  # an endless answer is not read to its end
    ],
)
def test_what_a_receiver_answers(behaviour: int | str, status: str, arrived: int) -> None:
    receiver = Receiver([behaviour])
    with http(receiver) as port, Post(hooks(), hook=hook(port)) as post:
        post.greet("hooked")
        post.deliver()
        (effect,) = post.effects()
        assert (effect.status, len(receiver.requests)) == (status, arrived)
        if behaviour == 429:
            assert effect.not_before == post.now + 120_000  # it asked for two minutes
        if status == "pending":
            post.now = effect.not_before
            post.deliver()
            assert post.statuses() == ["sent"]
            assert len(set(receiver.ids)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0.0.0.0:{port}/",
        "http://2130706433:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://0x7f.1:{port}/",
        "http://0x7f000001:{port}/",
        "http://127.1:{port}/",
        "http://[::]:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://user@127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://:{port}/",
        "http://127.0.0.1:99999/",
    ],
)
def test_nothing_is_posted_to_what_is_not_public(url: str) -> None:
    receiver = Receiver()
    with http(receiver) as port, Post('[channels.webhook]\ntimeout = "1 s"\n', hook=url.format(port=port)) as post:
        post.greet("hooked")
        post.deliver()
        assert (post.statuses(), receiver.requests) == (["dead"], [])
        (incident,) = queries.list_incidents(post.store)
        assert incident.kind == "delivery"


@pytest.mark.parametrize(
    ("address", "allow", "may"),
    [
        ("93.184.216.34", (), True),
        ("2606:2800:220:1::1", (), True),
        ("10.0.0.1", (), False),
        ("10.0.0.1", ("10.0.0.0/8",), True),
        ("10.0.0.1", ("hooks.internal",), True),
        ("10.0.0.1", ("other.internal", "192.168.0.0/16"), False),
        ("172.16.3.4", (), False),
        ("192.168.1.1", (), False),
        ("100.64.0.1", (), False),
        ("224.0.0.1", (), False),
        ("fe80::1%eth0", (), False),
        ("fd00::1", (), False),
        ("::ffff:10.0.0.1", (), False),
        ("64:ff9b::7f00:1", (), False),
        ("2002:7f00:1::", (), False),
        ("nonsense", (), False),
    ],
)
def test_public_addresses(address: str, allow: tuple[str, ...], may: bool) -> None:
    assert allowed("hooks.internal", address, allow) is may


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_looked_at() -> None:
    """A name that answers with a public address first and a private one later gets no second question."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    asked: list[str] = []

    def names(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    receiver = Receiver()
    with http(receiver) as port:
        channel = WebhookChannel(Webhook(allow=("127.0.0.1",)), Vault({}), names)
        parcel = Parcel("id", (Key(1, 1, 1, 1),), "webhook", "p", 0, f"http://rebind.example:{port}/x", body="{}")
        asyncio.run(channel.send(parcel))
        assert asked == ["rebind.example"]
        assert receiver.requests[0][1]["host"] == f"rebind.example:{port}"
        with pytest.raises(Trouble, match="not on the public Internet"):
            asyncio.run(channel.send(parcel))
        assert len(receiver.requests) == 1


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    channel = WebhookChannel(Webhook(), Vault({}), lambda host, port: ["93.184.216.34", "127.0.0.1"])
    parcel = Parcel("id", (Key(1, 1, 1, 1),), "webhook", "p", 0, "https://mixed.example/")
    with pytest.raises(Trouble, match="not on the public Internet"):
        asyncio.run(channel.send(parcel))
