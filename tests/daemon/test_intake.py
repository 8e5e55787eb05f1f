"""Events in through a running daemon: mapped, proved, found again by phone and mail, kept where nobody takes them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.place import SHOP, WAIT, Running, voronka, workspace
from tests.daemon.test_operating import asked, free_port
from tests.intake_events.sources import post
from voronka.engine.store import read
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store

TEXT = SHOP.replace(
    '  event request "Request" by phone else create { phone phone }',
    """  field email "Email" email
  unique phone
  event request "Request" by phone, email else create { phone phone  email email }""",
).replace('  stage new "New" {', '  stage new "New" {\n    move to paid on event payment')
BANK = """
key = "id"
[signature]
scheme = "standard"
secret = { secret = "BANK" }
[[event]]
name = "payment"
when = { kind = "paid" }
values = { amount = "amount" }
by = { number = "order" }
"""
SITE = """
[signature]
scheme = "none"
[[event]]
name = "request"
values = { phone = "phone", email = "email" }
"""
KEY = b"the key of the bank, thirty bytes"


class Shop:
    """A daemon that listens for two sources."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = workspace(folder, TEXT, f"[intake]\nport = {self.port}\n")
        (self.folder / "maps").mkdir()
        (self.folder / "maps/bank.toml").write_text(BANK)
        (self.folder / "maps/site.toml").write_text(SITE)
        self.running = Running(self.folder, BANK=f"whsec_{base64.b64encode(KEY).decode()}")

    def post(self, source: str, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return asyncio.run(post(self.port, f"/in/{source}", raw, headers))

    def deals(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = asked(self.folder, "deal", "list")["deals"]
        return found


def signed(body: bytes, identity: str = "m-1", late: int = 0) -> dict[str, str]:
    stamp = str(int(time.time()) - late)
    digest = hmac.new(KEY, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": identity,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "w")
    with made.running:
        yield made


def test_who_asks_again_by_phone_or_by_mail_is_linked_and_not_doubled(shop: Shop) -> None:
    first = {"phone": "+7 999 123-45-67", "email": "Ira@Example.org"}
    assert shop.post("site", first)[1] == {"status": "done", "deal": 1}
    for again in ({"phone": "8 (999) 1234567"}, {"email": "ira@example.org"}, {**first, "phone": "89991234567"}):
        status, answer = shop.post("site", again)
        assert (status, answer["deal"]) == (202, 1), answer
    assert shop.post("site", {"phone": "+7 999 765-43-21", "email": "oleg@example.org"})[1]["deal"] == 2
    assert sorted(deal["id"] for deal in shop.deals()) == [1, 2]
    # what came again is kept with its deal, to be seen
    assert [(event["deal"], event["why"]) for event in asked(shop.folder, "event", "list")["events"]] == [
        (1, "unheard")
    ] * 3


def test_a_payment_counts_once_and_what_is_not_proved_counts_never(shop: Shop) -> None:
    shop.running.submit("create", {"fields": {"number": "A-1"}}, pipeline="sales")
    body = json.dumps({"id": "p-1", "kind": "paid", "amount": "1200.50", "order": "A-1"}).encode()
    for headers in ({}, signed(body + b" "), signed(body, late=301), {**signed(body), "webhook-id": "other"}):
        assert shop.post("bank", body, headers)[0] == 401
    assert shop.post("bank", body, signed(body)) == (200, {"status": "done", "deal": 1})
    # the same message once more, and the same payment in another message
    assert shop.post("bank", body, signed(body))[1]["status"] == "duplicate"
    assert shop.post("bank", body, signed(body, "m-2"))[1]["status"] == "duplicate"
    store = open_store(shop.folder / "voronka.db", write=False)
    assert isinstance(store, Store)
    with store:
        kinds = [entry.event.kind for entry in read.history(store, 1)]
        assert kinds.count("event") == 1
    assert shop.deals()[0]["stage"] == "paid"


def test_what_nobody_takes_is_kept_and_shown(shop: Shop) -> None:
    body = json.dumps({"id": "x-1", "kind": "refund", "order": "A-1"}).encode()
    assert shop.post("bank", body, signed(body))[0] == 202
    late = json.dumps({"id": "p-9", "kind": "paid", "amount": "5", "order": "Z-9"}).encode()
    assert shop.post("bank", late, signed(late))[0] == 202
    events = asked(shop.folder, "event", "list")["events"]
    assert [(event["name"], event["why"]) for event in events] == [("bank/unmapped", "unknown"), ("payment", "nobody")]
    incidents = asked(shop.folder, "incident", "list")["incidents"]
    assert [incident["kind"] for incident in incidents] == ["unrouted", "unrouted"]
    assert "bank/unmapped" in voronka(shop.folder, "event", "list").stdout
    # values that are not what was declared are shown as they came
    for n, amount in enumerate(("lots", {"a": [1]}, "y" * 9_000)):
        odd = json.dumps({"id": f"o-{n}", "kind": "paid", "amount": amount, "order": "Z-9"}).encode()
        assert shop.post("bank", odd, signed(odd, f"o-{n}"))[0] == 202
    said = voronka(shop.folder, "event", "list").stdout
    assert "amount=lots" in said
    assert 'amount={"a":[1]}' in said
    assert f"amount={'y' * 200}…" in said


def flood(port: int, headers: dict[str, str], parts: Iterator[bytes]) -> int:
    """Send until somebody answers; the status of that answer."""
    head = [
        "POST /in/site HTTP/1.1",
        "host: localhost",
        *(f"{name}: {value}" for name, value in headers.items()),
        "",
        "",
    ]
    with socket.create_connection(("127.0.0.1", port), WAIT) as peer:
        peer.sendall("\r\n".join(head).encode())
        with contextlib.suppress(ConnectionError):
            for part in parts:
                if select.select([peer], [], [], 0)[0]:
                    break
                peer.sendall(part)
        return int(peer.recv(65_536).split()[1])


def test_nonsense_and_floods_are_refused_and_the_daemon_goes_on(shop: Shop) -> None:
    for body, said in ((b"{", "line 1"), (b"\xff\xfe", "no JSON"), (b"[" * 100_000, "too deep")):
        status, answer = shop.post("site", body)
        assert status == 400
        assert said in answer["error"]
    chunk = b"x" * 65_536

    def endless() -> Iterator[bytes]:
        for _ in range(1_600):
            yield chunk

    for headers in ({"content-length": str(1_600 * 65_536)}, {"transfer-encoding": "chunked"}):
        parts = endless() if "content-length" in headers else (b"10000\r\n%b\r\n" % part for part in endless())
        assert flood(shop.port, headers, parts) == 413
    assert shop.post("site", {"phone": "+79991234567"})[0] == 200
    assert shop.running.stop() == 0
