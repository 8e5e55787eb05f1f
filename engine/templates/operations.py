"""What a compiled template calls while it runs: one operation a node of the typed tree.

A compiled template gets one name, ``rt``, and calls these on it. It never sees an attribute of an object of ours:
whatever it may know of a deal, it asks here, by names that the check has resolved. Unset goes through all of them as
unset; only printing it is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from voronka.dsl.definition.model import Pipeline
from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Instant
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.state import OPEN_STATES, Deal, TaskState
from voronka.engine.templates.filters import APPLY, SEES_UNSET
from voronka.engine.templates.run import Run
from voronka.stdlib import arithmetic


class Item(NamedTuple):
    """A deal behind a ``links`` field, as mirrored."""

    number: int
    values: Mapping[str, Any]


def _const(run: Run, at: int) -> Any:
    return run.pool[at]


def _root(run: Run) -> Deal | Sequence[Deal]:
    return run.root


def _field(run: Run, deal: Deal, name: str) -> Any:
    return deal.f.get(name)


def _card(run: Run, deal: Deal, link: str, name: str) -> Any:
    return deal.cards.get(link, {}).get(name)


def _item(run: Run, item: Item, name: str) -> Any:
    return item.number if name == "number" else item.values.get(name)


def _items(run: Run, deal: Deal, name: str) -> list[Item]:
    return [Item(number, values) for number, values in sorted(deal.items.get(name, {}).items())]


def _tasks(run: Run, deal: Deal) -> list[TaskState]:
    return [deal.tasks[number] for number in sorted(deal.tasks)]


def _deal(run: Run, deal: Deal, name: str) -> Any:
    match name:
        case "number":
            return deal.id
        case "title":
            return run.pipeline.title.in_(run.language) or run.pipeline.name
        case "stage" | "owner" | "reason":
            return getattr(deal, name)
        case "creation":
            return Instant(deal.created)
        case "entry":
            return Instant(deal.entered)
        case "closing":
            return None if deal.closed is None else Instant(deal.closed)
    contact = deal.marks.get("contact")
    return None if contact is None else Instant(contact)


def _part(run: Run, whole: Any, name: str, kind: int) -> Any:
    if whole is None:
        return None
    if isinstance(whole, TaskState):
        return _of_task(run, whole, name)
    if isinstance(whole, Pipeline):
        return whole.name if name == "name" else whole.title.in_(run.language) or whole.name
    shape: Type = run.pool[kind]
    if shape.kind == "user":
        return run.person(whole, name)
    return whole if name == "name" else run.show(shape, whole)


def _of_task(run: Run, task: TaskState, name: str) -> Any:
    match name:
        case "title":
            return run.titled(task.path, task.name)
        case "outcome":
            return None if task.outcome is None else run.titled(f"{task.path}/{task.outcome}", task.outcome)
        case "due" | "created":
            instant = getattr(task, name)
            return None if instant is None else Instant(instant)
        case "overdue":
            return task.status == "open" and task.due is not None and task.due <= run.env.now
        case "planned":
            return task.status in OPEN_STATES
        case "open" | "done" | "cancelled" | "waiting":
            return task.status == name
    return getattr(task, name)


def _event(run: Run, event: Mapping[str, Any] | None, name: str) -> Any:
    return None if event is None else event.get(name)


def _given(run: Run, name: str) -> Any:
    env = run.env
    match name:
        case "now":
            return Instant(env.now)
        case "today":
            return env.calendar.today(env.now)
        case "pipeline":
            return run.pipeline
        case "approval":
            return env.task
    return getattr(env, name)


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Run, Any, Any], bool | None]:
    def compare(run: Run, left: Any, right: Any) -> bool | None:
        run.spend(1)
        return None if left is None or right is None else test(left, right)

    return compare


def _reckoned(test: Callable[[Any, Any], Any]) -> Callable[[Run, Any, Any], Any]:
    def reckon(run: Run, left: Any, right: Any) -> Any:
        run.spend(1)
        return None if left is None or right is None else test(left, right)

    return reckon


def _neg(run: Run, value: Any) -> Any:
    return None if value is None else arithmetic.neg(value)


def _between(run: Run, value: Any, low: int | None, high: int | None) -> bool | None:
    run.spend(1)
    return None if value is None else (low is None or value >= low) and (high is None or value <= high)


def _outside(run: Run, value: Any, low: int | None, high: int | None) -> bool | None:
    inside = _between(run, value, low, high)
    return None if inside is None else not inside


def _has(run: Run, chosen: tuple[str, ...] | None, name: str | None) -> bool | None:
    run.spend(1)
    return None if chosen is None or name is None else name in chosen


def _set(run: Run, value: Any) -> bool:
    run.spend(1)
    return value is not None


def _some(run: Run, items: Any) -> bool:
    run.spend(1)
    return bool(items)


def _and(run: Run, left: bool | None, right: bool | None) -> bool | None:
    run.spend(1)
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(run: Run, left: bool | None, right: bool | None) -> bool | None:
    run.spend(1)
    if left or right:
        return True
    return None if left is None or right is None else False


def _not(run: Run, value: bool | None) -> bool | None:
    run.spend(1)
    return None if value is None else not value


def _true(run: Run, value: bool | None) -> bool:
    """What ``if`` asks: unknown is not true (Meaning 7)."""
    run.spend(1)
    return value is True


def _show(run: Run, value: Any, kind: int) -> str | None:
    run.spend(1)
    return None if value is None else run.show(run.pool[kind], value)


def _concat(run: Run, *parts: str | None) -> str | None:
    if None in parts:
        return None
    text = "".join(part for part in parts if part is not None)
    run.spend(1 + (len(text) >> 6))
    return text


def _filter(run: Run, value: Any, name: str, kind: int, *args: Any) -> Any:
    run.spend(1)
    if value is None and name not in SEES_UNSET:
        return None
    made = APPLY[name](run, run.pool[kind], value, args)
    if isinstance(made, str):
        run.spend(len(made) >> 6)
    return made


def _rows(run: Run, items: Any) -> Iterator[Any]:
    for item in items or ():
        run.spend(1)
        yield item


def _out(run: Run, value: Any, site: int) -> str:
    """Print a value; an unset one is an error, never a hole in a letter."""
    run.spend(1)
    kind, at, names = run.sites[site]
    if value is not None:
        return run.show(kind, value)
    shown = ", ".join(names)
    if len(names) == 1:
        what = Both(f"“{shown}” is unset", f"«{shown}» не заполнено")
    else:
        what = Both(f"something of this is unset: {shown}", f"что-то из этого не заполнено: {shown}")
    raise run.fail(what, at, shown)


def _equal(left: Any, right: Any) -> bool:
    return bool(left == right)


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "const": _const,
    "root": _root,
    "field": _field,
    "card": _card,
    "item": _item,
    "items": _items,
    "tasks": _tasks,
    "deal": _deal,
    "part": _part,
    "event": _event,
    "given": _given,
    "add": _reckoned(arithmetic.add),
    "sub": _reckoned(arithmetic.sub),
    "mul": _reckoned(arithmetic.mul),
    "div": _reckoned(arithmetic.div),
    "neg": _neg,
    "eq": _compared(_equal),
    "ne": _compared(lambda left, right: not _equal(left, right)),
    "lt": _compared(lambda left, right: bool(left < right)),
    "le": _compared(lambda left, right: bool(left <= right)),
    "gt": _compared(lambda left, right: bool(left > right)),
    "ge": _compared(lambda left, right: bool(left >= right)),
    "between": _between,
    "outside": _outside,
    "has": _has,
    "set": _set,
    "some": _some,
    "and": _and,
    "or": _or,
    "not": _not,
    "true": _true,
    "show": _show,
    "concat": _concat,
    "filter": _filter,
    "rows": _rows,
    "out": _out,
}
