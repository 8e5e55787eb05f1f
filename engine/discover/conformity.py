"""Where a log leaves a declared pipeline: each case walked along the order of stages, deviations counted.

A step is a change of stage, the first one included, or an activity that the pipeline does not know. Fitness is the
share of steps that go as declared: to the next stage of the order, to the end, or along a way that a rule, a robot or a
return declares. It is a count, simpler than token replay or alignments (Rozinat and van der Aalst, Conformance checking
of processes based on monitoring real behavior, 2008), because stages are a scale: each step is right or wrong by
itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from voronka.dsl.definition.values import Duration
from voronka.dsl.docs.scheme import scheme
from voronka.engine.compile import Ctx
from voronka.engine.deal.state import Deal
from voronka.engine.discover.log import EventLog
from voronka.engine.discover.matching import REASON, Target
from voronka.engine.program.build import Program, Programs
from voronka.engine.time.wall import OutOfRange

EXAMPLES = 3
# what counts against fitness, and what is told beside it
STEPS = ("start", "skip", "back", "after_close", "reason_from", "unknown")
BESIDE = ("missing", "limit")


@dataclass(slots=True)
class Deviation:
    """One way of leaving the declared process. ``here`` and ``there`` are stages ("" where there is none).

    ``start`` begins in ``there``; ``skip`` and ``back`` go from ``here`` to ``there``, ``names`` are the stages left
    out; ``after_close`` goes on after ``here``; ``reason_from`` loses for the reason ``names`` from ``here``;
    ``unknown`` is the activity ``names``; ``missing`` comes into ``there`` without the field ``names``; ``limit`` stays
    in ``here`` for too long. ``times`` it happened, in ``cases`` cases.
    """

    kind: str
    here: str = ""
    there: str = ""
    names: tuple[str, ...] = ()
    times: int = 0
    cases: int = 0
    examples: list[int] = field(default_factory=list)
    last: int = -1


@dataclass(frozen=True, slots=True)
class Conformity:
    """The whole comparison. ``clean`` cases have no deviation of any kind; ``entered`` counts cases by stage."""

    cases: int
    steps: int
    good: int
    clean: int
    repeats: int
    ignored: int
    deviations: tuple[Deviation, ...]
    entered: Mapping[str, int]
    unfinished: int

    @property
    def fitness(self) -> float:
        return self.good / self.steps if self.steps else 1.0


def conformity(
    log: EventLog,
    programs: Programs,
    program: Program,
    targets: Mapping[int, Target | None],
    columns: Mapping[str, str],
) -> Conformity:
    """Walk every case. ``targets``: what activities are; None: to be ignored; missing: unknown. ``columns``: column ->
    field; required fields are looked at where they have one."""
    return _Walker(log, programs, program, targets, columns).run()


class _Walker:
    def __init__(
        self,
        log: EventLog,
        programs: Programs,
        program: Program,
        targets: Mapping[int, Target | None],
        columns: Mapping[str, str],
    ) -> None:
        self.log, self.program, self.targets = log, program, targets
        pipeline = program.pipeline
        self.stages = pipeline.stages
        self.order = {name: i for i, name in enumerate(name for name, s in pipeline.stages.items() if s.kind == "open")}
        self.won = len(self.order)
        ways = scheme(programs.definition, pipeline.name).ways
        self.declared = {(way.source, way.target) for way in ways if way.kind in ("move", "return")}
        self.lost = pipeline.lost.name if pipeline.lost else ""
        held = {column: name for column, name in columns.items() if column in log.columns}
        self.needs = {
            name: [
                (one, [log.columns[column].codes for column, to in held.items() if to == one])
                for one, when, _ in stage.requires
                if when is None and one in held.values()
            ]
            for name, stage in program.stages.items()
        }
        self.limits = {name: self._limit(name) for name in pipeline.stages}
        self.found: dict[tuple[str, str, str, tuple[str, ...]], Deviation] = {}
        self.entered: defaultdict[str, int] = defaultdict(int)
        self.steps = self.good = self.repeats = self.ignored = self.unfinished = self.clean = 0

    def _limit(self, name: str) -> Duration | None:
        stage = self.program.stages[name]
        if stage.limit is None or not stage.limit_fixed:
            return None
        length = stage.limit(Deal(0, self.program.pipeline.name), Ctx(self.log.last, self.program.calendar))
        return length if isinstance(length, Duration) else None

    def run(self) -> Conformity:
        for case, start, end in self.log.spans():
            self._case(case, start, end)
        ranked = sorted(self.found.values(), key=lambda d: (-d.times, d.kind, d.here, d.there, d.names))
        entered = {name: self.entered[name] for name in self.stages}
        return Conformity(
            len(self.log.cases),
            self.steps,
            self.good,
            self.clean,
            self.repeats,
            self.ignored,
            tuple(ranked),
            entered,
            self.unfinished,
        )

    def _note(self, case: int, kind: str, here: str = "", there: str = "", names: tuple[str, ...] = ()) -> None:
        self.bad = True
        one = self.found.setdefault((kind, here, there, names), Deviation(kind, here, there, names))
        one.times += 1
        if one.last != case:
            one.last = case
            one.cases += 1
            if len(one.examples) < EXAMPLES:
                one.examples.append(case)

    def _case(self, case: int, start: int, end: int) -> None:
        self.bad = False
        here, since, closed = "", 0, False
        seen: set[str] = set()
        for i in range(start, end):
            act = self.log.act[i]
            if act not in self.targets:
                self.steps += 1
                self._note(case, "unknown", names=(self.log.activities[act],))
                continue
            target = self.targets[act]
            if target is None:
                self.ignored += 1
                continue
            there = self.lost if target.kind == REASON else target.name
            if there == here:
                self.repeats += 1
                continue
            if here and not closed:
                self._stayed(case, here, since, self.log.at[i])
            self.steps += 1
            self.good += self._step(case, here, there, target, closed)
            if there not in seen:
                seen.add(there)
                self.entered[there] += 1
            self._needed(case, there, start, i)
            here, since = there, self.log.at[i]
            closed = self.stages[there].kind != "open"
        if here and not closed:
            self.unfinished += 1
            self._stayed(case, here, since, self.log.last)
        self.clean += not self.bad

    def _step(self, case: int, here: str, there: str, target: Target, closed: bool) -> bool:
        """Whether a step goes as declared; if not, it is noted."""
        if (here, there) in self.declared:
            return True
        if closed:
            self._note(case, "after_close", here, there)
            return False
        if self.stages[there].kind == "lost":
            if target.kind == REASON:
                allowed = self.program.pipeline.reasons[target.name].from_
                if allowed and here not in allowed:
                    self._note(case, "reason_from", here, there, (target.name,))
                    return False
            return True
        at, to = self.order.get(here, -1), self.order.get(there, self.won)
        if to == at + 1:
            return True
        if to <= at:
            self._note(case, "back", here, there)
        else:
            between = tuple(name for name, place in self.order.items() if at < place < to)
            self._note(case, "skip" if here else "start", here, there, between)
        return False

    def _needed(self, case: int, there: str, start: int, at: int) -> None:
        for name, columns in self.needs[there]:
            if not any(codes[i] for codes in columns for i in range(start, at + 1)):
                self._note(case, "missing", "", there, (name,))

    def _stayed(self, case: int, stage: str, since: int, until: int) -> None:
        length = self.limits[stage]
        if length is None:
            return
        try:
            due = self.program.calendar.add(since, length)
        except OutOfRange:
            return
        if until > due:
            self._note(case, "limit", stage)
