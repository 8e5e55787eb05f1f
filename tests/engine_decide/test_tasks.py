"""Tasks: planned, waiting, answered, tried again, moved by hand, ended; deadlines follow (Meaning 3, 5; R30–R43)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engine_decide.desk import DAY, HOUR, MINUTE, Desk, due, moscow

WORK = """
team t "Team" {
  person olga "Olga" is head
  person anna "Anna" is manager reports to olga
  person ivan "Ivan" is manager reports to olga
  person rita "Rita" is clerk
}
module extra "Extra" {
  param told text
  task review "Review" when told is "review" { assign owner  due 1 day after now }
}
calendar half "Half" { based on ru  hours 10:00-16:00 }
pipeline work "Work" {
  timezone "Europe/Moscow"
  calendar half
  role manager "Manager" reports to head
  role head    "Head"
  role clerk   "Clerk"
  owner is manager when key is not "nobody"
  field key    "Key"    text = "k"
  field note   "Note"   text
  field ear    "Ear"    text
  field asks   "Asks"   choices { brief "Brief"  talk "Talk" }
  field meets  "Meets"  datetime
  field on_day "On day" date
  field many   "Many"   number = 2
  field lasts  "Lasts"  duration is many * 1 day
  field urgent "Urgent" bool = no
  event paid   "Paid"   by key { day date }
  event call_  "Call"   by key

  include extra { told = note }
  every task {
    on overdue { notify assignee  after 2 hours { notify supervisor  after 1 hour { set note = "escalated" } } }
  }

  stage one "One" {
    task call "Call" {
      assign owner
      due 5 min after entry when urgent
      due 30 min after entry
      outcome reached "Reached" { counts as contact }
      outcome no_answer "No answer" { again in 2 hours at most 2 times else { set note = "gave up" } }
      outcome moved "Moved" when note is "may" { again on meets }
      outcome later "Later" { next required  comment required "When?" }
    }
    task young "Young" { assign owner  due 9 days after entry when meets is older than 1 day  due 5 days after entry }
    task brief "Brief" when asks has brief { assign clerk  due 1 day after change asks }
    task length "Length" { assign owner  due lasts after entry }
    task workdays_ "Workdays" { assign owner  due 2 workdays after on_day }
    task workhours_ "Workhours" { assign owner  due 3 workhours after entry }
    task before_ "Before" { assign owner  due 2 days before on_day at 12:00 }
    task after_call "After call" { assign owner  due 1 day after task call reached }
    task plain "Plain" { assign clerk  due 3 days after entry  require note  comment required "Why?" }
    task hears "Hears" {
      assign owner
      due 9 days after entry
      on event call_ { set ear = "heard" }
      on meets { set ear = "met" }
    }
    on task call reached { cancel task length }
  }
  stage two "Two" { task call2 "Call" { assign owner  due 1 hour after entry } }
  stage three "Three" { task orphan "Orphan" { assign owner  due 1 day after entry } }
  won done "Done" { task thank "Thank" { assign owner  due 1 day after entry } }
  lost gone "Gone" { reason r "R" }
}
"""


def dues(desk: Desk, deal: int) -> dict[str, str | None]:
    return {task.name: due(task) for task in desk.deal(deal).open_tasks}


@pytest.mark.requirement("R31", "R32")
def test_deadlines_on_every_base_in_elapsed_calendar_and_working_time() -> None:
    with Desk(WORK, moscow("2026-03-05 14:30")) as desk:  # a Thursday; Monday 9 March is a holiday
        deal = desk.new("work", on_day=date(2026, 3, 6))
        assert dues(desk, deal) == {
            "call": "2026-03-05 15:00",
            "young": "2026-03-10 14:30",
            "length": "2026-03-07 14:30",
            "workdays_": "2026-03-11 16:00",
            "workhours_": "2026-03-06 11:30",
            "before_": "2026-03-04 12:00",
            "after_call": None,
            "plain": "2026-03-08 14:30",
            "hears": "2026-03-14 14:30",
        }
        assert {t.name for t in desk.deal(deal).open_tasks if t.status == "waiting"} == {"after_call"}


@pytest.mark.parametrize(
    ("fields", "moved"),
    [
        ({"urgent": True}, {"call": "2026-03-02 10:05"}),
        ({"many": Decimal(5)}, {"length": "2026-03-07 10:00"}),
        ({"many": None}, {"length": None}),
        ({"on_day": date(2026, 3, 20)}, {"workdays_": "2026-03-24 16:00", "before_": "2026-03-18 12:00"}),
        ({"note": "x"}, {}),
    ],
)
def test_a_deadline_follows_whatever_it_hangs_on(fields: dict[str, Any], moved: dict[str, str | None]) -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work")
        before = dues(desk, deal)
        desk.act(deal, "set", fields=fields)
        assert dues(desk, deal) == {**before, **moved}
        for task in desk.deal(deal).open_tasks:  # every timer with its deadline, none without
            timer = desk.deal(deal).timers.get(f"t:{task.id}")
            assert (None if timer is None else timer[0]) == task.due


def test_which_line_gives_the_deadline_may_hang_on_time() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", meets=desk.now + HOUR)
        assert due(desk.task(deal, "young")) == "2026-03-07 10:00"
        desk.after(DAY + HOUR - 1)
        assert due(desk.task(deal, "young")) == "2026-03-07 10:00"
        desk.after(1)
        assert due(desk.task(deal, "young")) == "2026-03-11 10:00"


def test_a_deadline_may_hang_on_another_tasks_outcome() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work")
        desk.act(deal, "done", task="call", outcome="reached")
        assert dues(desk, deal)["after_call"] == "2026-03-03 10:00"
        assert (desk.task(deal, "length").status, desk.task(deal, "length").cause) == ("cancelled", "one/#1/#1")


@pytest.mark.requirement("R53")
def test_what_a_deal_is_born_with_counts_as_changed_then_but_sets_nothing_off() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", asks=("brief",))
        assert due(desk.task(deal, "brief")) == "2026-03-03 10:00"


@pytest.mark.requirement("R43")
def test_again_on_a_date_goes_on_following_the_date() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", note="may", meets=moscow("2026-03-05 12:00"))
        desk.act(deal, "done", task="call", outcome="moved")
        assert (due(desk.task(deal, "call")), desk.task(deal, "call").attempts) == ("2026-03-05 12:00", 1)
        desk.act(deal, "set", fields={"meets": moscow("2026-03-06 15:00")})
        assert due(desk.task(deal, "call")) == "2026-03-06 15:00"
        desk.act(deal, "set", fields={"meets": None})
        assert desk.task(deal, "call").status == "waiting"
        desk.act(deal, "set", fields={"urgent": True})  # its first deadline has no say any more
        assert desk.task(deal, "call").due is None


def test_again_counts_from_the_answer_whatever_is_looked_at_later() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work")
        desk.after(10 * MINUTE)
        desk.act(deal, "done", task="call", outcome="no_answer")
        assert due(desk.task(deal, "call")) == "2026-03-02 12:10"
        desk.after(HOUR)
        desk.act(deal, "set", fields={"urgent": True})
        assert due(desk.task(deal, "call")) == "2026-03-02 12:10"
        desk.act(deal, "done", task="call", outcome="no_answer", comment="engaged")
        call = desk.task(deal, "call")
        assert (call.attempts, call.comment, call.status, desk.fields(deal)["note"]) == (2, "engaged", "open", None)
        desk.act(deal, "done", task="call", outcome="no_answer")
        call = desk.task(deal, "call")
        assert (call.attempts, call.status, desk.fields(deal)["note"]) == (2, "done", "gave up")


@pytest.mark.requirement("R41")
def test_a_conversation_is_remembered_and_other_outcomes_are_none() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work")
        desk.act(deal, "done", task="call", outcome="no_answer")
        assert "contact" not in desk.deal(deal).marks
        desk.act(deal, "done", task="call", outcome="reached")
        assert desk.deal(deal).marks["contact"] == desk.now
        desk.after(HOUR)
        assert desk.act(deal, "contact") == [("mark", "contact", desk.now)]
        assert desk.act(deal, "contact", text="rang")[1:] == [("note", {"kind": "contact", "text": "rang"})]


def test_a_deadline_that_stays_where_it_is_is_not_written_again() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", urgent=None)
        changes = desk.act(deal, "set", fields={"urgent": False})
        assert [change[0] for change in changes] == ["set"]


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(
    ("task", "data", "unmet"),
    [
        ("call", {"outcome": "later"}, [("comment", "call")]),
        ("call", {"outcome": "nonsense"}, [("outcome", "call")]),
        ("call", {}, [("outcome", "call")]),
        ("call", {"outcome": "moved"}, [("outcome", "moved")]),
        ("call", {"outcome": "moved", "fields": {"note": "may"}}, []),
        ("plain", {}, [("require", "note"), ("comment", "plain")]),
        ("plain", {"outcome": "yes", "fields": {"note": "x"}, "comment": "y"}, [("outcome", "plain")]),
        ("plain", {"outcome": "done", "fields": {"note": "x"}, "comment": "y"}, []),
        ("nothing", {}, [("unknown", "nothing")]),
    ],
)
def test_what_an_answer_needs(task: str, data: dict[str, Any], unmet: list[tuple[str, str]]) -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work")
        if unmet:
            assert desk.refused(deal, "done", task=task, **data) == unmet
            assert desk.fields(deal)["note"] is None
            assert all(one.attempts == 0 and one.status != "done" for one in desk.deal(deal).tasks.values())
        else:
            desk.act(deal, "done", task=task, by="anna", **data)
            assert desk.task(deal, task).done_by in ("anna", None)


NEXT = """
pipeline p "P" {
  timezone "Europe/Moscow"
  stage one "One" { task t "T" { assign owner  due 1 day after entry  outcome later "Later" { next required } } }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


@pytest.mark.requirement("R33")
def test_a_next_step_comes_with_the_answer_where_nothing_else_is_open() -> None:
    with Desk(NEXT) as desk:
        deal = desk.new("p")
        assert desk.refused(deal, "done", task="t", outcome="later") == [("next", "t")]
        desk.act(deal, "done", task="t", outcome="later", next={"title": "Ring up", "due": desk.now + DAY})
        step = desk.task(deal, "Ring up")
        assert (step.status, due(step), step.visit) == ("open", "2026-03-03 10:00", 1)
        desk.after(2 * DAY)
        assert desk.task(deal, "Ring up").overdue
        desk.act(deal, "done", task=step.id)
        assert desk.refused(deal, "done", task=step.id) == [("state", "Ring up")]
        assert desk.refused(deal, "reschedule", task=step.id, due=desk.now + DAY) == [("state", "Ring up")]


# --- overdue ---------------------------------------------------------------------------------------------------------


def told(desk: Desk, deal: int) -> list[str]:
    return [intent["to"]["person"] for intent in desk.effects(deal) if intent["kind"] == "notify"]


@pytest.mark.requirement("R36", "R37")
@pytest.mark.parametrize(
    ("act", "people", "escalated"),
    [
        (None, ["anna", "olga"], True),
        (("done", {"task": "call2"}), ["anna"], False),
        (("reschedule", {"task": "call2", "due": moscow("2026-03-04 10:00")}), ["anna"], False),
        (("move", {"stage": "three"}), ["anna"], False),
        (("lose", {"reason": "r"}), ["anna"], False),
    ],
)
def test_what_being_overdue_begins_ends_with_it(
    act: tuple[str, dict[str, Any]] | None, people: list[str], escalated: bool
) -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", stage="two")
        desk.after(HOUR + MINUTE)
        assert told(desk, deal) == ["anna"]
        if act is not None:
            desk.act(deal, act[0], **act[1])
        desk.after(5 * HOUR)
        assert told(desk, deal) == people
        assert desk.fields(deal)["note"] == ("escalated" if escalated else None)


def test_overdue_fires_once_for_each_deadline() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", stage="two")
        desk.after(HOUR)
        assert desk.task(deal, "call2").overdue
        desk.act(deal, "note", text="nothing changes")
        assert told(desk, deal) == ["anna"]
        desk.act(deal, "reschedule", task="call2", due=desk.now + HOUR)
        assert not desk.task(deal, "call2").overdue
        desk.after(HOUR)
        assert told(desk, deal) == ["anna", "anna"]


def test_a_deadline_in_the_past_is_overdue_at_once() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", on_day=date(2026, 2, 2))
        desk.after(0)
        assert desk.task(deal, "before_").overdue


def test_a_pinned_deadline_shows_once_where_it_would_have_gone() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", on_day=date(2026, 3, 20))
        desk.act(deal, "reschedule", task="before_", due=moscow("2026-03-10 10:00"))
        changes = desk.act(deal, "set", fields={"on_day": date(2026, 3, 22)})
        number = desk.task(deal, "before_").id
        notes = [change[1] for change in changes if change[0] == "note"]
        assert notes == [{"kind": "pinned", "task": number, "would": moscow("2026-03-20 12:00")}]
        assert due(desk.task(deal, "before_")) == "2026-03-10 10:00"


# --- lives -----------------------------------------------------------------------------------------------------------


def test_leaving_cancels_with_the_cause_and_coming_back_makes_new_ones() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", note="review")
        first = desk.task(deal, "call").id
        desk.act(deal, "done", task="plain", comment="x", fields={"note": "review"})
        desk.act(deal, "move", stage="two")
        states = {task.name: (task.status, task.cause) for task in desk.deal(deal).tasks.values()}
        assert states["call"] == ("cancelled", "left:two")
        assert states["plain"] == ("done", None)
        assert states["extra.review"] == ("open", None)
        desk.act(deal, "move", stage="one")
        assert (desk.task(deal, "call").id != first, desk.task(deal, "call").status) == (True, "open")
        assert sum(task.name == "extra.review" for task in desk.deal(deal).tasks.values()) == 1
        desk.act(deal, "move", stage="done")
        states = {task.name: (task.status, task.cause) for task in desk.deal(deal).tasks.values()}
        assert (states["call"], states["extra.review"]) == (("cancelled", "won"), ("cancelled", "won"))
        assert states["thank"] == ("open", None)
        desk.act(deal, "reopen", stage="three")
        assert {task.name for task in desk.deal(deal).open_tasks} == {"extra.review", "orphan"}
        desk.act(deal, "lose", reason="r")
        assert {task.cause for task in desk.deal(deal).tasks.values() if task.name == "orphan"} == {"lost"}


def test_a_task_says_which_sentence_planned_it() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work")
        changes = desk.act(deal, "set", fields={"note": "review"})
        assert [change[1] for change in changes if change[0] == "by"] == [desk.task(deal, "extra.review").path]


def test_a_task_of_the_deals_own_that_was_done_does_not_come_again() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", note="review")
        desk.act(deal, "done", task="extra.review")
        desk.act(deal, "lose", reason="r")
        desk.act(deal, "reopen")
        assert desk.task(deal, "extra.review").status == "done"


def test_nobody_to_give_it_to_is_red_until_somebody_is_found() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", stage="three", key="nobody")
        assert desk.task(deal, "orphan").assignee is None
        assert set(desk.deal(deal).flags) == {"nobody:owner", "nobody:three/orphan"}
        desk.act(deal, "assign", person="anna")
        assert set(desk.deal(deal).flags) == set()
        assert desk.task(deal, "orphan").assignee == "anna"


def test_whom_nobody_can_be_found_for_stays_red_whoever_owns_the_deal() -> None:
    with Desk(MOVED.replace("assign ivan", "assign ivan when last is set")) as desk:
        deal = desk.new("work")
        desk.act(deal, "assign", person="ivan")
        assert set(desk.deal(deal).flags) == {"nobody:one/mine"}
        assert desk.task(deal, "mine").assignee is None
        desk.act(deal, "set", fields={"last": date(2026, 3, 9)})
        desk.act(deal, "assign", person="anna")
        assert (set(desk.deal(deal).flags), desk.task(deal, "mine").assignee) == (set(), "ivan")


def test_whom_nobody_was_found_for_is_red_until_the_next_one_finds_somebody() -> None:
    with Desk(MOVED.replace("assign ivan", "assign ivan when last is set")) as desk:
        deal = desk.new("work")
        desk.act(deal, "lose", reason="r")
        assert set(desk.deal(deal).flags) == {"nobody:one/mine"}
        desk.act(deal, "set", fields={"last": date(2026, 3, 9)})
        desk.act(deal, "reopen")
        assert (set(desk.deal(deal).flags), desk.task(deal, "mine").assignee) == (set(), "ivan")


def test_a_tasks_own_robots_hear_events_and_dates_while_it_is_open() -> None:
    with Desk(WORK) as desk:
        deal = desk.new("work", key="k", meets=moscow("2026-03-04 12:00"))
        desk.act(deal, "event", name="call_")
        assert desk.fields(deal)["ear"] == "heard"
        desk.until("2026-03-04 11:59")
        assert desk.fields(deal)["ear"] == "heard"
        desk.until("2026-03-04 12:00")
        assert desk.fields(deal)["ear"] == "met"
        desk.act(deal, "done", task="hears")
        desk.act(deal, "set", fields={"ear": None, "meets": moscow("2026-03-05 12:00")})
        assert desk.submit("event", {"name": "call_"}, deal).status == "kept"  # nothing listens any more
        desk.until("2026-03-05 13:00")
        assert desk.fields(deal)["ear"] is None


# --- rescheduling ----------------------------------------------------------------------------------------------------

MOVED = """
team t "Team" {
  person olga "Olga" is head
  person anna "Anna" is manager reports to olga
  person ivan "Ivan" is manager reports to olga
  person rita "Rita" is clerk
  person kira "Kira" is clerk
}
pipeline work "Work" {
  timezone "Europe/Moscow"
  role manager "Manager" reports to head
  role head "Head"
  role clerk "Clerk" reports to head
  owner is anna
  field last "Last" date
  stage one "One" {
    task mine   "Mine"   {
      assign ivan
      due 1 day after entry
      reschedule { by assignee, supervisor  comment required "Why?"  at most 2 times  until last }
    }
    task ours   "Ours"   { assign clerk due 1 day after entry  reschedule { by assignee } }
    task heads  "Heads"  { assign clerk due 1 day after entry  reschedule { by head } }
    task owners "Owners" { assign clerk due 1 day after entry  reschedule { by owner, supervisor } }
    task free   "Free"   { assign clerk due 1 day after entry }
  }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


@pytest.mark.requirement("R36")
@pytest.mark.parametrize(
    ("task", "by", "why"),
    [
        ("mine", "ivan", None),
        ("mine", "olga", None),
        ("mine", "anna", "by"),
        ("mine", "", None),  # the administrator's own hand
        ("ours", "rita", None),
        ("ours", "kira", None),  # a task of a role is any member's (Meaning 13)
        ("ours", "ivan", "by"),
        ("heads", "olga", None),
        ("heads", "rita", "by"),
        ("owners", "anna", None),
        ("owners", "olga", None),  # a role's chief
        ("owners", "kira", "by"),
        ("free", "kira", None),
    ],
)
def test_who_may_move_a_deadline(task: str, by: str, why: str | None) -> None:
    with Desk(MOVED) as desk:
        deal = desk.new("work")
        data = {"task": task, "due": desk.now + 2 * DAY, "comment": "because"}
        if why is None:
            desk.act(deal, "reschedule", by=by, **data)
            moved = desk.task(deal, task)
            assert (moved.due, moved.pinned, moved.moved) == (data["due"], True, 1)
            assert moved.comment == "because"
        else:
            assert desk.refused(deal, "reschedule", by=by, **data) == [("reschedule", task)]


@pytest.mark.requirement("R36")
def test_all_that_keeps_a_deadline_from_being_moved_is_said() -> None:
    with Desk(MOVED) as desk:
        deal = desk.new("work", last=date(2026, 3, 10))
        for day in (4, 5):
            desk.act(deal, "reschedule", task="mine", due=moscow(f"2026-03-0{day} 10:00"), comment="x")
        reply = desk.submit("reschedule", {"task": "mine", "due": moscow("2026-03-11 10:00")}, deal, actor="anna")
        assert [(u.kind, u.args.get("why")) for u in reply.unmet] == [
            ("reschedule", "by"),
            ("reschedule", "at most"),
            ("reschedule", "until"),
            ("comment", None),
        ]
        past = desk.submit("reschedule", {"task": "free", "due": desk.now}, deal).unmet
        assert [(u.kind, u.args["why"]) for u in past] == [("reschedule", "past")]
