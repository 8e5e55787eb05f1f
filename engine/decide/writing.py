"""Writing fields: whoever writes, the same things bind (Meaning 1): types, checks, uniqueness, bookings, what the stage
requires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from voronka.engine.deal.protocol import Unmet
from voronka.engine.decide import bookings, gates
from voronka.engine.inputs import InputError, check_value, stored_value

if TYPE_CHECKING:
    from voronka.dsl.definition.model import Field
    from voronka.engine.decide.step import Step


def unknown(s: Step, names: Iterable[str]) -> list[Unmet]:
    """Names that are no fields, or fields that are computed and so not written."""
    fields, found = s.p.pipeline.fields, []
    for name in names:
        if name not in fields:
            found.append(Unmet("unknown", name, args={"what": "field", "known": sorted(fields)}))
        elif fields[name].formula is not None:
            found.append(_type(fields[name], why="formula"))
    return found


def fitted(s: Step, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Unmet]]:
    """Computed values in the spelling of their fields' types, and what does not fit: a rating out of its bounds."""
    fit: dict[str, Any] = {}
    found = []
    for name, value in values.items():
        field = s.p.pipeline.fields[name]
        try:
            fit[name] = check_value(field.type, value, calendar=s.cal)
        except InputError as error:
            args = {"why": "value", "code": error.code, "en": error.message("en"), "ru": error.message("ru")}
            found.append(Unmet("type", name, field.title, field.loc, args=args))
    return fit, found


def rounded(s: Step, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored: money in whole minor units, half up (Meaning 8)."""
    money = s.p.money
    return {name: stored_value(money[name], value) if name in money else value for name, value in values.items()}


def forbids(s: Step, values: Mapping[str, Any]) -> list[Unmet]:
    """Everything that keeps these values from being written together; the values are as they will be stored."""
    cards: dict[str, Any] = {}
    for name in values.keys() & s.p.link_fields.keys():
        if values[name] is not None:
            cards[name] = s.ask("card", values[name], sorted(s.p.cards.get(name, ())))
    lost = [name for name, card in cards.items() if card is None]
    if lost:
        return [_type(s.p.pipeline.fields[name], why="link", deal=values[name]) for name in lost]
    before = s.d.f
    with _supposed(s, values, cards) as touched:
        found = _cleared(s, before)
        found += [gates.unmet(s, check) for check in s.p.checks if check.reads & touched and check.false(s.d, s)]
        if s.d.reason is None:
            found += bookings.taken(s)
        return found + _unique(s, touched)


def write(s: Step, values: Mapping[str, Any]) -> None:
    """Write values that nothing forbids, and what follows at once: formulas, cards."""
    for name, value in values.items():
        s.set(name, value)
        for trouble in (f"book:{name}", f"check:{name}", f"require:{name}"):
            if trouble in s.d.flags and (value is not None or not trouble.startswith("require:")):
                s.emit("flag", trouble, None)  # it has been dealt with


@contextmanager
def _supposed(s: Step, values: Mapping[str, Any], cards: Mapping[str, Any]) -> Iterator[set[str]]:
    """The deal as it would be with these values; gives the keys of what they touch."""
    fields, links = s.d.f, s.d.cards
    touched = {f"f:{name}" for name in values} | {f"card:{name}" for name in cards}
    s.d.f = {**fields, **values}
    if cards:
        s.d.cards = {**links, **cards}
    try:
        for formula in s.p.formulas:
            if formula.reads & touched:
                s.d.f[formula.name] = formula.value(s.d, s)
                touched.add(f"f:{formula.name}")
        yield touched
    finally:
        s.d.f, s.d.cards = fields, links


def _cleared(s: Step, before: Mapping[str, Any]) -> list[Unmet]:
    """Fields that the present stage requires, set until now and empty from now on."""
    if not s.d.stage:
        return []
    rules = [rule for rule in s.p.stages[s.d.stage].requires if before.get(rule[0]) is not None]
    return gates.requires(s, rules)


def _unique(s: Step, touched: set[str]) -> list[Unmet]:
    """Fields that must not be shared with another deal of the pipeline."""
    found = []
    for names, loc in s.p.pipeline.uniques:
        wanted = [s.d.f.get(name) for name in names]
        if None in wanted or touched.isdisjoint(f"f:{name}" for name in names):
            continue
        holder = s.ask("unique", s.p.pipeline.name, list(names), wanted)
        if holder is not None and holder != s.d.id:
            title = s.p.pipeline.fields[names[0]].title
            found.append(Unmet("unique", ", ".join(names), title, loc, args={"deal": holder}))
    return found


def _type(field: Field, **args: Any) -> Unmet:
    return Unmet("type", field.name, field.title, field.loc, args=args)
