"""Loops: what an event follows from, how often automation runs for a deal, and the rest of a deal that runs in circles.

A deal rests when timers and messages brought about more events of it within an hour than is sensible. Its timers wait
then, and messages set no robots of it off; people and the outside act as ever. An incident says so: ``retry`` lets the
timers go on, ``skip`` passes over those that are due.
"""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.protocol import Event
from voronka.engine.host.outcome import Undecidable
from voronka.engine.store import read
from voronka.engine.store.codec import OUTSIDE, Chain, Row, chain_of
from voronka.engine.store.derive import REST
from voronka.engine.store.store import Store

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

PER_HOUR = 1_000  # events of one deal that timers and messages may bring about
HOUR = 3_600_000
REMEMBERED = 10_000  # deals whose last hour is kept in memory; of others it is read from the log
LOOKED_AT = 300  # rows of a deal in which the one that set a timer is looked for
KIND = "rate"
ALL = frozenset({"*"})
_RELEASED = canonical(["flag", REST, None])


class BadLimits(ValueError):
    """``[limits]`` of voronka.toml cannot be used."""


def per_hour_of(settings: Mapping[str, Any]) -> int:
    """``events_per_hour`` of ``[limits]``. Raises BadLimits."""
    table = settings.get("limits", {})
    if not isinstance(table, dict):
        raise BadLimits("[limits]")
    for name in table:
        if name != "events_per_hour":
            raise BadLimits(f"[limits] {name}")
    found = table.get("events_per_hour", PER_HOUR)
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= 1_000_000:
        raise BadLimits(f"[limits] events_per_hour = {found!r}")
    return found


class Rate:
    """Instants of the last automatic events of a deal, ``most`` of them, kept for deals that had one lately."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._last: OrderedDict[int, deque[int]] = OrderedDict()

    def forget(self, deal: int | None = None) -> None:
        """What is in memory may be of a transaction that was undone; or a deal has been released."""
        if deal is None:
            self._last.clear()
        else:
            self._last.pop(deal, None)

    def change(self, most: int) -> None:
        """Another limit from now on."""
        self.most = most
        self.forget()

    def spent(self, work: Work, deal: int, at: int) -> bool:
        """Whether one more event would be too many."""
        found = self._of(work, deal, at)
        return len(found) >= self.most and found[0] > at - HOUR

    def add(self, work: Work, deal: int, at: int) -> None:
        """One more event was brought about."""
        known = deal in self._last
        found = self._of(work, deal, at)
        if known:
            found.append(at)  # otherwise it has just been read with the rest

    def _of(self, work: Work, deal: int, at: int) -> deque[int]:
        found = self._last.get(deal)
        if found is None:
            logged = list(_logged(work, deal, at - HOUR, self.most))
            found = self._last[deal] = deque(reversed(logged), maxlen=self.most)
            if len(self._last) > REMEMBERED:
                self._last.popitem(last=False)
        else:
            self._last.move_to_end(deal)
        return found


def _logged(work: Work, deal: int, since: int, most: int) -> Iterator[int]:
    """Instants of automatic events by the log, newest first, back to an instant or to the end of a rest."""
    held = work.host.held(deal)
    number, count = held.head if held is not None else 0, 0
    while number and count < most:
        row = work.writer.written(number) or read.row(work.store, number)
        if row is None or row.at <= since or _RELEASED in row.changes:
            return
        event = json.loads(row.event)
        if automatic(event["kind"], chain_of(event)) and not event.get("imported"):
            count += 1
            yield row.at
        number = row.prev


def automatic(kind: str, chain: Chain) -> bool:
    """Whether nobody outside has asked for an event: a timer's, a message's, an answer to what went out."""
    return kind == "timer" or (chain.cause > 0 and kind not in ("incident", "resolve", "robot", "migrate"))


# --- chains ----------------------------------------------------------------------------------------------------------


def after(work: Work, cause: int) -> Chain:
    """What an event follows from that row ``cause`` brought about."""
    if not cause:
        return OUTSIDE
    row = work.writer.written(cause) or read.row(work.store, cause)
    return OUTSIDE if row is None else _next(row)


def _next(row: Row) -> Chain:
    before = chain_of(json.loads(row.event))
    return Chain(row.id, before.root or row.id, before.depth + 1)


def setter(store: Store, head: int, key: str, due: int, gen: int) -> int:
    """The row that set a timer, looked for backwards from a deal's last one; 0 where it lies too far back."""
    wanted = f"{canonical(['timer', key, due, gen])[:-1]},"
    found = store.db.execute(
        """WITH RECURSIVE c(id, prev, here, n) AS (
            SELECT id, prev, instr(changes, ?2), 1 FROM log WHERE id = ?1
            UNION ALL
            SELECT l.id, l.prev, instr(l.changes, ?2), n + 1 FROM c JOIN log l ON l.id = c.prev
                WHERE c.here = 0 AND n < ?3)
            SELECT id FROM c WHERE here > 0""",
        (head, wanted, LOOKED_AT),
    ).fetchone()
    return 0 if found is None else int(found[0])


def of_effect(store: Store, identity: str) -> int:
    """The row that decided an effect, by its name outside (``Parcel.id``); 0 for what is none of ours."""
    known = identity.startswith(f"{store.id}.")
    numbers = identity.removeprefix(f"{store.id}.").split(".")[:3]  # epoch, deal, version
    if not known or len(numbers) < 3 or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in numbers):
        return 0
    deal, version = int(numbers[1]), int(numbers[2])
    found = store.db.execute(
        """WITH RECURSIVE c(id, prev, version) AS (
            SELECT l.id, l.prev, l.version FROM states s JOIN log l ON l.id = s.head WHERE s.deal = ?1
            UNION ALL SELECT l.id, l.prev, l.version FROM c JOIN log l ON l.id = c.prev WHERE c.version > ?2)
            SELECT id FROM c WHERE version = ?2""",
        (deal, version),
    ).fetchone()
    return 0 if found is None else int(found[0])


# --- rest ------------------------------------------------------------------------------------------------------------


def rests(work: Work, deal: int, event: Event) -> bool:
    """Whether a deal is at rest when automation wants something of it; one that had too much of it goes to rest now."""
    held = work.held(deal)
    if held is None or event.imported:
        return False
    if REST in held.deal.flags:
        return True
    if not work.host.rate.spent(work, deal, event.at):
        return False
    most = work.host.rate.most
    about = {"flag": REST, "per_hour": most}
    number = work.incident(KIND, deal, about, event.at, held.head)
    data = {"key": REST.partition(":")[2], "text": "", "data": {"incident": number, "per_hour": most}}
    said = Event("incident", data, event.at, "robot", recorded_at=work.now)
    try:
        work.event(deal, "", said)
    except Undecidable:
        return False  # it cannot even be told so: then what wanted something fails, and is an incident of its own
    return True


def pass_over(work: Work, deal: int, until: int) -> None:
    """``skip``: what is due goes by without doing anything, as with robots that are switched off."""
    for _ in range(work.host.group):
        held = work.held(deal)
        ready = [] if held is None else [(t[0], key, t[1]) for key, t in held.deal.timers.items() if t[0] <= until]
        if not ready:
            return
        due, key, gen = min(ready)
        work.fire(due, deal, key, gen, until, False, ALL)
