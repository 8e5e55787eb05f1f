"""Random lives of deals in the shipped pipelines: what people do and what time does, drawn by hypothesis."""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import voronka.pipelines
from voronka.engine.deal.state import Deal
from voronka.engine.program.build import Programs
from voronka.engine.sandbox import Sandbox
from voronka.engine.why import edits
from voronka.engine.why.attempt import Attempt
from voronka.engine.workspace import load

HOUR = 3_600_000
START = int(datetime.fromisoformat("2026-11-23T10:00+03:00").timestamp() * 1000)
SHIPPED = Path(voronka.pipelines.__file__).parent
# file, and the pipelines in it whose deals begin without another deal's help
WAYS = (
    ("amocrm", "amocrm"),
    ("tobiz", "tobiz"),
    ("bitrix24", "events"),
    ("leads", "leads"),
    ("crm_academy", "academy"),
)


@functools.cache
def shipped(name: str) -> Programs:
    programs = load([SHIPPED / f"{name}.pipeline"]).programs
    assert programs is not None
    return programs


def acts() -> st.SearchStrategy[list[tuple[str, int, int]]]:
    """What is done: an act and two numbers that choose among whatever there is then."""
    names = st.sampled_from(("set", "set", "done", "move", "tick", "wait", "note"))
    return st.lists(st.tuples(names, st.integers(0, 999), st.integers(0, 999)), max_size=8)


def live(box: Sandbox, pipeline: str, drawn: list[tuple[str, int, int]]) -> Deal:
    """Begin a deal and do what was drawn; what is refused is refused."""
    made = box.submit("create", {"fields": {}}, pipeline=pipeline)
    assert made.deal is not None
    for act, first, second in drawn:
        _act(box, made.deal, act, first, second)
    return box.deal(made.deal)


def _act(box: Sandbox, number: int, act: str, first: int, second: int) -> None:
    deal = box.deal(number)
    program = box.programs.pipelines[deal.pipeline]
    if act == "wait":
        box.wait(box.now + (1 + first % 50) * HOUR)
    elif act == "note":
        box.submit("note", {"text": f"слово {first}"}, number)
    elif act == "move":
        stages = list(program.pipeline.stages)
        box.submit("move", {"stage": stages[first % len(stages)]}, number)
    elif act == "tick" and deal.stage in program.stages:
        points = [f"{c.name}.{p}" for c in program.stages[deal.stage].stage.checklists for p, _ in c.points]
        if points:
            box.submit("tick", {"points": [points[first % len(points)]], "on": bool(second % 4)}, number)
    elif act == "done" and deal.open_tasks:
        task = deal.open_tasks[first % len(deal.open_tasks)]
        declared = program.tasks_by_path.get(task.path)
        names: list[Any] = list(declared.outcomes) if declared is not None else []
        data = {"task": task.id, "outcome": names[second % len(names)] if names else None, "comment": "так"}
        box.submit("done", data, number)
    elif act == "set":
        _set(box, number, first, second)


def _set(box: Sandbox, number: int, first: int, second: int) -> None:
    deal = box.deal(number)
    program = box.programs.pipelines[deal.pipeline]
    kinds = ("link", "links", "document", "file")
    fields = [f for f in program.pipeline.fields.values() if f.formula is None and f.type.kind not in kinds]
    field = fields[first % len(fields)]
    attempt = Attempt(box.store, box.programs, box.now)
    known = edits.Known(edits.reads_of(deal, program, deal.stage), attempt.cards)
    values = edits.values(field.name, field.type, attempt.step(deal), known)
    if values:
        box.submit("set", {"fields": {field.name: values[second % len(values)]}}, number)
