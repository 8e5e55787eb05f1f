"""A tree as text, without places: two texts that mean the same have the same dump."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from voronka.dsl.syntax.nodes import DurationLit, Ident, Node, NumberLit, Path, StringLit, Text, field_names

_INLINE = 100


def dump(node: Node) -> str:
    """The node and all below it as an s-expression: ``(Require (a b) when=(Is stage new))``.

    Names and numbers stand bare, texts in quotes, what is true as the field's name; what is missing, empty or false is
    left out, so a field after it is named.
    """
    return _show(node, 0)


def _show(value: object, indent: int) -> str:
    flat = _flat(value)
    if len(flat) + indent <= _INLINE or not isinstance(value, Node | tuple):
        return flat
    inner = "\n" + " " * (indent + 2)
    if isinstance(value, tuple):
        return "(" + inner.join(["", *(_show(item, indent + 2) for item in value)]).lstrip("\n ") + ")"
    head, width = f"({type(value).__name__}", indent + len(type(value).__name__)
    for label, part in _parts(value):
        flat = f"{label}{_flat(part)}"
        if inner not in head and width + len(flat) < _INLINE:
            head += f" {flat}"
            width += len(flat) + 1
        else:
            head += f"{inner}{label}{_show(part, indent + 2)}"
    return head + ")"


def _flat(value: object) -> str:
    if isinstance(value, Ident | Path):
        return value.name
    if isinstance(value, NumberLit):
        return str(value.value)
    if isinstance(value, StringLit):
        return _quoted(value.value)
    if isinstance(value, Text):
        return " / ".join(_quoted(part.value) for part in value.parts)
    if isinstance(value, DurationLit):
        return f"{value.amount} {value.unit}"
    if isinstance(value, Node):
        parts = [f"{label}{_flat(part)}" for label, part in _parts(value)]
        return f"({' '.join([type(value).__name__, *parts])})"
    if isinstance(value, tuple):
        return "(" + " ".join(_flat(item) for item in value) + ")"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date | Decimal | str):
        return str(value)
    raise TypeError(f"no node holds {type(value).__name__}")


def _parts(node: Node) -> list[tuple[str, object]]:
    """The fields that say something; those after one that was left out carry their names."""
    out: list[tuple[str, object]] = []
    gap = False
    for name in field_names(type(node)):
        value = getattr(node, name)
        if value is None or value is False or value == ():
            # An empty block is told from a missing one: `else { }` from no `else`.
            if value == () and name in ("otherwise", "options"):
                out.append((f"{name}=", value))
            gap = True
        elif value is True:
            out.append(("", name))
        else:
            out.append((f"{name}=" if gap else "", value))
    return out


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
