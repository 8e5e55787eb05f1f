"""Every write of a store made to fail once: ``python -m tests.campaigns.failing FOLDER EVERY``, failing.c preloaded.

A run is a day of a small shop: a store is made, deals come, move, are lost, timers fire, texts are rendered. Whatever
fails is done again, as a person would. In the end the log must be that of a day without any failure, row by row.
``EVERY``: only each so manieth write; then the runs go on until one has fewer writes than that.
"""

from __future__ import annotations

import ctypes
import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.daemon.place import SHOP
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.host import Host
from voronka.engine.host.render import renderer
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreFailed, StoreProblem
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify
from voronka.engine.workspace import load

T = TypeVar("T")
MORNING = 1_774_000_000_000
HOUR = 3_600_000
TRIES = 5
SHIM = ctypes.CDLL(None)  # what is preloaded is found there


class Day:
    """One run. ``said``: what was told of failures."""

    def __init__(self, path: Path, programs: Programs) -> None:
        self.path = path
        self.programs = programs
        self.now = MORNING
        self.said: list[str] = []

    def again(self, act: Callable[[], T]) -> T:
        """Do it until it does not fail; each failure must be one that can be said."""
        for _ in range(TRIES):
            try:
                result = act()
            except StoreFailed as failure:
                self.said.append(failure.problem.kind)
                continue
            if isinstance(result, StoreProblem):
                self.said.append(result.kind)
            elif isinstance(result, Reply) and result.status == "error":
                self.said.append(result.message.en)
            else:
                return result
        raise AssertionError(f"it never works again: {self.said}")

    def play(self) -> None:
        """The day, from no store to a closed one."""
        store = self.again(lambda: open_store(self.path, create=True, identity="day", salt=lambda: b"the same salt  ."))
        assert isinstance(store, Store)
        with store:
            host = self.again(lambda: Host(store, self.programs, lambda: self.now))
            host.render = renderer(self.programs, "en", lambda name: host.people.facts(name), host.supervisor)
            for number, command in enumerate(self.commands()):
                self.now += HOUR
                self.again(lambda now=self.now: host.advance(now))
                reply = self.again(lambda one=command: host.submit(one))
                assert isinstance(reply, Reply)
                assert reply.status in ("done", "duplicate"), (number, reply)

    def commands(self) -> list[Command]:
        """What people do that day."""
        found = []
        for number in (1, 2, 3):
            fields = {"number": f"n{number}", "phone": f"+7999000000{number}"}
            found += [
                Command("create", {"fields": fields}, pipeline="sales", key=f"new-{number}"),
                Command("set", {"fields": {"amount": 5 * number}}, number, key=f"set-{number}", actor="anna"),
                Command("move", {"stage": "offered"}, number, key=f"move-{number}", actor="anna"),
            ]
        lost = {"reason": "price", "comment": "too dear"}
        return [*found, Command("lose", lost, 1, key="lose", actor="anna")]


def rows(path: Path) -> list[tuple[object, ...]]:
    """The log, of a store that is in order."""
    store = open_store(path, write=False)
    assert isinstance(store, Store), store
    with store:
        report = verify(store)
        assert report.ok, report.problems
        return store.db.execute(
            "SELECT kind, entity, version, at, actor, event, changes FROM log ORDER BY id"
        ).fetchall()


def main(folder: Path, every: int) -> None:
    """All runs, for a full disk and for one that is broken; prints what was told how often."""
    text = folder / "sales.pipeline"
    text.write_text(SHOP, encoding="utf-8")
    programs = load([text]).programs
    assert programs is not None
    SHIM.fail_at(ctypes.c_long(-1), 0)
    Day(folder / "whole-voronka.db", programs).play()
    writes = int(SHIM.calls())
    wanted = rows(folder / "whole-voronka.db")
    for code in (errno.ENOSPC, errno.EIO):
        runs, told = 0, 0
        for nth in range(1, writes * 2, every):
            path = folder / f"{code}-{nth}-voronka.db"
            day = Day(path, programs)
            SHIM.fail_at(ctypes.c_long(nth), code)
            day.play()
            reached = int(SHIM.calls()) >= nth
            SHIM.fail_at(ctypes.c_long(-1), 0)
            assert rows(path) == wanted, (errno.errorcode[code], nth, day.said)
            for suffix in ("", "-wal", "-shm", ".lock"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            if not reached:
                break
            runs, told = runs + 1, told + bool(day.said)
        else:
            raise AssertionError("no run ever passed")
        print(errno.errorcode[code], writes, "writes", runs, "failed", told, "told", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
