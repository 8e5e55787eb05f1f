"""People in decisions: who is given what, who stands in, what comes back, what goes on (Meaning 13; R37, R63)."""

from __future__ import annotations

import pytest

from tests.engine_decide.desk import DAY, HOUR, Desk
from voronka.engine.host.commands import Command
from voronka.engine.host.queries import list_incidents

FOLKS = """
team t "Team" {
  person olga "Olga" is head deputy pit
  person pit  "Pit"  is second
  person anna "Anna" is manager reports to olga deputy ivan
  person ivan "Ivan" is manager reports to olga deputy rita
  person rita "Rita" is manager
}
record client "Client" {
  field name  "Name" text
  field agent "Agent" user
}
pipeline folks "Folks" {
  timezone "Europe/Moscow"
  role manager "Manager" reports to head
  role head    "Head"
  role second  "Second"
  role nobody_ "Nobody"
  owner is client.agent when client is set
  owner is anna when key is "anna"
  owner is manager by least busy
  on away      { hand over tasks to deputy }
  on dismissed { hand over to manager by least busy  notify supervisor }
  field key    "Key"    text
  field client "Client" link to client
  event lend   "Lend"   by key
  robot lend   "Lend"   { on event lend  hand over tasks to head }
  robot give   "Give"   { on change key when key is "give"  hand over to pit }

  stage one "One" {
    task mine  "Mine"  { assign owner    due 9 days after entry }
    task role_ "Role"  { assign manager  due 9 days after entry }
    task none_ "None"  { assign nobody_  due 9 days after entry }
    task chain "Chain" { assign nobody_  assign owner when key is "no"  assign head  due 9 days after entry }
    task boss  "Boss"  { assign supervisor  due 9 days after entry }
    task fixed "Fixed" {
      assign rita
      due 9 days after entry
      on done { task told "Told" { assign assignee  due 1 day after now } }
    }
  }
  stage two "Two" { task late "Late" { assign owner  due 9 days after entry } }
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


def assignees(desk: Desk, deal: int) -> dict[str, str | None]:
    return {task.name: task.assignee for task in desk.deal(deal).open_tasks}


def test_who_is_given_what() -> None:
    with Desk(FOLKS) as desk:
        desk.person("leave", "nobody_")  # the sandbox's stand-in for a role without members
        deal = desk.new("folks", key="anna")
        assert assignees(desk, deal) == {
            "mine": "anna",
            "role_": "@manager",  # any member may take it
            "none_": None,
            "chain": "@head",  # the first line that holds and finds somebody
            "boss": "olga",
            "fixed": "rita",
        }
        assert set(desk.deal(deal).flags) == {"nobody:one/none_"}
        desk.act(deal, "done", task="fixed", by="olga")
        assert assignees(desk, deal)["told"] == "rita"
        assert desk.task(deal, "fixed").done_by == "olga"


def test_an_absence_lends_tasks_and_they_come_back_also_those_planned_meanwhile() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna")
        desk.person("absent", "anna", until=desk.now + 2 * DAY)
        assert (desk.deal(deal).owner, assignees(desk, deal)["mine"]) == ("anna", "ivan")
        assert desk.task(deal, "mine").lent == "anna"
        other = desk.new("folks", key="anna", stage="two")
        assert assignees(desk, other) == {"late": "ivan"}
        assert assignees(desk, deal)["fixed"] == "rita"
        desk.act(deal, "done", task="mine", by="ivan")
        desk.after(2 * DAY)
        assert (assignees(desk, deal)["fixed"], assignees(desk, deal)["boss"]) == ("rita", "olga")
        assert assignees(desk, other) == {"late": "anna"}
        assert (desk.task(deal, "mine").assignee, desk.task(deal, "mine").done_by) == ("ivan", "ivan")


def test_what_was_lent_is_lent_on_and_still_comes_back_to_whom_it_belongs() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna")
        desk.person("absent", "anna", until=desk.now + 5 * DAY)
        desk.person("absent", "ivan", until=desk.now + 2 * DAY)
        assert (desk.task(deal, "mine").assignee, desk.task(deal, "mine").lent) == ("rita", "anna")
        desk.after(2 * DAY)  # ivan is back; it was never his
        assert desk.task(deal, "mine").assignee == "rita"
        desk.after(3 * DAY)
        assert (desk.task(deal, "mine").assignee, desk.task(deal, "mine").lent) == ("anna", None)


def test_nobody_stands_in() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna")
        for name in ("rita", "ivan", "anna"):
            desk.person("absent", name, until=desk.now + DAY)
        flags = desk.deal(deal).flags
        assert flags["nobody:hand over"]["person"] == "anna"
        assert desk.task(deal, "mine").assignee == "anna"
        desk.act(deal, "event", name="lend")  # somebody is found after all
        assert "nobody:hand over" not in desk.deal(deal).flags
        desk.act(deal, "assign", person="anna")
        assert desk.new("folks", key="anna", stage="two")  # nobody to stand in: it stays with her
        assert assignees(desk, 2) == {"late": "anna"}


@pytest.mark.parametrize("absent", [False, True])
def test_who_leaves_hands_over_deals_and_tasks_the_lent_ones_too(absent: bool) -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna")
        if absent:
            desk.person("absent", "anna", until=desk.now + 2 * DAY)
        desk.person("leave", "anna")
        owner = desk.deal(deal).owner
        assert owner in ("ivan", "rita")
        assert (desk.task(deal, "mine").assignee, desk.task(deal, "mine").lent) == (owner, None)
        told = [e["to"]["person"] for e in desk.effects(deal) if e["kind"] == "notify"]
        assert told == ["olga"]  # the new owner's supervisor, or the chief of the role
        desk.after(3 * DAY)
        assert desk.task(deal, "mine").assignee == owner


def test_another_owner_by_hand_takes_the_tasks_along_wherever_they_are() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna")
        desk.person("absent", "anna", until=desk.now + DAY)
        desk.act(deal, "assign", person="rita")
        assert (desk.deal(deal).owner, desk.task(deal, "mine").assignee) == ("rita", "rita")
        desk.after(DAY)
        assert desk.task(deal, "mine").assignee == "rita"
        assert desk.refused(deal, "assign", person="nobody") == [("unknown", "nobody")]
        desk.person("leave", "ivan")
        assert desk.refused(deal, "assign", person="ivan") == [("unknown", "ivan")]


def test_handing_over_tasks_keeps_the_deal_and_a_robots_loan_does_not_come_back() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna")
        desk.act(deal, "event", name="lend")
        assert (desk.deal(deal).owner, desk.task(deal, "mine").assignee) == ("anna", "@head")
        assert desk.task(deal, "mine").lent is None
        desk.act(deal, "set", fields={"key": "give"})
        assert desk.deal(deal).owner == "pit"


@pytest.mark.parametrize(
    ("leave", "key", "client", "owner"),
    [
        ((), "anna", None, "anna"),
        (("anna",), "anna", None, "ivan"),  # the rule finds nobody: the next one does
        ((), "anna", "rita", "rita"),
        (("rita",), "x", "rita", "anna"),
        (("anna", "ivan", "rita"), "x", None, None),
    ],
)
def test_owner_rules_pass_over_who_is_gone(
    leave: tuple[str, ...], key: str, client: str | None, owner: str | None
) -> None:
    with Desk(FOLKS) as desk:
        card = desk.new("client", agent=client) if client else None
        for name in leave:
            desk.person("leave", name)
        deal = desk.new("folks", key=key, **({"client": card} if card else {}), stage="two")
        assert desk.deal(deal).owner == owner
        assert ("nobody:owner" in desk.deal(deal).flags) is (owner is None)


def test_turns_go_round_however_busy_people_are() -> None:
    text = FOLKS.replace("owner is manager by least busy", "owner is manager by round robin")
    with Desk(text) as desk:
        owners = []
        for _ in range(4):
            deal = desk.new("folks", stage="two")
            owners.append(desk.deal(deal).owner)
            if owners[-1] != "anna":
                desk.act(deal, "done", task="late")  # anna alone has anything to do
        assert owners == ["anna", "ivan", "rita", "anna"]
    with Desk(FOLKS) as desk:
        for _ in range(4):
            deal = desk.new("folks", stage="two")
            if desk.deal(deal).owner != "anna":
                desk.act(deal, "done", task="late")
        assert [desk.deal(number).owner for number in (1, 2, 3, 4)] == ["anna", "ivan", "ivan", "ivan"]


@pytest.mark.requirement("R63")
def test_a_closed_deal_that_opens_again_finds_an_owner_who_is_still_here() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna")
        desk.act(deal, "lose", reason="r")
        desk.person("leave", "anna")
        assert desk.deal(deal).owner == "anna"  # closed deals stay as they were
        desk.act(deal, "reopen")
        assert desk.deal(deal).owner == "ivan"
        assert assignees(desk, deal)["mine"] == "ivan"
        desk.act(deal, "lose", reason="r")
        for name in ("ivan", "rita"):
            desk.person("leave", name)
        desk.act(deal, "reopen", stage="two")
        assert (desk.deal(deal).owner, "nobody:owner" in desk.deal(deal).flags) == (None, True)


def test_the_people_a_deal_hears_of_are_only_those_it_has_to_do_with() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna", stage="two")
        before = desk.deal(deal).version
        desk.person("absent", "rita", until=desk.now + HOUR)
        assert desk.deal(deal).version == before


def test_supervisors_are_asked_for_the_tasks_assignee_else_the_owner() -> None:
    with Desk(FOLKS) as desk:
        deal = desk.new("folks", key="anna", stage="two")
        desk.person("absent", "olga", until=desk.now + DAY)
        desk.person("leave", "anna")  # notify supervisor: of the new owner, and olga is away: her deputy
        told = [e["to"]["person"] for e in desk.effects(deal) if e["kind"] == "notify"]
        assert told == ["pit"]


def test_nobody_is_an_incident_until_somebody_is_found_or_it_is_dealt_with() -> None:
    with Desk(FOLKS) as desk:
        for name in ("nobody_", "anna", "ivan", "rita"):
            desk.person("leave", name)
        deal = desk.new("folks")

        def opened() -> dict[str, int]:
            return {row.data["flag"]: row.id for row in list_incidents(desk.store)}

        everything = {"nobody:owner", *(f"nobody:one/{task}" for task in ("mine", "role_", "none_", "boss", "fixed"))}
        assert set(opened()) == everything == set(desk.deal(deal).flags)
        desk.act(deal, "assign", person="olga")
        still = everything - {"nobody:owner", "nobody:one/mine"}
        assert set(opened()) == set(desk.deal(deal).flags) == still
        reply = desk.host.submit(Command("incident", {"do": "resolve", "id": opened()["nobody:one/none_"]}))
        assert reply.status == "done"
        assert set(opened()) == set(desk.deal(deal).flags) == still - {"nobody:one/none_"}
