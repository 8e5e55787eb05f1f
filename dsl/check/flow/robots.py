"""Robots that set off each other: one sets a field, the next answers its change by setting another (U1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from voronka.dsl.check.flow.circuits import circuits
from voronka.dsl.check.flow.facts import Book, Fact
from voronka.dsl.check.flow.past import Past, followed
from voronka.dsl.check.flow.report import Report
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.check.flow.terms import key
from voronka.dsl.check.flow.walk import Deed
from voronka.dsl.definition.actions import SetField
from voronka.dsl.definition.expr import NOWHERE, Expr
from voronka.dsl.definition.types import BOOL
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

ROUNDS = 3
TRIES = 400
"""How many chains are followed at most; what is left then counts as ending."""
NOTHING_SAID = Both("", "")


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A robot that answers the change of ``heard`` by setting a field. ``wakes``: the fields whose change it hears."""

    heard: str
    wakes: frozenset[str]
    deed: Deed
    action: SetField


@dataclass(frozen=True, slots=True, eq=False)
class Hop:
    """What one robot sets, the other one hears."""

    source: Link
    target: Link


def analyse(book: Book, report: Report) -> None:
    """Report chains of changes that come back to where they began."""
    links = list(_links(book))
    hops = [Hop(a, b) for a in links for b in links if a.action.field in b.wakes and _together([a, b])]
    reported: set[int] = set()
    for circuit in islice(circuits(hops), TRIES):
        chain = [hop.source for hop in circuit]
        if any(id(link) in reported for link in chain) or not _together(chain):
            continue
        endless = _endless(book, chain)
        robots = {link.deed.trigger.loc for link in chain if link.deed.trigger is not None}
        if endless is None or (not endless and len(robots) < 2):
            continue
        reported |= {id(link) for link in chain}
        _say(chain, endless, len(robots), report)


def _links(book: Book) -> Iterator[Link]:
    made_of = _made_of(book)
    for deed in book.deeds:
        trigger = deed.trigger
        if not isinstance(deed.action, SetField) or trigger is None or trigger.happening is None:
            continue
        # a limited number of runs ends by itself, and a delayed one belongs to another event
        if trigger.happening.kind != "change" or trigger.at_most or trigger.times or deed.cause != "change":
            continue
        for heard in trigger.happening.fields:
            yield Link(heard, frozenset({heard, *made_of.get(heard, ())}), deed, deed.action)


def _made_of(book: Book) -> dict[str, set[str]]:
    """Of each formula field, the fields it is computed from."""
    found: dict[str, set[str]] = {}
    for name in book.pipeline.formulas:
        formula = book.pipeline.fields[name].formula
        nodes = () if formula is None else tuple(formula.walk())
        direct = {str(node.value) for node in nodes if node.op == "field"}
        found[name] = direct.union(*(found.get(other, set()) for other in direct))
    return found


def _together(chain: Sequence[Link]) -> bool:
    """Whether the robots are at work in the same stage."""
    return len({link.deed.home for link in chain} - {None}) < 2


def _endless(book: Book, chain: Sequence[Link]) -> bool | None:
    """True: every round changes the fields anew. False: it may. None: it cannot, or it was not to be followed."""
    if _counts(book, chain):
        return None
    past = Past(book)
    home = next((link.deed.home for link in chain if link.deed.home is not None), None)
    if home is not None:
        past.known += book.staying(home)
    rounds: list[list[Expr]] = []
    for _ in range(ROUNDS):
        rounds.append([])
        for link in chain:
            for step in link.deed.before:
                past.do(step)
            old = past.now(book.field(link.action.field))
            expr = link.action.expr
            new = Expr("const", old.type, None) if expr is None else _reduced(past.now(book.plain(expr)))
            rounds[-1].append(_differs(new, old))
            past.values[link.action.field] = new
    if not all(followed(fact.expr) for fact in past.known):
        return None
    changed = [Fact(expr, NOWHERE, NOTHING_SAID) for each in rounds for expr in each]
    if book.clash([*past.known, *changed], home):
        return None
    sets = [Expr("set", BOOL, None, (book.field(link.action.field),)) for link in chain]
    settled = Fact(Expr("and", BOOL, None, (*rounds[-1], *sets)), NOWHERE, NOTHING_SAID, Truth.NOT_TRUE)
    before = [*past.known, *changed[: -len(chain)], *(Fact(expr, NOWHERE, NOTHING_SAID) for expr in sets)]
    return book.clash([*before, settled], home)


def _counts(book: Book, chain: Sequence[Link]) -> bool:
    """Whether a condition looks at a value that every round alters: that is how such a chain is brought to an end."""
    if all(link.action.expr is None or link.action.expr.op == "const" for link in chain):
        return False
    altered = {link.action.field for link in chain}
    seen = {key(node) for link in chain for guard in link.deed.guards for node in book.plain(guard.when).walk()}
    waiting = list(seen)
    while waiting:
        more = set(book.implied(waiting.pop())) - seen
        seen |= more
        waiting += more
    return any(("field", name) in seen for name in altered)


def _reduced(expr: Expr) -> Expr:
    """``a * b / b`` is ``a``: robots that keep two fields in step compute one from the other and back."""
    if len(expr.args) != 2 or expr.op not in ("mul", "div"):
        return expr
    (first, second), inverse = map(_reduced, expr.args), "mul" if expr.op == "div" else "div"
    if first.op == inverse and first.args[1] == second:
        return first.args[0]
    if expr.op == "div" and first.op == "mul" and first.args[0] == second:
        return first.args[1]
    if expr.op == "mul" and second.op == "div" and second.args[1] == first:
        return second.args[0]
    return expr


def _differs(new: Expr, old: Expr) -> Expr:
    """Whether a write changes a field: another value, or one where there was none, or none where there was one."""

    def both(a: str, b: str) -> Expr:
        return Expr("and", BOOL, None, (Expr(a, BOOL, None, (new,)), Expr(b, BOOL, None, (old,))))

    other = Expr("ne", BOOL, None, (new, old))
    if new.type.kind == "bool" and new.op == "not" and new.args[0] == old:
        other = Expr("set", BOOL, None, (old,))  # a switch turned over is always another value
    return Expr("or", BOOL, None, (other, both("set", "unset"), both("unset", "set")))


def _say(chain: Sequence[Link], endless: bool, robots: int, report: Report) -> None:
    first = chain[0]
    path = last = chain[-1].action.field
    for link in chain:
        path += f" -> {link.heard}" if link.heard != last else ""  # a formula made of what was set
        last = link.action.field
        path += f" -> {last} ({link.action.loc})"
    said = [(link.action.loc, Both(f"sets {link.action.field}", f"меняет {link.action.field}")) for link in chain]
    if robots > 1:
        subject = Both("these robots set off each other", "эти роботы запускают друг друга")
    else:
        subject = Both("this robot sets off itself", "этот робот запускает сам себя")
    code = codes.ROBOTS_FOR_EVER if endless else codes.ROBOTS_IN_CIRCLES
    report.say(code, first.action.loc, {"robots": subject, "path": path}, said)
