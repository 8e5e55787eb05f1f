"""A log understood: everything a draft says, as data, before it is put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from voronka.engine.discover.attributes import (
    Attribute,
    Explained,
    Known,
    attributes,
    explaining,
    hands,
    known_at,
)
from voronka.engine.discover.ends import Ends, Fate, ends_of
from voronka.engine.discover.hours import Working, ninetieth, working
from voronka.engine.discover.log import EventLog
from voronka.engine.discover.mining import Mined, mine, order, percentile, stays

FEWEST_STAYS = 10  # that are over, before a limit is proposed
MOST_STAGES = 30


@dataclass(frozen=True, slots=True)
class Found:
    """One activity as a stage. Counts are of cases; ``won`` of ``settled``, those that are not running any more.

    ``limit`` is what 90 % of ``stays`` do not exceed, ``median`` ms. ``back``: earlier activities that cases went
    back to, with how often; ``onward``: which ones come next; ``again``: repetitions at once.
    """

    act: int
    cases: int
    events: int
    starts: int
    ends: int
    won: int
    settled: int
    stays: int
    median: int
    limit: str
    onward: tuple[tuple[int, int], ...]
    back: tuple[tuple[int, int], ...]
    again: int
    either: tuple[int, ...]  # activities that come before it as often as after it
    required: tuple[tuple[int, Known], ...]  # (attribute, how often) first always known here
    people: int
    roles: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Detour:
    """An activity that most cases leave out: of ``further`` cases that went on to what comes later, ``passed`` had it.

    ``after``: the activities it came after.
    """

    act: int
    cases: int
    passed: int
    further: int
    after: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything; ``rare`` activities (with cases) and ``detours`` became no stages, ``unused`` columns no fields."""

    log: EventLog
    mined: Mined
    ends: Ends
    work: Working | None
    zone: ZoneInfo
    stages: tuple[Found, ...]
    won: tuple[Found, ...]
    lost: tuple[tuple[int, int, tuple[tuple[int, int], ...]], ...]  # (activity, cases, from which stages)
    explained: Explained | None
    fields: tuple[Attribute, ...]
    unused: tuple[str, ...]
    rare: tuple[tuple[int, int], ...]
    detours: tuple[Detour, ...]
    silent_from: tuple[tuple[int, int], ...]
    roles: tuple[str, ...]


def understand(
    log: EventLog,
    zone: ZoneInfo,
    won: Sequence[int] = (),
    lost: Sequence[int] = (),
    at_least: float = 0.01,
    passed: float = 0.5,
) -> Findings:
    """Mine a log. ``won``, ``lost``: given ends. A stage needs ``at_least`` this share of all cases, and must have been
    ``passed`` by this share of those that went further."""
    mined = mine(log)
    ends = ends_of(log, mined, won, lost)
    floor = at_least * len(log.cases)
    often = [a for a in mined.cases if a not in ends.final and mined.cases[a] >= floor]
    often.sort(key=lambda a: (-mined.cases[a], log.activities[a]))
    ordered = order(mined, often[:MOST_STAGES], log.activities)
    ordered, detours = _main_line(log, ordered, ends, passed)
    kept = frozenset((*ordered, *ends.final))
    rare = _most(log, Counter({a: n for a, n in mined.cases.items() if a not in kept and a not in detours}))
    fields, unused = attributes(log)
    known = known_at(log, fields)
    work = working(log, zone)
    visits = stays(log, kept, ends.final)
    arcs = _arcs(log, kept)
    place = {act: i for i, act in enumerate((*ordered, *ends.won))}
    settled, wins = _settled(log, ends)
    staff = hands(log)
    demanded: set[int] = set()
    stages = []
    for act in (*ordered, *ends.won):
        over = visits[act].over() if act in visits else []
        required = tuple((n, known[n, act]) for n in range(len(fields)) if n not in demanded and known[n, act].always)
        demanded |= {n for n, _ in required}
        following = sorted(
            ((b, n) for (a, b), n in arcs.items() if a == act), key=lambda one: (-one[1], log.activities[one[0]])
        )
        people, roles = staff.get(act, (0, {}))
        stages.append(
            Found(
                act,
                mined.cases[act],
                mined.events[act],
                mined.starts.get(act, 0),
                mined.ends.get(act, 0),
                wins[act],
                settled[act],
                len(over),
                percentile(sorted(end - start for start, end in over), 0.5) if over else 0,
                ninetieth(over, work, log.plain) if len(over) >= FEWEST_STAYS else "",
                tuple((b, n) for b, n in following if b not in place or place[b] > place[act]),
                tuple((b, n) for b, n in following if b in place and place[b] < place[act]),
                mined.follows.get((act, act), 0),
                _either(mined, act, ordered),
                required,
                people,
                dict(roles),
            )
        )
    cut = len(ordered)
    losses = tuple((act, mined.cases[act], _sources(log, kept, act)) for act in ends.lost if act in mined.cases)
    silent = _silent_from(log, ends, kept)
    names = sorted({role for _, roles in staff.values() for role in roles})
    return Findings(
        log,
        mined,
        ends,
        work,
        zone,
        tuple(stages[:cut]),
        tuple(stages[cut:]),
        losses,
        explaining(log, ends, fields),
        tuple(fields),
        tuple(unused),
        rare,
        tuple(
            Detour(a, mined.cases[a], *counts, _sources(log, kept | {a}, a, every=True))
            for a, counts in detours.items()
        ),
        silent,
        tuple(names),
    )


def _main_line(
    log: EventLog, ordered: list[int], ends: Ends, least: float
) -> tuple[list[int], dict[int, tuple[int, int]]]:
    """The order without detours, and those: activity -> (cases that passed it, cases that went further)."""
    place = {act: i for i, act in enumerate(ordered)} | dict.fromkeys(ends.won, len(ordered))
    passed: Counter[int] = Counter()
    further: Counter[int] = Counter()
    sets = Counter(frozenset(act for act in log.act[start:end] if act in place) for _, start, end in log.spans())
    for acts, count in sets.items():
        last = max((place[act] for act in acts), default=0)
        for act in ordered[:last]:
            further[act] += count
            passed[act] += count if act in acts else 0
    detours = {act: (passed[act], further[act]) for act in ordered if passed[act] < least * further[act]}
    return [act for act in ordered if act not in detours], detours


def _arcs(log: EventLog, kept: frozenset[int]) -> Counter[tuple[int, int]]:
    """How often a kept activity led to another one, those between that are not kept looked over."""
    found: Counter[tuple[int, int]] = Counter()
    for _, start, end in log.spans():
        here = -1
        for act in log.act[start:end]:
            if act in kept and act != here:
                if here >= 0:
                    found[here, act] += 1
                here = act
    return found


def _settled(log: EventLog, ends: Ends) -> tuple[Counter[int], Counter[int]]:
    """Per activity: cases through it that are over, and those of them that were won."""
    over: Counter[int] = Counter()
    won: Counter[int] = Counter()
    for number, start, end in log.spans():
        fate = ends.fates[number]
        if fate is Fate.RUNNING:
            continue
        for act in set(log.act[start:end]):
            over[act] += 1
            won[act] += fate is Fate.WON
    return over, won


def _either(mined: Mined, act: int, ordered: Sequence[int]) -> tuple[int, ...]:
    """Activities of which neither surely comes first: both orders are frequent (a dependency below one half)."""
    found = []
    for other in ordered:
        both = mined.before.get((act, other), 0) + mined.before.get((other, act), 0)
        less = min(mined.before.get((act, other), 0), mined.before.get((other, act), 0))
        if other != act and both >= 10 and less >= 0.3 * both and abs(mined.dependency(act, other)) < 0.5:
            found.append(other)
    return tuple(found)


def _before(log: EventLog, start: int, at: int, kept: frozenset[int], act: int) -> int:
    for i in range(at - 1, start - 1, -1):
        if log.act[i] in kept and log.act[i] != act:
            return log.act[i]
    return -1


def _sources(log: EventLog, kept: frozenset[int], act: int, every: bool = False) -> tuple[tuple[int, int], ...]:
    """What came before an activity: before its first event in each case, or before ``every`` one."""
    found: Counter[int] = Counter()
    for _, start, end in log.spans():
        for i in range(start, end):
            if log.act[i] == act:
                found[_before(log, start, i, kept, act)] += 1
                if not every:
                    break
    return _most(log, found)


def _silent_from(log: EventLog, ends: Ends, kept: frozenset[int]) -> tuple[tuple[int, int], ...]:
    found: Counter[int] = Counter()
    for number, start, end in log.spans():
        if ends.fates[number] is Fate.SILENT:
            found[_before(log, start, end, kept, -1)] += 1
    return _most(log, found)


def _most(log: EventLog, counts: Counter[int]) -> tuple[tuple[int, int], ...]:
    return tuple(
        sorted(
            ((act, n) for act, n in counts.items() if act >= 0),
            key=lambda one: (-one[1], log.activities[one[0]]),
        )
    )
