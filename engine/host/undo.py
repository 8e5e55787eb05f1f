"""Taking the last manual change of a deal back: by another change through the same gates, or not at all, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.changes import fold
from voronka.engine.deal.state import Deal
from voronka.engine.store import outbox, read
from voronka.engine.store.codec import RESOURCE, ROTATION
from voronka.engine.store.read import Entry

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

_OUT = ("sent", "dead", "notice")  # may have been seen by somebody


class Stays(Exception):
    """It cannot be taken back; ``text`` says why."""

    def __init__(self, en: str, ru: str) -> None:
        self.text = Both(en, ru)
        super().__init__(en)


def undoing(work: Work, number: int) -> tuple[str, dict[str, Any], Entry]:
    """The event that takes a deal's last one back: (kind, data, what it takes back). Raises Stays."""
    entries = read.history(work.store, number)
    last, before = entries[-1], entries[:-1]
    if last.event.data.get("undoes"):
        raise Stays("the last change has taken one back itself", "последнее изменение само отменяет предыдущее")
    what = _KINDS.get(last.event.kind)
    if what is None or not before:
        raise Stays(
            f"the last event of deal {number} is {last.event.kind}, and that cannot be taken back",
            f"последнее событие сделки {number} — {last.event.kind}, его отменить нельзя",
        )
    _nothing_out(work, last)
    _nothing_hangs_on(work, last)
    state = Deal(number, "")
    for entry in before:
        fold(state, entry.changes, entry.event.at, "")
    kind, data = what(state, last)
    return kind, {**data, "undoes": last.version}, last


def _nothing_out(work: Work, last: Entry) -> None:
    rows = work.db.execute(
        "SELECT channel, status, attempts FROM outbox WHERE deal = ? AND version = ?", (last.deal, last.version)
    ).fetchall()
    gone = sorted({channel for channel, status, attempts in rows if status in _OUT or attempts})
    if gone:
        names = ", ".join(gone)
        raise Stays(
            f"something has gone out already ({names}); it cannot be called back",
            f"что-то уже отправлено ({names}); этого не вернуть",
        )


def _nothing_hangs_on(work: Work, last: Entry) -> None:
    if any(change[0] == "message" for change in last.changes):
        raise Stays("other deals were told of it, and went on", "о нём узнали другие сделки и уже пошли дальше")
    row = work.db.execute(
        """SELECT count(*) FROM log WHERE id > ? AND kind NOT IN (?, ?) AND json_extract(event, '$.cause') = ?""",
        (last.row, RESOURCE, ROTATION, last.row),
    ).fetchone()
    if row[0]:
        raise Stays(f"events that hang on it: {row[0]}", f"на нём держатся другие события: {row[0]}")


def cancel(work: Work, last: Entry) -> int:
    """What the event taken back has queued never goes out; returns how many effects that was."""
    rows = work.db.execute(
        "SELECT epoch, deal, version, part FROM outbox WHERE deal = ? AND version = ? AND status = 'pending'",
        (last.deal, last.version),
    ).fetchall()
    outbox.settle(work.writer, [outbox.Key(*row) for row in rows], "cancelled", attempted=False)
    return len(rows)


def _set(before: Deal, last: Entry) -> tuple[str, dict[str, Any]]:
    return "set", {"fields": {name: before.f.get(name) for name in last.event.data["fields"]}}


def _move(before: Deal, last: Entry) -> tuple[str, dict[str, Any]]:
    closed = any(change[0] == "close" for change in last.changes)
    return ("reopen" if closed else "move"), {"stage": before.stage}


def _assign(before: Deal, last: Entry) -> tuple[str, dict[str, Any]]:
    if before.owner is None:
        raise Stays("the deal had no owner before", "до этого у сделки не было ответственного")
    return "assign", {"person": before.owner}


def _tick(before: Deal, last: Entry) -> tuple[str, dict[str, Any]]:
    ticked = [change[1] for change in last.changes if change[0] == "tick"]
    on = bool(last.event.data.get("on", True))
    changed = [point for point in ticked if before.checks.get(point, False) is not on]
    if not changed:
        raise Stays("it changed nothing", "оно ничего не изменило")
    return "tick", {"points": changed, "on": not on}


_KINDS = {"set": _set, "move": _move, "lose": _move, "assign": _assign, "tick": _tick}
