"""A small HTTP listener on the loopback: /healthz, /readyz, /metrics. Requests without a body, one a connection."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import h11

from voronka.engine.answering import answer
from voronka.engine.daemon import problems
from voronka.engine.daemon.logs import log
from voronka.engine.daemon.metrics import CONTENT_TYPE, Metrics

if TYPE_CHECKING:
    from voronka.engine.daemon.daemon import Daemon

HOST = "127.0.0.1"
PATIENCE = 10.0  # seconds for one request, from its first byte to the last of the answer
CLIENTS = 64
_LARGEST = 16 * 1024  # bytes of a request's head
_TEXT = "text/plain; charset=utf-8"
Answer = tuple[int, str, bytes]  # status, content type, body


class Web:
    """Serves the daemon's health and figures. ``port`` 0: any free one; after the start it is the real one."""

    name = "http"

    def __init__(self, daemon: Daemon, port: int) -> None:
        self.daemon = daemon
        self.port = port
        self.metrics = Metrics(daemon)
        self.pages: dict[str, Callable[[], Awaitable[Answer]]] = {
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/metrics": self._figures,
        }
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises DaemonProblem: the port is in use, or not allowed."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, self.port))
            self._server = await asyncio.start_server(self._client, sock=listener)
        except OSError as error:
            listener.close()
            why = error.strerror or str(error)
            raise problems.no_port(self.port, why, error.errno == errno.EADDRINUSE) from error
        self.port = listener.getsockname()[1]
        log().info("http.listening", address=f"{HOST}:{self.port}")

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        if self._clients:
            _, late = await asyncio.wait(list(self._clients), timeout=1.0)
            for task in late:
                task.cancel()

    def health(self) -> str:
        return "" if self._server is not None and self._server.is_serving() else "it does not listen"

    async def _alive(self) -> Answer:
        return 200, _TEXT, b"ok\n"

    async def _ready(self) -> Answer:
        wrong = {"daemon": "stopping"} if self.daemon.stopping else self.daemon.health()
        if not wrong:
            return 200, _TEXT, b"ready\n"
        return 503, _TEXT, "".join(f"{name}: {what}\n" for name, what in wrong.items()).encode()

    async def _figures(self) -> Answer:
        return 200, CONTENT_TYPE, await self.metrics.page()

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
        peer = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST)
        try:
            while (event := peer.next_event()) is h11.NEED_DATA:
                peer.receive_data(await reader.read(_LARGEST))
            if not isinstance(event, h11.Request):
                return
            head = event.method == b"HEAD"
            status, kind, body = await self._page(event.method, event.target)
        except h11.RemoteProtocolError as error:
            if peer.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
                return
            head, (status, kind, body) = False, (error.error_status_hint, _TEXT, b"no request that can be read\n")
        await answer(peer, writer, status, kind, body, head)

    async def _page(self, method: bytes, target: bytes) -> Answer:
        page = self.pages.get(target.partition(b"?")[0].decode("latin-1"))
        if page is None:
            return 404, _TEXT, "".join(f"{name}\n" for name in self.pages).encode()
        if method not in (b"GET", b"HEAD"):
            return 405, _TEXT, b"only GET\n"
        if len(self._clients) > CLIENTS:
            return 503, _TEXT, b"too many at a time\n"
        return await page()
