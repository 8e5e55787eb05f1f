"""What the log says happened: the deals that belong together, their events in order, and the world around them."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from voronka.engine.host import people, robots
from voronka.engine.store import read
from voronka.engine.store.codec import DEAL, PEOPLE, ROBOTS, payload
from voronka.engine.store.entities import fold_entity
from voronka.engine.store.read import Entry
from voronka.engine.store.store import Store
from voronka.engine.why.past import NoPast, entry_of, rows_of


@dataclass(frozen=True, slots=True)
class Choice:
    """Which deals to look at. ``since`` and ``until``: when they began, ms; ``pipelines``: by their
    present names, all if none are named. ``newest``: so many of the last ones. ``deals``: only these."""

    since: int | None = None
    until: int | None = None
    pipelines: tuple[str, ...] = ()
    newest: int | None = None
    deals: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """What is to be replayed. ``numbers``: all deals of it; ``joined``: those that are replayed together, by each.

    ``chosen`` are to be reported, None: all. ``end``: the last instant of the store, ms.
    """

    numbers: array[int]
    joined: Mapping[int, tuple[int, ...]]
    chosen: frozenset[int] | None
    end: int

    def groups(self) -> Iterator[tuple[int, ...]]:
        """Deals that are replayed together, by the lowest number; most are alone."""
        for number in self.numbers:
            group = self.joined.get(number, (number,))
            if group[0] == number:
                yield group

    def reported(self, number: int) -> bool:
        """Whether a deal was chosen, and is not only replayed because of others."""
        return self.chosen is None or number in self.chosen


def extent(store: Store, choice: Choice) -> Extent:
    """One pass over the log: who influenced whom, and how far time went."""
    chosen = None if choice == Choice() else frozenset(_chosen(store, choice))
    parent: dict[int, int] = {}

    def root(number: int) -> int:
        while (above := parent.get(number, number)) != number:
            parent[number] = parent.get(above, above)
            number = above
        return number

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parent.setdefault(low, low)
        parent[high] = low

    for target, source in store.db.execute("SELECT target, source FROM links"):
        join(target, source)
    end = 0
    # a tunnel's deal, and whatever mirrors another, says who sent it
    sql = """SELECT at, CASE WHEN kind = ?1 AND instr(event, '"sender":') AND json_valid(event)
        THEN json_extract(event, '$.data.sender') END, entity FROM log ORDER BY id"""
    for at, sender, entity in store.db.execute(sql, (DEAL,)):
        end = max(end, at)
        if sender is not None and (found := _number(sender)) is not None:
            join(found, entity)
    known = array("q", (number for (number,) in store.db.execute("SELECT deal FROM states ORDER BY deal")))
    wanted = None if chosen is None else {root(number) for number in chosen}
    numbers = known if wanted is None else array("q", (number for number in known if root(number) in wanted))
    together: dict[int, list[int]] = {}
    for number in numbers:
        if number in parent:
            together.setdefault(root(number), []).append(number)
    joined = {number: tuple(group) for group in together.values() for number in group}
    return Extent(numbers, joined, chosen, end)


def _number(sender: Any) -> int | None:
    """The deal of a ``sender``: its number, or the number before the slash."""
    if isinstance(sender, int):
        return sender
    number = str(sender).partition("/")[0]
    return int(number) if number.isascii() and number.isdigit() else None


def _chosen(store: Store, choice: Choice) -> list[int]:
    rows = store.db.execute(
        """SELECT id FROM deals WHERE (?1 IS NULL OR created >= ?1) AND (?2 IS NULL OR created < ?2)
            AND (?3 = '[]' OR pipeline IN (SELECT value FROM json_each(?3))) ORDER BY id DESC LIMIT ?4""",
        (choice.since, choice.until, json.dumps(choice.pipelines), -1 if choice.newest is None else choice.newest),
    )
    found = sorted(number for (number,) in rows)
    return found if choice.deals is None else [number for number in found if number in choice.deals]


class Broken(Exception):
    """The log of a deal cannot be read; ``past`` names the first event that is wrong."""

    def __init__(self, deal: int, past: NoPast) -> None:
        self.deal = deal
        self.past = past
        super().__init__(str(past))


def history(store: Store, numbers: Iterable[int]) -> list[Entry]:
    """All events of these deals, in the order in which they were written. Raises Broken."""
    found: list[Entry] = []
    for number in numbers:
        head = store.db.execute("SELECT head FROM states WHERE deal = ?", (number,)).fetchone()[0]
        values = read.personal_of(store, number)
        try:
            found += [entry_of(row, values) for row in rows_of(store, number, head)]
        except NoPast as past:
            raise Broken(number, past) from past
    found.sort(key=lambda entry: entry.row)
    return found


class Turn(NamedTuple):
    """Something happened to people or to the switches of robots. ``state``: all that is known since."""

    row: int
    at: int
    kind: int
    actor: str
    messages: tuple[dict[str, Any], ...]
    state: dict[str, Any]
    by_hand: bool


def world(store: Store) -> list[Turn]:
    """The logs of people and of robots' switches, in order. Raises ValueError where they are broken."""
    found: list[Turn] = []
    for kind, name in ((PEOPLE, people.ENTITY), (ROBOTS, robots.ENTITY)):
        state: dict[str, Any] = {}
        for row in read.chain(store, store.entity(kind, name).head):
            event, changes = payload(row)
            state = fold_entity(kind, dict(state), changes)
            messages = tuple(change[1] for change in changes if change[0] == "message")
            by_hand = event.get("kind") != "back"
            found.append(Turn(row.id, row.at, kind, row.actor, messages, state, by_hand))
    found.sort(key=lambda turn: turn.row)
    return found


def chunks(groups: Iterable[tuple[int, ...]], size: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Groups in bundles of about so many deals: what one process takes at a time."""
    bundle: list[tuple[int, ...]] = []
    count = 0
    for group in groups:
        bundle.append(group)
        count += len(group)
        if count >= size:
            yield tuple(bundle)
            bundle, count = [], 0
    if bundle:
        yield tuple(bundle)
