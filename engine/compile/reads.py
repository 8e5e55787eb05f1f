"""What an expression looks at: keys by which a change finds the conditions that it may turn."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.expr import Expr
from voronka.engine.compile.loops import TASKS
from voronka.engine.compile.values import AGGREGATES, QUANTIFIERS

TIME = "time"
_KEYS: dict[str, tuple[str, ...]] = {
    "payload": ("event",),
    "now": (TIME,),
    "today": (TIME,),
    "older": (TIME,),
    "not_older": (TIME,),
    "within": (TIME,),
    "not_within": (TIME,),
    "owner": ("owner",),
    "supervisor": ("owner", "people"),
    "stage": ("stage",),
    "entry": ("stage",),
    "closing": ("stage",),
    "last_contact": ("mark:contact",),
}


def reads(expr: Expr) -> frozenset[str]:
    """Dependency keys of an expression.

    ``f:amount`` a field · ``card:client`` a linked card · ``items:goods`` items of a ``links`` field · ``tasks`` any
    task · ``task:call`` tasks of that name · ``check:questions`` points of a checklist · ``approval:x`` ·
    ``mark:contact`` the last contact · ``stage`` (also entry and closing) · ``owner`` · ``people`` who reports to
    whom · ``event`` the payload being handled · ``time``.
    """
    return frozenset(_keys(expr))


def _keys(expr: Expr) -> Iterator[str]:
    for node in expr.walk():
        yield from _KEYS.get(node.op, ())
        if node.op in QUANTIFIERS or node.op in AGGREGATES:
            yield from (TASKS,) if node.value == TASKS else (f"items:{node.value}",)
            if node.value == TASKS and any(part.op == "item" and part.value == "overdue" for part in node.walk()):
                yield TIME
        match node.op, node.value:
            case "field", name:
                yield f"items:{name}" if node.type.kind == "links" else f"f:{name}"
            case "via", (link, _):
                yield from (f"card:{link}", f"f:{link}")
            case "task", (name, state):
                yield f"task:{name}"
                if state == "overdue":
                    yield TIME
            case (("check" | "approval"), (name, _)):
                yield f"{node.op}:{name}"
