"""Events in: a payload of a source becomes a command, and whatever nobody expects is kept for a person to see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Unmet
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.door import Door
from voronka.engine.intake.events_map import EventMap

DEEPEST = 40  # levels of a payload
SHOWN = 80_000  # characters of a payload that are kept when nothing takes it
REFUSED = "refused"


class NotJson(ValueError):
    """A text is no JSON that we take; the message says where and why."""


def parse_json(text: bytes) -> Any:
    """JSON as data: numbers with a point are exact. Raises NotJson."""

    def no_constant(name: str) -> Any:
        raise NotJson(f"{name} is no number")

    try:
        return json.loads(text.decode("utf-8-sig"), parse_float=Decimal, parse_int=_whole, parse_constant=no_constant)
    except NotJson:
        raise
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotJson("nested too deep" if isinstance(error, RecursionError) else str(error)) from error


def _whole(text: str) -> int | Decimal:
    # Python refuses to read thousands of digits, and nothing here counts so far
    return int(text) if len(text) < 19 else Decimal(text)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one payload. ``status`` is the reply's, or refused: then it is kept, and ``why`` says why."""

    status: str
    deal: int | None = None
    why: tuple[str, ...] = ()


class Intake:
    """Hands payloads to the host. ``clock``: now, ms since the epoch."""

    def __init__(self, door: Door, maps: Mapping[str, EventMap], clock: Callable[[], int]) -> None:
        self.door = door
        self.maps = dict(maps)
        self.clock = clock

    async def take(self, source: str, payload: Any, identity: str = "") -> Taken:
        """One payload of a known source. ``identity``: what its sender knows it by; sent again, it changes nothing.

        Raises KeyError for an unknown source.
        """
        known = self.maps[source]
        mapped = known.map(payload)
        own = known.key_of(payload) or identity or digest_of(payload)
        key = f"in/{source}/{own}" if len(own) <= 200 else f"in/{source}/{hashlib.sha256(own.encode()).hexdigest()}"
        if not mapped.name:
            return await self._keep(source, "unmapped", payload, key, ())
        data = {"name": mapped.name, "payload": _plain(mapped.payload), "by": _plain(mapped.by)}
        reply = await self.door.submit(Command("event", data, pipeline=mapped.pipeline, actor=f"in:{source}", key=key))
        if reply.status in ("refused", "error") and not _not_written(reply):
            return await self._keep(source, REFUSED, payload, key, _reasons(reply))
        why = (reply.message.en,) if reply.message is not None else ()
        return Taken(reply.status, reply.deal, why)

    async def _keep(self, source: str, what: str, payload: Any, key: str, why: tuple[str, ...]) -> Taken:
        """Nothing takes it: it is kept, with an incident, under a name that no definition can declare."""
        kept: Any = {"source": source, "body": _plain(payload)}
        if why:
            kept["why"] = "; ".join(why)[:2_000]
        text = json.dumps(kept, ensure_ascii=False, default=str)
        if len(text) > SHOWN or _deeper(kept, DEEPEST // 3):
            kept = {"source": source, "text": text[:SHOWN]}
        command = Command(
            "event", {"name": f"{source}/{what}", "payload": kept}, actor=f"in:{source}", key=f"{key}/{what}"
        )
        reply = await self.door.submit(command)
        status = what if what == REFUSED and reply.status in ("unrouted", "duplicate") else reply.status
        return Taken(status, None, why or ((reply.message.en,) if reply.message is not None else ()))


def _not_written(reply: Reply) -> bool:
    """The store could not be written: nothing is kept either, and the sender has to come again."""
    return reply.status == "error" and reply.tx == 0 and not reply.unmet and _is_store(reply.message)


def _is_store(message: Both | None) -> bool:
    return message is not None and "the store " in message.en


def digest_of(payload: Any) -> str:
    """An identity for what brings none: equal payloads are the same."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    """Values as the host takes them: numbers exact, nothing else but texts, lists and tables."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def _deeper(value: Any, levels: int) -> bool:
    if levels == 0:
        return True
    if isinstance(value, dict):
        return any(_deeper(inner, levels - 1) for inner in value.values())
    return isinstance(value, list) and any(_deeper(inner, levels - 1) for inner in value)


def _reasons(reply: Reply) -> tuple[str, ...]:
    said = tuple(_reason(unmet) for unmet in reply.unmet)
    return said + ((reply.message.en,) if reply.message is not None else ())


def _reason(unmet: Unmet) -> str:
    """What does not fit, by name; never the value itself."""
    title = unmet.message.in_("en")
    return f"{unmet.kind} {unmet.name}" + (f" ({title})" if title else "")
