"""Webhooks in: POST /in/SOURCE on the loopback; signed, bounded before it is read, answered when it is committed."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from typing import Any

import h11

from voronka.engine.answering import answer as respond
from voronka.engine.intake import events_proof
from voronka.engine.intake.events_in import REFUSED, Intake, NotJson, parse_json
from voronka.engine.outbox.secrets import Vault
from voronka.engine.outbox.trouble import Trouble

LARGEST = 1_000_000  # bytes of a body; a larger one is refused before it is read
HEAD = 16 * 1024  # bytes of a request's head
PATIENCE = 30.0  # seconds for one request, from its first byte to the last of the answer
CLIENTS = 64
PREFIX = "/in/"
_IDENTITY = ("webhook-id", "idempotency-key")
_STATUS = {"done": 200, "duplicate": 200, "kept": 202, "unrouted": 202, REFUSED: 422, "error": 503}
_log = logging.getLogger(__name__)


class _Refused(Exception):
    """A request ends here: with a status, and why."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        self.why = why
        super().__init__(why)


class EventsHttp:
    """A service that takes webhooks. ``port`` 0: any free one; after the start it is the real one. ``clock``: now, ms.

    A proxy with TLS stands before it where senders come from outside: it listens on the loopback unless told otherwise.
    """

    name = "intake"

    def __init__(
        self, intake: Intake, vault: Vault, clock: Callable[[], int], port: int, host: str = "127.0.0.1"
    ) -> None:
        self.intake = intake
        self.vault = vault
        self.clock = clock
        self.host = host
        self.port = port
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises OSError: the port is in use, or not allowed."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
            self._server = await asyncio.start_server(self._client, sock=listener)
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]

    async def stop(self) -> None:
        """Take no more in; answer what was taken."""
        if self._server is None:
            return
        self._server.close()
        if self._clients:
            _, late = await asyncio.wait(list(self._clients), timeout=2.0)
            for task in late:
                task.cancel()

    def health(self) -> str:
        return "" if self._server is not None and self._server.is_serving() else "it does not listen"

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._serve(reader, writer)
        except (ConnectionError, TimeoutError):
            return
        finally:
            self._clients.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD)
        try:
            request = await _next(peer, reader)
            if not isinstance(request, h11.Request):
                return
            status, answer = await self._request(peer, request, reader, writer)
        except _Refused as refused:
            status, answer = refused.status, {"error": refused.why}
        except h11.RemoteProtocolError as error:
            status, answer = error.error_status_hint, {"error": "no request that can be read"}
        if peer.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        body = json.dumps(answer, ensure_ascii=False).encode() + b"\n"
        await respond(peer, writer, status, "application/json", body)
        if writer.can_write_eof():
            writer.write_eof()
        # whoever still sends must be able to read the answer before the line is cut
        async with asyncio.timeout(1.0):
            for _ in range(16):
                if not await reader.read(65_536):
                    return

    async def _request(
        self, peer: h11.Connection, request: h11.Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[int, dict[str, Any]]:
        path = request.target.decode("latin-1").partition("?")[0]
        source = path.removeprefix(PREFIX)
        known = self.intake.maps.get(source) if path.startswith(PREFIX) else None
        if known is None:
            raise _Refused(404, f"no such source; maps/SOURCE.toml makes {PREFIX}SOURCE")
        if request.method != b"POST":
            raise _Refused(405, "only POST")
        if len(self._clients) > CLIENTS:
            raise _Refused(503, "too many at a time")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
        body = await _body(peer, headers, reader, writer)
        try:
            why = events_proof.wrong(known.signature, headers, body, self.clock(), self.vault)
        except Trouble as trouble:
            _log.error("source %s cannot be checked: %s", source, trouble.text.en)
            raise _Refused(503, "the source is not set up") from trouble
        if why:
            _log.warning("source %s: a request was refused: %s", source, why)
            raise _Refused(401, why)
        try:
            payload = parse_json(body)
        except NotJson as error:
            raise _Refused(400, f"this is no JSON: {error}") from error
        identity = next((headers[name] for name in _IDENTITY if headers.get(name)), "")
        taken = await self.intake.take(source, payload, identity)
        answer: dict[str, Any] = {"status": taken.status}
        answer |= {"deal": taken.deal} if taken.deal is not None else {}
        answer |= {"why": list(taken.why)} if taken.why and taken.status != "error" else {}
        return _STATUS.get(taken.status, 503), answer


async def _next(peer: h11.Connection, reader: asyncio.StreamReader) -> Any:
    while (event := peer.next_event()) is h11.NEED_DATA:
        peer.receive_data(await reader.read(65_536))
    return event


async def _body(
    peer: h11.Connection, headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    too_large = _Refused(413, f"more than {LARGEST} bytes")
    length = headers.get("content-length", "0")
    if len(length) > 12 or int(length) > LARGEST:
        raise too_large
    if peer.they_are_waiting_for_100_continue:
        go_on = peer.send(h11.InformationalResponse(status_code=100, headers=[]))
        writer.write(go_on or b"")
        await writer.drain()
    body = bytearray()
    while True:
        event = await _next(peer, reader)
        if isinstance(event, h11.EndOfMessage):
            return bytes(body)
        if not isinstance(event, h11.Data):
            raise _Refused(400, "the body ended early")
        body += event.data
        if len(body) > LARGEST:
            raise too_large
