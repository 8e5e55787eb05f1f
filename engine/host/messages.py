"""Messages between deals: sent in the transaction that decided them, handled as later events, once each.

A tunnel makes a deal, an item tells the deal it belongs to, a card tells every deal that links to it, and an absence
tells every deal that the person has a hand in. Receivers know a message by its sender and version.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from voronka.engine.deal.changes import decode_deep
from voronka.engine.deal.protocol import Event
from voronka.engine.decide import gates
from voronka.engine.host import limits, robots
from voronka.engine.host.outcome import Post, Refusal, Undecidable
from voronka.engine.store import read
from voronka.engine.store.codec import DEAL, Chain, Row
from voronka.engine.store.seal import MARK, unseal

if TYPE_CHECKING:
    from voronka.engine.host.work import Work

DEEPEST = 32  # messages that set off messages; a longer chain is a circle


def deliver(work: Work, post: Post, limit: int) -> bool:
    """Hand a written message to its receivers; False when so many events were made that the rest has to wait."""
    row = work.writer.written(post.cause) or read.row(work.store, post.cause)
    if row is None:
        raise ValueError(f"row {post.cause} is missing")
    data = json.loads(row.changes)[post.part][1]
    if post.depth > DEEPEST:
        work.incident("loop", _deal(row), {"message": data["kind"]}, row.at, row.id)
        return True
    if MARK in row.changes:
        data = unseal(data, read.personal_of(work.store, row.entity))
    return hand_over(work, post, row, decode_deep(data), limit)


def hand_over(work: Work, post: Post, row: Row, message: dict[str, Any], limit: int) -> bool:
    """A message of a row, to its receivers; False as :func:`deliver`."""
    return _KINDS[message["kind"]](work, post, row, message, limit)


def _deal(row: Row) -> int | None:
    return row.entity if row.kind == DEAL else None


def _event(work: Work, row: Row, kind: str, data: dict[str, Any]) -> Event:
    imported = bool(json.loads(row.event).get("imported"))
    return Event(kind, data, row.at, row.actor, recorded_at=work.now, imported=imported)


def _send(work: Work, post: Post, row: Row, number: int, kind: str, data: dict[str, Any]) -> None:
    """One event of a receiver. What it refuses is an incident there: a mirror that is not true any more."""
    trouble: dict[str, Any] = {"message": kind, "sender": row.entity}
    after = Chain(row.id)
    event = _event(work, row, kind, data)
    quiet = limits.automatic(kind, after) and limits.rests(work, number, event)
    try:
        outcome = work.event(number, "", event, None, row.id, post.depth, limits.ALL if quiet else robots.NONE)
    except Undecidable as error:
        trouble["text"] = str(error)
    else:
        if not isinstance(outcome, Refusal):
            return
        trouble["unmet"] = gates.data(outcome.unmet)
    work.incident("message", number, trouble, row.at, row.id)


def _tunnel(work: Work, post: Post, row: Row, message: dict[str, Any], limit: int) -> bool:
    """A deal in another pipeline (R51). What its creation refuses is an incident of the source, never lost."""
    number = work.number_for(row.entity, message["pipeline"])
    fields = dict(message["fields"])
    if message["link"]:
        fields[message["link"]] = row.entity
    data = {"id": number, "fields": fields, "sender": row.entity}
    data |= {key: message[value] for key, value in (("stage", "start"), ("owner", "owner")) if message.get(value)}
    about: dict[str, Any] = {"kind": "tunnel", "pipeline": message["pipeline"], "path": message["path"]}
    try:
        outcome = work.event(number, message["pipeline"], _event(work, row, "create", data), None, row.id, post.depth)
    except Undecidable as error:
        about["error"] = str(error)
    else:
        if not isinstance(outcome, Refusal):
            return True
        about["unmet"] = gates.data(outcome.unmet)
    incident = work.incident("tunnel", row.entity, about, row.at, row.id)
    data = {
        "key": f"tunnel:{message['path']}",
        "text": f"the tunnel to {message['pipeline']} was refused",
        "data": {**about, "incident": incident},
    }
    _send(work, post, row, row.entity, "incident", data)
    return True


def _item(work: Work, post: Post, row: Row, message: dict[str, Any], limit: int) -> bool:
    held = work.held(message["to"])
    program = work.program(held.deal.pipeline) if held is not None else None
    if program is None or message["field"] not in program.pipeline.fields:
        data = {"message": "item", "sender": row.entity, "to": message["to"], "field": message["field"]}
        work.incident("message", row.entity, data, row.at, row.id)
        return True
    _send(
        work,
        post,
        row,
        message["to"],
        "item",
        {
            "field": message["field"],
            "item": message["item"],
            "values": message["values"],
            "sender": f"{row.entity}/{message['field']}",
            "version": row.version,
        },
    )
    return True


def _card(work: Work, post: Post, row: Row, message: dict[str, Any], limit: int) -> bool:
    """Everybody who links here mirrors what changed; a card with a thousand deals takes several transactions."""
    sources = work.linking(row.entity, post.after, work.host.group)
    for source, fields in sources:
        if len(work.done) >= limit:
            return False
        held = work.held(source)
        program = work.program(held.deal.pipeline) if held is not None else None
        for field in fields:
            names = program.cards.get(field, frozenset()) if program is not None else frozenset()
            values = {name: value for name, value in message["values"].items() if name in names}
            known = held.deal.cards.get(field, {}) if held is not None else {}
            # a deal that has just come to link here has seen what there is
            if any(known.get(name) != value for name, value in values.items()):
                data = {"link": field, "values": values, "sender": f"{row.entity}/{field}", "version": row.version}
                _send(work, post, row, source, "card", data)
        post.after = source
    return len(sources) < work.host.group


def _people(work: Work, post: Post, row: Row, message: dict[str, Any], limit: int) -> bool:
    """Open deals that the person owns, has tasks in, or lent tasks from (R63)."""
    person = message["person"]
    numbers = work.in_hand(person, post.after, work.host.group)
    for number in numbers:
        if len(work.done) >= limit:
            return False
        data = {"happening": message["happening"], "person": person, "deputy": message["deputy"]}
        _send(work, post, row, number, "people", data)
        post.after = number
    return len(numbers) < work.host.group


def _robot(work: Work, post: Post, row: Row, message: dict[str, Any], limit: int) -> bool:
    """Deals for which a robot had queued something when it was switched off."""
    path, group = message["path"], work.host.group
    found = robots.concerned(work, row.id, message["pipeline"], path, post.after, group)
    for number, sent in found:
        if len(work.done) >= limit:
            return False
        _send(work, post, row, number, "robot", {"path": path, "sent": sent})
        post.after = number
    return len(found) < group


_KINDS = {"tunnel": _tunnel, "item": _item, "card": _card, "people": _people, "robot": _robot}
