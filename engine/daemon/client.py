"""The way in for other processes: a blocking line to the daemon of a store."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.daemon.wire import LONGEST, both_of, command_data, packed, reply_of, unpacked
from voronka.engine.host.commands import Command, Reply

PATIENCE = 120.0  # seconds for an answer
CONNECTING = 2.0
_ADDRESS = 100  # bytes that surely fit into a socket's address


class DaemonError(Exception):
    """The daemon did not do what it was asked; ``message`` says why.

    ``sure``: nothing was changed. Otherwise it went away after it was asked, and the change may or may not be there.
    """

    def __init__(self, message: Both, sure: bool) -> None:
        self.message = message
        self.sure = sure
        super().__init__(message.en)


GONE = Both(
    "the daemon is stopping and took no more; nothing was changed, try again",
    "демон останавливается и больше не принимает; ничего не изменено, повторите",
)
UNKNOWN = Both(
    "the daemon went away before it answered: the change may have happened; look (voronka deal history), then repeat",
    "демон исчез, не ответив: изменение могло произойти; проверьте (voronka deal history), потом повторяйте",
)
SILENT = Both(
    f"the daemon did not answer within {PATIENCE:.0f} s: the change may still happen; look at `voronka status`",
    f"демон не ответил за {PATIENCE:.0f} с: изменение ещё может произойти; смотрите `voronka status`",
)


@contextlib.contextmanager
def address(path: Path) -> Iterator[str]:
    """What to bind or to connect to: the path, or a short way to its folder where the path is too long for a socket."""
    name = str(path)
    if len(os.fsencode(name)) <= _ADDRESS or not Path("/proc/self/fd").is_dir():
        yield name
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


class Line:
    """A connection to a running daemon; one request at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._file = connection.makefile("rb")

    @staticmethod
    def to(path: Path) -> Line | None:
        """Connect; None where no daemon listens there, a socket that one left behind included."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        connection.settimeout(CONNECTING)
        try:
            with address(path) as name:
                connection.connect(name)
        except OSError:
            connection.close()
            return None
        connection.settimeout(PATIENCE)
        return Line(connection)

    def ask(self, op: str, **more: Any) -> dict[str, Any]:
        """One request and its answer. Raises DaemonError."""
        try:
            self._socket.sendall(packed({"op": op, **more}))
        except TimeoutError as error:
            raise DaemonError(SILENT, False) from error
        except OSError as error:
            # it reads no more, so it never saw the end of this line
            raise DaemonError(GONE, True) from error
        try:
            line = self._file.readline(LONGEST)
        except TimeoutError as error:
            raise DaemonError(SILENT, False) from error
        except OSError as error:
            raise DaemonError(UNKNOWN, False) from error
        if not line.endswith(b"\n"):
            raise DaemonError(UNKNOWN, False)
        try:
            answer = unpacked(line)
        except ValueError as error:
            text = f"the daemon is of another version of voronka: {error}"
            raise DaemonError(Both(text, f"демон другой версии voronka: {error}"), False) from error
        if "error" in answer:
            raise DaemonError(both_of(answer["error"]), True)
        return answer

    def submit_many(self, commands: Sequence[Command]) -> list[Reply]:
        """Commands in one transaction, as :meth:`Host.submit_many`. Raises DaemonError."""
        answer = self.ask("submit", commands=[command_data(command) for command in commands])
        return [reply_of(reply) for reply in answer["replies"]]

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
