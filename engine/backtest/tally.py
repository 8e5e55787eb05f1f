"""All results added up: what a person who changes a process wants to know, with a few deals as examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from voronka.engine.backtest.differ import DIFFERS, DIVERGED, SAME, Block, Result
from voronka.engine.deal.protocol import Unmet

EXAMPLES = 5
MINUTE = 60_000


@dataclass(slots=True)
class Count:
    """How often, in how many deals, and the first of them."""

    n: int = 0
    deals: int = 0
    examples: list[int] = field(default_factory=list)

    def add(self, deal: int, n: int = 1) -> None:
        self.n += n
        self.deals += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(deal)

    def data(self) -> dict[str, Any]:
        return {"count": self.n, "deals": self.deals, "examples": list(self.examples)}


@dataclass(slots=True)
class Change:
    """More and fewer of something: in deals that went on as recorded, and in those that diverged (``apart``)."""

    more: Count = field(default_factory=Count)
    fewer: Count = field(default_factory=Count)
    apart_more: Count = field(default_factory=Count)
    apart_fewer: Count = field(default_factory=Count)

    def add(self, result: Result, pair: tuple[int, int]) -> None:
        apart = result.status == DIVERGED
        for n, count in zip(
            pair, (self.apart_more, self.apart_fewer) if apart else (self.more, self.fewer), strict=True
        ):
            if n:
                count.add(result.deal, n)

    def join(self, other: Change) -> Change:
        """Both together, as far as numbers go; deals may be in both."""
        made = Change()
        for name in ("more", "fewer", "apart_more", "apart_fewer"):
            getattr(made, name).n = getattr(self, name).n + getattr(other, name).n
        return made

    def data(self) -> dict[str, Any]:
        return {
            "more": self.more.data(),
            "fewer": self.fewer.data(),
            "diverged": {"more": self.apart_more.n, "fewer": self.apart_fewer.n},
        }


@dataclass(slots=True)
class Blocked:
    """A gate that kept deals: its reason as of the first of them."""

    pipeline: str
    kind: str
    target: str
    unmet: Unmet
    rule: str
    count: Count = field(default_factory=Count)

    def data(self) -> dict[str, Any]:
        return {
            "pipeline": self.pipeline,
            "event": self.kind,
            "target": self.target,
            "gate": self.unmet.kind,
            "name": self.unmet.name,
            "file": self.unmet.loc.file,
            "line": self.unmet.loc.line,
            **({"rule": self.rule} if self.rule else {}),
            **self.count.data(),
        }


@dataclass(slots=True)
class Shift:
    """By how much deadlines of one kind moved, to the minute: how many by how much."""

    by: Counter[int] = field(default_factory=Counter)
    deals: Count = field(default_factory=Count)

    def spread(self) -> tuple[int, int, int, int, int]:
        """Least, first quartile, median, third quartile, most; ms."""
        values = sorted(self.by.elements())
        if len(values) == 1:
            return (values[0] * MINUTE,) * 5
        low, middle, high = quantiles(values, n=4, method="inclusive")
        return tuple(round(value * MINUTE) for value in (values[0], low, middle, high, values[-1]))  # type: ignore[return-value]

    def data(self) -> dict[str, Any]:
        least, low, middle, high, most = self.spread()
        return {
            "earlier": sum(n for by, n in self.by.items() if by < 0),
            "later": sum(n for by, n in self.by.items() if by > 0),
            "least": least,
            "p25": low,
            "median": middle,
            "p75": high,
            "most": most,
            **self.deals.data(),
        }


Key = tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Everything a backtest found. Results come in the order of their groups, so examples are the same every time."""

    deals: int = 0
    inputs: int = 0
    decided: int = 0  # events, in both replays
    status: Counter[str] = field(default_factory=Counter)
    later: int = 0
    reproduced: int = 0
    unlike: dict[str, Count] = field(default_factory=dict)
    older: Count = field(default_factory=Count)
    blocked: dict[Key, Blocked] = field(default_factory=dict)
    tasks: dict[Key, Change] = field(default_factory=dict)
    sent: dict[Key, Change] = field(default_factory=dict)
    made: dict[Key, Change] = field(default_factory=dict)
    moved: dict[Key, Change] = field(default_factory=dict)
    shifts: dict[Key, Shift] = field(default_factory=dict)
    timing: dict[Key, Shift] = field(default_factory=dict)
    lost: dict[Key, Count] = field(default_factory=dict)
    saved: dict[Key, Count] = field(default_factory=dict)
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    stages: Counter[tuple[str, str, int]] = field(default_factory=Counter)  # pipeline, stage, 0 control 1 edited
    anew: Counter[str] = field(default_factory=Counter)
    unread: dict[int, Any] = field(default_factory=dict)  # deal -> what is broken in its log
    skipped: int = 0  # deals that hang on those
    unknown: set[int] = field(default_factory=set)

    def add(self, one: Result) -> None:
        """One more deal."""
        self.deals += 1
        self.inputs += one.inputs
        self.status[one.status] += 1
        self.later += one.later
        if one.older:
            self.older.add(one.deal)
        elif one.unlike:
            self.unlike.setdefault(one.unlike, Count()).add(one.deal)
        else:
            self.reproduced += 1
        for block in one.blocked:
            self._block(one, block)
        for table, pairs in (
            (self.tasks, one.tasks),
            (self.sent, one.sent),
            (self.made, one.made),
            (self.moved, one.moved),
        ):
            for key, pair in pairs.items():
                whole: Key = (one.pipeline, key) if isinstance(key, str) else (one.pipeline, *key)
                table.setdefault(whole, Change()).add(one, pair)
        if one.status != DIVERGED:
            self._shifts(one)
        self._ends(one)

    def _block(self, one: Result, block: Block) -> None:
        seen = set()
        for unmet in block.unmet:
            named = "" if unmet.kind in ("undecidable", "absent") else unmet.name
            key = (one.pipeline, block.kind, block.target, unmet.kind, named, str(unmet.loc), block.rule)
            if key in seen:
                continue
            seen.add(key)
            row = self.blocked.get(key)
            if row is None:
                row = self.blocked[key] = Blocked(one.pipeline, block.kind, block.target, unmet, block.rule)
            row.count.add(one.deal)

    def _shifts(self, one: Result) -> None:
        shifted: list[tuple[Key, int]] = [((one.pipeline, path), by) for path, by in one.shifts]
        timed: list[tuple[Key, int]] = [((one.pipeline, rule, target), by) for rule, target, by in one.timing]
        for table, shifts in ((self.shifts, shifted), (self.timing, timed)):
            found: Counter[Key] = Counter()
            for key, by in shifts:
                if minutes := round(by / MINUTE):
                    table.setdefault(key, Shift()).by[minutes] += 1
                    found[key] += 1
            for key, n in found.items():
                table[key].deals.add(one.deal, n)

    def _ends(self, one: Result) -> None:
        (end_one, stage_one, _), (end_two, stage_two, why_two) = one.ends
        self.ends[end_one, end_two] += 1
        for side, (end, stage) in enumerate(((end_one, stage_one), (end_two, stage_two))):
            if end != "absent":
                self.stages[one.pipeline, stage, side] += 1
        before, after = one.lost_by
        if after is not None and before is None and end_one != "lost":
            self.lost.setdefault((one.pipeline, why_two, *after), Count()).add(one.deal)
        if before is not None and end_two != "lost":
            self.saved.setdefault((one.pipeline, one.ends[0][2], *before), Count()).add(one.deal)

    @property
    def differences(self) -> int:
        """Deals that go otherwise, diverged ones included."""
        return self.status[DIFFERS] + self.status[DIVERGED]

    def data(self) -> dict[str, Any]:
        """As JSON data; instants and lengths in ms."""

        def rows(table: dict[Key, Any], *names: str) -> list[dict[str, Any]]:
            return [{**dict(zip(names, key, strict=True)), **one.data()} for key, one in sorted(table.items())]

        return {
            "deals": self.deals,
            "inputs": self.inputs,
            "as_before": self.status[SAME],
            "differ": self.status[DIFFERS],
            "diverged": self.status[DIVERGED],
            "refused_later": self.later,
            "control": {
                "reproduced": self.reproduced,
                "unlike": [{"what": what, **count.data()} for what, count in sorted(self.unlike.items())],
                "older": self.older.data(),
            },
            "blocked": [one.data() for one in ranked(self.blocked)],
            "tasks": rows(self.tasks, "pipeline", "task"),
            "sent": rows(self.sent, "pipeline", "channel", "path", "template"),
            "deals_made": rows(self.made, "pipeline", "into"),
            "moved_by_rule": rows(self.moved, "pipeline", "stage", "rule"),
            "deadlines": rows(self.shifts, "pipeline", "task"),
            "rules_shift": rows(self.timing, "pipeline", "rule", "target"),
            "lost_by_rule": rows(self.lost, "pipeline", "reason", "rule", "place"),
            "saved": rows(self.saved, "pipeline", "reason", "rule", "place"),
            "ends": [{"control": a, "edited": b, "deals": n} for (a, b), n in sorted(self.ends.items())],
            "asked_anew": dict(sorted(self.anew.items())),
            "unreadable": [{"deal": deal, "message": message.en} for deal, message in sorted(self.unread.items())],
            "unreadable_with": self.skipped,
            "unknown_versions": sorted(self.unknown),
        }


def ranked(blocks: dict[Key, Blocked]) -> Iterable[Blocked]:
    """Gates by how many deals they kept."""
    return [one for _, one in sorted(blocks.items(), key=lambda pair: (-pair[1].count.deals, pair[0]))]
