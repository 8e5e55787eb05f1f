"""Typed template trees: what the check makes of a template, and the engine compiles.

Expressions evaluate to values of the language; unset goes through them as unset, and only printing it is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from voronka.dsl.definition.types import BOOL, NONE, Type


@dataclass(frozen=True, slots=True)
class Shape:
    """What an expression is: a ``value`` of a type, a ``thing`` one can only ask for its parts, a ``list`` of either.

    Things are deal, card (behind a link), item (of a ``links`` field), task, approval, pipeline, event, loop and space
    (``nps.``, a module's names); ``of`` is the pipeline of a deal, card or item, or the space's prefix.
    """

    kind: str
    type: Type = NONE
    thing: str = ""
    of: str = ""
    item: Shape | None = None

    @property
    def is_value(self) -> bool:
        return self.kind == "value"


def value(kind: Type) -> Shape:
    return Shape("value", kind)


def thing(name: str, of: str = "") -> Shape:
    return Shape("thing", thing=name, of=of)


def list_of(item: Shape) -> Shape:
    return Shape("list", item=item)


BAD = Shape("bad")  # something already reported; silences what follows from it
YES_NO = value(BOOL)


@dataclass(frozen=True, slots=True)
class Term:
    """An expression. ``op`` says which; ``value`` and ``args`` are, by op:

    ================== ================= ===========================================================================
    op                 value             args and meaning
    ================== ================= ===========================================================================
    const              a value           a literal
    root               –                 the deal that is spoken of; the deals of a digest
    var                a loop variable
    loop               index first last length
    field              field name        args[0] the deal
    card               (link, name)      args[0] the deal: a mirrored value behind its link
    item               name              args[0] the item of a ``links`` field
    items              links field       args[0] the deal
    tasks              –                 args[0] the deal
    deal               builtin           args[0] the deal: number title stage owner reason creation entry closing …
    part               task, person …    args[0] a task, person, approval: one of its own attributes
    event              payload name
    given              name              what the caller gives: now today task approval supervisor recipient
    add sub mul div    –                 numbers
    neg                –
    eq ne lt le gt ge  –                 two args of one kind
    between            (low, high)       args[0] a rating in a class; ``outside`` is its opposite
    has                –                 args[0] choices, args[1] a choice
    set                –                 whether args[0] has a value
    some               –                 whether the list args[0] has members
    and or not         –                 three-valued
    choose             –                 condition, then, else
    show               –                 args[0] as a text
    concat             –                 texts one after another
    filter             name              args[0] the value, args[1:] the filter's arguments
    ================== ================= ===========================================================================

    ``text`` is the expression as its readers know it (``client.name``); ``at`` its offset in the part.
    """

    op: str
    shape: Shape
    value: Any = None
    args: tuple[Term, ...] = ()
    at: int = field(default=0, compare=False)
    text: str = field(default="", compare=False)

    def walk(self) -> Iterator[Term]:
        yield self
        for arg in self.args:
            yield from arg.walk()


@dataclass(frozen=True, slots=True)
class Words:
    """Text that stands as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Print:
    term: Term


@dataclass(frozen=True, slots=True)
class Choose:
    """``if``; an ``elif`` is a branch more."""

    branches: tuple[tuple[Term, Block], ...]
    otherwise: Block


@dataclass(frozen=True, slots=True)
class Each:
    """``for``. ``var`` is unique in the template, whatever its author called it."""

    var: str
    items: Term
    when: Term | None
    body: Block
    otherwise: Block


Statement: TypeAlias = Words | Print | Choose | Each
Block: TypeAlias = tuple[Statement, ...]


def terms(block: Block) -> Iterator[Term]:
    """Every expression below a block."""
    for statement in block:
        match statement:
            case Print(term):
                yield from term.walk()
            case Choose(branches, otherwise):
                for condition, body in branches:
                    yield from condition.walk()
                    yield from terms(body)
                yield from terms(otherwise)
            case Each(_, items, when, body, otherwise):
                yield from items.walk()
                if when is not None:
                    yield from when.walk()
                yield from terms(body)
                yield from terms(otherwise)
