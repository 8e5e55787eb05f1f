"""Where an expression stands: what its names mean there, and whether the clock may be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from voronka.dsl.check.symbols import UNKNOWN, Env, StageSym, Sym, Table
from voronka.dsl.check.words import NOTHING, type_name
from voronka.dsl.check.world import World
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import Type
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import types
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.diagnostic import Fix, Label
from voronka.dsl.text.span import Span


class _Anything(dict[str, Type]):
    """The payload of an event that is not known: whatever is asked of it is already reported."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Type:
        return UNKNOWN


ANYTHING: Mapping[str, Type] = _Anything()


@dataclass(frozen=True, slots=True)
class Item:
    """What a quantifier goes over: ``source`` is the full name of a ``links`` field, or ``tasks`` (no table).

    ``written`` is how the expression calls it. ``bare``: names are the item's own, without it in front.
    """

    source: str
    table: Table | None
    written: str
    bare: bool


@dataclass(frozen=True, slots=True)
class Place:
    """``clock`` is empty where ``now`` may be read, else why not: formula, check, standing, param.

    ``payload`` is that of the event being handled, ``events`` its name for messages. ``scope`` says what ``overdue``
    and ``assignee`` speak of: pipeline, stage, task, approval. ``required`` are fields that cannot be unset here.
    A ``scenario`` sees what is inside of includes, too.
    """

    env: Env
    clock: str = ""
    scope: str = "pipeline"
    payload: Mapping[str, Type] | None = None
    events: str = ""
    stage: StageSym | None = None
    item: Item | None = None
    required: frozenset[str] = frozenset()
    scenario: bool = False

    @property
    def table(self) -> Table:
        return self.env.table

    @property
    def world(self) -> World:
        return self.env.table.world

    def within(self, env: Env) -> Place:
        """The same place, with the names of an include."""
        return self if env is self.env else replace(self, env=env)

    def standing(self) -> Place:
        """For a condition that is watched all the time."""
        return replace(self, clock="standing")


def typed(node: nodes.Expr, place: Place, want: Type | None = None) -> Expr:
    """The typed tree of an expression. ``want`` is the type it is wanted as: it gives a meaning to options' names."""
    return place.world.handlers[type(node)](node, place, want)


def home(env: Env) -> str:
    """Whose names are seen here, for messages: the module's or the pipeline's."""
    return env.module.name if env.module is not None else env.table.name


def included(env: Env) -> tuple[Label, ...]:
    """A label at the include that a module's sentence was met through."""
    if env.include is None:
        return ()
    outer = env
    while outer.parent is not None and outer.parent.include is not None:
        outer = outer.parent
    include = outer.include
    assert include is not None
    return (Label(include.module.span, Both("included here", "включается здесь")),)


def declared(sym: Sym) -> Label:
    """A label at a declaration."""
    return Label(sym.span, Both("declared here", "объявлено здесь"))


def wrong_type(
    env: Env,
    span: Span,
    what: Both,
    wanted: Type | str | Both,
    got: Type | str | Both,
    *,
    hint: Both = NOTHING,
    labels: tuple[Label, ...] = (),
    fix: Fix | None = None,
) -> None:
    """Report that something must be of one type and is of another."""
    env.world.report(
        types.MISMATCH,
        span,
        labels=(*labels, *included(env)),
        fix=fix,
        what=what,
        wanted=wanted if isinstance(wanted, Both) else type_name(wanted),
        got=got if isinstance(got, Both) else type_name(got),
        hint=hint,
    )
