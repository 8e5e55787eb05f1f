"""Atoms of conditions: which values of one term make a comparison true, which make it false."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from voronka.dsl.check.flow.domains import Labels, Numbers, Range, Values, among, compared
from voronka.dsl.check.flow.terms import (
    NAMED,
    NUMERIC,
    ORDERED,
    WHOLE,
    Key,
    Sum,
    domain,
    fraction,
    key,
    linear,
    missing,
    needs,
)
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.values import Duration

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
_FLIPPED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_OUTCOMES = {"lt": ("lt",), "le": ("lt", "eq"), "gt": ("gt",), "ge": ("gt", "eq"), "eq": ("eq",), "ne": ("lt", "gt")}
_STATES = ("open", "waiting", "done", "cancelled")
# What a task's state says of its status, when it is true and when it is false. Waiting ones may count as open, or not.
_TASK = {
    "open": (("open", "waiting"), ("waiting", "done", "cancelled")),
    "waiting": (("waiting",), ("open", "done", "cancelled")),
    "planned": (("open", "waiting"), _STATES),
    "done": (("done",), ("open", "waiting", "cancelled")),
    "cancelled": (("cancelled",), ("open", "waiting", "done")),
    "overdue": (_STATES, _STATES),
}
# Operations beyond plain comparison are rounded by the engine at 28 digits; claims keep this far away from that.
_SLACK = Fraction(1, 10**20)


@dataclass(frozen=True, slots=True)
class Atom:
    """``base`` must be set for the atom to be true or false; ``yes`` and ``no`` limit that ``part`` (aspect) of it.

    ``needs`` are further terms that must be set then. A ``joint`` base is made of its needs, and unset only if one of
    them is. An atom with ``absent`` is false, not unknown, while its base is missing.
    """

    base: Key
    part: Key
    yes: Values
    no: Values
    limit: Values | None = None
    needs: tuple[Key, ...] = ()
    absent: bool = False
    joint: bool = False


_OF_VALUES = COMPARISONS | {"in", "has", "older", "within"}
_UNKNOWN = Atom(("unset",), ("unset",), Labels(out=False), Labels(out=False))


def atom(expr: Expr) -> Atom | bool | None:
    """The atom that a condition is; True or False when it is decided already, None when nothing is known of it."""
    op, args = expr.op, expr.args
    if op in _OF_VALUES and any(missing(arg) for arg in (args[:1] if op == "in" else args)):
        return _UNKNOWN
    if op in COMPARISONS:
        return _comparison(op, args[0], args[1])
    if op == "in":
        return _one_of([_comparison("eq", args[0], arg) for arg in args[1:]])
    if op == "has" and args[1].op == "const":
        part = ("has", key(args[0]), args[1].value)
        return _of(args[0], part, among(True), among(False), among(True, False))
    if op in ("older", "within") and args[1].op == "const" and isinstance(args[1].value, Duration):
        return _age(op, args[0], args[1].value)
    if op == "task":
        return _task(*expr.value)
    if expr.type.kind == "bool" and op in ("field", "via", "payload", "item"):
        return _of(expr, key(expr), among(True), among(False), among(True, False))
    return None


def _of(term: Expr, part: Key, yes: Values, no: Values, limit: Values | None) -> Atom:
    base = key(term)
    return Atom(base, part, yes, no, limit, tuple(needs(term)))


def _comparison(op: str, left: Expr, right: Expr) -> Atom | bool | None:
    if left.op == "const" and right.op != "const":
        left, right, op = right, left, _FLIPPED[op]
    if _scale(left) and _scale(left) == _scale(right):
        return _ordered(op, left, right)
    if right.op == "const":
        if left.op == "const":
            return _constants(op, left, right)
        if isinstance(right.value, Duration):
            return _duration(op, left, right.value)
        if op in ("eq", "ne") and left.type.kind in NAMED and right.value is not None:
            same, other = among(right.value), Labels(frozenset((right.value,)))
            yes, no = (same, other) if op == "eq" else (other, same)
            return _of(left, key(left), yes, no, domain(left))
    return _pair(op, left, right)


def _scale(expr: Expr) -> str:
    """What a term is measured in, or nothing: days and milliseconds are not compared with each other here."""
    kind = expr.type.kind
    return "number" if kind in NUMERIC else kind if kind in ORDERED else ""


def _constants(op: str, left: Expr, right: Expr) -> bool | None:
    if left.value is None or right.value is None or left.type.kind not in NAMED or op not in ("eq", "ne"):
        return None
    return (left.value == right.value) is (op == "eq")


def _ordered(op: str, left: Expr, right: Expr) -> Atom | bool | None:
    total = linear(left).plus(linear(right), Fraction(-1))
    if not total.terms and not total.gone:
        if not total.exact and abs(total.constant) <= _SLACK:
            return None
        return not (compared(op, Fraction(0)) & compared("eq", total.constant)).empty
    if len(total.terms) == 1 and not total.gone:
        ((name, (share, term)),) = total.terms.items()
        op = op if share > 0 else _FLIPPED[op]
        yes, no = _sides(op, -total.constant / share, total.exact, term.type.kind in WHOLE)
        return Atom(name, name, yes, no, domain(term), tuple(needs(term)))
    return _difference(op, total)


def _difference(op: str, total: Sum) -> Atom:
    """A comparison of several terms, or of none that are left: their weighted sum is one unknown of its own."""
    first = min(total.terms, key=repr, default=None)
    scale = Fraction(1) if first is None else total.terms[first][0]
    op = op if scale > 0 else _FLIPPED[op]
    name = ("sum", total.gone, frozenset((term, share / scale) for term, (share, _) in total.terms.items()))
    whole = all(expr.type.kind in WHOLE and (share / scale).denominator == 1 for share, expr in total.terms.values())
    yes, no = _sides(op, -total.constant / scale, total.exact, whole and bool(total.terms))
    limit = None if total.terms else compared("eq", Fraction(0))
    wanted = [leaf for term, (_, expr) in total.terms.items() for leaf in (term, *needs(expr))]
    return Atom(name, name, yes, no, limit, (*total.gone, *wanted), joint=True)


def _sides(op: str, bound: Fraction, exact: bool, whole: bool) -> tuple[Numbers, Numbers]:
    """Numbers for which a comparison may be true, and those for which it may be false."""
    yes = compared(op, bound, whole)
    no = yes.outside()
    if exact:
        return yes, no
    slack = _SLACK * max(Fraction(1), abs(bound))
    return _widened(yes, slack), _widened(no, slack)


def _widened(numbers: Numbers, slack: Fraction) -> Numbers:
    wide = (
        Range(None if r.low is None else r.low - slack, None if r.high is None else r.high + slack)
        for r in numbers.ranges
    )
    return Numbers(tuple(r.whole() if numbers.whole else r for r in wide), numbers.whole)


def _duration(op: str, term: Expr, length: Duration) -> Atom:
    """Durations of one unit are ordered by their number; those of different units depend on the calendar."""
    bound = fraction(length.n)
    if bound is None:
        return _pair(op, term, Expr("const", term.type, length))
    yes = compared(op, bound) if op != "ne" else Numbers()
    no = compared(op, bound).outside() if op != "eq" else Numbers()
    return _of(term, ("length", key(term), length.unit), yes, no, None)


def _age(op: str, term: Expr, length: Duration) -> Atom | None:
    """How long ago an instant is, counted in the unit asked for: ``older`` from there on, ``within`` until then."""
    bound = fraction(length.n)
    if bound is None:
        return None
    yes = compared("ge", bound) if op == "older" else Numbers((Range(-bound, bound, high_open=True),)) & Numbers()
    return _of(term, ("age", key(term), length.unit), yes, yes.outside(), None)


def _pair(op: str, left: Expr, right: Expr) -> Atom:
    """Two terms of which only their order among themselves is known."""
    a, b = key(left), key(right)
    if repr(b) < repr(a):
        a, b, op = b, a, _FLIPPED[op]
    name = ("pair", a, b)
    yes, limit = among(*_OUTCOMES[op]), among("lt", "eq", "gt")
    sides = [side for side in (left, right) if side.op != "const"]
    wanted = [leaf for side in sides for leaf in (key(side), *needs(side))]
    return Atom(name, name, yes, yes.outside(), limit, tuple(wanted), joint=True)


def _task(name: str, state: str) -> Atom:
    base = ("task", name)
    if state in _TASK:
        yes, no = _TASK[state]
        return Atom(base, ("status", name), among(*yes), among(*no), among(*_STATES), absent=True)
    return Atom(base, ("outcome", name), among(state), Labels(frozenset((state,))), None, absent=True)


def _one_of(atoms: list[Atom | bool | None]) -> Atom | None:
    """``x is in (a, b)`` as one atom, if every comparison limits the same part of the same term."""
    first = atoms[0] if atoms else None
    if not isinstance(first, Atom):
        return None
    yes, no = first.yes, first.no
    for other in atoms[1:]:
        if not isinstance(other, Atom) or (other.base, other.part) != (first.base, first.part):
            return None
        if isinstance(yes, Numbers) and isinstance(other.yes, Numbers) and isinstance(no, Numbers):
            yes, no = Numbers(yes.ranges + other.yes.ranges, yes.whole), no & other.no  # type: ignore[operator]
        elif isinstance(yes, Labels) and isinstance(other.yes, Labels) and isinstance(no, Labels):
            yes, no = Labels(yes.names | other.yes.names, False), no & other.no  # type: ignore[operator]
        else:
            return None
    return replace(first, yes=yes, no=no)
