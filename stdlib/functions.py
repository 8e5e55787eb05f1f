"""The functions that expressions may call: typed, pure, bounded (Meaning 17).

An unset argument makes the result unset, unless the function says that it takes unset ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol

from voronka.dsl.check.library import FunctionSpec
from voronka.dsl.definition.types import TEXTUAL
from voronka.dsl.definition.values import Duration
from voronka.stdlib import arithmetic


class Calendar(Protocol):
    """What functions need of a calendar."""

    def today(self, now: int) -> date: ...
    def is_workday(self, day: date) -> bool: ...
    def workdays_between(self, first: date, last: date) -> int: ...
    def working_between(self, start: int, end: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions: its type, what its parameters are called, what it does.

    ``run`` gets run-time values in order, after the pipeline's calendar where ``calendar`` is true, and gives a value
    or None. It may raise ValueError or OverflowError where there is none (a date out of range); its caller takes that
    for unset. ``takes_unset``: it gets None for unset arguments.
    """

    spec: FunctionSpec
    names: tuple[str, ...]
    doc_en: str
    doc_ru: str
    run: Callable[..., Any]
    calendar: bool = False
    takes_unset: bool = False

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def signature(self) -> str:
        """``round(x, [places])``, as help and completion show it."""
        needed = len(self.names) - self.spec.optional
        shown = [name if at < needed else f"[{name}]" for at, name in enumerate(self.names)]
        return f"{self.name}({', '.join([*shown, '…'] if self.spec.variadic else shown)})"

    def doc(self, language: str) -> str:
        """What it gives, in Russian or in English."""
        return self.doc_ru if language == "ru" else self.doc_en


# --- what they do ----------------------------------------------------------------------------------------------------


def _size(value: Any) -> Any:
    """What orders values; durations go by their nominal lengths."""
    return arithmetic.nominal(value) if isinstance(value, Duration) else value


def least_of(*values: Any) -> Any:
    return min(values, key=_size)


def greatest_of(*values: Any) -> Any:
    return max(values, key=_size)


def absolute(value: Any) -> Any:
    if isinstance(value, Duration):
        return Duration(abs(value.n), value.unit)
    return abs(value)


def round_half_up(value: Decimal | int, places: Decimal | int = 0) -> Decimal | int | None:
    if places != int(places):
        return None
    result = arithmetic.rounded(value, int(places))
    return int(result) if result is not None and isinstance(value, int) else result


def first_set(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def contains(text: str, part: str) -> bool:
    return part.casefold() in text.casefold()


def starts_with(text: str, start: str) -> bool:
    return text.casefold().startswith(start.casefold())


def ends_with(text: str, end: str) -> bool:
    return text.casefold().endswith(end.casefold())


def _day(calendar: Calendar, moment: date | int) -> date:
    """A date as it is; of an instant its date in the pipeline's zone."""
    return moment if isinstance(moment, date) else calendar.today(moment)


def days_between(calendar: Calendar, first: date | int, last: date | int) -> int:
    return (_day(calendar, last) - _day(calendar, first)).days


def workdays_between(calendar: Calendar, first: date | int, last: date | int) -> int:
    return calendar.workdays_between(_day(calendar, first), _day(calendar, last))


def workhours_between(calendar: Calendar, start: int, end: int) -> Decimal | None:
    return arithmetic.div(calendar.working_between(start, end), 3_600_000)


def date_of(calendar: Calendar, moment: date | int) -> date:
    return _day(calendar, moment)


def weekday(calendar: Calendar, moment: date | int) -> int:
    return _day(calendar, moment).isoweekday()


def day_of(calendar: Calendar, moment: date | int) -> int:
    return _day(calendar, moment).day


def month_of(calendar: Calendar, moment: date | int) -> int:
    return _day(calendar, moment).month


def year_of(calendar: Calendar, moment: date | int) -> int:
    return _day(calendar, moment).year


def is_workday(calendar: Calendar, moment: date | int) -> bool:
    return calendar.is_workday(_day(calendar, moment))


# --- the table -------------------------------------------------------------------------------------------------------

_NUMBERS = "number|integer|percent|money"
_ORDERED = f"same:{_NUMBERS}|date|datetime|duration"
_MOMENT = "date|datetime"
_TEXTS = "|".join(sorted(TEXTUAL))


def _function(
    signature: str,
    params: tuple[str, ...],
    result: str,
    run: Callable[..., Any],
    doc_en: str,
    doc_ru: str,
    *,
    optional: int = 0,
    calendar: bool = False,
    takes_unset: bool = False,
) -> Function:
    """``signature`` is ``name first last``, with ``…`` at the end where the last one may be repeated."""
    name, *names = signature.split()
    variadic = names[-1] == "…"
    spec = FunctionSpec(name, params, result, variadic, optional)
    return Function(spec, tuple(names[: len(params)]), doc_en, doc_ru, run, calendar, takes_unset)


_ALL = (
    _function(
        "min x y …",
        (_ORDERED, _ORDERED),
        "same",
        least_of,
        "The least of its arguments.",
        "Наименьшее из значений.",
    ),
    _function(
        "max x y …",
        (_ORDERED, _ORDERED),
        "same",
        greatest_of,
        "The greatest of its arguments.",
        "Наибольшее из значений.",
    ),
    _function(
        "abs x",
        (f"same:{_NUMBERS}|duration",),
        "same",
        absolute,
        "The value without its sign.",
        "Значение без знака.",
    ),
    _function(
        "round x places",
        ("same:number|integer|money", "integer|number"),
        "same",
        round_half_up,
        "Half up to `places` digits after the point (0 if left out); -3 rounds to thousands.",
        "Округляет по правилам арифметики до `places` знаков после запятой (по умолчанию 0); -3 — до тысяч.",
        optional=1,
    ),
    _function(
        "coalesce x y …",
        ("same", "same"),
        "same",
        first_set,
        "The first of its arguments that is set; unset where none is.",
        "Первое заполненное из значений; не заполнено, если таких нет.",
        takes_unset=True,
    ),
    _function(
        "length text",
        (_TEXTS,),
        "integer",
        len,
        "How many characters a text has.",
        "Сколько знаков в тексте.",
    ),
    _function(
        "lower text",
        ("text",),
        "text",
        str.lower,
        "The text in small letters.",
        "Текст строчными буквами.",
    ),
    _function(
        "upper text",
        ("text",),
        "text",
        str.upper,
        "The text in capitals.",
        "Текст заглавными буквами.",
    ),
    _function(
        "contains text part",
        (_TEXTS, _TEXTS),
        "bool",
        contains,
        "Whether a text contains another, whatever the case of its letters.",
        "Есть ли в тексте другой текст; заглавные и строчные буквы не различаются.",
    ),
    _function(
        "starts_with text start",
        (_TEXTS, _TEXTS),
        "bool",
        starts_with,
        "Whether a text begins with another, whatever the case of its letters.",
        "Начинается ли текст с другого; заглавные и строчные буквы не различаются.",
    ),
    _function(
        "ends_with text end",
        (_TEXTS, _TEXTS),
        "bool",
        ends_with,
        "Whether a text ends with another, whatever the case of its letters.",
        "Кончается ли текст другим; заглавные и строчные буквы не различаются.",
    ),
    _function(
        "days_between first last",
        (_MOMENT, _MOMENT),
        "integer",
        days_between,
        "Calendar days from the first to the last; negative where the last is earlier.",
        "Календарных дней от первой даты до последней; меньше нуля, если последняя раньше.",
        calendar=True,
    ),
    _function(
        "workdays_between first last",
        (_MOMENT, _MOMENT),
        "integer",
        workdays_between,
        "Working days after the first up to and with the last; negative where the last is earlier.",
        "Рабочих дней после первой даты по последнюю включительно; меньше нуля, если последняя раньше.",
        calendar=True,
    ),
    _function(
        "workhours_between start end",
        ("datetime", "datetime"),
        "number",
        workhours_between,
        "Working hours from start to end, with their fraction; negative where the end is earlier.",
        "Рабочих часов от начала до конца, с дробной частью; меньше нуля, если конец раньше.",
        calendar=True,
    ),
    _function(
        "date_of moment",
        (_MOMENT,),
        "date",
        date_of,
        "The date of an instant in the pipeline's zone.",
        "Дата момента в часовом поясе воронки.",
        calendar=True,
    ),
    _function(
        "weekday moment",
        (_MOMENT,),
        "integer",
        weekday,
        "Day of the week: Monday is 1, Sunday 7.",
        "День недели: понедельник — 1, воскресенье — 7.",
        calendar=True,
    ),
    _function(
        "day_of moment",
        (_MOMENT,),
        "integer",
        day_of,
        "Day of the month.",
        "Число месяца.",
        calendar=True,
    ),
    _function(
        "month_of moment",
        (_MOMENT,),
        "integer",
        month_of,
        "Month, 1 to 12.",
        "Месяц, от 1 до 12.",
        calendar=True,
    ),
    _function(
        "year_of moment",
        (_MOMENT,),
        "integer",
        year_of,
        "Year.",
        "Год.",
        calendar=True,
    ),
    _function(
        "is_workday moment",
        (_MOMENT,),
        "bool",
        is_workday,
        "Whether anything is worked on that date by the pipeline's calendar.",
        "Рабочий ли это день по календарю воронки.",
        calendar=True,
    ),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType({function.name: function for function in _ALL})
