"""Hand-made decisions written to a store: what tests of the store use instead of a definition and `decide`."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voronka.dsl.definition.values import Instant
from voronka.engine.deal.changes import Change, encode_deep, fold
from voronka.engine.deal.protocol import Event
from voronka.engine.deal.state import Deal
from voronka.engine.store import read
from voronka.engine.store.definitions import adopt
from voronka.engine.store.facets import Facets, PipelineFacets, make_facets
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.store.writer import Held, Writer

NOON = 1_795_255_200_000  # 2026-11-21 10:00 UTC
FACETS = make_facets(
    {
        "sales": PipelineFacets(
            personal=frozenset({"phone", "email"}),
            payload=frozenset({"phone"}),
            links={"client": "client"},
            keys=(("phone",), ("number", "year")),
            kinds={"phone": "phone", "number": "text", "year": "integer"},
        ),
        "client": PipelineFacets(personal=frozenset({"phone"}), keys=(("phone",),), kinds={"phone": "phone"}),
    }
)


def repeating_salt() -> Callable[[], bytes]:
    """Salts that come out the same in every run."""
    numbers = itertools.count()
    return lambda: hashlib.sha256(f"salt {next(numbers)}".encode()).digest()[:16]


def opened(path: Path | str, **options: Any) -> Store:
    """A store that is expected to open."""
    options.setdefault("identity", "test-store")
    options.setdefault("salt", repeating_salt())
    store = open_store(path, create=True, **options)
    assert isinstance(store, Store), store
    return store


class Ledger:
    """Writes events whose changes are given. Deals are cached, as a host does it."""

    def __init__(self, store: Store, facets: Facets = FACETS) -> None:
        self.store = store
        self.held: dict[int, Held] = {}
        if not store.definition:
            with Writer(store, NOON) as writer:
                adopt(writer, "f" * 32, {"sources": [["a.pipeline", "pipeline sales { }"]]}, facets, TITLES, NOON)

    @property
    def next_deal(self) -> int:
        return self.store.counters.deal + 1

    def deal(self, number: int) -> Deal:
        found = self.held.get(number) or read.held(self.store, number)
        assert found is not None
        self.held[number] = found
        return found.deal

    def put(
        self,
        writer: Writer,
        number: int,
        kind: str,
        changes: list[Change],
        at: int = NOON,
        data: dict[str, Any] | None = None,
        **more: Any,
    ) -> Held:
        """One event inside a transaction that is open."""
        before = self.held.get(number) or read.held(self.store, number)
        new = before.deal.copy() if before is not None else Deal(number, "")
        fold(new, changes, at, "f" * 32)
        event = Event(kind, data or {}, at, more.pop("actor", "anna"), more.pop("answers", {}))
        after, _ = writer.deal(before, new, event, encode_deep(event.data), changes, **more)
        self.held[number] = after
        return after

    def record(self, number: int, kind: str, changes: list[Change], at: int = NOON, **more: Any) -> Held:
        """One event in a transaction of its own."""
        with Writer(self.store, at) as writer:
            return self.put(writer, number, kind, changes, at, **more)

    def create(self, pipeline: str = "sales", at: int = NOON, **fields: Any) -> int:
        """A new deal in stage ``new``."""
        number = self.next_deal
        sets: list[Change] = [("set", name, value) for name, value in fields.items()]
        changes: list[Change] = [("new", pipeline, at), *sets, ("stage", "new", at)]
        self.record(number, "create", changes, at, data={"id": number, "fields": fields})
        return number


TITLES = [
    ("sales", "pipeline", "", "Продажи"),
    ("sales", "stage", "new", "Новая"),
    ("sales", "stage", "offered", "Предложение отправлено"),
    ("sales", "task", "new/call", "Позвонить"),
]


def story(ledger: Ledger, key: str = "request-1") -> int:
    """A client and a deal with everything that derived tables show: returns the deal's number."""
    client = ledger.create("client", phone="+79991234567")
    number = ledger.next_deal
    payload = {"phone": "+79991234567", "text": "хочу"}
    task = {
        "id": 1,
        "name": "call",
        "path": "new/call",
        "visit": 1,
        "created": NOON,
        "assignee": "anna",
        "due": NOON + 3_600_000,
        "local": "2026-11-21T14:00",
        "event": payload,
    }
    ledger.record(
        number,
        "create",
        [
            ("new", "sales", NOON),
            ("set", "phone", "+79991234567"),
            ("set", "number", "A-1"),
            ("set", "year", 2026),
            ("set", "client", client),
            ("card", "client", {"phone": "+79991234567", "stage": "card"}),
            ("owner", "anna"),
            ("stage", "new", NOON),
            ("task", 1, task),
            ("timer", "t:1", NOON + 3_600_000, 1, None),
            ("timer", "v:cont:new/#2:2", NOON + 7_200_000, 2, {"path": "new/#2", "e": encode_deep(payload)}),
            (
                "effect",
                {"kind": "notify", "to": {"person": "anna"}, "text": "Новая", "path": "new/#1", "event": payload},
            ),
        ],
        data={"id": number, "event": "request", "payload": payload},
        answers={'card:[1,["phone"]]': {"phone": "+79991234567"}, 'turn:["sales","manager"]': "anna"},
        key=key,
    )
    ledger.record(
        number,
        "set",
        [
            ("set", "hall", "red"),
            ("set", "starts_at", Instant(NOON + 86_400_000)),
            ("book", "hall", ["halls", "red", NOON + 86_400_000, NOON + 90_000_000]),
        ],
        NOON + 1000,
        data={"fields": {"hall": "red", "starts_at": Instant(NOON + 86_400_000)}},
    )
    ledger.record(
        number,
        "done",
        [
            ("by", "new/call", "a.pipeline:3"),
            ("task=", 1, {"status": "done", "outcome": "reached", "done_at": NOON + 2000, "done_by": "anna"}),
            ("timer-", "t:1"),
            ("flag", "limit", {"at": NOON, "scope": "deal"}),
            (
                "pend",
                "new/#3",
                {"what": "move", "unmet": [{"kind": "require", "operands": [["phone", "+79991234567"]]}]},
            ),
        ],
        NOON + 2000,
        data={"task": "call", "outcome": "reached"},
    )
    return number
