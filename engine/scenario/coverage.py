"""Coverage: which stages, gates, robots, branches, deadlines and losses the scenarios went through (U7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from voronka.engine.scenario.points import SIDES, Mark, Point, Sheet, Watched


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many sides."""

    hit: int
    all: int

    @property
    def percent(self) -> float:
        return 100.0 if not self.all else 100 * self.hit / self.all

    def __add__(self, other: Share) -> Share:
        return Share(self.hit + other.hit, self.all + other.all)


@dataclass(frozen=True, slots=True)
class Gap:
    """A point with the sides that no scenario went through."""

    point: Point
    sides: tuple[str, ...]


@dataclass(slots=True)
class Coverage:
    """The points of a definition's own files with who went through them; modules of the library are tested there.

    ``by``: mark -> scenarios, by their place in the run, that set it.
    """

    sheet: Sheet
    library: frozenset[str]  # displayed names of the library's files
    by: dict[Mark, list[int]] = field(default_factory=dict)

    def add(self, scenario: int, marks: Iterable[Mark]) -> None:
        for mark in sorted(marks):
            self.by.setdefault(mark, []).append(scenario)

    def counted(self, pipeline: str | None = None) -> Iterator[tuple[int, Point]]:
        for place, point in enumerate(self.sheet.points):
            if point.loc.file not in self.library and pipeline in (None, point.pipeline):
                yield place, point

    @property
    def pipelines(self) -> tuple[str, ...]:
        """Those that have something to go through, in their order."""
        return tuple(dict.fromkeys(point.pipeline for _, point in self.counted()))

    def share(self, pipeline: str | None = None, kind: str | None = None) -> Share:
        """How many sides were gone through: of all, of a pipeline, of a kind of points."""
        total = Share(0, 0)
        for place, point in self.counted(pipeline):
            if kind in (None, point.kind):
                total += Share(sum((place, side) in self.by for side in range(len(point.sides))), len(point.sides))
        return total

    def kinds(self, pipeline: str | None = None) -> list[tuple[str, Share]]:
        """The kinds there are, in the order of reports."""
        shares = ((kind, self.share(pipeline, kind)) for kind in SIDES)
        return [(kind, share) for kind, share in shares if share.all]

    def gaps(self, pipeline: str | None = None) -> list[Gap]:
        """What was not gone through, in the order of files and lines."""
        found = []
        for place, point in self.counted(pipeline):
            missing = tuple(side for n, side in enumerate(point.sides) if (place, n) not in self.by)
            if missing:
                found.append(Gap(point, missing))
        return sorted(found, key=lambda gap: (gap.point.loc.file, gap.point.loc.line, gap.point.loc.column))


def covered(programs: Watched) -> Coverage:
    """An empty coverage of these programs. A file of the user's that is called like a module's is the user's."""
    from voronka.stdlib.library import library

    known = {source.name: source.text for name in library().modules if (source := library().module(name)) is not None}
    return Coverage(
        programs.sheet, frozenset(name for name, text in programs.definition.sources if known.get(name) == text)
    )
