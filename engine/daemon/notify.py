"""Telling systemd how the daemon is: ready, reloading, stopping, alive (sd_notify, Type=notify)."""

from __future__ import annotations

import asyncio
import os
import socket
import time


def notify(*lines: str) -> bool:
    """Send a state to whoever supervises this process; False where nobody does."""
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.setblocking(False)  # a supervisor that does not listen must not hold up anybody
            out.sendto("\n".join(lines).encode(), "\0" + name[1:] if name[0] == "@" else name)
    except OSError:
        return False
    return True


def reloading() -> bool:
    """The files are being read again; :func:`ready` ends it."""
    return notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def ready(status: str) -> bool:
    """All is up, or up again."""
    return notify("READY=1", f"STATUS={status}")


def watchdog_seconds() -> float | None:
    """How often systemd wants to hear from this process, halved; None where it does not care."""
    given, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not given.isdecimal() or int(given) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(given) / 2_000_000


class Supervised:
    """Says ready when everything before it has started, and that the event loop turns, from within that loop."""

    name = "systemd"

    def __init__(self) -> None:
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        ready("timers fire, commands are answered")
        if (pause := watchdog_seconds()) is not None:
            self._beating = asyncio.create_task(self._beat(pause))

    async def _beat(self, pause: float) -> None:
        while True:
            notify("WATCHDOG=1")
            await asyncio.sleep(pause)

    async def stop(self) -> None:
        notify("STOPPING=1")
        if self._beating is not None:
            self._beating.cancel()

    def health(self) -> str:
        return ""
