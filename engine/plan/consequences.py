"""What another definition would do to every live deal: each is migrated for trial, by the code that migrates it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.definition.values import encode
from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.deal.state import OPEN_STATES, Deal
from voronka.engine.decide import carried, decide
from voronka.engine.decide.stranded import FLAG as STRANDED
from voronka.engine.host import people, robots
from voronka.engine.host.answers import Answers
from voronka.engine.host.commands import Done
from voronka.engine.host.migrating import Passage, carry
from voronka.engine.host.people import People
from voronka.engine.host.work import Work
from voronka.engine.program.build import Programs
from voronka.engine.program.lineage import Lineage
from voronka.engine.store import read
from voronka.engine.store.codec import PEOPLE
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held

EXAMPLES = 3
# what strands deals or loses data
UNSAFE = frozenset({"pipeline-gone", "stage-gone", "field-gone", "value-lost", "reason-gone", "undecidable"})
_NUMBER = re.compile(r":\d+$")
_TASK = re.compile(r"(~\d+)?((?<![/^])#\d+)?$")  # which trigger, of which task: behind a robot's path in a count
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Example:
    """One deal as an example: instants in ms or values as they were and would be."""

    deal: int
    before: Any = None
    after: Any = None

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        shown = {key: encode(value) for key, value in (("before", self.before), ("after", self.after))}
        return {"deal": self.deal, **{key: value for key, value in shown.items() if value is not None}}


@dataclass(slots=True)
class Case:
    """One consequence and how many deals it has. ``name`` is what it is about, ``other`` what that becomes."""

    kind: str
    pipeline: str
    name: str
    other: str = ""
    count: int = 0
    deals: set[int] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)

    @property
    def unsafe(self) -> bool:
        return self.kind in UNSAFE

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Its class: what a plan's hash covers."""
        return self.kind, self.pipeline, self.name, self.other

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "kind": self.kind,
            "pipeline": self.pipeline,
            "name": self.name,
            **({"other": self.other} if self.other else {}),
            "unsafe": self.unsafe,
            "deals": len(self.deals),
            "count": self.count,
            "examples": [one.data() for one in self.examples],
        }


@dataclass(slots=True)
class Consequences:
    """All cases; ``looked`` is how many deals were tried, ``affected`` those that anything concerns."""

    cases: list[Case]
    looked: int
    affected: int

    @property
    def unsafe(self) -> list[Case]:
        return [case for case in self.cases if case.unsafe]


class TrialHost:
    """What a trial knows of the world: the store as it is, people as the new definition has them."""

    def __init__(self, store: Store, way: Passage) -> None:
        self.store = store
        self.passage = way
        self.programs: Programs = way.new
        self.decide = decide
        self.group = 0
        languages = way.new.definition.languages
        self.language = languages[0] if languages else "en"
        self.people = People(way.new.definition, store.entity(PEOPLE, people.ENTITY).state)
        self._known: dict[int, Held | None] = {}

    def held(self, number: int) -> Held | None:
        if number not in self._known:
            if len(self._known) > 5_000:
                self._known.clear()
            self._known[number] = read.held(self.store, number)
        return self._known[number]

    def off(self, pipeline: str) -> frozenset[str]:
        return frozenset(robots.switched_off(self.store).get(pipeline, ()))

    def hold(self, held: Held) -> None:
        self._known[held.deal.id] = held


class TrialWork(Work):
    """The work of a transaction that is none: what it would write is told, deal by deal."""

    def __init__(self, host: TrialHost, now: int) -> None:
        self.host = host  # type: ignore[assignment]
        self.store = host.store
        self.db = host.store.db
        self.carrying: set[int] = set()
        self._now = now
        self.told: dict[int, Decision] = {}

    @property
    def now(self) -> int:
        return self._now

    def incident(self, kind: str, deal: int | None, about: dict[str, Any], at: int, cause: int = 0) -> int:
        return 0

    def migrated(self, held: Held, decision: Decision, event: Event, answers: Answers) -> Done:
        assert decision.deal is not None
        new = decision.deal
        new.version += 1
        new.definition = self.host.programs.hash
        self.told[new.id] = decision
        self.host.hold(Held(new, held.head, held.personal))
        return Done(0, new.id, new.pipeline, new.version, event, decision.changes, 0, {})


def consequences(store: Store, way: Passage, now: int, progress: Progress | None = None) -> Consequences:
    """Try every live deal that the passage touches. Reads only; ``store`` may be written to by others meanwhile."""
    found = _Cases(way)
    host = TrialHost(store, way)
    trial = TrialWork(host, now)
    touched = way.touched()
    sql = "FROM deals WHERE pipeline IN (SELECT value FROM json_each(?))"
    names = json.dumps(touched)
    total = int(store.db.execute(f"SELECT count(*) {sql}", (names,)).fetchone()[0])  # a constant
    last, looked = 0, 0
    while rows := store.db.execute(
        f"SELECT id {sql} AND id > ? ORDER BY id LIMIT 500",  # a constant
        (names, last),
    ).fetchall():
        for (number,) in rows:
            before = read.held(store, number)
            looked += 1
            last = number
            if before is None:
                continue
            if number not in trial.told:
                host.hold(before)
                carry(trial, way, before)
            decision = trial.told.pop(number, None)
            found.personal(before.deal, way.way(before.deal.pipeline))
            if decision is not None:
                found.deal(before.deal, decision, way.way(before.deal.pipeline))
        if progress is not None:
            progress(looked, total)
    found.people(store, host.people)
    cases = sorted(found.cases.values(), key=lambda case: (not case.unsafe, case.pipeline, _ORDER.get(case.kind, 99)))
    return Consequences(cases, looked, len(found.affected))


_ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            "pipeline-gone",
            "stage-gone",
            "field-gone",
            "value-lost",
            "reason-gone",
            "undecidable",
            "pipeline-renamed",
            "stage-renamed",
            "stage-merged",
            "stage-retired",
            "back",
            "field-retired",
            "value-converted",
            "field-personal",
            "reason-merged",
            "require",
            "limit",
            "task-created",
            "task-cancelled",
            "task-moved",
            "task-pinned",
            "timer-created",
            "timer-cancelled",
            "timer-moved",
            "robot-passed",
            "moves",
            "closes",
            "sends",
            "tunnels",
            "person-gone",
        )
    )
}


class _Cases:
    """Gathers cases, deal by deal."""

    def __init__(self, way: Passage) -> None:
        self.way = way
        self.cases: dict[tuple[str, str, str, str], Case] = {}
        self.affected: set[int] = set()

    def add(
        self, kind: str, pipeline: str, name: str, deal: int, other: str = "", before: Any = None, after: Any = None
    ) -> None:
        case = self.cases.setdefault((kind, pipeline, name, other), Case(kind, pipeline, name, other))
        case.count += 1
        self.affected.add(deal)
        case.deals.add(deal)
        if len(case.examples) < EXAMPLES:
            case.examples.append(Example(deal, before, after))

    def deal(self, old: Deal, decision: Decision, lines: Lineage) -> None:
        new = decision.deal
        assert new is not None
        pipeline = lines.new.name if lines.new is not None else old.pipeline
        if any(change[0] == "flag" and change[1].startswith("incident:") for change in decision.changes):
            self.add("undecidable", pipeline, old.stage, old.id)
        if lines.new is None:
            self.add("pipeline-gone", pipeline, old.pipeline, old.id)
            return
        if pipeline != old.pipeline:
            self.add("pipeline-renamed", pipeline, old.pipeline, old.id, pipeline)
        if STRANDED in new.flags and STRANDED not in old.flags:
            self.add("stage-gone", pipeline, old.stage, old.id)
        else:
            self._moves(old, new, decision, lines, pipeline)
        self._fields(old, new, lines, pipeline)
        self._reason(old, new, lines, pipeline)
        if STRANDED in new.flags:
            return  # that its tasks and timers end goes without saying
        self._tasks(old, new, decision, lines, pipeline)
        self._timers(old, new, lines, pipeline)
        self._flags(old, new, pipeline)
        self._doings(old, decision, pipeline)

    def _moves(self, old: Deal, new: Deal, decision: Decision, lines: Lineage, pipeline: str) -> None:
        if STRANDED in old.flags and STRANDED not in new.flags:
            self.add("back", pipeline, new.stage, old.id)
        to = lines.name("stage", old.stage)
        if to is not None and to != old.stage:
            merged = sum(one == to for one in lines.names["stage"].values()) > 1
            self.add("stage-merged" if merged else "stage-renamed", pipeline, old.stage, old.id, to)
        at, path = to or old.stage, ""
        for change in decision.changes:
            if change[0] == "by":
                path = change[1]
            elif change[0] == "stage":
                kind = "stage-retired" if path == f"retire {at}" and to is None else "moves"
                self.add(kind, pipeline, at, old.id, change[1])
                at = change[1]

    def _fields(self, old: Deal, new: Deal, lines: Lineage, pipeline: str) -> None:
        assert lines.new is not None
        for name, value in old.f.items():
            declared = lines.old.fields.get(name)
            if value is None or declared is None or declared.formula is not None:
                continue
            shown = None if declared.type.personal else value
            to = lines.name("field", name)
            if to is None:
                retired = lines.retired("field", name) is not None
                self.add("field-retired" if retired else "field-gone", pipeline, name, old.id, before=shown)
                continue
            after, present = new.f.get(to), lines.new.fields[to]
            if after == value:
                continue
            if after is None or present.formula is not None:
                self.add("value-lost", pipeline, to, old.id, before=shown)
            elif present.type != declared.type:
                self.add("value-converted", pipeline, to, old.id, before=shown, after=None if shown is None else after)

    def personal(self, old: Deal, lines: Lineage) -> None:
        """Values that the log says openly, of fields that are personal from now on: also of deals that stay as they
        are."""
        for name, value in old.f.items() if lines.new is not None else ():
            declared, to = lines.old.fields.get(name), lines.name("field", name)
            if value is None or declared is None or to is None or declared.type.personal:
                continue
            assert lines.new is not None
            if lines.new.fields[to].type.personal:
                self.add("field-personal", lines.new.name, to, old.id)

    def _reason(self, old: Deal, new: Deal, lines: Lineage, pipeline: str) -> None:
        assert lines.new is not None
        if old.reason is None or new.reason is None or old.reason not in lines.old.reasons:
            return
        if new.reason not in lines.new.reasons:
            self.add("reason-gone", pipeline, old.reason, old.id)
        elif new.reason != old.reason:
            self.add("reason-merged", pipeline, old.reason, old.id, new.reason)

    def _tasks(self, old: Deal, new: Deal, decision: Decision, lines: Lineage, pipeline: str) -> None:
        for number, task in new.tasks.items():
            was = old.tasks.get(number)
            if was is None:
                if task.status in OPEN_STATES:
                    self.add("task-created", pipeline, task.name, old.id, after=task.due)
            elif was.status in OPEN_STATES and task.status == "cancelled":
                self.add("task-cancelled", pipeline, was.name, old.id, task.cause or "")
            elif was.status in OPEN_STATES and was.due != task.due:
                self.add("task-moved", pipeline, task.name, old.id, before=was.due, after=task.due)
        for change in decision.changes:
            if change[0] == "note" and change[1].get("kind") == "pinned":
                task = new.tasks[change[1]["task"]]
                self.add("task-pinned", pipeline, task.name, old.id, before=task.due, after=change[1]["would"])

    def _timers(self, old: Deal, new: Deal, lines: Lineage, pipeline: str) -> None:
        before: dict[str, int] = {}
        visited = new.visit != old.visit  # what a visit ends with it goes without saying
        for key, (due, _, context) in old.timers.items():
            to, _ = carried.timer(lines, key, context)
            if to is None:
                if not (visited and key.startswith("v:")):
                    self.add("timer-cancelled", pipeline, about(key), old.id, before=due)
            else:
                before[_stem(to)] = due
        after = {_stem(key): timer[0] for key, timer in new.timers.items()}
        for key, due in after.items():
            if not told(key) or (visited and key.startswith("v:")):
                continue
            if key not in before:
                self.add("timer-created", pipeline, about(key), old.id, after=due)
            elif before[key] != due:
                self.add("timer-moved", pipeline, about(key), old.id, before=before[key], after=due)
        for key, due in before.items():
            if key not in after and told(key) and not (visited and key.startswith("v:")):
                self.add("timer-cancelled", pipeline, about(key), old.id, before=due)
        for key, due in new.counts.items():
            if ":past" in key and old.counts.get(key) != due:
                self.add("robot-passed", pipeline, _TASK.sub("", key.partition(":past")[0]), old.id, before=due)

    def _flags(self, old: Deal, new: Deal, pipeline: str) -> None:
        for key in new.flags.keys() - old.flags.keys():
            kind, _, name = key.partition(":")
            if kind == "require":
                self.add("require", pipeline, name, old.id)
            elif kind == "limit":
                self.add("limit", pipeline, new.stage, old.id)

    def _doings(self, old: Deal, decision: Decision, pipeline: str) -> None:
        for change in decision.changes:
            if change[0] == "effect":
                self.add("sends", pipeline, str(change[1].get("channel") or change[1]["kind"]), old.id)
            elif change[0] == "message" and change[1].get("kind") == "tunnel":
                self.add("tunnels", pipeline, change[1]["pipeline"], old.id)
            elif change[0] == "close" and old.closed is None:
                self.add("closes", pipeline, change[2] or "", old.id)

    def people(self, store: Store, known: People) -> None:
        """Owners and assignees of open deals whom the new definition does not know."""
        rows = store.db.execute(
            """SELECT owner, id, pipeline FROM deals WHERE closed IS NULL AND owner IS NOT NULL
                UNION SELECT t.assignee, t.deal, d.pipeline FROM tasks t JOIN deals d ON d.id = t.deal
                    WHERE t.status IN ('open', 'waiting') AND t.assignee IS NOT NULL ORDER BY 2, 1"""
        )
        for person, number, pipeline in rows:
            if not person.startswith("@") and known.facts(person) is None:
                to = self.way.way(pipeline).new
                self.add("person-gone", to.name if to is not None else pipeline, person, number)


def _stem(key: str) -> str:
    return _NUMBER.sub("", key) if ":cont:" in key else key


def told(key: str) -> bool:
    """Whether a timer is a robot's: deadlines are told with their tasks, looking again is told by nobody."""
    return ":robot:" in key or ":cont:" in key or key == "v:limit" or key.startswith("v:return:")


def about(key: str) -> str:
    """The path that a timer is for."""
    for mark in (":robot:", ":cont:", ":return:"):
        if mark in key:
            return _NUMBER.sub("", key.partition(mark)[2]).partition("~")[0]
    return key


def new_robots(way: Passage, store: Store) -> Iterator[tuple[str, str, str, int]]:
    """Robots and tasks that stages get for deals already there: (kind, pipeline, path, how many deals stand there).

    ``kind``: robot-now (it looks at those deals from now on), entry-later (it happens at the next entry).
    """
    counts = {
        (pipeline, stage): n
        for pipeline, stage, n in store.db.execute("SELECT pipeline, stage, n FROM stage_counts WHERE n > 0")
    }
    for name in way.touched():
        lines = way.way(name)
        if lines.new is None:
            continue
        ancestors = set(lines.paths.values())
        for old, to in lines.names.get("stage", {}).items():
            number = counts.get((name, old), 0)
            stage = lines.new.stages[to]
            if not number or stage.kind != "open":
                continue
            for robot in stage.robots:
                if robot.path not in ancestors:
                    entry = robot.next_entry or all(
                        t.happening is not None and t.happening.kind == "entry" for t in robot.triggers
                    )
                    yield "entry-later" if entry else "robot-now", lines.new.name, robot.path, number
            for action in stage.entry:
                if action.path not in ancestors:
                    yield "entry-later", lines.new.name, action.path, number
        opened = {stage for stage, known in lines.old.stages.items() if known.kind == "open"}
        there = sum(n for (pipeline, stage), n in counts.items() if pipeline == name and stage in opened)
        for robot in lines.new.robots:
            if there and robot.named and robot.path not in ancestors:
                yield "entry-later" if robot.next_entry else "robot-now", lines.new.name, robot.path, there
