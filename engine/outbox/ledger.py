"""What delivery writes down, one transaction each: sent, later, given up: an incident then, and a red deal."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.protocol import Event
from voronka.engine.host.host import Host
from voronka.engine.host.outcome import Undecidable
from voronka.engine.host.work import Work
from voronka.engine.outbox.parcel import Parcel
from voronka.engine.store import incidents, outbox
from voronka.engine.store.outbox import Waiting
from voronka.engine.store.writer import Writer

LISTED = 100  # effects that an incident names
_log = logging.getLogger(__name__)


def sent(host: Host, parcel: Parcel, now: int) -> None:
    """It is out. Raises StoreFailed; then it will go out once more, under the same id."""
    with Writer(host.store, now) as writer:
        outbox.settle(writer, parcel.keys, "sent")


def made(host: Host, parcel: Parcel, content: bytes, now: int) -> None:
    """A document is there: beside its deal, under the reference that its field holds."""
    with Writer(host.store, now) as writer:
        outbox.keep_document(writer, parcel.deal, parcel.to, content)
        outbox.settle(writer, parcel.keys, "sent")
        outbox.drop_body(writer, parcel.keys[0])  # the document says it all


def noticed(host: Host, parcel: Parcel, now: int) -> None:
    """It stays in here, until its reader has seen it."""
    text = canonical({"subject": parcel.subject, "headers": [], "body": parcel.body, "html": parcel.html})
    with Writer(host.store, now) as writer:
        outbox.keep_body(writer, parcel.keys[0], text)
        outbox.settle(writer, parcel.keys[:1], "notice", attempted=False)
        outbox.settle(writer, parcel.keys[1:], "sent", attempted=False)


def later(host: Host, rows: Sequence[Waiting], until: int, error: str | None, now: int) -> None:
    """It is tried again; without an ``error`` it has not been tried yet, and no attempt is counted."""
    with Writer(host.store, now) as writer:
        outbox.postpone(writer, [row.key for row in rows], until, error, attempted=error is not None)


def dead(host: Host, rows: Sequence[Waiting], kind: str, error: str, attempted: bool, now: int) -> int:
    """It is given up: an incident of this kind is opened, and the deal says so. Returns the incident's number."""
    first = rows[0]
    deal = first.key.deal if len(rows) == 1 else None
    about: dict[str, Any] = {
        "channel": first.channel,
        "path": first.intent.get("path", ""),
        "attempts": first.attempts + int(attempted),
        "error": error,
        "keys": [list(row.key) for row in rows[:LISTED]],
        "count": len(rows),
    }
    try:
        with Writer(host.store, now) as writer:
            work = Work(host, writer)
            outbox.settle(writer, [row.key for row in rows], "dead", error, attempted)
            number = incidents.open_incident(writer, kind, deal, about, now)
            if deal is not None:
                _flag(work, first, kind, number, error, now)
                work.deliver(host.group)
    except BaseException:
        host.drop()
        raise
    return number


def _flag(work: Work, row: Waiting, kind: str, number: int, error: str, now: int) -> None:
    key = f"{kind}:{row.channel}:{row.key.version}.{row.key.part}"
    data = {"kind": kind, "path": row.intent.get("path", ""), "incident": number}
    event = Event("incident", {"key": key, "text": error, "data": data}, now, "robot", recorded_at=work.writer.recorded)
    try:
        work.event(row.key.deal, "", event)
    except Undecidable:
        _log.exception("deal %s does not take its incident", row.key.deal)
