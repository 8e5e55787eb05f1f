"""Figures for Prometheus: counted as they happen, or read from the store when somebody asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from voronka.engine.daemon.service import Commit
from voronka.engine.host import queries
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem

if TYPE_CHECKING:
    from voronka.engine.daemon.daemon import Daemon

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_EFFECTS = ("pending", "suppressed", "sent", "dead")


class Metrics:
    """One registry of one daemon; names begin with ``voronka_``, kinds and statuses are the only labels of events."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.registry = CollectorRegistry()
        own: Any = {"namespace": "voronka", "registry": self.registry}
        self._events = Counter("events", "Events of deals written, and commands refused", ["kind", "status"], **own)
        self._commit = Histogram("commit_seconds", "Time of one transaction", buckets=_SECONDS, **own)
        self._size = Histogram("commit_commands", "Commands in one transaction", buckets=_SIZES, **own)
        self._reloads = Counter("reload_failures", "Files that could not be taken over", **own)
        self._definition = Gauge("definition_info", "The definition in force", ["hash"], **own)
        self._outbox = Gauge("outbox", "Effects in the outbox", ["status"], **own)
        self._gauges = {
            "timers_pending": Gauge("timers_pending", "Timers that wait", **own),
            "next_due": Gauge("next_due_timestamp_seconds", "When the next timer is due; 0: none", **own),
            "queue": Gauge("queue_length", "Requests that wait for their turn", **own),
            "clients": Gauge("clients", "Connections on the socket", **own),
            "incidents": Gauge("incidents_open", "Incidents that nobody has dealt with", **own),
            "inbox": Gauge("inbox_messages", "Messages between deals on their way", **own),
            "uptime": Gauge("uptime_seconds", "Time since the daemon started", **own),
            "rejected": Gauge("files_rejected", "1 while the files are not what runs, and may not be", **own),
            "failing": Gauge("channels_failing", "Channels whose last attempt failed", **own),
            "unwell": Gauge("services_unwell", "Services with something wrong", **own),
        }
        daemon.committed.append(self._count)
        daemon.reload_failed.append(self._reloads.inc)

    def _count(self, commit: Commit) -> None:
        self._commit.observe(commit.seconds)
        if commit.replies:
            self._size.observe(len(commit.replies))
        for done in commit.done:
            self._events.labels(done.event.kind, "done").inc()
        for command, reply in commit.replies:
            if not reply.done:
                self._events.labels(_KINDS.get(command.kind, "other"), reply.status).inc()

    async def page(self) -> bytes:
        """The exposition; the store is read beside the writer, in a thread of its own."""
        about = self.daemon.about()
        self._gauges["queue"].set(len(self.daemon.queue))
        self._gauges["clients"].set(self.daemon.door.clients)
        self._gauges["uptime"].set(about["uptime"])
        self._gauges["unwell"].set(len(self.daemon.health()))
        self._gauges["failing"].set(len(self.daemon.troubles()))
        reloaded = self.daemon.reloaded
        self._gauges["rejected"].set(int(reloaded is not None and not reloaded.ok))
        self._definition.clear()
        self._definition.labels(about["definition"]).set(1)
        info = await asyncio.to_thread(self._read)
        if info is not None:
            self._gauges["timers_pending"].set(info.timers)
            self._gauges["next_due"].set((info.next_due or 0) / 1000)
            self._gauges["incidents"].set(info.incidents)
            self._gauges["inbox"].set(info.inbox)
            for status in _EFFECTS:
                self._outbox.labels(status).set(info.outbox.get(status, 0))
        return generate_latest(self.registry)

    def _read(self) -> queries.Info | None:
        opened = open_store(self.daemon.path, write=False)
        if isinstance(opened, StoreProblem):
            return None
        with opened as store:
            return queries.info(store)


# kinds of commands; whatever else a client sends must not become a label of its own
_KINDS = {
    name: name
    for name in (
        *("create", "set", "move", "lose", "reopen", "done", "reschedule", "tick", "event", "assign", "contact"),
        *("note", "attach", "item", "card", "people", "person", "incident", "resolve"),
    )
}
