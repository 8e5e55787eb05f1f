"""Robots are switched off and on: logged, kept, told; nothing queued goes out, nothing gone by is made up for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.engine_host.office import DAY, HOUR, OFFICE, Office, programs
from voronka.engine.host import queries, robots
from voronka.engine.host.commands import Command, Reply
from voronka.engine.program.build import Programs
from voronka.engine.store import read
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify
from voronka.engine.words.story import Story

TEXT = OFFICE.replace(
    'stage new "Новая" {',
    """robot daily "Обход" { every day at 12:00  notify owner "Обход" }
  stage new "Новая" {
    robot answer "Ответить" { on event ping  send email to email using "offer"  after 2 days { notify owner "Ну?" } }
    robot nudge "Толкнуть" { due 1 day after entry  notify owner "Пора" }
    robot listen "Ждать" { on creation  wait 3 days for event ping { notify owner "1" } else { notify owner "2" } }""",
)


def switch(office: Office, path: str, to: str = "off", pipeline: str = "sales") -> Reply:
    return office.submit("robot", {"do": to, "pipeline": pipeline, "path": path}, actor="anna")


def told(office: Office, number: int, programs: Programs | None = None) -> list[str]:
    """Everything that is said of robots that did nothing."""
    known = programs or office.programs
    story, deal = Story(known, "en"), office.deal(number)
    return [
        line.text
        for entry in read.history(office.store, number)
        for line in story.lines(known.pipelines[deal.pipeline], entry.event, entry.changes, deal)
        if line.mark == "○"
    ]


def sent(office: Office, number: int, status: str = "pending") -> list[str]:
    return [row.intent["path"] for row in queries.list_outbox(office.store, status, number)]


def by_path(office: Office) -> dict[str, robots.Robot]:
    return {robot.path: robot for robot in robots.listed(office.store, office.host.programs)}


def test_what_it_queued_stops_and_the_deal_says_so() -> None:
    with Office(text=TEXT) as office:
        number = office.create(email="a@example.org", number="A-1")
        office.submit("event", {"name": "ping"}, deal=number)
        before = by_path(office)["new/answer"]
        assert (before.fired, before.effects, before.put_off, before.off) == (1, 1, 1, None)
        reply = switch(office, "new/answer")
        assert reply.status == "done"
        assert [done.event.kind for done in reply.done] == ["robot"]
        after = by_path(office)["new/answer"]
        assert (after.fired, after.effects, after.put_off) == (1, 0, 0)
        assert after.off == {"at": office.now, "by": "anna"}
        assert sent(office, number, "cancelled") == ["new/answer/#1"]
        assert told(office, number) == ["the robot is off, stopped: put off 1, queued 1"]
        # on again before the block would have run: it was stopped, and stays so
        assert switch(office, "new/answer", "on").status == "done"
        office.wait(5 * DAY)
        assert not any(path.startswith("new/answer") for path in sent(office, number))


def test_nothing_runs_while_it_is_off_and_it_is_said_where_it_would_have() -> None:
    with Office(text=TEXT) as office:
        number = office.create(email="a@example.org", number="A-1")
        for path in ("daily", "new/answer", "new/nudge"):
            assert switch(office, path).status == "done"
        assert office.submit("event", {"name": "ping"}, deal=number).status == "done"
        office.wait(2 * DAY)
        assert told(office, number) == ["the robot is off: nothing done"] * 4  # ping, two rounds, one day after entry
        assert not {path.rpartition("/")[0] for path in sent(office, number)} & {"daily", "new/answer", "new/nudge"}
        for path in ("daily", "new/answer", "new/nudge"):
            assert switch(office, path, "on").status == "done"
        quiet = sent(office, number)
        office.wait(HOUR)
        assert sent(office, number) == quiet  # the past is not made up for
        office.wait(DAY)
        assert "daily/#1" in sent(office, number)[len(quiet) :]
        assert not any("nudge" in path for path in sent(office, number))


def test_a_wait_of_a_robot_that_is_off_ends_without_anything() -> None:
    with Office(text=TEXT) as office:
        number = office.create(email="a@example.org")
        assert switch(office, "new/listen").status == "done"
        office.submit("event", {"name": "ping"}, deal=number)
        office.wait(4 * DAY)
        assert not any("listen" in path for path in sent(office, number))


def test_timers_that_went_by_while_nobody_ran_have_their_turn_before_it_is_on_again() -> None:
    with Office(text=TEXT, group=2) as office:
        numbers = [office.create() for _ in range(6)]
        switch(office, "new/nudge")
        office.now += 2 * DAY
        command = {"do": "on", "pipeline": "sales", "path": "new/nudge"}
        (reply,) = office.host.submit_many([Command("robot", command)], behind=True)
        assert reply.status == "done"
        office.wait(DAY)
        assert not any("nudge" in path for number in numbers for path in sent(office, number))


def test_gates_of_a_tunnel_that_is_not_dug_are_not_asked() -> None:
    text = OFFICE.replace(
        'won paid "Оплачена" {\n    tunnel to orders { copy amount, phone  link sale }',
        'won paid "Оплачена" {\n    robot dig "Заказ" { on entry  tunnel to orders { copy amount, phone  link sale } }',
    ).replace('stage placed "Оформлен" { }', 'stage placed "Оформлен" { require amount }')
    with Office(text=text) as office:
        number = office.create(phone="+79991234567")
        assert office.submit("move", {"stage": "paid"}, deal=number).status == "refused"  # an order has an amount
        switch(office, "paid/dig")
        assert office.submit("move", {"stage": "paid"}, deal=number).status == "done"
        assert told(office, number) == ["the robot is off: nothing done"]


def test_a_switch_survives_a_restart_and_another_name(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with Office(path, TEXT) as office:
        number = office.create(email="a@example.org", number="A-1")
        office.submit("event", {"name": "ping"}, deal=number)
        switch(office, "new/nudge")
    renamed = (
        TEXT.replace('robot nudge "', 'robot push "').replace('"Толкнуть" {', '"Толкнуть" was nudge {')
        .replace('robot answer "', 'robot reply "').replace('"Ответить" {', '"Ответить" was answer {')
        .replace('stage new "Новая" {', 'stage fresh "Новая" was new {')
    )  # fmt: skip
    with Office(path, renamed) as office:
        assert {p for p, robot in by_path(office).items() if robot.off} == {"fresh/push"}
        # what it had queued under its old name stops, too
        assert by_path(office)["fresh/reply"].effects == 1
        reply = switch(office, "fresh/reply")
        assert reply.status == "done"
        assert told(office, number, programs(renamed))[-1] == "the robot is off, stopped: put off 1, queued 1"
        office.wait(3 * DAY)
        assert not any("push" in path or "reply" in path for path in sent(office, number))
        gone = renamed.replace('robot push "Толкнуть" was nudge { due 1 day after entry  notify owner "Пора" }', "")
        office.host.adopt(programs(gone))
        assert by_path(office)["fresh/push"].program is None  # off, and no longer in the files
        assert switch(office, "fresh/push", "on").status == "done"


def test_a_refused_switch_changes_nothing(tmp_path: Path) -> None:
    with Office(tmp_path / "voronka.db", TEXT) as office:
        rows = office.store.counters.row

        def why(reply: Reply) -> Any:
            return reply.status, [(unmet.kind, unmet.name) for unmet in reply.unmet]

        assert why(switch(office, "new/nobody")) == ("refused", [("unknown", "new/nobody")])
        assert why(switch(office, "new/nudge", "on")) == ("refused", [("state", "new/nudge")])
        assert why(switch(office, "new/nudge", "sideways")) == ("error", [])
        assert office.store.counters.row == rows


def test_switches_are_folded_from_the_log_and_a_spoilt_one_is_found(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with Office(path, TEXT) as office:
        switch(office, "new/nudge")
    store = open_store(path)
    assert isinstance(store, Store)
    with store:
        assert robots.switched_off(store)["sales"].keys() == {"new/nudge"}
        assert verify(store).ok
        store.db.execute("UPDATE entities SET state = '{}' WHERE name = 'robots'")
        assert [problem.kind for problem in verify(store).problems] == ["entity"]
