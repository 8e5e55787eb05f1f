"""Splits: figures by a field's values, by owner, by month (R65)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from voronka.dsl.definition.types import Type
from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.amounts import field_path
from voronka.engine.reports.scope import NoReport, Scope
from voronka.engine.reports.table import Column, both

OWNER, MONTH = "owner", "month"
BUILT_IN: Mapping[str, Both] = {OWNER: Both("Owner", "Ответственный"), MONTH: Both("Month", "Месяц")}
UNSET = Both("not set", "не указано")
_KINDS = frozenset({"text", "bool", "integer", "choice", "user", "rating"})
_YES_NO = {1: Both("yes", "да"), 0: Both("no", "нет")}

T = TypeVar("T")
Label = Callable[[Any], "str | Both"]


@dataclass(frozen=True, slots=True)
class Split:
    """An expression over deals ``d`` and states ``x``, its values, and what its results are called.

    ``states``: whether it reads states at all. ``order``: results in the order in which they are told, where they have
    one of their own.
    """

    sql: str
    values: tuple[Any, ...]
    label: Label
    states: bool
    order: tuple[Any, ...] = ()


def column_of(scope: Scope, by: str) -> Column:
    """The column that names the values."""
    if by in BUILT_IN:
        return Column(by, BUILT_IN[by])
    titles = (p.fields[by].title for name in scope.pipelines if by in (p := scope.program(name).pipeline).fields)
    return Column(by, next((both(title, by) for title in titles), Both(by, by)))


def split_of(scope: Scope, pipeline: str, by: str, instant: str = "d.created") -> Split:
    """How deals of a pipeline are split. ``instant``: the column whose month counts. Raises NoReport."""
    if by == OWNER:
        return Split("d.owner", (), scope.who, False)
    if by == MONTH:
        return _months(scope, pipeline, instant)
    _known(scope, by)
    field = scope.program(pipeline).pipeline.fields.get(by)
    if field is None:
        return Split("NULL", (), lambda value: UNSET, False)
    if field.type.kind == "rating" and field.type.options:
        return _classes(by, field.type)
    order = tuple(option.name for option in field.type.options)
    sql = "json_extract(x.state, ?)"
    return Split(sql, (field_path(by),), _labels(scope, field.type), True, order)


@dataclass(frozen=True, slots=True)
class Others:
    """So many values that are not told one by one."""

    count: int


def called(split: Split, value: Any) -> str | Both:
    """What a value is called, or all that are not told one by one."""
    if isinstance(value, Others):
        return Both(f"others ({value.count})", f"прочие ({value.count})")
    return split.label(value)


def arranged(
    found: Mapping[Any, T],
    order: tuple[Any, ...],
    weight: Callable[[T], float],
    added: Callable[[list[T]], T],
    top: int,
) -> list[tuple[Any, T]]:
    """Values with what was found of them: in their own order, else the largest first and at most ``top`` of them."""
    if order:
        listed = [value for value in order if value in found]
        return [(value, found[value]) for value in (*listed, *(value for value in found if value not in listed))]
    listed = sorted(found, key=lambda value: (-weight(found[value]), str(value)))
    told: list[tuple[Any, T]] = [(value, found[value]) for value in listed[:top]]
    rest = listed[top:]
    return [*told, (Others(len(rest)), added([found[value] for value in rest]))] if rest else told


def _known(scope: Scope, by: str) -> None:
    """Raises NoReport for a field that is nowhere, or that deals are not split by."""
    usable: set[str] = set()
    found = None
    for name in scope.pipelines:
        hidden = scope.store.facets.of(name).personal
        for one, field in scope.program(name).pipeline.fields.items():
            if one == by:
                found = field
            if field.type.kind in _KINDS and one not in hidden:
                usable.add(one)
    if by in usable:
        return
    there = ", ".join([*BUILT_IN, *sorted(usable)])
    if found is None:
        raise NoReport(
            f"there is no field “{by}” to split by; there are: {there}",
            f"нет поля «{by}», по которому делить; есть: {there}",
        )
    raise NoReport(
        f"deals are not split by “{by}”: it is personal, or of a type with too many values; there are: {there}",
        f"по «{by}» не делят: оно личное или значений слишком много; есть: {there}",
    )


def _labels(scope: Scope, kind: Type) -> Label:
    def label(value: Any) -> str | Both:
        if value is None:
            return UNSET
        if kind.kind == "bool":
            return _YES_NO.get(value, str(value))
        if kind.kind == "user":
            return scope.who(str(value))
        option = kind.option(str(value))
        return both(option.title, option.name) if option is not None else str(value)

    return label


def _classes(by: str, kind: Type) -> Split:
    """Of a rating: its classes (R60)."""
    whens, values = class_sql(kind, "json_extract(x.state, ?)", field_path(by))
    titles: dict[int | None, Both] = {n: both(one.title, one.name) for n, one in enumerate(kind.options)}
    return Split(whens, tuple(values), lambda value: titles.get(value, UNSET), True, (*range(len(kind.options)),))


def class_sql(kind: Type, sql: str, *values: Any) -> tuple[str, list[Any]]:
    """The place of a rating's class among the declared ones; NULL between them."""
    parts, bound = [], []
    for n, option in enumerate(kind.options):
        low = kind.low if option.low is None else option.low
        high = kind.high if option.high is None else option.high
        parts.append(f"WHEN {sql} BETWEEN ? AND ? THEN {n:d}")
        bound += [*values, low, high]
    return f"CASE {' '.join(parts)} END", bound


def _months(scope: Scope, pipeline: str, instant: str) -> Split:
    """Months of the pipeline's zone, from the first to the last one that anything happened in."""
    column = instant.rpartition(".")[2]
    calendar = scope.program(pipeline).calendar
    assert column in ("created", "closed")
    first, last = scope.store.db.execute(
        f"SELECT min({column}), max({column}) FROM deals WHERE pipeline = ?",  # noqa: S608  # one of the two above
        (pipeline,),
    ).fetchone()
    if first is None:
        return Split("NULL", (), lambda value: UNSET, False)
    months = [calendar.today(first).replace(day=1)]
    while months[-1] <= calendar.today(last):
        months.append(_next(months[-1]))
    parts = [f"WHEN {instant} < ? THEN {n:d}" for n in range(len(months) - 1)]
    bounds = tuple(int(calendar.day_start(month)) for month in months[1:])
    names = {n: f"{month:%Y-%m}" for n, month in enumerate(months)}
    return Split(
        f"CASE {' '.join(parts)} END",
        bounds,
        lambda value: names.get(value, "") or UNSET,
        False,
        tuple(range(len(bounds))),
    )


def _next(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
