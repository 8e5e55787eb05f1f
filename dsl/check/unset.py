"""A warning of ``not`` over what may be unset: such a condition is neither true nor false (Meaning 7)."""

from __future__ import annotations

from voronka.dsl.check.place import Place, included
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.definition.expr import Expr
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import types
from voronka.dsl.text.source import Source
from voronka.dsl.text.span import Span

# Never unknown, whatever is unset below them.
_SURE = frozenset({"set", "unset", "task", "check", "approval", "all", "any", "none", "stage", "count", "const"})


def warn_of_not(expr: Expr, node: nodes.Expr, place: Place) -> None:
    """Report every written ``not`` whose operand may be unset, unless the condition makes sure that it is not."""
    if expr.type is not UNKNOWN and any(one.op == "not" for one in expr.walk()):
        _look(expr, place.required, node.span.source, place)


def _look(expr: Expr, sure: frozenset[str], source: Source, place: Place) -> None:
    if expr.op == "and":
        sure |= {arg.args[0].text for arg in expr.args if arg.op == "set"}
    elif expr.op == "or":
        sure |= {arg.args[0].text for arg in expr.args if arg.op == "unset"}
    if expr.op == "not":
        name = next((one for one in _unset(expr.args[0], place) if one not in sure), None)
        if name is not None:
            loc = expr.loc
            start, end = source.offset(loc.line, loc.column), source.offset(loc.end_line, loc.end_column)
            place.world.report(types.NOT_UNSET, Span(source, start, end), labels=included(place.env), name=name)
            return
    for arg in expr.args:
        _look(arg, sure, source, place)


def _unset(expr: Expr, place: Place) -> list[str]:
    """Names in an expression that may be unset and make it unknown."""
    if expr.op in _SURE:
        return []
    if expr.op == "field":
        sym = place.table.fields.get(expr.value)
        kept = sym is not None and sym.node.default is not None
        return [] if kept else [expr.text]
    if expr.op in ("via", "payload", "last_contact", "owner", "supervisor", "closing"):
        return [expr.text]
    return [name for arg in expr.args for name in _unset(arg, place)]
