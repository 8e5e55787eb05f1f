"""Personal values live beside the log: what is written holds a salted digest in their place.

A sealed value is the text ``§`` and 32 hexadecimal digits. Which digests a row brought in is listed in the row, so a
value that went missing is told from a text that merely looks like one. Deleting value and salt forgets the value for
good and leaves every digest of the chain as it was (architecture.md, Personal data).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from voronka.dsl.definition.values import canonical
from voronka.engine.deal.state import TaskState
from voronka.engine.store.facets import PipelineFacets

MARK = "§"
_SEALED = re.compile(rf'"{MARK}([0-9a-f]{{32}})"(?!:)')  # a text that is no name
Salt = Callable[[], bytes]
# what people say in their own words may name anybody: notes, comments on answers and losses
SPOKEN = frozenset({"text", "comment"})


def random_salt() -> bytes:
    """Sixteen bytes nobody can guess."""
    return os.urandom(16)


def digest_of(salt: bytes, value: str) -> str:
    """What stands in the log instead of the value."""
    return hashlib.sha256(salt + value.encode("utf-8")).hexdigest()[:32]


class Sealer:
    """Seals what one event writes. ``known``: value -> digest of this deal; ``fresh`` collects (digest, value, salt).

    ``facets`` are those of the deal's pipeline, ``names`` every personal name of the definition: payloads, cards and
    messages carry names of other pipelines.
    """

    __slots__ = ("facets", "fresh", "known", "names", "salt")

    def __init__(self, facets: PipelineFacets, names: frozenset[str], known: dict[str, str], salt: Salt) -> None:
        self.facets = facets
        self.names = names
        self.known = known
        self.salt = salt
        self.fresh: list[tuple[str, str, bytes]] = []

    def value(self, value: Any) -> Any:
        """A personal value's stand-in; anything but a text is left as it is."""
        if not isinstance(value, str) or not value:
            return value
        digest = self.known.get(value)
        if digest is None:
            salt = self.salt()
            digest = digest_of(salt, value)
            self.known[value] = digest
            self.fresh.append((digest, value, salt))
        return MARK + digest

    def named(self, data: Any) -> Any:
        """Seal whatever stands under a personal name, however deep; refusals have pairs of name and operand."""
        if isinstance(data, dict):
            return {
                key: (self.value(value) if key in self.names else value)
                if isinstance(value, str)
                else self._inner(key, value)
                if isinstance(value, (dict, list))
                else value
                for key, value in data.items()
            }
        if isinstance(data, list):
            return [self.named(item) if isinstance(item, (dict, list)) else item for item in data]
        return data

    def _inner(self, key: str, value: Any) -> Any:
        if key == "operands" and isinstance(value, list):
            return [self._operand(pair) for pair in value]
        return self.named(value)

    def every(self, data: Any) -> Any:
        """Seal every text, names left as they are: of data that nobody has declared, any may be personal."""
        if isinstance(data, str):
            return self.value(data)
        if isinstance(data, dict):
            return {key: self.every(value) for key, value in data.items()}
        if isinstance(data, list):
            return [self.every(item) for item in data]
        return data

    def _operand(self, pair: Any) -> Any:
        match pair:
            case [str(name), str(value)] if name.rpartition(".")[2] in self.names:
                return [name, self.value(value)]
        return pair

    def seen(self, data: Any) -> Any:
        """Seal every text that is known to be personal, wherever it stands: operands, arguments of questions."""
        if isinstance(data, str):
            digest = self.known.get(data)
            return data if digest is None else MARK + digest
        if isinstance(data, dict):
            return {key: self.seen(value) for key, value in data.items()}
        if isinstance(data, list):
            return [self.seen(item) for item in data]
        return data

    def change(self, data: list[Any]) -> list[Any]:
        """One encoded change."""
        op = data[0]
        if op == "set":
            return ["set", data[1], self.value(data[2])] if data[1] in self.facets.personal else data
        if op in ("note", "task", "task="):
            return [*data[:-1], self.spoken(self.named(data[-1]))]
        if op in ("card", "item", "timer", "approval", "effect", "message"):
            return [*data[:-1], self.named(data[-1])]
        if op in ("pend", "flag"):
            return [*data[:-1], self._trouble(data[-1])]
        return data

    def spoken(self, data: dict[str, Any]) -> dict[str, Any]:
        """Seal what somebody said in their own words."""
        if SPOKEN.isdisjoint(data):
            return data
        # a name that is personal has been sealed already
        return {key: self.value(value) if key in SPOKEN - self.names else value for key, value in data.items()}

    def _trouble(self, data: Any) -> Any:
        """Refusals name the values they looked at."""
        if isinstance(data, dict) and "unmet" in data:
            return {**data, "unmet": self.seen(self.named(data["unmet"]))}
        return data

    def state(self, data: dict[str, Any]) -> dict[str, Any]:
        """A deal's dump."""
        fields = data["f"]
        for name in self.facets.personal:
            if name in fields:
                fields[name] = self.value(fields[name])
        # only a payload that they keep has names of its own
        plain = self.names.isdisjoint(TaskState.__slots__)
        data["tasks"] = [
            task if plain and "event" not in task and "comment" not in task else self.spoken(self.named(task))
            for task in data["tasks"]
        ]
        data["timers"] = {
            key: timer if timer[2] is None else self.named(timer) for key, timer in data["timers"].items()
        }
        for part in ("approvals", "cards", "items"):
            if data[part]:
                data[part] = self.named(data[part])
        for part in ("pending", "flags"):
            if data[part]:
                data[part] = {key: self._trouble(trouble) for key, trouble in data[part].items()}
        return data


def unseal_text(text: str, values: Mapping[str, str]) -> str:
    """The same as :func:`unseal` for data that is still canonical JSON."""

    def put_back(found: re.Match[str]) -> str:
        value = values.get(found[1])
        # behind anything else its quote is an escaped one, inside of another text
        return found[0] if value is None or text[found.start() - 1] not in "[,:" else canonical(value)

    return _SEALED.sub(put_back, text)


def unseal(data: Any, values: Mapping[str, str]) -> Any:
    """Put the values (by digest) back; a forgotten one stays a digest."""
    if isinstance(data, str):
        return values.get(data[1:], data) if data.startswith(MARK) else data
    if isinstance(data, dict):
        return {key: unseal(value, values) for key, value in data.items()}
    if isinstance(data, list):
        return [unseal(item, values) for item in data]
    return data
