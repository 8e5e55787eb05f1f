"""A desk for tests of decisions: a definition as text, deals on a virtual clock, and what became of each act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from voronka.dsl.check.workspace import check_text
from voronka.engine.deal.changes import Change
from voronka.engine.deal.state import TaskState
from voronka.engine.program.build import Programs
from voronka.engine.sandbox import Sandbox
from voronka.engine.store.verify import verify
from voronka.stdlib.library import library

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
TEMPLATES = {"templates/letter.txt": "subject: Hello\n\nHello\n", "templates/paper.html": "<p>Paper</p>\n"}
MOSCOW = ZoneInfo("Europe/Moscow")


@cache
def programs(text: str, name: str = "desk.pipeline") -> Programs:
    """A definition's programs, compiled once in a run. Warnings are let pass."""
    checked = check_text(name, text, library(), TEMPLATES)
    errors = [f"{d.span.start} {d.message()}" for d in checked.diagnostics if d.is_error]
    assert checked.definition is not None, errors
    return Programs(checked.definition)


def moscow(text: str) -> int:
    """``2026-03-02 10:00`` by the clocks of Moscow, as ms."""
    return int(datetime.fromisoformat(text).replace(tzinfo=MOSCOW).timestamp() * 1000)


MONDAY = moscow("2026-03-02 10:00")


class Desk(Sandbox):
    """A sandbox whose acts say at once what they were refused for; leaving it verifies the store."""

    def __init__(self, text: str, start: int = MONDAY) -> None:
        super().__init__(programs(text), start, "en")

    def __exit__(self, kind: object, *_: object) -> None:
        report = verify(self.store) if kind is None else None
        self.store.close()
        assert report is None or report.ok, report.problems

    def new(self, pipeline: str, stage: str | None = None, owner: str | None = None, **fields: Any) -> int:
        """A deal that nothing forbids; its number."""
        reply = self.submit("create", {"fields": fields, "stage": stage, "owner": owner}, pipeline=pipeline)
        assert reply.status == "done", reply
        assert reply.deal is not None
        return reply.deal

    def act(self, deal: int, kind: str, /, by: str = "", **data: Any) -> list[Change]:
        """Something that nothing forbids; its changes."""
        reply = self.submit(kind, data, deal, actor=by)
        assert reply.status == "done", reply
        return reply.changes

    def refused(self, deal: int, kind: str, /, by: str = "", **data: Any) -> list[tuple[str, str]]:
        """(kind, name) of all that forbids something; nothing may have changed."""
        before = self.deal(deal).version
        reply = self.submit(kind, data, deal, actor=by)
        assert reply.status == "refused", reply
        assert self.deal(deal).version == before
        return [(unmet.kind, unmet.name) for unmet in reply.unmet]

    def stage(self, deal: int) -> str:
        return self.deal(deal).stage

    def fields(self, deal: int) -> Mapping[str, Any]:
        return self.deal(deal).f

    def task(self, deal: int, name: str) -> TaskState:
        """The newest task of a name."""
        return next(task for task in reversed(self.deal(deal).tasks.values()) if task.name == name)

    def pending(self, deal: int) -> list[tuple[str, str]]:
        """(kind, name) of what keeps automatic moves from happening."""
        return [(u["kind"], u["name"]) for data in self.deal(deal).pending.values() for u in data["unmet"]]

    def effects(self, deal: int) -> list[dict[str, Any]]:
        return [
            change[1] for done in self.journal if done.deal == deal for change in done.changes if change[0] == "effect"
        ]

    def after(self, length: int) -> None:
        self.wait(self.now + length)

    def until(self, text: str) -> None:
        self.wait(moscow(text))


def due(task: TaskState) -> str | None:
    """A deadline by the wall clock of its pipeline."""
    return None if task.local is None else task.local.replace("T", " ")
