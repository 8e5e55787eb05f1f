"""What the filters do. Every one takes a value of the language, unset included, and is bounded by its argument."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import encode, plain
from voronka.engine.templates import words
from voronka.stdlib import arithmetic

if TYPE_CHECKING:
    from voronka.engine.templates.run import Run

# (run, type of the value, the value, arguments) -> value; only `default` and `json` see unset values
Apply = Callable[["Run", Type, Any, tuple[Any, ...]], Any]


def upper(run: Run, kind: Type, value: str, args: tuple[Any, ...]) -> str:
    return value.upper()


def lower(run: Run, kind: Type, value: str, args: tuple[Any, ...]) -> str:
    return value.lower()


def title(run: Run, kind: Type, value: str, args: tuple[Any, ...]) -> str:
    """Every word with a capital; the rest of it as it is (``ООО «Ромашка»``)."""
    return " ".join(word[:1].upper() + word[1:] for word in value.split(" "))


def date(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> str:
    day = run.env.calendar.today(value) if kind.kind == "datetime" else value
    return words.date_in(day, args[0] if args else "long", run.language)


def time(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> str:
    return str(value) if kind.kind == "time" else run.env.calendar.local(value).strftime("%H:%M")


def money(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> str:
    """Always with minor units, as documents have it: ``120 000,00 ₽``."""
    return words.money(value, kind.currency or run.currency, run.language, whole=False)


def rounded(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> Decimal | None:
    return arithmetic.rounded(value, args[0] if args else 0)


def plural(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> str:
    return str(words.plural(Decimal(value), args))


def phone(run: Run, kind: Type, value: str, args: tuple[Any, ...]) -> str:
    return words.phone(value)


def join(run: Run, kind: Type, value: tuple[str, ...], args: tuple[Any, ...]) -> str:
    between = args[0] if args else ", "
    return str(between).join(run.show(Type("choice", options=kind.options), name) for name in value)


def length(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> int:
    return len(value)


def as_json(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> str:
    """As JSON that any reader takes: numbers as numbers, dates as ISO texts, choices by name, unset as null."""
    if isinstance(value, Decimal):
        return plain(value)
    if kind.kind == "datetime" and value is not None:
        return json.dumps(run.env.calendar.local(value).isoformat())
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    data = encode(value)
    if isinstance(data, list):  # a date or a duration: kind, then its parts
        data = " ".join(str(part) for part in data[1:])
    return json.dumps(data, ensure_ascii=False)


def default(run: Run, kind: Type, value: Any, args: tuple[Any, ...]) -> Any:
    return args[0] if value is None else value


APPLY: Mapping[str, Apply] = {
    "default": default,
    "upper": upper,
    "lower": lower,
    "title": title,
    "date": date,
    "time": time,
    "money": money,
    "round": rounded,
    "plural": plural,
    "phone": phone,
    "join": join,
    "length": length,
    "json": as_json,
}
SEES_UNSET = frozenset({"default", "json"})
