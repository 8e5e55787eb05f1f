"""A shop whose team has played: a store with everything that reports count, and the same told by its log alone."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.engine_host.office import DAY, HOUR, instant, programs
from tests.engine_store.ledger import repeating_salt
from voronka.engine.deal.state import TaskState
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.reports.scope import Scope
from voronka.engine.scenario.player import Player
from voronka.engine.store import read
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store

SHOP = (Path(__file__).parent / "shop.pipeline").read_text(encoding="utf-8")
BEGINS = instant("2026-02-02 00:00")
DAYS = 45
NOW = BEGINS + DAYS * DAY
CAUSES = ("Быстро", "быстро ", "Дорого", "Вежливые люди")


def play(seed: int, deals: int = 60, text: str = SHOP, path: str = ":memory:") -> Store:
    """A season of the team, with what the team alone does not do: priorities, sources, scores, notes, put-off tasks."""
    random = Random(seed)
    store = open_store(path, create=True, identity="shop", salt=repeating_salt())
    assert isinstance(store, Store), store
    clock = [BEGINS]
    host = Host(store, programs(text), lambda: clock[0])

    def turn(now: int) -> None:
        clock[0] = max(clock[0], now)

    def do(kind: str, data: dict[str, Any], deal: int, actor: str) -> None:
        host.submit(Command(kind, data, deal, None, clock[0], actor))

    for _ in Player(host, random, loss=0.08, clock=turn).season("sales", BEGINS, DAYS, deals):
        if random.random() < 0.5:
            continue
        number = random.randint(1, store.counters.deal)
        deal = host.deal(number)
        assert deal is not None
        who = random.choice(("anna", "ivan", "olga"))
        match random.randrange(5):
            case 0:
                do("set", {"fields": {"priority.heat": random.choice(("hot", "warm", "cold"))}}, number, who)
            case 1:
                do("set", {"fields": {"source": random.choice(("site", "call"))}}, number, who)
            case 2 if deal.stage == "paid":
                scored = {"nps.score": random.randint(0, 10), "nps.why": random.choice(CAUSES)}
                do("set", {"fields": scored}, number, who)
            case 3:
                do("note", {"text": "говорили"}, number, who)
            case 4 if deal.open_tasks:
                task = deal.open_tasks[0]
                later = max(clock[0], task.due or 0) + random.randint(1, 30) * HOUR
                do(
                    "reschedule",
                    {"task": task.id, "due": later, "comment": "просил позже"},
                    number,
                    task.assignee or "",
                )
    return store


@functools.cache
def played(seed: int = 1) -> Store:
    """One such store, kept for all tests: they only read."""
    return play(seed)


def scope(store: Store, text: str = SHOP, **more: Any) -> Scope:
    """A scope over the shop's pipeline at the season's end."""
    from voronka.engine.host import people
    from voronka.engine.store.codec import PEOPLE

    here = programs(text)
    known = people.People(here.definition, store.entity(PEOPLE, people.ENTITY).state)
    return Scope(store, here, more.pop("now", NOW), ("sales",), people=known, **more)


@dataclass(slots=True)
class Stay:
    """A stay in a stage; ``before`` the stage it came from, ``reason`` of a loss."""

    stage: str
    entered: int
    before: str | None
    left: int | None = None
    reason: str | None = None


@dataclass(slots=True)
class Act:
    """Something a person did by hand. ``heat``: the priority that the deal had before."""

    actor: str
    at: int
    kind: str
    contact: bool
    heat: str | None


@dataclass(slots=True)
class Life:
    """A deal as its log tells it."""

    id: int
    created: int = 0
    closed: int | None = None
    owner: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    tasks: dict[int, TaskState] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    flags: dict[str, Any] = field(default_factory=dict)
    contacted: bool = False

    @property
    def stage(self) -> str:
        return self.stays[-1].stage


def lives(store: Store) -> Iterator[Life]:
    """Every deal, from the events of its log and nothing else."""
    for number in range(1, store.counters.deal + 1):
        life = Life(number)
        for entry in read.history(store, number):
            heat = life.fields.get("priority.heat")
            contact = False
            for change in entry.changes:
                _tell(life, change)
                contact |= change[:2] == ("mark", "contact")
            first = entry.version == 1
            if entry.event.actor in ("anna", "ivan", "olga"):
                heat = life.fields.get("priority.heat") if first else heat
                life.acts.append(Act(entry.event.actor, entry.event.at, entry.event.kind, contact, heat))
            life.contacted |= contact
        yield life


def _tell(life: Life, change: tuple[Any, ...]) -> None:
    match change:
        case ("new", _, at):
            life.created = at
        case ("set", name, value):
            life.fields[name] = value
        case ("stage", stage, at):
            before = life.stays[-1] if life.stays else None
            if before is not None:
                before.left = at
            life.stays.append(Stay(stage, at, before.stage if before else None))
            life.flags = {key: data for key, data in life.flags.items() if data.get("scope") != "visit"}
        case ("close", at, reason):
            life.closed, life.stays[-1].reason = at, reason
        case ("reopen",):
            life.closed = None
        case ("owner", person):
            life.owner = person
        case ("task", number, data):
            life.tasks[number] = TaskState(**data)
        case ("task=", number, data):
            for key, value in data.items():
                setattr(life.tasks[number], key, value)
        case ("flag", key, data):
            life.flags = (
                {**life.flags, key: data} if data is not None else {k: v for k, v in life.flags.items() if k != key}
            )
