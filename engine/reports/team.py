"""Team figures: for each person deals, results, tasks and contacts (R77)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from voronka.dsl.text.codes.base import Both
from voronka.engine.reports.amounts import amount_sql, amounts_of, money, total
from voronka.engine.reports.discipline import OVERDUE, PERSON, RATE, Figures, by_person
from voronka.engine.reports.scope import Scope, Where, about
from voronka.engine.reports.table import Cell, Chart, Column, Money, Report, Table, share

_NEW = Column("created", Both("New", "Новых"), "count")
_OPEN = Column("open", Both("Open now", "В работе"), "count")
_WON = Column("won", Both("Won", "Успех"), "count")
_LOST = Column("lost", Both("Lost", "Отказ"), "count")
_WIN = Column("win_rate", Both("Won of all", "Доля успеха"), "share")
_FOR = Column("won_amount", Both("Won for", "На сумму"), "money")
_DONE = Column("tasks_done", Both("Tasks done", "Задач сделано"), "count")
_CONTACTS = Column("contacts", Both("Contacts", "Контактов"), "count")
_NOTES = Column("notes", Both("Notes", "Заметок"), "count")
_ACTS = Column("acts", Both("Acts", "Действий"), "count")


def team(scope: Scope) -> Report:
    """A person's deals are those they own; what people do counts wherever they do it. A period chooses what happened in
    it: deals created and ended, deadlines, acts; open deals are those of now."""
    deals = _deals(scope)
    worth = _worth(scope)
    tasks = by_person(scope)
    acts = _acts(scope)
    known = {person for person in (*deals, *tasks, *acts) if person and not str(person).startswith("@")}
    rows: list[tuple[Cell, ...]] = []
    for person in sorted(known, key=lambda one: (-deals.get(one, Counter())["won"], str(one))):
        one, task, act = deals.get(person, Counter()), tasks.get(person, Figures()), acts.get(person, (0, 0, 0))
        ended = one["won"] + one["lost"]
        rows.append(
            (
                scope.called(str(person)),
                one["created"],
                one["open"],
                one["won"],
                one["lost"],
                share(one["won"], ended),
                worth.get(person),
                task.in_time + task.late,
                task.overdue,
                task.kept,
                *act,
            )
        )
    sums = [sum(cell for cell in column if isinstance(cell, int)) for column in zip(*rows, strict=True)] or [0] * 13
    whole: tuple[Cell, ...] = (
        Both("Total", "Всего"),
        *sums[1:5],
        share(sums[3], sums[3] + sums[4]),
        total([worth.get(person) for person in known]),
        *sums[7:9],
        None,
        *sums[10:],
    )
    columns = (PERSON, _NEW, _OPEN, _WON, _LOST, _WIN, _FOR, _DONE, OVERDUE, RATE, _CONTACTS, _NOTES, _ACTS)
    table = Table(
        "people",
        Both("By person", "По людям"),
        columns,
        tuple(rows),
        whole if rows else (),
        Chart("person", ("won",)),
        Both("nobody has done anything yet", "никто ещё ничего не делал"),
    )
    notes = (
        Both(
            "Contacts: conversations, by an act or an answered task that counts as one. Acts: everything a person did"
            " by hand, these included.",
            "Контакты: разговоры, записанные самим действием или ответом на задачу. Действия: всё, что человек сделал"
            " сам, контакты и заметки тоже.",
        ),
    )
    return Report("team", Both("Team", "Команда"), about(scope, Both("what happened", "события")), (table,), notes)


def _deals(scope: Scope) -> dict[Any, Counter[str]]:
    """By owner: deals created and ended in the period, and open ones."""
    found: dict[Any, Counter[str]] = {}
    for name in scope.pipelines:
        kinds = {stage.name: stage.kind for stage in scope.program(name).pipeline.stages.values()}
        for what, column in (("created", "d.created"), ("ended", "d.closed")):
            where = Where().of(scope, name).period(column, scope)
            sql = f"""SELECT d.owner, d.stage, d.closed IS NULL, count(*) FROM deals d
                WHERE {where.sql} GROUP BY 1, 2, 3"""  # noqa: S608  # texts of this room
            for owner, stage, is_open, n in scope.store.db.execute(sql, where.values):
                counter = found.setdefault(owner, Counter())
                if what == "created":
                    counter["created"] += n
                elif not is_open and kinds.get(stage) in ("won", "lost"):
                    counter[kinds[stage]] += n
        where = Where().of(scope, name).add("d.closed IS NULL")
        sql = f"SELECT d.owner, count(*) FROM deals d WHERE {where.sql} GROUP BY 1"  # noqa: S608  # likewise
        for owner, n in scope.store.db.execute(sql, where.values):
            found.setdefault(owner, Counter())["open"] += n
    return found


def _worth(scope: Scope) -> dict[Any, Money | None]:
    """By owner: what the deals won in the period are worth; None where they are of several currencies."""
    found: dict[Any, list[Money | None]] = {}
    for name, field in amounts_of(scope).items():
        pipeline = scope.program(name).pipeline
        winning = [stage.name for stage in pipeline.stages.values() if stage.kind == "won"]
        where = Where().of(scope, name).add("d.closed IS NOT NULL").any_of("d.stage", winning).period("d.closed", scope)
        amount, values = amount_sql(field, pipeline)
        sql = f"""SELECT d.owner, sum({amount}) FROM deals d JOIN states x ON x.deal = d.id
            WHERE {where.sql} GROUP BY 1"""  # noqa: S608  # texts of this room
        for owner, minor in scope.store.db.execute(sql, [*values, *where.values]):
            found.setdefault(owner, []).append(money(minor, field, pipeline))
    return {owner: total(amounts) for owner, amounts in found.items()}


def _acts(scope: Scope) -> dict[Any, tuple[int, int, int]]:
    """By person: contacts, notes, and everything they did by hand."""
    where = Where().any_of("d.pipeline", scope.pipelines).any_of("l.actor", scope.acting()).period("l.at", scope)
    sql = f"""SELECT l.actor, sum(l.changes LIKE '%["mark","contact",%'),
            sum(json_extract(l.event, '$.kind') = 'note'), count(*)
        FROM log l JOIN deals d ON d.id = l.entity WHERE l.kind = 0 AND {where.sql}
        GROUP BY 1"""  # noqa: S608  # texts of this room
    rows: Iterable[Any] = scope.store.db.execute(sql, where.values)
    return {actor: (contacts, notes, acts) for actor, contacts, notes, acts in rows}
