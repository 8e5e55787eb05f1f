"""Rows become acts: a mapping is bound to a pipeline and to columns, every cell is typed before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from voronka.dsl.definition.types import DATE, TEXT, Type
from voronka.dsl.text.codes.base import Both
from voronka.dsl.text.suggest import closest
from voronka.engine.inputs import InputError, parse_value, stored_value
from voronka.engine.intake.dates import Dates
from voronka.engine.intake.mapping import MAIN, Map, Rows, Source, Step
from voronka.engine.intake.problems import Problem, Unreadable
from voronka.engine.intake.table import Row, Table
from voronka.engine.program.build import Program, Programs

Known = Callable[[str], "int | None"]  # a row's key -> when its deal began, if the store has it already
_RELATIVE = frozenset({"date", "datetime"})  # "today" means another day in every row


@dataclass(frozen=True, slots=True)
class Act:
    """One event to come: ``kind`` and ``data`` as an event's; ``place`` says which step of the mapping it is."""

    kind: str
    data: Mapping[str, Any]
    place: int = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """What one row does, at its own instant."""

    table: str
    line: int
    key: str
    at: int
    acts: tuple[Act, ...]


@dataclass(slots=True)
class Plan:
    """``deeds`` in order of time. ``problems`` are bad rows, ``bad`` how many there are by table; ``rows`` and
    ``duplicates`` count, ``stand_ins`` are the constants that stood in for what was lacking, by field."""

    program: Program
    deeds: list[Deed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    stand_ins: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def last(self) -> int | None:
        """The last instant in the data."""
        return self.deeds[-1].at if self.deeds else None


def make_plan(
    programs: Programs, given: Map, pipeline: str, tables: Mapping[str, Table], now: int, known: Known
) -> Plan:
    """Bind everything and type every cell. ``tables`` are the files by the names of the mapping's tables.

    Raises Unreadable where the mapping does not fit the pipeline or the columns, with all the reasons.
    """
    binder = _Binder(programs.pipelines[pipeline], given, tables, now, known)
    binder.check()
    return binder.plan()


class _Binder:
    def __init__(self, program: Program, given: Map, tables: Mapping[str, Table], now: int, known: Known) -> None:
        self.program, self.given, self.tables, self.now, self.known = program, given, tables, now, known
        self.problems: list[Problem] = []
        self.dates = Dates(program.calendar, given.timezone)
        self.began: dict[str, tuple[int, int]] = {}  # key -> (instant, line) of its row in the main table
        self.spoilt: dict[str, int] = {}  # key -> line of its bad row
        self.cells: dict[tuple[int, str], Any] = {}
        self.made = Plan(program)

    # --- does the mapping fit?

    def report(self, key: str, en: str, ru: str) -> None:
        self.problems.append(Problem(self.given.file, Both(en, ru), name=key))

    def unknown(self, key: str, what: Both, name: str, known: Sequence[str]) -> None:
        near = closest(name, known)
        hint = (f"; did you mean {near}?", f"; может быть, {near}?") if near else ("", "")
        self.report(key, f"there is no {what.en} “{name}”{hint[0]}", f"нет {what.ru} «{name}»{hint[1]}")

    def check(self) -> None:
        """Every name of the mapping, against the pipeline and the columns; constants are typed."""
        if why := self.dates.problem:
            self.report("timezone", why, why)
        self._rows(self.given.main, MAIN)
        self._fields(self.given.main.fields, MAIN, f"{MAIN}.fields")
        for number, rows in enumerate(self.given.then, 1):
            if rows.name in self.tables:
                self._rows(rows, f"then[{number}]")
                for step in rows.steps:
                    self._step(step, rows.name)
        if self.problems:
            raise Unreadable(*self.problems)

    def _rows(self, rows: Rows, key: str) -> None:
        self._column(rows.key, rows.name, f"{key}.key")
        self._column(rows.date, rows.name, f"{key}.date")
        self._formats(rows.formats, f"{key}.format")

    def _formats(self, formats: Sequence[str], key: str) -> None:
        for one in formats:
            try:
                datetime.strptime(datetime(2026, 11, 23).strftime(one), one)
            except (ValueError, re.error):  # a part that is there twice comes as an error of a pattern
                self.report(key, f"“{one}” is no form of a date", f"«{one}» — не вид даты")

    def _column(self, name: str, table: str, key: str) -> None:
        header = self.tables[table].header
        if name not in header:
            file = self.tables[table].file
            self.unknown(key, Both(f"column in {file} called", f"в {file} столбца"), name, header)

    def _fields(self, fields: Mapping[str, Source], table: str, key: str) -> None:
        declared = self.program.pipeline.fields
        for name, source in fields.items():
            if name not in declared:
                self.unknown(f"{key}.{name}", Both("field", "поля"), name, list(declared))
            elif declared[name].formula is not None:
                self.report(f"{key}.{name}", "this field is computed", "это поле вычисляется")
            else:
                self._source(source, declared[name].type, table, f"{key}.{name}")

    def _source(self, source: Source, kind: Type, table: str, key: str) -> None:
        if source.column:
            self._column(source.column, table, key)
        self._formats(source.formats, f"{key}.format")
        texts = [("", source.constant), ("else", source.otherwise)]
        texts += [(f"values.{name}", text) for name, text in (source.values or {}).items()]
        for under, text in texts:
            if text is None or (source.formats and under):
                continue
            try:
                self.typed(kind, text, self.now)
            except InputError as error:
                self.report(f"{key}.{under}".rstrip("."), error.message("en"), error.message("ru"))

    def _step(self, step: Step, table: str) -> None:
        pipeline = self.program.pipeline
        match step.kind:
            case "move":
                self._named(step, Both("stage", "этапа"), list(pipeline.stages))
            case "lose":
                self._named(step, Both("reason", "причины"), list(pipeline.reasons))
            case "done":
                self._task(step)
            case "event":
                self._event(step, table)
                return
            case "tick":
                known = [f"{c.name}.{n}" for s in pipeline.stages.values() for c in s.checklists for n, _ in c.points]
                lists = sorted({point.partition(".")[0] for point in known})
                for point in step.name.split("\n"):
                    if point not in known and point not in lists:
                        self.unknown(f"{step.key}.tick", Both("checklist point", "пункта"), point, known)
        self._fields(step.fields, table, f"{step.key}.set")
        if step.comment is not None:
            self._source(step.comment, TEXT, table, f"{step.key}.{'note' if step.kind == 'note' else 'comment'}")

    def _named(self, step: Step, what: Both, known: Sequence[str]) -> None:
        if step.name not in known:
            self.unknown(f"{step.key}.{step.kind}", what, step.name, known)

    def _task(self, step: Step) -> None:
        pipeline = self.program.pipeline
        tasks = {task.name: [o.name for o in task.outcomes] for task in pipeline.every_task()}
        approvals = [*pipeline.approvals, *(a for stage in pipeline.stages.values() for a in stage.approvals)]
        tasks |= {approval.name: ["approved", "rejected"] for approval in approvals}
        self._named(step, Both("task", "задачи"), list(tasks))
        outcomes = tasks.get(step.name, [])
        if step.outcome and step.name in tasks and step.outcome not in outcomes:
            self.unknown(f"{step.key}.outcome", Both("outcome", "итога"), step.outcome, outcomes)

    def _event(self, step: Step, table: str) -> None:
        declared = self.program.pipeline.events.get(step.name)
        if declared is None:
            self.unknown(f"{step.key}.event", Both("event", "события"), step.name, list(self.program.pipeline.events))
            return
        for name, source in step.fields.items():
            kind = declared.type_of(name)
            if kind is None:
                known = [key for key, _, _ in declared.payload]
                self.unknown(f"{step.key}.payload.{name}", Both("value", "значения"), name, known)
            else:
                self._source(source, kind, table, f"{step.key}.payload.{name}")

    # --- rows

    def plan(self) -> Plan:
        made = self.made
        for rows in (self.given.main, *self.given.then):
            if rows.name in self.tables:
                self._table(rows)
        made.problems.sort(key=lambda problem: (problem.file != self.tables[MAIN].file, problem.file, problem.line))
        order = {name: place for place, name in enumerate(self.tables)}
        made.deeds.sort(key=lambda deed: (deed.at, order[deed.table], deed.line))
        return made

    def _table(self, rows: Rows) -> None:
        made, table = self.made, self.tables[rows.name]
        made.files[rows.name] = table.file
        seen: dict[tuple[str, ...], int] = {}
        if not rows.same:
            made.rows[rows.name] += len(table.bad)
            made.bad[rows.name] += len(table.bad)
            made.problems += table.bad
        for row in table.rows:
            if rows.same and not row.cells[table.place(rows.date)].strip():
                continue
            made.rows[rows.name] += 1
            if seen.setdefault(row.cells, row.line) != row.line:
                made.duplicates[rows.name] += 1
                continue
            reader = _Reader(self, rows, table, row)
            deed = reader.deed()
            if deed is not None:
                made.deeds.append(deed)
                made.stand_ins += reader.stand_ins
            else:
                made.bad[rows.name] += 1
                # one bad row spoils nothing twice: where a file serves two tables it was told before
                made.problems += [one for one in reader.problems if one not in made.problems[-8:]]

    def typed(self, kind: Type, text: str, at: int) -> Any:
        """A text as a value, remembered: columns repeat themselves."""
        key = (id(kind), text)
        if kind.kind not in _RELATIVE and key in self.cells:
            return self.cells[key]
        value = parse_value(kind, text, language=self.given.language, calendar=self.program.calendar, now=at)
        value = stored_value(kind, value)
        if kind.kind not in _RELATIVE:
            self.cells[key] = value
        return value


class _Reader:
    """Reads one row; whatever is wrong with it is gathered."""

    def __init__(self, binder: _Binder, rows: Rows, table: Table, row: Row) -> None:
        self.binder, self.rows, self.table, self.row = binder, rows, table, row
        self.problems: list[Problem] = []
        self.stand_ins: Counter[tuple[str, str]] = Counter()
        self.at = 0

    def report(self, column: str, en: str, ru: str) -> None:
        place = self.table.place(column) + 1 if column else 0
        self.problems.append(Problem(self.table.file, Both(en, ru), self.row.line, place, column))

    def cell(self, column: str) -> str:
        return self.row.cells[self.table.place(column)].strip()

    def deed(self) -> Deed | None:
        """What the row does, or None for a bad one."""
        key = self.cell(self.rows.key)
        if not key:
            self.report(self.rows.key, "the key is empty", "ключ пуст")
        self._instant()
        if key:
            self._belongs(key)
        acts = self._acts()
        if self.problems:
            if key and self.rows.name == MAIN and self.binder.began.get(key, (0, 0))[1] == self.row.line:
                self.binder.spoilt[key] = self.row.line
            return None
        return Deed(self.rows.name, self.row.line, key, self.at, acts)

    def _instant(self) -> None:
        text = self.cell(self.rows.date)
        if not text:
            self.report(self.rows.date, "the date is empty", "даты нет")
            return
        try:
            # a plain number: what an event is stamped with is no value of a field
            self.at = int(self.binder.dates.instant(text, self.rows.formats))
        except InputError as error:
            self.report(self.rows.date, error.message("en"), error.message("ru"))
        except ValueError:
            self._unlike(self.rows.date, text, self.rows.formats)
        else:
            if self.at > self.binder.now:
                self.report(self.rows.date, f"“{text}” lies ahead of today", f"«{text}» — это в будущем")
            elif self.at < 0:
                self.report(self.rows.date, f"“{text}” lies before 1970", f"«{text}» — это раньше 1970 года")

    def _unlike(self, column: str, text: str, formats: Sequence[str]) -> None:
        shown = ", ".join(datetime(2026, 11, 23, 14, 5).strftime(one) for one in formats)
        self.report(column, f"“{text}” is no date like {shown}", f"«{text}» — не дата вида {shown}")

    def _belongs(self, key: str) -> None:
        """A deal's row is the only one with its key; later rows have a deal, and come after it."""
        began = self.binder.began
        if self.rows.name == MAIN:
            if first := began.get(key, (0, 0))[1]:
                self.report(
                    self.rows.key,
                    f"line {first} has this key already, with other values",
                    f"этот ключ уже есть в строке {first}, с другими значениями",
                )
            else:
                began[key] = (self.at, self.row.line)
            return
        if key in self.binder.spoilt:
            line = self.binder.spoilt[key]
            self.report(self.rows.key, f"its deal's row {line} is bad", f"строка {line} с её сделкой плохая")
            return
        start = began[key][0] if key in began else self.binder.known(key)
        if start is None:
            self.report(self.rows.key, f"no deal has the key “{key}”", f"нет сделки с ключом «{key}»")
        elif self.at and self.at < start:
            local = self.binder.program.calendar.local
            on = local(start).strftime("%Y-%m-%d")
            self.report(
                self.rows.date,
                f"“{self.cell(self.rows.date)}” lies before its deal began, on {on}",
                f"«{self.cell(self.rows.date)}» — раньше, чем началась сделка: {on}",
            )

    # --- values

    def _acts(self) -> tuple[Act, ...]:
        declared = self.binder.program.pipeline.fields
        types = {name: declared[name].type for name in declared}
        if self.rows.name == MAIN:
            return (Act("create", {"fields": self._values(self.rows.fields, types)}),)
        acts = []
        for place, step in enumerate(self.rows.steps):
            data = self._data(step, types)
            if data is not None:
                acts.append(Act(step.kind, data, place))
        return tuple(acts)

    def _data(self, step: Step, types: Mapping[str, Type]) -> dict[str, Any] | None:
        comment = self._value("comment", step.comment, TEXT) if step.comment is not None else None
        match step.kind:
            case "set":
                return {"fields": self._values(step.fields, types)}
            case "done":
                data: dict[str, Any] = {"task": step.name, "outcome": step.outcome or None, "comment": comment}
                return {**data, "fields": self._values(step.fields, types)} if step.fields else data
            case "move":
                return {"stage": step.name}
            case "lose":
                return {"reason": step.name, "comment": comment}
            case "tick":
                return {"points": step.name.split("\n")}
            case "note":
                return {"text": comment} if comment is not None else None
        event = self.binder.program.pipeline.events[step.name]
        kinds = {name: kind for name, kind, _ in event.payload}
        return {"name": step.name, "payload": self._values(step.fields, kinds)}

    def _values(self, fields: Mapping[str, Source], types: Mapping[str, Type]) -> dict[str, Any]:
        values = {name: self._value(name, source, types[name]) for name, source in fields.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, name: str, source: Source, kind: Type) -> Any:
        text = self.cell(source.column) if source.column else ""
        if source.values is not None and text in source.values:
            text = source.values[text]
        elif source.otherwise is not None and text and source.values is not None:
            text = source.otherwise
        elif text and source.formats and kind.kind in _RELATIVE:
            return self._dated(source, text, kind)
        if not text and source.constant is not None:
            text = source.constant
            if source.stands_in:
                self.stand_ins[name, text] += 1
        try:
            return self.binder.typed(kind, text, self.at) if text else None
        except InputError as error:
            self.report(source.column, error.message("en"), error.message("ru"))
            return None

    def _dated(self, source: Source, text: str, kind: Type) -> Any:
        try:
            if kind.kind == DATE.kind:
                return self.binder.dates.day(text, source.formats)
            return self.binder.dates.instant(text, source.formats)
        except InputError as error:
            self.report(source.column, error.message("en"), error.message("ru"))
        except ValueError:
            self._unlike(source.column, text, source.formats)
        return None
