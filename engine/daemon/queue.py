"""The one queue of a daemon: waiting commands are committed together, what is due fires in between, nobody starves."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.daemon.logs import log
from voronka.engine.daemon.service import Commit
from voronka.engine.host.commands import Command, Done, Reply
from voronka.engine.host.host import Host
from voronka.engine.store.problems import StoreFailed

TOGETHER = 500  # commands of one transaction, unless one request alone has more
LONGEST_SLEEP = 5.0  # seconds; the clock may have been set meanwhile
TURNS = 6  # of the event loop, from a client that connects to its command in the queue
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds between attempts while timers cannot be fired
BROKEN = Both(
    "the daemon stumbled over this command, nothing was changed; its log says where",
    "демон споткнулся на этой команде, ничего не изменено; подробности в его журнале",
)


class Over(Exception):
    """Nobody is served any more."""


@dataclass(slots=True)
class Wish:
    """Commands of one request, waiting for their replies."""

    commands: Sequence[Command]
    answer: asyncio.Future[list[Reply]]


@dataclass(slots=True)
class Act:
    """Something to do with the host while nobody else has it."""

    run: Callable[[], Any]
    answer: asyncio.Future[Any]


class Queue:
    """Owns the turn of everybody who wants the host. ``host`` may be exchanged by an act.

    ``on_commit`` is told of every transaction after it was written. ``trouble``: why timers cannot be fired, or "".
    """

    name = "timers"

    def __init__(self, host: Host, on_commit: Callable[[Commit], None]) -> None:
        self.host = host
        self.on_commit = on_commit
        self.trouble = ""
        self.taken = 0  # commands ever taken
        self._waiting: deque[Wish | Act] = deque()
        self._wake = asyncio.Event()
        self._ending = False
        self._over = False
        self._together = 0  # requests of the last transaction
        self._not_before = 0.0
        self._pause = FIRST_PAUSE

    def __len__(self) -> int:
        return len(self._waiting)

    async def submit(self, commands: Sequence[Command]) -> list[Reply]:
        """Commands of one client, in one transaction with those of others; answered means committed."""
        if not commands:
            return []
        answer: asyncio.Future[list[Reply]] = asyncio.get_running_loop().create_future()
        self.taken += len(commands)
        replies: list[Reply] = await self._join(Wish(commands, answer))
        return replies

    async def act(self, run: Callable[[], Any]) -> Any:
        """Run something in turn, with the host at rest; if it returns an awaitable, everybody waits for that too."""
        return await self._join(Act(run, asyncio.get_running_loop().create_future()))

    async def _join(self, one: Wish | Act) -> Any:
        if self._over:
            raise Over("the queue has ended")
        self._waiting.append(one)
        self._wake.set()
        return await one.answer

    def wake(self) -> None:
        """Look again at what is due."""
        self._wake.set()

    def end(self) -> None:
        """Answer who waits, then return from :meth:`run`; what is due stays due."""
        self._ending = True
        self._wake.set()

    def health(self) -> str:
        return self.trouble

    async def run(self) -> None:
        """Serve until :meth:`end`. Whatever ends it, nobody waits for an answer that cannot come."""
        try:
            await self._serve()
        finally:
            self._over = True
            for one in self._waiting:
                if not one.answer.done():
                    one.answer.set_exception(Over("the queue has ended"))

    async def _serve(self) -> None:
        while True:
            self._wake.clear()
            busy = False if self._ending else self._fire()
            if self._waiting and isinstance(self._waiting[0], Act):
                await self._carry_out(self._waiting.popleft())
            elif self._waiting:
                group = self._group()
                self._together = len(group)
                self._commit(group)
            elif self._ending:
                return
            elif not busy:
                await self._sleep()
                continue
            # everybody else gets a turn: to hand out replies, and to bring in whoever connected or wrote meanwhile
            for _ in range(TURNS):
                await asyncio.sleep(0)
                if self._waiting:
                    break
            await self._more()

    async def _more(self) -> None:
        """Where several came together, those who are on their way come along: a commit costs all of them the same."""
        seen = 0
        while self._together > 1 and seen < len(self._waiting) < TOGETHER:
            seen = len(self._waiting)
            await asyncio.sleep(0)

    async def _sleep(self) -> None:
        pause = LONGEST_SLEEP
        if self.trouble:
            pause = min(pause, max(0.0, self._not_before - time.monotonic()))
        else:
            # a store that cannot be read is noticed, and said, by the next attempt to fire
            with contextlib.suppress(sqlite3.Error):
                if (due := self.host.next_due()) is not None:
                    pause = min(pause, max(0.0, (due - self.host.clock()) / 1000))
        try:
            async with asyncio.timeout(pause):
                await self._wake.wait()
        except TimeoutError:
            return

    # --- time

    def _fire(self) -> bool:
        """One transaction of what is due; whether there was any."""
        if self.trouble and time.monotonic() < self._not_before:
            return False
        done: list[Done] = []
        began = time.perf_counter()
        try:
            if not self.host.step(self.host.clock(), done.append):
                return False
        except Exception as error:
            known = isinstance(error, StoreFailed)
            self.trouble = error.problem.text() if isinstance(error, StoreFailed) else type(error).__name__
            self._not_before = time.monotonic() + self._pause
            log().error("timers.failed", why=self.trouble, again_in=self._pause, exc_info=not known)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return False
        finally:
            took = time.perf_counter() - began
        if self.trouble:
            log().info("timers.recovered")
        self.trouble, self._pause = "", FIRST_PAUSE
        self.on_commit(Commit(took, (), done))
        return True

    # --- commands

    def _group(self) -> list[Wish]:
        """Whoever waits at the head of the queue, as far as one transaction goes."""
        found: list[Wish] = []
        count = 0
        while self._waiting and isinstance(wish := self._waiting[0], Wish):
            count += len(wish.commands)
            if found and count > TOGETHER:
                break
            found.append(wish)
            self._waiting.popleft()
        return found

    def _commit(self, group: list[Wish]) -> None:
        began = time.perf_counter()
        commands = [command for wish in group for command in wish.commands]
        try:
            behind = self.host.due(self.host.clock(), self.host.group + 1) > self.host.group
            replies = self.host.submit_many(commands, behind)
        except Exception:
            if len(group) > 1:
                # whoever it was fails alone
                for wish in group:
                    self._commit([wish])
                return
            log().error("commands.failed", kinds=sorted({command.kind for command in commands}), exc_info=True)
            replies = [Reply("error", message=BROKEN) for _ in commands]
        took = time.perf_counter() - began
        rest = iter(replies)
        for wish in group:
            mine = [next(rest) for _ in wish.commands]
            if not wish.answer.done():
                wish.answer.set_result(mine)
        done = [one for reply in replies for one in reply.done]
        self.on_commit(Commit(took, list(zip(commands, replies, strict=True)), done))

    async def _carry_out(self, act: Wish | Act) -> None:
        assert isinstance(act, Act)
        try:
            result = act.run()
            if asyncio.iscoroutine(result):
                result = await result
        except Exception as error:
            if not act.answer.done():
                act.answer.set_exception(error)
        else:
            if not act.answer.done():
                act.answer.set_result(result)
