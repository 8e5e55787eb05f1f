"""Webhooks in over real sockets: signed, replayed, spoilt, endless, unknown (issue: events in; Meaning 12)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine_host.office import Office
from tests.intake_events.sources import a_listener, payment, post, signed
from voronka.engine.host import queries
from voronka.engine.intake.events_http import LARGEST, EventsHttp


def serve(office: Office, folder: Path, talk: Callable[[int], Awaitable[Any]]) -> Any:
    """Talk to a listener on a free port."""

    async def run() -> Any:
        listener: EventsHttp = a_listener(office, folder)
        await listener.start()
        try:
            assert listener.health() == ""
            return await talk(listener.port)
        finally:
            await listener.stop()

    return asyncio.run(run())


def test_a_payment_moves_its_deal_once_however_often_it_is_sent(tmp_path: Path) -> None:
    with Office() as office:
        number = office.create(number="A-1", amount=1200)
        body = json.dumps(payment()).encode()

        async def talk(port: int) -> list[Any]:
            first = await post(port, "/in/bank", body, signed(office, body))
            again = await post(port, "/in/bank", body, signed(office, body, "msg-2"))
            return [first, again]

        first, again = serve(office, tmp_path, talk)
        assert first == (200, {"status": "done", "deal": number})
        assert again == (200, {"status": "duplicate", "deal": number})
        assert office.deal(number).stage == "paid"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda office, body: {}, "are needed"),
        (lambda office, body: signed(office, body + b" "), "the signature is wrong"),
        (lambda office, body: signed(office, body, late=301), "too old"),
        (lambda office, body: signed(office, body, late=-301), "too old or ahead"),
        (lambda office, body: {**signed(office, body), "webhook-timestamp": "soon"}, "cannot be read"),
        (lambda office, body: {**signed(office, body), "webhook-id": "other"}, "the signature is wrong"),
        (lambda office, body: {**signed(office, body), "webhook-signature": "v1,"}, "the signature is wrong"),
        (lambda office, body: {**signed(office, body), "webhook-signature": "é" * 9}, "the signature is wrong"),
    ],
)
def test_what_is_not_proved_changes_nothing(
    tmp_path: Path, change: Callable[[Office, bytes], dict[str, str]], said: str
) -> None:
    with Office() as office:
        number = office.create(number="A-1", amount=1200)
        body = json.dumps(payment()).encode()
        status, answer = serve(office, tmp_path, lambda port: post(port, "/in/bank", body, change(office, body)))
        assert status == 401
        assert said in answer["error"]
        assert office.deal(number).stage == "new"
        assert list(queries.list_kept(office.store)) == []


def test_other_ways_to_sign(tmp_path: Path) -> None:
    with Office() as office:
        body = b'{"lead": {"phone": 79991234567}}'
        stamp = str(office.now // 1000)
        digest = hmac.new(b"crm-key", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()

        async def talk(port: int) -> list[Any]:
            good = {"x-signature": f"sha256={digest.upper()}", "x-time": stamp}
            return [
                await post(port, "/in/crm", body, good),
                await post(port, "/in/crm", body, {**good, "x-signature": digest}),
                await post(port, "/in/crm", body, {**good, "x-time": str(int(stamp) - 1)}),
                await post(port, "/in/crm", body, {**good, "x-time": str(int(stamp) - 900)}),
            ]

        replies = serve(office, tmp_path, talk)
        assert [status for status, _ in replies] == [200, 401, 401, 401]
        assert office.deal(1).f["city"] == "Тверь"


def test_one_client_who_asks_twice_is_one_deal_however_the_phone_is_written(tmp_path: Path) -> None:
    with Office() as office:

        async def talk(port: int) -> list[Any]:
            phones = ["+7 999 123-45-67", "8 (999) 123-45-67", "79991234567"]
            bodies = [json.dumps({"phone": phone, "city": "Тверь"}).encode() for phone in phones]
            return [await post(port, "/in/site", body) for body in bodies]

        replies = serve(office, tmp_path, talk)
        assert [(status, answer["deal"]) for status, answer in replies] == [(200, 1), (202, 1), (202, 1)]
        assert [row.id for row in queries.list_deals(office.store, pipeline="sales")] == [1]
        assert [(kept.deal, kept.why) for kept in queries.list_kept(office.store)] == [(1, "unheard")] * 2


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "line 1, column 2"),
        (b"", 400, "this is no JSON"),
        (b"\xff\xfe", 400, "this is no JSON"),
        (b'{"phone": NaN}', 400, "NaN is no number"),
        (b"[" * 100_000, 400, "nested too deep"),
    ],
)
def test_what_is_no_json_is_refused_with_its_reason(tmp_path: Path, body: bytes, status: int, said: str) -> None:
    with Office() as office:
        found, answer = serve(office, tmp_path, lambda port: post(port, "/in/site", body))
        assert found == status
        assert said in answer["error"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/in/nobody", "POST", 404), ("/", "POST", 404), ("/in/../in/site", "POST", 404), ("/in/site", "GET", 405)],
)
def test_there_is_nothing_else(tmp_path: Path, path: str, method: str, status: int) -> None:
    with Office() as office:
        found, _ = serve(office, tmp_path, lambda port: post(port, path, b"{}", method=method))
        assert found == status


def test_a_hundred_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1_600):
            sent += 65_536
            yield b"x" * 65_536

    with Office() as office:
        headers = {"content-length": str(1_600 * 65_536)}
        status, answer = serve(office, tmp_path, lambda port: post(port, "/in/site", endless(), headers))
        assert (status, answer["error"]) == (413, f"more than {LARGEST} bytes")
        assert sent < 50_000_000


def test_a_body_that_does_not_say_how_long_it_is_ends_at_the_limit(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
        yield b"0\r\n\r\n"

    with Office() as office:
        headers = {"transfer-encoding": "chunked"}
        status, _ = serve(office, tmp_path, lambda port: post(port, "/in/site", chunks(), headers))
        assert status == 413


@pytest.mark.parametrize("head", [b"nonsense\r\n\r\n", b"POST /in/site HTTP/1.1\r\nx: " + b"y" * 100_000])
def test_what_is_no_request(tmp_path: Path, head: bytes) -> None:
    async def talk(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        answer = await reader.read()
        writer.close()
        return answer

    with Office() as office:
        assert serve(office, tmp_path, talk).startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))


@pytest.mark.parametrize(
    ("payload", "status", "name"),
    [
        ({"event": "refund.succeeded", "object": {"id": "r-1"}}, 202, "bank/unmapped"),
        ({"event": "payment.succeeded", "object": {"id": "t", "test": True}}, 202, "bank/unmapped"),
        (payment("plenty"), 422, "bank/refused"),
        (payment(metadata={"order": "Z-9"}), 202, "payment"),
        ([1, 2, {"deep": [[[[[[[[[[[[[[1]]]]]]]]]]]]]]}], 202, "bank/unmapped"),
        ({"text": "\ud800", "long": "x" * 500_000}, 202, "bank/unmapped"),
    ],
)
def test_what_nobody_takes_is_kept_and_shown(tmp_path: Path, payload: Any, status: int, name: str) -> None:
    with Office() as office:
        office.create(number="A-1", amount=1200)
        body = json.dumps(payload).encode()

        async def talk(port: int) -> list[Any]:
            return [await post(port, "/in/bank", body, signed(office, body)) for _ in range(2)]

        first, _ = serve(office, tmp_path, talk)
        assert first[0] == status, first
        (kept,) = queries.list_kept(office.store)
        assert kept.name == name
        (incident,) = queries.list_incidents(office.store)
        assert incident.kind == "unrouted"
        assert office.deal(1).stage == "new"


def test_nothing_that_a_kept_payload_says_stands_in_the_log(tmp_path: Path) -> None:
    """What a stranger sends may be personal whatever it is called (architecture.md, Personal data)."""
    with Office() as office:
        body = json.dumps({"event": "x", "customer": {"tel": "+7 999 123-45-67", "note": ["Ira Petrova"]}}).encode()
        serve(office, tmp_path, lambda port: post(port, "/in/bank", body, signed(office, body)))
        (kept,) = queries.list_kept(office.store)
        assert "Ira Petrova" in str(kept.payload)
        log = str(office.store.db.execute("SELECT event, changes FROM log").fetchall())
        data = str(office.store.db.execute("SELECT data FROM kept").fetchall())
        assert "tel" in log
        assert all(said not in log + data for said in ("Petrova", "123-45-67"))
