"""What a file and a pipeline declare: fields, roles, events, calendars, people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voronka.dsl.syntax.nodes.base import Node, node
from voronka.dsl.text.span import Span

if TYPE_CHECKING:
    from voronka.dsl.syntax.nodes import (
        CalendarStatement,
        DateLit,
        Duration,
        Expr,
        FieldType,
        Ident,
        ModuleStatement,
        Move,
        NumberLit,
        Path,
        PipelineStatement,
        RecordStatement,
        StageStatement,
        StringLit,
        TaskStatement,
        Text,
        TimeLit,
        TopStatement,
        Value,
        Who,
    )


@node
class Range(Node):
    """``9..10`` or ``low..high`` with parameters."""

    low: NumberLit | Ident
    high: NumberLit | Ident
    span: Span


@node
class Option(Node):
    """One member of a choice, a rating or a resource; only ratings have ranges."""

    name: Ident
    title: Text | None
    range: Range | None
    was: tuple[Ident, ...]
    span: Span


@node
class PlainType(Node):
    """``text``, ``money`` ...; ``choice { }`` and ``choices { }`` with their options (None: no braces)."""

    name: Ident
    options: tuple[Option, ...] | None
    span: Span


@node
class RangeType(Node):
    """``rating 0..10 { promoter = 9..10 }``."""

    name: Ident
    range: Range
    options: tuple[Option, ...] | None
    span: Span


@node
class LinkType(Node):
    """``link to client``, ``links to goods.order``; ``name`` is link or links."""

    name: Ident
    target: Path
    span: Span


@node
class ResourceType(Node):
    """``resource of halls from starts_at for lasts`` (duration) or ``to ends_at`` (end)."""

    name: Ident
    resource: Ident
    start: Path
    duration: Duration | None
    end: Path | None
    span: Span


@node
class DocumentType(Node):
    """``document using "offer"``."""

    name: Ident
    template: StringLit
    span: Span


@node
class File(Node):
    """A whole source."""

    body: tuple[TopStatement, ...]
    span: Span


@node
class Use(Node):
    """``use std.nps [as n]`` (module) or ``use "./file.pipeline" [as n]`` (file)."""

    module: Path | None
    file: StringLit | None
    alias: Ident | None
    span: Span


@node
class Language(Node):
    """``language ru, en``: the order of titles."""

    names: tuple[Ident, ...]
    span: Span


@node
class Pipeline(Node):
    """``pipeline sales "Продажи" { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[PipelineStatement, ...]
    span: Span


@node
class Module(Node):
    """``module nps "…" { param … }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[ModuleStatement, ...]
    span: Span


@node
class Param(Node):
    """``param low "…" number = 0``."""

    name: Ident
    title: Text | None
    type: FieldType
    default: Expr | None
    span: Span


@node
class Record(Node):
    """``record client "Клиент" { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[RecordStatement, ...]
    span: Span


@node
class Resource(Node):
    """``resource halls "Залы" { red "Красный зал" }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    options: tuple[Option, ...]
    span: Span


@node
class Segment(Node):
    """``segment reactivation "Вернуть позже"``: a declaration."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    span: Span


@node
class Calendar(Node):
    """``calendar shop { }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    body: tuple[CalendarStatement, ...]
    span: Span


@node
class CalendarBase(Node):
    """``based on de``."""

    base: Ident
    span: Span


@node
class CalendarHours(Node):
    """``hours 09:00-18:00 [on saturday, sunday]``."""

    start: TimeLit
    end: TimeLit
    days: tuple[Ident, ...]
    span: Span


@node
class CalendarOff(Node):
    """``off 2026-12-24 [to 2026-12-31]``."""

    first: DateLit
    last: DateLit | None
    span: Span


@node
class CalendarWorking(Node):
    """``working 2026-05-02 [to …]``."""

    first: DateLit
    last: DateLit | None
    span: Span


@node
class Team(Node):
    """``team berlin "Berlin" { person … }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    people: tuple[Person, ...]
    span: Span


@node
class Person(Node):
    """``person anna "Anna" is manager reports to olga deputy ivan``."""

    name: Ident
    title: Text | None
    role: Ident
    reports_to: Ident | None
    deputy: Ident | None
    span: Span


@node
class Timezone(Node):
    """``timezone "Europe/Moscow"``."""

    zone: StringLit
    span: Span


@node
class UseCalendar(Node):
    """``calendar ru`` inside a pipeline."""

    calendar: Ident
    span: Span


@node
class Currency(Node):
    """``currency RUB``; an ISO code."""

    code: str
    span: Span


@node
class Role(Node):
    """``role manager "Менеджер" reports to head``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    reports_to: Ident | None
    span: Span


@node
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


@node
class Event(Node):
    """``event e "T" [by f [else create]] { payload }``."""

    name: Ident
    title: Text | None
    was: tuple[Ident, ...]
    keys: tuple[Ident, ...]
    creates: bool
    payload: tuple[Payload, ...]
    span: Span


@node
class Payload(Node):
    """One value that an event carries."""

    name: Ident
    title: Text | None
    type: Ident
    span: Span


@node
class Unique(Node):
    """``unique phone, email``."""

    fields: tuple[Ident, ...]
    span: Span


@node
class Check(Node):
    """``check amount > 0 RUB else "…"``."""

    condition: Expr
    message: Text
    span: Span


@node
class Owner(Node):
    """``owner is WHO [when C]``: in a pipeline the first that holds wins; in a tunnel the new deal's owner."""

    who: Who
    when: Expr | None
    span: Span


@node
class Red(Node):
    """``red "T" when C``."""

    title: Text
    when: Expr
    span: Span


@node
class Priority(Node):
    """``priority by heat { hot = 90% }``."""

    field: Ident
    values: tuple[Value, ...]
    span: Span


@node
class EveryTask(Node):
    """``every task { }``: defaults for all tasks."""

    body: tuple[TaskStatement, ...]
    span: Span


@node
class EveryStage(Node):
    """``every stage { }``: defaults for all stages."""

    body: tuple[StageStatement, ...]
    span: Span


@node
class RetireStage(Node):
    """``retire stage s { move to x when C  move to y }``."""

    stage: Ident
    moves: tuple[Move, ...]
    span: Span


@node
class RetireFields(Node):
    """``retire field fax, icq``."""

    fields: tuple[Ident, ...]
    span: Span


@node
class RetireReason(Node):
    """``retire reason other as silent``."""

    reason: Ident
    into: Ident
    span: Span


@node
class RetireTasks(Node):
    """``retire task old_call``."""

    tasks: tuple[Ident, ...]
    span: Span


@node
class Include(Node):
    """``include nps [as survey] [when C] { to = email }``."""

    module: Path
    alias: Ident | None
    when: Expr | None
    values: tuple[Value, ...]
    span: Span
