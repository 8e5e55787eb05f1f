"""What runs inside the daemon: services that start, stop and say how they are, and what they are told of commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from voronka.engine.host.commands import Command, Done, Reply


class Service(Protocol):
    """A part of the daemon. They start in the order they were added, and stop in the opposite one."""

    @property
    def name(self) -> str:
        """What status and logs call it."""

    async def start(self) -> None:
        """Begin; raises DaemonProblem where that is impossible, and then the daemon does not start."""

    async def stop(self) -> None:
        """Finish what was taken on, take on no more. Called once, also where start was not."""

    def health(self) -> str:
        """Empty while all is well, else what is wrong; no values of deals."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: how long it took, what was asked and answered, and every event of a deal that it holds."""

    seconds: float
    replies: Sequence[tuple[Command, Reply]]
    done: Sequence[Done]
