"""The door to a host for whoever works beside it: commands go in, and short pieces of work run where the host lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.host import Host

T = TypeVar("T")


class Door(Protocol):
    """Both wait until the work is done and committed; ``using`` raises what the work raised."""

    async def submit(self, command: Command) -> Reply:
        """Do one command."""

    async def using(self, work: Callable[[Host], T]) -> T:
        """Run ``work`` with the host, alone: nothing else touches it meanwhile. It must not wait for anything."""


class OwnDoor:
    """A door to a host that lives on the event loop's own thread."""

    def __init__(self, host: Host) -> None:
        self.host = host

    async def submit(self, command: Command) -> Reply:
        return self.host.submit(command)

    async def using(self, work: Callable[[Host], T]) -> T:
        return work(self.host)
