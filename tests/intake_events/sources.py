"""Mapping files for the tests of events in, and a client that speaks HTTP by hand, because it has to misbehave."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.engine_host.office import Office
from voronka.engine.host.door import OwnDoor
from voronka.engine.intake.events_http import EventsHttp
from voronka.engine.intake.events_in import Intake
from voronka.engine.intake.events_map import load_maps
from voronka.engine.outbox.secrets import Vault

BANK = """
key = "object.id"

[signature]
scheme = "standard"
secret = { secret = "BANK" }

[[event]]
name = "payment"
pipeline = "sales"
when = { "event" = "payment.succeeded", "object.test" = false }
values = { amount = "object.amount.value" }
by = { number = "object.metadata.order", email = "object.receipt.0.email" }
"""
SITE = """
[signature]
scheme = "none"

[[event]]
name = "request"
values = { phone = "phone", city = "city" }
"""
CRM = """
[signature]
scheme = "hmac-hex"
secret = { secret = "CRM" }
header = "X-Signature"
prefix = "sha256="
timestamp = "X-Time"

[[event]]
name = "request"
values = { phone = "lead.phone", city = { constant = "Тверь" } }
"""
KEY = b"the key of the bank, thirty bytes"


def maps(folder: Path) -> Path:
    """A folder with all three."""
    folder.mkdir(exist_ok=True)
    for name, text in (("bank", BANK), ("site", SITE), ("crm", CRM)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def an_intake(office: Office, folder: Path) -> Intake:
    return Intake(OwnDoor(office.host), load_maps(maps(folder / "maps")), lambda: office.now)


def a_listener(office: Office, folder: Path) -> EventsHttp:
    vault = Vault({"BANK": f"whsec_{base64.b64encode(KEY).decode()}", "CRM": "crm-key"})
    return EventsHttp(an_intake(office, folder), vault, lambda: office.now, 0)


def payment(amount: Any = "1200.00", **more: Any) -> dict[str, Any]:
    """What a bank sends."""
    made = {"id": "p-1", "test": False, "amount": {"value": amount}, "metadata": {"order": "A-1"}, "receipt": []}
    return {"event": "payment.succeeded", "object": {**made, **more}}


def signed(office: Office, body: bytes, identity: str = "msg-1", late: int = 0) -> dict[str, str]:
    """Headers of Standard Webhooks, ``late`` seconds old."""
    stamp = str(office.now // 1000 - late)
    digest = hmac.new(KEY, f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": identity, "webhook-timestamp": stamp, "webhook-signature": signature}


async def post(
    port: int, path: str, body: bytes | Iterable[bytes], headers: dict[str, str] | None = None, method: str = "POST"
) -> tuple[int, Any]:
    """Send a request as it is given, and read the answer: (status, data)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    given = {name.lower(): value for name, value in (headers or {}).items()}
    parts = [body] if isinstance(body, bytes) else body
    if isinstance(body, bytes):
        given.setdefault("content-length", str(len(body)))
    head = [f"{method} {path} HTTP/1.1", "host: localhost", *(f"{name}: {value}" for name, value in given.items())]
    hearing = asyncio.create_task(_hear(reader))
    try:
        writer.write("\r\n".join([*head, "", ""]).encode("latin-1"))
        for part in parts:
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass  # it has heard enough; its answer is there to be read
    answer = await hearing
    writer.close()
    first, _, rest = answer.partition(b"\r\n")
    text = rest.partition(b"\r\n\r\n")[2]
    return int(first.split()[1]), json.loads(text) if text.strip() else None


async def _hear(reader: asyncio.StreamReader) -> bytes:
    """All that is said, also where the line is cut after it."""
    heard = b""
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65_536):
            heard += part
    return heard
