"""Deals of the amoCRM pipeline to measure with: a store of them, and what is next done to each."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.host import Host
from voronka.engine.host.render import renderer
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.store import Store
from voronka.engine.workspace import load

PIPELINES = Path(__file__).resolve().parents[2] / "pipelines"
START = int(datetime(2026, 11, 23, 6, 40, tzinfo=UTC).timestamp() * 1000)  # a Monday morning in Moscow
LATER = START + 600_000
KINDS = ("set", "done", "move", "create")
_ACTS: dict[str, dict[str, Any]] = {
    "set": {"fields": {"need": "Каталог товаров на сайте", "budget": Decimal(150_000)}},
    "done": {"task": "first_contact.call", "outcome": "reached", "comment": "Ждёт предложение"},
    "move": {"stage": "qualified"},
}


@cache
def programs(name: str = "amocrm.pipeline") -> Programs:
    """The programs of a shipped pipeline file."""
    loaded = load([PIPELINES / name], PIPELINES)
    if loaded.programs is None:
        raise SystemExit(f"pipelines/{name} has errors: run `voronka check pipelines/` first")
    return loaded.programs


def open_file(path: Path | str, create: bool = False) -> Store:
    """A store whose bytes come out the same each time."""
    store = open_store(path, create=create, identity="bench", salt=lambda: b"the same salt  .")
    if isinstance(store, StoreProblem):
        raise SystemExit(store.message.en)
    return store


def host_on(store: Store, now: int, cache: int = 10_000, file: str = "amocrm.pipeline") -> Host:
    """A host whose clock stands, with the texts of effects rendered as they are for live deals."""
    made = programs(file)
    host = Host(store, made, lambda: now, cache=cache)
    host.render = renderer(made, "ru", lambda name: host.people.facts(name), host.supervisor)
    return host


@contextmanager
def hosted(path: Path | str, now: int = LATER, cache: int = 10_000) -> Iterator[Host]:
    """A host on a store that exists."""
    with open_file(path) as store:
        yield host_on(store, now, cache)


def team(host: Host) -> None:
    """Three managers and a head."""
    people = [("olga", "head"), ("anna", "manager"), ("ivan", "manager"), ("yuri", "manager")]
    must(host.submit(Command("person", {"do": "add", "name": name, "role": role})) for name, role in people)


def must(replies: Iterable[Reply]) -> list[Reply]:
    """Replies that all say done. Raises AssertionError for a measure that measures refusals."""
    found = list(replies)
    for reply in found:
        if reply.status != "done":
            raise AssertionError(f"{reply.status}: {reply.unmet or reply.message}")
    return found


def fresh(number: int, at: int | None = None) -> Command:
    """A new deal, as a website brings it."""
    fields = {
        "name": f"Клиент {number}",
        "phone": f"+7999{number:07}",
        "email": f"client{number}@example.test",
        "source": "site",
        "comment": "Просят перезвонить после обеда",
    }
    return Command("create", {"fields": fields}, None, "amocrm", at)


def act(kind: str, deal: int) -> Command:
    """What is measured, on a deal that :func:`fill` has made ready for it."""
    if kind == "create":
        return fresh(5_000_000 + deal)
    return Command(kind, dict(_ACTS[kind]), deal, actor="anna")


def fill(host: Host, kind: str, count: int) -> list[int]:
    """So many deals for which one event of this kind comes next; their numbers."""
    if kind == "create":
        return list(range(1, count + 1))
    first = host.store.counters.deal + 1
    numbers = [
        reply.deal or 0 for reply in _all(host, [fresh(first + n, START - (count - n) * 100) for n in range(count)])
    ]
    if kind in ("set", "move"):
        _all(host, [act("done", number) for number in numbers])
    if kind == "move":
        points = ["questions.need", "questions.budget", "questions.term", "questions.who"]
        _all(host, [Command("tick", {"points": points}, number) for number in numbers])
        _all(host, [act("set", number) for number in numbers])
    return numbers


def _all(host: Host, commands: Sequence[Command]) -> list[Reply]:
    found: list[Reply] = []
    for start in range(0, len(commands), 500):
        found += must(host.submit_many(commands[start : start + 500]))
    return found


def copy_of(path: Path, name: str) -> Path:
    """A copy of a closed store beside it."""
    return Path(shutil.copyfile(path, path.with_name(name)))


def settled(path: Path) -> None:
    """Fold the write-ahead log back, so that the file alone is the store."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
