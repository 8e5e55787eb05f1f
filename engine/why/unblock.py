"""The smallest set of edits that lets a deal into a stage, found by trying: every set that is named has been tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import Instant
from voronka.engine.deal.protocol import Decision, Unmet
from voronka.engine.deal.state import Deal
from voronka.engine.decide.step import Step
from voronka.engine.program.parts import Condition
from voronka.engine.why import edits
from voronka.engine.why.attempt import Attempt
from voronka.engine.why.edits import Edit, Known

MOST = 12  # edits in a set
TRIES = 6_000  # decisions that one search may cost
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Doing:
    """An event to submit, as the search tried it: ``kind`` and ``data`` as of :class:`Event`."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """What came of the search.

    ``edits`` is the smallest set (None: there is none among what a person can do, or it was not found within TRIES:
    then ``given_up``). ``doings`` are the events in order, the move last, which is left out where an answer moves the
    deal by itself. ``unmet``: what keeps the deal out now. ``stuck``: of that, what no edit of this deal can alter.
    """

    edits: tuple[Edit, ...] | None
    doings: tuple[Doing, ...]
    unmet: tuple[Unmet, ...]
    stuck: tuple[Unmet, ...] = ()
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class _Node:
    """A set of edits, tried: ``unmet`` is what keeps the deal out then; empty: it is in."""

    unmet: tuple[Unmet, ...]
    step: Step
    doings: tuple[Doing, ...]


def unblock(attempt: Attempt, deal: Deal, target: str) -> Way:
    """How to let a deal into a stage with as few edits as can be. Raises Undecidable as the host."""
    search = _Search(attempt, deal, target)
    first = search.tried(())
    if not first.unmet:
        return Way((), first.doings, ())
    stuck = tuple(unmet for unmet in first.unmet if not search.edits_for(unmet, first.step))
    if stuck:
        return Way(None, (), first.unmet, stuck)
    for most in range(search.least(first), MOST + 1):
        if (found := search.within((), first, most)) is not None:
            return Way(*found, first.unmet)
        if search.spent:
            return Way(None, (), first.unmet, given_up=True)
    return Way(None, (), first.unmet)


def suffices(attempt: Attempt, deal: Deal, target: str, chosen: Iterable[Edit]) -> bool:
    """Whether a set of edits lets the deal in."""
    return not _Search(attempt, deal, target).tried(tuple(chosen)).unmet


class _Search:
    """Deeper and deeper: sets of one edit, of two …; each step alters something that the deal is kept out by."""

    def __init__(self, attempt: Attempt, deal: Deal, target: str) -> None:
        self.attempt = attempt
        self.deal = deal
        self.target = target
        self.program = attempt.host.programs.pipelines[deal.pipeline]
        self.known = Known(edits.reads_of(deal, self.program, target), attempt.cards)
        self.seen: dict[frozenset[Edit], _Node] = {}
        self.failed: dict[frozenset[Edit], int] = {}
        self.started = attempt.tried

    @property
    def spent(self) -> bool:
        return self.attempt.tried - self.started > TRIES

    # --- trying

    def tried(self, chosen: tuple[Edit, ...]) -> _Node:
        """The deal with a set of edits made, in the order in which people make them."""
        key = frozenset(chosen)
        if key not in self.seen:
            self.seen[key] = self._try(chosen)
        return self.seen[key]

    def _try(self, chosen: tuple[Edit, ...]) -> _Node:
        deal = self.deal
        done: list[Doing] = []
        left = list(chosen)
        while left and (doing := _next(deal, self.attempt.step(deal), left)) is not None:
            decision = self.attempt.decide(deal, doing.kind, doing.data)
            if doing.kind == "done" and decision.refused and _answerable(decision):
                doing = Doing("done", {**doing.data, **self._asked(decision)})
                decision = self.attempt.decide(deal, doing.kind, doing.data)
            if decision.refused:
                return _Node(decision.refused, self.attempt.step(deal), ())
            done.append(doing)
            deal = decision.deal or deal
            if deal.closed is not None and self.deal.closed is None and deal.stage != self.target:
                # to lose a deal in order to reopen it elsewhere is no way
                return _Node((Unmet("state", deal.stage, args={"why": "closed"}),), self.attempt.step(deal), ())
        if deal.stage == self.target and chosen:
            return _Node((), self.attempt.step(deal), tuple(done))
        last = Doing("move" if deal.closed is None else "reopen", {"stage": self.target})
        decision = self.attempt.decide(deal, last.kind, last.data)
        return _Node(decision.refused, self.attempt.step(deal), (*done, last))

    def _asked(self, decision: Decision) -> dict[str, Any]:
        """What an answer needs beside its outcome: words, and a next step."""
        kinds = {unmet.kind for unmet in decision.refused}
        asked: dict[str, Any] = {}
        if "comment" in kinds:
            asked["comment"] = "…"
        if "next" in kinds:
            tomorrow = (self.attempt.now + _DAY) // 60_000 * 60_000
            asked["next"] = {"title": "…", "due": Instant(tomorrow)}
        return asked

    # --- searching

    def within(
        self, chosen: tuple[Edit, ...], node: _Node, most: int
    ) -> tuple[tuple[Edit, ...], tuple[Doing, ...]] | None:
        """A set of at most ``most`` edits that holds these and lets the deal in; None: there is none."""
        if not node.unmet:
            return chosen, node.doings
        left = most - len(chosen)
        if left <= 0 or self.spent or self.least(node) > left:
            return None
        key = frozenset(chosen)
        if self.failed.get(key, -1) >= left:
            return None
        taken = {edit.slot for edit in chosen}
        options = [
            [edit for edit in self.edits_for(unmet, node.step) if edit.slot not in taken] for unmet in node.unmet
        ]
        # whatever lets the deal in alters each of them: so it is enough to go on from the one with the fewest ways
        for edit in min(options, key=len):
            following = (*chosen, edit)
            found = self.within(following, self.tried(following), most)
            if found is not None:
                return found
        self.failed[key] = left
        return None

    def least(self, node: _Node) -> int:
        """So many edits it takes at least: conditions that no common edit can alter."""
        slots = sorted(({edit.slot for edit in self.edits_for(u, node.step)} for u in node.unmet), key=len)
        taken: set[tuple[str, str]] = set()
        count = 0
        for wanted in slots:
            if wanted and taken.isdisjoint(wanted):
                taken |= wanted
                count += 1
        return count

    # --- what can be altered

    def edits_for(self, unmet: Unmet, s: Step) -> list[Edit]:
        """Edits that may alter one unmet condition; empty where a person can do nothing about it here."""
        found: dict[Edit, None] = {}
        if unmet.kind in ("require", "type", "unique") and unmet.name in self.program.pipeline.fields:
            found.update(dict.fromkeys(edits.of_field(unmet.name, s, self.known)))
            for expr in self._when_required(unmet.name):
                found.update(edits.altering(expr, s, self.known))
        elif unmet.kind == "approval":
            found.update(self._approval(unmet.name, s))
        elif unmet.kind == "booking":
            kind = self.program.pipeline.fields[unmet.name].type
            for name in (unmet.name, kind.start, kind.until, kind.lasts):
                if name in self.program.pipeline.fields:
                    found.update(dict.fromkeys(edits.of_field(name, s, self.known)))
        elif unmet.kind == "tunnel":
            for expr in self._tunnelled(unmet):
                found.update(edits.altering(expr, s, self.known))
        else:
            for condition in self._conditions(s):
                if condition.loc == unmet.loc and condition.expr.text == unmet.args.get("text", condition.expr.text):
                    found.update(edits.altering(condition.expr, s, self.known))
        if unmet.kind == "require":
            found = {edit: None for edit in found if edit != Edit("set", unmet.name, None)}
        return list(found)

    def _approval(self, name: str, s: Step) -> dict[Edit, None]:
        found: dict[Edit, None] = {}
        for program in (*self.program.stages[s.d.stage].approvals, *self.program.approvals):
            if program.approval.name == name:
                probe = Expr("approval", program.when.expr.type, (name, "approved"))
                found.update(edits.altering(probe, s, self.known))
                found.update(edits.altering(program.when.expr, s, self.known))
        return found

    def _conditions(self, s: Step) -> Iterator[Condition]:
        here, there = self.program.stages.get(s.d.stage), self.program.stages.get(self.target)
        yield from here.leave if here is not None else ()
        yield from there.enter if there is not None else ()
        yield from self.program.checks
        for task in self.program.tasks_by_path.values():
            for outcome in task.outcomes.values():
                if outcome.when is not None:
                    yield Condition(outcome.when.expr, loc=outcome.outcome.loc)

    def _when_required(self, name: str) -> Iterator[Expr]:
        there = self.program.stages.get(self.target)
        for field, when, _ in there.requires if there is not None else ():
            if field == name and when is not None:
                yield when.expr

    def _tunnelled(self, unmet: Unmet) -> Iterator[Expr]:
        """What fills the field that the deal at the tunnel's end lacks, and what keeps the tunnel from being dug."""
        there = self.program.stages.get(self.target)
        for tunnel, guards in there.tunnels if there is not None else ():
            names = {unmet.name, *(operand.name for operand in unmet.operands)}
            yield from (expr for name, expr in tunnel.tunnel.fields if name in names)
            yield from (guard.expr for guard, _ in guards)


def _next(deal: Deal, s: Step, left: list[Edit]) -> Doing | None:
    """What to do first of the edits that are left, and take it from them: fields in one go, then ticks that this stage
    has, words, and one answer after the other, each of which may lead on to a stage with ticks of its own."""

    def take(kind: str, fits: Callable[[Edit], bool] = lambda edit: True) -> list[Edit]:
        taken = [edit for edit in left if edit.kind == kind and fits(edit)]
        left[:] = [edit for edit in left if edit not in taken]
        return taken

    if fields := take("set"):
        return Doing("set", {"fields": {edit.name: edit.value for edit in fields}})
    lists = s.p.stages[deal.stage].stage.checklists if deal.stage in s.p.stages else ()
    points = {f"{checklist.name}.{point}" for checklist in lists for point, _ in checklist.points}
    for on in (True, False):
        if ticked := take("tick", lambda edit, on=on: edit.value is on and edit.name in points):  # type: ignore[misc]
            return Doing("tick", {"points": [edit.name for edit in ticked], "on": on})
    if people := take("assign"):
        return Doing("assign", {"person": people[0].value})
    if take("contact"):
        return Doing("contact", {"text": "…"})
    answers = sorted((edit for edit in left if edit.kind == "done"), key=lambda edit: int(edit.name))
    if answers:
        left.remove(answers[0])
        return Doing("done", {"task": int(answers[0].name), "outcome": answers[0].value})
    return None


def _answerable(decision: Decision) -> bool:
    return all(unmet.kind in ("comment", "next") for unmet in decision.refused)
