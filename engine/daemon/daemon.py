"""A running daemon: the host it owns, the services inside it, how it starts, reloads, drains and ends."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from voronka.dsl.text.codes.base import Both
from voronka.engine.daemon import problems
from voronka.engine.daemon.claim import claim
from voronka.engine.daemon.door import Door
from voronka.engine.daemon.logs import log
from voronka.engine.daemon.notify import ready, reloading
from voronka.engine.daemon.queue import Queue
from voronka.engine.daemon.reload import Judge, Reloaded, broken, stranded
from voronka.engine.daemon.service import Commit, Service
from voronka.engine.daemon.wire import both_data, socket_path
from voronka.engine.host import versions
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.host import Host
from voronka.engine.host.limits import PER_HOUR
from voronka.engine.host.live import live_host
from voronka.engine.plan.judging import Judge as Planned
from voronka.engine.plan.settling import running as in_force
from voronka.engine.plan.settling import settle
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreFailed, StoreProblem
from voronka.engine.store.store import Store
from voronka.engine.version import engine_version
from voronka.engine.workspace import Loaded

T = TypeVar("T")


class Daemon:
    """One process on one store. Everything in it runs in one event loop, and one thing at a time has the host.

    ``load`` reads the workspace's files. ``committed``: who is told of every transaction after it was written; a
    service that delivers effects wakes up so. ``mode``: which edits are taken over by themselves, ``safe`` ones or none
    (``plan``). ``judges``: who else may refuse another definition; all are asked. ``found``: the files, where they have
    errors and ``programs`` are the last good ones.
    """

    def __init__(
        self,
        path: Path,
        programs: Programs,
        clock: Callable[[], int],
        load: Callable[[], Loaded],
        mode: str = "safe",
        per_hour: int = PER_HOUR,
        found: Loaded | None = None,
    ) -> None:
        self.path = path
        self.clock = clock
        self.load = load
        self.per_hour = per_hour
        self.stopping = False
        self.committed: list[Callable[[Commit], None]] = []
        self.reload_failed: list[Callable[[], None]] = []
        self.judges: list[Judge] = [stranded]
        self.planned = Planned(path, mode, clock)
        self.reread: Callable[[], Awaitable[None]] | None = None  # settings; raises DaemonProblem
        self.settings: problems.DaemonProblem | None = None  # what is wrong with them
        self.troubles: Callable[[], dict[str, str]] = dict  # of channels, by name
        self.shadow: Callable[[], dict[str, Any]] | None = None  # what an edit beside this one would do otherwise
        self.reloaded: Reloaded | None = None
        self.started = clock()
        self.services: list[Service] = []
        self.failed: problems.DaemonProblem | None = None
        self.lost = False  # the store was lent, and did not come back
        self._stop = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lent: dict[object, asyncio.Event] = {}
        self._began = time.monotonic()
        store = claim(path)
        try:
            if found is None:
                self.programs = self._settled(store, programs, mode)
            else:
                self.programs = programs
                self.reloaded = broken(found, clock(), programs.hash)
            host = live_host(store, self.programs, clock, per_hour=per_hour)
        except BaseException as error:
            store.close()
            if isinstance(error, StoreFailed):
                known = error.problem
                raise problems.DaemonProblem(known.kind, known.text("en"), known.text("ru")) from error
            raise
        self.queue = Queue(host, self._told)
        self.door = Door(self, socket_path(path))
        self.services.append(self.door)

    def _settled(self, store: Store, programs: Programs, mode: str) -> Programs:
        """The files, or what is in force where they may not be taken over by themselves: that is said."""
        settled = settle(store, programs, mode, self.clock())
        if settled.waiting is not None:
            why = self.planned.why(settled.waiting, programs.hash in versions.left(store))
            self.reloaded = Reloaded(self.clock(), "refused", settled.programs.hash, why)
        return settled.programs

    # --- what services and clients use

    @property
    def host(self) -> Host:
        return self.queue.host

    async def submit(self, command: Command) -> Reply:
        """One command, in turn with everybody's; answered means committed."""
        return (await self.queue.submit((command,)))[0]

    async def submit_many(self, commands: Sequence[Command]) -> list[Reply]:
        """Commands in one transaction, likewise."""
        return await self.queue.submit(commands)

    async def using(self, run: Callable[[Host], T]) -> T:
        """Use the host while nobody else does; ``run`` must be short, everybody waits for it."""
        result: T = await self.queue.act(lambda: run(self.queue.host))
        return result

    async def lend(self, to: object) -> None:
        """Close the store, so that somebody else may write to it until :meth:`take_back`; everybody waits for that."""
        loop = asyncio.get_running_loop()
        gone: asyncio.Future[None] = loop.create_future()
        back = self._lent[to] = asyncio.Event()

        async def away() -> None:
            if back.is_set():
                return
            log().info("store.lent")
            self.host.store.close()
            gone.set_result(None)
            await back.wait()
            await self._reopen()

        task = loop.create_task(self.queue.act(away))
        await _first(gone, task)
        if not gone.done():
            await task

    def take_back(self, whose: object) -> None:
        """The borrower is done, or went away."""
        if (back := self._lent.pop(whose, None)) is not None:
            back.set()

    async def _reopen(self) -> None:
        while isinstance(opened := open_store(self.path), StoreProblem):
            if self.stopping:
                # whoever borrowed it goes on with it; there is nothing left to do here
                self.lost = True
                return
            if opened.kind != "locked":
                self.failed = problems.DaemonProblem(opened.kind, opened.text("en"), opened.text("ru"))
                self.lost = True
                log().error("store.lost", why=opened.kind)
                self.stop()
                return
            await asyncio.sleep(0.1)
        before, self.programs = self.programs, in_force(opened, self.programs)
        if self.programs is not before:
            self.reloaded = Reloaded(self.clock(), "changed", self.programs.hash)
        self.queue.host = live_host(opened, self.programs, self.clock, per_hour=self.per_hour)
        log().info("store.taken_back", definition=self.programs.hash[:12])

    def add(self, *services: Service) -> None:
        """Services to start with the daemon, in this order."""
        self.services.extend(services)

    async def exchange(self, old: Sequence[Service], new: Sequence[Service]) -> None:
        """Other services in the place of running ones. Raises DaemonProblem, and then the old ones run on."""
        place = min((self.services.index(one) for one in old), default=len(self.services))
        for one in old:
            await one.stop()
        begun: list[Service] = []
        try:
            for one in new:
                begun.append(one)
                await one.start()
        except problems.DaemonProblem:
            for one in begun:
                await one.stop()
            for one in old:
                await one.start()
            raise
        self.services[:] = [one for one in self.services if one not in old]
        self.services[place:place] = new

    def stop(self) -> None:
        """Drain and end."""
        self._stop.set()

    def about(self) -> dict[str, Any]:
        """Which daemon this is."""
        return {
            "pid": os.getpid(),
            "version": engine_version(),
            "definition": self.programs.hash,
            "started": self.started,
            "uptime": round(time.monotonic() - self._began, 3),
        }

    def status(self) -> dict[str, Any]:
        """What only the daemon knows of itself; the rest is in the store."""
        return {
            **self.about(),
            "queue": len(self.queue),
            "clients": self.door.clients,
            "commands": self.queue.taken,
            "stopping": self.stopping,
            "health": self.health(),
            "reload": None if self.reloaded is None else self.reloaded.data(),
            "settings": None if self.settings is None else both_data(self.settings.message),
            "troubles": self.troubles(),
            "shadow": None if self.shadow is None else self.shadow(),
        }

    def health(self) -> dict[str, str]:
        """What is wrong, by service; empty when all is well."""
        parts = [(self.queue.name, self.queue.health()), *((s.name, s.health()) for s in self.services)]
        return {name: wrong for name, wrong in parts if wrong}

    # --- files

    def reload_soon(self) -> None:
        """Read the settings and files again as soon as may be; what a signal does."""
        task = asyncio.get_running_loop().create_task(self._all())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _all(self) -> None:
        if self.reread is not None:
            async with self._reloading:
                try:
                    await self.reread()
                except problems.DaemonProblem as problem:
                    self.settings = problem
                    log().error("settings.refused", why=problem.message.en)
                    for tell in self.reload_failed:
                        tell()
                else:
                    self.settings = None
                    log().info("settings.read")
        await self.reload()

    def obey(self, mode: str, per_hour: int) -> None:
        """Take over these settings from now on."""
        self.planned.mode = mode
        self.per_hour = per_hour
        self.host.rate.change(per_hour)

    async def reload(self, paths: frozenset[Path] = frozenset()) -> Reloaded:
        """Read the files and take them over, if they are whole and no judge objects; else all stays as it is.

        ``paths``: those that are known to have changed, for the log.
        """
        async with self._reloading:
            reloading()
            log().info("reload.begins", paths=sorted(str(path) for path in paths))
            began = time.perf_counter()
            gc.disable()  # what is made here stays; a collection in between would only go through it
            try:
                result = await self._reload()
            except Exception as error:
                log().error("reload.stumbled", exc_info=True)
                why = Both(f"reading the files failed: {type(error).__name__}", f"сбой чтения: {type(error).__name__}")
                result = Reloaded(self.clock(), "failed", self.programs.hash, why)
            finally:
                gc.enable()
            self.reloaded = result
            took = round(time.perf_counter() - began, 3)
            if result.ok:
                log().info("reload.ends", outcome=result.outcome, definition=result.definition[:12], seconds=took)
            else:
                self._not_taken("reload.ends", result, seconds=took)
            ready(f"files read: {result.outcome}")
            return result

    def _not_taken(self, event: str, result: Reloaded, **more: Any) -> None:
        found = [f"{place} {code} {text.en}" for code, place, text in result.findings]
        why = result.why.en if result.why is not None else ""
        log().error(event, outcome=result.outcome, why=why, findings=found, **more)
        for tell in self.reload_failed:
            tell()

    async def _reload(self) -> Reloaded:
        loaded = await asyncio.to_thread(self.load)
        now = self.clock()
        if (programs := loaded.programs) is None:
            return broken(loaded, now, self.programs.hash)
        if not programs.definition.pipelines:
            why = Both("no file declares a pipeline", "ни один файл не объявляет воронку")
            return Reloaded(now, "broken", self.programs.hash, why)
        if programs.hash == self.programs.hash:
            return Reloaded(now, "same", programs.hash)
        # what it would do is found out beside the work that goes on
        waits = await asyncio.to_thread(self.planned.objects, self.programs, programs)
        if waits is not None:
            return Reloaded(now, "refused", self.programs.hash, waits)
        return await self.using(lambda host: self._exchange(host, programs))

    def _exchange(self, host: Host, programs: Programs) -> Reloaded:
        """Between two transactions: the store names the new definition, or everything is as before."""
        for judge in self.judges:
            if (why := judge(host, programs)) is not None:
                return Reloaded(self.clock(), "refused", self.programs.hash, why)
        began = time.perf_counter()
        try:
            done = host.adopt(programs)
        except StoreFailed as failed:
            text = failed.problem
            return Reloaded(self.clock(), "failed", self.programs.hash, Both(text.text("en"), text.text("ru")))
        self.programs = programs
        self._told(Commit(time.perf_counter() - began, (), done))
        return Reloaded(self.clock(), "changed", programs.hash)

    def _told(self, commit: Commit) -> None:
        for tell in self.committed:
            try:
                tell(commit)
            except Exception:
                # it is committed, whoever stumbles over the news
                log().error("committed.stumbled", exc_info=True)

    # --- life

    async def run(self) -> None:
        """Serve until :meth:`stop`, then drain. Raises DaemonProblem when a service cannot start."""
        log().info("daemon.starting", store=str(self.path), definition=self.programs.hash[:12], **_sqlite())
        if self.reloaded is not None and not self.reloaded.ok:
            self._not_taken("files.not_taken_over", self.reloaded)
        serving = asyncio.create_task(self.queue.run())
        begun: list[Service] = []
        count = len(self.services)
        try:
            for service in list(self.services):
                begun.append(service)
                await service.start()
            gc.freeze()  # the definition and all it was made of: it stays, and each full collection would go through it
            log().info("daemon.ready", pid=os.getpid(), socket=str(self.door.path))
            ending = asyncio.create_task(self._stop.wait())
            # a queue that dies ends everything
            await _first(ending, serving)
            ending.cancel()
        finally:
            self.stopping = True
            log().info("daemon.draining", queue=len(self.queue))
            for borrower in list(self._lent):
                self.take_back(borrower)
            if self._tasks:
                await asyncio.wait(self._tasks)
            for service in reversed(begun if len(begun) < count else self.services):
                await service.stop()
            self.queue.end()
            try:
                await serving
            except Exception as error:
                log().error("queue.broken", exc_info=True)
                self.failed = problems.broken(type(error).__name__)
            self._close()
            log().info("daemon.stopped")
        if self.failed is not None:
            raise self.failed

    def _close(self) -> None:
        store = self.host.store
        if self.lost:
            return
        try:
            # nobody else writes: everything goes into the one file
            store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            store.close()


async def _first(one: asyncio.Future[Any], other: asyncio.Future[Any]) -> None:
    """Wait until either is done; an exception comes out when that one is awaited."""
    await asyncio.wait({one, other}, return_when=asyncio.FIRST_COMPLETED)


def _sqlite() -> dict[str, str]:
    import sqlite3

    return {"sqlite": sqlite3.sqlite_version, "voronka": engine_version()}
