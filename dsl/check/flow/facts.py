"""What is known of a deal at a point of its way: gates, required fields, checks, and tasks that cannot be there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from voronka.dsl.check.flow.solve import Truth, not_true, satisfiable
from voronka.dsl.check.flow.terms import STRICT, Key, leaves, sure
from voronka.dsl.check.flow.walk import Deed, deeds, tasks_by_home
from voronka.dsl.definition.actions import Approval, Require, SetField
from voronka.dsl.definition.expr import NOWHERE, Expr, Loc
from voronka.dsl.definition.model import Pipeline, Stage
from voronka.dsl.definition.types import BOOL, Type
from voronka.dsl.text.codes.base import Both

CREATION = ""
"""The place of a deal that is not there yet."""
# Operations whose value only a write to the deal itself can change, so that a check over them stays true.
_STEADY = STRICT | {"const", "field", "creation", "in", "not_in", "set", "unset", "has", "and", "or", "not", "call"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition that holds at some point, where it is written, and what to say of it beside that place.

    ``quoted``: somebody wrote it as a condition; other facts are only pointed at.
    """

    expr: Expr
    loc: Loc
    said: Both
    truth: Truth = Truth.TRUE
    quoted: bool = True

    def parts(self) -> list[Fact]:
        """The facts that this one joins by ``and``, each with its own place."""
        if self.expr.op != "and" or self.truth is not Truth.TRUE:
            return [self]
        found = []
        for arg in self.expr.args:
            found += replace(self, expr=arg, loc=arg.loc if arg.loc.line else self.loc).parts()
        return found


def is_set(name: str, kind: Type, loc: Loc = NOWHERE) -> Expr:
    return Expr("set", BOOL, None, (Expr("field", kind, name, (), loc, name),), loc, f"{name} is set")


class Book:
    """What one pipeline's declarations say, ready to be asked again and again."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.order = {name: index for index, name in enumerate(pipeline.stages)}
        self._entering: dict[str, list[Fact]] = {}

    # --- expressions

    def field(self, name: str) -> Expr:
        """A field's value as a term."""
        return Expr("field", self.pipeline.fields[name].type, name)

    def plain(self, expr: Expr, depth: int = 8) -> Expr:
        """The same condition with conditions and constants put in for the formula fields that stand for them."""
        if expr.op == "field" and depth:
            declared = self.pipeline.fields.get(expr.value)
            formula = declared.formula if declared and declared.when is None else None
            alike = formula is not None and (formula.type.kind == "bool" or formula.op in ("const", "field"))
            # what reads a clock or other deals is computed now and then, not whenever it is looked at
            if formula is not None and alike and self.steady(formula):
                inner = self.plain(formula, depth - 1)
                return replace(inner, loc=expr.loc, text=expr.text)
            return expr
        if not expr.args:
            return expr
        args = tuple(self.plain(arg, depth) for arg in expr.args)
        return (
            expr
            if all(a is b for a, b in zip(args, expr.args, strict=True))
            else Expr(expr.op, expr.type, expr.value, args, expr.loc, expr.text)
        )

    @cached_property
    def formula_needs(self) -> Mapping[Key, tuple[Key, ...]]:
        """For every formula field, the terms without which it is unset."""
        fields = self.pipeline.fields.values()
        return {("field", f.name): tuple(leaves(f.formula)) for f in fields if f.formula is not None}

    def implied(self, name: Key) -> tuple[Key, ...]:
        return self.formula_needs.get(name, ())

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """Everything that rules and robots may do."""
        return tuple(deeds(self.pipeline))

    # --- facts

    @cached_property
    def steady_checks(self) -> list[Fact]:
        """The pipeline's checks that only writes to the deal itself can break."""
        said = Both("this binds every write", "это действует при каждой записи")
        return [
            Fact(self.plain(check.when), check.loc, said, Truth.NOT_FALSE)
            for check in self.pipeline.checks
            if self.steady(check.when)
        ]

    @cached_property
    def checks(self) -> list[Fact]:
        """Checks as what is always true: no write may break them, but nothing asks a new deal about what it has not."""
        found = []
        for fact in self.steady_checks:
            if satisfiable([(self.at_birth(fact.expr), Truth.FALSE)]):
                untouched = [self._untouched(name) for name in sorted(self.reads(fact.expr))]
                if None in untouched:
                    continue
                new = Expr("and", BOOL, None, (*filter(None, untouched), Expr("const", BOOL, True)))
                fact = replace(fact, expr=Expr("or", BOOL, None, (fact.expr, new), fact.expr.loc, fact.expr.text))
            found.append(fact)
        return found

    def _untouched(self, name: str) -> Expr | None:
        """That a field is as a new deal has it; None if that is not known beforehand."""
        declared = self.pipeline.fields[name]
        if declared.default is None:
            return Expr("unset", BOOL, None, (self.field(name),))
        return Expr("eq", BOOL, None, (self.field(name), declared.default)) if declared.default.op == "const" else None

    def reads(self, expr: Expr) -> set[str]:
        """The plain fields that a condition is about, directly or through formulas."""
        found: set[str] = set()
        for node in expr.walk():
            if node.op == "field":
                declared = self.pipeline.fields.get(node.value)
                formula = None if declared is None else declared.formula
                found |= {node.value} if formula is None else self.reads(formula)
        return found

    def at_birth(self, expr: Expr, depth: int = 8) -> Expr:
        """The same question about a deal that has nothing but its defaults."""
        if expr.op == "field" and depth and (declared := self.pipeline.fields.get(expr.value)) is not None:
            if declared.formula is not None:
                return self.at_birth(declared.formula, depth - 1)
            if declared.default is None:
                return Expr("const", expr.type, None)
            return declared.default if declared.default.op == "const" else expr
        return replace(expr, args=tuple(self.at_birth(arg, depth) for arg in expr.args)) if expr.args else expr

    @cached_property
    def checked(self) -> frozenset[str]:
        """Fields that a check looks at, directly or through formulas."""
        return frozenset().union(*(self.reads(check.when) for check in self.pipeline.checks))

    def steady(self, expr: Expr, depth: int = 8) -> bool:
        """Whether only writes to the deal's own fields can change the condition."""
        for node in expr.walk():
            if node.op not in _STEADY:
                return False
            if node.op == "field":
                declared = self.pipeline.fields.get(node.value)
                if declared is None or declared.type.kind == "links":
                    return False
                if declared.formula is not None and not (depth and self.steady(declared.formula, depth - 1)):
                    return False
        return True

    def require(self, require: Require, said: Both | None = None) -> Fact:
        """A required field as a condition: it is set, or the rule or the field itself does not apply."""
        declared = self.pipeline.fields[require.field]
        wanted = is_set(require.field, declared.type, require.loc)
        exempt = [not_true(self.plain(when)) for when in (require.when, declared.when) if when is not None]
        expr = Expr("or", BOOL, None, (wanted, *exempt), require.loc, wanted.text) if exempt else wanted
        said = said or Both(f"`{require.field}` is required here", f"здесь обязательно поле `{require.field}`")
        return Fact(expr, require.loc, said)

    def entering(self, name: str) -> list[Fact]:
        """What must hold for a deal to come into a stage, wherever it comes from (Meaning 1)."""
        if name not in self._entering:
            stage = self.pipeline.stages[name]
            said = Both(f"needed to enter {name}", f"нужно для входа в {name}")
            gates = [part for gate in stage.enter for part in self.fact(gate.when, gate.loc, said)]
            self._entering[name] = [*gates, *map(self.require, stage.requires)]
        return self._entering[name]

    def leaving(self, name: str) -> list[Fact]:
        """What must hold for a deal to go on from a stage: its gates, and the approvals that apply."""
        stage = self.pipeline.stages[name]
        said = Both(f"needed to leave {name}", f"нужно для выхода из {name}")
        gates = [part for gate in stage.leave for part in self.fact(gate.when, gate.loc, said)]
        return [*gates, *map(self.approved, (*stage.approvals, *self.pipeline.approvals))]

    def approved(self, approval: Approval) -> Fact:
        """An approval as a condition: it is given, or not asked for (Meaning 14)."""
        text = f"approval {approval.name} is approved"
        given = Expr("approval", BOOL, (approval.name, "approved"), (), approval.loc, text)
        expr = Expr("or", BOOL, None, (given, not_true(self.plain(approval.when))), approval.loc, text)
        return Fact(expr, approval.loc, Both("this approval holds it back", "его задерживает это согласование"))

    def staying(self, name: str) -> list[Fact]:
        """What stays true while a deal is in a stage: nobody can clear its required fields (Meaning 1)."""
        stage = self.pipeline.stages[name]
        if self.pipeline.derived:
            return self.stage_is(stage)  # gates bind nobody where stages follow conditions
        kept = [require for require in stage.requires if require.when is None and self._kept(require.field, name)]
        return [*map(self.require, kept), *self.stage_is(stage)]

    def _kept(self, name: str, stage: str) -> bool:
        """Whether a field that is required in a stage cannot lose its value there."""
        declared = self.pipeline.fields[name]
        computed = declared.formula is not None or declared.type.kind == "links"
        return declared.when is None and not computed and not {(stage, name), (None, name)} & self.overwritten

    @cached_property
    def overwritten(self) -> frozenset[tuple[str | None, str]]:
        """Fields that robots clear, or set to what may be empty, with the stage it happens in."""
        sets = ((deed.home, deed.action) for deed in self.deeds if isinstance(deed.action, SetField))
        return frozenset((home, action.field) for home, action in sets if action.expr is None or not sure(action.expr))

    def arriving(self, name: str) -> list[Fact]:
        """What is still true of a deal that has just come into a stage: gates that do not speak of its last visit."""
        if self.pipeline.derived:
            return []
        return [fact for fact in self.entering(name) if not any(map(_of_visit, fact.expr.walk()))]

    def still_open(self) -> Fact:
        """A deal that is not closed yet has no instant of closing."""
        closing = Expr("closing", Type("datetime"))
        said = Both("the deal is still open then", "сделка тогда ещё открыта")
        return Fact(Expr("unset", BOOL, None, (closing,)), NOWHERE, said, quoted=False)

    def stage_is(self, stage: Stage) -> list[Fact]:
        kind = Type("stage")
        here = Expr("eq", BOOL, None, (Expr("stage", kind), Expr("const", kind, stage.name)), stage.loc)
        said = Both(f"this happens in {stage.name}", f"это происходит в {stage.name}")
        return [Fact(here, stage.loc, said, quoted=False)]

    def fact(self, expr: Expr, loc: Loc, said: Both) -> list[Fact]:
        """A condition that must be true, taken apart."""
        return Fact(self.plain(expr), loc, said).parts()

    # --- tasks and checklists belong to a visit

    @cached_property
    def task_homes(self) -> Mapping[str, tuple[frozenset[str] | None, Loc]]:
        """For every task, the stages in whose visits it can be, or None for any; and where it is declared."""
        return tasks_by_home(self.pipeline)

    @cached_property
    def list_homes(self) -> Mapping[str, tuple[frozenset[str], Loc]]:
        found: dict[str, tuple[frozenset[str], Loc]] = {}
        for stage in self.pipeline.stages.values():
            for checklist in stage.checklists:
                known = found.get(checklist.name, (frozenset(), checklist.loc))
                found[checklist.name] = (known[0] | {stage.name}, known[1])
        return found

    def absent(self, facts: Iterable[Fact], here: str | None) -> list[Fact]:
        """Tasks and checklists of these facts that a visit of ``here`` cannot have: what they ask is not true there.

        ``CREATION`` has no visit at all. None: the place is not known, so nothing is ruled out.
        """
        if here is None:
            return []
        found: dict[tuple[str, object], Fact] = {}
        for node in (node for fact in facts for node in fact.expr.walk()):
            match node.op:
                case "task":
                    homes, loc = self.task_homes.get(node.value[0], (None, NOWHERE))
                case "check":
                    homes, loc = self.list_homes.get(node.value[0], (None, NOWHERE))
                case _:
                    continue
            if homes is None or here in homes or (node.op, node.value) in found:
                continue
            found[node.op, node.value] = Fact(
                node, loc, _only_in(node, sorted(homes, key=self.order.__getitem__)), Truth.NOT_TRUE, False
            )
        return list(found.values())

    # --- questions

    def conflict(self, facts: Iterable[Fact], here: str | None = None, checks: bool = True) -> tuple[Fact, ...]:
        """The facts that cannot hold together, no more than needed; empty when all may hold, checks included."""
        together = self._together(facts, here, checks)
        if self.possible(together):
            return ()
        core = list(together)
        for fact in together:
            fewer = [other for other in core if other is not fact]
            if not self.possible(fewer):
                core = fewer
        return tuple(core)

    def clash(self, facts: Iterable[Fact], here: str | None = None) -> bool:
        """Whether there is a conflict, without the work of finding out which."""
        return not self.possible(self._together(facts, here, True))

    def _together(self, facts: Iterable[Fact], here: str | None, checks: bool) -> list[Fact]:
        facts = list(facts)
        return [*(self.checks if checks else ()), *self.absent(facts, here), *facts]

    def possible(self, facts: Iterable[Fact]) -> bool:
        return satisfiable([(fact.expr, fact.truth) for fact in facts], self.implied)


def _of_visit(node: Expr) -> bool:
    """Whether a term means something else after a move."""
    return node.op in ("task", "check", "approval", "stage", "entry") or (
        node.op in ("all", "any", "none", "count", "share", "sum", "min", "max") and node.value == "tasks"
    )


def _only_in(node: Expr, homes: list[str]) -> Both:
    names = ", ".join(homes)
    if node.op == "task":
        return Both(
            f"task {node.value[0]} is only given in {names}, and ends with it",
            f"задача {node.value[0]} ставится только в {names} и кончается вместе с этой стадией",
        )
    return Both(
        f"checklist {node.value[0]} is only ticked in {names}", f"чек-лист {node.value[0]} отмечают только в {names}"
    )
