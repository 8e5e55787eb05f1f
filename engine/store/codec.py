"""Events and changes as the log's text, and how texts of older formats are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.changes import Change, decode_change, decode_deep, encode_change, encode_deep
from voronka.engine.deal.protocol import Event

# raised with every change of meaning of what a row holds, together with an upcaster from the one before
FORMAT = 1
Payload = tuple[dict[str, Any], list[Any]]  # (event, changes) as JSON data
UPCASTERS: Mapping[int, Callable[[Payload], Payload]] = {}  # format -> how its rows are brought to the next one

# kinds of entities that have a log of their own
DEAL, PEOPLE, ROTATION, RESOURCE, KEPT, INCIDENT, DEFINITION, STORE, ROBOTS = range(9)
KINDS = ("deal", "people", "rotation", "resource", "kept", "incident", "definition", "store", "robots")


class TooNew(ValueError):
    """A row was written by a newer version."""


class Row(NamedTuple):
    """One row of the log, column by column. ``prev`` is the id of the same entity's row before, 0 for its first.

    ``at`` is the instant it counts for, ``recorded`` when it came in; both ms since the epoch. ``definition`` is the
    id of the definition it was decided under.
    """

    id: int
    tx: int
    kind: int
    entity: int
    version: int
    prev: int
    at: int
    recorded: int
    actor: str
    definition: int
    engine: str
    event: str
    changes: str
    format: int

    def digested(self) -> bytes:
        """What the commit's digest is taken over: every column, unambiguously."""
        head = json.dumps((*self[:11], self.format))
        return f"{head}\n{self.event}\n{self.changes}\n".encode()


class Chain(NamedTuple):
    """What an event follows from: row ``cause`` brought it about, row ``root`` began it all, ``depth`` steps ago."""

    cause: int = 0
    root: int = 0
    depth: int = 0


OUTSIDE = Chain()


def encode_event(event: Event, data: dict[str, Any], key: str | None, chain: Chain = OUTSIDE) -> dict[str, Any]:
    """An event as JSON data; ``data`` is the encoded ``event.data`` as it was before anything was decided."""
    made: dict[str, Any] = {"kind": event.kind, "data": data}
    if event.answers:
        made["answers"] = [_answer(name, answer) for name, answer in event.answers.items()]
    if event.imported:
        made["imported"] = True
    if key is not None:
        made["key"] = key
    if event.off:
        made["off"] = sorted(event.off)
    if chain.cause:
        made |= chain._asdict()
    return made


def _answer(name: str, answer: Any) -> list[Any]:
    # the question's arguments are kept as data, because they may hold personal values
    kind, _, arguments = name.partition(":")
    return [kind, json.loads(arguments), encode_deep(answer)]


def decode_event(data: Mapping[str, Any], at: int, recorded: int, actor: str) -> Event:
    """The event of a row, its answers included."""
    answers = {f"{kind}:{canonical(args)}": decode_deep(answer) for kind, args, answer in data.get("answers", ())}
    return Event(
        data["kind"],
        decode_deep(data["data"]),
        at,
        actor,
        answers,
        recorded,
        imported=bool(data.get("imported")),
        off=frozenset(data.get("off", ())),
    )


def chain_of(event: Mapping[str, Any]) -> Chain:
    """What an event follows from, by its JSON data."""
    cause = event.get("cause", 0)
    return Chain(cause, event.get("root", cause), event.get("depth", int(bool(cause))))


def encode_changes(changes: Iterable[Change]) -> list[list[Any]]:
    """Changes as JSON data."""
    return [encode_change(change) for change in changes]


def decode_changes(data: Iterable[list[Any]]) -> list[Change]:
    """The inverse of :func:`encode_changes`."""
    return [decode_change(change) for change in data]


def payload(
    row: Row, upcasters: Mapping[int, Callable[[Payload], Payload]] = UPCASTERS, newest: int = FORMAT
) -> Payload:
    """A row's event and changes as JSON data of the newest format. Raises TooNew, or ValueError for a spoilt text."""
    if row.format > newest:
        raise TooNew(f"row {row.id} has format {row.format}; this version knows {newest}")
    data: Payload = (json.loads(row.event), json.loads(row.changes))
    for number in range(row.format, newest):
        data = upcasters[number](data)
    return data
