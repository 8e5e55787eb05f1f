"""Automatic moves that go round without end: at once, through time, through tunnels that create deals (U1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from voronka.dsl.check.flow.circuits import circuits
from voronka.dsl.check.flow.facts import Book
from voronka.dsl.check.flow.journey import Journey, Leg, Place, takes_time
from voronka.dsl.check.flow.report import Report
from voronka.dsl.check.flow.terms import fraction
from voronka.dsl.check.flow.walk import AT_ONCE, BY_TIME, Deed, cause_of_moment
from voronka.dsl.definition.actions import Lose, Move, Tunnel
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.model import Standing
from voronka.dsl.definition.values import Duration
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

ROUNDS = 3
"""How often a circle is walked before it counts as endless: values set on the way have settled by then."""
TRIES = 400
"""How many circles are walked at most; what is left then counts as ending."""
_DAYS = {
    "min": Fraction(1, 1440),
    "hour": Fraction(1, 24),
    "workhour": Fraction(1, 24),
    "day": Fraction(1),
    "workday": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(28),
    "year": Fraction(365),
}


def legs(book: Book, books: Mapping[str, Book]) -> tuple[Leg, ...]:
    """Transitions of one pipeline that need nobody and may happen at all."""
    return tuple(leg for leg in _legs(book, books) if _walked(books, (leg,), 1))


def analyse(legs: Sequence[Leg], books: Mapping[str, Book], report: Report) -> None:
    """Report each circle of automatic transitions once, those within one event first."""
    found = sorted(circuits(legs), key=lambda circuit: (any(leg.timed for leg in circuit), len(circuit)))
    reported: set[int] = set()
    left = TRIES
    for circuit in found:
        if any(id(leg) in reported for leg in circuit) or _comes_back_late(circuit):
            continue
        left -= 1
        if left < 0:
            break
        if _walked(books, circuit, ROUNDS):
            reported |= {id(leg) for leg in circuit}
            _say(circuit, report)


def _walked(books: Mapping[str, Book], legs: Sequence[Leg], rounds: int) -> bool:
    journey = Journey(books, legs[0].source)
    for _ in range(rounds):
        for leg in legs:
            journey.go(leg)
    return journey.possible()


def _legs(book: Book, books: Mapping[str, Book]) -> Iterator[Leg]:
    """Every transition that needs nobody: of rules, robots, losses that return, tunnels."""
    pipeline = book.pipeline
    if pipeline.kind != "pipeline" or pipeline.derived:
        return
    lost = "" if pipeline.lost is None else pipeline.lost.name
    for deed in book.deeds:
        if deed.cause not in AT_ONCE | BY_TIME or deed.bounded:
            continue
        target = _target(book, books, deed, lost)
        for source in _sources(book, deed, lost) if target is not None else ():
            if target is not None and source != target:
                yield Leg(source, target, deed, None, takes_time(deed))
    for reason in pipeline.reasons.values():
        for rule in reason.returns:
            cause = cause_of_moment(rule.moment)
            if cause in AT_ONCE | BY_TIME and rule.stage in pipeline.stages:
                source = (pipeline.name, lost, reason.name)
                yield Leg(source, (pipeline.name, rule.stage, ""), None, rule, cause in BY_TIME)


def _target(book: Book, books: Mapping[str, Book], deed: Deed, lost: str) -> Place | None:
    action, name = deed.action, book.pipeline.name
    if isinstance(action, Move | Standing) and action.stage:
        return (name, action.stage, "") if action.stage in book.pipeline.stages else None
    if isinstance(action, Lose | Standing) and action.reason:
        return (name, lost, action.reason) if action.reason in book.pipeline.reasons else None
    if isinstance(action, Tunnel):
        there = books.get(action.pipeline)
        if there is not None and there.pipeline.kind == "pipeline" and not there.pipeline.derived:
            return action.pipeline, action.start or there.pipeline.first.name, ""
    return None


def _sources(book: Book, deed: Deed, lost: str) -> list[Place]:
    name = book.pipeline.name
    if deed.home is None:
        return [(name, stage.name, "") for stage in book.pipeline.stages.values() if stage.kind == "open"]
    if deed.home == lost:
        return [(name, lost, reason) for reason in book.pipeline.reasons if deed.reason in ("", reason)]
    return [(name, deed.home, "")]


def _comes_back_late(circuit: Sequence[Leg]) -> bool:
    """A lost deal that is taken up again after a day or more: that is what suspending one is for (R58, R59)."""
    if not any(leg.rule is not None for leg in circuit):
        return False
    total = Fraction(0)
    for leg in circuit:
        if leg.rule is not None:
            total += _days(leg.rule.moment.offset)
        elif leg.timed and leg.deed is not None:
            total += _days(leg.deed.length)
    return total >= 1


def _days(length: Expr | None) -> Fraction:
    """At least how many days a length is; one that is not written as a number counts as long enough."""
    if length is None:
        return Fraction(0)
    if length.op != "const" or not isinstance(length.value, Duration):
        return Fraction(1)
    return (fraction(length.value.n) or Fraction(0)) * _DAYS[length.value.unit]


def _say(circuit: Sequence[Leg], report: Report) -> None:
    pipelines = {leg.source[0] for leg in circuit}
    names = [_name(leg.source, len(pipelines) > 1) for leg in circuit]
    steps = [f" -> {name} ({leg.loc})" for name, leg in zip([*names[1:], names[0]], circuit, strict=True)]
    labels = [
        (leg.loc, Both(f"{here} -> {there}", f"{here} -> {there}"))
        for here, there, leg in zip(names, [*names[1:], names[0]], circuit, strict=True)
    ]
    timed = any(leg.timed for leg in circuit)
    if any(leg.deed is not None and isinstance(leg.deed.action, Tunnel) for leg in circuit):
        code = codes.DEALS_IN_CIRCLES if timed else codes.DEALS_FOR_EVER
    else:
        code = codes.MOVES_IN_CIRCLES if timed else codes.MOVES_FOR_EVER
    report.say(code, circuit[0].loc, {"path": names[0] + "".join(steps)}, labels)


def _name(place: Place, full: bool) -> str:
    pipeline, stage, reason = place
    name = f"{stage}/{reason}" if reason else stage
    return f"{pipeline}.{name}" if full else name
