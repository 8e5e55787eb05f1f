"""``include m when C``: the condition of an include joins whatever the module's sentences ask themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from voronka.dsl.check.expand import keyword
from voronka.dsl.check.expressions.values import when
from voronka.dsl.check.place import Place, included
from voronka.dsl.check.symbols import UNKNOWN, Env
from voronka.dsl.definition.actions import Action, If, Robot
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL
from voronka.dsl.syntax import nodes
from voronka.dsl.text.codes import modules


class Conditional:
    """The conditions of the includes that a sentence came through; ``when`` is None where there is none."""

    def __init__(self, env: Env, place: Place) -> None:
        self.env = env
        self.when: Expr | None = None
        at: Env | None = env
        while at is not None and at.include is not None:
            if at.include.when is not None and at.parent is not None:
                self.when = self.both(when(at.include.when, place.within(at.parent).standing()))
            at = at.parent

    def both(self, own: Expr | None) -> Expr | None:
        """Its own condition and the include's."""
        if self.when is None or own is None:
            return own if self.when is None else self.when
        return self._join("and", (self.when, own))

    def unless(self, own: Expr) -> Expr:
        """A gate that binds only while the include does."""
        if self.when is None:
            return own
        return self._join("or", (replace(self.when, op="not", args=(self.when,), value=None), own))

    def actions(self, made: Iterable[Action]) -> list[Action]:
        """Actions that are taken only where the include holds at that moment."""
        if self.when is None:
            return list(made)
        return [If(self.when, (one,), (), f"{one.path}/#if", one.loc) for one in made]

    def robot(self, made: Robot) -> Robot:
        """A robot whose triggers ask the include's condition, too."""
        if self.when is None:
            return made
        return replace(made, triggers=tuple(replace(one, when=self.both(one.when)) for one in made.triggers))

    def refuse(self, node: nodes.Node) -> None:
        """For sentences that cannot depend on anything."""
        include, module = self.env.include, self.env.module
        if self.when is None or include is None or module is None:
            return
        what = keyword(node)
        self.env.world.report(
            modules.UNCONDITIONAL, include.module.span, labels=included(self.env), module=module.name, what=what
        )

    def _join(self, op: str, args: tuple[Expr, Expr]) -> Expr:
        if UNKNOWN in (args[0].type, args[1].type):
            return replace(args[1], type=UNKNOWN)
        return Expr(op, BOOL, None, args, args[1].loc, args[1].text)
