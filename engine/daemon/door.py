"""The daemon's door: a Unix socket beside the store, one JSON line a request, one a response, in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.daemon import problems
from voronka.engine.daemon.client import address
from voronka.engine.daemon.logs import log
from voronka.engine.daemon.wire import LONGEST, MOST, both_data, command_of, packed, reply_data, unpacked

if TYPE_CHECKING:
    from voronka.engine.daemon.daemon import Daemon

CLIENTS = 512  # connections at a time
LAST_WORDS = 5.0  # seconds that a client has to take its last answer when the daemon stops
CROWDED = Both(
    f"{CLIENTS} clients are connected already; try again later",
    f"подключено уже {CLIENTS} клиентов; повторите позже",
)


class Door:
    """Answers clients on the socket of the daemon's store. The store's lock is held: a socket found is a stale one."""

    name = "door"

    def __init__(self, daemon: Daemon, path: Path) -> None:
        self.daemon = daemon
        self.path = path
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def start(self) -> None:
        """Listen. Raises DaemonProblem."""
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISSOCK(self.path.lstat().st_mode):
                raise problems.in_the_way(str(self.path))
            self.path.unlink()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        before = os.umask(0o177)
        try:
            with address(self.path) as name:
                listener.bind(name)
        except OSError as error:
            listener.close()
            raise problems.no_socket(str(self.path), error.strerror or str(error)) from error
        finally:
            os.umask(before)
        self._server = await asyncio.start_unix_server(self._client, sock=listener, limit=LONGEST, backlog=CLIENTS)

    async def stop(self) -> None:
        """Take nothing more in, answer what was taken, close."""
        if self._server is None:
            return
        self._server.close()
        self.path.unlink(missing_ok=True)
        for writer in self._clients.values():
            # what they sent is still read and answered; whatever they send from now on fails on their side
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").shutdown(socket.SHUT_RD)
        if self._clients:
            await asyncio.wait(list(self._clients))

    def health(self) -> str:
        return "" if self._server is not None and self._server.is_serving() else "it does not listen"

    @property
    def clients(self) -> int:
        return len(self._clients)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients[task] = writer
        try:
            if len(self._clients) > CLIENTS:
                await self._say(writer, {"error": both_data(CROWDED)})
                return
            while line := await reader.readline():
                if not line.endswith(b"\n"):
                    return
                answer = await self._answer(line)
                await self._say(writer, answer)
                if "lent" in answer:
                    # whatever comes next on this line, its end above all, says that the store is free again
                    await reader.readline()
                    return
        except (ConnectionError, TimeoutError):
            return
        except ValueError:
            text = f"a request has more than {LONGEST} bytes"
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._say(writer, {"error": {"en": text, "ru": f"в запросе больше {LONGEST} байт"}})
        finally:
            self.daemon.take_back(task)
            del self._clients[task]
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, answer: dict[str, Any]) -> None:
        writer.write(packed(answer))
        async with asyncio.timeout(LAST_WORDS if self.daemon.stopping else None):
            await writer.drain()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        """The response to one request; it never raises for what a client sent."""
        try:
            asked = unpacked(line)
            match asked.get("op"):
                case "submit":
                    return await self._submit(asked.get("commands"))
                case "ping":
                    return self.daemon.about()
                case "status":
                    return self.daemon.status()
                case "lend":
                    task = asyncio.current_task()
                    assert task is not None
                    await self.daemon.lend(task)
                    return {"lent": True, **self.daemon.about()}
                case other:
                    raise ValueError(f"no such request: {other!r}")
        except ValueError as error:
            log().warning("door.refused", why=type(error).__name__)
            return {"error": {"en": f"this is no request: {error}", "ru": f"это не запрос: {error}"}}

    async def _submit(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, list) or len(data) > MOST:
            raise ValueError(f"commands is a list of at most {MOST}")
        commands = [command_of(item) for item in data]
        if commands and commands[0].follows:
            raise ValueError("the first command follows none")
        if any(command.imported for command in commands):
            raise ValueError("an import takes the store for itself")
        return {"replies": [reply_data(reply) for reply in await self.daemon.submit_many(commands)]}
