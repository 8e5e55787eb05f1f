"""Deadline discipline: what was done in time, late, or is overdue now, by person, task and day (R36, R77)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.table import PIPELINE, Cell, Chart, Column, Report, Table, both, share

DAYS = 14  # of the table by day, where no period is given

PERSON = Column("person", Both("Who", "Кто"))
IN_TIME = Column("in_time", Both("In time", "В срок"), "count")
LATE = Column("late", Both("Late", "С опозданием"), "count")
OVERDUE = Column("overdue", Both("Overdue now", "Просрочено"), "count")
OPEN = Column("open", Both("Open", "Открыто"), "count")
MOVED = Column("moved", Both("Moved", "Переносов"), "count")
DELAY = Column("mean_delay", Both("Late by, mean", "Опоздание, среднее"), "duration")
RATE = Column("on_time", Both("Kept", "Соблюдение"), "share")
_TASK = Column("task", Both("Task", "Задача"))
_DAY = Column("day", Both("Due on", "Срок"))

# Of tasks t at the instant ?1; a deadline is kept by what is done up to its very instant.
_FIGURES = """
    coalesce(sum(t.status = 'done' AND (t.due IS NULL OR t.done_at <= t.due)), 0),
    coalesce(sum(t.status = 'done' AND t.done_at > t.due), 0),
    coalesce(sum(t.status = 'open' AND t.due < ?1), 0),
    coalesce(sum(t.status IN ('open', 'waiting')), 0),
    coalesce(sum(t.moved), 0),
    CAST(round(avg(CASE WHEN t.status = 'done' AND t.done_at > t.due THEN t.done_at - t.due END)) AS INTEGER)"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How deadlines were kept. ``open``: overdue ones too; ``delay``: mean of those done late, ms."""

    in_time: int = 0
    late: int = 0
    overdue: int = 0
    open: int = 0
    moved: int = 0
    delay: int | None = None

    @property
    def kept(self) -> float | None:
        """Which part of the deadlines that came was kept."""
        return share(self.in_time, self.in_time + self.late + self.overdue)

    def cells(self) -> tuple[Cell, ...]:
        return self.in_time, self.late, self.overdue, self.kept, self.open, self.moved, self.delay


COLUMNS = (IN_TIME, LATE, OVERDUE, RATE, OPEN, MOVED, DELAY)


def discipline(scope: Scope) -> Report:
    """Tasks that are not cancelled; a period chooses those that were due in it."""
    people = [
        (scope.who(person), *figures.cells()) for person, figures in sorted(by_person(scope).items(), key=_worst_first)
    ]
    whole = list(_figures(scope, "NULL", Where()).values())
    total = whole[0] if whole and people else None
    tables = (
        Table(
            "people",
            Both("By person", "По людям"),
            (PERSON, *COLUMNS),
            tuple(people),
            (Both("Total", "Всего"), *total.cells()) if total else (),
            Chart("person", (RATE.name,)),
            Both("no tasks", "задач нет"),
        ),
        _tasks(scope),
        _days(scope),
    )
    notes = (
        Both(
            "In time: done by the deadline it had then, or without one; late and overdue ones are counted by the clock,"
            " moved: how often deadlines were put off. Tasks belong to whom they are assigned.",
            "В срок: сделано до срока, который стоял тогда, или без срока; опоздание — по часам, переносы — сколько раз"
            " срок отодвигали. Задача числится за тем, кому поручена.",
        ),
    )
    title = Both("Deadline discipline", "Соблюдение сроков")
    return Report("discipline", title, about(scope, Both("tasks due", "задачи со сроком")), tables, notes)


def _worst_first(item: tuple[Any, Figures]) -> tuple[float, int, str]:
    person, figures = item
    return (1.0 if figures.kept is None else figures.kept, -figures.overdue, str(person))


def by_person(scope: Scope) -> dict[Any, Figures]:
    """By the person or role that tasks are assigned to."""
    return {key: figures for (key,), figures in _figures(scope, "t.assignee", Where()).items()}


def _figures(scope: Scope, group: str, more: Where) -> dict[tuple[Any, ...], Figures]:
    where = Where().any_of("d.pipeline", scope.pipelines).add("t.status <> 'cancelled'").period("t.due", scope)
    if scope.owner is not None:
        where.add("t.assignee = ?", scope.owner)
    sql = f"""SELECT {_FIGURES}, {group} FROM deals d JOIN tasks t ON t.deal = d.id
        WHERE {where.sql} AND {more.sql} GROUP BY {group}"""  # noqa: S608  # texts of this room
    rows: Iterable[Any] = scope.store.db.execute(sql, [scope.now, *where.values, *more.values])
    return {tuple(row[6:]): Figures(*row[:6]) for row in rows}


def _tasks(scope: Scope) -> Table:
    """Which tasks it goes wrong with."""
    found = _figures(scope, "d.pipeline, t.path, t.name", Where())
    rows = []
    for (pipeline, path, name), figures in sorted(found.items(), key=_worst_first):
        declared = scope.program(pipeline).tasks_by_path.get(path)
        title = both(declared.task.title, name) if declared is not None else name
        rows.append((scope.pipeline(pipeline), title, *figures.cells()))
    skip = 0 if scope.several else 1
    return Table(
        "tasks",
        Both("By task", "По задачам"),
        (PIPELINE, _TASK, *COLUMNS)[skip:],
        tuple(row[skip:] for row in rows),
        empty=Both("no tasks", "задач нет"),
    )


def _days(scope: Scope) -> Table:
    """Day by day, as the zone's calendar has them; the last two weeks where no period is given."""
    more = Where().add("t.local IS NOT NULL")
    if scope.since is None and scope.until is None:
        more.add("t.due < ?", scope.now).add("t.due >= ?", scope.now - DAYS * 86_400_000)
    found = _figures(scope, "substr(t.local, 1, 10)", more)
    days = sorted(found.items())
    return Table(
        "days",
        Both("By day", "По дням"),
        (_DAY, IN_TIME, LATE, OVERDUE, RATE),
        tuple((day, one.in_time, one.late, one.overdue, one.kept) for (day,), one in days),
        chart=Chart("day", ("in_time", "late", "overdue")),
        empty=Both("nothing was due", "сроков не было"),
    )
