"""The host: takes commands one by one or in groups, fires what is due, and commits before it answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from voronka.engine.deal.protocol import Asks, Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide import decide as real_decide
from voronka.engine.host import definitions, limits, migrating, people, robots, versions
from voronka.engine.host.commands import Command, Done, Reply
from voronka.engine.host.migrating import Passage
from voronka.engine.host.people import People
from voronka.engine.host.work import Work
from voronka.engine.program.build import Program, Programs
from voronka.engine.store import read
from voronka.engine.store.codec import PEOPLE
from voronka.engine.store.definitions import adopt
from voronka.engine.store.problems import StoreFailed
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held, Text, Writer

Decide: TypeAlias = Callable[[Program, "Deal | None", Event], "Decision | Asks"]
Render: TypeAlias = Callable[[Deal, "dict[str, Any]", int], Text]  # (deal, intent, now) -> its text
AT_ONCE = 2_000  # deals that follow to a new definition in the transaction that puts it in force
HAPPENED = ("done", "duplicate", "kept")


class Host:
    """The only way to change a store. One thread at a time may use it.

    ``clock``: now, ms since the epoch; a virtual one makes a dry run. ``render`` makes the texts of effects.
    ``cache``: how many deals are kept in memory. ``group``: how many events by messages, or timers, one transaction
    holds. ``late_after``: a timer later than so many ms counts for the instant it is fired at, not for its own, so that
    after a long stop what recurs runs once and not in a burst; None (virtual clocks): never. ``per_hour``: how many
    events of one deal timers and messages may bring about within an hour; then it rests.

    Raises StoreFailed when the store cannot take over the definition.
    """

    def __init__(
        self,
        store: Store,
        programs: Programs,
        clock: Callable[[], int],
        *,
        decide: Decide = real_decide,
        render: Render | None = None,
        cache: int = 10_000,
        group: int = 200,
        late_after: int | None = None,
        per_hour: int = limits.PER_HOUR,
    ) -> None:
        self.store = store
        self.programs = programs
        self.clock = clock
        self.decide = decide
        self.render = render
        self.group = group
        self.late_after = late_after
        self.rate = limits.Rate(per_hour)
        self.language = programs.definition.languages[0] if programs.definition.languages else "en"
        self._cache: OrderedDict[int, Held] = OrderedDict()
        self._most = cache
        self._people: People | None = None
        self._off: dict[str, frozenset[str]] | None = None
        self.passage: Passage | None = None  # while deals come under another definition
        self._begin()
        self._drain()

    # --- the definition in force

    def _begin(self) -> None:
        before = versions.in_force(self.store)
        if before != self.programs.hash:
            self.adopt(self.programs)
        else:
            self.passage = migrating.under_way(self.store, self.programs)

    def adopt(self, programs: Programs, back: tuple[str, ...] | None = None, at_once: int = AT_ONCE) -> list[Done]:
        """Put a definition in force; deals follow by events of their own, up to ``at_once`` in this transaction.

        The others follow when they are next looked at, or by :meth:`carry_on`; all do at once where they could not be
        found meanwhile. ``back``: where this goes back to an earlier version, those that came after it, oldest first.
        It is not asked what becomes of the deals: whoever calls has seen the plan. Returns what was written. Raises
        StoreFailed, and then the definition before stays in force.
        """
        while self.carry_on():
            pass
        before, kept = versions.in_force(self.store), self.programs
        if before == programs.hash:
            self.programs = programs
            return []
        now = self.clock()
        definition = programs.definition
        facets, titles = definitions.facets_of(definition), definitions.titles_of(definition)
        try:
            way = migrating.passage(self.store, before, programs, back, old=kept) if before else None
            with self._writing(now) as writer:
                adopt(writer, programs.hash, definitions.package(programs), facets, titles, now)
                versions.leave(self.store, before, back)
                self._take(programs, way)
                work = Work(self, writer)
                if way is not None:
                    robots.carry(writer, way, now)
                    self.forget_switches()
                if way is not None:
                    most = None if migrating.at_once(way) else at_once
                    migrating.remember(self.store, way)
                    if not migrating.onward(work, way, most):
                        self.passage = None
                work.deliver(self.group)
        except BaseException:
            self._take(kept, None)
            raise
        self._told(work, None)
        return work.done

    def carry_on(self, most: int | None = None) -> bool:
        """Have some more deals follow to the definition in force; False when all have. Raises StoreFailed."""
        if self.passage is None:
            return False
        try:
            with self._writing(self.clock()) as writer:
                work = Work(self, writer)
                more = migrating.onward(work, self.passage, self.group if most is None else most)
                work.deliver(self.group)
        except BaseException:
            self.drop()
            raise
        if not more:
            self.passage = None
        self._told(work, None)
        return more

    def _take(self, programs: Programs, way: Passage | None) -> None:
        self.programs = programs
        self.passage = way
        self.language = programs.definition.languages[0] if programs.definition.languages else "en"
        self.drop()

    # --- commands

    def submit(self, command: Command) -> Reply:
        """Do one command; what is due before it comes first. Answered means committed."""
        return self.submit_many((command,))[0]

    def submit_many(self, commands: Sequence[Command], behind: bool = False) -> list[Reply]:
        """Do commands in one transaction: later ones see earlier ones, a refused one fails alone.

        If the transaction cannot be written, none of them happened and all replies say so; only a command with messages
        for more deals than ``group`` ends its transaction early. ``behind``: more is due than anybody should wait for,
        so only what is due for the deals that the commands name comes first.
        """
        if not commands:
            return []
        now = self.clock()
        # what was due while a robot was off, or a deal at rest, has its turn before that changes
        behind = behind and not any(command.kind in ("robot", "incident") for command in commands)
        replies: list[Reply] = []  # of what is committed
        try:
            if not behind:
                self._catch_up(min(now, _instant(commands[0], now)), commands[0].imported)
            while len(replies) < len(commands):
                replies += self._transaction(commands[len(replies) :], replies, now, behind)
                self._evict()
                if not behind:
                    self._drain()
        except StoreFailed as failed:
            self.drop()
            failures = len(commands) - len(replies)
            return [*replies, *(Reply("error", message=failed.problem.message) for _ in range(failures))]
        except BaseException:
            self.drop()
            raise
        return replies

    def _transaction(self, commands: Sequence[Command], before: Sequence[Reply], now: int, behind: bool) -> list[Reply]:
        """Commands until none is left, or until one has messages for more deals than a transaction holds.

        Those are delivered before the next command, so that it does not matter how commands are grouped.
        """
        replies: list[Reply] = []
        with self._writing(now) as writer:
            work = Work(self, writer)
            for command in commands:
                last = replies[-1] if replies else before[-1] if before else None
                if command.follows and last is not None and last.status not in HAPPENED:
                    replies.append(Reply("skipped", command.deal))
                    continue
                until = min(now, _instant(command, now))
                if behind:
                    work.fire_of(command.deal, until, command.imported)
                while not behind and work.fire_due(until, self.group, command.imported):
                    pass
                replies.append(work.command(command, now))
                if work.left and not behind:
                    break
        return replies

    # --- time

    def next_due(self) -> int | None:
        """When the next timer is due, or None."""
        row = self.store.db.execute("SELECT due FROM timers ORDER BY due, deal, key LIMIT 1").fetchone()
        return None if row is None else int(row[0])

    def advance(self, to: int, on_step: Callable[[Done], None] | None = None, imported: bool = False) -> int:
        """Fire everything due up to an instant, in order; returns how many events that made.

        ``on_step`` is told of each one after its commit. Raises StoreFailed when the store cannot be written.
        """
        try:
            return self._catch_up(to, imported, on_step)
        except BaseException:
            self.drop()
            raise

    def step(self, to: int, on_step: Callable[[Done], None] | None = None) -> bool:
        """One transaction of what waits: messages left over, else timers due up to an instant; False where nothing did.

        Whoever has more to do than this comes back in between. Raises StoreFailed as :meth:`advance`.
        """
        try:
            if self._drain_some(on_step) is not None:
                return True
            if (due := self.next_due()) is None or due > to:
                waiting = self.passage is not None
                self.carry_on()
                return waiting
            with self._writing(max(self.clock(), due)) as writer:
                work = Work(self, writer)
                work.fire_due(to, self.group)
            self._told(work, on_step)
        except BaseException:
            self.drop()
            raise
        return True

    def due(self, to: int, most: int) -> int:
        """How many timers are due up to an instant, counted no further than ``most``."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM timers WHERE due <= ? LIMIT ?)"
        return int(self.store.db.execute(sql, (to, most)).fetchone()[0])

    def _catch_up(self, to: int, imported: bool, on_step: Callable[[Done], None] | None = None) -> int:
        made = 0
        while (due := self.next_due()) is not None and due <= to:
            with self._writing(max(self.clock(), due)) as writer:
                work = Work(self, writer)
                work.fire_due(to, self.group, imported)
            made += self._told(work, on_step) + self._drain(on_step)
        return made

    def _drain(self, on_step: Callable[[Done], None] | None = None) -> int:
        """Deliver what earlier transactions left in the inbox: too many receivers for one, or a crash between."""
        made = 0
        while (work := self._drain_some(on_step)) is not None:
            made += len(work.done)
        return made

    def _drain_some(self, on_step: Callable[[Done], None] | None) -> Work | None:
        if self.store.db.execute("SELECT 1 FROM inbox LIMIT 1").fetchone() is None:
            return None
        with self._writing(self.clock()) as writer:
            work = Work(self, writer)
            work.collect(self.group)
            work.deliver(self.group)
        self._told(work, on_step)
        return work

    def _told(self, work: Work, on_step: Callable[[Done], None] | None) -> int:
        self._evict()
        if on_step is not None:
            for done in work.done:
                on_step(done)
        return len(work.done)

    # --- what is kept in memory

    def _writing(self, now: int) -> Writer:
        return Writer(self.store, now)

    def held(self, number: int) -> Held | None:
        """A deal as its writer needs it."""
        found = self._cache.get(number)
        if found is not None:
            self._cache.move_to_end(number)
            return found
        found = read.held(self.store, number)
        if found is not None:
            pipeline = self.programs.definition.pipelines.get(found.deal.pipeline)
            for name in pipeline.fields if pipeline is not None else ():
                found.deal.f.setdefault(name, None)
            self._cache[number] = found
        return found

    def hold(self, held: Held) -> None:
        """Remember a deal's new state; the cache shrinks only between transactions, whose states it alone has."""
        self._cache[held.deal.id] = held
        self._cache.move_to_end(held.deal.id)

    def _evict(self) -> None:
        while len(self._cache) > self._most:
            self._cache.popitem(last=False)

    def drop(self) -> None:
        """Forget everything cached; the store is read anew."""
        self._cache.clear()
        self._people = None
        self._off = None
        self.rate.forget()
        if self.passage is not None:
            self.passage.seen.clear()

    def deal(self, number: int) -> Deal | None:
        """A deal's state; not to be altered."""
        held = self.held(number)
        return None if held is None else held.deal

    @property
    def people(self) -> People:
        """Who there is, as of now."""
        if self._people is None:
            self._people = People(self.programs.definition, self.store.entity(PEOPLE, people.ENTITY).state)
        return self._people

    def forget_people(self) -> None:
        """Somebody came, went or is back."""
        self._people = None

    def off(self, pipeline: str) -> frozenset[str]:
        """Paths of the pipeline's robots that are switched off."""
        if self._off is None:
            self._off = {name: frozenset(paths) for name, paths in robots.switched_off(self.store).items()}
        return self._off.get(pipeline, robots.NONE)

    def forget_switches(self) -> None:
        """Somebody switched a robot on or off."""
        self._off = None

    def supervisor(self, pipeline: str, person: str) -> str | None:
        """Whom a person reports to now (Meaning 13)."""
        return self.people.supervisor(pipeline, person, self.clock())


def _instant(command: Command, now: int) -> int:
    return now if command.at is None else command.at
