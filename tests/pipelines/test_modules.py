"""What scenarios cannot ask of the modules: whom things go to, badges, segments, digests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.pipelines.ready import at, effects, programs, reds
from voronka.engine.sandbox import Sandbox


def made(sandbox: Sandbox, pipeline: str, **fields: object) -> int:
    reply = sandbox.submit("create", {"fields": fields}, pipeline=pipeline)
    assert reply.status == "done", reply.unmet
    assert reply.deal is not None
    return reply.deal


@pytest.fixture
def monday() -> Iterator[Sandbox]:
    with Sandbox(programs(), at("2026-03-02 10:00"), "en") as sandbox:
        yield sandbox


def assignees(sandbox: Sandbox, number: int) -> dict[str, str | None]:
    return {task.name: task.assignee for task in sandbox.deal(number).open_tasks}


@pytest.mark.requirement("R60")
@pytest.mark.parametrize(("score", "task", "who"), [(0, "ten.critic", "olga"), (10, "ten.praise", "anna")])
def test_a_detractor_goes_to_the_supervisor_and_a_promoter_to_the_owner(
    monday: Sandbox, score: int, task: str, who: str
) -> None:
    deal = made(monday, "survey", email="a@example.test")
    monday.submit("move", {"stage": "served"}, deal)
    monday.submit("event", {"name": "ten.answered", "payload": {"score": score}}, deal)
    assert assignees(monday, deal)[task] == who


@pytest.mark.requirement("R42")
def test_a_late_first_call_is_told_to_the_supervisor_and_the_deal_is_red(monday: Sandbox) -> None:
    deal = made(monday, "calls")
    assert reds(monday, deal) == []
    monday.wait(at("2026-03-02 10:20"))
    told = [effect["to"]["person"] for _, effect in effects(monday.journal, "notify")]
    assert told == ["olga"]
    assert reds(monday, deal) == ["The request was not handled in time"]


@pytest.mark.requirement("R41")
def test_silence_is_red_until_somebody_talks_to_the_client(monday: Sandbox) -> None:
    deal = made(monday, "quiet")
    monday.wait(at("2026-03-16 09:59"))
    assert reds(monday, deal) == []
    monday.wait(at("2026-03-17 09:00"))
    assert reds(monday, deal) == ["Out of touch"]
    monday.submit("done", {"task": "no_contact.reconnect", "outcome": "reached"}, deal)
    assert reds(monday, deal) == []


@pytest.mark.requirement("R64")
def test_a_hot_client_who_waits_is_red_a_warm_one_is_not(monday: Sandbox) -> None:
    hot, warm = made(monday, "ranked", **{"priority.heat": "hot"}), made(monday, "ranked")
    monday.wait(at("2026-03-03 10:01"))
    assert reds(monday, hot) == ["A hot client is waiting"]
    assert reds(monday, warm) == []
    shares = programs().definition.pipelines["ranked"].priority
    assert shares is not None
    assert [(name, str(share)) for name, share in shares[1]] == [("hot", "0.9"), ("warm", "0.08"), ("cold", "0.02")]


@pytest.mark.requirement("R35", "R37", "R38", "R39")
def test_what_is_overdue_is_told_upwards_and_swept_up_morning_and_evening(monday: Sandbox) -> None:
    deal = made(monday, "strict")
    monday.wait(at("2026-03-03 09:59"))
    assert list(effects(monday.journal, "notify", "digest")) == []
    assert reds(monday, deal) == []
    monday.wait(at("2026-03-04 17:59"))
    told = [
        (done.event.at, effect["kind"], effect["to"]["person"])
        for done, effect in effects(monday.journal, "notify", "digest")
    ]
    assert told == [
        (at("2026-03-03 10:00"), "notify", "anna"),
        (at("2026-03-03 12:00"), "notify", "olga"),
        (at("2026-03-03 18:00"), "digest", "olga"),
        (at("2026-03-04 09:00"), "digest", "olga"),
    ]
    assert reds(monday, deal) == ["Something is overdue"]
    monday.submit("done", {"task": "work"}, deal)
    assert reds(monday, deal) == ["No task at all"]
    monday.submit("move", {"stage": "done_"}, deal)
    assert reds(monday, deal) == []
    monday.wait(at("2026-03-10 18:00"))
    assert len(list(effects(monday.journal, "digest"))) == 2


@pytest.mark.requirement("R35", "R36")
def test_nothing_is_swept_up_on_a_day_off_or_once_the_task_has_a_new_date(monday: Sandbox) -> None:
    deal = made(monday, "strict")
    monday.wait(at("2026-03-03 18:00"))
    reply = monday.submit(
        "reschedule", {"task": "work", "due": at("2026-03-06 17:00"), "comment": "Ill"}, deal, actor="anna"
    )
    assert reply.status == "done"
    monday.wait(at("2026-03-10 08:59"))  # Saturday to Monday were off
    days = [done.event.at for done, _ in effects(monday.journal, "digest")]
    assert days == [at("2026-03-03 18:00"), at("2026-03-06 18:00")]


@pytest.mark.requirement("R63")
def test_who_is_away_lends_the_tasks_and_gets_them_back(monday: Sandbox) -> None:
    deal = made(monday, "handed")
    assert assignees(monday, deal) == {"work": "anna"}
    monday.person("absent", "anna", until=at("2026-03-09 00:00"))
    assert assignees(monday, deal) == {"work": "ivan"}
    assert monday.deal(deal).owner == "anna"
    monday.wait(at("2026-03-09 12:00"))
    assert assignees(monday, deal) == {"work": "anna"}


@pytest.mark.requirement("R63")
@pytest.mark.parametrize(("pipeline", "taker"), [("handed", "olga"), ("shared", "ivan")])
def test_the_clients_of_the_dismissed_go_to_the_supervisor_or_to_a_role(
    monday: Sandbox, pipeline: str, taker: str
) -> None:
    deal = made(monday, pipeline)
    monday.person("leave", "anna")
    assert monday.deal(deal).owner == taker
    assert assignees(monday, deal) == {"work": taker, "handover.get_to_know": taker}


@pytest.mark.requirement("R59")
@pytest.mark.parametrize(
    ("reason", "segment"),
    [
        ("no_answer", "reactivation"),
        ("no_budget", "price_watch"),
        ("expensive", "price_watch"),
        ("competitor", "rivals"),
        ("later", "reactivation"),
        ("silent", "reactivation"),
        ("spam", None),
    ],
)
def test_a_reason_that_leaves_a_chance_puts_the_deal_into_a_segment(
    monday: Sandbox, reason: str, segment: str | None
) -> None:
    deal = made(monday, "losing", **{"loss.competitor": "Others"})
    assert monday.submit("lose", {"reason": reason, "comment": "So they said"}, deal).status == "done"
    marks = [mark.removeprefix("segment:") for mark in monday.deal(deal).marks if mark.startswith("segment:")]
    assert marks == ([segment] if segment else [])


@pytest.mark.requirement("R58")
def test_a_named_day_of_return_goes_before_the_usual_pause(monday: Sandbox) -> None:
    deal = made(monday, "losing")
    monday.submit("set", {"fields": {"loss.return_on": date(2026, 5, 4)}}, deal)
    monday.submit("lose", {"reason": "later", "comment": "After the holidays"}, deal)
    monday.wait(at("2026-05-04 09:59"))
    assert monday.deal(deal).stage == "gone"
    monday.wait(at("2026-05-04 10:00"))
    assert monday.deal(deal).stage == "back"
