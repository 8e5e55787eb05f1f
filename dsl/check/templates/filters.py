"""The filters of templates: what they take and what they make of it. How they do it is the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voronka.dsl.definition.types import INTEGER, TEXT, Type
from voronka.dsl.text.codes.base import Both

NUMERIC = frozenset({"number", "integer", "percent", "money", "rating"})
ANY: frozenset[str] = frozenset()
DATE_STYLES = ("long", "short", "day", "weekday", "iso")
MAX_PLACES = 6


_NO_ARGUMENT = Both("no argument", "не нужен")


@dataclass(frozen=True, slots=True)
class Filter:
    """``takes``: kinds of values, empty for all. ``args``: how many and what (text, places, style, any).

    ``keeps``: the result has the type of the value, else it is ``makes``. ``shown``: works on the value as a text.
    """

    takes: frozenset[str]
    takes_as: Both
    args: tuple[str, ...] = ()
    least: int = 0
    args_as: Both = _NO_ARGUMENT
    makes: Type = TEXT
    keeps: bool = False
    shown: bool = False


_VALUE = Both("a value", "значение")
FILTERS: Mapping[str, Filter] = {
    "default": Filter(ANY, _VALUE, ("any",), 1, Both('what to say instead: default("…")', 'замена: default("…")')),
    "upper": Filter(ANY, _VALUE, shown=True),
    "lower": Filter(ANY, _VALUE, shown=True),
    "title": Filter(ANY, _VALUE, shown=True),
    "date": Filter(
        frozenset({"date", "datetime"}),
        Both("a date", "дату"),
        ("style",),
        0,
        Both(f"one of {', '.join(DATE_STYLES)}", f"одно из {', '.join(DATE_STYLES)}"),
    ),
    "time": Filter(frozenset({"datetime", "time"}), Both("a time", "время")),
    "money": Filter(frozenset({"money", "number", "integer"}), Both("an amount", "сумму")),
    "round": Filter(
        NUMERIC,
        Both("a number", "число"),
        ("places",),
        0,
        Both(f"how many places, 0 to {MAX_PLACES}", f"число знаков от 0 до {MAX_PLACES}"),
        keeps=True,
    ),
    "plural": Filter(
        frozenset({"number", "integer", "rating"}),
        Both("a number", "число"),
        ("text", "text", "text"),
        2,
        Both('the forms: plural("day", "days")', 'три формы: plural("день", "дня", "дней")'),
    ),
    "phone": Filter(frozenset({"phone", "text"}), Both("a phone", "телефон")),
    "join": Filter(
        frozenset({"choices"}),
        Both("choices", "список вариантов"),
        ("text",),
        0,
        Both('what stands between: join(", ")', 'разделитель: join(", ")'),
    ),
    "length": Filter(
        frozenset({"choices", "text", "list"}), Both("a list or a text", "список или текст"), makes=INTEGER
    ),
    "json": Filter(ANY, _VALUE),
}
