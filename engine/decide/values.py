"""Values of fields under another version of their pipeline: under the new name, in the new type, or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voronka.dsl.definition.model import Field
from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Instant
from voronka.engine.inputs import InputError, check_value, parse_value, show_value, stored_value
from voronka.engine.program.lineage import Lineage

if TYPE_CHECKING:
    from voronka.engine.decide.step import Step
    from voronka.engine.time.calendar import WorkCalendar


def carry(s: Step, way: Lineage) -> None:
    """Bring every field's value over; new fields get their defaults. What does not fit is cleared."""
    fields = s.p.pipeline.fields
    for name in [name for name, value in s.d.f.items() if value is not None]:
        old = way.old.fields.get(name)
        to = way.name("field", name) if old is not None else name if name in fields else None
        if to is None:
            s.emit("set", name, None)
        elif old is None or fields[to].formula is not None:
            continue
        else:
            value = converted(way, old, fields[to], s.d.f[name], s.cal)
            if to != name:
                s.emit("set", name, None)
            if to != name or value != s.d.f[name]:
                s.emit("set", to, value)
    for default in s.p.defaults:
        if s.d.f.get(default.name) is None and not way.continues("field", default.name):
            value = default.value(s.d, s)
            if value is not None:
                s.emit("set", default.name, value)


def converted(way: Lineage, old: Field, new: Field, value: Any, calendar: WorkCalendar) -> Any:
    """A value in its field's new type, or None where it does not fit."""
    options = way.names.get(f"option {new.name}", {})
    if old.type.kind == new.type.kind:
        if old.type.kind == "choice":
            value = options.get(value)
            return value if new.type.option(value or "") is not None else None
        if old.type.kind == "choices":
            kept = {options[one] for one in value if one in options}
            return tuple(option.name for option in new.type.options if option.name in kept) or None
        if old.type.kind == "money" and old.type.currency != new.type.currency:
            return None
        if old.type.kind in ("link", "links", "resource") and old.type.target != new.type.target:
            return value if old.type.kind == "resource" and new.type.option(value) is not None else None
    return _fitted(old.type, new.type, value, calendar)


def _fitted(old: Type, new: Type, value: Any, calendar: WorkCalendar) -> Any:
    if old.kind in ("link", "links", "file", "document", "resource") or new.kind in ("link", "links", "resource"):
        return value if old.kind == new.kind else None
    if new.kind == "duration" and old.kind != "duration":
        return None
    try:
        if old.kind == new.kind or not (old.textual or new.textual):
            return stored_value(new, check_value(new, _bare(old, new, value, calendar), calendar=calendar))
        if new.textual:
            text = value if isinstance(value, str) else show_value(old, value, "en", calendar)
            return check_value(new, text, calendar=calendar)
        return stored_value(new, parse_value(new, value, language="en", calendar=calendar))
    except (InputError, TypeError, ValueError, ArithmeticError):
        return None


def _bare(old: Type, new: Type, value: Any, calendar: WorkCalendar) -> Any:
    if old.kind == "datetime" and new.kind == "date":
        return calendar.today(int(value))
    if old.kind == "date" and new.kind == "datetime":
        return Instant(calendar.day_start(value))
    return value
