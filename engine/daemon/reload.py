"""Taking over edited files while deals run: read all, compare, exchange whole; a bad file changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.host import queries
from voronka.engine.host.host import Host
from voronka.engine.program.build import Programs
from voronka.engine.program.lineage import lineage, pipelines
from voronka.engine.workspace import Loaded

MOST = 20  # findings that are kept to be shown
Judge = Callable[[Host, Programs], "Both | None"]


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What became of reading the files. ``outcome``: same, changed, or broken (files), refused (by a judge), failed.

    ``definition`` is the one that runs now; ``why`` says what is wrong; ``findings`` are code, place and text of each.
    """

    at: int
    outcome: str
    definition: str
    why: Both | None = None
    findings: tuple[tuple[str, str, Both], ...] = ()

    @property
    def ok(self) -> bool:
        return self.outcome in ("same", "changed")

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "at": self.at,
            "outcome": self.outcome,
            "definition": self.definition,
            "why": None if self.why is None else {"en": self.why.en, "ru": self.why.ru},
            "findings": [
                {"code": code, "place": place, "en": text.en, "ru": text.ru} for code, place, text in self.findings
            ],
        }


def broken(loaded: Loaded, at: int, definition: str) -> Reloaded:
    """Files with errors."""
    found = tuple(
        (d.code.id, f"{d.span.source.name}:{d.span.line}", Both(d.message("en"), d.message("ru")))
        for d in loaded.errors[:MOST]
    )
    count = len(loaded.errors)
    why = Both(f"errors in the files: {count}", f"ошибок в файлах: {count}")
    return Reloaded(at, "broken", definition, why, found)


def stranded(host: Host, programs: Programs) -> Both | None:
    """Why a definition cannot be taken over: deals stand in stages that are gone, and it does not say where to."""
    old, new = host.programs.definition, programs.definition
    follows = pipelines(old, new)
    lost = []
    for (pipeline, stage), count in queries.stage_counts(host.store).items():
        before, after = old.pipelines.get(pipeline), new.pipelines.get(follows.get(pipeline, ""))
        if before is None:
            continue  # it was gone before
        shapes = None if after is None else (host.programs.shape(pipeline), programs.shape(after.name))
        way = lineage(before, after, shapes=shapes)
        if not way.touched:
            continue  # all of its stages are there
        if way.name("stage", stage) is None and way.retired("stage", stage) is None:
            lost.append(f"{pipeline}/{stage} ({count})")
    if not lost:
        return None
    listed = ", ".join(lost)
    return Both(
        f"deals stand in stages that the files have no more: {listed}", f"сделки стоят в этапах, которых нет: {listed}"
    )
