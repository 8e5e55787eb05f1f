"""The past as it was, decided anew as it was; where the log was tampered with, the event is named (U5)."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.engine_why.test_unblock import CHOICES, choices
from tests.engine_why.wander import HOUR, SHIPPED, START, WAYS, acts, live, shipped
from voronka.dsl.definition.values import canonical
from voronka.engine.deal.changes import dump
from voronka.engine.sandbox import Sandbox
from voronka.engine.scenario.run import Walk
from voronka.engine.store import read
from voronka.engine.why.attempt import Attempt
from voronka.engine.why.gates import gates_of
from voronka.engine.why.past import NoPast, look
from voronka.engine.why.redo import Redone, redo
from voronka.engine.workspace import load


def redone(box: Sandbox, number: int, version: int) -> Redone:
    return redo(box.store, look(box.store, number, version), box.programs)


@pytest.mark.requirement("U5")
@pytest.mark.parametrize(("file", "pipeline"), WAYS)
@settings(max_examples=4)
@given(drawn=acts())
def test_every_event_decided_anew_is_what_was_logged(
    file: str, pipeline: str, drawn: list[tuple[str, int, int]]
) -> None:
    """The traced conditions decide as the ones that decided then; the log has all the answers it takes."""
    with Sandbox(shipped(file), START) as box:
        deal = live(box, pipeline, drawn)
        for version in range(1, deal.version + 1):
            seen = redone(box, deal.id, version)
            assert (seen.differs, seen.past.notes) == ((), ())


@pytest.mark.parametrize(("file", "pipeline"), WAYS)
@settings(max_examples=6)
@given(drawn=acts())
def test_gates_that_are_shut_are_those_that_refuse_the_move(
    file: str, pipeline: str, drawn: list[tuple[str, int, int]]
) -> None:
    with Sandbox(shipped(file), START) as box:
        deal = live(box, pipeline, drawn)
        attempt = Attempt(box.store, box.programs, box.now)
        for stage in box.programs.definition.pipelines[pipeline].stages:
            shut = [gate.unmet for gate in gates_of(attempt.step(deal), stage) if gate.verdict is not True]
            kind = "move" if deal.closed is None else "reopen"
            refused = attempt.decide(deal, kind, {"stage": stage}).refused
            if kind == "move" or box.programs.definition.pipelines[pipeline].stages[stage].kind == "open":
                assert {(u.kind, u.name, u.loc) for u in shut if u} == {(u.kind, u.name, u.loc) for u in refused}


@pytest.mark.requirement("U5", "R72")
@settings(max_examples=10)
@given(drawn=acts())
def test_a_deal_at_any_moment_is_as_it_was_then(drawn: list[tuple[str, int, int]]) -> None:
    """U5: states are kept on the way and compared with what the log says of each version and instant."""
    with Sandbox(shipped("amocrm"), START) as box:
        deal = live(box, "amocrm", drawn)
        then = {done.after.version: done.after for done in box.journal if done.deal == deal.id and done.after}
        for version, state in then.items():
            if version == deal.version or box.deal(deal.id) is not state:
                assert canonical(dump(look(box.store, deal.id, version).deal)) == canonical(dump(state))
        last = look(box.store, deal.id, at=box.now)
        assert last.entry.version == deal.version
        assert look(box.store, deal.id, at=START).deal.now == START


def test_conditions_that_were_looked_at_are_told_with_their_values() -> None:
    """Of a robot that did nothing: its condition, what it saw, its place."""
    with Sandbox(shipped("amocrm"), START) as box:
        live(box, "amocrm", [("wait", 10, 0)])
        heard = {one.role.path: one for one in redone(box, 1, 1).heard if one.trace is not None}
        rule = next(one for one in heard.values() if one.role.kind == "rule")
        assert rule.trace is not None
        assert rule.trace.verdict is None
        assert [(o.name, o.value) for o in rule.trace.operands] == [("first_contact.result", None)]
        assert rule.role.loc.file.endswith("amocrm.pipeline")


def test_the_version_that_decided_is_the_one_that_tells() -> None:
    """An edited file: what was decided before is told by the definition of then, with its places."""
    old, new = (
        choices(),
        choices("# one line more\n" + CHOICES.replace('second "Второй"', 'zweite "Второй" was second')),
    )
    with Sandbox(old, START) as box:
        box.submit("create", {"fields": {"c": "есть"}}, pipeline="p")
        box.submit("set", {"fields": {"sum": Decimal(1000), "rate": Decimal(0)}}, 1)
        box.submit("move", {"stage": "second"}, 1)
        box.host.adopt(new)
        box.programs = new
        before, passage = redone(box, 1, 3), redone(box, 1, 4)
        assert (before.programs.hash, before.differs) == (old.hash, ())
        (moved,) = before.passages
        told = {gate.trace.text: (gate.verdict, gate.loc.line) for gate in moved.gates if gate.trace}
        line = next(n for n, text in enumerate(CHOICES.splitlines(), 1) if "1_000" in text)
        assert told["total >= 1_000 RUB and rate <= 10%"] == (True, line)
        assert (passage.decided, passage.past.entry.event.kind) == (False, "migrate")


def test_what_a_loss_asks_is_a_gate_too() -> None:
    """R54-R57: the reason's fields and the comment, as they stood when it was lost."""
    with Sandbox(shipped("amocrm"), START) as box:
        box.submit("create", {"fields": {"name": "Анна", "phone": "+79991234567"}}, pipeline="amocrm")
        lost = box.programs.definition.pipelines["amocrm"]
        name = next(one.name for one in lost.reasons.values() if not one.from_ and not one.requires)
        assert box.submit("lose", {"reason": name, "comment": "так вышло"}, 1).status == "done"
        (passage,) = redone(box, 1, 2).passages
        assert passage.stage == lost.lost.name if lost.lost else False
        assert all(gate.verdict is True for gate in passage.gates)


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.fixture
def box() -> Sandbox:
    """A deal of a few events."""
    box = Sandbox(shipped("amocrm"), START)
    box.submit("create", {"fields": {"name": "Анна"}}, pipeline="amocrm")
    box.submit("set", {"fields": {"need": "Сайт"}}, 1)
    box.submit("set", {"fields": {"need": "Мебель"}}, 1)
    return box


def why(box: Sandbox, version: int | None = None, at: int | None = None, deal: int = 1) -> NoPast:
    with pytest.raises(NoPast) as caught:
        redo(box.store, look(box.store, deal, version, at), box.programs)
    return caught.value


def rowid(box: Sandbox, version: int) -> int:
    return int(box.store.db.execute("SELECT id FROM log WHERE kind = 0 AND version = ?", (version,)).fetchone()[0])


def test_a_deal_that_never_was_and_moments_that_never_were(box: Sandbox) -> None:
    assert (why(box, deal=9).kind, why(box, version=9).kind, why(box, version=0).kind) == ("unknown", "event", "event")
    assert why(box, at=START - 1).kind == "early"
    assert why(box, version=9).message.ru == "у сделки 1 нет события 9; её события — с 1 по 3"


def test_a_row_that_is_gone_is_named(box: Sandbox) -> None:
    number = rowid(box, 2)
    box.store.db.execute("DELETE FROM log WHERE id = ?", (number,))
    said = why(box)
    assert said.kind == "broken"
    assert f"event 2, row {number}: the row is missing" in said.message.en
    assert f"событии 2, строке {number}" in said.message.ru


def test_a_chain_that_leads_to_another_deal_is_named_with_its_event(box: Sandbox) -> None:
    box.submit("create", {"fields": {"name": "Другая"}}, pipeline="amocrm")
    box.store.db.execute("UPDATE log SET entity = 2 WHERE id = ?", (rowid(box, 2),))
    assert "event 3" in why(box).message.en


def test_a_text_that_cannot_be_read_is_named(box: Sandbox) -> None:
    box.store.db.execute("UPDATE log SET changes = '[[' WHERE id = ?", (rowid(box, 2),))
    assert "event 2" in why(box).message.en


def test_a_definition_that_is_missing_is_a_sentence(box: Sandbox) -> None:
    box.store.db.execute("UPDATE log SET definition = 7 WHERE id = ?", (rowid(box, 3),))
    said = why(box)
    assert (said.kind, "version 7" in said.message.en) == ("definition", True)


def test_a_changed_event_is_found_out_and_named(box: Sandbox) -> None:
    """Tampering: decided anew it differs, the digest of its commit differs, and the states do not add up."""
    number = rowid(box, 3)
    changes = json.loads(box.store.db.execute("SELECT changes FROM log WHERE id = ?", (number,)).fetchone()[0])
    assert ["set", "need", "Мебель"] in changes
    forged = canonical([["set", "need", "Яхта"] if change[0] == "set" else change for change in changes])
    box.store.db.execute("UPDATE log SET changes = ? WHERE id = ?", (forged, number))
    seen = redone(box, 1, 3)
    assert len(seen.differs) == 1
    assert seen.differs[0].en.startswith(f"event 3 (row {number}, voronka ")
    assert "set need Яхта" in seen.differs[0].en
    assert "set need Мебель" in seen.differs[0].en
    assert [f"event 3 (row {number}) is not as it was written" in note.en for note in seen.past.notes] == [False, True]
    assert "do not add up" in seen.past.notes[0].en


def test_an_event_that_would_be_refused_now_says_so(box: Sandbox) -> None:
    number = rowid(box, 3)
    event = json.loads(box.store.db.execute("SELECT event FROM log WHERE id = ?", (number,)).fetchone()[0])
    event["data"] = {"fields": {"amount": ["n", "-5"]}}
    box.store.db.execute("UPDATE log SET event = ? WHERE id = ?", (canonical(event), number))
    assert "would be refused now: check" in redone(box, 1, 3).differs[0].en


def test_a_store_that_is_only_read_is_enough(tmp_path_factory: pytest.TempPathFactory, box: Sandbox) -> None:
    path = tmp_path_factory.mktemp("store") / "copy.db"
    with sqlite3.connect(path) as copy:
        box.store.db.backup(copy)
    from voronka.engine.store.files import open_store
    from voronka.engine.store.store import Store

    opened = open_store(path, write=False)
    assert isinstance(opened, Store)
    with opened as store:
        attempt = Attempt(store, box.programs, START + HOUR)
        deal = read.deal(store, 1)
        assert deal is not None
        assert not redo(store, look(store, 1), box.programs).differs
        assert gates_of(attempt.step(box.deal(1)), "processing")


def test_scenarios_that_ship_are_decided_anew_alike() -> None:
    """Tunnels, approvals, bookings, links: the longest of them, every third event."""
    programs = load([SHIPPED / "scenarios" / "bitrix24.pipeline"]).programs
    assert programs is not None
    case = max((one for one in programs.definition.scenarios if one.starts), key=lambda one: len(one.steps))
    assert case.starts is not None
    calendar = programs.pipelines["events"].calendar
    with Sandbox(programs, calendar.at(case.starts.date(), case.starts.strftime("%H:%M"))) as box:
        walk = Walk(programs, box)
        for step in case.steps:
            walk.step(step)
        for (number,) in box.store.db.execute("SELECT id FROM deals").fetchall():
            for version in range(1, box.deal(number).version + 1, 3):
                assert redone(box, number, version).differs == ()
