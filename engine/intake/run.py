"""Rows happen: in order of their dates, through the one door, each at its own instant; effects are suppressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Unmet
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.host import Host
from voronka.engine.intake.mapping import MAIN
from voronka.engine.intake.plan import Act, Deed, Plan
from voronka.engine.store import read
from voronka.engine.store.codec import DEAL
from voronka.engine.store.store import Store

GROUP = 200  # commands in one transaction
PREFIX = "csv:"


@dataclass(slots=True)
class Blocked:
    """Rows that were kept back for the same reasons: how many, and the reasons with the values of the first of them."""

    unmet: tuple[Unmet, ...]
    count: int = 0


@dataclass(slots=True)
class Tally:
    """What became of a table's rows. ``counts``: created updated duplicate won lost done blocked closed failed.

    ``blocked`` are those that gates kept back, by their reasons; ``closed`` the reasons for which deals were lost
    before (None: they were won before). Each row counts once.
    """

    counts: Counter[str] = field(default_factory=Counter)
    blocked: dict[str, Blocked] = field(default_factory=dict)
    closed: Counter[str | None] = field(default_factory=Counter)
    failed: Counter[Both] = field(default_factory=Counter)


@dataclass(slots=True)
class Outcome:
    """The whole import. ``events`` is how many rows the log has grown by, time's own included; ``suppressed`` how many
    effects stayed in the outbox."""

    tallies: dict[str, Tally]
    events: int = 0
    suppressed: int = 0
    until: int = 0


def imported_before(store: Store) -> bool:
    """Whether deals of this store came from a table."""
    sql = "SELECT 1 FROM keys WHERE key >= ? AND key < ? LIMIT 1"
    return store.db.execute(sql, (PREFIX, PREFIX[:-1] + chr(ord(PREFIX[-1]) + 1))).fetchone() is not None


def row_key(pipeline: str, key: str, *rest: Any) -> str:
    """The key that makes what a row does idempotent."""
    return PREFIX + canonical([pipeline, key, *rest])


def known_deal(store: Store, pipeline: str, key: str) -> int | None:
    """The deal that an earlier import made of the row with this key."""
    found = _entry(store, row_key(pipeline, key))
    return None if found is None else found.deal


def began(store: Store, pipeline: str, key: str) -> int | None:
    """When that deal began."""
    found = _entry(store, row_key(pipeline, key))
    return None if found is None else found.event.at


def _entry(store: Store, key: str) -> read.Entry | None:
    row = store.db.execute("SELECT row FROM keys WHERE key = ?", (key,)).fetchone()
    found = read.row(store, row[0]) if row is not None else None
    if found is None or found.kind != DEAL:
        return None
    return read.entry(found, read.personal_of(store, found.entity))


def carry_out(
    host: Host, plan: Plan, until: int, actor: str, progress: Callable[[int], None] = lambda done: None
) -> Outcome:
    """Let every row happen and time pass until ``until``. ``progress`` is told how many rows are done.

    Raises StoreFailed where the store cannot be written; what was committed before stays, and importing again goes on
    from there.
    """
    return _Run(host, plan, actor, progress).run(until)


class _Run:
    def __init__(self, host: Host, plan: Plan, actor: str, progress: Callable[[int], None]) -> None:
        self.host, self.plan, self.actor, self.progress = host, plan, actor, progress
        self.pipeline = plan.program.pipeline.name
        self.outcome = Outcome({name: Tally() for name in plan.files})
        self.deals: dict[str, int] = {}
        self.refused: set[str] = set()
        self.waiting: list[tuple[Deed, list[Command]]] = []
        self.creating: set[str] = set()  # keys of the deals that wait in this group

    def run(self, until: int) -> Outcome:
        store = self.host.store
        first, suppressed = store.counters.row, self._suppressed()
        for done, deed in enumerate(self.plan.deeds):
            if self._must_flush(deed):
                self._flush()
                self.progress(done)
            commands = self._commands(deed)
            if commands:
                self.waiting.append((deed, commands))
                if deed.table == MAIN:
                    self.creating.add(deed.key)
        self._flush()
        self.progress(len(self.plan.deeds))
        self.host.advance(until, imported=True)
        self.outcome.events = store.counters.row - first
        self.outcome.suppressed = self._suppressed() - suppressed
        self.outcome.until = until
        return self.outcome

    def _suppressed(self) -> int:
        sql = "SELECT count(*) FROM outbox WHERE status = 'suppressed'"
        return int(self.host.store.db.execute(sql).fetchone()[0])

    def _must_flush(self, deed: Deed) -> bool:
        """One group holds what happens at one instant or within a day; a deal must be there before its later rows."""
        if not self.waiting:
            return False
        many = sum(len(commands) for _, commands in self.waiting) >= GROUP
        return many or deed.at - self.waiting[0][0].at > 86_400_000 or deed.key in self.creating

    # --- what is asked

    def _commands(self, deed: Deed) -> list[Command]:
        if deed.table == MAIN:
            return self._create(deed)
        number = self._deal(deed.key)
        tally = self.outcome.tallies[deed.table]
        if number is None:
            # the deal's own row was kept back, in this import or in an earlier one
            self._block(tally, (Unmet("unknown", deed.key, args={"what": "deal", "known": []}),))
            return []
        return [
            self._command(act, number, deed, row_key(self.pipeline, deed.key, deed.table, deed.at, act.place), bool(n))
            for n, act in enumerate(deed.acts)
        ]

    def _deal(self, key: str) -> int | None:
        if key not in self.deals and key not in self.refused:
            found = known_deal(self.host.store, self.pipeline, key)
            if found is not None:
                self.deals[key] = found
        return self.deals.get(key)

    def _command(self, act: Act, number: int | None, deed: Deed, key: str, follows: bool) -> Command:
        pipeline = self.pipeline if number is None else None
        return Command(act.kind, dict(act.data), number, pipeline, deed.at, self.actor, key, True, follows)

    def _create(self, deed: Deed) -> list[Command]:
        """A new deal, or what its row has come to say since it was last imported."""
        act, store = deed.acts[0], self.host.store
        key = row_key(self.pipeline, deed.key)
        entry = _entry(store, key)
        if entry is None:
            return [self._command(act, None, deed, key, False)]
        self.deals[deed.key] = entry.deal
        number = 0
        given = dict(entry.event.data.get("fields", {}))
        while (entry := _entry(store, row_key(self.pipeline, deed.key, number + 1))) is not None:
            number += 1
            given |= entry.event.data.get("fields", {})
        wanted = act.data["fields"]
        changed = {name: wanted.get(name) for name in {**given, **wanted} if given.get(name) != wanted.get(name)}
        if not changed:
            self.outcome.tallies[MAIN].counts["duplicate"] += 1
            return []
        again = row_key(self.pipeline, deed.key, number + 1)
        return [self._command(Act("set", {"fields": changed}), self.deals[deed.key], deed, again, False)]

    # --- what became of it

    def _flush(self) -> None:
        replies = iter(self.host.submit_many([command for _, commands in self.waiting for command in commands]))
        for deed, commands in self.waiting:
            self._settle(deed, commands, [next(replies) for _ in commands])
        self.waiting, self.creating = [], set()

    def _settle(self, deed: Deed, commands: Sequence[Command], replies: Sequence[Reply]) -> None:
        tally = self.outcome.tallies[deed.table]
        failed = next((reply for reply in replies if reply.status not in ("done", "duplicate", "kept")), None)
        if failed is not None:
            if deed.table == MAIN and commands[0].kind == "create":
                self.refused.add(deed.key)
            self._fail(tally, deed, commands[0].deal, failed)
            return
        if deed.table == MAIN:
            number = replies[0].deal
            if number is not None:
                self.deals[deed.key] = number
            tally.counts["created" if commands[0].kind == "create" else "updated"] += 1
            return
        if all(reply.status == "duplicate" for reply in replies):
            tally.counts["duplicate"] += 1
            return
        tally.counts[_ending(commands[0].deal, replies)] += 1

    def _fail(self, tally: Tally, deed: Deed, number: int | None, failed: Reply) -> None:
        deal = self.host.deal(number) if number is not None else None
        if failed.status == "error" or not failed.unmet:
            tally.counts["failed"] += 1
            tally.failed[failed.message or Both(failed.status, failed.status)] += 1
        elif deal is not None and deal.closed is not None and _too_late(deal.closed, deed, failed):
            tally.counts["closed"] += 1
            tally.closed[deal.reason] += 1
        else:
            self._block(tally, failed.unmet)

    def _block(self, tally: Tally, unmet: tuple[Unmet, ...]) -> None:
        tally.counts["blocked"] += 1
        # whose deal it was makes no other reason
        names = [[one.kind, "" if one.kind == "unknown" else one.name, str(one.loc)] for one in unmet]
        tally.blocked.setdefault(canonical(sorted(names)), Blocked(unmet)).count += 1


def _too_late(closed: int, deed: Deed, failed: Reply) -> bool:
    """Whether the row was refused because its deal had been closed: by its date, or since, where it comes again."""
    return closed <= deed.at or any(unmet.kind == "state" for unmet in failed.unmet)


def _ending(number: int | None, replies: Sequence[Reply]) -> str:
    """How the row left its deal: won, lost, or still open (done)."""
    for change in _changes(number, replies):
        if change[0] == "close":
            return "won" if change[2] is None else "lost"
    return "done"


def _changes(number: int | None, replies: Sequence[Reply]) -> Iterator[tuple[Any, ...]]:
    """The deal's changes, the last first."""
    for reply in reversed(replies):
        for done in reversed(reply.done):
            if done.deal == number:
                yield from reversed(done.changes)
