"""A deal followed along automatic moves, through entry actions, gates and tunnels, on nobody's initiative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voronka.dsl.check.flow.facts import Book, Fact
from voronka.dsl.check.flow.past import Past, followed, touched
from voronka.dsl.check.flow.required import newborn
from voronka.dsl.check.flow.solve import Truth, satisfiable
from voronka.dsl.check.flow.walk import BY_TIME, Deed
from voronka.dsl.definition.actions import Action, Lose, Move, Render, SetField, Tunnel
from voronka.dsl.definition.expr import NOWHERE, Expr, Loc
from voronka.dsl.definition.model import Return
from voronka.dsl.definition.types import BOOL
from voronka.dsl.text.codes.base import Both

Place = tuple[str, str, str]
"""Where a deal is: pipeline, stage, and the reason if it is lost."""
NOTHING_SAID = Both("", "")
# States of a task that come about by themselves; the others need somebody.
_BY_ITSELF = frozenset({"open", "waiting", "planned", "overdue"})


@dataclass(frozen=True, slots=True)
class Leg:
    """One automatic transition. ``timed``: it takes time; otherwise it happens within the same event."""

    source: Place
    target: Place
    deed: Deed | None
    rule: Return | None
    timed: bool

    @property
    def loc(self) -> Loc:
        return self.rule.loc if self.rule is not None else self.deed.loc if self.deed is not None else NOWHERE


class Journey:
    """Facts that must hold for a deal to have come along some legs, told in the values before the first."""

    def __init__(self, books: Mapping[str, Book], start: Place) -> None:
        self.books = books
        self.book = books[start[0]]
        self.past = Past(self.book)
        self.past.stage = start[1]
        self.known: list[Fact] = []

    def possible(self) -> bool:
        """Whether a deal may go this way, and whether that is known: nothing on the way was left open."""
        facts = [*self.known, *self.past.known]
        # a value that could not be followed may end the circle, as a counter does
        if not all(followed(fact.expr) for fact in facts):
            return False
        wants = [(fact.expr, fact.truth) for fact in facts + idle(self.book, facts)]
        return satisfiable(wants, self.book.implied)

    def go(self, leg: Leg) -> None:
        """Take one leg: what lets it happen, what it passes through, what entry and exit actions leave behind."""
        book, past = self.book, self.past
        stage = book.pipeline.stages[leg.source[1]]
        known = [*book.checks, *book.staying(stage.name)]
        if leg.rule is not None:
            known += [] if leg.rule.when is None else book.fact(leg.rule.when, leg.loc, NOTHING_SAID)
        past.known += past.see([*known, *self._ahead(leg)])
        if leg.deed is not None:
            task = leg.deed.task
            if task is not None and task.when is not None:
                past.known += past.see(book.fact(task.when, task.loc, NOTHING_SAID))
            for step in leg.deed.before:
                past.do(step)
        if leg.deed is not None and isinstance(leg.deed.action, Tunnel):
            self._cross(leg, leg.deed.action)
        else:
            self._move(leg)

    def _ahead(self, leg: Leg) -> list[Fact]:
        """Rules by state that stand before this one: the first that is true wins, and all of them before the clock."""
        found: list[Fact] = []
        if leg.deed is None or leg.deed.cause == "entry":
            return found
        action = leg.deed.action
        for rule in self.book.pipeline.stages[leg.source[1]].standing:
            if rule is action and not leg.timed:
                break
            if rule is not action and rule.moment is None and rule.when is not None:
                found.append(Fact(self.book.plain(rule.when), rule.loc, NOTHING_SAID, Truth.NOT_TRUE))
        return found

    def _move(self, leg: Leg) -> None:
        book, past = self.book, self.past
        source, target = book.pipeline.stages[leg.source[1]], book.pipeline.stages[leg.target[1]]
        if target.kind == "lost":
            reason = book.pipeline.reasons[leg.target[2]]
            gates = [book.require(require) for require in reason.requires]
            arrival: tuple[Action, ...] = (*reason.actions, *target.entry)
        else:
            gates = book.entering(target.name)
            if source.kind == "open" and book.order[target.name] > book.order[source.name]:
                gates = [*gates, *book.leaving(source.name)]
            arrival = target.entry
        past.known += past.see(gates)
        past.stage, past.visit = target.name, past.visit + 1
        for robot in source.robots:
            if any(t.happening is not None and t.happening.kind == "exit" for t in robot.triggers):
                self._do(robot.actions, sure=all(t.when is None for t in robot.triggers))
        self._do(arrival, sure=True)
        for robot in target.robots:
            if any(t.happening is not None and t.happening.kind == "entry" for t in robot.triggers):
                self._do(robot.actions, sure=all(t.when is None for t in robot.triggers))

    def _do(self, actions: tuple[Action, ...], sure: bool) -> None:
        for action in actions:
            if isinstance(action, Move | Lose):
                return
            if sure and isinstance(action, SetField | Render):
                self.past.do(action)
            else:
                for name in touched(action):
                    self.past.forget(name)

    def _cross(self, leg: Leg, tunnel: Tunnel) -> None:
        """Go on as the deal that a tunnel creates."""
        book, past = self.book, self.past
        given = {name: past.now(book.plain(expr)) for name, expr in tunnel.fields}
        self.known += [*past.known, *idle(book, past.known)]
        self.book = self.books[leg.target[0]]
        visit = past.visit + 1
        self.past = newborn(self.book, given, tunnel.link)
        self.past.stage, self.past.visit = leg.target[1], visit
        self.past.known += self.past.see([*self.book.checks, *self.book.entering(leg.target[1])])
        self._do(self.book.pipeline.stages[leg.target[1]].entry, sure=True)


def idle(book: Book, facts: list[Fact]) -> list[Fact]:
    """What is not so while nobody does anything: tasks are not answered, lists not ticked, approvals not given."""
    found: dict[tuple[str, str], Fact] = {}
    for node in (node for fact in facts for node in fact.expr.walk()):
        name = (node.op, repr(node.value))
        if name in found:
            continue
        if node.op == "payload":
            found[name] = Fact(Expr("unset", BOOL, None, (node,)), NOWHERE, NOTHING_SAID, quoted=False)
        elif _needs_somebody(book, node):
            found[name] = Fact(node, NOWHERE, NOTHING_SAID, Truth.NOT_TRUE, quoted=False)
    return list(found.values())


def _needs_somebody(book: Book, node: Expr) -> bool:
    match node.op:
        case "task":
            homes = book.task_homes.get(node.value[0], (frozenset(), NOWHERE))[0]
            return homes is not None and node.value[1] not in _BY_ITSELF
        case "check" | "approval":
            return True
        case "any" | "all" if node.value == "tasks":
            return any(part.op == "item" and part.value not in _BY_ITSELF for part in node.walk())
    return False


def takes_time(deed: Deed) -> bool:
    """Whether a deed waits: for its moment, or for a condition that only time in the stage brings about."""
    nodes = [node for guard in deed.guards for node in guard.when.walk()]
    return deed.cause in BY_TIME or any(
        node.op == "entry"
        or (node.op == "item" and node.value == "overdue")
        or (node.op == "task" and "overdue" in node.value)
        for node in nodes
    )
