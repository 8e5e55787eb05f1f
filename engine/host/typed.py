"""Values at the door: whatever does not fit its field's type is refused before anything looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from voronka.dsl.definition.expr import Loc
from voronka.dsl.definition.types import Title, Type
from voronka.dsl.text.codes.base import Both
from voronka.engine.deal.protocol import Unmet
from voronka.engine.inputs import InputError, check_value
from voronka.engine.program.build import Program

LONGEST = 1_000_000  # characters of any one text
DEEPEST = 50


def unwritable(value: Any, depth: int = 0) -> Both | None:
    """Why something cannot be written down at all: no text, far too long, far too deep. None where it can."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            return Both(f"a text has more than {LONGEST} characters", f"в тексте больше {LONGEST} знаков")
        try:
            value.encode()
        except UnicodeEncodeError:  # halves of characters that are no text in any encoding
            return Both("it holds characters that are no text", "в ней есть знаки, которые не являются текстом")
        return None
    if depth > DEEPEST:
        return Both("it is nested too deep", "в ней слишком много вложений")
    if isinstance(value, dict):
        parts: Iterable[Any] = (*value.keys(), *value.values())
    elif isinstance(value, (list, tuple)):
        parts = value
    else:
        return None
    return next((why for part in parts if (why := unwritable(part, depth + 1)) is not None), None)


Known = tuple[Type, Title, Loc]


def fields(
    program: Program, language: str, values: Mapping[str, Any], pipeline_of: Callable[[int], str | None]
) -> tuple[dict[str, Any], list[Unmet]]:
    """Values for fields in their one spelling, and what does not fit; a link fits only cards of its own pipeline.

    Unknown names, and links to deals that there are none of, are left for the decision to refuse.
    """
    declared = program.pipeline.fields
    known = {
        name: (declared[name].type, declared[name].title, declared[name].loc) for name in values if name in declared
    }
    fit, found = _fit(program, language, values.items(), known)
    for name, target in program.link_fields.items():
        number = fit.get(name)
        if number is not None and pipeline_of(number) not in (None, target):
            field = declared[name]
            found.append(Unmet("type", name, field.title, field.loc, args={"why": "link", "deal": number}))
    return fit, found


def payload(
    program: Program, language: str, event: str, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Unmet]]:
    """The payload of an event, likewise."""
    decl = program.pipeline.events.get(event)
    known = {} if decl is None else {name: (kind, title, decl.loc) for name, kind, title in decl.payload}
    return _fit(program, language, values.items(), known)


def key(program: Program, language: str, name: str, value: Any) -> Any:
    """A value to look a deal up by, spelt as its field has it; None where no deal can have it."""
    field = program.pipeline.fields.get(name)
    if field is None:
        return None
    try:
        return check_value(field.type, value, language=language, calendar=program.calendar)
    except InputError:
        return None


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
