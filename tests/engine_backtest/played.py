"""Stores that a made-up team has worked in: people come, are away and leave, robots are switched, deals go on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

from tests.engine_host.office import DAY, START
from tests.engine_store.ledger import repeating_salt
from voronka.engine.backtest.record import Choice
from voronka.engine.backtest.run import run
from voronka.engine.backtest.tally import Tally
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.host.robots import robots_of
from voronka.engine.program.build import Programs
from voronka.engine.scenario.player import Player
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.workspace import load

PIPELINES = Path(__file__).parents[2] / "pipelines"
SHIPPED = sorted(PIPELINES.glob("*.pipeline"))
ODD = 0.04  # how likely somebody is away, or a robot switched, before an act


@cache
def shipped(file: Path) -> Programs:
    """The programs of one shipped file."""
    made = load([file], PIPELINES.parent).programs
    assert made is not None
    return made


def play(
    programs: Programs, seed: int, deals: int = 8, days: int = 20, path: str | Path = ":memory:", only: str = ""
) -> Store:
    """A season in every pipeline of a definition (or in one), one after the other, with a team for all roles."""
    store = open_store(path, create=True, identity="played", salt=repeating_salt())
    assert isinstance(store, Store), store
    clock = [START]
    host = Host(store, programs, lambda: clock[0])
    roles = {role.name: role for one in programs.definition.pipelines.values() for role in one.roles.values()}
    for role in roles:
        for number in (1, 2, 3) if not any(one.reports_to == role for one in roles.values()) else (1,):
            host.submit(Command("person", {"do": "add", "name": f"{role}{number}", "role": role}))
    random = Random(seed)

    def turn(instant: int) -> None:
        clock[0] = max(clock[0], instant)

    for name in [only] if only else list(programs.definition.pipelines):
        player = Player(host, random, clock=turn)
        for _ in player.season(name, clock[0], days, deals):
            if random.random() < ODD and host.people.names:
                _somebody(host, random)
            if random.random() < ODD and (robots := list(robots_of(programs.pipelines[name]))):
                what = {"do": random.choice(("on", "off")), "pipeline": name, "path": random.choice(robots).path}
                host.submit(Command("robot", what))
    return store


def _somebody(host: Host, random: Random) -> None:
    name = random.choice(host.people.names)
    do = random.choice(("absent", "absent", "back", "leave"))
    host.submit(Command("person", {"do": do, "name": name, "until": host.clock() + random.randrange(5) * DAY + 1_000}))


def backtest(store: Store, base: Programs, edited: Programs, **options: object) -> Tally:
    """All deals, in this process unless said otherwise."""
    return run(store, base, edited, Choice(), **{"jobs": 1, **options})  # type: ignore[arg-type]
