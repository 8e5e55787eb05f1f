"""Stages no deal can come into, none can go on from, and pipelines that cannot be won (U1)."""

from __future__ import annotations

from collections.abc import Sequence

from voronka.dsl.check.flow.facts import CREATION, Book, Fact
from voronka.dsl.check.flow.report import Report, places
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Stage
from voronka.dsl.definition.types import BOOL
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

Core = tuple[Fact, ...]
ENTERED = Both("to enter", "входа в")
LEFT = Both("to leave", "выхода из")


def analyse(book: Book, report: Report) -> frozenset[str]:
    """Report on all stages of one pipeline, each cause once, at the narrowest place.

    Gives back the stages that no deal can come into, so that nothing else is said of the ways there.
    """
    pipeline = book.pipeline
    if pipeline.kind != "pipeline" or not pipeline.stages:
        return frozenset()
    if pipeline.won is None:
        report.say(codes.NO_WON_STAGE, pipeline.loc, {"pipeline": pipeline.name})
    if pipeline.derived:
        derived(book, report)
        return frozenset()
    shut = {stage.name for stage in pipeline.stages.values() if _shut(book, stage, report)}
    stages = [stage for stage in pipeline.stages.values() if stage.kind == "open" and stage.name not in shut]
    free = [stage for stage in stages if not _locked(book, stage, report)]
    won = pipeline.won
    if won is not None and won.name not in shut and not _winnable(book, won, free, report):
        shut.add(won.name)
    for stage in free:
        _dead_end(book, stage, shut, report)
    return frozenset(shut)


# --- coming in -------------------------------------------------------------------------------------------------------


def way_in(book: Book, target: Stage, source: str) -> Core:
    """What keeps a deal out that comes from ``source``: a stage, or CREATION. Empty when it may come in."""
    return book.conflict(_on_the_way(book, target, source), source)


def comes_in(book: Book, target: Stage, source: str) -> bool:
    """Whether nothing keeps a deal out that comes from ``source``."""
    return not book.clash(_on_the_way(book, target, source), source)


def _on_the_way(book: Book, target: Stage, source: str) -> list[Fact]:
    wanted = list(book.entering(target.name))
    if source == CREATION:
        return [*wanted, book.still_open()]
    wanted += book.staying(source)
    if book.pipeline.stages[source].kind == "open":
        wanted.append(book.still_open())
        if book.order[target.name] > book.order[source]:
            wanted += book.leaving(source)
    return wanted


def sources(book: Book, target: Stage) -> list[str]:
    """Where deals that enter a stage may come from; closed ones may be reopened."""
    found = [CREATION] if target.kind == "open" else []
    others = (stage for stage in book.pipeline.stages.values() if stage.name != target.name)
    return [*found, *(other.name for other in others if "open" in (other.kind, target.kind))]


def never(book: Book, target: Stage, facts: Sequence[Fact]) -> Core:
    """Why these conditions for coming in hold wherever a deal comes from; empty when they may hold."""
    if target.kind == "won":
        facts = [*facts, book.still_open()]
    core = book.conflict(facts)
    if core or not any(node.op in ("task", "check") for fact in facts for node in fact.expr.walk()):
        return core
    found = sources(book, target)
    if not all(book.clash(facts, source) for source in found):
        return ()
    return book.conflict(facts, found[-1]) if found else ()


def _shut(book: Book, stage: Stage, report: Report) -> bool:
    """Whether no deal can come into a stage; reports why."""
    if stage.kind == "lost":
        return False
    for gate in stage.enter:
        core = never(book, stage, book.fact(gate.when, gate.loc, Both("", "")))
        if core:
            _gate(book, report, stage, gate.loc, ENTERED, core)
            return True
    facts = book.entering(stage.name)
    core = never(book, stage, facts)
    args = {"pipeline": book.pipeline.name, "stage": stage.name}
    if core:
        code = codes.NO_WAY_TO_WON if stage.kind == "won" else codes.STAGE_UNREACHABLE
        report.say(code, stage.loc, {**args, "why": report.why(core)}, places(core))
    elif stage is book.pipeline.first and stage.kind == "open":
        _creatable(book, stage, report)
    return bool(core)


def _creatable(book: Book, stage: Stage, report: Report) -> None:
    if stage.retiring:
        report.say(codes.FIRST_STAGE_RETIRING, stage.loc, {"stage": stage.name})
        return
    core = way_in(book, stage, CREATION)
    if core:
        args = {"stage": stage.name, "why": report.why(core)}
        report.say(codes.FIRST_STAGE_SHUT, stage.loc, args, places(core))


def _gate(book: Book, report: Report, stage: Stage, loc: Loc, what: Both, core: Core) -> None:
    notes = []
    if what is ENTERED and stage.kind == "won":
        text = f"no deal of {book.pipeline.name} can ever be won", f"ни одну сделку в {book.pipeline.name} не выиграть"
        notes.append(Both(*text))
    elif what is ENTERED:
        notes.append(Both(f"no deal can ever come into {stage.name}", f"ни одна сделка не попадёт в {stage.name}"))
    else:
        text = f"from {stage.name} deals can only go back or be lost", f"из {stage.name} можно только назад или в отказ"
        notes.append(Both(*text))
    args = {"stage": stage.name, "what": what, "why": report.why(core)}
    report.say(codes.GATE_NEVER_HOLDS, loc, args, places(core), notes)


# --- going on --------------------------------------------------------------------------------------------------------


def _locked(book: Book, stage: Stage, report: Report) -> bool:
    """Whether an open stage lets nothing go on, wherever it leads; reports why."""
    staying = book.staying(stage.name)
    for gate in stage.leave:
        core = book.conflict([*staying, *book.fact(gate.when, gate.loc, Both("", ""))], stage.name)
        if core:
            _gate(book, report, stage, gate.loc, LEFT, core)
            return True
    core = book.conflict([*staying, *book.leaving(stage.name)], stage.name)
    if core:
        report.say(codes.DEAD_END, stage.loc, {"stage": stage.name, "why": report.why(core)}, places(core))
    return bool(core)


def _winnable(book: Book, won: Stage, free: Sequence[Stage], report: Report) -> bool:
    """Whether some stage lets deals be won; reports why none does."""
    if not free or any(comes_in(book, won, stage.name) for stage in reversed(free)):
        return True
    core = way_in(book, won, free[0].name)
    args = {"pipeline": book.pipeline.name, "stage": won.name, "why": report.why(core)}
    report.say(codes.NO_WAY_TO_WON, won.loc, args, places(core))
    return False


def _dead_end(book: Book, stage: Stage, shut: set[str], report: Report) -> None:
    """Report a stage that every later one shuts out."""
    later = list(book.pipeline.stages.values())[book.order[stage.name] + 1 :]
    later = [other for other in later if other.kind != "lost" and not other.retiring and other.name not in shut]
    if not later or any(comes_in(book, other, stage.name) for other in later):
        return
    core = way_in(book, later[-1], stage.name)
    report.say(codes.DEAD_END, stage.loc, {"stage": stage.name, "why": report.why(core)}, places(core))


# --- stages that follow conditions -----------------------------------------------------------------------------------


def derived(book: Book, report: Report) -> None:
    """Stages whose condition never decides: it cannot hold, or a later one holds every time (Meaning 11)."""
    shown = [(stage, _shows(book, stage)) for stage in book.pipeline.stages.values()]
    for index, (stage, when) in enumerate(shown):
        if when is None and stage.kind != "open":
            continue
        facts = [] if when is None else book.fact(when, stage.loc, Both("", ""))
        core = book.conflict(facts)
        if not core:
            others = shown[index + 1 :] if when is not None else shown
            said = Both("this wins while it holds", "это условие побеждает, пока верно")
            facts += [
                Fact(book.plain(other), later.loc, said, Truth.NOT_TRUE) for later, other in others if other is not None
            ]
            core = book.conflict(facts)
        if core:
            _never_shown(report, stage, core)


def _shows(book: Book, stage: Stage) -> Expr | None:
    """When a derived stage holds; the lost one holds when one of its reasons does."""
    if stage.kind != "lost":
        return stage.when
    whens = [reason.when for reason in book.pipeline.reasons.values() if reason.when is not None]
    if len(whens) < 2:
        return whens[0] if whens else None
    return Expr("or", BOOL, None, tuple(whens), stage.loc, " or ".join(when.text for when in whens))


def _never_shown(report: Report, stage: Stage, core: Core) -> None:
    later = [fact for fact in core if fact.truth is Truth.NOT_TRUE and fact.quoted]
    own = [fact for fact in core if fact.truth is not Truth.NOT_TRUE]
    if later:
        names = ", ".join(f"`{report.text(fact.expr)}`" for fact in later)
        why = Both(f"whenever it could be, {names} holds and wins", f"всякий раз верно и побеждает {names}")
    else:
        why = report.why(own)
    report.say(codes.NEVER_DERIVED, stage.loc, {"stage": stage.name, "why": why}, places(core))
