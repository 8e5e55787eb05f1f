"""Whether the log is as it was written: the first commit whose digest does not fit its rows."""

from __future__ import annotations

import hashlib
from array import array
from itertools import groupby
from typing import NamedTuple

from voronka.dsl.text.codes.base import Both
from voronka.engine.store import read
from voronka.engine.store.codec import DEAL
from voronka.engine.store.store import GENESIS, Store

_NAMED = 5


class Altered(NamedTuple):
    """A commit that is not as it was written: its rows, of which a digest cannot say which. ``events``: (deal, version)
    of the first of them."""

    tx: int
    first: int
    last: int
    events: tuple[tuple[int, int], ...]

    @property
    def message(self) -> Both:
        """What is wrong, and what to do."""
        rows_en, rows_ru = (f"row {self.first}", f"строка {self.first}")
        if self.last != self.first:
            rows_en, rows_ru = f"rows {self.first} to {self.last}", f"строки {self.first}–{self.last}"
        en = ", ".join(f"№ {deal} event {version}" for deal, version in self.events[:_NAMED])
        ru = ", ".join(f"№ {deal} событие {version}" for deal, version in self.events[:_NAMED])
        more = ", …" if len(self.events) > _NAMED else ""
        en, ru = (f" ({text}{more})" if text else "" for text in (en, ru))
        return Both(
            f"the log is not as it was written, the first time in commit {self.tx}, {rows_en}{en}: its digest "
            "differs; `voronka store verify` tells all of it",
            f"журнал не такой, каким был записан, впервые в фиксации {self.tx}, {rows_ru}{ru}: не сходится её "
            "печать; всё скажет `voronka store verify`",
        )


def first_altered(store: Store) -> Altered | None:
    """The first commit that its digest does not fit, in one pass over the log; None: all is as it was written.

    ``verify`` tells all that is wrong; this is what a reader of the whole log asks before it believes it.
    """
    known = {tx: (last, digest) for tx, last, digest in store.db.execute("SELECT tx, last, digest FROM commits")}
    before = GENESIS
    for tx, rows in groupby(read.rows_after(store, 0), key=lambda row: row.tx):
        sha, ids, events = hashlib.sha256(before), array("q"), list[tuple[int, int]]()
        for row in rows:
            sha.update(row.digested())
            ids.append(row.id)
            if row.kind == DEAL and len(events) <= _NAMED:
                events.append((row.entity, row.version))
        before = sha.digest()
        if known.pop(tx, None) != (ids[-1], before):
            return Altered(tx, ids[0], ids[-1], tuple(events))
    return None
