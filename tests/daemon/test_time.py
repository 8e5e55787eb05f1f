"""The daemon and its clock: what was missed happens as declared, jumps do no harm, a backlog starves nobody.

The daemon runs in this process, on a clock that is turned by hand; its clients are connections to its real socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.place import verified
from tests.engine_host.office import DAY, HOUR, MINUTE, OFFICE, START, Office, instant, programs
from voronka.engine.daemon.daemon import Daemon
from voronka.engine.daemon.service import Commit
from voronka.engine.daemon.wire import command_data, packed, reply_of, unpacked
from voronka.engine.host import queries, robots
from voronka.engine.host.commands import Command, Reply
from voronka.engine.store import read
from voronka.engine.workspace import Loaded

REMINDING = OFFICE.replace("    task call", "    # task call", 1)


class Served:
    """A daemon in this event loop, and a client of it."""

    def __init__(self, path: Path, now: int, text: str = OFFICE) -> None:
        self.now = now
        self.daemon = Daemon(path, programs(text), lambda: self.now, lambda: Loaded(programs(text), (), {}))

    async def submit(self, kind: str, data: dict[str, Any] | None = None, **more: Any) -> Reply:
        """One command over a connection of its own."""
        reader, writer = await asyncio.open_unix_connection(str(self.daemon.door.path), limit=2**24)
        writer.write(packed({"op": "submit", "commands": [command_data(Command(kind, data or {}, **more))]}))
        answer = unpacked(await reader.readline())
        writer.close()
        return reply_of(answer["replies"][0])

    async def turn(self, to: int) -> None:
        """The clock goes to another instant; returns when nothing is due any more."""
        self.now = to
        self.daemon.queue.wake()
        await self.until(lambda: (due := self.daemon.host.next_due()) is None or due > self.now)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.001)


def serve(path: Path, now: int, act: Callable[[Served], Awaitable[None]], text: str = OFFICE) -> None:
    """Run a daemon while ``act`` lasts; afterwards its store is in order."""

    async def whole() -> None:
        served = Served(path, now, text)
        running = asyncio.create_task(served.daemon.run())
        await served.until(lambda: running.done() or not served.daemon.health())
        try:
            await act(served)
        finally:
            served.daemon.stop()
            await running

    asyncio.run(whole())
    verified(path).close()


def reminders(store: Any) -> list[int]:
    return [effect.at for effect in queries.list_outbox(store) if effect.intent["kind"] == "notify"]


@pytest.mark.requirement("R44")
def test_timers_fire_when_they_are_due_and_not_before(tmp_path: Path) -> None:
    async def act(served: Served) -> None:
        await served.submit("create", {"fields": {}}, pipeline="sales")
        await served.turn(START + 2 * HOUR - 1)
        assert not served.daemon.host.deal(1).tasks[1].overdue  # type: ignore[union-attr]
        await served.turn(START + 2 * HOUR)
        assert served.daemon.host.deal(1).tasks[1].overdue  # type: ignore[union-attr]

    serve(tmp_path / "voronka.db", START, act)


def test_after_downtime_what_recurs_happens_once(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"

    async def before(served: Served) -> None:
        await served.submit("create", {"fields": {"amount": 5}}, pipeline="sales")
        await served.submit("move", {"stage": "offered"}, deal=1)

    async def after(served: Served) -> None:
        await served.turn(served.now)
        assert len(reminders(served.daemon.host.store)) == 1
        due = served.daemon.host.next_due()
        assert due is not None
        assert due > served.now
        # and then as ever: two are left of "at most 3 times"
        for _ in range(5):
            await served.turn(served.now + DAY)
        assert len(reminders(served.daemon.host.store)) == 3

    serve(path, START, before, REMINDING)
    serve(path, instant("2026-11-30 12:00"), after, REMINDING)


def test_a_stop_of_less_than_an_hour_makes_no_burst_either(tmp_path: Path) -> None:
    """What recurs every few minutes was missed many times: it happens once, then at its next time."""
    path, text = tmp_path / "voronka.db", REMINDING.replace("every 1 day at 09:00 at most 3 times", "every 5 min")

    async def before(served: Served) -> None:
        await served.submit("create", {"fields": {"amount": 5}}, pipeline="sales")
        await served.submit("move", {"stage": "offered"}, deal=1)

    async def after(served: Served) -> None:
        await served.turn(served.now)
        assert len(reminders(served.daemon.host.store)) == 1
        assert served.daemon.host.next_due() == START + 55 * MINUTE
        await served.turn(START + 55 * MINUTE)
        assert len(reminders(served.daemon.host.store)) == 2

    serve(path, START, before, text)
    serve(path, START + 52 * MINUTE, after, text)


CHOOSY = REMINDING.replace("at most 3 times  notify", "at most 3 times unless missed  notify")


@pytest.mark.parametrize(("late", "said"), [(HOUR - MINUTE, 1), (HOUR + MINUTE, 0)])
def test_what_was_missed_and_says_so_is_not_caught_up_on(tmp_path: Path, late: int, said: int) -> None:
    """``unless missed``: what is found more than an hour late is passed over, visibly; the next time is as ever."""
    path = tmp_path / "voronka.db"
    morning = instant("2026-11-24 06:00")  # nine in Moscow

    async def before(served: Served) -> None:
        await served.submit("create", {"fields": {"amount": 5}}, pipeline="sales")
        await served.submit("move", {"stage": "offered"}, deal=1)

    async def after(served: Served) -> None:
        await served.turn(served.now)
        store = served.daemon.host.store
        assert len(reminders(store)) == said
        notes = [change[1] for entry in read.history(store, 1) for change in entry.changes if change[0] == "note"]
        assert notes == ([] if said else [{"kind": "missed", "due": morning}])
        fired = {robot.path: robot.fired for robot in robots.listed(store, served.daemon.host.programs)}
        assert fired["offered/remind"] == said
        assert served.daemon.host.next_due() == morning + DAY
        for _ in range(5):
            await served.turn(served.now + DAY - (served.now - morning) % DAY)
        assert len(reminders(store)) == 3

    serve(path, START, before, CHOOSY)
    serve(path, morning + late, after, CHOOSY)


def test_a_jump_forward_is_like_downtime(tmp_path: Path) -> None:
    async def act(served: Served) -> None:
        await served.submit("create", {"fields": {"amount": 5}}, pipeline="sales")
        await served.submit("move", {"stage": "offered"}, deal=1)
        await served.turn(START + 400 * DAY)
        assert len(reminders(served.daemon.host.store)) == 1

    serve(tmp_path / "voronka.db", START, act, REMINDING)


def test_a_jump_backward_does_not_turn_a_deal_back(tmp_path: Path) -> None:
    async def act(served: Served) -> None:
        await served.submit("create", {"fields": {"number": "A"}}, pipeline="sales")
        await served.turn(START + HOUR)
        await served.submit("note", {"text": "at eleven"}, deal=1)
        served.now = START - 30 * DAY
        assert (await served.submit("note", {"text": "long ago"}, deal=1)).status == "done"
        assert (await served.submit("create", {"fields": {}}, pipeline="sales")).status == "done"
        host = served.daemon.host
        first, second = host.deal(1), host.deal(2)
        assert first is not None
        assert second is not None
        assert first.now == START + HOUR
        assert second.now == START - 30 * DAY
        # set right again: everything that was due fires, at its own time
        await served.turn(START + 2 * HOUR)
        assert [entry.event.kind for entry in read.history(host.store, 1)] == ["create", "note", "note", "timer"]
        overdue = host.deal(1)
        assert overdue is not None
        assert overdue.tasks[1].overdue

    serve(tmp_path / "voronka.db", START, act)


def test_a_backlog_is_worked_off_in_pieces_and_clients_are_answered_in_between(tmp_path: Path) -> None:
    """Two thousand deals are overdue; who asks is answered while most still are, after the timer of their own deal."""
    path = tmp_path / "voronka.db"
    many = 2_000
    with Office(path) as office:
        office.host.submit_many(
            [Command("create", {"fields": {"number": str(n)}}, pipeline="sales") for n in range(many)]
        )

    async def act(served: Served) -> None:
        host = served.daemon.host
        reply = await served.submit("note", {"text": "me first"}, deal=many)
        left = host.due(served.now, many)
        assert reply.status == "done"
        assert left > many // 2
        assert [entry.event.kind for entry in read.history(host.store, many)] == ["create", "timer", "note"]
        assert (await served.submit("create", {"fields": {}}, pipeline="sales")).status == "done"
        await served.turn(served.now)
        assert host.due(served.now, 1) == 0
        timers = host.store.db.execute(
            "SELECT count(*), count(DISTINCT entity) FROM log WHERE json_extract(event, '$.kind') = 'timer'"
        ).fetchone()
        assert timers == (many, many)

    serve(path, START + DAY, act)


def test_a_timer_that_cannot_be_written_is_tried_again_and_said(tmp_path: Path) -> None:
    async def act(served: Served) -> None:
        await served.submit("create", {"fields": {}}, pipeline="sales")
        db = served.daemon.host.store.db
        # SQLite's own limit stands in for a full disk
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
        served.now = START + 2 * HOUR
        served.daemon.queue.wake()
        replies = []
        while not (replies and replies[-1].status == "error"):
            replies.append(await served.submit("note", {"text": "x" * 9_000}, deal=1))
        assert replies[-1].message is not None
        assert "the disk is full" in replies[-1].message.en
        await served.until(lambda: "full" in served.daemon.health().get("timers", "") or not _due(served))
        db.execute("PRAGMA max_page_count = 1000000")
        served.daemon.queue.wake()
        await served.until(lambda: not _due(served))
        assert served.daemon.health() == {}
        deal = served.daemon.host.deal(1)
        assert deal is not None
        assert deal.tasks[1].overdue

    serve(tmp_path / "voronka.db", START, act)


def test_whoever_stumbles_over_the_news_of_a_commit_spoils_nothing(tmp_path: Path) -> None:
    async def act(served: Served) -> None:
        told: list[Commit] = []

        def stumble(commit: Commit) -> None:
            raise ZeroDivisionError

        served.daemon.committed += [stumble, told.append]
        assert (await served.submit("create", {"fields": {"number": "1"}}, pipeline="sales")).status == "done"
        await served.turn(START + 2 * HOUR)
        assert [done.event.kind for commit in told for done in commit.done] == ["create", "timer"]

    serve(tmp_path / "voronka.db", START, act)


def test_what_services_do_with_the_host_comes_in_turn(tmp_path: Path) -> None:
    async def act(served: Served) -> None:
        daemon = served.daemon
        number = await daemon.submit(Command("create", {"fields": {}}, pipeline="sales"))
        found, reply = await asyncio.gather(
            daemon.using(lambda host: host.deal(1)), daemon.submit(Command("note", {"text": "x"}, deal=1))
        )
        assert number.deal == 1
        assert found is not None
        assert (found.version, reply.version) == (1, 2)
        with pytest.raises(ZeroDivisionError):
            await daemon.using(lambda host: 1 // 0)
        assert (await daemon.submit(Command("note", {"text": "on"}, deal=1))).status == "done"

    serve(tmp_path / "voronka.db", START, act)


def _due(served: Served) -> int:
    return served.daemon.host.due(served.now, 1)


def test_minutes_are_minutes(tmp_path: Path) -> None:
    async def act(served: Served) -> None:
        for step in range(5):
            await served.submit("create", {"fields": {}}, pipeline="sales")
            await served.turn(START + (step + 1) * MINUTE)
        assert served.daemon.host.next_due() == START + 2 * HOUR

    serve(tmp_path / "voronka.db", START, act)
