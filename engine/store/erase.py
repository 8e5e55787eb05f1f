"""Forgetting: values, salts and texts made from them leave the store; the log and its digests stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.store import derive, read
from voronka.engine.store.codec import DEAL
from voronka.engine.store.facets import normalised
from voronka.engine.store.seal import MARK, SPOKEN
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Writer

_TEXTS = re.compile(r'"([^"§][^"]{3,})"')  # in canonical JSON, its short ones and sealed ones left out
_DIGEST = re.compile(rf'"{MARK}([0-9a-f]{{32}})"')
_NOT_DIGITS = re.compile(r"\D+")
_SHORTEST = 4  # shorter values are in too many texts to tell whose they are
_DIGITS = 10  # of a phone, from its end: how it begins depends on who writes it
# an effect whose text is gone can never go out; a notice without a text is not shown
_FATES = {"pending": "cancelled", "dead": "skipped", "notice": "sent"}


@dataclass(frozen=True, slots=True)
class Erasure:
    """What forgetting some deals takes away. ``values`` are (deal, digest), deal 0 for those of no deal.

    ``texts``: keys of outbox rows (deal, version, part, epoch). ``documents`` and ``files``: rendered ones by (deal,
    file), attached ones by digest. ``plain``: rows of the log that name such a value openly, in a note or from before
    its field was personal: they stay. ``same``: other deals that have one of these values.
    """

    deals: tuple[int, ...]
    values: tuple[tuple[int, str], ...]
    texts: tuple[tuple[int, int, int, int], ...]
    documents: tuple[tuple[int, str], ...]
    files: tuple[str, ...]
    plain: tuple[int, ...]
    same: tuple[int, ...]


def survey(store: Store, deals: Sequence[int]) -> Erasure:
    """Find all that forgetting these deals takes away. Changes nothing."""
    values: dict[tuple[int, str], str] = {}
    naming: list[str] = []
    for number in deals:
        spoken = _spoken(store, number)
        for digest, value in read.personal_of(store, number).items():
            values[number, digest] = value
            if digest not in spoken:
                naming.append(value)
    wanted = _Wanted(naming)
    copied: set[int] = set()
    for number in [number for number in _mirrors(store, deals) if number not in deals]:
        held = read.deal(store, number)
        own = {value for value in held.f.values() if isinstance(value, str)} if held is not None else set()
        for digest, value in read.personal_of(store, number).items():
            if value in wanted.exact and value not in own:
                values[number, digest] = value
                copied.add(number)
    values |= _of_nobody(store, deals, wanted)
    everybody = {*deals, *copied}
    documents = store.db.execute("SELECT deal, file FROM documents WHERE content IS NOT NULL ORDER BY deal, file")
    return Erasure(
        tuple(deals),
        tuple(sorted(values)),
        tuple(_texts(store, deals, copied, wanted)),
        tuple((deal, file) for deal, file in documents if deal in everybody),
        tuple(_files(store, deals)),
        tuple(_plain(store, deals, wanted)),
        tuple(_same(store, deals, wanted)),
    )


def _spoken(store: Store, number: int) -> set[str]:
    """Digests of what people said in their own words: it goes with the deal, but tells nobody's values."""
    said: set[str] = set()
    named: set[str] = set()

    def look(data: Any, into: set[str]) -> None:
        if isinstance(data, dict):
            for key, value in data.items():
                look(value, said if key in SPOKEN and isinstance(value, str) else named)
        elif isinstance(data, list):
            for item in data:
                look(item, into)
        elif isinstance(data, str) and data.startswith(MARK):
            into.add(data[1:])

    head = store.db.execute("SELECT head FROM states WHERE deal = ?", (number,)).fetchone()
    for row in read.chain(store, head[0]) if head is not None else ():
        if MARK in row.event or MARK in row.changes:
            event = json.loads(row.event)
            look({key: value for key, value in event.items() if key != "answers"}, named)
            look(json.loads(row.changes), named)
    return said - named


def erase(writer: Writer, found: Erasure) -> None:
    """Take it away; the bytes themselves are gone after :func:`voronka.engine.care.compact.purge`."""
    db = writer.db
    db.executemany("UPDATE personal SET value = NULL, salt = NULL WHERE deal = ? AND digest = ?", found.values)
    for status, fate in _FATES.items():
        db.executemany(
            """UPDATE outbox SET status = ? WHERE status = ? AND deal = ? AND version = ? AND part = ? AND epoch = ?""",
            [(fate, status, *key) for key in found.texts],
        )
    db.executemany(
        "UPDATE outbox SET body = NULL, error = NULL WHERE deal = ? AND version = ? AND part = ? AND epoch = ?",
        found.texts,
    )
    db.executemany("UPDATE documents SET content = NULL WHERE deal = ? AND file = ?", found.documents)
    for number in sorted({deal for deal, _ in found.values} - {0}):
        reroute(writer, number)


def reroute(writer: Writer, number: int) -> None:
    """Make the index by which a deal is found anew; it is not found by what is forgotten."""
    deal = read.deal(writer.store, number)
    if deal is not None:
        writer.db.execute("DELETE FROM routes WHERE deal = ?", (number,))
        rows = sorted(derive.route_rows(deal, writer.store.facets.of(deal.pipeline)))
        writer.db.executemany("INSERT INTO routes VALUES (?, ?, ?, ?)", rows)


class _Wanted:
    """Personal values, and whose texts name them. A phone or a mail tells a person anywhere, an address only beside."""

    def __init__(self, values: Iterable[str]) -> None:
        self.exact = frozenset(values)
        self.inside = {flat for value in self.exact if len(flat := _flat(value)) >= _SHORTEST}
        self.mails = {flat for flat in self.inside if "@" in flat}
        digits = (_NOT_DIGITS.sub("", value) for value in self.exact if not re.search(r"[^\W\d_]", value))
        self.phones = {value[-_DIGITS:] for value in digits if len(value) >= _DIGITS}

    def is_one(self, value: str) -> bool:
        """Whether a value is one of the phones or mails."""
        return _flat(value) in self.mails or _NOT_DIGITS.sub("", value)[-_DIGITS:] in self.phones

    def are_in(self, text: str, near: bool) -> bool:
        """Whether a text holds one of them; ``near``: it is of somebody who has these values, so any of them counts."""
        flat = _flat(text)
        if any(value in flat for value in (self.inside if near else self.mails)):
            return True
        digits = _NOT_DIGITS.sub("", text) if self.phones else ""
        return any(phone in digits for phone in self.phones)


def _flat(text: str) -> str:
    return normalised(text, "")


def _mirrors(store: Store, deals: Sequence[int]) -> list[int]:
    """Deals that keep copies of these: who links to a card, and whom an item belongs to."""
    found: set[int] = set()
    for number in deals:
        sql = "SELECT source FROM links WHERE target = ?1 UNION SELECT target FROM links WHERE source = ?1"
        for (other,) in store.db.execute(sql, (number,)).fetchall():
            held = read.deal(store, other)
            if held is None:
                continue
            links = store.facets.of(held.pipeline).links
            if any(held.f.get(name) == number for name in links) or any(number in i for i in held.items.values()):
                found.add(other)
    return sorted(found)


def _of_nobody(store: Store, deals: Sequence[int], wanted: _Wanted) -> dict[tuple[int, str], str]:
    """Values that belong to no deal: equal ones, and all of events and incidents of these deals."""
    named: set[str] = set()
    sql = "SELECT data FROM kept WHERE deal = ?1 UNION ALL SELECT data FROM incidents WHERE deal = ?1"
    for number in deals:
        for (data,) in store.db.execute(sql, (number,)):
            named.update(_DIGEST.findall(data))
    values = read.personal_of(store, 0)
    return {(0, digest): value for digest, value in values.items() if digest in named or wanted.is_one(value)}


def _texts(
    store: Store, deals: Collection[int], copied: Collection[int], wanted: _Wanted
) -> list[tuple[int, int, int, int]]:
    """Rendered texts of these deals, effects of theirs that wait, and texts of others that hold a value."""
    found = []
    for deal, version, part, epoch, body in store.db.execute(
        "SELECT deal, version, part, epoch, body FROM outbox WHERE body IS NOT NULL OR status = 'pending'"
    ):
        text = "" if body is None or deal in deals else _words(json.loads(body))
        if deal in deals or wanted.are_in(text, deal in copied):
            found.append((deal, version, part, epoch))
    return found


def _words(body: object) -> str:
    if isinstance(body, dict):
        return "\n".join(_words(part) for part in body.values())
    if isinstance(body, list):
        return "\n".join(_words(part) for part in body)
    return body if isinstance(body, str) else canonical(body)


def _files(store: Store, deals: Collection[int]) -> list[str]:
    """Attached files that no other deal has."""
    found: set[str] = set()
    for number in deals:
        for entry in read.history(store, number):
            for change in entry.changes:
                if change[0] == "note" and change[1].get("kind") == "file":
                    found.add(str(change[1]["file"]).rpartition("@")[2])
    others = [
        key
        for key in found
        for (entity,) in store.db.execute(
            "SELECT DISTINCT entity FROM log WHERE kind = 0 AND instr(changes, ?) > 0", (f"@{key}",)
        )
        if entity not in deals
    ]
    return sorted(found - set(others))


def _plain(store: Store, deals: Collection[int], wanted: _Wanted) -> list[int]:
    """Rows of the log that say a value openly: it was written before its field was personal, or into another one."""
    found = []
    for number, kind, entity, event, changes in store.db.execute("SELECT id, kind, entity, event, changes FROM log"):
        near = kind == DEAL and entity in deals
        texts = [*_TEXTS.findall(event), *_TEXTS.findall(changes)]
        if any(wanted.are_in(text, near) for text in texts):
            found.append(number)
    return found


def _same(store: Store, deals: Collection[int], wanted: _Wanted) -> list[int]:
    """Other deals with one of these values among what they have now."""
    rows = store.db.execute("SELECT DISTINCT deal, value FROM personal WHERE deal > 0 AND value IS NOT NULL")
    near = sorted({deal for deal, value in rows if deal not in deals and wanted.is_one(value)})
    return [number for number in near if _has(store, number, wanted)]


def _has(store: Store, number: int, wanted: _Wanted) -> bool:
    held = read.deal(store, number)
    return held is not None and any(isinstance(value, str) and wanted.is_one(value) for value in held.f.values())
