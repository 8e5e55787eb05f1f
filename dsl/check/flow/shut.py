"""Moves and losses by rule that their target's gates can never let in, and reasons that nobody can give (U1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from voronka.dsl.check.flow.everywhere import Everywhere
from voronka.dsl.check.flow.facts import Book, Fact
from voronka.dsl.check.flow.past import Past, past_of
from voronka.dsl.check.flow.report import Report, joined, places
from voronka.dsl.check.flow.walk import Deed
from voronka.dsl.definition.actions import Lose, Move, SetField
from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.model import Reason, Return, Stage, Standing
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

NOTHING_SAID = Both("", "")
_WORD = re.compile(r"[\w.]+")
MOVE = Both("this move", "этот переход")
LOSS = Both("this loss", "этот проигрыш")
RETURN = Both("this return", "этот возврат")
CLOSED = Both("the deal is closed by then", "сделка к тому времени закрыта")


def analyse(book: Book, closed: frozenset[str], report: Report, seen: Everywhere) -> None:
    """Report on all moves, losses and returns. ``closed`` are stages that `reach` has reported on already."""
    pipeline = book.pipeline
    if pipeline.kind != "pipeline" or pipeline.derived:
        return
    for deed in book.deeds:
        action = deed.action
        if isinstance(action, Move | Standing) and action.stage in pipeline.stages:
            _move(book, deed, pipeline.stages[action.stage], closed, report, seen)
        elif isinstance(action, Lose | Standing) and action.reason in pipeline.reasons:
            _lose(book, deed, pipeline.reasons[action.reason], report, seen)
    for reason in pipeline.reasons.values():
        _usable(book, reason, closed, report, seen)
        for rule in reason.returns:
            if rule.stage in pipeline.stages and rule.stage not in closed:
                _return(book, rule, pipeline.stages[rule.stage], report, seen)


# --- moves -----------------------------------------------------------------------------------------------------------


def _move(book: Book, deed: Deed, target: Stage, closed: frozenset[str], report: Report, seen: Everywhere) -> None:
    if target.name in closed or target.kind == "lost" or deed.home in closed:
        return
    if deed.home == target.name:
        say = partial(report.say, codes.MOVE_TO_ITSELF, deed.loc, {"stage": target.name})
        seen.note(codes.MOVE_TO_ITSELF, deed.loc, say)
        return
    seen.note(codes.MOVE_TO_ITSELF, deed.loc, None)
    home = None if deed.home is None else book.pipeline.stages[deed.home]
    if home is not None and home.kind != "open" and target.kind != "open":
        _never(deed.loc, MOVE, CLOSED, (), report, seen)
        return
    if target.retiring and (home is None or home.kind == "open"):
        args = {"what": MOVE, "stage": target.name}
        seen.note(codes.INTO_RETIRING, deed.loc, partial(report.say, codes.INTO_RETIRING, deed.loc, args))
        return
    stages = [home] if home is not None else [s for s in book.pipeline.stages.values() if s.kind == "open"]
    past = past_of(book, deed)
    # where its own condition is never true, `gates` says so
    heres = [s.name for s in stages if s is not target and s.name not in closed]
    heres = [here for here in heres if not book.clash(past.known, here)]
    if heres:
        never = all(book.clash(_tried(book, past, here, target), here) for here in heres)
        core = book.conflict(_tried(book, past, heres[0], target), heres[0]) if never else ()
        _judge(book, deed, core, MOVE, report, seen, never and all(_hard(book, here, target) for here in heres))


def _tried(book: Book, past: Past, here: str, target: Stage) -> list[Fact]:
    """What must hold for a deal in ``here`` to be let into the target, right after what was done on the way."""
    gates = book.entering(target.name)
    if book.pipeline.stages[here].kind == "open" and book.order[target.name] > book.order[here]:
        gates = [*gates, *book.leaving(here)]
    return [*past.known, *past.see([*book.checks, *gates])]


def _hard(book: Book, here: str, target: Stage) -> bool:
    """Whether it is blocked whatever its own conditions are, so that no later try can succeed either."""
    fresh = Past(book)
    fresh.known = book.staying(here)
    return book.clash(_tried(book, fresh, here, target), here)


def _judge(
    book: Book, deed: Deed, core: Sequence[Fact], what: Both, report: Report, seen: Everywhere, hard: bool
) -> None:
    """A rule by state needs its condition while it moves; what a robot wanted stays pending and may succeed later."""
    if not core:
        seen.note(codes.NEVER_LET_IN, deed.loc, None)
        seen.note(codes.BLOCKED_WHEN_TRIED, deed.loc, None)
        return
    if hard or (isinstance(deed.action, Standing) and deed.action.moment is None):
        _never(deed.loc, what, report.why(core), core, report, seen)
        return
    args = {"what": what, "why": report.why(core)}
    labels = [*places(core), *_set_before(deed, core, report)]
    say = partial(report.say, codes.BLOCKED_WHEN_TRIED, deed.loc, args, labels)
    seen.note(codes.BLOCKED_WHEN_TRIED, deed.loc, say)


def _set_before(deed: Deed, core: Sequence[Fact], report: Report) -> Iterator[tuple[Loc, Both]]:
    """Where the fields that the causes speak of were set just before."""
    words = {word for fact in core for word in _WORD.findall(report.text(fact.expr))}
    for step in deed.before:
        if isinstance(step, SetField) and step.field in words:
            yield step.loc, Both(f"`{step.field}` is set just before", f"`{step.field}` меняется прямо перед этим")


def _never(loc: Loc, what: Both, why: Both, core: Sequence[Fact], report: Report, seen: Everywhere) -> None:
    say = partial(report.say, codes.NEVER_LET_IN, loc, {"what": what, "why": why}, places(core))
    seen.note(codes.NEVER_LET_IN, loc, say)


# --- losses and returns ----------------------------------------------------------------------------------------------


def _lose(book: Book, deed: Deed, reason: Reason, report: Report, seen: Everywhere) -> None:
    home = None if deed.home is None else book.pipeline.stages[deed.home]
    if home is not None and home.kind != "open":
        _never(deed.loc, LOSS, CLOSED, (), report, seen)
        return
    if home is not None and reason.from_ and home.name not in reason.from_:
        args = {"stage": home.name, "reason": reason.name, "allowed": ", ".join(reason.from_)}
        labels = [(reason.loc, Both("the reason is declared here", "причина объявлена здесь"))]
        say = partial(report.say, codes.LOSS_NOT_FROM_HERE, deed.loc, args, labels)
        seen.note(codes.LOSS_NOT_FROM_HERE, deed.loc, say)
        return
    seen.note(codes.LOSS_NOT_FROM_HERE, deed.loc, None)
    past = past_of(book, deed)
    if book.clash(past.known, deed.home):
        return
    wanted = [book.require(require) for require in reason.requires]
    core = book.conflict([*past.known, *past.see(wanted)], deed.home)
    _judge(book, deed, core, LOSS, report, seen, hard=bool(book.conflict(wanted)))


def _usable(book: Book, reason: Reason, closed: frozenset[str], report: Report, seen: Everywhere) -> None:
    """A reason that no stage may give, or that requires what cannot be."""
    stages = book.pipeline.stages
    core = book.conflict([book.require(require) for require in reason.requires])
    if reason.from_ and not any(stages[name].kind == "open" and name not in closed for name in reason.from_):
        names = (
            joined([f"`{name}`" for name in reason.from_], "and"),
            joined([f"`{name}`" for name in reason.from_], "и"),
        )
        why = Both(f"no open deal is ever in {names[0]}", f"ни одна открытая сделка не бывает в {names[1]}")
    elif core:
        why = report.why(core)
    else:
        return
    args = {"reason": reason.name, "why": why}
    report.say(codes.REASON_NEVER_USABLE, reason.loc, args, places(core))


def _return(book: Book, rule: Return, target: Stage, report: Report, seen: Everywhere) -> None:
    """A lost deal that comes back must be able to enter (Meaning 9)."""
    if target.kind != "open":
        _never(rule.loc, RETURN, Both(f"{target.name} is not open", f"{target.name} — закрытый этап"), (), report, seen)
        return
    if target.retiring:
        args = {"what": RETURN, "stage": target.name}
        seen.note(codes.INTO_RETIRING, rule.loc, partial(report.say, codes.INTO_RETIRING, rule.loc, args))
        return
    lost = book.pipeline.lost
    when = [] if rule.when is None else book.fact(rule.when, rule.loc, NOTHING_SAID)
    core = book.conflict([*when, *book.entering(target.name)], None if lost is None else lost.name)
    if core:
        _never(rule.loc, RETURN, report.why(core), core, report, seen)
    else:
        seen.note(codes.NEVER_LET_IN, rule.loc, None)
