"""Edits that a person can make to a deal, and which of them can alter what a condition says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from voronka.dsl.definition.actions import Action, If, Render, SetField
from voronka.dsl.definition.expr import Expr
from voronka.dsl.definition.types import Type
from voronka.dsl.definition.values import Duration, Instant, plain
from voronka.engine.deal.state import Deal
from voronka.engine.decide.step import Step
from voronka.engine.program.build import Program

_HOUR = 3_600_000
_MOST_OTHERS = 8  # people, cards and values of other fields that are tried for one field


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing a person does. ``kind``: set (field ``name`` to ``value``), tick (point, on), done (task, outcome),
    assign (person), contact. Edits with one ``slot`` exclude each other."""

    kind: str
    name: str
    value: Any = None

    @property
    def slot(self) -> tuple[str, str]:
        return (self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Known:
    """Where values come from: ``reads`` are expressions whose literals are worth trying, ``cards`` gives deals of a
    pipeline that a link may point to."""

    reads: tuple[Expr, ...]
    cards: Callable[[str], Sequence[int]]


def altering(expr: Expr, s: Step, known: Known) -> dict[Edit, None]:
    """Edits that may alter what an expression says, likely ones first."""
    found: dict[Edit, None] = {}
    for node in expr.walk():
        match node.op, node.value:
            case "field", str(name) if name in s.p.pipeline.fields:
                found.update(dict.fromkeys(of_field(name, s, known)))
            case "task", (str(task), _):
                found.update(dict.fromkeys(_of_task(s, task)))
            case "check", (str(checklist), str(point)) if point:
                found.update(dict.fromkeys(_of_point(s, f"{checklist}.{point}")))
            case "approval", (str(name), _):
                found.update(dict.fromkeys(_of_task(s, name)))
            case (("all" | "any" | "none" | "count" | "share"), "tasks"):
                for open_task in s.d.open_tasks:
                    found.update(dict.fromkeys(_answers(s, open_task.id)))
            case (("owner" | "supervisor"), _):
                found.update((Edit("assign", "", person), None) for person in _people(s) if person != s.d.owner)
            case "last_contact", _:
                found[Edit("contact", "")] = None
    return found


def of_field(name: str, s: Step, known: Known) -> Iterator[Edit]:
    """Edits that may change a field: what a person types, answers that fill it; of a formula its inputs."""
    field = s.p.pipeline.fields[name]
    if field.formula is not None:
        if not any(node.op == "field" and node.value == name for node in field.formula.walk()):
            yield from altering(field.formula, s, known)
        return
    filled = list(_filling(s, name))
    yield from filled
    if field.type.kind == "links" or (filled and field.type.kind in ("document", "file")):
        return
    if (applies := s.p.applies.get(name)) is not None:
        yield from (edit for edit in altering(applies.expr, s, known) if edit.name != name)
    now = s.d.f.get(name)
    for value in values(name, field.type, s, known):
        if value != now:
            yield Edit("set", name, value)
    if now is not None:
        yield Edit("set", name, None)


def _filling(s: Step, name: str) -> Iterator[Edit]:
    """Answers of open tasks that set or render the field."""
    for task in s.d.open_tasks:
        program = s.p.tasks_by_path.get(task.path)
        for outcome, declared in program.outcomes.items() if program is not None else ():
            if any(
                isinstance(action, (SetField, Render)) and action.field == name
                for action in _sentences(declared.outcome.actions)
            ):
                yield Edit("done", str(task.id), outcome)


def _sentences(actions: Iterable[Action]) -> Iterator[Action]:
    for action in actions:
        yield action
        if isinstance(action, If):
            yield from _sentences((*action.then, *action.otherwise))


def _of_task(s: Step, name: str) -> Iterator[Edit]:
    task = s.d.latest.get(name)
    if task is not None and task.status in ("open", "waiting"):
        yield from _answers(s, task.id)


def _answers(s: Step, number: int) -> Iterator[Edit]:
    program = s.p.tasks_by_path.get(s.d.tasks[number].path)
    outcomes: tuple[str | None, ...] = (None,)
    if program is not None and program.approval is not None:
        outcomes = ("approved", "rejected")
    elif program is not None and program.outcomes:
        outcomes = tuple(program.outcomes)
    for outcome in outcomes:
        yield Edit("done", str(number), outcome)


def _of_point(s: Step, point: str) -> Iterator[Edit]:
    known = s.p.stages[s.d.stage].stage.checklists
    if point in {f"{checklist.name}.{name}" for checklist in known for name, _ in checklist.points}:
        yield Edit("tick", point, not s.d.checks.get(point, False))


def _people(s: Step) -> list[str]:
    roles = s.p.pipeline.roles
    found = [name for role in roles for name in s.ask("members", s.p.pipeline.name, role) or ()]
    return list(dict.fromkeys(found))[:_MOST_OTHERS]


# --- values worth trying ---------------------------------------------------------------------------------------------


def values(name: str, kind: Type, s: Step, known: Known) -> list[Any]:
    """Values for a field: literals it is compared with and their neighbours, values beside it, then plain samples."""
    near, alike = list(_near(name, kind, known.reads)), list(_alike(name, kind, known.reads))
    beside = [
        s.d.f[other]
        for other, field in s.p.pipeline.fields.items()
        if other != name and field.type.kind == kind.kind and s.d.f.get(other) is not None
    ]
    stepped = [v for value in [*near, *beside[:_MOST_OTHERS]] for v in _stepped(kind, value)]
    samples = list(known.cards(kind.target)) if kind.kind == "link" else _samples(name, kind, s)
    found = [*near, *samples, *beside[:_MOST_OTHERS], *stepped, *alike]
    if kind.options:
        names = {option.name for option in kind.options}
        found = [v for v in found if (set(v) if isinstance(v, tuple) else {v}) <= names]
    if kind.kind == "rating":
        found = [v for v in found if isinstance(v, int) and kind.low <= v <= kind.high]
    return list(dict.fromkeys(found))


def _near(name: str, kind: Type, reads: tuple[Expr, ...]) -> Iterator[Any]:
    """Literals of its kind in expressions that read the field."""
    for other in _literals(name, reads):
        if kind.kind == "choices" and isinstance(other.value, str):
            yield (other.value,)
        elif other.type.kind == kind.kind:
            yield other.value


def _alike(name: str, kind: Type, reads: tuple[Expr, ...]) -> Iterator[Any]:
    """Literals of other kinds of numbers there."""
    for other in _literals(name, reads):
        if other.type.kind == kind.kind or isinstance(other.value, bool):
            continue
        if kind.kind in ("number", "money", "percent") and isinstance(other.value, (int, Decimal)):
            yield Decimal(other.value)
        elif kind.kind in ("integer", "rating") and isinstance(other.value, Decimal):
            yield int(other.value)


def _literals(name: str, reads: tuple[Expr, ...]) -> Iterator[Expr]:
    for expr in reads:
        for node in expr.walk():
            below = list(node.walk())
            if node.op in ("and", "or", "not") or not any(n.op == "field" and n.value == name for n in below):
                continue
            yield from (other for other in below if other.op == "const" and other.value is not None)


def _stepped(kind: Type, value: Any) -> Iterator[Any]:
    """The next values on both sides."""
    match kind.kind:
        case "money" | "number":
            yield from (value + 1, value - 1) if isinstance(value, Decimal) else ()
        case "percent":
            yield from (value + Decimal("0.01"), value - Decimal("0.01")) if isinstance(value, Decimal) else ()
        case "integer" | "rating":
            yield from (value + 1, value - 1) if isinstance(value, int) else ()
        case "date":
            yield from (value + timedelta(days=1), value - timedelta(days=1))
        case "datetime":
            yield from (Instant(value + _HOUR), Instant(value - _HOUR))
        case "duration":
            if isinstance(value, Duration):
                yield from (Duration(value.n + 1, value.unit), Duration(max(value.n - 1, Decimal(0)), value.unit))


def _samples(name: str, kind: Type, s: Step) -> list[Any]:
    unique = any(name in names for names, _ in s.p.pipeline.uniques)
    number = s.d.id
    match kind.kind:
        case "text" | "address" | "file" | "document":
            return [f"… {number}" if unique else "…"]
        case "phone":
            return [f"+7999{number % 10**7:07d}"]
        case "email":
            return [f"client{number}@example.com"]
        case "url":
            return [f"https://example.com/{number}"]
        case "bool":
            return [True, False]
        case "money":
            return [Decimal(1), Decimal(1000), Decimal(100_000), Decimal(0)]
        case "number":
            return [Decimal(1), Decimal(10), Decimal(0)]
        case "percent":
            return [Decimal("0.1"), Decimal(1), Decimal(0)]
        case "integer":
            return [1, 10, 0]
        case "rating":
            return [kind.high, *range(kind.low, kind.high)]
        case "choice" | "resource":
            return [option.name for option in kind.options]
        case "choices":
            return [tuple(o.name for o in kind.options), *((option.name,) for option in kind.options)]
        case "date":
            return [s.today, s.today + timedelta(days=1), s.today + timedelta(days=30), s.today - timedelta(days=1)]
        case "datetime":
            return [Instant(s.now + _HOUR), Instant(s.now + 24 * _HOUR), Instant(s.now - _HOUR)]
        case "time":
            return ["10:00"]
        case "duration":
            return [Duration(Decimal(1), "hour"), Duration(Decimal(1), "day")]
        case "user":
            return list(_people(s))
    return []


def typed(kind: Type, value: Any, program: Program) -> str:
    """A value as one types it, so that it is read back as the same."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal() if kind.kind == "percent":
            return f"{plain(value * 100)}%"
        case Decimal():
            return plain(value)
        case Duration():
            return f"{plain(value.n)} {value.unit}"
        case Instant():
            return program.calendar.local(value).strftime("%Y-%m-%d %H:%M")
        case int() if kind.kind == "datetime":
            return program.calendar.local(value).strftime("%Y-%m-%d %H:%M")
        case tuple():
            return ", ".join(str(part) for part in value)
    return value.isoformat() if kind.kind == "date" else str(value)


def reads_of(deal: Deal, program: Program, target: str) -> tuple[Expr, ...]:
    """Every expression between a deal and a stage, and of the stages between, whose literals are worth trying."""
    here, there = program.stages.get(deal.stage), program.stages.get(target)
    between = (
        [stage for stage in program.stages.values() if here.order <= stage.order <= there.order]
        if here is not None and there is not None
        else []
    )
    found = [condition.expr for condition in program.checks]
    found += [condition.expr for condition in program.applies.values()]
    found += [approval.when.expr for approval in program.approvals]
    for stage in {id(stage): stage for stage in (here, there, *between) if stage is not None}.values():
        found += [condition.expr for condition in (*stage.enter, *stage.leave)]
        found += [approval.when.expr for approval in stage.approvals]
        found += [when.expr for _, when, _ in stage.requires if when is not None]
    formulas = (program.pipeline.fields[name].formula for name in program.pipeline.formulas)
    found += [formula for formula in formulas if formula is not None]
    for task in deal.open_tasks:
        declared = program.tasks_by_path.get(task.path)
        for outcome in declared.outcomes.values() if declared is not None else ():
            found += [outcome.when.expr] if outcome.when is not None else []
    return tuple(found)
