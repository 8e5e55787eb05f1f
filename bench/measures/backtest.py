"""A backtest of a played season: its events a second beside the bare ``decide`` over the very same events."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from measures import sales
from measures.harness import Line, by_turns
from voronka.engine.backtest.record import Choice, extent
from voronka.engine.backtest.run import Bench, run
from voronka.engine.deal.protocol import Asks, Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide import decide
from voronka.engine.program.build import Program, Programs
from voronka.engine.scenario.player import Player
from voronka.engine.store.files import MEMORY
from voronka.engine.store.store import Store

DEALS, QUICK = 150, 40
DAYS = 30
LEAST = 0.5
BACKTEST, BARE = "backtest", "decide, bare"
Call = tuple[Program, "Deal | None", Event]


def lines(quick: bool) -> list[Line]:
    """Both replays, the control's and the edited one's, beside their decisions alone."""
    deals = QUICK if quick else DEALS
    with sales.open_file(MEMORY) as store:
        now = [sales.START]
        host = sales.host_on(store, sales.START)
        host.clock = lambda: now[0]
        sales.team(host)

        def turn(instant: int) -> None:
            now[0] = max(now[0], instant)

        for _ in Player(host, Random(7), clock=turn).season("amocrm", sales.START, DAYS, deals):
            pass
        programs = host.programs
        calls: list[Call] = []

        def backtest() -> None:
            tally = run(store, programs, programs, Choice(), jobs=1)
            if tally.differences or tally.unlike or not tally.reproduced:
                raise AssertionError(f"it differs: {tally.status} {tally.unlike}")

        _listened(store, programs, calls)

        def bare() -> None:
            for program, deal, event in calls:
                decide(program, deal, replace(event, answers=dict(event.answers)))

        times = by_turns({BACKTEST: backtest, BARE: bare}, 3 if quick else 7)
        note = f"{len(calls):,} decisions, both replays"
        return [times.line(BACKTEST, BARE, "backtest", limit=LEAST, per=len(calls), least=True, note=note)]


def _listened(store: Store, programs: Programs, calls: list[Call]) -> None:
    """Every decision of a backtest, with the answers that it came to."""

    def listening(program: Program, deal: Deal | None, event: Event) -> Decision | Asks:
        result = decide(program, deal, event)
        calls.append((program, deal, replace(event, ask=None, answers=dict(event.answers))))
        return result

    found = extent(store, Choice())
    bench = Bench(store, programs, programs, found)
    bench.control.decide = bench.edited.decide = listening
    bench.chunk(tuple(found.groups()))
