"""A definition as compact text that a person can read: names, paths, conditions; places and defaults left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from voronka.dsl.definition.actions import Action, AddTask, Message, Require
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Definition, Gate, Stage
from voronka.dsl.definition.moments import DueRule, Happening, Moment, Trigger, Who, WhoRule
from voronka.dsl.definition.types import Title, Type
from voronka.dsl.definition.values import Duration, Instant

_SMALL = (WhoRule, DueRule, Gate, Require, Happening, Moment, Trigger, Who, Message)
_SKIPPED = {"loc", "sources", "scenarios"}
_BLOCKS = ("actions", "then", "otherwise")


def dump(definition: Definition, *parts: str) -> str:
    """The definition, or only some of it: ``pipelines.p.stages.new``, ``people``."""
    if not parts:
        return "\n".join(_lines(definition, ""))
    out = []
    for part in parts:
        value: Any = definition
        for name in part.split("."):
            value = value[name] if isinstance(value, Mapping) else getattr(value, name)
        out += [part, *_lines(value, "  ")]
    return "\n".join(out)


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _entry(f"{name}:", item, indent)
    elif isinstance(value, tuple) and value and not _flat(value):
        for item in value:
            yield from _entry("-", item, indent)
    elif is_dataclass(value) and not _flat(value):
        for part in fields(value):
            item = getattr(value, part.name)
            if isinstance(value, Stage) and part.name == "entry":
                item = tuple(f"AddTask {one.path}" if isinstance(one, AddTask) else one for one in item)
            default = part.default_factory() if part.default_factory is not MISSING else part.default
            if part.name not in _SKIPPED and item != default and item not in ((), {}, Title(), None):
                yield from _entry(part.name, item, indent)
    else:
        yield f"{indent}{flat(value)}"


def _entry(head: str, item: Any, indent: str) -> Iterator[str]:
    if _flat(item):
        yield f"{indent}{head} {flat(item)}"
    elif isinstance(item, get_args(Action)):
        yield from _action(head, item, indent)
    else:
        yield f"{indent}{head}{f' {type(item).__name__}' if is_dataclass(item) else ''}"
        yield from _lines(item, indent + "  ")


def _action(head: str, item: Any, indent: str) -> Iterator[str]:
    """One line, and the blocks inside; a task is where it stands, or here where it stands nowhere else."""
    if isinstance(item, AddTask):
        yield f"{indent}{head} AddTask"
        yield from _lines(item.task, indent + "    ")
        return
    shown = {part.name: getattr(item, part.name) for part in fields(item)}
    said = [f"{name}={flat(one)}" for name, one in shown.items() if _flat(one) and one not in (None, "", (), False)]
    yield f"{indent}{head} {type(item).__name__} {' '.join(one for one in said if not one.startswith('loc='))}"
    for name in _BLOCKS:
        if shown.get(name):
            yield from _entry(name, shown[name], indent + "    ")


def _flat(value: Any) -> bool:
    if isinstance(value, (Expr, Title, Type, Duration, Loc, *_SMALL)) or value is None:
        return True
    if isinstance(value, tuple):
        return all(_flat(item) for item in value)
    return not is_dataclass(value) and not isinstance(value, Mapping)


def flat(value: Any) -> str:
    """A value on one line; expressions as (op value args…)."""
    match value:
        case Expr():
            return _expr(value)
        case Title():
            return " / ".join(f'"{text}"' for _, text in value.texts) or "–"
        case Type():
            return _type(value)
        case Duration():
            return f"{value.n:f} {value.unit}"
        case WhoRule() | DueRule() | Gate() | Require() | Happening() | Moment() | Trigger() | Who() | Message():
            return _small(value)
        case Instant():
            return f"t{int(value)}"
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case tuple():
            return f"({', '.join(flat(item) for item in value if not isinstance(item, Loc))})"
        case _:
            return str(value)


def _small(value: Any) -> str:
    """The parts that are said, in one pair of brackets."""
    said = []
    for part in fields(value):
        item = getattr(value, part.name)
        if part.name not in _SKIPPED and item != part.default and item not in (None, (), "", Title()):
            said.append(flat(item) if part.name in ("kind", "who", "base", "moment") else f"{part.name}={flat(item)}")
    return f"[{' '.join(said)}]"


def _expr(expr: Expr) -> str:
    value = "" if expr.value is None else f":{flat(expr.value)}"
    if expr.op == "const":
        return f"{flat(expr.value)}{f' {expr.type.currency}' if expr.type.currency else ''}"
    if not expr.args:
        return f"{expr.op}{value}"
    return f"({expr.op}{value} {' '.join(_expr(arg) for arg in expr.args)})"


def _type(kind: Type) -> str:
    said = [kind.kind]
    for part in fields(kind):
        item = getattr(kind, part.name)
        if part.name in ("kind", "options") or item == part.default:
            continue
        said.append(f"{part.name}={flat(item)}")
    options = [f"{o.name}{'' if o.low is None else f'={o.low}..{o.high}'}" for o in kind.options]
    return " ".join(said) + (f" {{{' '.join(options)}}}" if options else "")
