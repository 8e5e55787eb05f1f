"""Stored deals for which a condition is true as they stand: by SQL where it can say it, else deal by deal."""

from __future__ import annotations

from collections.abc import Iterator

from voronka.dsl.definition.expr import Expr
from voronka.engine.compile import condition
from voronka.engine.deal.protocol import Event
from voronka.engine.decide.step import Step
from voronka.engine.program.build import Programs
from voronka.engine.store import read
from voronka.engine.store.store import Store
from voronka.engine.where import sql


def matching(store: Store, programs: Programs, pipeline: str, expr: Expr, now: int) -> Iterator[int]:
    """Numbers of a pipeline's deals, in order. Unknown is not true. ``programs`` are those in force."""
    program = programs.pipelines[pipeline]
    try:
        words, given = sql.sql_of(expr, program.personal | store.facets.names)
    except sql.NotInSql:
        yield from one_by_one(store, programs, pipeline, expr, now)
        return
    sql.prepare(store.db)
    rows = store.db.execute(f"SELECT d.id {FROM} AND ({words}) ORDER BY d.id", (pipeline, *given))  # words of ours
    yield from (number for (number,) in rows)


FROM = "FROM deals d JOIN states s ON s.deal = d.id WHERE d.pipeline = ?"


def one_by_one(store: Store, programs: Programs, pipeline: str, expr: Expr, now: int) -> Iterator[int]:
    """The same by the compiled function."""
    program = programs.pipelines[pipeline]
    test = condition(expr)
    unset = dict.fromkeys(program.pipeline.fields)
    for (number,) in store.db.execute("SELECT id FROM deals WHERE pipeline = ? ORDER BY id", (pipeline,)).fetchall():
        deal = read.deal(store, number)
        if deal is None:
            continue
        deal.f = {**unset, **deal.f}
        if test(deal, Step(program, deal, Event("look", {}, now))):
            yield number
