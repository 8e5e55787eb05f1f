"""What goes over the daemon's socket: one JSON line a request and one a response; values name their kinds."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import orjson

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.changes import decode_change, decode_deep, encode_change, encode_deep
from voronka.engine.deal.protocol import Event, Operand, Unmet
from voronka.engine.host.commands import Command, Done, Reply
from voronka.engine.store.writer import Text

VERSION = 1  # of this protocol; every line names it
LONGEST = 32 * 1024 * 1024  # bytes of one line
MOST = 10_000  # commands of one request


def socket_path(store: str | Path) -> Path:
    """Where the daemon of a store listens: beside it, ``voronka.sock`` for ``voronka.db``."""
    path = Path(store).absolute()
    return path.parent / f"{path.stem}.sock"


def packed(data: dict[str, Any]) -> bytes:
    """One line."""
    line = {"v": VERSION, **data}
    try:
        return orjson.dumps(line) + b"\n"
    except TypeError:  # as in `canonical`
        return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def unpacked(line: bytes) -> dict[str, Any]:
    """The inverse. Raises ValueError for a line that is none, or of another version."""
    try:
        data = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"no line of JSON: {error}") from error
    if not isinstance(data, dict):
        raise ValueError("a line holds one JSON object")
    if data.get("v") != VERSION:
        raise ValueError(f"version {data.get('v')!r} of the protocol; this is version {VERSION}")
    return data


# --- commands --------------------------------------------------------------------------------------------------------

_COMMAND: dict[str, Any] = {
    "kind": str,
    "deal": (int, type(None)),
    "pipeline": (str, type(None)),
    "at": (int, type(None)),
    "actor": str,
    "key": (str, type(None)),
    "imported": bool,
    "follows": bool,
    "answers": str,
}

_DEFAULTS = {field.name: field.default for field in fields(Command)}


def command_data(command: Command) -> dict[str, Any]:
    """A command as JSON data, what it leaves open left out. Raises TypeError for what is no value of the language."""
    made = {name: value for name in _COMMAND if (value := getattr(command, name)) != _DEFAULTS.get(name)}
    return {**made, "data": encode_deep(command.data)}


def command_of(data: Any) -> Command:
    """The inverse. Raises ValueError for what nobody here can have sent."""
    if not isinstance(data, dict) or not isinstance(data.get("data"), dict) or "kind" not in data:
        raise ValueError("a command is an object with kind and data")
    made: dict[str, Any] = {}
    for name, value in data.items():
        if name == "data":
            continue
        if name not in _COMMAND or not isinstance(value, _COMMAND[name]):
            raise ValueError(f"a command has no such {name}")
        if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
            raise ValueError(f"{name} is out of range")
        made[name] = value
    try:
        return Command(data=decode_deep(data["data"]), **made)
    except (ArithmeticError, TypeError, RecursionError) as error:
        raise ValueError(f"a value that is none: {error}") from error


# --- replies ---------------------------------------------------------------------------------------------------------


def reply_data(reply: Reply) -> dict[str, Any]:
    """A reply as JSON data."""
    return {
        "status": reply.status,
        "deal": reply.deal,
        "version": reply.version,
        "tx": reply.tx,
        "unmet": [_unmet_data(unmet) for unmet in reply.unmet],
        "done": [_done_data(done) for done in reply.done],
        "message": None if reply.message is None else both_data(reply.message),
        "incident": reply.incident,
    }


def reply_of(data: dict[str, Any]) -> Reply:
    """The inverse."""
    return Reply(
        data["status"],
        data["deal"],
        data["version"],
        data["tx"],
        tuple(_unmet_of(item) for item in data["unmet"]),
        tuple(_done_of(item) for item in data["done"]),
        None if data["message"] is None else both_of(data["message"]),
        data["incident"],
    )


def both_data(text: Both) -> dict[str, str]:
    """A text in both languages as JSON data."""
    return {"en": text.en, "ru": text.ru}


def both_of(data: dict[str, str]) -> Both:
    return Both(data["en"], data["ru"])


def _unmet_data(unmet: Unmet) -> list[Any]:
    return [
        unmet.kind,
        unmet.name,
        unmet.message.texts,
        astuple(unmet.loc),
        [[operand.name, encode_deep(operand.value)] for operand in unmet.operands],
        encode_deep(unmet.args),
    ]


def _unmet_of(data: list[Any]) -> Unmet:
    kind, name, texts, loc, operands, args = data
    title = Title(tuple((language, text) for language, text in texts))
    seen = tuple(Operand(called, decode_deep(value)) for called, value in operands)
    return Unmet(kind, name, title, Loc(*loc), seen, decode_deep(args))


def _done_data(done: Done) -> dict[str, Any]:
    event = done.event
    return {
        "row": done.row,
        "deal": done.deal,
        "pipeline": done.pipeline,
        "version": done.version,
        "event": {
            "kind": event.kind,
            "data": encode_deep(event.data),
            "at": event.at,
            "actor": event.actor,
            "answers": encode_deep(event.answers),
            "recorded_at": event.recorded_at,
            "imported": event.imported,
            "off": sorted(event.off),
        },
        "changes": [encode_change(change) for change in done.changes],
        "cause": done.cause,
        "texts": {str(part): _text_data(text) for part, text in done.texts.items()},
    }


def _done_of(data: dict[str, Any]) -> Done:
    event = data["event"]
    return Done(
        data["row"],
        data["deal"],
        data["pipeline"],
        data["version"],
        Event(
            **{
                **event,
                "data": decode_deep(event["data"]),
                "answers": decode_deep(event["answers"]),
                "off": frozenset(event.get("off", ())),
            }
        ),
        [decode_change(change) for change in data["changes"]],
        data["cause"],
        {int(part): _text_of(text) for part, text in data["texts"].items()},
    )


def _text_data(text: Text) -> list[Any]:
    content = None if text.content is None else b64encode(text.content).decode("ascii")
    return [text.body, text.media, content, text.error]


def _text_of(data: list[Any]) -> Text:
    body, media, content, error = data
    return Text(body, media, None if content is None else b64decode(content), error)
