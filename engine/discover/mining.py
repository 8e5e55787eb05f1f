"""What a log shows of its process: order of activities, what follows what, how cases end, how long they stay.

Sources: directly-follows relation and dependency measure after Weijters, van der Aalst, Alves de Medeiros (Process
Mining with the HeuristicsMiner Algorithm, 2006); the order is the mean rank of first occurrences, then neighbours are
swapped until no majority of cases contradicts them (local Kemenization: Dwork, Kumar, Naor, Sivakumar, Rank Aggregation
Methods for the Web, 2001).
"""

from __future__ import annotations

import itertools
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from voronka.engine.discover.log import EventLog

QUIET_SHARE = 0.95  # of all gaps between events: a case silent for longer than these has ended


@dataclass(slots=True)
class Visits:
    """Stays in one activity: when each began and, of those that are over, when the next began (else 0)."""

    entered: array[int] = field(default_factory=lambda: array("q"))
    left: array[int] = field(default_factory=lambda: array("q"))

    def over(self) -> list[tuple[int, int]]:
        return [(start, end) for start, end in zip(self.entered, self.left, strict=True) if end]


@dataclass(frozen=True, slots=True)
class Mined:
    """Counts are of cases unless said otherwise; activities by their numbers in the log.

    ``rank`` is the mean place of an activity's first occurrence among those of its case, 0 to 1. ``follows`` counts
    pairs of neighbours (events), ``before`` cases in which one first came before the other.
    """

    cases: Mapping[int, int]
    events: Mapping[int, int]
    starts: Mapping[int, int]
    ends: Mapping[int, int]
    rank: Mapping[int, float]
    follows: Mapping[tuple[int, int], int]
    before: Mapping[tuple[int, int], int]
    variants: int

    def dependency(self, one: int, other: int) -> float:
        """From -1 to 1: how surely ``other`` follows ``one``, not the reverse; of one with itself: repetition."""
        forth, back = self.follows.get((one, other), 0), self.follows.get((other, one), 0)
        if one == other:
            return forth / (forth + 1)
        return (forth - back) / (forth + back + 1)

    def closing(self, one: int) -> float:
        """Share of the cases with an activity that end with it."""
        return self.ends.get(one, 0) / self.cases[one] if self.cases.get(one) else 0.0


def mine(log: EventLog) -> Mined:
    """Count the log once; cases of one course are counted together."""
    courses: Counter[bytes] = Counter(log.act[start:end].tobytes() for _, start, end in log.spans())
    cases: Counter[int] = Counter()
    events: Counter[int] = Counter()
    starts: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    ranks: defaultdict[int, float] = defaultdict(float)
    follows: Counter[tuple[int, int]] = Counter()
    before: Counter[tuple[int, int]] = Counter()
    for text, count in courses.items():
        course = array("l")
        course.frombytes(text)
        firsts = list(dict.fromkeys(course))
        for act in course:
            events[act] += count
        for one, other in itertools.pairwise(course):
            follows[one, other] += count
        starts[course[0]] += count
        ends[course[-1]] += count
        last = max(1, len(firsts) - 1)
        for place, act in enumerate(firsts):
            cases[act] += count
            ranks[act] += count * place / last
            for later in firsts[place + 1 :]:
                before[act, later] += count
    return Mined(
        cases, events, starts, ends, {a: ranks[a] / n for a, n in cases.items()}, follows, before, len(courses)
    )


def order(mined: Mined, activities: Iterable[int], names: Sequence[str]) -> list[int]:
    """Activities as they come: by mean rank, then no neighbours against the majority of cases that have both."""
    found = sorted(activities, key=lambda a: (mined.rank[a], -mined.cases[a], names[a]))
    swapped = True
    while swapped:  # each swap takes away more contradicting cases than it brings, so this ends
        swapped = False
        for i in range(len(found) - 1):
            one, other = found[i], found[i + 1]
            if mined.before.get((other, one), 0) > mined.before.get((one, other), 0):
                found[i], found[i + 1] = other, one
                swapped = True
    return found


def stays(log: EventLog, kept: frozenset[int], final: frozenset[int]) -> dict[int, Visits]:
    """Visits of the ``kept`` activities; what comes again at once is one visit, ``final`` ones have none."""
    found: dict[int, Visits] = {act: Visits() for act in kept if act not in final}
    acts, at = log.act, log.at
    for _, start, end in log.spans():
        here, since = -1, 0
        for i in range(start, end):
            act = acts[i]
            if act == here or act not in kept:
                continue
            if here in found:
                _stay(found[here], since, at[i])
            here, since = act, at[i]
        if here in found:
            _stay(found[here], since, 0)
    return found


def _stay(visits: Visits, entered: int, left: int) -> None:
    visits.entered.append(entered)
    visits.left.append(left)


def quiet_after(log: EventLog) -> int:
    """Ms of silence after which a case that has not ended is taken for ended: longer than 95 % of all gaps."""
    gaps = array("q")
    at = log.at
    for _, start, end in log.spans():
        for i in range(start + 1, end):
            gaps.append(at[i] - at[i - 1])
    return percentile(sorted(gaps), QUIET_SHARE) if gaps else 0


def percentile(ordered: Sequence[int], share: float) -> int:
    """The nearest-rank percentile: the smallest value that at least this share of all do not exceed."""
    rank = -int(-share * len(ordered) // 1)
    return ordered[max(0, min(len(ordered), rank) - 1)]
