"""Every part of a pipeline, and a pipeline with some parts changed or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Final

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title, Type

GONE: Final = object()  # instead of a part: leave it out
_BARE = frozenset({str, bool, int, Decimal, Loc, Title, Type, type(None)})  # nothing that decides lies below these


def nodes(part: Any) -> Iterator[Any]:
    """This part and every one below it, parents first, in the order of their attributes."""
    if part.__class__ in _BARE:
        return
    if isinstance(part, (tuple, Mapping)) and not hasattr(part, "_fields"):
        for item in part.values() if isinstance(part, Mapping) else part:
            yield from nodes(item)
    elif names := _names(part.__class__):
        yield part
        for name in names:
            yield from nodes(getattr(part, name))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind)) if is_dataclass(kind) else ()


def rewritten(part: Any, change: Callable[[Any], Any]) -> Any:
    """The same with every part replaced by what ``change`` makes of it, inner ones first.

    ``GONE`` leaves an item of a tuple or table out, and an attribute becomes None. What does not change stays the same
    object.
    """
    if part.__class__ in _BARE:
        return part
    if isinstance(part, Mapping):
        table = {key: rewritten(item, change) for key, item in part.items()}
        if all(table[key] is item for key, item in part.items()):
            return part
        return {key: item for key, item in table.items() if item is not GONE}
    if isinstance(part, tuple) and not hasattr(part, "_fields"):
        items = [rewritten(item, change) for item in part]
        if all(new is old for new, old in zip(items, part, strict=True)):
            return part
        return tuple(item for item in items if item is not GONE)
    names = _names(part.__class__)
    if not names:
        return part
    changed = {}
    for name in names:
        old = getattr(part, name)
        new = rewritten(old, change)
        if new is not old:
            changed[name] = None if new is GONE else new
    return change(replace(part, **changed) if changed else part)
