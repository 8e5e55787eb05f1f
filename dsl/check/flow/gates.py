"""Conditions that can never hold, always hold, or stand behind one that holds first (U1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from voronka.dsl.check.flow.everywhere import Everywhere
from voronka.dsl.check.flow.facts import Book, Fact
from voronka.dsl.check.flow.past import Past, past_of
from voronka.dsl.check.flow.report import Report, places
from voronka.dsl.check.flow.solve import Truth
from voronka.dsl.check.flow.walk import Deed, Guard
from voronka.dsl.definition.actions import AddTask, Require, Tunnel
from voronka.dsl.definition.expr import Expr, Loc
from voronka.dsl.definition.model import Gate
from voronka.dsl.definition.moments import WhoRule
from voronka.dsl.text.codes import flow as codes
from voronka.dsl.text.codes.base import Both, Code

NOTHING_SAID = Both("", "")
Rule = tuple[Expr | None, Loc, bool]
"""A condition, where it is, and whether its line surely wins once it holds."""


def analyse(book: Book, report: Report, seen: Everywhere) -> None:
    """Report on every condition of a pipeline but the gates of its stages, whose failures `reach` explains."""
    _checks(book, report)
    _defaults(book, report)
    gates = [gate for stage in book.pipeline.stages.values() for gate in (*stage.enter, *stage.leave)]
    for gate in [*gates, *book.pipeline.checks]:
        _always(book, gate, report, seen)
    _conditions(book, report, seen)
    for rules, home, lone in _choices(book):
        _shadowed(book, rules, home, lone, report, seen)
    for require, home in _requires(book):
        _required(book, require, home, report, seen)


# --- checks and gates ------------------------------------------------------------------------------------------------


def _checks(book: Book, report: Report) -> None:
    """A check that is never true refuses every value; several may do so together."""
    for check in book.pipeline.checks:
        core = book.conflict(book.fact(check.when, check.loc, NOTHING_SAID))
        if core:
            report.say(codes.CHECK_NEVER_HOLDS, check.loc, {"why": report.why(core)}, places(core))
            return  # the others would only be told that they contradict this one


def _defaults(book: Book, report: Report) -> None:
    """A new deal whose defaults break a check: defaults are set without asking, and the next write is refused."""
    for check in book.steady_checks:
        named = [node.value for node in check.expr.walk() if node.op == "field"]
        given = [name for name in named if book.pipeline.fields[name].default is not None]
        past = Past(book)
        past.values = {name: book.at_birth(book.field(name)) for name in given}
        if given and not book.possible(past.see([check])) and book.possible([check]):
            labels = [(check.loc, Both("this check", "эта проверка"))]
            args = {"field": given[0], "check": report.text(check.expr)}
            report.say(codes.DEFAULT_FAILS_CHECK, book.pipeline.fields[given[0]].loc, args, labels)


def _always(book: Book, gate: Gate, report: Report, seen: Everywhere) -> None:
    """A tautology: neither false nor unknown, whatever the deal is like."""
    wanted = Fact(book.plain(gate.when), gate.loc, NOTHING_SAID, Truth.NOT_TRUE)
    redundant = not book.possible([wanted])
    say = partial(report.say, codes.GATE_ALWAYS_HOLDS, gate.loc, {}) if redundant else None
    seen.note(codes.GATE_ALWAYS_HOLDS, gate.loc, say)


# --- conditions of robots, tasks and rules ---------------------------------------------------------------------------


def _conditions(book: Book, report: Report, seen: Everywhere) -> None:
    """Every condition on the way to a deed, asked once for each home that it has."""
    asked: set[tuple[str | None, int]] = set()
    for deed in book.deeds:
        for index, step in enumerate(deed.before):
            if isinstance(step, Guard) and step.holds and (deed.home, id(step.when)) not in asked:
                asked.add((deed.home, id(step.when)))
                _possible(book, deed, index, report, seen)
        if isinstance(deed.action, AddTask):
            for outcome in deed.action.task.outcomes:
                if outcome.when is not None:
                    _lone(book, outcome.when, outcome.loc, deed.home, report, seen)
    pipeline = book.pipeline
    for stage in pipeline.stages.values():
        for approval in stage.approvals:
            _lone(book, approval.when, approval.loc, stage.name, report, seen)
    whens: list[tuple[Expr | None, Loc]] = [(approval.when, approval.loc) for approval in pipeline.approvals]
    whens += [(red.when, red.loc) for red in pipeline.reds]
    whens += [(declared.when, declared.loc) for declared in pipeline.fields.values()]
    for when, loc in whens:
        if when is not None:
            _lone(book, when, loc, None, report, seen)


def _possible(book: Book, deed: Deed, index: int, report: Report, seen: Everywhere) -> None:
    """Whether a deed can come past a step; what stands behind a condition that failed already is not asked again."""
    step = deed.before[index]
    core = book.conflict(past_of(book, replace(deed, before=deed.before[: index + 1])).known, deed.home)
    if core and book.clash(past_of(book, replace(deed, before=deed.before[:index])).known, deed.home):
        return
    _never_true(core, step.loc, report, seen)


def _lone(book: Book, when: Expr, loc: Loc, home: str | None, report: Report, seen: Everywhere) -> None:
    """A condition with nothing before it."""
    staying = [] if home is None else book.staying(home)
    core = book.conflict([*staying, *book.fact(when, loc, NOTHING_SAID)], home)
    _never_true(core, when.loc if when.loc.line else loc, report, seen)


def _never_true(core: Sequence[Fact], loc: Loc, report: Report, seen: Everywhere) -> None:
    args = {"why": report.why(core)} if core else {}
    say = partial(report.say, codes.CONDITION_NEVER_TRUE, loc, args, places(core)) if core else None
    seen.note(codes.CONDITION_NEVER_TRUE, loc, say)


# --- lists of which the first that holds wins ------------------------------------------------------------------------


def _choices(book: Book) -> Iterator[tuple[Sequence[Rule], str | None, bool]]:
    """Lists of rules with their home, and whether their conditions are still to be asked by themselves."""
    pipeline = book.pipeline
    yield _people(pipeline.owner), None, True
    for stage in pipeline.stages.values():
        yield [(rule.when, rule.loc, True) for rule in stage.standing if rule.moment is None], stage.name, False
    for retired in pipeline.retired:
        yield [(when, when.loc if when else retired.loc, True) for _, when in retired.moves], None, True
    for deed in book.deeds:
        if isinstance(deed.action, AddTask):
            task = deed.action.task
            yield _people(task.assign), deed.home, True
            # a deadline whose base is missing is waited for; the entry is never missing
            if all(rule.moment.base.kind in ("entry", "creation") for rule in task.due[:-1]):
                yield [(rule.when, rule.loc, True) for rule in task.due], deed.home, True
        elif isinstance(deed.action, Tunnel):
            yield _people(deed.action.owner), deed.home, True


def _people(rules: Sequence[WhoRule]) -> list[Rule]:
    """Only a person is always found; a role may have nobody, and then the next line is asked."""
    return [(rule.when, rule.loc, rule.who.kind == "person") for rule in rules]


def _shadowed(
    book: Book, rules: Sequence[Rule], home: str | None, lone: bool, report: Report, seen: Everywhere
) -> None:
    """Lines after one without a condition, or whose condition implies an earlier one."""
    facts: list[Fact] = []
    always: Loc | None = None
    said = Both("this one holds first", "эта строка подходит раньше")
    for when, loc, wins in rules:
        own = [] if when is None else book.fact(when, loc, NOTHING_SAID)
        if when is not None and lone:
            _lone(book, when, loc, home, report, seen)
        core = book.conflict([*facts, *own]) if always is None and facts else ()
        if always is not None:
            _never_reached(loc, [(always, said)], report, seen)
        elif core and not book.clash(own):
            _never_reached(loc, places([fact for fact in core if fact.truth is Truth.NOT_TRUE]), report, seen)
        else:
            seen.note(codes.RULE_NEVER_REACHED, loc, None)
        if when is None and wins:
            always = always or loc
        elif when is not None and wins:
            facts.append(Fact(book.plain(when), loc, said, Truth.NOT_TRUE))


def _never_reached(loc: Loc, labels: list[tuple[Loc, Both]], report: Report, seen: Everywhere) -> None:
    code: Code = codes.RULE_NEVER_REACHED
    seen.note(code, loc, partial(report.say, code, loc, {}, labels))


# --- required fields that never are ----------------------------------------------------------------------------------


def _requires(book: Book) -> Iterator[tuple[Require, str | None]]:
    pipeline = book.pipeline
    for stage in pipeline.stages.values():
        yield from ((require, None) for require in stage.requires)
    for reason in pipeline.reasons.values():
        yield from ((require, None) for require in reason.requires)
    for deed in book.deeds:
        if isinstance(deed.action, AddTask):
            task = deed.action.task
            for requires in (task.requires, *(outcome.requires for outcome in task.outcomes)):
                yield from ((require, deed.home) for require in requires)


def _required(book: Book, require: Require, home: str | None, report: Report, seen: Everywhere) -> None:
    """A required field whose own condition, or that of the line, can never be true."""
    declared = book.pipeline.fields[require.field]
    facts = []
    for when in (require.when, declared.when):
        if when is not None:
            said = Both(f"`{require.field}` applies only then", f"поле `{require.field}` применяется только тогда")
            facts += book.fact(when, when.loc, NOTHING_SAID if when is require.when else said)
    if not facts or (declared.when is not None and book.clash(book.fact(declared.when, declared.loc, NOTHING_SAID))):
        return  # a field that never applies is said of the field
    core = book.conflict(facts, home)
    args = {"field": require.field, "why": report.why(core)} if core else {}
    say = partial(report.say, codes.NEVER_REQUIRED, require.loc, args, places(core)) if core else None
    seen.note(codes.NEVER_REQUIRED, require.loc, say)
