"""decide(program, deal, event): pure, deterministic, run to completion; the only place where anything is decided."""

from __future__ import annotations

from voronka.engine.deal.protocol import Asks, Decision, Event, Unmet
from voronka.engine.deal.state import Deal
from voronka.engine.decide import exports, stranded
from voronka.engine.decide.adopt import adopt
from voronka.engine.decide.loop import run
from voronka.engine.decide.payload import KINDS
from voronka.engine.decide.step import Refused, Runaway, Stale, Step
from voronka.engine.program.build import Program
from voronka.engine.time.wall import OutOfRange

__all__ = ["decide"]  # deals of an older version come under a newer one by `migrate`, a module of its own


def decide(program: Program, deal: Deal | None, event: Event) -> Decision | Asks:
    """What an event does to a deal (None: it creates one; ``event.data["id"]`` is then its number).

    The given deal is never touched: ``Decision.deal`` is a twin with the changes applied. Questions about what lies
    outside come back as :class:`Asks`; the host puts the answers on ``event.answers`` and calls again. A stale timer or
    a message seen before gives a decision without changes. Raises ValueError for an event that is none.
    """
    work = deal.copy() if deal is not None else Deal(int(event.data["id"]), program.pipeline.name)
    if not program.pipeline.fields.keys() <= work.f.keys():
        work.f = {**dict.fromkeys(program.pipeline.fields), **work.f}
    kind = KINDS.get(event.kind)
    if kind is None:
        raise ValueError(f"no such kind of event: {event.kind!r}")
    step = Step(program, work, event)
    before = exports.snapshot(program, work) if deal is not None else {}
    try:
        if work.definition and work.definition != program.identity() and work.stage in program.stages:
            adopt(step)
        if deal is not None and work.stage not in program.stages:
            stranded.act(step)
        else:
            try:
                kind(step, event.data)
            except Stale:
                if not step.changes:
                    return Decision(deal)
            run(step)
        exports.announce(step, before)
    except Asks as asks:
        return asks
    except Refused as refused:
        return Decision(deal, refused=refused.unmet)
    except Runaway as runaway:
        return Decision(deal, refused=(runaway.unmet,))
    except OutOfRange as far:
        here = program.pipeline.stages.get(work.stage, program.pipeline.first)
        return Decision(deal, refused=(Unmet("time", here.name, here.title, here.loc, args={"why": str(far)}),))
    return Decision(work, step.changes, consumed=step.consumed or event.kind != "event")
