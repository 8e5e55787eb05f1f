"""Deals replayed together in memory: their recorded inputs, a virtual clock, and the one ``decide`` by way of the host.

Inputs are what people did, what came from outside, and time. Timers, messages between deals and whatever rules do come
about anew. An answer is taken from the log where the question is the same; otherwise the recorded world of that
instant is asked (people, turns, bookings), or the deals of the replay themselves (linked cards, tunnels).
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from voronka.engine.backtest.facts import Track
from voronka.engine.backtest.record import Turn
from voronka.engine.backtest.side import Side
from voronka.engine.deal.changes import Change, apply
from voronka.engine.deal.protocol import Ask, Decision, Event, Unmet
from voronka.engine.deal.state import OPEN_STATES, Deal
from voronka.engine.host import limits, messages, typed
from voronka.engine.host.answers import Answers
from voronka.engine.host.commands import Done
from voronka.engine.host.outcome import Nothing, Post, Refusal, Undecidable
from voronka.engine.host.people import People
from voronka.engine.host.work import Work
from voronka.engine.plan.shadow import renamed
from voronka.engine.program.lineage import Lineage
from voronka.engine.store.codec import DEAL, FORMAT, PEOPLE, Chain, Row
from voronka.engine.store.derive import REST
from voronka.engine.store.read import Entry
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held

EVERY = 1_000_000_000  # no limit of receivers: there is no transaction to end
# what comes about by itself, or by other deals
_ANEW = frozenset({"timer", "migrate", "card", "item", "people"})
# what hosts and operators did about the recorded run; it happens, and does not count as an input
_ASIDE = frozenset({"incident", "resolve", "robot", "forget"})
_ABOUT = ("stage", "reason", "name", "task", "person")
_GROUP = frozenset({"card", "tunnel"})  # questions that deals of the replay answer
_NEAREST = frozenset({"turn", "idle", "free", "unique"})  # whose recorded answer counts at another instant, too
_OWN_INCIDENTS = ("tunnel:", REST.partition(":")[2])


class Refused(NamedTuple):
    """An input that was not taken. ``target``: the stage, reason, event, or path of the task that it was about."""

    entry: Entry
    target: str
    unmet: tuple[Unmet, ...]


class Ground:
    """What a replay's work knows instead of a host: deals in memory, people and switches as they were then."""

    def __init__(self, store: Store, side: Side) -> None:
        self.store = store
        self.side = side
        self.programs = side.programs
        self.decide = side.decide
        self.language = side.language
        self.passage = None
        self.render = None
        self.group = EVERY
        self.late_after = None
        self.rate = limits.Rate(limits.PER_HOUR)
        self.turn = -1  # the last turn of the world that has happened
        self._deals: dict[int, Held] = {}

    def held(self, number: int) -> Held | None:
        return self._deals.get(number)

    def hold(self, held: Held) -> None:
        self._deals[held.deal.id] = held

    @property
    def deals(self) -> dict[int, Held]:
        return self._deals

    @property
    def people(self) -> People:
        return self.side.people(self.turn)

    def off(self, pipeline: str) -> frozenset[str]:
        return self.side.off(self.turn, pipeline)


class Recalled(Answers):
    """Answers from the log, from the deals of the replay, or from the world as it was."""

    __slots__ = ()
    work: Replay

    def to(self, ask: Ask) -> Any:
        work = self.work
        if self.depth:
            return super().to(ask)
        if ask.kind in _GROUP and (ask.kind == "tunnel" or work.held(ask.args[0]) is not None):
            return super().to(ask)
        found = work.recorded(self.deal, ask, self.now)
        if found is not None:
            return found[0]
        if ask.kind in work.side.recall:
            work.anew[ask.kind] += 1
            return work.side.recall[ask.kind](work.side, work.host.people, ask.args, self.now, self.deal)
        return super().to(ask)


class Replay(Work):
    """Some deals under one definition. ``tracks`` is what became of them, ``refused`` what they did not take.

    ``anew``: questions that the log has no answer to, by kind; not those about people, which their log answers.
    ``home``: of a deal that only this replay has, the recorded one that it came from.
    """

    def __init__(self, store: Store, side: Side, entries: Sequence[Entry], turns: Sequence[Turn]) -> None:
        self.ground = Ground(store, side)
        self.host = self.ground  # type: ignore[assignment]
        self.side = side
        self.store = store
        self.db = store.db
        self.done = []
        self.posts = deque()
        self.left = False
        self.carrying = set()
        self.entries = entries
        self.turns = turns
        self.tracks: dict[int, Track] = {}
        self.refused: dict[int, list[Refused]] = defaultdict(list)
        self.troubles: Counter[tuple[int, str]] = Counter()
        self.anew: Counter[str] = Counter()
        self.home: dict[int, int] = {}
        self.events = 0  # decided
        self._clock = 0
        self._rows = 0
        self._imported = False
        self._entry: Entry | None = None  # the input that is being decided
        self._timers: list[tuple[int, int, str, int]] = []
        self._queue: deque[tuple[Row, int, dict[str, Any], int]] = deque()
        self._names: dict[int, str] = {}  # deal -> pipeline as the log called it
        self._tasks: dict[int, Track] = {}  # deal -> its tasks as the log numbers them
        self._answers: dict[int, dict[str, list[tuple[int, int, Any]]]] = {}
        self._children: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
        self._remember()

    def _remember(self) -> None:
        """Recorded answers by question, and recorded deals by the tunnels they came from."""
        for entry in self.entries:
            if entry.event.answers:
                known = self._answers.setdefault(entry.deal, {})
                for key, answer in entry.event.answers.items():
                    known.setdefault(key, []).append((entry.event.at, entry.row, answer))
            if entry.event.kind == "create" and isinstance(sender := entry.event.data.get("sender"), int):
                pipeline = next((change[1] for change in entry.changes if change[0] == "new"), "")
                self._children[sender].append((entry.deal, pipeline, entry.definition))

    # --- running

    def run(self, end: int) -> None:
        """All inputs in the order of the log, then time until ``end``, ms."""
        place = 0
        for entry in self.entries:
            while place < len(self.turns) and self.turns[place].row < entry.row:
                self._turn(place)
                place += 1
            self._clock = max(self._clock, entry.event.at)
            self._imported = entry.event.imported
            self._until(self._clock)
            self._input(entry)
        while place < len(self.turns) and self.turns[place].at <= end:
            self._turn(place)
            place += 1
        self._until(max(end, self._clock))

    def _turn(self, place: int) -> None:
        """Somebody is away, back, gone; a robot is switched: after what was due before."""
        turn = self.turns[place]
        if self.ground.deals:
            self._clock = max(self._clock, turn.at)
            # an absence that ends by itself ends before anything else of its instant
            self._until(self._clock if turn.by_hand else self._clock - 1)
        self.ground.turn = place
        if turn.kind == PEOPLE and self.ground.deals:
            for part, message in enumerate(turn.messages):
                self._queue.append((self._row(0, 0, turn.at, turn.actor, False, PEOPLE), part, message, 1))
            self.deliver(EVERY)

    def _until(self, to: int) -> None:
        timers = self._timers
        while timers and timers[0][0] <= to:
            due, number, key, gen = heapq.heappop(timers)
            held = self.ground.held(number)
            timer = held.deal.timers.get(key) if held is not None else None
            if held is None or timer is None or timer[0] != due or timer[1] != gen or REST in held.deal.flags:
                continue
            self.events += 1
            self.fire(due, number, key, gen, due, self._imported)
            self.deliver(EVERY)

    @property
    def now(self) -> int:
        return self._clock

    # --- inputs

    def _input(self, entry: Entry) -> None:
        event, number = entry.event, entry.deal
        kind = event.kind
        log = self._tasks.setdefault(number, Track())
        if kind == "create":
            self._names[number] = next((change[1] for change in entry.changes if change[0] == "new"), "")
        if kind not in _ANEW and not (kind == "create" and event.data.get("sender")):
            lines = self.side.lines(entry.definition, self._names.get(number, ""))
            self._feed(entry, lines, log)
        for change in entry.changes:
            if change[0] == "task":
                log.take(event, (change,))
            elif change[0] == "called":
                self._names[number] = change[1]

    def _feed(self, entry: Entry, lines: Lineage | None, log: Track) -> None:
        event, number = entry.event, entry.deal
        if event.kind == "incident" and str(event.data.get("key", "")).startswith(_OWN_INCIDENTS):
            return
        name = self._names.get(number, "") if lines is None else lines.new.name if lines.new is not None else ""
        held = self.ground.held(number)
        aside = event.kind in _ASIDE
        if event.kind != "create" and held is None:
            if not aside:
                self._no(entry, "", (Unmet("absent", str(number)),))
            return
        data = dict(event.data) if lines is None else renamed(dict(event.data), lines)
        target = next((data[key] for key in _ABOUT if isinstance(data.get(key), str)), "")
        if event.kind in ("done", "reschedule") and isinstance(data.get("task"), int):
            path = log.known.get(data["task"], ("", 0))[0]
            target = path if lines is None else lines.paths.get(path, path)
            data["task"] = self._task(number, log.known.get(data["task"]), lines)
        program = self.program(held.deal.pipeline if held is not None else name)
        if lines is not None and lines.touched and data.get("fields") and program is not None and not aside:
            data["fields"], unmet = typed.fields(program, self.ground.language, data["fields"], self.pipeline_of)
            if unmet:
                self._no(entry, target, tuple(unmet))
                return
        again = Event(event.kind, data, event.at, event.actor, {}, event.recorded_at, event.imported)
        self._entry = entry
        self.events += 1
        try:
            outcome = self.event(number, name, again, entry.key)
        except Undecidable as error:
            outcome = Refusal((Unmet("undecidable", event.kind, args={"why": str(error)}),))
        finally:
            self._entry = None
        if isinstance(outcome, Refusal) and not aside:
            self._no(entry, target, outcome.unmet)
        elif isinstance(outcome, Nothing) and not outcome.consumed:
            self._no(entry, target, (Unmet("unheard", str(event.data.get("name", ""))),))
        self.deliver(EVERY)

    def _no(self, entry: Entry, target: str, unmet: tuple[Unmet, ...]) -> None:
        self.refused[entry.deal].append(Refused(entry, target, unmet))

    def _task(self, number: int, which: tuple[str, int] | None, lines: Lineage | None) -> int | str:
        """The task that a recorded answer is for: of the same declaration, the same one in turn if it is open."""
        held = self.ground.held(number)
        if which is None or held is None:
            return 0
        path, nth = which
        if lines is not None:
            path = lines.paths.get(path, path)
        track = self.tracks[number]
        same = [one for one, known in track.known.items() if known[0] == path]
        opened = [one for one in same if held.deal.tasks[one].status in OPEN_STATES]
        exact = [one for one in same if track.known[one][1] == nth]
        if exact and (exact[0] in opened or not opened):
            return exact[0]
        return opened[-1] if opened else path.rpartition("/")[2]

    # --- what a host does

    def answering(self, number: int, now: int) -> Answers:
        return Recalled(self, number, now)

    def recorded(self, number: int, ask: Ask, at: int) -> tuple[Any] | None:
        """The log's answer to a question of a deal."""
        entry = self._entry
        if entry is not None and entry.deal == number and ask.key in entry.event.answers:
            return (entry.event.answers[ask.key],)
        known = self._answers.get(number, {}).get(ask.key)
        if not known:
            return None
        for when, _, answer in known:
            if when == at:
                return (answer,)
        if ask.kind not in _NEAREST:
            return None
        before = [answer for when, _, answer in known if when < at]
        return (before[-1] if before else known[0][2],)

    def number_for(self, sender: int, pipeline: str) -> int:
        home = self.home.get(sender, sender)
        for number, name, definition in self._children[sender]:
            lines = self.side.lines(definition, name)
            called = name if lines is None else lines.new.name if lines.new is not None else ""
            if called == pipeline and self.ground.held(number) is None:
                return number
        number = self.store.counters.deal + 1 + len(self.home)
        self.home[number] = home
        return number

    def linking(self, target: int, after: int, most: int) -> list[tuple[int, list[str]]]:
        found = []
        for number in sorted(self.ground.deals):
            deal = self.ground.deals[number].deal
            program = self.program(deal.pipeline) if number > after else None
            fields = sorted(name for name in program.link_fields if deal.f.get(name) == target) if program else []
            if fields:
                found.append((number, fields))
        return found[:most]

    def in_hand(self, person: str, after: int, most: int) -> list[int]:
        def concerns(deal: Deal) -> bool:
            if deal.closed is None and deal.owner == person:
                return True
            return any(
                task.lent == person or (task.assignee == person and task.status in OPEN_STATES)
                for task in deal.tasks.values()
            )

        return sorted(n for n, held in self.ground.deals.items() if n > after and concerns(held.deal))[:most]

    def incident(self, kind: str, deal: int | None, about: dict[str, Any], at: int, cause: int = 0) -> int:
        self.troubles[deal or 0, kind] += 1
        return 0

    def _happened(
        self,
        held: Held | None,
        decision: Decision,
        event: Event,
        data: dict[str, Any],
        answers: Answers,
        key: str | None = None,
        cause: int = 0,
        depth: int = 0,
    ) -> Done:
        new = decision.deal
        assert new is not None
        if held is not None and new is held.deal:
            new = new.copy()
        new.version += 1
        new.now = max(new.now, event.at)
        new.definition = self.ground.programs.hash
        number = new.id
        self.ground.hold(Held(new, 0, {}))
        if limits.automatic(event.kind, Chain(cause)) and not event.imported:
            self.ground.rate.add(self, number, event.at)
        self._noticed(new, event, decision.changes, depth)
        return Done(0, number, new.pipeline, new.version, event, decision.changes, cause, {})

    def _noticed(self, deal: Deal, event: Event, changes: Sequence[Change], depth: int) -> None:
        self.tracks.setdefault(deal.id, Track()).take(event, changes)
        row: Row | None = None
        for part, change in enumerate(changes):
            if change[0] == "timer":
                heapq.heappush(self._timers, (change[2], deal.id, change[1], change[3]))
            elif change[0] == "message":
                row = row or self._row(deal.id, deal.version, event.at, event.actor, event.imported, DEAL)
                self._queue.append((row, part, change[1], depth + 1))
            elif change[0] == "flag" and change[1] == REST and change[2] is None:
                for name, (due, gen, _) in deal.timers.items():
                    heapq.heappush(self._timers, (due, deal.id, name, gen))

    def _row(self, entity: int, version: int, at: int, actor: str, imported: bool, kind: int) -> Row:
        """A row that nobody writes: what messages say of their sender."""
        self._rows += 1
        event = '{"imported":true}' if imported else "{}"
        return Row(self._rows, 0, kind, entity, version, 0, at, at, actor, 0, "", event, "", FORMAT)

    def deliver(self, most: int) -> None:
        while self._queue:
            row, part, message, depth = self._queue.popleft()
            if depth > messages.DEEPEST:
                self.incident("loop", row.entity, {"message": message["kind"]}, row.at)
                continue
            messages.hand_over(self, Post(row.id, part, depth), row, message, EVERY)

    def _stop(self, number: int, key: str, event: Event, trouble: dict[str, Any]) -> None:
        held = self.ground.held(number)
        if held is None:
            return
        self.incident("timer", number, trouble, event.at)
        new = held.deal.copy()
        for change in (("timer-", key), ("flag", "incident:timer", {"at": event.at, **trouble})):
            apply(new, change)
        new.version += 1
        self.ground.hold(Held(new, 0, {}))


def recorded_tracks(entries: Sequence[Entry]) -> Iterator[tuple[int, Track]]:
    """What the log itself says of each deal."""
    tracks: dict[int, Track] = {}
    for entry in entries:
        tracks.setdefault(entry.deal, Track()).take(entry.event, entry.changes)
    yield from tracks.items()


def inputs(entries: Sequence[Entry]) -> Counter[int]:
    """How many inputs each deal had."""
    return Counter(
        entry.deal
        for entry in entries
        if entry.event.kind not in _ANEW | _ASIDE
        and not (entry.event.kind == "create" and entry.event.data.get("sender"))
    )
