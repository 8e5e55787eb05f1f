"""Every part of a pipeline with the way to it, and a pipeline with one part replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title, Type

Way = tuple[str | int, ...]  # names of attributes, places in tuples, keys of tables
_BARE = frozenset({str, bool, int, Decimal, Loc, Title, Type})  # nothing that decides lies below these


def nodes(part: Any, way: Way = ()) -> Iterator[tuple[Way, Any]]:
    """This part and every one below it, parents first, in the order of their attributes."""
    if part is None or part.__class__ in _BARE:
        return
    if isinstance(part, tuple):
        for place, item in enumerate(part):
            yield from nodes(item, (*way, place))
    elif isinstance(part, Mapping):
        for key, item in part.items():
            yield from nodes(item, (*way, key))
    elif names := _names(part.__class__):
        yield way, part
        for name in names:
            yield from nodes(getattr(part, name), (*way, name))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind)) if is_dataclass(kind) else ()


def at(part: Any, way: Way) -> Any:
    """What lies at the end of a way."""
    for step in way:
        part = getattr(part, step) if isinstance(step, str) and not isinstance(part, Mapping) else part[step]
    return part


def put(part: Any, way: Way, new: Any) -> Any:
    """The same with something else at the end of a way."""
    if not way:
        return new
    step, rest = way[0], way[1:]
    if isinstance(part, Mapping):
        return {**part, step: put(part[step], rest, new)}
    if isinstance(part, tuple):
        place = int(step)
        return (*part[:place], put(part[place], rest, new), *part[place + 1 :])
    return replace(part, **{str(step): put(getattr(part, str(step)), rest, new)})


def drop(part: Any, way: Way) -> Any:
    """The same without what lies at the end of a way: an item of a tuple or table, or an attribute that may be None."""
    home = at(part, way[:-1])
    last = way[-1]
    if isinstance(home, Mapping):
        return put(part, way[:-1], {key: value for key, value in home.items() if key != last})
    if isinstance(home, tuple):
        return put(part, way[:-1], (*home[: int(last)], *home[int(last) + 1 :]))
    return put(part, way, None)
