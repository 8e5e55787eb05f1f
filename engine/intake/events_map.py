"""Mapping files of events, maps/SOURCE.toml: a payment provider's or a CRM's payload becomes one of our events."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.suggest import closest
from voronka.engine.outbox.secrets import NAME, Secret

LARGEST = 1_000_000  # bytes of a mapping file
SCHEMES = ("standard", "hmac-hex", "hmac-base64", "none")
_EVENT_KEYS = ("name", "pipeline", "when", "values", "by")
_SIGNATURE_KEYS = ("scheme", "secret", "header", "prefix", "timestamp", "window")
WINDOW = 300  # seconds that a signature may be old, or ahead


class BadMapping(Exception):
    """What is wrong with a mapping file, and where in it."""

    def __init__(self, file: str, key: str, en: str, ru: str) -> None:
        where = f"{file}: {key}" if key else file
        self.text = Both(f"{where}: {en}", f"{where}: {ru}")
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value comes from: the payload's ``path``, else the ``constant``. A path may be ``a.b.0.c``."""

    path: tuple[str, ...] = ()
    constant: Any = None

    def of(self, payload: Any) -> Any:
        """The value, None where the payload lacks it."""
        return self.constant if not self.path else _at(payload, self.path)


@dataclass(frozen=True, slots=True)
class Rule:
    """Payloads in which all of ``when`` (path -> text) hold become the event ``name``."""

    name: str
    pipeline: str | None
    when: tuple[tuple[tuple[str, ...], str], ...]
    values: Mapping[str, Value]
    by: Mapping[str, Value]

    def fits(self, payload: Any) -> bool:
        return all(_text(_at(payload, path)) == wanted for path, wanted in self.when)


@dataclass(frozen=True, slots=True)
class Signature:
    """How a source proves itself. ``scheme``: standard (Standard Webhooks) · hmac-hex, hmac-base64 (SHA-256 of the body
    in ``header`` after ``prefix``; with ``timestamp``, that header's text and a dot come first) · none (loopback only
    has to be trusted). ``window``: seconds."""

    scheme: str
    secret: Secret | None = None
    header: str = ""
    prefix: str = ""
    timestamp: str = ""
    window: int = WINDOW


@dataclass(frozen=True, slots=True)
class Mapped:
    """An event as the payload means it; ``name`` "" where no rule fits."""

    name: str
    pipeline: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    by: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventMap:
    """One source. ``key``: where the payload holds what makes it the same when sent again.

    ``answers``: where it holds the name of the effect that it is an answer to.
    """

    source: str
    rules: tuple[Rule, ...]
    signature: Signature
    key: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    def map(self, payload: Any) -> Mapped:
        """The event of the first rule that fits."""
        for rule in self.rules:
            if rule.fits(payload):
                values = {name: value.of(payload) for name, value in rule.values.items()}
                by = {name: value.of(payload) for name, value in rule.by.items()}
                return Mapped(rule.name, rule.pipeline, _given(values), _given(by))
        return Mapped("")

    def key_of(self, payload: Any) -> str:
        """The payload's own identity, "" where it has none."""
        return _text(_at(payload, self.key)) or "" if self.key else ""

    def answered(self, payload: Any) -> str:
        """The effect that the payload is an answer to, "" where it names none."""
        return (_text(_at(payload, self.answers)) or "")[:200] if self.answers else ""


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _at(payload: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if isinstance(payload, Mapping):
            payload = payload.get(step)
        elif isinstance(payload, list) and step.isdecimal() and len(step) < 7 and int(step) < len(payload):
            payload = payload[int(step)]
        else:
            return None
    return payload


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else None


# --- reading


def load_maps(folder: Path) -> dict[str, EventMap]:
    """All mapping files of events in a folder, by source. Raises BadMapping; no folder means no sources.

    A file without ``[[event]]`` maps something else (`voronka import`) and is passed over.
    """
    found: dict[str, EventMap] = {}
    if not folder.is_dir():
        return found
    for path in sorted(folder.glob("*.toml")):
        made = load_map(path)
        if made is not None:
            found[made.source] = made
    return found


def load_map(path: Path) -> EventMap | None:
    """One mapping file; None where it maps no events. Raises BadMapping."""
    file, source = path.name, path.stem
    try:
        with path.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise BadMapping(file, "", f"more than {LARGEST} bytes", f"больше {LARGEST} байт")
        data = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise BadMapping(file, "", str(error.strerror), str(error.strerror)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadMapping(file, "", str(error), str(error)) from error
    if "event" not in data:
        return None
    if not NAME.fullmatch(source):
        raise BadMapping(file, "", "its name is no name of a source", "имя файла не годится как имя источника")
    return _Reader(file).event_map(source, data)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file

    def bad(self, key: str, en: str, ru: str) -> BadMapping:
        return BadMapping(self.file, key, en, ru)

    def event_map(self, source: str, data: dict[str, Any]) -> EventMap:
        self.known("", data, ("event", "signature", "key", "answers"))
        events = data["event"]
        if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
            raise self.bad("event", "write [[event]]", "нужно [[event]]")
        rules = tuple(self.rule(f"event {number}", event) for number, event in enumerate(events, 1))
        key = self.path("key", data["key"]) if "key" in data else ()
        answers = self.path("answers", data["answers"]) if "answers" in data else ()
        if "signature" not in data:
            raise self.bad(
                "signature",
                'a source proves itself: [signature] scheme = "standard", or "none" where only the loopback is trusted',
                'источник должен подписываться: [signature] scheme = "standard", или "none", если довольно loopback',
            )
        return EventMap(source, rules, self.signature(data["signature"]), key, answers)

    def rule(self, key: str, data: dict[str, Any]) -> Rule:
        self.known(key, data, _EVENT_KEYS)
        name, pipeline = data.get("name"), data.get("pipeline")
        if not isinstance(name, str) or not name:
            raise self.bad(f"{key}.name", "the event's name belongs here", "здесь нужно имя события")
        if pipeline is not None and not isinstance(pipeline, str):
            raise self.bad(f"{key}.pipeline", "a pipeline's name belongs here", "здесь нужно имя воронки")
        when = []
        for path, wanted in self.table(f"{key}.when", data.get("when", {})).items():
            text = _text(wanted)
            if text is None:
                raise self.bad(f"{key}.when.{path}", "a text or number belongs here", "здесь нужен текст или число")
            when.append((self.path(f"{key}.when", path), text))
        values = self.values(f"{key}.values", data.get("values", {}))
        return Rule(name, pipeline, tuple(when), values, self.values(f"{key}.by", data.get("by", {})))

    def values(self, key: str, data: Any) -> dict[str, Value]:
        made = {}
        for name, value in self.table(key, data).items():
            if isinstance(value, str):
                made[name] = Value(self.path(f"{key}.{name}", value))
            elif isinstance(value, dict) and set(value) == {"constant"} and _text(value["constant"]) is not None:
                made[name] = Value(constant=value["constant"])
            else:
                raise self.bad(
                    f"{key}.{name}",
                    'write "path.in.the.payload" or { constant = "…" }',
                    'нужно "путь.в.данных" или { constant = "…" }',
                )
        return made

    def signature(self, data: Any) -> Signature:
        table = self.table("signature", data)
        self.known("signature", table, _SIGNATURE_KEYS)
        scheme = table.get("scheme", "standard")
        if scheme not in SCHEMES:
            listed = ", ".join(SCHEMES)
            raise self.bad("signature.scheme", f"one of {listed} belongs here", f"здесь нужно одно из: {listed}")
        secret = None
        if scheme != "none":
            named = table.get("secret")
            if not (isinstance(named, dict) and set(named) == {"secret"} and isinstance(named["secret"], str)):
                raise self.bad("signature.secret", 'write { secret = "NAME" }', 'напишите { secret = "ИМЯ" }')
            if not NAME.fullmatch(named["secret"]):
                raise self.bad("signature.secret", "this is no name of a secret", "это не имя секрета")
            secret = Secret(named["secret"])
        texts = {name: table.get(name, "") for name in ("header", "prefix", "timestamp")}
        for name, text in texts.items():
            if not isinstance(text, str):
                raise self.bad(f"signature.{name}", "a text belongs here", "здесь нужен текст")
        if scheme.startswith("hmac") and not texts["header"]:
            raise self.bad("signature.header", "name the header it comes in", "назовите заголовок с подписью")
        window = table.get("window", WINDOW)
        if not isinstance(window, int) or isinstance(window, bool) or not 1 <= window <= 86_400:
            raise self.bad("signature.window", "seconds belong here, up to a day", "здесь нужны секунды, до суток")
        return Signature(scheme, secret, texts["header"].lower(), texts["prefix"], texts["timestamp"].lower(), window)

    def table(self, key: str, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.bad(key, "a table belongs here", "здесь должна быть таблица")
        return data

    def path(self, key: str, text: Any) -> tuple[str, ...]:
        if not isinstance(text, str) or not text or not all(text.split(".")):
            raise self.bad(
                key, "a path such as object.amount.value belongs here", "здесь нужен путь: object.amount.value"
            )
        return tuple(text.split("."))

    def known(self, key: str, data: dict[str, Any], names: tuple[str, ...]) -> None:
        for name in data:
            if name not in names:
                close = closest(name, names)
                en = f"; did you mean {close}?" if close else f"; there are: {', '.join(names)}"
                ru = f"; может быть, {close}?" if close else f"; есть: {', '.join(names)}"
                raise self.bad(f"{key}.{name}" if key else name, f"there is no such key{en}", f"такого ключа нет{ru}")
