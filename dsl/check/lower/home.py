"""Blocks while they are lowered: the paths of their sentences and what names mean in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from voronka.dsl.check.place import Place, included
from voronka.dsl.check.resolve import bound
from voronka.dsl.check.symbols import Env, Table
from voronka.dsl.check.world import title
from voronka.dsl.definition.actions import Message
from voronka.dsl.definition.types import Title
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import names
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.span import Span


@dataclass(slots=True, eq=False)
class Home:
    """A block of sentences. ``path`` is its own, empty for a pipeline's; ``place`` is where its expressions stand.

    Named sentences are called by their name, the others by their number among the unnamed ones of the same name space:
    ``offered/follow_up/#1``, ``won/nps.#2``. ``base`` is the name space of the block itself, which is not repeated.
    ``in_defaults``: it stands in ``every task``, so that a task in it takes nothing from there, else it had no end.
    """

    path: str
    place: Place
    counts: dict[str, int] = field(default_factory=dict)
    base: str | None = None
    in_defaults: bool = False

    def __post_init__(self) -> None:
        if self.base is None:
            self.base = self.place.env.prefix

    @property
    def env(self) -> Env:
        return self.place.env

    @property
    def table(self) -> Table:
        return self.place.env.table

    def named(self, name: str, env: Env, kind: Both, span: Span) -> str:
        """The path of a sentence with a name. A path that is taken already is reported."""
        path = self._under(self._space(env) + name)
        taken = self.table.paths.setdefault(path, span)
        if taken is not span:
            self.table.world.report(names.PATH_TAKEN, span, labels=included(env), name=name, kind=kind)
        return path

    def unnamed(self, env: Env) -> str:
        """The path of the next sentence without a name."""
        n = self.counts[env.prefix] = self.counts.get(env.prefix, 0) + 1
        return self._under(f"{self._space(env)}#{n}")

    def _space(self, env: Env) -> str:
        return env.prefix.removeprefix(self.base or "")

    def _under(self, name: str) -> str:
        return f"{self.path}/{name}" if self.path else name

    def inner(self, path: str, **changes: object) -> Home:
        """A block inside this one, at a path; ``changes`` are of its place."""
        place = replace(self.place, **changes) if changes else self.place  # type: ignore[arg-type]
        return Home(path, place, in_defaults=self.in_defaults)

    def within(self, env: Env) -> Home:
        """The same block, with the names of an include; numbers go on."""
        return (
            self
            if env is self.place.env
            else Home(self.path, self.place.within(env), self.counts, self.base, self.in_defaults)
        )


def text(node: nodes.Text | None, env: Env) -> Title:
    """A text in all its languages."""
    return title(node, env.unit, env.world)


def was(idents: tuple[nodes.Ident, ...], env: Env) -> tuple[str, ...]:
    """Old names, in the name space of the new one."""
    return tuple(env.full(ident.name) for ident in idents)


def message(inline: nodes.Text | None, template: nodes.StringLit | None, env: Env) -> Message:
    """What is sent: a text written in place, a template, or nothing but the occasion."""
    params = tuple((name, one.expr) for name, param in env.params.items() if (one := bound(param)).expr is not None)
    if template is not None:
        env.world.use_template(template, env.unit)
        return Message(template=template.value, scope=env.prefix, params=params)
    texts = text(inline, env)
    first = inline.parts[0].value if inline is not None else ""
    return Message(first, texts=texts, scope=env.prefix, params=params)
