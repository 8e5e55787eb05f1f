"""A deal at any moment of its past: its rows folded up to an event or an instant, their chain proved on the way."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.changes import dump, fold
from voronka.engine.deal.state import Deal
from voronka.engine.store import read
from voronka.engine.store.codec import DEAL, Row, decode_changes, payload
from voronka.engine.store.read import Entry
from voronka.engine.store.seal import MARK, unseal
from voronka.engine.store.store import GENESIS, Store


class NoPast(Exception):
    """There is nothing to look at, and ``message`` says why: no such deal, no such event, not yet, a broken log."""

    def __init__(self, kind: str, en: str, ru: str) -> None:
        self.kind = kind  # unknown, early, event, broken
        self.message = Both(en, ru)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Past:
    """A deal right after one of its events. ``before`` is its state before that (None: the event created it).

    ``definition``: hash of the definition the event was decided under. ``events``: how many the deal has in all.
    ``notes``: where log and tables disagree, although every row could be read.
    """

    before: Deal | None
    deal: Deal
    entry: Entry
    row: Row
    definition: str
    events: int
    notes: tuple[Both, ...] = ()

    @property
    def last(self) -> bool:
        """Whether nothing has happened since."""
        return self.entry.version == self.events


def look(store: Store, number: int, version: int | None = None, at: int | None = None) -> Past:
    """The deal after its event ``version``, or after the last one up to the instant ``at``; after its last one.

    Raises NoPast.
    """
    found = store.db.execute("SELECT head, state FROM states WHERE deal = ?", (number,)).fetchone()
    if found is None:
        raise NoPast("unknown", f"there is no deal {number}", f"сделки {number} нет")
    rows = rows_of(store, number, found[0])
    if version is not None and not 1 <= version <= len(rows):
        raise NoPast(
            "event",
            f"deal {number} has no event {version}; its events are 1 to {len(rows)}",
            f"у сделки {number} нет события {version}; её события — с 1 по {len(rows)}",
        )
    if at is not None and rows[0].at > at:
        raise NoPast("early", f"deal {number} did not exist yet then", f"сделки {number} тогда ещё не было")
    values = read.personal_of(store, number)
    hashes: dict[int, str] = dict(store.db.execute("SELECT id, hash FROM definitions").fetchall())
    wanted = _wanted(rows, version, at)
    deal, before, after = Deal(number, ""), None, None
    for place, row in enumerate(rows, 1):
        if place == wanted and place > 1:
            before = deal.copy()
        try:
            fold(deal, _changes(row, values), row.at, hashes.get(row.definition, ""))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise _unreadable(row, error) from error
        if place == wanted:
            after = deal.copy()
    assert after is not None
    entry = entry_of(rows[wanted - 1], values)
    notes = (*_kept(deal, found[1], values, rows[-1]), *_sealed(store, rows[wanted - 1]))
    row = rows[wanted - 1]
    return Past(before, after, entry, row, hashes.get(row.definition, ""), len(rows), notes)


def _wanted(rows: list[Row], version: int | None, at: int | None) -> int:
    if version is not None:
        return version
    if at is None:
        return len(rows)
    # a deal's clock never runs backwards: an event that came late counts for when it was taken
    now = wanted = 0
    for place, row in enumerate(rows, 1):
        now = max(now, row.at)
        if now > at:
            break
        wanted = place
    return wanted


def rows_of(store: Store, number: int, head: int) -> list[Row]:
    """All rows of a deal, oldest first. Raises NoPast naming the first event that is missing or out of place."""
    found: list[Row] = []
    while head:
        row = read.row(store, head)
        following = found[-1] if found else None
        if row is None:
            broken = following.version - 1 if following is not None else 0
            raise _broken(broken, head, "the row is missing", "строки нет")
        if row.kind != DEAL or row.entity != number or (following is not None and row.id >= following.id):
            broken = following.version if following is not None else row.version
            where = following.id if following is not None else row.id
            raise _broken(broken, where, "it names no event of this deal as the one before", "перед ней не то событие")
        found.append(row)
        head = row.prev
    found.reverse()
    for place, row in enumerate(found, 1):
        if row.version != place:
            raise _broken(
                place,
                row.id,
                f"this row says it is event {row.version}",
                f"строка называет себя событием {row.version}",
            )
    return found


def _broken(version: int, row: int, en: str, ru: str = "") -> NoPast:
    which_en, which_ru = (f"event {version}, ", f"событии {version}, ") if version else ("", "")
    return NoPast(
        "broken",
        f"the log is broken at {which_en}row {row}: {en}; `voronka store verify` tells all of it",
        f"журнал испорчен: ошибка в {which_ru}строке {row}: {ru or en}; всё скажет `voronka store verify`",
    )


def _unreadable(row: Row, error: Exception) -> NoPast:
    return _broken(
        row.version, row.id, f"it cannot be read ({str(error) or type(error).__name__})", "строка не читается"
    )


def _changes(row: Row, values: dict[str, str]) -> Any:
    _, changes = payload(row)
    return decode_changes(unseal(changes, values) if MARK in row.changes else changes)


def entry_of(row: Row, values: dict[str, str]) -> Entry:
    """A row of a deal, decoded. Raises NoPast where it cannot be."""
    try:
        return read.entry(row, values)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise _unreadable(row, error) from error


def _kept(folded: Deal, text: str, values: dict[str, str], last: Row) -> tuple[Both, ...]:
    """Whether the state that deals are decided from is what the log adds up to."""
    try:
        stored = unseal(json.loads(text), values)
    except ValueError:
        stored = None
    if json.loads(canonical(dump(folded))) == stored:
        return ()
    return (
        Both(
            f"the events do not add up to the state that is kept (last event {last.version}, row {last.id}); "
            "`voronka store verify` names what differs",
            f"события не складываются в хранимое состояние (последнее событие {last.version}, строка {last.id}); "
            "что именно расходится, скажет `voronka store verify`",
        ),
    )


def _sealed(store: Store, row: Row) -> tuple[Both, ...]:
    """Whether the commit of a row still has the digest that it was given."""
    sql = "SELECT last, digest FROM commits WHERE tx = ?"
    before, commit = (store.db.execute(sql, (tx,)).fetchone() for tx in (row.tx - 1, row.tx))
    if commit is not None and (before is not None or row.tx == 1):
        last, digest = before if before is not None else (0, GENESIS)
        sha = hashlib.sha256(digest)
        for number in range(last + 1, commit[0] + 1):
            found = read.row(store, number)
            if found is not None:
                sha.update(found.digested())
        if sha.digest() == commit[1]:
            return ()
    return (
        Both(
            f"event {row.version} (row {row.id}) is not as it was written: the digest of its commit differs",
            f"событие {row.version} (строка {row.id}) не такое, каким было записано: не сходится печать",
        ),
    )
