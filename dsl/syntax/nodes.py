"""The syntax tree: one frozen class a sentence, blocks in file order.

Nodes compare and hash by identity, so they serve as dictionary keys; ``dump`` compares structure.
Every node ends with its ``span``. Nothing is resolved here: names are ``Ident`` or ``Path``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from voronka.dsl.text.span import Span


class Node:
    """What all nodes share."""

    __slots__ = ()
    span: Span


# Names and texts


@dataclass(frozen=True, slots=True, eq=False)
class Ident(Node):
    """A name as it is written."""

    name: str
    span: Span

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Path(Node):
    """One or several names joined by dots; also an expression. Choices, states and ``yes`` are paths too."""

    parts: tuple[Ident, ...]
    span: Span

    @property
    def name(self) -> str:
        """``a.b`` as a text."""
        return ".".join(part.name for part in self.parts)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class StringLit(Node):
    """A quoted text, escapes resolved."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Text(Node):
    """``"Новая" / "New"``: one text a language, in the order of ``language``."""

    parts: tuple[StringLit, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Value(Node):
    """``name = expression`` in a block of values."""

    name: Ident
    value: Expr
    span: Span


# Literals


@dataclass(frozen=True, slots=True, eq=False)
class NumberLit(Node):
    """A plain number."""

    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class MoneyLit(Node):
    """``50_000 RUB``; the currency is its ISO code, also where a sign was written."""

    amount: Decimal
    currency: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class PercentLit(Node):
    """``15%`` with the value 15."""

    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DurationLit(Node):
    """``3 workdays``; the unit is singular: min hour day week month year workday workhour."""

    amount: Decimal
    unit: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DateLit(Node):
    """``2026-12-25``."""

    value: date
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TimeLit(Node):
    """``09:00``; ``24:00`` does not exist."""

    value: time
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DateTimeLit(Node):
    """``2026-12-25 09:00``, without a zone: it is the pipeline's."""

    value: datetime
    span: Span


# Expressions


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Node):
    """Two operands: ``or and + - * /``."""

    op: Literal["or", "and", "+", "-", "*", "/"]
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Node):
    """``not x`` or ``-x``."""

    op: Literal["not", "-"]
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Node):
    """``a < b``."""

    op: Literal["<", "<=", ">", ">="]
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Is(Node):
    """``a is b``, ``a is not b``."""

    left: Expr
    right: Expr
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class IsSet(Node):
    """``a is set``, ``a is not set``."""

    value: Expr
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class InList(Node):
    """``a is in (b, c)``, ``a is not in (b, c)``."""

    left: Expr
    items: tuple[Expr, ...]
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Has(Node):
    """``services has decor``."""

    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Older(Node):
    """``last_contact is older than 7 days``."""

    value: Expr
    duration: Duration
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Within(Node):
    """``starts_at is within 3 days``."""

    value: Expr
    duration: Duration
    negated: bool
    span: Span


QuantKind = Literal["all", "any", "none"]


@dataclass(frozen=True, slots=True, eq=False)
class QuantIs(Node):
    """``all of goods are delivered``, ``any of tasks are not done``."""

    kind: QuantKind
    source: Path
    value: Expr
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class QuantIn(Node):
    """``any of goods are in (shipped, delivered)``."""

    kind: QuantKind
    source: Path
    items: tuple[Expr, ...]
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class QuantWith(Node):
    """``any of goods with (price > 5 RUB)``: the condition reads the item's own fields."""

    kind: QuantKind
    source: Path
    condition: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TaskRef(Node):
    """``task call`` in an expression."""

    task: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ChecklistRef(Node):
    """``checklist questions`` or ``checklist fit.budget``."""

    path: Path
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ApprovalRef(Node):
    """``approval big_discount`` in an expression."""

    approval: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """``max(a, b)``, ``sum(goods.price when goods.stage is packed)``."""

    function: Path
    args: tuple[Expr, ...]
    when: Expr | None
    span: Span


# Moments, triggers, people


@dataclass(frozen=True, slots=True, eq=False)
class OnNamed(Node):
    """A built-in happening (entry, exit, overdue, done ...) or a date field."""

    path: Path
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class OnEvent(Node):
    """``event payment``."""

    event: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class OnTask(Node):
    """``task contract done`` or with the name of an outcome."""

    task: Ident
    outcome: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class OnChange(Node):
    """``change discount, list``."""

    fields: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class OnDate(Node):
    """``2026-12-25``."""

    date: DateLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Moment(Node):
    """``on H [at T]`` (no shift) or ``3 days after|before H [at T]``."""

    shift: Duration | None
    before: bool
    happening: Happening
    at: tuple[TimeLit, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TriggerOn(Node):
    """``on H [at T] [at most N times] [when C]``; the moment has no shift."""

    moment: Moment
    at_most: NumberLit | None
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TriggerEvery(Node):
    """``every 3 workdays at 10:00`` or ``every "cron"``: one of period and cron is there. ``every day`` is 1 day."""

    period: Duration | None
    cron: StringLit | None
    at: tuple[TimeLit, ...]
    at_most: NumberLit | None
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TriggerDue(Node):
    """``due 1 day before starts_at at 10:00``."""

    moment: Moment
    at_most: NumberLit | None
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Who(Node):
    """``owner``, a role, a person, ``client.owner``; a role may say how to choose."""

    path: Path
    strategy: Literal["round robin", "least busy"] | None
    span: Span


# Field types


@dataclass(frozen=True, slots=True, eq=False)
class Range(Node):
    """``9..10`` or ``low..high`` with parameters."""

    low: NumberLit | Ident
    high: NumberLit | Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Option(Node):
    """One member of a choice, a rating or a resource; only ratings have ranges."""

    name: Ident
    title: Text | None
    range: Range | None
    was: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class PlainType(Node):
    """``text``, ``money`` ...; ``choice { }`` and ``choices { }`` with their options (None: no braces)."""

    name: Ident
    options: tuple[Option, ...] | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RangeType(Node):
    """``rating 0..10 { promoter = 9..10 }``."""

    name: Ident
    range: Range
    options: tuple[Option, ...] | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class LinkType(Node):
    """``link to client``, ``links to goods.order``; ``name`` is link or links."""

    name: Ident
    target: Path
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ResourceType(Node):
    """``resource of halls from starts_at for lasts`` (duration) or ``to ends_at`` (end)."""

    name: Ident
    resource: Ident
    start: Path
    duration: Duration | None
    end: Path | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DocumentType(Node):
    """``document using "offer"``."""

    name: Ident
    template: StringLit
    span: Span


# File


@dataclass(frozen=True, slots=True, eq=False)
class File(Node):
    """A whole source."""

    body: tuple[TopStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Use(Node):
    """``use std.nps [as n]`` (module) or ``use "./file.pipeline" [as n]`` (file)."""

    module: Path | None
    file: StringLit | None
    alias: Ident | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Language(Node):
    """``language ru, en``: the order of titles."""

    names: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline(Node):
    """``pipeline sales "Продажи" { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[PipelineStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Module(Node):
    """``module nps "…" { param … }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[ModuleStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Param(Node):
    """``param low "…" number = 0``."""

    name: Ident
    title: Text | None
    type: FieldType
    default: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Record(Node):
    """``record client "Клиент" { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[RecordStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Resource(Node):
    """``resource halls "Залы" { red "Красный зал" }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    options: tuple[Option, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Segment(Node):
    """``segment reactivation "Вернуть позже"``: a declaration."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Calendar(Node):
    """``calendar shop { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[CalendarStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CalendarBase(Node):
    """``based on de``."""

    base: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CalendarHours(Node):
    """``hours 09:00-18:00 [on saturday, sunday]``."""

    start: TimeLit
    end: TimeLit
    days: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CalendarOff(Node):
    """``off 2026-12-24 [to 2026-12-31]``."""

    first: DateLit
    last: DateLit | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CalendarWorking(Node):
    """``working 2026-05-02 [to …]``."""

    first: DateLit
    last: DateLit | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Team(Node):
    """``team berlin "Berlin" { person … }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    people: tuple[Person, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Person(Node):
    """``person anna "Anna" is manager reports to olga deputy ivan``."""

    name: Ident
    title: Text | None
    role: Ident
    reports_to: Ident | None
    deputy: Ident | None
    span: Span


# Pipeline members


@dataclass(frozen=True, slots=True, eq=False)
class Timezone(Node):
    """``timezone "Europe/Moscow"``."""

    zone: StringLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class UseCalendar(Node):
    """``calendar ru`` inside a pipeline."""

    calendar: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Currency(Node):
    """``currency RUB``; an ISO code."""

    code: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Role(Node):
    """``role manager "Менеджер" reports to head``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    reports_to: Ident | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Field(Node):
    """``field f "T" TYPE [= default | is formula] [when C]``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    type: FieldType
    default: Expr | None
    formula: Expr | None
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Event(Node):
    """``event e "T" [by f [else create]] { payload }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    keys: tuple[Ident, ...]
    creates: bool
    payload: tuple[Payload, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Payload(Node):
    """One value that an event carries."""

    name: Ident
    title: Text | None
    type: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Unique(Node):
    """``unique phone, email``."""

    fields: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Check(Node):
    """``check amount > 0 RUB else "…"``."""

    condition: Expr
    message: Text
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Owner(Node):
    """``owner is WHO [when C]``: in a pipeline the first that holds wins; in a tunnel the new deal's owner."""

    who: Who
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Red(Node):
    """``red "T" when C``."""

    title: Text
    when: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Priority(Node):
    """``priority by heat { hot = 90% }``."""

    field: Ident
    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class EveryTask(Node):
    """``every task { }``: defaults for all tasks."""

    body: tuple[TaskStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class EveryStage(Node):
    """``every stage { }``: defaults for all stages."""

    body: tuple[StageStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RetireStage(Node):
    """``retire stage s { move to x when C  move to y }``."""

    stage: Ident
    moves: tuple[Move, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RetireFields(Node):
    """``retire field fax, icq``."""

    fields: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RetireReason(Node):
    """``retire reason other as silent``."""

    reason: Ident
    into: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RetireTasks(Node):
    """``retire task old_call``."""

    tasks: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Include(Node):
    """``include nps [as survey] [when C] { to = email }``."""

    module: Path
    alias: Ident | None
    when: Expr | None
    values: tuple[Value, ...]
    span: Span


# Stages


@dataclass(frozen=True, slots=True, eq=False)
class Stage(Node):
    """``stage``, ``won`` or ``lost``. ``body`` is empty where there are no braces."""

    kind: Literal["stage", "won", "lost"]
    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr | None
    body: tuple[StageStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Means(Node):
    """``means "…"``, of a stage or a task."""

    text: Text
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Guide(Node):
    """``guide "…"``, of a stage or a task."""

    text: Text
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class StageType(Node):
    """``type incoming``."""

    type: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Probability(Node):
    """``probability 40%``."""

    value: PercentLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Limit(Node):
    """``limit 10 workdays [{ actions }]``."""

    duration: Duration
    actions: tuple[Action, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Require(Node):
    """``require phone, need [when C]``, of a stage, a task, an outcome or a reason."""

    fields: tuple[Ident, ...]
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Enter(Node):
    """``enter when C else "…"``."""

    when: Expr
    message: Text | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Leave(Node):
    """``leave when C else "…"``."""

    when: Expr
    message: Text | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Checklist(Node):
    """``checklist questions "…" { budget "Бюджет?" }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    points: tuple[Point, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Point(Node):
    """One point of a checklist; the name may be missing."""

    name: Ident | None
    text: Text
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Retiring(Node):
    """``retiring``: nobody comes in any more."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Move(Node):
    """``move to s``. In a stage with a moment or a condition it stands; otherwise it is an action, done at once."""

    target: Path
    moment: Moment | None
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Lose(Node):
    """``lose as r``, as ``Move``."""

    reason: Ident
    moment: Moment | None
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Reason(Node):
    """``reason expensive "Дорого" from offered, billed { }``; ``stages`` empty: from anywhere."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    stages: tuple[Ident, ...]
    when: Expr | None
    body: tuple[ReasonStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class InSegment(Node):
    """``segment s`` inside a reason."""

    segment: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Return(Node):
    """``return to s MOMENT [when C]``."""

    stage: Ident
    moment: Moment
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Comment(Node):
    """``comment required ["T"]``."""

    text: Text | None
    span: Span


# Tasks and approvals


@dataclass(frozen=True, slots=True, eq=False)
class Task(Node):
    """``task [t] ["T"] [when C] { }``; a name or a title is there."""

    name: Ident | None
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr | None
    body: tuple[TaskStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Assign(Node):
    """``assign WHO [when C]``."""

    who: Who
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Due(Node):
    """``due MOMENT [when C]`` of a task or an approval."""

    moment: Moment
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class With(Node):
    """``with client``: whom the task is about."""

    path: Path
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Outcome(Node):
    """``outcome reached "Дозвонились" { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr | None
    body: tuple[OutcomeStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Again(Node):
    """``again in D [at most N times else { }]`` (after) or ``again on f …`` (moment); ``otherwise`` None: no limit."""

    after: Duration | None
    moment: Moment | None
    at_most: NumberLit | None
    otherwise: tuple[Action, ...] | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class NextRequired(Node):
    """``next required``: the outcome needs a next task."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CountsAsContact(Node):
    """``counts as contact``."""

    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Hook(Node):
    """``TRIGGER { actions }`` of a pipeline, a stage, a task or an approval."""

    trigger: Trigger
    actions: tuple[Action, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Reschedule(Node):
    """``reschedule { by …  comment required  at most 3 times  until f }``."""

    body: tuple[RescheduleStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RescheduleBy(Node):
    """``by assignee, supervisor``."""

    names: tuple[Ident, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AtMost(Node):
    """``at most 3 times`` in a reschedule rule."""

    times: NumberLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Until(Node):
    """``until starts_at`` or a date."""

    target: Path | DateLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Approval(Node):
    """``approval a "T" when C { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    when: Expr
    body: tuple[ApprovalStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Covers(Node):
    """``covers discount, list``: a change of these asks again."""

    fields: tuple[Ident, ...]
    span: Span


# Robots and actions


@dataclass(frozen=True, slots=True, eq=False)
class Robot(Node):
    """``robot r "T" { TRIGGER+ actions }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    triggers: tuple[Trigger, ...]
    actions: tuple[Action, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Send(Node):
    """``send email to email using "offer" [attach offer] [when C]``."""

    channel: Ident
    to: Path | StringLit
    template: StringLit
    attach: tuple[Ident, ...]
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Notify(Node):
    """``notify WHO ["text" | using "tpl"] [when C]``."""

    who: Who
    text: Text | None
    template: StringLit | None
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Digest(Node):
    """``digest WHO using "tpl" [when C]``."""

    who: Who
    template: StringLit
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Set(Node):
    """``set f = e [when C]``, as an action, in a tunnel and in a scenario."""

    target: Path
    value: Expr
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Clear(Node):
    """``clear f, g [when C]``."""

    fields: tuple[Ident, ...]
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Render(Node):
    """``render contract, bill [when C]``."""

    fields: tuple[Ident, ...]
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Run(Node):
    """``run sap.book_order [when C] { number = order_no }``."""

    action: Path
    when: Expr | None
    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class HandOver(Node):
    """``hand over [tasks] to WHO [when C]``."""

    tasks: bool
    who: Who
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class CancelTask(Node):
    """``cancel task t [when C]``."""

    task: Ident
    when: Expr | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Tunnel(Node):
    """``tunnel to p [when C] { }``."""

    target: Path
    when: Expr | None
    body: tuple[TunnelStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Copy(Node):
    """``copy phone, need as history``."""

    items: tuple[Copied, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Copied(Node):
    """One field of a ``copy``; ``target`` None: under the same name."""

    source: Ident
    target: Ident | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class StartAt(Node):
    """``start at welcome``."""

    stage: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class BackLink(Node):
    """``link deal``: the new deal's field that points back."""

    field: Ident
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class If(Node):
    """``if C { } [else { }]``; ``else if`` is an ``otherwise`` that holds one ``If``."""

    condition: Expr
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...] | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class After(Node):
    """``after D { }``."""

    duration: Duration
    actions: tuple[Action, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Wait(Node):
    """``wait D for event e|task t { } else { }``: one of event and task is there."""

    duration: Duration
    event: Ident | None
    task: Ident | None
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...]
    span: Span


# Scenarios


@dataclass(frozen=True, slots=True, eq=False)
class Scenario(Node):
    """``scenario "T" { }``."""

    title: Text
    body: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Starts(Node):
    """``starts 2026-03-27 16:00``."""

    at: DateTimeLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Examples(Node):
    """``examples { | col | … }``; the first row holds the names (paths)."""

    rows: tuple[Row, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Row(Node):
    """One line of a table."""

    cells: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DealStep(Node):
    """``deal orders as o { total = 5 RUB }``."""

    pipeline: Ident
    alias: Ident | None
    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class WaitStep(Node):
    """``wait 3 hours`` or ``wait until 2026-03-29 03:30``."""

    duration: Duration | None
    until: DateTimeLit | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Tick(Node):
    """``tick fit.budget, fit.boss``."""

    items: tuple[Path, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DoneStep(Node):
    """``done call as reached by anna because "…" { f = v }``; a task or an approval."""

    target: Ident
    outcome: Ident | None
    by: Ident | None
    because: StringLit | None
    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class MoveStep(Node):
    """``move to quoted by anna``."""

    target: Path
    by: Ident | None
    because: StringLit | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class LoseStep(Node):
    """``lose as defect because "…" by anna``."""

    reason: Ident
    by: Ident | None
    because: StringLit | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class EventStep(Node):
    """``event payment { amount = 5 RUB }``."""

    event: Ident
    values: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class RescheduleStep(Node):
    """``reschedule call to 2026-11-05 12:00 by supervisor because "…"``."""

    task: Ident
    to: DateTimeLit
    by: Ident | None
    because: StringLit | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class AwayStep(Node):
    """``away anna until 2026-04-01``."""

    person: Ident
    until: DateLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class TryStep(Node):
    """``try move to offered``: it may be refused."""

    act: MoveStep | LoseStep | DoneStep | Set | RescheduleStep
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ForStep(Node):
    """``for g1 { steps }``."""

    target: Path
    body: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ExpectThat(Node):
    """``expect stage is new``."""

    condition: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ExpectDue(Node):
    """``expect task call due in 30 min`` (after) or ``due 2026-03-27 17:00`` (at)."""

    task: Ident
    after: Duration | None
    at: DateLit | DateTimeLit | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ExpectBlocked(Node):
    """``expect blocked [only] by require f, "text"``."""

    only: bool
    by: tuple[Blame, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Blame(Node):
    """What blocks: a field, a checklist, an approval, or the words of a gate (``name`` None, ``text`` there)."""

    kind: Literal["require", "checklist", "approval", "text"]
    name: Ident | None
    text: Text | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ExpectSent(Node):
    """``expect sent email using "contract"``."""

    channel: Ident
    template: StringLit
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ExpectNothingSent(Node):
    """``expect nothing sent``."""

    span: Span


Duration = DurationLit | Path
Expr = (
    Binary
    | Unary
    | Compare
    | Is
    | IsSet
    | InList
    | Has
    | Older
    | Within
    | QuantIs
    | QuantIn
    | QuantWith
    | NumberLit
    | MoneyLit
    | PercentLit
    | DurationLit
    | DateLit
    | TimeLit
    | DateTimeLit
    | StringLit
    | Path
    | TaskRef
    | ChecklistRef
    | ApprovalRef
    | Call
)
Happening = OnNamed | OnEvent | OnTask | OnChange | OnDate
Trigger = TriggerOn | TriggerEvery | TriggerDue
FieldType = PlainType | RangeType | LinkType | ResourceType | DocumentType

PlainAction = Send | Notify | Digest | Set | Clear | Render | Run | HandOver | CancelTask | Tunnel | If | After | Wait
Action = PlainAction | Task | Move | Lose
TunnelStatement = Copy | Set | StartAt | BackLink | Owner
TaskStatement = Assign | Due | With | Means | Guide | Require | Comment | Outcome | Hook | Reschedule
ApprovalStatement = Assign | Due | Covers | Hook
OutcomeStatement = Again | Require | Comment | NextRequired | CountsAsContact | Action
RescheduleStatement = RescheduleBy | AtMost | Comment | Until
ReasonStatement = Require | Comment | InSegment | Return | Action
StageStatement = (
    Means
    | Guide
    | StageType
    | Probability
    | Limit
    | Require
    | Enter
    | Leave
    | Checklist
    | Retiring
    | Approval
    | Robot
    | Hook
    | Include
    | Reason
    | Comment
    | Action
)
Setting = Timezone | UseCalendar | Currency
CommonStatement = (
    Setting
    | Role
    | Field
    | Event
    | Unique
    | Check
    | Owner
    | Segment
    | Red
    | Priority
    | EveryTask
    | EveryStage
    | RetireStage
    | RetireFields
    | RetireReason
    | RetireTasks
    | Robot
    | Hook
    | Include
    | Approval
)
PipelineStatement = CommonStatement | Stage
ModuleStatement = CommonStatement | Param | Stage | StageStatement
RecordStatement = Field | Unique | Check | Red
CalendarStatement = CalendarBase | CalendarHours | CalendarOff | CalendarWorking
Step = (
    Starts
    | Examples
    | DealStep
    | WaitStep
    | Tick
    | DoneStep
    | MoveStep
    | LoseStep
    | EventStep
    | RescheduleStep
    | AwayStep
    | TryStep
    | ForStep
    | Set
    | ExpectThat
    | ExpectDue
    | ExpectBlocked
    | ExpectSent
    | ExpectNothingSent
)
TopStatement = Use | Language | Pipeline | Module | Record | Resource | Calendar | Team | Segment | Scenario


_FIELDS: dict[type[Node], tuple[str, ...]] = {
    kind: tuple(f.name for f in fields(kind) if f.name != "span")
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Node) and is_dataclass(kind)
}


def field_names(kind: type[Node]) -> tuple[str, ...]:
    """Names of a node class's fields in order, without ``span``."""
    return _FIELDS[kind]


def children(parent: Node) -> Iterator[Node]:
    """The nodes straight below one, in the order of its fields."""
    for name in _FIELDS[type(parent)]:
        value = getattr(parent, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(top: Node) -> Iterator[Node]:
    """A node and everything below it, parents first, in file order. Not recursive: depth does not matter."""
    stack = [top]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(tuple(children(current))))
