"""Small builders of Python syntax trees, so that what is compiled reads like what it becomes."""

from __future__ import annotations

import ast
from collections.abc import Iterable

TRUE, FALSE, NONE = ast.Constant(True), ast.Constant(False), ast.Constant(None)


def name(id: str) -> ast.expr:
    return ast.Name(id, ast.Load())


def attr(value: ast.expr, attribute: str) -> ast.expr:
    return ast.Attribute(value, attribute, ast.Load())


def call(function: ast.expr, *args: ast.expr) -> ast.expr:
    return ast.Call(function, list(args), [])


def get(table: ast.expr, key: str) -> ast.expr:
    """``table.get("key")``"""
    return call(attr(table, "get"), ast.Constant(key))


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [op], [right])


def is_none(value: ast.expr) -> ast.expr:
    return compare(value, ast.Is(), NONE)


def not_none(value: ast.expr) -> ast.expr:
    return compare(value, ast.IsNot(), NONE)


def bind(id: str, value: ast.expr) -> ast.expr:
    """``(id := value)``"""
    return ast.NamedExpr(ast.Name(id, ast.Store()), value)


def assign(id: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(id, ast.Store())], value)


def negate(value: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), value)


def both(parts: Iterable[ast.expr]) -> ast.expr:
    """``a and b …`` of bools, without what is certain."""
    return _joined(parts, ast.And, True)


def either(parts: Iterable[ast.expr]) -> ast.expr:
    """``a or b …`` of bools, without what is certain."""
    return _joined(parts, ast.Or, False)


def _joined(parts: Iterable[ast.expr], op: type[ast.And] | type[ast.Or], neutral: bool) -> ast.expr:
    flat: list[ast.expr] = []
    for part in parts:
        if isinstance(part, ast.Constant) and part.value is neutral:
            continue
        if isinstance(part, ast.BoolOp) and isinstance(part.op, op):
            flat += part.values
        else:
            flat.append(part)
        if isinstance(part, ast.Constant):  # decides it: what follows is never looked at
            break
    if not flat:
        return ast.Constant(neutral)
    return flat[0] if len(flat) == 1 else ast.BoolOp(op(), flat)


def decided(test: ast.expr) -> ast.expr:
    """A chain of tests as ``True if test else False``: the tests of None in it then become single jumps."""
    return ast.IfExp(test, TRUE, FALSE) if isinstance(test, ast.BoolOp) else test


def choose(test: ast.expr, value: ast.expr) -> ast.expr:
    """``value if test else None``"""
    if isinstance(test, ast.Constant):
        return value if test.value else NONE
    return ast.IfExp(test, value, NONE)


def when(test: ast.expr, *body: ast.stmt) -> ast.stmt:
    return ast.If(test, list(body), [])


def give(value: ast.expr) -> ast.stmt:
    return ast.Return(value)


def each(variable: str, values: ast.expr, *body: ast.stmt) -> ast.stmt:
    return ast.For(ast.Name(variable, ast.Store()), values, list(body), [])


def function(id: str, params: Iterable[str], body: list[ast.stmt]) -> ast.FunctionDef:
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(p) for p in params], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.FunctionDef(id, arguments, body, [])
