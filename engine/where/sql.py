"""Conditions as SQL over the stored states, for those whose three-valued meaning SQL keeps exactly (Meaning 7).

SQL's NULL is the language's unknown: ``and``, ``or`` and ``not`` agree, and a comparison with something unset is
unknown in both. Amounts are exact decimals in the language: where their doubles differ, so do they, in the same order;
where those are equal, :func:`exact` decides. What is personal is sealed in the store, so it is not asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from datetime import date
from decimal import Decimal
from typing import Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import plain

_COMPARED = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "=", "ne": "<>"}
_WORDS = frozenset({"choice", "text"})


class NotInSql(Exception):
    """SQL has no words for it that mean the same; the compiled function has."""


Said = tuple[str, list[Any]]


def sql_of(expr: Expr, personal: Set[str]) -> Said:
    """A condition over ``deals d JOIN states s``, and its parameters. ``personal``: fields that are sealed.

    Raises NotInSql.
    """
    op = expr.op
    if op in ("and", "or"):
        # what needs no look into the state comes first; the order changes nothing else
        parts = sorted((sql_of(arg, personal) for arg in expr.args), key=lambda part: "s.state" in part[0])
        return f" {op.upper()} ".join(f"({words})" for words, _ in parts), [one for _, given in parts for one in given]
    if op == "not":
        words, given = sql_of(expr.args[0], personal)
        return f"NOT ({words})", given
    if op in ("set", "unset"):
        return f"{_value(expr.args[0])} IS {'NOT ' if op == 'set' else ''}NULL", []
    if op == "field" and expr.type.kind == "bool":
        return _value(expr), []
    if op in _COMPARED:
        return _comparison(op, expr.args[0], expr.args[1], personal)
    raise NotInSql(op)


def prepare(db: sqlite3.Connection) -> None:
    """Teach a connection what the conditions call."""
    db.create_function("voronka_exact", 2, exact, deterministic=True)


def exact(one: str | int | None, other: str) -> int | None:
    """-1, 0 or 1: how two decimals compare, whatever their length."""
    if one is None:
        return None
    left, right = Decimal(one), Decimal(other)
    return (left > right) - (left < right)


def _value(expr: Expr) -> str:
    """Where a value is stored; NULL where it is unset."""
    if expr.op == "stage":
        return "d.stage"
    if expr.op == "owner":
        return "d.owner"
    if expr.op != "field" or expr.type.kind in ("links", "choices") or '"' in expr.value:
        raise NotInSql(expr.op)
    return f"json_extract(s.state, '$.f.\"{_quoted(expr.value)}\"')"


def _quoted(name: str) -> str:
    return name.replace("'", "''")


def _comparison(op: str, left: Expr, right: Expr, personal: Set[str]) -> Said:
    if right.op != "const":
        raise NotInSql("two values")
    sign, value = _COMPARED[op], right.value
    if left.op == "stage" and op in ("eq", "ne"):
        return f"d.stage {sign} ?", [value]
    if left.op != "field" or left.value in personal or '"' in left.value:
        raise NotInSql(left.op)
    stored, kind = f'\'$.f."{_quoted(left.value)}"', left.type.kind
    if kind in _WORDS and op in ("eq", "ne") and isinstance(value, str):
        return f"json_extract(s.state, {stored}') {sign} ?", [value]
    if kind == "date" and type(value) is date:
        return f"json_extract(s.state, {stored}[1]') {sign} ?", [value.isoformat()]
    if kind == "money" and isinstance(value, Decimal) and right.type.kind == "money":
        amount = f"json_extract(s.state, {stored}[1]')"
        return (
            f"CASE sign(CAST({amount} AS REAL) - ?) WHEN 1 THEN 1 {sign} 0 WHEN -1 THEN -1 {sign} 0 "
            f"WHEN 0 THEN voronka_exact({amount}, ?) {sign} 0 END"
        ), [float(value), plain(value)]
    raise NotInSql(kind)
