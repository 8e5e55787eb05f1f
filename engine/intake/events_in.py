"""Events in: a payload of a source becomes a command, and whatever nobody expects is kept for a person to see."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from voronka.dsl.definition.types import Type
from voronka.engine.deal.protocol import Unmet
from voronka.engine.host.commands import Command, Reply
from voronka.engine.host.door import Door
from voronka.engine.host.host import Host
from voronka.engine.inputs import InputError, parse_value
from voronka.engine.intake.events_map import EventMap, Mapped

DEEPEST = 12  # levels of a kept payload; a deeper one is kept as its text
SHOWN = 80_000  # characters of a payload that are kept when nothing takes it
REFUSED = "refused"
_TEXTS = ("text", "phone", "email", "url")  # kinds whose values others like to send as numbers


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
        if len(own) > 200 or not own.isascii() or not own.isprintable():
            own = digest_of(own)
        key = f"in/{source}/{own}"
        if not mapped.name:
            return await self._keep(source, "unmapped", payload, key, ())
        payload_, by = await self.door.using(lambda host: _typed(host, mapped))
        data = {"name": mapped.name, "payload": payload_, "by": by}
        answers = known.answered(payload)
        wish = Command("event", data, pipeline=mapped.pipeline, actor=f"in:{source}", key=key, answers=answers)
        reply = await self.door.submit(wish)
        if reply.status in ("refused", "error"):
            return await self._keep(source, REFUSED, payload, key, _reasons(reply))
        why = (reply.message.en,) if reply.message is not None else ()
        return Taken(reply.status, reply.deal, why)

    async def _keep(self, source: str, what: str, payload: Any, key: str, why: tuple[str, ...]) -> Taken:
        """Nothing takes it: it is kept, with an incident, under a name that no definition can declare."""
        kept: Any = {"source": source, "body": _plain(payload)}
        if why:
            kept["why"] = "; ".join(why)[:2_000]
        text = json.dumps(kept, ensure_ascii=False, default=str)
        if len(text) > SHOWN or _deeper(kept, DEEPEST) or any("\ud800" <= letter <= "\udfff" for letter in text):
            kept = {"source": source, "text": json.dumps(kept, default=str)[:SHOWN]}
        command = Command(
            "event", {"name": f"{source}/{what}", "payload": kept}, actor=f"in:{source}", key=f"{key}/{what}"
        )
        reply = await self.door.submit(command)
        status = what if what == REFUSED and reply.status in ("unrouted", "duplicate") else reply.status
        return Taken(status, None, why or ((reply.message.en,) if reply.message is not None else ()))


def _typed(host: Host, mapped: Mapped) -> tuple[dict[str, Any], dict[str, Any]]:
    """Texts as what the event's values and the deal's fields are; what cannot be read is the host's to refuse."""
    pipelines = host.programs.definition.pipelines
    name = mapped.pipeline
    if name is None:
        name = next((found.name for found in pipelines.values() if mapped.name in found.events), None)
    pipeline = pipelines.get(name or "")
    if pipeline is None or mapped.name not in pipeline.events:
        return _plain(mapped.payload), _plain(mapped.by)
    program = host.programs.pipelines[pipeline.name]
    types = {field: declared.type for field, declared in pipeline.fields.items()}
    own = {**types, **{value: kind for value, kind, _ in pipeline.events[mapped.name].payload}}

    def read(known: Mapping[str, Type], values: Mapping[str, Any]) -> dict[str, Any]:
        made = {}
        for key, value in values.items():
            made[key] = _plain(value)
            if key in known and isinstance(value, str) and known[key].kind != "text":
                with contextlib.suppress(InputError):
                    made[key] = parse_value(known[key], value, language=host.language, calendar=program.calendar)
            elif key in known and known[key].kind in _TEXTS and isinstance(value, (int, Decimal)):
                made[key] = str(value)
        return made

    return read(own, mapped.payload), read(types, mapped.by)


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
