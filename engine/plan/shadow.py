"""A shadow: an edited definition decides every event once more beside the live one, and the differences are told.

It writes nothing and sends nothing. A deal has a shadow from its first event on: its state before that event, migrated
as `plan` would migrate it. From then on the shadow has timers of its own, and both are compared whenever neither has
anything left to do for the instant that was reached.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from voronka.engine.deal.changes import Change, decode_deep, encode_deep, fold
from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide import decide
from voronka.engine.host.answers import Answers
from voronka.engine.host.commands import Done
from voronka.engine.host.migrating import Passage, carry, passage
from voronka.engine.host.outcome import Undecidable
from voronka.engine.host.work import SHORT
from voronka.engine.plan.consequences import TrialHost, TrialWork
from voronka.engine.program.build import Programs
from voronka.engine.program.lineage import Lineage
from voronka.engine.store import read
from voronka.engine.store.codec import decode_changes, payload
from voronka.engine.store.seal import MARK, unseal
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held

DEALS = 2_000  # shadows that are kept; the one longest untouched goes first
KEPT = 50  # differences that are kept to be shown
FIRINGS = 200  # timers of a shadow that one event may find due
# what hosts do of themselves, or what only the live deal has
_OWN = frozenset({"migrate", "incident", "resolve", "robot", "timer"})
Fact = tuple[str, ...]  # move STAGE · close REASON · task PATH DUE · effect CHANNEL PATH · deal PIPELINE · blocked NAME


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that only one of the two did. ``at``: the instant that was reached, ms; ``side``: live or shadow."""

    deal: int
    pipeline: str
    at: int
    side: str
    fact: Fact

    def data(self) -> dict[str, Any]:
        """As JSON data; no values of deals are in it."""
        what, *about = self.fact
        return {
            "deal": self.deal,
            "pipeline": self.pipeline,
            "at": self.at,
            "only": self.side,
            "what": what,
            "about": about,
        }


@dataclass(slots=True)
class Pair:
    """A deal and its shadow: states, and what each did that the other has not done yet."""

    live: Deal
    shadow: Deal
    facts: Counter[Fact] = field(default_factory=Counter)  # positive: live alone, negative: shadow alone
    told: Counter[Fact] = field(default_factory=Counter)


class Shadow:
    """Compares what ``live`` did with what ``edited`` would have done. One thread at a time may use it."""

    def __init__(self, live: Programs, edited: Programs) -> None:
        self.live = live
        self.edited = edited
        self.events = 0
        self.missed = 0  # events that were not compared: there were too many at a time
        self.count = 0
        self.kinds: Counter[tuple[str, str]] = Counter()  # (side, what) -> how many
        self.last: deque[Difference] = deque(maxlen=KEPT)
        self._pairs: OrderedDict[int, Pair] = OrderedDict()
        self._way: Passage | None = None

    def miss(self, events: int) -> None:
        """Events went by unseen: what is known of their deals is worth nothing any more."""
        self.missed += events
        self._pairs.clear()

    def follow(self, live: Programs) -> None:
        """Another definition is live: begin anew."""
        self.live = live
        self._pairs.clear()
        self._way = None

    def data(self) -> dict[str, Any]:
        """What was found so far, as JSON data."""
        return {
            "definition": self.edited.hash,
            "events": self.events,
            "missed": self.missed,
            "deals": len(self._pairs),
            "count": self.count,
            "kinds": [{"only": side, "what": what, "count": n} for (side, what), n in sorted(self.kinds.items())],
            "last": [one.data() for one in self.last],
        }

    # --- comparing

    def see(self, store: Store, done: Iterable[Done], now: int) -> list[Difference]:
        """Decide these events under the edited definition; returns what is newly known to differ. Reads only."""
        if self._way is None:
            self._way = passage(store, self.live.hash, self.edited, old=self.live)
        trial = TrialWork(TrialHost(store, self._way), now)
        found: list[Difference] = []
        for one in done:
            self.events += 1
            pair = self._pairs.get(one.deal)
            if pair is None:
                pair = self._begin(store, trial, one)
                if pair is None:
                    continue
            self._pairs.move_to_end(one.deal)
            found += self._event(trial, pair, one)
        while len(self._pairs) > DEALS:
            self._pairs.popitem(last=False)
        return found

    def wait(self, store: Store, now: int) -> list[Difference]:
        """Time passes: what shadows alone have to do by now."""
        due = [pair for pair in self._pairs.values() if min(_due(pair.shadow), default=now + 1) <= now]
        if not due or self._way is None:
            return []
        trial = TrialWork(TrialHost(store, self._way), now)
        return [one for pair in due for one in (*self._fire(trial, pair, now), *self._compare(pair, now))]

    def _begin(self, store: Store, trial: TrialWork, one: Done) -> Pair | None:
        """A deal and its shadow as they were before an event; an empty pair where the event made the deal."""
        assert self._way is not None
        row = read.row(store, one.row)
        if row is None:
            return None
        before = Deal(one.deal, one.pipeline)
        if row.prev:
            values = read.personal_of(store, one.deal)
            for old in read.chain(store, row.prev):
                changes = payload(old)[1]
                if MARK in old.changes:
                    changes = unseal(changes, values)
                fold(before, decode_changes(changes), old.at, self.live.hash)
            declared = self.live.definition.pipelines.get(before.pipeline)
            before.f = {**dict.fromkeys(declared.fields if declared is not None else ()), **before.f}
        shadow = before.copy()
        if row.prev:
            trial.host.hold(Held(shadow, 0, {}))
            shadow = carry(trial, self._way, Held(shadow, 0, {})).deal.copy()
            shadow.definition = self.edited.hash
        pair = self._pairs[one.deal] = Pair(before, shadow)
        return pair

    def _event(self, trial: TrialWork, pair: Pair, one: Done) -> list[Difference]:
        assert self._way is not None
        lines = self._way.way(one.pipeline)
        fold(pair.live, one.changes, one.event.at, self.live.hash)
        pair.facts.update(_facts(one.changes, lines))
        at = max(one.event.at, pair.shadow.now)
        self._fire(trial, pair, at)
        if one.event.kind not in _OWN and lines.new is not None:
            event = Event(
                one.event.kind,
                renamed(decode_deep(encode_deep(one.event.data)), lines),
                one.event.at,
                one.event.actor,
                dict(one.event.answers),
                one.event.recorded_at,
                one.event.imported,
                frozenset(lines.paths.get(path, path) for path in one.event.off),
            )
            self._decide(trial, pair, event, lines.new.name)
        return self._compare(pair, at)

    def _fire(self, trial: TrialWork, pair: Pair, until: int) -> list[Difference]:
        for _ in range(FIRINGS):
            ready = [(timer[0], key, timer[1]) for key, timer in pair.shadow.timers.items() if timer[0] <= until]
            if not ready:
                break
            due, key, gen = min(ready)
            data: dict[str, Any] = {"key": key, "gen": gen, **({"found": until} if until - due > SHORT else {})}
            event = Event("timer", data, due, "robot", recorded_at=until)
            if not self._decide(trial, pair, event, pair.shadow.pipeline) or key in pair.shadow.timers:
                timer = pair.shadow.timers.get(key)
                if timer is not None and timer[1] == gen:
                    pair.shadow.timers.pop(key)  # it cannot be carried out, and must not be tried for ever
        return []

    def _decide(self, trial: TrialWork, pair: Pair, event: Event, pipeline: str) -> bool:
        """One event of a shadow; False where it was refused, which is a fact, too."""
        if pipeline not in self.edited.definition.pipelines:
            return False
        shadow: Deal | None = pair.shadow if pair.shadow.version else None
        if shadow is None:
            event.data.setdefault("id", pair.live.id)
        answers = Answers(trial, pair.live.id, max(event.at, pair.shadow.now))
        program = self.edited.program(pipeline)
        try:
            decision: Decision = trial.answered(lambda: decide(program, shadow, event), event, answers)
        except Undecidable:
            pair.facts[("undecidable", event.kind)] -= 1
            return False
        if decision.refused:
            for unmet in decision.refused:
                pair.facts[("refused", event.kind, unmet.kind, unmet.name)] -= 1
            return False
        if decision.deal is not None and decision.changes:
            pair.facts.subtract(_facts(decision.changes, None))
            pair.shadow = decision.deal
            pair.shadow.version += 1
            pair.shadow.now = max(pair.shadow.now, event.at)
            pair.shadow.definition = self.edited.hash
        return True

    def _compare(self, pair: Pair, at: int) -> list[Difference]:
        if min(_due(pair.live), default=at + 1) <= at:
            return []  # the live deal has more to do for this instant
        found: list[Difference] = []
        for fact, count in list(pair.facts.items()):
            fresh = count - pair.told[fact]
            side = "live" if count > 0 else "shadow"
            if count and abs(count) > abs(pair.told[fact]):
                found += [Difference(pair.live.id, pair.live.pipeline, at, side, fact)] * abs(fresh)
            pair.told[fact] = count
            if not count:
                del pair.facts[fact], pair.told[fact]
        for one in found:
            self.count += 1
            self.kinds[one.side, one.fact[0]] += 1
            self.last.append(one)
        return found


def _due(deal: Deal) -> Iterable[int]:
    return (timer[0] for timer in deal.timers.values())


def _facts(changes: Iterable[Change], lines: Lineage | None) -> Counter[Fact]:
    """What others notice of an event. ``lines``: by which names of the live version are told in those of the edited."""
    found: Counter[Fact] = Counter()

    def path(text: str) -> str:
        return lines.paths.get(text, text) if lines is not None else text

    def name(kind: str, text: str) -> str:
        return (lines.name(kind, text) or text) if lines is not None and lines.touched else text

    for change in changes:
        op = change[0]
        if op == "stage":
            found["move", name("stage", change[1])] += 1
        elif op == "close" and change[2] is not None:
            found["lost", name("reason", change[2])] += 1
        elif op == "task":
            due = change[2].get("due")
            found["task", path(change[2].get("path") or change[2]["name"]), "" if due is None else str(due)] += 1
        elif op == "effect" and change[1]["kind"] != "document":
            intent = change[1]
            found["effect", str(intent.get("channel") or intent["kind"]), path(intent.get("path", ""))] += 1
        elif op == "message" and change[1]["kind"] == "tunnel":
            found["deal", str(change[1]["pipeline"])] += 1
        elif op == "pend" and change[2] is not None:
            found["blocked", name("stage", change[2]["name"])] += 1
    return found


def renamed(data: dict[str, Any], lines: Lineage) -> dict[str, Any]:
    """An event of the live version in the names of the edited one."""
    if not lines.touched:
        return data
    made = dict(data)
    if isinstance(made.get("fields"), dict):
        made["fields"] = {lines.name("field", key) or key: value for key, value in made["fields"].items()}
    for key, kind in (("stage", "stage"), ("reason", "reason"), ("field", "field"), ("link", "field")):
        if isinstance(made.get(key), str):
            made[key] = lines.name(kind, made[key]) or made[key]
    if isinstance(task := made.get("task"), str):
        made["task"] = lines.name("task", task) or task
        if isinstance(outcome := made.get("outcome"), str):
            made["outcome"] = lines.names.get(f"outcome {made['task']}", {}).get(outcome, outcome)
    if "payload" in made and isinstance(event := made.get("name"), str):
        made["name"] = lines.name("event", event) or event
    return made
