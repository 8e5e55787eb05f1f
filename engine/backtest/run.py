"""A whole backtest: groups of deals, one by one or on several processors, with the same outcome for any number.

A group is what influenced each other by messages: it is replayed together. Turns and bookings, which hold for all
deals, are answered from the log, so groups do not hang on each other.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from voronka.dsl.definition.model import Definition
from voronka.dsl.text.codes.base import Both
from voronka.engine.backtest.differ import Result, compare
from voronka.engine.backtest.record import Broken, Choice, Extent, Turn, chunks, extent, history, world
from voronka.engine.backtest.replay import Replay, inputs, recorded_tracks
from voronka.engine.backtest.side import Side
from voronka.engine.backtest.tally import Tally
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.store import Store

CHUNK = 40  # deals that a process takes at a time
WORTH = 200  # deals for which another process is worth its start

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Found:
    """What became of some groups."""

    results: list[Result]
    unread: dict[int, Both]
    skipped: int
    anew: Counter[str]
    decided: int
    unknown: set[int]
    deals: int


class Bench:
    """Both definitions, ready to replay groups of one store."""

    def __init__(self, store: Store, base: Programs, edited: Programs, extent: Extent) -> None:
        self.store = store
        self.turns: list[Turn] = world(store)
        self.control = Side(store, base, self.turns)
        self.edited = Side(store, edited, self.turns, base)
        self.extent = extent
        self._forgotten = {
            number for (number,) in store.db.execute("SELECT DISTINCT deal FROM personal WHERE value IS NULL")
        }
        self._base = next((n for n, one in self._versions().items() if one == base.hash), -1)
        self._way: dict[str, Any] = {}

    def _versions(self) -> dict[int, str]:
        return dict(self.store.db.execute("SELECT id, hash FROM definitions").fetchall())

    def chunk(self, groups: tuple[tuple[int, ...], ...]) -> Found:
        """Replay some groups, each twice."""
        found = Found([], {}, 0, Counter(), 0, set(), sum(map(len, groups)))
        for group in groups:
            self.group(group, found)
        found.unknown = self.control.unknown | self.edited.unknown
        return found

    def group(self, group: tuple[int, ...], found: Found) -> None:
        """Replay one group."""
        try:
            entries = history(self.store, group)
        except Broken as broken:
            found.unread[broken.deal] = broken.past.message
            found.skipped += sum(map(self.extent.reported, group)) - self.extent.reported(broken.deal)
            return
        control = Replay(self.store, self.control, entries, self.turns)
        control.run(self.extent.end)
        edited = Replay(self.store, self.edited, entries, self.turns)
        edited.run(self.extent.end)
        found.decided += control.events + edited.events
        found.anew.update(edited.anew)
        counts = inputs(entries)
        older = {entry.deal for entry in entries if entry.definition != self._base or entry.event.kind == "migrate"}
        older |= self._forgotten.intersection(group)
        for number, logged in recorded_tracks(entries):
            if not self.extent.reported(number):
                continue
            track = control.tracks.get(number)
            pipeline = track.pipeline if track is not None else logged.pipeline
            one = compare(number, self._called(pipeline), counts[number], control, edited, self._lines(pipeline))
            unlike = "" if track is None else logged.unlike(track)
            if control.refused.get(number) or track is None:
                unlike = "refused"
            found.results.append(replace(one, older=number in older, unlike=None if number in older else unlike))

    def _lines(self, pipeline: str) -> Any:
        """How names of the control go on in the edited definition; None where all are as they were."""
        if pipeline not in self._way:
            from voronka.engine.host.migrating import passage

            base, edited = self.control.programs, self.edited.programs
            lines = None
            if base.hash != edited.hash:
                lines = passage(self.store, base.hash, edited, old=base).way(pipeline)
            self._way[pipeline] = None if lines is None or (not lines.touched and lines.new is not None) else lines
        return self._way[pipeline]

    def _called(self, pipeline: str) -> str:
        lines = self._lines(pipeline)
        return pipeline if lines is None or lines.new is None else lines.new.name


def run(
    store: Store,
    base: Programs,
    edited: Programs,
    choice: Choice,
    *,
    jobs: int = 0,
    progress: Progress = lambda done, total: None,
    detail: Callable[[Result], None] = lambda result: None,
) -> Tally:
    """Replay what ``choice`` names under both definitions, and add up what differs.

    ``jobs``: how many processes, 0: as many as there are processors, if so many are worth it. ``detail`` is told of
    every deal, in order of groups. Reads only. Raises ValueError where the logs of people or switches are broken.
    """
    found = extent(store, choice)
    bundles = chunks(found.groups(), CHUNK)
    total = len(found.numbers)
    tally = Tally()
    done = 0
    with _workers(store, base, edited, found, jobs or _worth(total)) as results:
        for part in results(bundles):
            done += part.deals
            for one in part.results:
                tally.add(one)
                detail(one)
            tally.unread.update(part.unread)
            tally.skipped += part.skipped
            tally.anew.update(part.anew)
            tally.decided += part.decided
            tally.unknown |= part.unknown
            progress(done, total)
    return tally


def _worth(deals: int) -> int:
    return max(
        1,
        min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, deals // WORTH),
    )


Bundle = tuple[tuple[int, ...], ...]
Results = Callable[[Iterator[Bundle]], Iterator[Found]]


@contextmanager
def _workers(store: Store, base: Programs, edited: Programs, found: Extent, jobs: int) -> Iterator[Results]:
    """Somebody who replays bundles, and hands results back in order."""
    if jobs <= 1 or store.path == ":memory:":
        bench = Bench(store, base, edited, found)
        yield lambda bundles: map(bench.chunk, bundles)
        return
    world(store)  # broken logs are told here, not by a process that does not start
    given = (
        store.path,
        (base.definition, base.hash),
        (edited.definition, edited.hash),
        # the numbers stay here: a process is told which groups to take
        replace(found, numbers=found.numbers[:0], joined={}),
    )
    with multiprocessing.get_context("spawn").Pool(jobs, _begin, given) as pool:
        yield lambda bundles: pool.imap(_chunk, bundles)


_bench: list[Bench] = []  # of a process that was started for this


def _begin(path: str, base: tuple[Definition, str], edited: tuple[Definition, str], extent: Extent) -> None:
    opened = open_store(path, write=False)
    if isinstance(opened, StoreProblem):
        raise OSError(opened.message.en)
    made: list[Programs] = []
    made = []
    for definition, identity in (base, edited):
        programs = Programs(definition)
        programs.__dict__["hash"] = identity
        made.append(programs)
    _bench.append(Bench(opened, made[0], made[1], extent))


def _chunk(groups: tuple[tuple[int, ...], ...]) -> Found:
    return _bench[0].chunk(groups)
