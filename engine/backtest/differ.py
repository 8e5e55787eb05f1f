"""What one deal did otherwise under the edited definition than in the control, in the names of the edited one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from voronka.engine.backtest.facts import Rule, Track
from voronka.engine.backtest.replay import Replay
from voronka.engine.deal.protocol import Unmet
from voronka.engine.program.lineage import Lineage

SAME, DIFFERS, DIVERGED = "same", "differs", "diverged"
End = tuple[str, str, str]  # open won lost or absent; stage; reason of a loss


@dataclass(frozen=True, slots=True)
class Block:
    """An event, or a move by ``rule``, that the control took and the edited definition did not.

    ``kind`` of the event (``rule``: a rule's move, ``absent``: there is no such deal). ``target``: where it led, in
    names. ``unmet`` without values.
    """

    at: int
    version: int
    kind: str
    target: str
    unmet: tuple[Unmet, ...]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One deal. ``blocked``: what kept it first; ``later``: events that were refused after that.

    ``unlike``: in which facts the control is not what the log says; None where that is not to be expected (``older``:
    it lived under other versions). Pairs of numbers are (more, fewer) than in the control; shifts are in ms.
    """

    deal: int
    pipeline: str
    inputs: int
    status: str = SAME
    unlike: str | None = None
    older: bool = False
    blocked: tuple[Block, ...] = ()
    later: int = 0
    tasks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sent: Mapping[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    made: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    moved: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # stage, rule
    shifts: tuple[tuple[str, int], ...] = ()
    timing: tuple[tuple[str, str, int], ...] = ()  # rule, where to or why, ms: it acted in both, at other instants
    ends: tuple[End, End] = (("absent", "", ""), ("absent", "", ""))
    lost_by: tuple[Rule | None, Rule | None] = (None, None)


def compare(
    number: int,
    pipeline: str,
    count: int,
    control: Replay,
    edited: Replay,
    lines: Lineage | None,
) -> Result:
    """The result of one recorded deal. ``lines``: how names of the control go on in the edited definition."""
    one, two = _named(control, number, lines), _named(edited, number, None)
    blocks, later, refused = _blocks(control, edited, number, one, two)
    ends = _end(control, number, one), _end(edited, number, two)
    rules = one.rule if one.end == "lost" else None, two.rule if two.end == "lost" else None
    found = Result(
        number,
        pipeline,
        count,
        blocked=blocks,
        later=later,
        tasks=_pairs(one.tasks, two.tasks),
        sent=_pairs(one.sent, two.sent),
        made=_pairs(one.made, two.made),
        moved=_pairs(_by_rule(one), _by_rule(two)),
        shifts=tuple(
            (path, due - one.dues[path, nth])
            for (path, nth), due in sorted(two.dues.items())
            if (path, nth) in one.dues and one.dues[path, nth] != due
        ),
        timing=_timing(one, two),
        ends=ends,
        lost_by=rules,
    )
    differs = any((found.tasks, found.sent, found.made, found.moved, found.shifts, blocks, ends[0] != ends[1]))
    way_one = [(move.at, move.stage) for move in one.moves]
    way_two = [(move.at, move.stage) for move in two.moves]
    gone = ends[1][0] == "absent" != ends[0][0]
    status = DIVERGED if refused or gone else DIFFERS if differs or way_one != way_two else SAME
    return replace(found, status=status)


def _blocks(
    control: Replay, edited: Replay, number: int, one: Track, two: Track
) -> tuple[tuple[Block, ...], int, bool]:
    """What kept the deal first, how many events were refused after that, and whether any was.

    That is a rule's move that the control made more often and a gate still kept, or the first event that was refused.
    """
    kept = {refused.entry.row for refused in control.refused.get(number, ())}
    refused = [known for known in edited.refused.get(number, ()) if known.entry.row not in kept]
    before, after = _ruled(one), _ruled(two)
    held = [
        Block(since, 0, "rule", name, _bare(unmet), path)
        for (path, name), (since, _, unmet) in sorted(two.held_back.items())
        if before[path, name] > after[path, name] and (not refused or since <= refused[0].entry.event.at)
    ]
    if held or not refused:
        return tuple(held), len(refused), bool(refused)
    entry, target, unmet = refused[0]
    kind = "absent" if unmet[0].kind == "absent" else entry.event.kind  # of a deal that is not there any event is alike
    first = Block(entry.event.at, entry.version, kind, target, _bare(unmet))
    return (first,), len(refused) - 1, True


def _ruled(track: Track) -> Counter[tuple[str, str]]:
    """How often each rule moved or lost the deal, by where to or why."""
    return Counter((m.rule[0], m.reason or m.stage) for m in track.moves if m.rule is not None)


def _bare(unmet: Sequence[Unmet]) -> tuple[Unmet, ...]:
    """Reasons without the values behind them: those are of one deal, and may be personal."""
    return tuple(replace(one, operands=()) for one in unmet)


def _named(replay: Replay, number: int, lines: Lineage | None) -> Track:
    """What became of a deal, and of those that only this replay made of it, in the names of the edited definition."""
    track = replay.tracks.get(number, Track())
    others = [replay.tracks[one] for one, home in replay.home.items() if home == number and one in replay.tracks]
    if lines is None and not others:
        return track

    def path(text: str) -> str:
        if lines is None:
            return text
        stage, sign, rest = text.partition("/")
        if sign and rest == "#limit":
            return f"{lines.name('stage', stage) or stage}/#limit"
        return lines.paths.get(text, text)

    def name(kind: str, text: str) -> str:
        return text if lines is None else lines.name(kind, text) or text

    made = Track(track.pipeline)
    made.moves = [
        replace(
            move,
            stage=name("stage", move.stage),
            rule=None if move.rule is None else (path(move.rule[0]), move.rule[1]),
        )
        for move in track.moves
    ]
    made.end, made.stage, made.reason = track.end, name("stage", track.stage), name("reason", track.reason)
    made.rule = None if track.rule is None else (path(track.rule[0]), track.rule[1])
    for one in (track, *others):
        for key, n in one.tasks.items():
            made.tasks[path(key) if one is track else key] += n
        for (channel, where, template), n in one.sent.items():
            made.sent[channel, path(where) if one is track else where, template] += n
        made.made.update(one.made)
    for (where, nth), due in track.dues.items():
        made.dues.setdefault((path(where), nth), due)
    for (where, target), about in track.held_back.items():
        kind = "reason" if about[1] == "lose" else "stage"
        made.held_back.setdefault((path(where), name(kind, target)), about)
    return made


def _timing(one: Track, two: Track) -> tuple[tuple[str, str, int], ...]:
    """By how much a rule's n-th move or loss came earlier or later."""
    before, after = _instants(one), _instants(two)
    return tuple((key[0], key[1], at - before[key]) for key, at in sorted(after.items()) if before.get(key, at) != at)


def _instants(track: Track) -> dict[tuple[str, str, int], int]:
    found: dict[tuple[str, str, int], int] = {}
    count: Counter[tuple[str, str]] = Counter()
    for move in track.moves:
        if move.rule is not None:
            key = (move.rule[0], move.reason or move.stage)
            count[key] += 1
            found[(*key, count[key])] = move.at
    return found


def _by_rule(track: Track) -> Counter[tuple[str, str]]:
    """Moves that a rule made, but losses, which are told apart."""
    return Counter((m.stage, m.rule[0]) for m in track.moves if m.rule is not None and m.reason is None)


def _end(replay: Replay, number: int, track: Track) -> End:
    return (track.end, track.stage, track.reason) if replay.ground.held(number) is not None else ("absent", "", "")


def _pairs(one: Counter[Any], two: Counter[Any]) -> dict[Any, tuple[int, int]]:
    """How many more and fewer of each there are in the second."""
    return {
        key: (max(two[key] - one[key], 0), max(one[key] - two[key], 0))
        for key in sorted({*one, *two})
        if one[key] != two[key]
    }
