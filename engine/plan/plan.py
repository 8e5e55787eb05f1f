"""A plan: what differs between the definition in force and another, and what that does to live deals (U3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.host import versions
from voronka.engine.host.migrating import Passage, passage
from voronka.engine.plan.compare import Difference, compare
from voronka.engine.plan.consequences import Case, Progress, consequences, new_robots
from voronka.engine.program.build import Programs
from voronka.engine.store.store import Store

NOTHING, SAFE, UNSAFE = 0, 2, 3  # exit codes of `voronka plan --exit-code`


@dataclass(frozen=True, slots=True)
class Plan:
    """``way`` is None in a store without a definition: the first one comes into force as it is.

    ``before`` and ``after`` are hashes of the definitions. ``looked`` deals were tried, ``affected`` are concerned.
    ``outbox``: effects that wait to go out; no definition changes them.
    """

    before: str
    after: str
    way: Passage | None
    differences: tuple[Difference, ...] = ()
    cases: tuple[Case, ...] = ()
    looked: int = 0
    affected: int = 0
    outbox: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing would change at all, not even a text."""
        return self.before == self.after

    @property
    def unsafe(self) -> tuple[Case, ...]:
        """Consequences that strand deals or lose data."""
        return tuple(case for case in self.cases if case.unsafe)

    @property
    def code(self) -> int:
        """As an exit code: nothing to do, safe, unsafe."""
        return NOTHING if self.empty else UNSAFE if self.unsafe else SAFE

    @property
    def hash(self) -> str:
        """Names both definitions and every unsafe class of consequence, each by a part of its own."""
        return ".".join([self.pair, *sorted(class_of(case) for case in self.unsafe)])

    @property
    def pair(self) -> str:
        """The part of the hash that names the definitions."""
        return _digest([self.before, self.after], 12)

    def fresh(self, approved: str) -> tuple[Case, ...] | None:
        """Unsafe classes that a plan of this hash did not show; None where it was about other definitions."""
        pair, *classes = approved.strip().split(".")
        if pair != self.pair:
            return None
        return tuple(case for case in self.unsafe if class_of(case) not in classes)

    def data(self) -> Mapping[str, Any]:
        """As JSON data."""
        return {
            "plan": self.hash,
            "from": self.before,
            "to": self.after,
            "safe": not self.unsafe,
            "differences": [one.data() for one in self.differences],
            "consequences": [case.data() for case in self.cases],
            "deals": {"looked": self.looked, "affected": self.affected},
            "outbox": {"pending": self.outbox, "affected": 0},
        }


def class_of(case: Case) -> str:
    """A class of consequence as part of a plan's hash."""
    return _digest(list(case.key), 6)


def _digest(data: Any, length: int) -> str:
    return hashlib.sha256(canonical(data).encode()).hexdigest()[:length]


def make(
    store: Store,
    programs: Programs,
    now: int,
    back: tuple[str, ...] | None = None,
    progress: Progress | None = None,
    old: Programs | None = None,
    told: bool = True,
) -> Plan:
    """What putting these programs in force would do. Reads only. ``back`` and ``old``: see :func:`passage`.

    Without ``told`` the plan lists no differences, only what they do.
    """
    before = versions.in_force(store)
    if not before or before == programs.hash:
        return Plan(before, programs.hash, None)
    way = passage(store, before, programs, back, old=old)
    found = consequences(store, way, now, progress)
    cases = list(found.cases)
    known = {(case.pipeline, case.name) for case in cases if case.kind in ("timer-created", "robot-passed")}
    for kind, pipeline, path, count in new_robots(way, store):
        if (pipeline, path) not in known:
            cases.append(Case(kind, pipeline, path, count=count))
    waiting = int(store.db.execute("SELECT count(*) FROM outbox WHERE status = 'pending'").fetchone()[0])
    return Plan(
        before, programs.hash, way, compare(way) if told else (), tuple(cases), found.looked, found.affected, waiting
    )
