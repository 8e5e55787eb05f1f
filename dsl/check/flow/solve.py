"""Satisfiability: can these conditions be true at once? Never says no when they can.

Complete for conjunctions over one field and constants; beyond that it knows sums of terms, ages, tasks and quantified
items, and treats what is left as unknowns that only contradict themselves. Logic is three-valued (Meaning 7), so a
condition may be wanted to be true, to be false, not to be true, or not to be false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from voronka.dsl.check.flow.atoms import COMPARISONS, Atom, atom
from voronka.dsl.check.flow.store import FALSE_BIT, TRUE_BIT, UNKNOWN_BIT, UNSET, Store
from voronka.dsl.check.flow.terms import Key, key, missing, needs
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import BOOL

NEGATIONS = {"not_in": "in", "unset": "set", "not_older": "older", "not_within": "within"}
QUANTIFIERS = frozenset({"all", "any", "none"})


class Truth(Enum):
    """What is wanted of a condition. The values are masks of the outcomes that are welcome."""

    TRUE = TRUE_BIT
    FALSE = FALSE_BIT
    NOT_TRUE = FALSE_BIT | UNKNOWN_BIT
    NOT_FALSE = TRUE_BIT | UNKNOWN_BIT

    @property
    def negated(self) -> Truth:
        """What must be wanted of ``c`` to want this of ``not c``."""
        return _NEGATED[self]

    @property
    def definite(self) -> bool:
        """Whether unknown will not do."""
        return self in (Truth.TRUE, Truth.FALSE)


_NEGATED = {
    Truth.TRUE: Truth.FALSE,
    Truth.FALSE: Truth.TRUE,
    Truth.NOT_TRUE: Truth.NOT_FALSE,
    Truth.NOT_FALSE: Truth.NOT_TRUE,
}
Want = tuple[Expr, Truth]
BUDGET = 3000
"""How many alternatives are looked at before giving up; giving up means "may be true"."""


def not_true(expr: Expr) -> Expr:
    """A condition of the checker's own: ``expr`` is false or unknown. It is never unknown itself."""
    return Expr("not_true", BOOL, None, (expr,), expr.loc, expr.text)


def satisfiable(wants: Iterable[Want], implied: Callable[[Key], tuple[Key, ...]] | None = None) -> bool:
    """Whether some deal may meet all wants. ``implied`` gives the terms without which a term is unset (formulas)."""
    search = _Search(implied or _nothing)
    store = Store()
    try:
        return search.extend(store, list(wants))
    except _GaveUp:
        return True


def _nothing(_: Key) -> tuple[Key, ...]:
    return ()


class _GaveUp(Exception):
    pass


class _Search:
    def __init__(self, implied: Callable[[Key], tuple[Key, ...]]) -> None:
        self.implied = implied
        self.left = BUDGET

    def extend(self, store: Store, pending: list[Want]) -> bool:
        """Whether the store can take in all that is pending; alternatives are tried one after another."""
        while pending:
            expr, truth = pending.pop()
            if not self.take(store, expr, truth, pending):
                return False
        if not store.settle(self.implied):
            return False
        if not self.narrow_down(store):
            return False
        if not store.choices:
            return self.items(store)
        for alternative in store.choices.pop(store.choices.index(min(store.choices, key=len))):
            self.spend()
            if self.extend(store.copy(), list(alternative)):
                return True
        return False

    def narrow_down(self, store: Store) -> bool:
        """Drop the alternatives that contradict the store, and take in those that are the last of their choice."""
        again = True
        while again:
            again = False
            choices, store.choices = store.choices, []
            for index, choice in enumerate(choices):
                left = [alternative for alternative in choice if self.fits(store, alternative)]
                if not left:
                    return False
                if len(left) > 1:
                    store.choices.append(left)
                    continue
                # what it brings in may rule out alternatives that were kept before it
                again = again or index > 0 or len(choices) > 1
                pending = list(left[0])
                while pending:
                    expr, truth = pending.pop()
                    if not self.take(store, expr, truth, pending):
                        return False
            if not store.settle(self.implied):
                return False
            again = again and bool(store.choices)
        return True

    def fits(self, store: Store, alternative: list[Want]) -> bool:
        """Whether an alternative does not contradict the store at once."""
        self.spend(1)
        twin, pending = store.copy(), list(alternative)
        while pending:
            expr, truth = pending.pop()
            if not self.take(twin, expr, truth, pending):
                return False
        return True

    def spend(self, effort: int = 10) -> None:
        self.left -= effort
        if self.left < 0:
            raise _GaveUp

    def take(self, store: Store, expr: Expr, truth: Truth, pending: list[Want]) -> bool:
        """Note one want in the store; False when it contradicts what is there."""
        op, args = expr.op, expr.args
        if op in NEGATIONS:
            expr, truth, op = Expr(NEGATIONS[op], expr.type, expr.value, args), truth.negated, NEGATIONS[op]
        match op:
            case "not":
                pending.append((args[0], truth.negated))
                return True
            case "not_true":
                holds = truth in (Truth.TRUE, Truth.NOT_FALSE)
                pending.append((args[0], Truth.NOT_TRUE if holds else Truth.TRUE))
                return True
            case "and" | "or":
                # an `and` is true, or not false, when all its parts are; an `or` is false, or not true, when all are
                if (op == "and") is (truth in (Truth.TRUE, Truth.NOT_FALSE)):
                    pending.extend((arg, truth) for arg in args)
                else:
                    store.choices.append([[(arg, truth)] for arg in args])
                return True
            case "const" if expr.value is None or isinstance(expr.value, bool):
                outcome = UNKNOWN_BIT if expr.value is None else TRUE_BIT if expr.value else FALSE_BIT
                return bool(truth.value & outcome)
            case "unset_key":
                return store.unset(expr.value)
            case "set":
                return self.is_set(store, args[0], truth in (Truth.TRUE, Truth.NOT_FALSE))
            case "eq" | "ne" if _logical(args[0]) and args[1].op == "const":
                same = bool(args[1].value) is (op == "eq")
                pending.append((args[0], truth if same else truth.negated))
                return True
        found = atom(expr)
        if found is None and op == "in":
            parts = tuple(Expr("eq", BOOL, None, (args[0], arg)) for arg in args[1:])
            pending.append((Expr("or", BOOL, None, parts), truth))
            return True
        if isinstance(found, bool):
            return bool(truth.value & (TRUE_BIT if found else FALSE_BIT))
        if isinstance(found, Atom) and not self.limit(store, found, truth):
            return False
        if op in QUANTIFIERS:
            self.quantify(store, expr, truth)
        if op == "check" and expr.value[1] and truth is not Truth.TRUE:
            # one open point keeps the whole list from being done
            whole = ("check", (expr.value[0], ""))
            if not truth.value & TRUE_BIT and not store.mask(whole, FALSE_BIT | UNKNOWN_BIT):
                return False
        return store.mask(key(expr), truth.value)

    def is_set(self, store: Store, term: Expr, wanted: bool) -> bool:
        if term.op == "const" or missing(term):
            return wanted is not missing(term)
        name = key(term)
        if not wanted:
            return store.unset(name)
        return store.set(name) and all(store.set(need) for need in needs(term))

    def limit(self, store: Store, found: Atom, truth: Truth) -> bool:
        values = found.yes if truth in (Truth.TRUE, Truth.NOT_FALSE) else found.no
        if not store.narrow(found.base, found.part, values, found.limit):
            return False
        if truth.definite and not (found.absent and truth is Truth.FALSE):
            return store.set(found.base) and all(store.set(need) for need in found.needs)
        if found.joint and store.bases.get(found.base) == UNSET:
            store.choices.append([[(Expr("unset_key", BOOL, need), Truth.TRUE)] for need in found.needs])
        return True

    # --- items of a list

    def quantify(self, store: Store, expr: Expr, truth: Truth) -> None:
        """What a quantified condition says of every item, of some item, and of some item if there is any."""
        every, some, maybe = store.about(expr.value)
        predicate = expr.args[0]
        match expr.op, truth:
            case "all", Truth.TRUE:
                every.append((predicate, Truth.TRUE))
                some.append((predicate, Truth.TRUE))
            case "all", Truth.NOT_FALSE:
                every.append((predicate, Truth.NOT_FALSE))
            case "all", _:
                maybe.append((predicate, Truth.NOT_TRUE))
            case "any", Truth.TRUE:
                some.append((predicate, Truth.TRUE))
            case ("any", Truth.FALSE | Truth.NOT_TRUE) | ("none", Truth.TRUE | Truth.NOT_FALSE):
                every.append((predicate, Truth.NOT_TRUE))
            case ("any", Truth.NOT_FALSE) | ("none", Truth.FALSE | Truth.NOT_TRUE):
                some.append((predicate, Truth.NOT_FALSE))

    def items(self, store: Store) -> bool:
        """Whether the items that must exist may exist."""
        for every, some, maybe in store.items.values():
            for one in (*some, *(maybe if some else ())):
                self.spend()
                if not self.extend(Store(), [one, *every]):
                    return False
        return True


def _logical(expr: Expr) -> bool:
    """Whether an operand is itself a condition, as in ``(a and b) is yes``."""
    return expr.type.kind == "bool" and (
        expr.op in COMPARISONS or expr.op in ("and", "or", "not", "in", "set", "has", "older", "within", *NEGATIONS)
    )
