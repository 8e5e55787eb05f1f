"""What care of the store changes by the one door: people are forgotten, and what a restore held back goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Event
from voronka.engine.host import undo
from voronka.engine.host.commands import Command, Reply, no_deal
from voronka.engine.host.outcome import Nothing, Undecidable
from voronka.engine.search import index as search
from voronka.engine.store import erase, forgotten, outbox
from voronka.engine.store.codec import STORE

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

ENTITY = "store"
_WHAT = Both("what a store holds back is let go or dropped", "придержанное можно отпустить или отменить")


def command(work: Work, command: Command, at: int) -> Reply:
    """``forget`` (deals), ``undo`` (of a deal) and ``store`` (do: resume drop)."""
    if command.kind == "forget":
        return _forget(work, command, at)
    if command.kind == "undo":
        return _undo(work, command, at)
    what = command.data.get("do")
    if what not in ("resume", "drop"):
        return Reply("error", message=_WHAT)
    if not outbox.on_hold(work.store):
        held = Both("nothing is held back here", "здесь ничего не придержано")
        return Reply("error", message=held)
    dropped = outbox.drop_pending(work.writer) if what == "drop" else 0
    outbox.let_go(work.writer)
    work.writer.entity(STORE, ENTITY, what, {"dropped": dropped}, [], at, command.actor, command.key)
    return Reply("done")


def _undo(work: Work, command: Command, at: int) -> Reply:
    """Take the last manual change of a deal back, through the gates of the deal as it is."""
    number = command.deal
    if number is None or work.held(number) is None:
        return no_deal(number or 0)
    work.writer.flush()
    try:
        kind, data, last = undo.undoing(work, number)
    except undo.Stays as stays:
        return Reply("error", number, message=stays.text)
    event = Event(kind, data, at, command.actor, recorded_at=work.writer.recorded)
    reply = work.reply(number, work.event(number, "", event, command.key))
    if reply.status == "done":
        undo.cancel(work, last)
    return reply


def _forget(work: Work, command: Command, at: int) -> Reply:
    """Forget whom deals are about: their personal fields are emptied by an event of each, then the values go."""
    deals = command.data.get("deals")
    if not isinstance(deals, (list, tuple)) or not deals or not all(type(number) is int for number in deals):
        return Reply("error", message=Both("forget names deals by number", "нужны номера сделок"))
    for number in deals:
        if work.held(number) is None:
            return no_deal(number)
    work.writer.flush()
    # what is found now is what every other step goes by: emptied fields would no longer tell whose values they were
    found = erase.survey(work.store, deals)
    for number in deals:
        held = work.held(number)
        assert held is not None
        fields = sorted(work.store.facets.of(held.deal.pipeline).personal)
        event = Event("forget", {"fields": fields}, at, command.actor, recorded_at=work.writer.recorded)
        try:
            work.event(number, "", event)
        except Undecidable:
            # the value goes all the same; its digest stands in the field
            continue
    work.deliver(work.host.group)
    work.writer.flush()
    after = erase.survey(work.store, deals)
    # before the commit: a crash in between forgets too much at the next restore, never too little
    forgotten.remember(work.store.path, [digest for _, digest in {*found.values, *after.values}], found.files)
    search.forget(work.store.path)
    for survey in (found, after):
        erase.erase(work.writer, survey)
    data = {"deals": list(deals), "values": len({*found.values, *after.values}), "files": len(found.files)}
    work.writer.entity(STORE, ENTITY, "forget", data, [], at, command.actor, command.key)
    work.host.drop()
    return work.reply(deals[0], Nothing(None, True))
