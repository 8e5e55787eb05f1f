"""Making typed nodes, and saying in a message what one is."""

from __future__ import annotations

from typing import Any

from voronka.dsl.check.place import Place, included
from voronka.dsl.check.places import loc_of
from voronka.dsl.check.symbols import UNKNOWN
from voronka.dsl.check.words import type_name
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.span import Span


def written(span: Span) -> str:
    """An expression as it is written, on one line."""
    text = span.text
    return " ".join(text.split()) if "\n" in text else text


def make(op: str, type: Type, node: nodes.Node, value: Any = None, args: tuple[Expr, ...] = ()) -> Expr:
    """A typed node with its place and its text."""
    return Expr(op, type, value, args, loc_of(node.span), written(node.span))


def bad(node: nodes.Node) -> Expr:
    """What stands for an expression that is already reported."""
    return make("const", UNKNOWN, node)


def unknown(*exprs: Expr) -> bool:
    """Whether any of them is already reported."""
    return any(expr.type is UNKNOWN for expr in exprs)


def described(expr: Expr) -> Both:
    """An expression in a message: its text and its type."""
    kind = type_name(expr.type)
    text = expr.text if len(expr.text) <= 40 else expr.text[:39] + "…"
    return Both(f"`{text}` ({kind.en})", f"`{text}` ({kind.ru})")


def wrong_arguments(node: nodes.Call, wanted: Both, got: Both, place: Place) -> None:
    """Report a call with arguments that its function does not take."""
    name = node.function.name
    place.world.report(types.WRONG_ARGUMENTS, node.span, labels=included(place.env), name=name, wanted=wanted, got=got)
