"""One event runs to its end, in a fixed order; what is blocked stays pending (Meaning 2, 14)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.engine_decide.desk import DAY, HOUR, MINUTE, Desk
from voronka.dsl.definition.values import Duration

# every robot leaves its letter in the trail
STEPS = """
team t "Team" { person anna "Anna" is manager }
pipeline steps "Steps" {
  timezone "Europe/Moscow"
  role manager "Manager"
  owner is manager by round robin
  field key    "Key"    text
  field trail  "Trail"  text = "-"
  field a      "A"      text
  field b      "B"      text
  field n      "N"      number = 0
  field twice  "Twice"  number is n * 2
  field open_  "Open"   bool is any of tasks are open
  field mine   "Mine"   bool is owner is set
  field soon   "Soon"   datetime is creation + 3 days
  field took   "Took"   duration is closing - creation
  field there  "There"  duration is entry - creation
  event go     "Go"     by key { n number }
  event flip   "Flip"   by key
  event out    "Out"    by key
  event hop    "Hop"    by key
  event later  "Later"  by key
  event both   "Both"   by key

  robot last  "Last"  { on event go  set trail = "P" }
  on exit  { set trail = "x" }
  on entry { set trail = "e" }
  robot one_of "Two triggers" { on event both  on change a  set n = n + 100 }

  stage one "One" {
    task call "Call" {
      assign owner
      due 1 hour after entry
      outcome reached "Reached" { set trail = "o" }
      outcome gone_   "Gone"    { set trail = "o"  move to two  set n = 7 }
      on done { set trail = "t" }
      on event go { set trail = "h" }
    }
    robot stage_ "Stage" { on event go  set trail = "s" }
    robot heard  "Heard" { on task call done  set trail = "d" }
    robot turn   "Turn"  { on event flip  set a = "x"  clear a }
    robot changed "Change" { on change a  set trail = "a" }
    robot hops   "Hops"  { on event hop  set b = "before"  move to two  set a = "after"  move to three }
    robot both_  "Both"  { on event both  set a = "both" }
    on exit { set trail = "X"  move to three when b is "elsewhere" }
    move to three when n > 1000
    move to two when n > 100
  }
  stage two "Two" {
    set trail = "E"
    robot hears_a "Hears" { on change a  set trail = "2" }
    robot hears_b "Hears" { on change b  set trail = "3" }
    robot hears_d "Hears" { on task call done  set trail = "4" }
    on entry { set trail = "n" }
    on exit  { set trail = "Y" }
    robot counts "Counts" { on change n when n < 5_000 and b is "count"  set n = n + 1 }
  }
  stage three "Three" { set trail = "F" }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


def trail(desk: Desk, deal: int, since: int = 0) -> str:
    """The letters left in the trail, in order."""
    return "".join(
        change[2]
        for done in desk.journal[since:]
        if done.deal == deal
        for change in done.changes
        if change[:2] == ("set", "trail")
    )


@pytest.mark.parametrize(
    ("kind", "data", "letters", "stage"),
    [
        # payload, then the robots of the task, of the stage, of the pipeline
        ("event", {"name": "go", "payload": {"n": Decimal(1)}}, "hsP", "one"),
        # task and outcome, then the task's robots, then the stage's
        ("done", {"task": "call", "outcome": "reached"}, "otd", "one"),
        # the outcome moves: its remaining sentences run, the old stage's robots do not, the new stage hears nothing
        ("done", {"task": "call", "outcome": "gone_"}, "otXxEne", "two"),
        # exit actions of the old stage before entry actions of the new one, each before the pipeline's
        ("move", {"stage": "two"}, "XxEne", "two"),
        # two moves of one robot: the stage between is neither entered nor left; what it set before is over
        ("event", {"name": "hop"}, "XxFe", "three"),
        # the first standing rule that is true wins
        ("set", {"fields": {"n": Decimal(500)}}, "XxEne", "two"),
        ("set", {"fields": {"n": Decimal(5000)}}, "XxFe", "three"),
        # a field set back to what it was did not change
        ("event", {"name": "flip"}, "", "one"),
        ("set", {"fields": {"a": "y"}}, "a", "one"),
    ],
)
def test_the_order_in_which_things_happen(kind: str, data: dict[str, object], letters: str, stage: str) -> None:
    with Desk(STEPS) as desk:
        deal = desk.new("steps", key="k")
        since = len(desk.journal)
        desk.act(deal, kind, **data)
        assert (trail(desk, deal, since), desk.stage(deal)) == (letters, stage)


def test_remaining_sentences_after_a_move_still_run() -> None:
    with Desk(STEPS) as desk:
        deal = desk.new("steps", key="k")
        desk.act(deal, "done", task="call", outcome="gone_")
        assert (desk.stage(deal), desk.fields(deal)["n"]) == ("two", 7)


def test_exit_actions_may_change_where_the_deal_arrives() -> None:
    with Desk(STEPS) as desk:
        deal = desk.new("steps", key="k", b="elsewhere")
        since = len(desk.journal)
        desk.act(deal, "move", stage="two")
        assert (trail(desk, deal, since), desk.stage(deal), desk.deal(deal).visit) == ("XxFe", "three", 3)


def test_a_robot_with_two_triggers_runs_once_a_round() -> None:
    with Desk(STEPS) as desk:
        deal = desk.new("steps", key="k")
        desk.act(deal, "event", name="both")  # round one: the event; round two: the change it made
        assert desk.fields(deal)["n"] == 200
        desk.act(deal, "set", fields={"a": "z", "n": Decimal(0)})
        assert desk.fields(deal)["n"] == 100


def test_formulas_follow_all_they_read_at_once() -> None:
    with Desk(STEPS) as desk:
        deal = desk.new("steps", key="k", n=Decimal(4))
        assert (desk.fields(deal)["twice"], desk.fields(deal)["open_"], desk.fields(deal)["mine"]) == (8, True, True)
        assert desk.fields(deal)["soon"] == desk.now + 3 * DAY
        desk.act(deal, "done", task="call", outcome="reached")
        assert desk.fields(deal)["open_"] is False
        desk.after(2 * MINUTE)
        desk.act(deal, "move", stage="done")
        took = Duration(Decimal(2), "min")
        assert (desk.fields(deal)["took"], desk.fields(deal)["there"], desk.fields(deal)["open_"]) == (
            took,
            took,
            False,
        )


def test_what_would_go_on_for_too_long_is_stopped_and_nothing_of_it_happens() -> None:
    with Desk(STEPS) as desk:
        deal = desk.new("steps", key="k", stage="two", b="count", n=Decimal(4990))
        desk.act(deal, "set", fields={"n": Decimal(4991)})
        assert desk.fields(deal)["n"] == 5000
        reply = desk.submit("set", {"fields": {"n": Decimal(1)}}, deal)
        assert [u.kind for u in reply.unmet] == ["runaway"]
        assert set(reply.unmet[0].args["trail"]) >= {"two/counts"}
        assert desk.fields(deal)["n"] == 5000


# --- what is blocked -------------------------------------------------------------------------------------------------

BLOCKED = """
team t "Team" { person anna "Anna" is manager  person olga "Olga" is head }
pipeline moves "Moves" {
  timezone "Europe/Moscow"
  role manager "Manager"
  role head "Head"
  owner is manager by round robin
  field key "Key" text
  field a "A" text
  field b "B" text
  field at_ "At" datetime
  field discount "Discount" percent = 0%
  event push "Push" by key { a text }
  event cut "Cut" by key { by_ percent }
  stage one "One" {
    robot push "Push" { on event push  set a = event.a  move to two }
    robot cut "Cut" { on event cut  set discount = event.by_  move to three }
    approval big "Big" when discount > 10% { assign head  covers discount }
    move to three when a is "three"
  }
  stage two "Two" { require b }
  stage three "Three" { enter when now >= at_ or at_ is not set else "Too early" }
  stage four "Four" {
    enter when at_ is older than 2 days else "Too young"
    robot push4 "Push" { on event push  move to two }
  }
  stage zero "Zero" { robot push0 "Push" { on event push  move to four } }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


def test_sets_stand_when_the_move_is_blocked_and_it_is_tried_again_when_what_it_read_changes() -> None:
    with Desk(BLOCKED) as desk:
        deal = desk.new("moves", key="k")
        desk.act(deal, "event", name="push", payload={"a": "set"})
        assert (desk.stage(deal), desk.fields(deal)["a"], desk.pending(deal)) == ("one", "set", [("require", "b")])
        (data,) = desk.deal(deal).pending.values()
        assert (data["what"], data["name"], data["since"]) == ("move", "two", desk.now)
        assert [change[0] for change in desk.act(deal, "note", text="nothing that it reads")] == ["note"]
        changes = desk.act(deal, "set", fields={"b": "now"})
        cause = [change[1] for change in changes if change[0] == "by"]
        assert cause[0] == "one/push/#2", "the move says which robot's it is"
        assert not any(change[0] == "count" for change in changes)
        assert (desk.stage(deal), desk.deal(deal).pending) == ("two", {})


def test_a_pending_move_is_dropped_when_the_deal_leaves() -> None:
    with Desk(BLOCKED) as desk:
        deal = desk.new("moves", key="k")
        desk.act(deal, "event", name="push", payload={})
        assert desk.pending(deal)
        desk.act(deal, "move", stage="zero")
        assert desk.deal(deal).pending == {}
        desk.act(deal, "set", fields={"b": "now"})
        assert desk.stage(deal) == "zero"


def test_a_standing_move_is_pending_only_while_its_condition_holds() -> None:
    with Desk(BLOCKED) as desk:
        deal = desk.new("moves", key="k", at_=desk.now + HOUR)
        desk.act(deal, "set", fields={"a": "three"})
        assert desk.pending(deal) == [("enter", "")]
        desk.act(deal, "set", fields={"a": "other"})
        assert desk.deal(deal).pending == {}
        desk.act(deal, "set", fields={"a": "three"})
        desk.act(deal, "set", fields={"a": "other", "at_": None})  # the gate opens as the condition goes
        assert (desk.stage(deal), desk.deal(deal).pending) == ("one", {})


@pytest.mark.parametrize(("stage", "target", "wait"), [("one", "three", HOUR), ("zero", "four", 2 * DAY - 30 * MINUTE)])
def test_a_move_that_time_alone_keeps_back_happens_when_it_lets_go(stage: str, target: str, wait: int) -> None:
    with Desk(BLOCKED) as desk:
        at = desk.now + HOUR if stage == "one" else desk.now - 30 * MINUTE
        deal = desk.new("moves", key="k", stage=stage, at_=at)
        if stage == "one":
            desk.act(deal, "set", fields={"a": "three"})
        else:
            desk.act(deal, "event", name="push", payload={})
        assert desk.pending(deal) == [("enter", "")]
        desk.after(wait - 1)
        assert desk.stage(deal) == stage
        desk.after(2)
        assert desk.stage(deal) == target


def test_an_approval_given_for_another_value_does_not_let_a_robot_through() -> None:
    with Desk(BLOCKED) as desk:
        deal = desk.new("moves", key="k", discount=Decimal("0.2"))
        desk.act(deal, "done", task="big", outcome="approved", by="olga")
        assert desk.deal(deal).approvals["big"]["state"] == "approved"
        desk.act(deal, "event", name="cut", payload={"by_": Decimal("0.4")})
        assert (desk.stage(deal), desk.pending(deal)) == ("one", [("approval", "big")])
        assert desk.deal(deal).approvals["big"]["state"] == "asked"
        desk.act(deal, "event", name="cut", payload={"by_": Decimal("0.5")})  # and once more, not answered yet
        asked = [task for task in desk.deal(deal).tasks.values() if task.name == "big"]
        assert [(task.status, task.cause) for task in asked] == [("done", None), ("cancelled", "void"), ("open", None)]
        desk.act(deal, "done", task="big", outcome="approved", by="olga")
        assert desk.stage(deal) == "three"


def test_an_approval_whose_condition_has_just_gone_does_not_hold() -> None:
    with Desk(BLOCKED) as desk:
        deal = desk.new("moves", key="k", discount=Decimal("0.2"))
        assert desk.refused(deal, "move", stage="three") == [("approval", "big")]
        changes = desk.act(deal, "event", name="cut", payload={"by_": Decimal("0.1")})
        assert (desk.stage(deal), desk.deal(deal).pending) == ("three", {})
        assert not any(change[0] == "pend" for change in changes)
        other = desk.new("moves", key="k", discount=Decimal("0.2"))
        desk.act(other, "set", fields={"discount": Decimal(0)})
        assert (desk.task(other, "big").cause, desk.deal(other).approvals) == ("not needed", {})


def test_a_whole_deals_approval_is_asked_again_after_the_deal_was_closed_in_between() -> None:
    text = BLOCKED.replace('    approval big "Big" when discount > 10% { assign head  covers discount }\n', "")
    text = text.replace(
        '  stage one "One" {',
        '  approval big "Big" when discount > 10% { assign head  covers discount }\n  stage one "One" {',
        1,
    )
    with Desk(text) as desk:
        deal = desk.new("moves", key="k", discount=Decimal("0.2"))
        desk.act(deal, "lose", reason="r")
        assert desk.task(deal, "big").status == "cancelled"
        desk.act(deal, "reopen")
        assert desk.task(deal, "big").status == "open"
        assert desk.refused(deal, "move", stage="three") == [("approval", "big")]
        desk.act(deal, "done", task="big", outcome="approved", by="olga")
        desk.act(deal, "move", stage="zero")
        assert desk.deal(deal).approvals["big"]["state"] == "approved"  # it lives as long as the deal
