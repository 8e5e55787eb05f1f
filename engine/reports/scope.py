"""What a report counts over: which pipelines, whose deals, of which time, split by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.host.people import People
from voronka.engine.program.build import Program, Programs
from voronka.engine.reports.names import Names, names_of
from voronka.engine.reports.table import both
from voronka.engine.store.store import Store


class NoReport(Exception):
    """A report that cannot be made as it was asked for."""

    def __init__(self, en: str, ru: str) -> None:
        self.message = Both(en, ru)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Scope:
    """``pipelines`` by their present names, in the files' order. ``since`` (included) and ``until`` (not included): ms
    since the epoch. ``by``: a field, or one of ``split.BUILT_IN``. ``amount``: the field that is summed up. ``called``:
    how a person is called. ``top``: of how many values a split tells; the others are one row. ``work``: time is counted
    as worked by the calendar, not as it elapsed. ``people``: who works here; without them nobody acts.
    """

    store: Store
    programs: Programs
    now: int
    pipelines: tuple[str, ...]
    since: int | None = None
    until: int | None = None
    owner: str | None = None
    by: str | None = None
    amount: str | None = None
    top: int = 20
    work: bool = False
    people: People | None = None
    called: Callable[[str], str] = field(default=str)

    @property
    def several(self) -> bool:
        """Whether rows have to say of which pipeline they are."""
        return len(self.pipelines) > 1

    def program(self, name: str) -> Program:
        return self.programs.pipelines[name]

    def names(self) -> Names:
        """What stages were called before."""
        return names_of(self.store, self.programs, self.pipelines)

    def stage(self, pipeline: str, name: str) -> Both:
        """A stage's title."""
        known = self.program(pipeline).pipeline.stages.get(name)
        return both(known.title, name) if known is not None else Both(name, name)

    def pipeline(self, name: str) -> Both:
        """A pipeline's title."""
        return both(self.program(name).pipeline.title, name)

    def acting(self) -> tuple[str, ...]:
        """Whose acts count: everybody's who ever was here, or the one's that was asked for."""
        known = self.people.names if self.people is not None else []
        return tuple(name for name in known if self.owner in (None, name))

    def who(self, name: str | None) -> str | Both:
        """A person's title, a role's, or that there is nobody."""
        if not name:
            return Both("nobody", "никто")
        if name.startswith("@"):
            roles = (self.program(pipeline).pipeline.roles.get(name[1:]) for pipeline in self.pipelines)
            found = next((role for role in roles if role is not None), None)
            return both(found.title, name[1:]) if found is not None else name[1:]
        return self.called(name)


@contextmanager
def one_moment(store: Store) -> Iterator[None]:
    """All that is read meanwhile is of one moment, whoever writes."""
    if store.db.in_transaction:
        yield
        return
    store.db.execute("BEGIN")
    try:
        yield
    finally:
        store.db.execute("COMMIT")


@dataclass(slots=True)
class Where:
    """Conditions joined by AND, with their values. Only texts of this room become SQL; values are always bound."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> Where:
        self.parts.append(sql)
        self.values += values
        return self

    def any_of(self, column: str, values: Sequence[Any]) -> Where:
        return self.add(f"{column} IN ({', '.join('?' * len(values))})", *values)

    def period(self, column: str, scope: Scope) -> Where:
        """Within the scope's time."""
        if scope.since is not None:
            self.add(f"{column} >= ?", scope.since)
        if scope.until is not None:
            self.add(f"{column} < ?", scope.until)
        return self

    def of(self, scope: Scope, pipeline: str) -> Where:
        """Deals ``d`` of a pipeline, and of the scope's owner."""
        self.add("d.pipeline = ?", pipeline)
        if scope.owner is not None:
            self.add("d.owner = ?", scope.owner)
        return self

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts) or "1"


def period_of(scope: Scope, what: Both) -> Both | None:
    """Over which time it counts, in words; None without one."""
    if scope.since is None and scope.until is None:
        return None
    local = scope.program(scope.pipelines[0]).calendar.local
    first = local(scope.since).date().isoformat() if scope.since is not None else None
    last = local(scope.until - 1).date().isoformat() if scope.until is not None else None
    en = " ".join(part for part in (f"from {first}" if first else "", f"to {last}" if last else "") if part)
    ru = " ".join(part for part in (f"с {first}" if first else "", f"по {last}" if last else "") if part)
    return Both(f"{what.en} {en}", f"{what.ru} {ru}")


def about(scope: Scope, period: Both) -> tuple[Both, ...]:
    """Which deals a report is about: pipelines, period, owner. ``period`` begins the sentence about time."""
    found = [
        Both(
            ", ".join(f"“{scope.pipeline(name).en}”" for name in scope.pipelines),
            ", ".join(f"«{scope.pipeline(name).ru}»" for name in scope.pipelines),
        )
    ]
    said = period_of(scope, period)
    if said is not None:
        found.append(said)
    if scope.owner is not None:
        found.append(Both(f"owner: {scope.called(scope.owner)}", f"ответственный: {scope.called(scope.owner)}"))
    return tuple(found)
