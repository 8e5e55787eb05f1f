"""Real peers for delivery's tests: an SMTP server and an HTTP server that can be told to misbehave."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from types import MappingProxyType
from typing import Any

from aiosmtpd.controller import Controller

HANG = 3.0  # seconds a hanging peer keeps silent; its clients give up long before


class Mailbox:
    """What an SMTP server does with each letter, in turn, and the letters it took.

    Behaviours: accept · refuse (550) · later (451) · hang · drop (takes the letter, then cuts the line unanswered) ·
    cut (cuts the line before anything is taken).
    """

    def __init__(self, behaviours: Iterable[str] = ()) -> None:
        self.plan = chain(behaviours, repeat("accept"))
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.tried: list[str] = []
        self.rang = threading.Semaphore(0)  # once for every letter it was shown

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        behaviour = next(self.plan)
        self.tried.append(behaviour)
        self.rang.release()
        if behaviour == "refuse":
            return f"550 no such user <{envelope.rcpt_tos[0]}>"
        if behaviour == "later":
            return "451 come back later"
        if behaviour == "hang":
            await asyncio.sleep(HANG)
            return "421 too late"
        if behaviour == "cut":
            server.transport.abort()
            return "421 cut"
        self.letters.append(letter)
        self.recipients.append(list(envelope.rcpt_tos))
        if behaviour == "drop":
            server.transport.abort()
        return "250 taken"

    @property
    def ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]


class _OnFreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """A real SMTP server on a free port of this machine."""
    controller = _OnFreePort(mailbox, hostname="127.0.0.1", port=0, ready_timeout=30, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


class Receiver:
    """What an HTTP server answers each POST with, in turn (a status, or hang, drop, redirect, flood), and what it got.

    drop: it takes the message and cuts the line unanswered. ``says``: the bodies of its answers, by status.
    """

    def __init__(self, behaviours: Iterable[int | str] = (), says: Mapping[int, Any] = MappingProxyType({})) -> None:
        self.says = says
        self.plan = chain(behaviours, repeat(200))
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.asked = 0
        self.lock = threading.Lock()

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.requests]

    def data(self, index: int) -> Any:
        return json.loads(self.requests[index][2])


BOT_API = {
    200: {"ok": True, "result": {"message_id": 1}},
    400: {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"},
    403: {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"},
    429: {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 35}},
    500: {"ok": False, "error_code": 500, "description": "Internal Server Error"},
}
"""What Telegram's Bot API says, by status (core.telegram.org/bots/api, Making requests)."""


@contextmanager
def http(receiver: Receiver) -> Iterator[int]:
    """A real HTTP server on a free port of this machine. Only requests it took are written down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            with receiver.lock:
                behaviour = next(receiver.plan)
                receiver.asked += 1
                if behaviour in (200, 204, "drop", "flood"):
                    receiver.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if behaviour == "hang":
                time.sleep(HANG)
            if behaviour in ("drop", "hang"):
                self.close_connection = True
                return
            if behaviour == "redirect":
                self.send_response(302)
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                return
            self.send_response(200 if behaviour == "flood" else int(behaviour))
            if behaviour == 429:
                self.send_header("retry-after", "120")
            self.end_headers()
            if behaviour in receiver.says:
                self.wfile.write(json.dumps(receiver.says[int(behaviour)]).encode())
            if behaviour == "flood":
                try:
                    for _ in range(10_000):
                        self.wfile.write(b"x" * 65_536)
                except OSError:
                    return

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
