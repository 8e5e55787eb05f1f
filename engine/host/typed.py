"""Values at the door: whatever does not fit its field's type is refused before anything looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title, Type
from voronka.engine.deal.protocol import Unmet
from voronka.engine.inputs import InputError, check_value
from voronka.engine.program.build import Program

Known = tuple[Type, Title, Loc]


def fields(program: Program, language: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Unmet]]:
    """Values for fields in their one spelling, and what does not fit. Unknown names are left for the decision."""
    declared = program.pipeline.fields
    known = {
        name: (declared[name].type, declared[name].title, declared[name].loc) for name in values if name in declared
    }
    return _fit(program, language, values.items(), known)


def payload(
    program: Program, language: str, event: str, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Unmet]]:
    """The payload of an event, likewise."""
    decl = program.pipeline.events.get(event)
    known = {} if decl is None else {name: (kind, title, decl.loc) for name, kind, title in decl.payload}
    return _fit(program, language, values.items(), known)


def key(program: Program, language: str, name: str, value: Any) -> Any:
    """A value to look a deal up by, spelt as its field has it; as it came where it is none."""
    field = program.pipeline.fields.get(name)
    if field is None:
        return value
    try:
        return check_value(field.type, value, language=language, calendar=program.calendar)
    except InputError:
        return value


def _fit(
    program: Program, language: str, values: Iterable[tuple[str, Any]], known: Mapping[str, Known]
) -> tuple[dict[str, Any], list[Unmet]]:
    fit: dict[str, Any] = {}
    found: list[Unmet] = []
    for name, value in values:
        if name not in known:
            fit[name] = value
            continue
        kind, title, loc = known[name]
        try:
            fit[name] = check_value(kind, value, language=language, calendar=program.calendar)
        except InputError as error:
            args = {"why": "value", "code": error.code, "en": error.message("en"), "ru": error.message("ru")}
            found.append(Unmet("type", name, title, loc, args=args))
    return fit, found
