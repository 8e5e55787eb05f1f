"""An instant that came out of a parser is written as any other: the state is what the log folds to."""

from __future__ import annotations

from voronka.dsl.check import check_text
from voronka.dsl.definition.values import Instant
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.program.build import Programs
from voronka.engine.store.files import MEMORY, open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.verify import verify
from voronka.stdlib.library import library

TEXT = """pipeline p "P" {
  timezone "Europe/Moscow"
  stage one "One" { task call "Call" { assign owner  due 1 hour after entry } }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""
NOW = 1_795_416_000_000


def test_a_parsed_instant_leaves_no_trace() -> None:
    checked = check_text("p.pipeline", TEXT, library())
    assert checked.definition is not None
    store = open_store(MEMORY)
    assert not isinstance(store, StoreProblem)
    with store:
        host = Host(store, Programs(checked.definition), lambda: NOW)
        reply = host.submit(Command("create", {"fields": {}}, None, "p", Instant(NOW - 1)))
        assert reply.status == "done"
        assert verify(store).ok
