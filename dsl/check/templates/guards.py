"""Unset inside a template: which names its conditions guarantee, and which printed ones nothing guarantees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voronka.dsl.check.templates.facts import NOTHING, Facts, surely
from voronka.dsl.check.templates.tree import Term
from voronka.dsl.definition.model import Field

_COMPARE = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "between", "outside", "has"})
_STRICT = frozenset({"add", "sub", "mul", "div", "neg", "show", "concat", "filter"})
_ALWAYS = frozenset({"set", "some", "and", "or", "not"})


def of(term: Term) -> Facts:
    """What is set when this term has a value."""
    if term.op == "field" and term.args[0].op == "root":
        return frozenset({str(term.value)})
    if term.op == "card" and term.args[0].op == "root":
        link, name = term.value
        return frozenset({link, f"{link}.{name}"})
    if term.op in ("add", "sub", "mul", "div", "neg", "show", "part"):
        return NOTHING.union(*map(of, term.args))
    if term.op == "filter" and term.value not in ("default", "json"):
        return of(term.args[0])
    return NOTHING


def guaranteed(condition: Term, truth: bool = True) -> Facts:
    """Names that are set whenever the condition is true; with ``truth`` false, whenever it is not true.

    The second is less than being false: an ``else`` also runs where the condition is unknown.
    """
    if condition.op == "set":
        return of(condition.args[0]) if truth else NOTHING
    if condition.op == "not":
        return _false(condition.args[0]) if truth else _not_false(condition.args[0])
    if condition.op in ("and", "or"):
        found = [guaranteed(arg, truth) for arg in condition.args]
        every = (condition.op == "and") is truth
        return NOTHING.union(*found) if every else found[0].intersection(*found[1:])
    if not truth:
        return NOTHING
    return NOTHING.union(*map(of, condition.args)) if condition.op in _COMPARE else of(condition)


def _false(condition: Term) -> Facts:
    """Names that are set whenever the condition is false."""
    if condition.op == "not":
        return guaranteed(condition.args[0])
    if condition.op == "set":
        return NOTHING
    if condition.op in ("and", "or"):
        found = [_false(arg) for arg in condition.args]
        return NOTHING.union(*found) if condition.op == "or" else found[0].intersection(*found[1:])
    return guaranteed(condition)


def _not_false(condition: Term) -> Facts:
    """Names that are set whenever the condition is true or unknown."""
    if condition.op == "set":
        return of(condition.args[0])
    if condition.op == "not":
        return guaranteed(condition.args[0], False)
    if condition.op in ("and", "or"):
        found = [_not_false(arg) for arg in condition.args]
        return NOTHING.union(*found) if condition.op == "and" else found[0].intersection(*found[1:])
    return NOTHING


def unsure(term: Term, sure: Facts, fields: Mapping[str, Field]) -> Iterator[Term]:
    """Fields of the deal itself that may be unset when this is printed."""
    if term.op == "field" and term.args[0].op == "root":
        if not surely(str(term.value), sure, fields):
            yield term
    elif term.op == "card" and term.args[0].op == "root":
        link, name = term.value
        if f"{link}.{name}" not in sure and not surely(link, sure, fields):
            yield term
    elif term.op == "filter" and term.value == "default":
        yield from unsure(term.args[1], sure, fields)
    elif term.op == "choose":
        yield from unsure(term.args[1], sure | guaranteed(term.args[0]), fields)
        yield from unsure(term.args[2], sure | guaranteed(term.args[0], False), fields)
    elif term.op in _ALWAYS or (term.op == "filter" and term.value in ("json", "length")):
        return
    elif term.op in _STRICT or term.op in _COMPARE or term.op == "part":
        for arg in term.args:
            yield from unsure(arg, sure, fields)
