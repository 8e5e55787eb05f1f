"""One made-up team's year on a shipped pipeline: ``python -m tests.campaigns.year PIPELINE DEALS SEED DAYS STORE``.

Prints the number of events and the store's head digest, which chains every row; a process of its own, so that nothing
that Python draws by itself (hash seeds, addresses) can be shared by two runs.
"""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import voronka.pipelines
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.host.render import renderer
from voronka.engine.scenario.player import Player
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify
from voronka.engine.workspace import load

BEGINS = int(datetime(2026, 1, 12, 6, 0, tzinfo=UTC).timestamp() * 1000)


def main(pipeline: str, deals: int, seed: int, days: int, path: Path) -> None:
    """Play it, verify the store, print what came of it."""
    (folder,) = voronka.pipelines.__path__
    programs = load([Path(folder).resolve()]).programs
    assert programs is not None
    numbers = itertools.count()
    store = open_store(path, create=True, identity="year", salt=lambda: b"year%012d" % next(numbers))
    assert isinstance(store, Store), store
    with store:
        clock = [BEGINS]
        host = Host(store, programs, lambda: clock[0])
        host.render = renderer(programs, "ru", lambda name: host.people.facts(name), host.supervisor)
        for name, role in programs.definition.pipelines[pipeline].roles.items():
            for number in range(1 + bool(role.reports_to)):
                host.submit(Command("person", {"do": "add", "name": f"{name}{number}", "role": name}, at=clock[0]))

        def turn(instant: int) -> None:
            clock[0] = max(clock[0], instant)

        for _ in Player(host, Random(seed), clock=turn).season(pipeline, BEGINS, days, deals):
            pass
        report = verify(store)
        assert report.ok, report.problems
        print(store.counters.row, store.counters.digest.hex())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
