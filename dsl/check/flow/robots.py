"""Robots that set off each other: one sets a field, the next answers its change by setting another (U1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voronka.dsl.check.flow.circuits import circuits
from voronka.dsl.check.flow.facts import Book, Fact
from voronka.dsl.check.flow.past import Past
from voronka.dsl.check.flow.report import Report
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.check.flow.walk import Deed, deeds
from voronka.dsl.definition.actions import SetField
from voronka.dsl.definition.expr import NOWHERE, Expr
from voronka.dsl.definition.types import BOOL
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both

ROUNDS = 3
NOTHING_SAID = Both("", "")


@dataclass(frozen=True, slots=True)
class Link:
    """A robot that answers the change of ``source`` by setting ``target``."""

    source: str
    target: str
    deed: Deed
    action: SetField
    heard: str  # the field it listens to: ``source`` itself, or a formula made of it


def analyse(book: Book, report: Report) -> None:
    """Report chains of changes that come back to where they began."""
    links = list(_links(book))
    reported: set[int] = set()
    for circuit in sorted(circuits(links), key=len):
        if any(id(link) in reported for link in circuit) or not _together(circuit):
            continue
        endless = _endless(book, circuit)
        robots = {link.deed.trigger.loc for link in circuit if link.deed.trigger is not None}
        if endless is None or (not endless and len(robots) < 2):
            continue
        reported |= {id(link) for link in circuit}
        _say(circuit, endless, len(robots), report)


def _links(book: Book) -> Iterator[Link]:
    made_of = _made_of(book)
    for deed in deeds(book.pipeline):
        trigger = deed.trigger
        if not isinstance(deed.action, SetField) or trigger is None or trigger.happening is None:
            continue
        # a limited number of runs ends by itself, and a delayed one belongs to another event
        if trigger.happening.kind != "change" or trigger.at_most or trigger.times or deed.cause != "change":
            continue
        for heard in trigger.happening.fields:
            for source in sorted({heard} | made_of.get(heard, set())):
                yield Link(source, deed.action.field, deed, deed.action, heard)


def _made_of(book: Book) -> dict[str, set[str]]:
    """Of each formula field, the fields it is computed from."""
    found: dict[str, set[str]] = {}
    for name in book.pipeline.formulas:
        formula = book.pipeline.fields[name].formula
        nodes = () if formula is None else tuple(formula.walk())
        direct = {str(node.value) for node in nodes if node.op == "field"}
        found[name] = direct.union(*(found.get(other, set()) for other in direct))
    return found


def _together(circuit: Sequence[Link]) -> bool:
    """Whether the robots are at work in the same stage."""
    return len({link.deed.home for link in circuit} - {None}) < 2


def _endless(book: Book, circuit: Sequence[Link]) -> bool | None:
    """True: every round changes the fields anew. False: it may. None: it cannot, or it was not to be followed."""
    past = Past(book)
    home = next((link.deed.home for link in circuit if link.deed.home is not None), None)
    if home is not None:
        past.known += book.staying(home)
    changes: list[Fact] = []
    for _ in range(ROUNDS):
        for link in circuit:
            for step in link.deed.before:
                past.do(step)
            old = past.now(_field(book, link.target))
            new = Expr("const", old.type, None) if link.action.expr is None else past.now(book.plain(link.action.expr))
            changes.append(Fact(_differs(new, old), NOWHERE, NOTHING_SAID))
            past.values[link.target] = new
    if any(node.op == "unknown" for fact in past.known if fact.quoted for node in fact.expr.walk()):
        return None
    if book.conflict([*past.known, *changes], home):
        return None
    settled = Expr("and", BOOL, None, tuple(fact.expr for fact in changes))
    sets = [Fact(Expr("set", BOOL, None, (_field(book, link.target),)), NOWHERE, NOTHING_SAID) for link in circuit]
    may_settle = [*past.known, *sets, Fact(settled, NOWHERE, NOTHING_SAID, Truth.NOT_TRUE)]
    return bool(book.conflict(may_settle, home))


def _field(book: Book, name: str) -> Expr:
    return Expr("field", book.pipeline.fields[name].type, name)


def _differs(new: Expr, old: Expr) -> Expr:
    """Whether a write changes a field: another value, or one where there was none, or none where there was one."""

    def both(a: str, b: str) -> Expr:
        return Expr("and", BOOL, None, (Expr(a, BOOL, None, (new,)), Expr(b, BOOL, None, (old,))))

    other = Expr("ne", BOOL, None, (new, old))
    if new.type.kind == "bool" and new.op == "not" and new.args[0] == old:
        other = Expr("set", BOOL, None, (old,))  # a switch turned over is always another value
    return Expr("or", BOOL, None, (other, both("set", "unset"), both("unset", "set")))


def _say(circuit: Sequence[Link], endless: bool, robots: int, report: Report) -> None:
    first = circuit[0]
    path = first.source + "".join(f" -> {link.target} ({link.action.loc})" for link in circuit)
    said = [(link.action.loc, Both(f"sets {link.target}", f"меняет {link.target}")) for link in circuit]
    if robots > 1:
        subject = Both("these robots set off each other", "эти роботы запускают друг друга")
    else:
        subject = Both("this robot sets off itself", "этот робот запускает сам себя")
    code = codes.ROBOTS_FOR_EVER if endless else codes.ROBOTS_IN_CIRCLES
    report.say(code, first.action.loc, {"robots": subject, "path": path}, said)
