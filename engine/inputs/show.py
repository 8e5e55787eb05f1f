"""Values as people read them, and amounts as they are stored."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Value
from voronka.stdlib.currencies import rounded

if TYPE_CHECKING:
    from voronka.engine.time.calendar import WorkCalendar


def stored_value(type: Type, value: Value) -> Value:
    """What is stored of a value: money in whole minor units, half up (Meaning 8); everything else as it is."""
    if type.kind == "money" and type.currency and isinstance(value, Decimal):
        return rounded(value, type.currency)
    return value


def show_value(type: Type, value: Any, language: str, calendar: WorkCalendar | None = None) -> str:
    """A value in words: ``120 000,50 ₽``, ``23 ноября 2026 г., 10:00``, ``3 рабочих дня``, the title of a choice.

    Blanks inside of amounts and dates do not break lines (U+00A0). An unset value is an empty text. Without a calendar
    times are told in UTC, and say so.
    """
    from voronka.engine.templates import words

    if value is None:
        return ""
    match type.kind:
        case "money":
            return words.money(value, type.currency, language)
        case "number" | "integer" | "rating":
            return words.number(value, language)
        case "percent":
            return words.percent(value, language)
        case "bool":
            return words.yes_no(value, language)
        case "date":
            return words.date_in(value, "long", language)
        case "datetime":
            return _moment(int(value), language, calendar)
        case "duration":
            return words.duration(value, language)
        case "choice" | "resource":
            return _title(type, value, language)
        case "choices":
            return ", ".join(_title(type, name, language) for name in value)
        case "phone":
            return words.phone(value)
        case "link" | "deal":
            return f"№{words.NBSP}{value}"
        case "links":
            return ", ".join(f"№{words.NBSP}{number}" for number in value)
        case "file" | "document":
            return str(value).partition("@")[0]
    return str(value)


def _moment(instant: int, language: str, calendar: WorkCalendar | None) -> str:
    from datetime import UTC, datetime, timedelta

    from voronka.engine.templates import words

    local = (
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant)
        if calendar is None
        else calendar.local(instant)
    )
    shown = f"{words.date_in(local.date(), 'long', language)}, {local:%H:%M}"
    return f"{shown} UTC" if calendar is None else shown


def _title(kind: Type, name: str, language: str) -> str:
    option = kind.option(name)
    return (option.title.in_(language) if option else "") or str(name)
