"""Running an edited definition beside the live one: after the commit, in a thread of its own, in nobody's way."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from voronka.engine.daemon.logs import log
from voronka.engine.daemon.service import Commit
from voronka.engine.host.commands import Done
from voronka.engine.plan.shadow import Difference, Shadow
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem

if TYPE_CHECKING:
    from voronka.engine.daemon.daemon import Daemon

MOST = 10_000  # events that wait to be compared; beyond, all that wait are given up
AT_ONCE = 200  # events of one turn of the thread
LOOK = 1.0  # seconds between looks at what only shadows have to do


class ShadowRun:
    """A service: compares every committed event with what ``edited`` would have done."""

    name = "shadow"

    def __init__(self, daemon: Daemon, edited: Programs, clock: Callable[[], int]) -> None:
        self.daemon = daemon
        self.clock = clock
        self.shadow = Shadow(daemon.programs, edited)
        self._waiting: deque[Done] = deque()
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._trouble = ""
        daemon.committed.append(self._told)
        daemon.shadow = self.data

    def data(self) -> dict[str, Any]:
        """What was found, for the status."""
        return {**self.shadow.data(), "waiting": len(self._waiting)}

    def _told(self, commit: Commit) -> None:
        self._waiting.extend(commit.done)
        if len(self._waiting) > MOST:
            self.shadow.miss(len(self._waiting))
            self._waiting.clear()
        if self._waiting:
            self._wake.set()

    async def start(self) -> None:
        log().info("shadow.begins", definition=self.shadow.edited.hash[:12])
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        data = self.shadow.data()
        log().info("shadow.ends", events=data["events"], differences=data["count"], missed=data["missed"])

    def health(self) -> str:
        return self._trouble

    async def _run(self) -> None:
        while not self._stopping or self._waiting:
            if not self._waiting:
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK)
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            if self.daemon.programs is not self.shadow.live:
                self.shadow.follow(self.daemon.programs)
            try:
                found = await asyncio.to_thread(self._compare, batch)
                self._trouble = ""
            except Exception as error:
                # it is beside the work: whatever it stumbles over concerns nobody else
                self._trouble = f"it stumbled: {type(error).__name__}"
                log().error("shadow.stumbled", exc_info=True)
                self.shadow.miss(len(batch))
                continue
            for one in found:
                log().info("shadow.differs", **one.data())

    def _compare(self, batch: list[Done]) -> list[Difference]:
        opened = open_store(self.daemon.path, write=False)
        if isinstance(opened, StoreProblem):
            self.shadow.miss(len(batch))
            return []
        with opened as store:
            found = self.shadow.see(store, batch, self.clock()) if batch else []
            return found or self.shadow.wait(store, self.clock() - int(LOOK * 2_000))
