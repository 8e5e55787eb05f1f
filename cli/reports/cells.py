"""Cells in words, and as programs want them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.table import Cell, Column, Money

Local = Callable[[int], datetime]
NUMERIC = frozenset({"deal", "count", "number", "share", "score", "money", "duration", "worktime"})
_UNITS = ((86_400_000, Both("d", "д")), (3_600_000, Both("h", "ч")), (60_000, Both("min", "мин")))
_HOUR = 3_600_000


def shown(column: Column, cell: Cell, lang: str, local: Local) -> str:
    """A cell as people read it; an em dash for what there is nothing to say of."""
    from voronka.engine.templates import words

    if cell is None:
        return "—"
    if isinstance(cell, Both):
        return cell.in_(lang)
    if isinstance(cell, Money):
        return words.money(cell.amount, cell.currency, lang)
    if isinstance(cell, str):
        return " ".join(cell.split())
    match column.kind:
        case "share":
            return words.percent(Decimal(f"{cell:.3f}"), lang)
        case "score":
            # all four digits, so that the figures of a column stand one below another
            return f"{cell:.4f}".replace(".", "," if lang == "ru" else ".")
        case "duration":
            return stretch(int(cell), lang)
        case "worktime":
            hours = words.number(Decimal(f"{cell / _HOUR:.1f}"), lang)
            return f"{hours}{words.NBSP}{_UNITS[1][1].in_(lang)}"
        case "instant":
            return local(int(cell)).strftime("%Y-%m-%d %H:%M")
        case "number":
            return words.number(Decimal(f"{cell:.1f}"), lang)
    return words.number(int(cell), lang)


def stretch(ms: int, lang: str) -> str:
    """A stretch of time in its two largest units, short: ``2 д 3 ч``, ``45 min``."""
    minus, rest = "-" if ms < 0 else "", abs(ms)
    parts: list[str] = []
    for size, unit in _UNITS:
        n, rest = divmod(rest, size)
        if n and len(parts) < 2:
            parts.append(f"{n}\u00a0{unit.in_(lang)}")
        elif parts:
            break
    return minus + ("\u00a0".join(parts) or f"0\u00a0{_UNITS[-1][1].in_(lang)}")


def plain(column: Column, cell: Cell, lang: str) -> Any:
    """A cell as JSON has it: shares as fractions, lengths of time in seconds, instants in ISO 8601 UTC."""
    if isinstance(cell, Both):
        return cell.in_(lang)
    if isinstance(cell, Money):
        return {"amount": format(cell.amount, "f"), "currency": cell.currency}
    if cell is None or isinstance(cell, str):
        return cell
    match column.kind:
        case "duration" | "worktime":
            return round(int(cell) / 1000)
        case "instant":
            return datetime.fromtimestamp(int(cell) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case "share" | "number" | "score":
            return round(cell, 6)
    return cell
