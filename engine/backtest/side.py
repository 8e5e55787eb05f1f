"""One definition of a backtest, and what it makes of the recorded world: names, people, switches, turns, bookings."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from voronka.engine.backtest.record import Turn
from voronka.engine.deal.changes import fold
from voronka.engine.deal.protocol import Asks, Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide import decide, exports
from voronka.engine.host.migrating import Passage, passage
from voronka.engine.host.people import People
from voronka.engine.program.build import Program, Programs
from voronka.engine.program.lineage import Lineage
from voronka.engine.store import read
from voronka.engine.store.codec import PEOPLE, RESOURCE, ROBOTS, ROTATION, payload
from voronka.engine.store.entities import fold_entity
from voronka.engine.store.facets import key_name
from voronka.engine.store.store import Store

_KEPT = 64  # states of the people that are kept at hand
Recall = Callable[["Side", People, tuple[Any, ...], int, int], Any]  # (…, the question's arguments, now, who asks)


class Side:
    """A definition that recorded deals are replayed under. One thread at a time."""

    def __init__(self, store: Store, programs: Programs, turns: Sequence[Turn], base: Programs | None = None) -> None:
        self.store = store
        self.programs = programs
        self.decide: Callable[[Program, Deal | None, Event], Decision | Asks] = decide
        self.base = base
        languages = programs.definition.languages
        self.language = languages[0] if languages else "en"
        self.recall = _RECALL
        self.unknown: set[int] = set()  # versions that cannot be read any more: their names count as they are
        self._hashes: dict[int, str] = dict(store.db.execute("SELECT id, hash FROM definitions").fetchall())
        self._ways: dict[int, Passage | None] = {}
        self._logs: dict[tuple[int, str], list[tuple[int, Any]]] = {}
        self._people: OrderedDict[int, People] = OrderedDict()
        self._people_at: list[Mapping[str, Any]] = []
        self._off_at: list[Mapping[str, Any]] = []
        staff: Mapping[str, Any] = {}
        switches: Mapping[str, Any] = {}
        for turn in turns:
            staff = turn.state if turn.kind == PEOPLE else staff
            switches = turn.state if turn.kind == ROBOTS else switches
            self._people_at.append(staff)
            self._off_at.append(switches)

    def lines(self, version: int, pipeline: str) -> Lineage | None:
        """How names of a recorded version go on here; None where they are as they were."""
        if version not in self._ways:
            self._ways[version] = self._way(version)
        way = self._ways[version]
        if way is None:
            return None
        found = way.way(pipeline)
        return None if not found.touched and found.new is not None else found

    def _way(self, version: int) -> Passage | None:
        since = self._hashes.get(version, "")
        if since == self.programs.hash:
            return None
        old = self.base if self.base is not None and self.base.hash == since else None
        way = passage(self.store, since, self.programs, old=old)
        if way.old is None:
            self.unknown.add(version)
        return way

    def people(self, turn: int) -> People:
        """Who there was after a turn of the world; -1: before the first."""
        # turns of robots' switches leave the people as they were
        found = self._people.get(turn)
        if found is None:
            state = self._people_at[turn] if turn >= 0 else {}
            found = self._people[turn] = People(self.programs.definition, dict(state))
            if len(self._people) > _KEPT:
                self._people.popitem(last=False)
        return found

    def off(self, turn: int, pipeline: str) -> frozenset[str]:
        """Paths of robots that were switched off then."""
        if turn < 0 or not self._off_at[turn]:
            return frozenset()
        found: set[str] = set()
        for name, paths in self._off_at[turn].items():
            lines = self.lines(self.store.definition, name) if name else None
            called = name if lines is None else lines.new.name if lines.new is not None else ""
            if name and called == pipeline:
                found.update(path if lines is None else lines.paths.get(path, path) for path in paths)
        return frozenset(found)

    def log(self, kind: int, name: str) -> list[tuple[int, Any]]:
        """The log of a rotation or a resource: instants and changes."""
        if (kind, name) not in self._logs:
            rows = read.chain(self.store, self.store.entity(kind, name).head)
            self._logs[kind, name] = [(row.at, payload(row)[1]) for row in rows]
        return self._logs[kind, name]


# --- the recorded world, asked about an instant ---------------------------------------------------------------------


def _turn(side: Side, people: People, args: tuple[Any, ...], now: int, deal: int) -> Any:
    """Whose turn it was: after the last one that had been given by then."""
    pipeline, role = args
    state: dict[str, Any] = {}
    for row in side.log(ROTATION, f"{pipeline}/{role}"):
        if row[0] > now:
            break
        state = fold_entity(ROTATION, state, row[1])
    found = people.turn(role, state, now)
    return None if found is None else found[0]


def _idle(side: Side, people: People, args: tuple[Any, ...], now: int, deal: int) -> Any:
    """Who had the fewest open tasks: tasks that were planned by then and not answered yet."""
    sql = """SELECT count(*) FROM tasks
        WHERE assignee = ? AND created <= ? AND (done_at > ? OR status IN ('open', 'waiting'))"""
    counts = {
        name: int(side.store.db.execute(sql, (name, now, now)).fetchone()[0]) for name in people.members(args[1], now)
    }
    return min(counts, key=lambda name: counts[name], default=None)


def _free(side: Side, people: People, args: tuple[Any, ...], now: int, deal: int) -> Any:
    """Which deal had booked it, by the log of the resource."""
    resource, item, start, until = args
    booked: dict[tuple[Any, ...], tuple[int, int, int]] = {}
    for at, changes in side.log(RESOURCE, resource):
        if at > now:
            break
        for what, *rest in changes:
            which, begins, ends, number, name = rest[:5]
            if what == "book":
                booked[which, number, name] = (begins, ends, number)
            else:
                booked.pop((which, number, name), None)
    for (which, number, _), (begins, ends, _) in sorted(booked.items(), key=lambda pair: pair[1]):
        if which == item and number != deal and begins < until and ends > start:
            return number
    return None


def _unique(side: Side, people: People, args: tuple[Any, ...], now: int, deal: int) -> Any:
    """Which deal has the values now and began before."""
    pipeline, names, values = args
    key = side.store.facets.of(pipeline).key_of(tuple(names), dict(zip(names, values, strict=True)))
    row = side.store.db.execute(
        """SELECT min(r.deal) FROM routes r JOIN deals d ON d.id = r.deal
            WHERE r.pipeline = ? AND r.field = ? AND r.value = ? AND r.deal <> ? AND d.created <= ?""",
        (pipeline, key_name(tuple(names)), key, deal, now),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def _card(side: Side, people: People, args: tuple[Any, ...], now: int, deal: int) -> Any:
    """A card that is not part of the replay, as it was then."""
    number, names = args
    found = Deal(number, "")
    for entry in read.history(side.store, number):
        if entry.event.at > now:
            break
        fold(found, entry.changes, entry.event.at, "")
    return {name: exports.value_of(found, name) for name in names} if found.version else None


_RECALL: Mapping[str, Recall] = {"turn": _turn, "idle": _idle, "free": _free, "unique": _unique, "card": _card}
