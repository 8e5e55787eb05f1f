"""``why`` for a deal of ten thousand events: its past folded and proved, an event decided anew, all looked at."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from measures import sales
from measures.harness import Line, by_turns
from voronka.engine.deal.changes import fold
from voronka.engine.deal.state import Deal
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.store import read
from voronka.engine.store.codec import decode_changes, payload
from voronka.engine.store.files import MEMORY
from voronka.engine.store.seal import MARK, unseal
from voronka.engine.why.attempt import Attempt
from voronka.engine.why.gates import gates_of
from voronka.engine.why.past import look
from voronka.engine.why.redo import redo, whole
from voronka.engine.why.robots import every

EVENTS, QUICK = 10_000, 2_000
MOST = 3.0
FOLD, WHY, FIRST = "folding them", "why, the last event", "why, an event in the middle"


def lines(quick: bool) -> list[Line]:
    """The last event with all that is looked at now, and one in the middle."""
    events = QUICK if quick else EVENTS
    with sales.open_file(MEMORY) as store:
        host = sales.host_on(store, sales.START)
        number = _deal(host, events)
        programs = host.programs

        def folding() -> Deal:
            """What it takes to know the deal's state from its log: nothing is checked, nothing is explained."""
            values = read.personal_of(store, number)
            deal = Deal(number, "")
            head = store.db.execute("SELECT head FROM states WHERE deal = ?", (number,)).fetchone()[0]
            for row in read.chain(store, head):
                _, changes = payload(row)
                known = unseal(changes, values) if MARK in row.changes else changes
                fold(deal, decode_changes(known), row.at, programs.hash)
            return deal

        def why(version: int) -> Any:
            past = look(store, number, version)
            redone = redo(store, past, programs)
            if redone.differs or past.notes:
                raise AssertionError(f"it differs: {redone.differs or past.notes}")
            step = Attempt(store, programs, past.deal.now).step(whole(programs.pipelines["amocrm"], past.deal))
            return redone, gates_of(step, "qualified"), every(step, programs.definition, {})

        if folding().version != events:
            raise AssertionError("the deal has not the events it should")
        acts = {FOLD: folding, WHY: lambda: why(events), FIRST: lambda: why(events // 2)}
        times = by_turns(acts, 5 if quick else 11)
        return [times.line(name, FOLD, f"{name} of {events}", limit=MOST) for name in (WHY, FIRST)]


def _deal(host: Host, events: int) -> int:
    """A deal that people keep writing to: fields, notes, conversations."""
    sales.team(host)
    given = {"fields": {"name": "Анна", "phone": "+79991234567"}}
    number = sales.must([host.submit(Command("create", given, None, "amocrm", sales.START))])[0].deal
    assert number is not None
    commands = []
    for n in range(events - 1):
        kind, data = (
            ("set", {"fields": {"budget": Decimal(50_000 + n), "need": f"Каталог, {n} товаров"}}),
            ("note", {"text": f"Разговор № {n}: просили прислать предложение"}),
            ("contact", {}),
        )[n % 3]
        commands.append(Command(kind, data, number, None, sales.START))
    for start in range(0, len(commands), 500):
        sales.must(host.submit_many(commands[start : start + 500]))
    return number
