"""Migration of live deals: a definition comes into force with one row, every deal follows by a logged event (U4).

A deal follows before anybody looks at it in a decision, or in turn with all others; what was begun is finished before
another definition comes into force, so that no deal is ever more than one step behind.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.definition.values import canonical
from voronka.engine.deal.changes import Change, apply
from voronka.engine.deal.protocol import Decision, Event
from voronka.engine.decide import gates
from voronka.engine.decide.migrate import migrate
from voronka.engine.host import definitions, versions
from voronka.engine.host.answers import Answers
from voronka.engine.host.outcome import Undecidable
from voronka.engine.program.build import Programs
from voronka.engine.program.lineage import Lineage, Names, inverted, joined, lineage, pipelines
from voronka.engine.store.definitions import package_of
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

META = "passage"  # the row of `meta` that says which migration is under way
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Passage:
    """From one definition to the next. ``after``: deals up to this number have followed.

    ``old`` is None where the stored version cannot be read any more: then names count as they are. ``back``: the
    versions in between, oldest first, that led from ``new`` to ``old`` when this goes back to an earlier one.
    """

    old: Programs | None
    new: Programs
    since: str  # hash of the old one
    back: tuple[str, ...] | None = None
    after: int = 0
    names: Mapping[str, Names] = field(default_factory=dict)  # of going back, by the old name of the pipeline
    renamed: Mapping[str, str] = field(default_factory=dict)  # pipelines, of going back
    calendars: Mapping[tuple[str, str], Any] = field(default_factory=dict)  # of the old version, as expanded then
    seen: dict[int, int] = field(default_factory=dict)  # deals that nothing concerned, at their version
    ways: dict[str, Lineage] = field(default_factory=dict)
    here: dict[tuple[str, str], Any] | None = None  # calendars of the new version

    def data(self) -> dict[str, Any]:
        """What the store remembers of it."""
        return {
            "from": self.since,
            "to": self.new.hash,
            "back": None if self.back is None else list(self.back),
            "after": self.after,
        }

    def way(self, pipeline: str) -> Lineage:
        """How deals of a pipeline, by its old name, go on."""
        if pipeline not in self.ways:
            self.ways[pipeline] = self._way(pipeline)
        return self.ways[pipeline]

    def _way(self, name: str) -> Lineage:
        present = self.new.definition.pipelines
        old = self.old.definition.pipelines.get(name) if self.old is not None else None
        if old is None:
            return lineage(present[name], present[name], alike=False) if name in present else _nowhere(name)
        to = pipelines(self.old.definition, self.new.definition, {"pipeline": self.renamed}).get(name)  # type: ignore[union-attr]
        new = present.get(to or "")
        alike = new is not None and self._alike(old, new)
        shapes = (self.old.shape(name), self.new.shape(new.name)) if self.old is not None and new is not None else None
        return lineage(old, new, self.names.get(name), alike, shapes)

    def _alike(self, old: Pipeline, new: Pipeline) -> bool:
        assert self.old is not None
        zones = (old.calendar, old.timezone), (new.calendar, new.timezone)
        same_days = self.calendars.get(zones[0]) == self.expanded().get(zones[1])
        mirrors = [
            (p.wiring.cards.get(n, {}), p.wiring.items.get(n, {}))
            for p, n in ((self.old, old.name), (self.new, new.name))
        ]
        return same_days and mirrors[0] == mirrors[1]

    def expanded(self) -> dict[tuple[str, str], Any]:
        """The new version's calendars as expanded now, by name and zone."""
        if self.here is None:
            self.here = _expanded(definitions.package(self.new))
        return self.here

    def touched(self) -> list[str]:
        """Old names of the pipelines whose deals have something to follow."""
        known = self.old.definition.pipelines if self.old is not None else self.new.definition.pipelines
        return [name for name in known if self.way(name).touched]


def _nowhere(name: str) -> Lineage:
    from voronka.dsl.definition.expr import NOWHERE
    from voronka.dsl.definition.types import Title

    gone = Pipeline(name, Title(), "pipeline", NOWHERE, "UTC", "", "", {}, {})
    return lineage(gone, None)


def _expanded(package: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    return {(name, zone): canonical(days) for name, zone, days in package["calendars"]}


def passage(
    store: Store,
    since: str,
    programs: Programs,
    back: tuple[str, ...] | None = None,
    after: int = 0,
    old: Programs | None = None,
) -> Passage:
    """The way from a stored version to programs. ``old``: that version, where somebody has it at hand."""
    try:
        if old is None or old.hash != since:
            old = versions.stored(store, since)
    except (versions.Unreadable, KeyError):
        _log.warning("version %s cannot be read any more; its names count as they are", since[:12])
        old = None
    calendars = _expanded(package_of(store, since) or {"calendars": []})
    found = Passage(old, programs, since, back, after, calendars=calendars)
    if back is not None and old is not None:
        found.renamed, found.names = _way_back(store, old, programs, back)
    return found


def _way_back(
    store: Store, old: Programs, new: Programs, back: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, Names]]:
    """What the old version's names were called in the new one, which came before it."""
    chain = [new.definition]
    for identity in back:
        try:
            chain.append(versions.stored(store, identity).definition)
        except (versions.Unreadable, KeyError):
            return {}, {}
    chain.append(old.definition)
    renamed: dict[str, str] = {}
    names: dict[str, Names] = {}
    for start in new.definition.pipelines:
        at, whole = start, None
        for before, after in pairwise(chain):
            to = pipelines(before, after).get(at)
            if to is None:
                break
            step = lineage(before.pipelines[at], after.pipelines[to]).names
            whole = step if whole is None else joined(whole, step)
            at = to
        else:
            renamed[at] = start
            names[at] = _by_old_labels(inverted(whole or {}))
    return renamed, names


def _by_old_labels(names: Names) -> dict[str, Mapping[str, str]]:
    """Going back, what belongs to a field or task is named by what that is called where it leads to."""
    homes = {"option": "field", "outcome": "task", "point": "checklist"}
    found: dict[str, Mapping[str, str]] = {}
    for kind, pairs in names.items():
        label, sign, owner = kind.partition(" ")
        found[f"{label} {names[homes[label]].get(owner, owner)}" if sign else kind] = pairs
    return found


def under_way(store: Store, programs: Programs) -> Passage | None:
    """The migration that an earlier process began and did not finish."""
    text = store.meta.get(META)
    if text is None:
        return None
    data = json.loads(text)
    return passage(store, data["from"], programs, None if data["back"] is None else tuple(data["back"]), data["after"])


# --- deal by deal ----------------------------------------------------------------------------------------------------


def carry(work: Work, way: Passage, held: Held) -> Held:
    """The deal as the definition in force has it; the event is written where there is something to write."""
    deal, number = held.deal, held.deal.id
    if deal.definition == way.new.hash or number <= way.after or way.seen.get(number) == deal.version:
        return held
    if number in work.carrying:
        return held  # two deals that mirror each other: one of them is seen as it was
    lines = way.way(deal.pipeline)
    if not lines.touched:
        return held
    work.carrying.add(number)
    try:
        return _carried(work, way, lines, held)
    finally:
        work.carrying.discard(number)


def _carried(work: Work, way: Passage, lines: Lineage, held: Held) -> Held:
    deal, at = held.deal, work.now
    program = way.new.program(lines.new.name) if lines.new is not None else None
    event = Event("migrate", {"from": way.since, "to": way.new.hash}, at, "robot", recorded_at=at)
    if program is not None:
        event.off = work.host.off(program.pipeline.name)
    if way.back is not None:
        event.data["back"] = list(way.back)
    trouble = ""
    decision: Decision | None = None
    for settle in (True, False):
        event.answers = {}
        answers = Answers(work, deal.id, max(at, deal.now))
        try:
            decision = work.answered(lambda one=settle: migrate(lines, program, deal, event, one), event, answers)  # type: ignore[misc]
        except Undecidable as error:
            trouble, decision = trouble or str(error), None
            continue
        if not decision.refused:
            break
        trouble = trouble or canonical(gates.data(decision.refused))
        decision = None
    if decision is None or trouble:
        decision = _said(work, held, decision, event, trouble)
    if not decision.changes or decision.deal is None:
        way.seen[deal.id] = deal.version
        return held
    work.migrated(held, decision, event, answers)
    found = work.host.held(deal.id)
    assert found is not None
    return found


def _said(work: Work, held: Held, decision: Decision | None, event: Event, why: str) -> Decision:
    """A deal that could not follow as it should is an incident, and red."""
    deal = decision.deal.copy() if decision is not None and decision.deal is not None else held.deal.copy()
    about = {"text": why}
    incident = work.incident("migration", held.deal.id, about, event.at)
    change: Change = ("flag", f"incident:{incident}", {"at": event.at, "incident": incident, **about})
    apply(deal, change)
    return Decision(deal, [*(decision.changes if decision is not None else ()), change])


def onward(work: Work, way: Passage, most: int | None) -> bool:
    """Have further deals follow, in order; False when all have. The store remembers how far it got."""
    names = way.touched()
    rows = work.db.execute(
        """SELECT id FROM deals WHERE id > ? AND pipeline IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?""",
        (way.after, json.dumps(sorted({*names, *_strange(work, way)})), -1 if most is None else most),
    ).fetchall()
    for (number,) in rows:
        work.held(number)
    if most is None or len(rows) < most:
        work.db.execute("DELETE FROM meta WHERE key = ?", (META,))
        work.store.meta.pop(META, None)
        return False
    if rows:
        way.after = rows[-1][0]
    remember(work.store, way)
    return True


def _strange(work: Work, way: Passage) -> list[str]:
    """Pipelines of deals that the old version did not know: stranded ones, which may find their way again."""
    known = way.old.definition.pipelines if way.old is not None else {}
    rows = work.db.execute("SELECT DISTINCT pipeline FROM stage_counts WHERE n > 0").fetchall()
    return [name for (name,) in rows if name not in known]


def remember(store: Store, way: Passage) -> None:
    """Write down which migration is under way, and how far it got."""
    text = canonical(way.data())
    store.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (META, text))
    store.meta[META] = text


def at_once(way: Passage) -> bool:
    """Whether deals cannot be found before they follow: a pipeline, or a field they are looked up by, is renamed."""
    if way.old is None:
        return False
    facets = definitions.facets_of(way.new.definition)
    for name in way.touched():
        lines = way.way(name)
        if lines.new is None:
            continue
        mine = facets.of(lines.new.name)
        looked_up = {*mine.links, *mine.lists, *(field for names in mine.keys for field in names)}
        renamed = {to for old, to in lines.names.get("field", {}).items() if old != to}
        if lines.new.name != name or renamed & looked_up:
            return True
    return False
