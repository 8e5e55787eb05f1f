"""Timers belong to a robot and a visit; time that passes sets things off once; edited files (Meaning 4, 5, 6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.engine_decide.desk import DAY, HOUR, MINUTE, MONDAY, Desk, due, moscow, programs
from voronka.dsl.definition.values import Duration
from voronka.engine.deal.changes import dump, fold
from voronka.engine.deal.protocol import Ask, Decision, Event
from voronka.engine.deal.state import Deal
from voronka.engine.decide import decide, exports

CLOCKS = """
team t "Team" {
  person anna "Anna" is manager deputy ivan
  person ivan "Ivan" is manager
}
pipeline clocks "Clocks" {
  timezone "Europe/Moscow"
  role manager "Manager"
  owner is anna
  on away { hand over tasks to deputy  after 1 hour { hand over to deputy } }
  field key  "Key"  text = "k"
  field log  "Log"  text
  field n    "N"    number = 0
  field hot  "Hot"  bool = no
  field at_  "At"   datetime
  field day  "Day"  date
  event ring "Ring" by key { text text }
  event end  "End"  by key
  robot yearly "Yearly" { due 1 day before at_  set n = n + 1000 }
  robot often  "Often"  { on event ring at most 2 times  set n = n + 1 }
  robot noon   "Noon"   { on change hot at 12:00  set log = "noon" }

  stage one "One" {
    task t_ "T" { assign owner  due 3 days after entry }
    robot limited "Limited" { on event ring at most 1 times  set log = event.text }
    robot dated   "Dated"   { due 2 hours after at_  set log = "dated" }
    robot on_day  "On day"  { on day at 09:30  set log = "day" }
    robot warm    "Warm"    { every day at 09:00 when at_ is older than 3 days  set n = n + 10 }
    lose as silent 5 days after entry when at_ is not older than 2 days
    limit 4 days { set log = "limit" }
  }
  stage two "Two" {
    after 1 hour { set log = "a"  after 1 hour { set log = "b" } }
    wait 5 hours for event ring { set log = event.text } else { set log = "nobody" }
    wait 6 hours for task chat { set log = "chatted" } else { set log = "no chat" }
    task chat "Chat" { assign owner  due 1 day after entry }
  }
  stage three "Three" { move to two when at_ is older than 1 day }
  won done "Done" { after 1 day { set log = "thanks" } }
  lost gone "Gone" {
    reason silent "Silent"
    reason back "Back" { return to three on at_  return to two 2 days after closing when hot }
  }
}
"""


def timers(desk: Desk, deal: int) -> set[str]:
    return {key.split(":cont:")[0] + (":cont" if ":cont:" in key else "") for key in desk.deal(deal).timers}


def test_leaving_ends_what_the_visit_began_and_keeps_what_is_the_deals() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", at_=desk.now + 9 * DAY, stage="two")
        assert timers(desk, deal) == {"v:cont", "t:1", "p:robot:yearly"}
        desk.act(deal, "move", stage="three")
        assert timers(desk, deal) == {"v:wake", "p:robot:yearly"}
        desk.act(deal, "move", stage="done")
        assert timers(desk, deal) == {"v:cont"}
        desk.act(deal, "reopen", stage="three")
        assert timers(desk, deal) == {"v:wake", "p:robot:yearly"}


def test_at_most_counts_per_visit_in_a_stage_and_per_deal_in_the_pipeline() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks")
        for text in "ab":
            desk.act(deal, "event", name="ring", payload={"text": text})
        assert (desk.fields(deal)["log"], desk.fields(deal)["n"]) == ("a", 2)
        # all runs are spent: nothing consumed it, so it is kept and shown (Meaning 12)
        assert desk.submit("event", {"name": "ring", "payload": {"text": "c"}}, deal).status == "kept"
        desk.act(deal, "move", stage="three")
        desk.act(deal, "move", stage="one")
        desk.act(deal, "event", name="ring", payload={"text": "d"})
        assert (desk.fields(deal)["log"], desk.fields(deal)["n"]) == ("d", 2)


def test_delays_inside_of_delays_and_waits_that_end_either_way() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", stage="two")
        seen = []
        for minutes in (59, 1, 59, 1, 180, 60):
            desk.after(minutes * MINUTE)
            seen.append(desk.fields(deal)["log"])
        assert seen == [None, "a", "a", "b", "nobody", "no chat"]
        other = desk.new("clocks", stage="two")
        desk.act(other, "done", task="chat")
        assert desk.fields(other)["log"] == "chatted"
        desk.act(other, "event", name="ring", payload={"text": "rang"})
        assert desk.fields(other)["log"] == "rang"
        desk.after(7 * HOUR)
        assert desk.fields(other)["log"] == "b"


def test_a_stale_timer_is_nothing_at_all() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", at_=desk.now + DAY)
        old = desk.deal(deal).timers["v:robot:one/dated"]
        desk.act(deal, "set", fields={"at_": desk.now + 2 * DAY})
        new = desk.deal(deal).timers["v:robot:one/dated"]
        assert new[1] > old[1]
        before = dump(desk.deal(deal))
        program = desk.programs.program("clocks")
        for key, gen in (("v:robot:one/dated", old[1]), ("v:robot:one/dated", new[1] + 1), ("v:robot:gone", 1)):
            decision = decide(program, desk.deal(deal), Event("timer", {"key": key, "gen": gen}, desk.now))
            assert isinstance(decision, Decision)
            assert (decision.changes, decision.refused) == ([], ())
        assert dump(desk.deal(deal)) == before


def test_a_dated_robot_fires_once_for_each_instant() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", at_=desk.now)
        desk.after(2 * HOUR)
        assert desk.fields(deal)["log"] == "dated"
        desk.act(deal, "set", fields={"log": None})
        desk.act(deal, "note", text="nothing")
        desk.after(HOUR)
        assert desk.fields(deal)["log"] is None
        desk.act(deal, "set", fields={"at_": desk.now})
        desk.after(2 * HOUR)
        assert desk.fields(deal)["log"] == "dated"


def test_at_a_time_of_day_means_the_next_one() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", day=date(2026, 3, 3))
        desk.act(deal, "set", fields={"hot": True})
        desk.until("2026-03-02 11:59")
        assert desk.fields(deal)["log"] is None
        desk.until("2026-03-02 12:00")
        assert desk.fields(deal)["log"] == "noon"
        desk.until("2026-03-03 09:30")
        assert desk.fields(deal)["log"] == "day"


def test_a_recurring_robot_whose_condition_is_false_sleeps_until_time_makes_it_true() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", at_=desk.now)
        assert desk.deal(deal).timers["v:robot:one/warm"][0] == moscow("2026-03-06 09:00")
        desk.act(deal, "set", fields={"at_": None})
        assert "v:robot:one/warm" not in desk.deal(deal).timers


@pytest.mark.requirement("R71")
def test_the_limit_turns_red_once_a_visit() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", at_=desk.now - 9 * DAY)
        desk.after(4 * DAY - 1)
        assert desk.deal(deal).flags == {}
        desk.after(1)
        assert (set(desk.deal(deal).flags), desk.fields(deal)["log"]) == ({"limit"}, "limit")
        desk.act(deal, "set", fields={"log": None})
        desk.after(9 * DAY)
        assert desk.fields(deal)["log"] is None
        desk.act(deal, "move", stage="two")
        assert desk.deal(deal).flags == {}


def test_a_standing_rule_with_a_moment_stands_from_then_on() -> None:
    with Desk(CLOCKS) as desk:
        early, late = (desk.new("clocks", at_=desk.now - days * DAY) for days in (1, 9))
        desk.act(late, "set", fields={"at_": desk.now - 9 * DAY})
        desk.after(5 * DAY - MINUTE)
        desk.act(early, "set", fields={"at_": desk.now})
        assert desk.stage(early) == "one"  # the condition holds, but its moment has not come
        desk.after(MINUTE)
        assert (desk.stage(early), desk.stage(late)) == ("gone", "one")
        desk.after(DAY)
        desk.act(late, "set", fields={"at_": desk.now})  # its moment is past: now the condition decides
        assert desk.stage(late) == "gone"


def test_a_standing_rule_with_a_moment_is_pending_only_while_its_condition_holds() -> None:
    text = CLOCKS.replace('reason silent "Silent"', 'reason silent "Silent" { require day }')
    with Desk(text) as desk:
        deal = desk.new("clocks", at_=desk.now + 4 * DAY)
        desk.after(5 * DAY)
        assert desk.pending(deal) == [("require", "day")]
        desk.act(deal, "set", fields={"at_": desk.now - 9 * DAY})
        assert desk.pending(deal) == []
        desk.act(deal, "set", fields={"day": date(2026, 3, 9)})
        assert desk.stage(deal) == "one"


def test_conditions_on_time_wake_the_deal_at_the_very_instant() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", stage="three", at_=desk.now)
        assert desk.deal(deal).timers["v:wake"][0] == desk.now + DAY
        desk.after(DAY - 1)
        assert desk.stage(deal) == "three"
        desk.after(1)
        assert desk.stage(deal) == "two"


@pytest.mark.requirement("R58")
@pytest.mark.parametrize(("hot", "days", "stage"), [(True, 2, "two"), (False, 2, "gone"), (False, 4, "three")])
def test_a_suspended_loss_returns_at_its_moments(hot: bool, days: int, stage: str) -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks", stage="three", at_=desk.now + 4 * DAY, hot=hot)
        desk.act(deal, "lose", reason="back")
        desk.after(days * DAY)
        assert desk.stage(deal) == stage


@pytest.mark.requirement("R63")
def test_a_delay_remembers_who_is_away() -> None:
    with Desk(CLOCKS) as desk:
        deal = desk.new("clocks")
        desk.person("absent", "anna", until=desk.now + DAY)
        assert (desk.deal(deal).owner, desk.task(deal, "t_").assignee) == ("anna", "ivan")
        desk.after(HOUR)
        assert desk.deal(deal).owner == "ivan"


def test_a_standing_rule_whose_moment_has_come_wakes_when_time_makes_its_condition_true() -> None:
    with Desk(CLOCKS.replace("is not older than 2 days", "is older than 6 days")) as desk:
        deal = desk.new("clocks", at_=desk.now)
        desk.after(6 * DAY - 1)
        assert desk.stage(deal) == "one"
        desk.after(1)
        assert desk.stage(deal) == "gone"


def test_what_a_pipelines_robot_put_off_ends_when_the_deal_closes_not_when_it_moves() -> None:
    with Desk(CLOCKS) as desk:
        moved, closed = desk.new("clocks"), desk.new("clocks")
        desk.person("absent", "anna", until=desk.now + DAY)
        desk.act(moved, "move", stage="three")
        desk.act(closed, "move", stage="done")
        assert any(":cont:" in key for key in desk.deal(moved).timers)
        assert not any(key.startswith("p:") for key in desk.deal(closed).timers)
        desk.after(HOUR)
        assert (desk.deal(moved).owner, desk.deal(closed).owner) == ("ivan", "anna")


# --- edited files ----------------------------------------------------------------------------------------------------


def answer(ask: Ask) -> Any:
    return {"person": {"role": "manager"}, "deputy": None, "supervisor": None, "members": ["anna"]}.get(ask.kind)


def meet(text: str, deal: Deal, at: int, kind: str = "note", **data: Any) -> Deal:
    """The deal's next event, decided under another definition."""
    made = programs(text)
    event = Event(kind, data or {"text": "hello"}, at, ask=answer)
    untouched = dump(deal)
    decision = decide(made.program(deal.pipeline), deal, event)
    assert isinstance(decision, Decision)
    assert not decision.refused
    assert dump(deal) == untouched
    copy = deal.copy()
    fold(copy, decision.changes, at, made.hash)
    assert decision.deal is not None
    decision.deal.version, decision.deal.now, decision.deal.definition = copy.version, copy.now, copy.definition
    assert dump(copy) == dump(decision.deal)
    return copy


def edited(*edits: tuple[str, str]) -> str:
    text = CLOCKS
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


def living(stage: str = "one", age: int = 2 * DAY, **fields: Any) -> Deal:
    """A deal that came into its stage some time ago, under the definition as it stands above."""
    with Desk(CLOCKS, MONDAY - age) as desk:
        deal = desk.new("clocks", stage=stage, **fields)
        desk.after(age)
        return desk.deal(deal).copy()


NEW_ROBOTS = """
    robot fresh1 "F" { due 1 day after entry  set log = "past" }
    robot fresh2 "F" { due 3 days after entry  set log = "coming" }
    robot fresh3 "F" { every day at 08:00  set log = "daily" }
"""


def test_edited_robots_adopt_deals_already_inside_without_firing_the_past() -> None:
    text = edited(('  stage one "One" {\n', f'  stage one "One" {{\n{NEW_ROBOTS}'))
    deal = meet(text, living(), MONDAY)
    assert deal.f["log"] is None
    assert {key: timer[0] for key, timer in deal.timers.items() if "fresh" in key} == {
        "v:robot:one/fresh2": MONDAY + DAY,
        "v:robot:one/fresh3": moscow("2026-03-03 08:00"),
    }
    # and the past stays past, whatever happens later
    later = meet(text, deal, MONDAY + HOUR)
    assert "v:robot:one/fresh1" not in later.timers


@pytest.mark.parametrize(
    ("old", "new", "key", "due_then"),
    [
        ("due 2 hours after at_", "due 3 days after at_", "v:robot:one/dated", MONDAY + 3 * DAY),
        ("every day at 09:00 when at_", "every day at 20:00 when at_", "v:robot:one/warm", moscow("2026-03-02 20:00")),
        ("limit 4 days", "limit 3 days", "v:limit", MONDAY + DAY),
        ("limit 4 days", "limit 90 days", "v:limit", MONDAY + 88 * DAY),
        ("due 3 days after entry", "due 4 days after entry", "t:1", MONDAY + 2 * DAY),
        ('  robot yearly "Yearly" { due 1 day before at_  set n = n + 1000 }\n', "", "p:robot:yearly", None),
    ],
)
def test_edited_timers_move_with_the_first_event(old: str, new: str, key: str, due_then: int | None) -> None:
    at = MONDAY + DAY if "yearly" in key else MONDAY - 4 * DAY if "warm" in key else MONDAY
    deal = meet(edited((old, new)), living(at_=at), MONDAY)
    assert (deal.timers[key][0] if key in deal.timers else None) == due_then


def test_a_limit_that_is_long_past_turns_red_without_its_actions() -> None:
    deal = meet(edited(("limit 4 days", "limit 1 day")), living(), MONDAY)
    assert (set(deal.flags), deal.f["log"]) == ({"limit"}, None)


@pytest.mark.parametrize(
    ("edit", "log"),
    [
        (("due 2 hours after at_", "due 9 days after at_"), None),  # the old timer has become stale
        (('set log = "dated"', 'set log = "other"'), "other"),  # the moment is the same: it has its turn
        (("robot dated ", "robot other "), None),  # a robot of another name had no timer, and its moment is past
    ],
)
def test_a_timer_that_fires_first_after_an_edit(edit: tuple[str, str], log: str | None) -> None:
    before = living(at_=MONDAY - HOUR)
    timer = before.timers["v:robot:one/dated"]
    at = MONDAY + HOUR + MINUTE  # a little late
    deal = meet(edited(edit), before, at, "timer", key="v:robot:one/dated", gen=timer[1])
    assert deal.f["log"] == log
    assert "v:robot:one/dated" not in deal.timers or deal.timers["v:robot:one/dated"][0] > at


def test_a_return_added_too_late_is_past_and_one_ahead_is_not() -> None:
    lost = living("three", at_=MONDAY + DAY)
    program = programs(CLOCKS).program("clocks")
    decision = decide(program, lost, Event("lose", {"reason": "silent"}, MONDAY, ask=answer))
    assert isinstance(decision, Decision)
    assert decision.deal is not None
    decision.deal.definition = programs(CLOCKS).hash
    returns = "{ return to three 1 day after closing  return to two 9 days after closing }"
    text = edited(('reason silent "Silent"', f'reason silent "Silent" {returns}'))
    deal = meet(text, decision.deal, MONDAY + 2 * DAY)
    assert deal.stage == "gone"
    assert [timer[0] for key, timer in deal.timers.items() if ":return:" in key] == [MONDAY + 9 * DAY]


@pytest.mark.requirement("U9")
def test_calendar_edits_move_deadlines_and_pinned_ones_only_say_so() -> None:
    head = 'pipeline clocks "Clocks" {'
    text = edited((head, f'calendar c "C" {{ based on ru }}\n{head}\n  calendar c'), ("due 3 days", "due 3 workdays"))
    closed = text.replace("based on ru", "based on ru  off 2026-03-03 to 2026-03-04")
    with Desk(text) as desk:
        follows, pinned = desk.new("clocks"), desk.new("clocks")
        desk.act(pinned, "reschedule", task="t_", due=moscow("2026-03-20 10:00"))
        assert due(desk.task(follows, "t_")) == "2026-03-05 10:00"
        moved = meet(closed, desk.deal(follows), desk.now)
        assert [due(task) for task in moved.open_tasks] == ["2026-03-10 10:00"]  # the 9th is a holiday
        assert moved.timers["t:1"][0] == moscow("2026-03-10 10:00")
        event = Event("note", {"text": "x"}, desk.now, ask=answer)
        decision = decide(programs(closed).program("clocks"), desk.deal(pinned), event)
        assert isinstance(decision, Decision)
        assert ("note", {"kind": "pinned", "task": 1, "would": moscow("2026-03-10 10:00")}) in decision.changes
        # the deadline's own timer, set for the old calendar, does not make the task overdue
        fired = {"key": "t:1", "gen": desk.deal(follows).timers["t:1"][1]}
        stale = meet(closed, desk.deal(follows), moscow("2026-03-05 10:00"), "timer", **fired)
        assert not any(task.overdue for task in stale.tasks.values())


MIRRORS = """
record client "Client" { field name "Name" text  field kind "Kind" text }
pipeline orders "Orders" {
  timezone "Europe/Moscow"
  field client "Client" link to client
  field goods  "Goods"  links to goods.order
  field total  "Total"  number is sum(goods.price)
  field who    "Who"    text is client.name
  stage a "A"
  won b "B"
}
pipeline goods "Goods" {
  timezone "Europe/Moscow"
  field order  "Order"  link to orders
  field price  "Price"  number
  field weight "Weight" number
  stage a "A"
  won b "B"
}
"""


def test_values_of_other_deals_that_are_newly_read_are_fetched() -> None:
    with Desk(MIRRORS) as desk:
        card = desk.new("client", name="Smith", kind="firm")
        order = desk.new("orders", client=card)
        good = desk.new("goods", order=order, price=Decimal(5), weight=Decimal(7))
        assert (desk.fields(order)["total"], desk.fields(order)["who"]) == (5, "Smith")
        text = MIRRORS.replace("sum(goods.price)", "sum(goods.weight)").replace("client.name", "client.kind")

        def cards(ask: Ask) -> Any:
            return {name: exports.value_of(desk.deal(ask.args[0]), name) for name in ask.args[1]}

        event = Event("note", {"text": "x"}, desk.now, ask=cards)
        decision = decide(programs(text).program("orders"), desk.deal(order), event)
        assert isinstance(decision, Decision)
        assert decision.deal is not None
        assert (decision.deal.f["total"], decision.deal.f["who"]) == (7, "firm")
        assert decision.deal.items["goods"][good] == {"stage": "a", "weight": Decimal(7)}
        # under the same definition nothing is fetched
        same = decide(desk.programs.program("orders"), desk.deal(order), Event("note", {"text": "x"}, desk.now))
        assert isinstance(same, Decision)
        assert [change[0] for change in same.changes] == ["note"]


def test_formulas_are_computed_for_deals_already_there() -> None:
    line = '  field n    "N"    number = 0'
    assert meet(edited((line, f'{line}\n  field m "M" number is n + 5')), living(), MONDAY).f["m"] == 5


def test_a_pending_move_whose_rule_is_gone_is_dropped() -> None:
    blocked = edited(
        ('  stage two "Two" {\n', '  stage two "Two" {\n    require day\n'),
        ("    robot limited", "    move to two when hot\n    robot limited"),
    )
    with Desk(blocked) as desk:
        deal = desk.new("clocks", hot=True)
        assert desk.pending(deal) == [("require", "day")]
        kept = meet(blocked.replace('"Warm"', '"Warmer"'), desk.deal(deal), desk.now)
        assert len(kept.pending) == 1
        assert meet(CLOCKS, desk.deal(deal), desk.now).pending == {}


UNDATED = """
team t "Team" { person anna "Anna" is manager }
pipeline p "P" {
  timezone "Europe/Moscow"
  role manager "Manager"
  owner is manager by round robin
  field n     "N"     number = 2
  field lasts "Lasts" duration is n * 1 day
  field term  "Term"  duration
  field log   "Log"   text
  event go    "Go"
  stage one "One" {
    task t_ "T" { assign owner  due lasts after entry }
    limit term
    on event go { after term { set log = "after" } }
  }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


def test_a_length_that_is_unset_or_that_no_calendar_can_add_leaves_things_undated_and_says_so() -> None:
    with Desk(UNDATED) as desk:
        deal = desk.new("p", n=Decimal("2.5"))
        assert (desk.task(deal, "t_").status, "v:limit" in desk.deal(deal).timers) == ("waiting", False)
        desk.act(deal, "event", name="go")
        assert set(desk.deal(deal).flags) == {"undated:one/#1/#1"}
        desk.act(deal, "set", fields={"n": Decimal(3), "term": Duration(Decimal(4), "hour")})
        assert due(desk.task(deal, "t_")) == "2026-03-05 10:00"
        assert desk.deal(deal).timers["v:limit"][0] == MONDAY + 4 * HOUR
        desk.act(deal, "event", name="go")
        assert desk.deal(deal).flags == {}
        desk.act(deal, "set", fields={"term": Duration(Decimal(8), "hour")})  # the limit follows, too
        desk.after(4 * HOUR)
        assert (desk.fields(deal)["log"], desk.deal(deal).flags) == ("after", {})
        desk.after(4 * HOUR)
        assert set(desk.deal(deal).flags) == {"limit"}
