"""The heart of its trust: files that have not changed give no difference, and the control does what the log says (U6).

The control is compared with the log deal by deal, so a replay that did nothing, or did both wrong alike, is found.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine_backtest.played import SHIPPED, backtest, play, shipped
from tests.engine_host.office import DAY, HOUR, OFFICE, Office, programs
from voronka.dsl.definition.values import Duration, Instant
from voronka.engine.backtest.tally import Tally
from voronka.engine.host.commands import Command

TOGETHER = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])


def trusted(tally: Tally) -> None:
    """No difference, and every deal as the log has it."""
    assert tally.unlike == {}
    assert tally.reproduced == tally.deals > 0
    assert tally.status == {"same": tally.deals}
    assert tally.later == 0
    assert not tally.anew


@pytest.mark.requirement("U6")
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
@settings(TOGETHER)
@given(seed=st.integers(0, 10_000))
def test_unchanged_files_give_no_difference_on_played_stores(file: Path, seed: int) -> None:
    made = shipped(file)
    with play(made, seed) as store:
        trusted(backtest(store, made, made))


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.sampled_from((HOUR, 3 * HOUR, DAY, 3 * DAY))),
        st.tuples(st.just("request"), st.integers(0, 3)),
        st.tuples(st.just("create"), st.integers(0, 3)),
        st.tuples(st.just("amount"), st.integers(1, 6), st.integers(-1, 3)),
        st.tuples(st.just("move"), st.integers(1, 6), st.sampled_from(("offered", "checked", "paid", "new"))),
        st.tuples(st.just("pay"), st.integers(1, 6)),
        st.tuples(st.just("link"), st.integers(1, 6), st.integers(1, 6)),
        st.tuples(st.just("rename"), st.integers(1, 6), st.sampled_from(("Ромашка", "Лютик"))),
        st.tuples(st.just("undo"), st.integers(1, 6)),
        st.tuples(st.just("lose"), st.integers(1, 6)),
        st.tuples(st.just("reopen"), st.integers(1, 6)),
        st.tuples(st.just("away"), st.sampled_from(("anna", "ivan", "olga", "yuri"))),
        st.tuples(st.just("leave"), st.sampled_from(("ivan", "yuri"))),
        st.tuples(st.just("robot"), st.sampled_from(("on", "off"))),
        st.tuples(st.just("done"), st.integers(1, 6)),
    ),
    min_size=5,
    max_size=40,
)


def act(office: Office, what: tuple[object, ...]) -> None:
    """One thing that somebody does; what is refused is refused."""
    kind, *given = what
    number = given[0] if given and isinstance(given[0], int) else 0
    match kind:
        case "wait":
            office.wait(number)
        case "request":
            office.submit("event", {"name": "request", "payload": {"phone": f"+7999123450{number}", "city": "Тверь"}})
        case "create" if number == 3:
            office.submit("create", {"fields": {"name": "Ромашка"}}, pipeline="client")
        case "create":
            office.submit("create", {"fields": {"number": f"n{number}", "email": "a@example.test"}}, pipeline="sales")
        case "amount":
            office.submit("set", {"fields": {"amount": given[1]}}, deal=number)
        case "link":
            office.submit("set", {"fields": {"client": given[1]}}, deal=number)
        case "rename":
            office.submit("set", {"fields": {"name": given[1]}}, deal=number)
        case "move" | "reopen":
            office.submit(kind, {"stage": given[1]} if len(given) > 1 else {}, deal=number)
        case "pay":
            office.submit("event", {"name": "payment", "payload": {"amount": 5}}, deal=number)
        case "undo":
            office.submit("undo", {}, deal=number)
        case "lose":
            office.submit("lose", {"reason": "price", "comment": "дорого"}, deal=number)
        case "done":
            office.submit("done", {"task": 1, "outcome": None}, deal=number)
        case "away":
            office.submit("person", {"do": "absent", "name": given[0], "until": office.now + DAY})
        case "leave":
            office.submit("person", {"do": "leave", "name": given[0]})
        case "robot":
            office.submit("robot", {"do": given[0], "pipeline": "sales", "path": "offered/remind"})


@pytest.mark.requirement("U6", "R37", "R63")
@settings(max_examples=60)
@given(acts=ACTS)
def test_turns_links_tunnels_absences_and_switches_come_out_as_they_were(acts: list[tuple[object, ...]]) -> None:
    with Office(text=OFFICE) as office:
        office.create(number="first")
        for one in acts:
            act(office, one)
        trusted(backtest(office.store, office.programs, office.programs))


def test_bookings_are_answered_from_the_log() -> None:
    made = programs(ROOMS)
    with Office(text=ROOMS) as office:
        day = {"starts": Instant(office.now + DAY), "lasts": Duration(Decimal(3), "hour")}
        assert office.submit("create", {"fields": {"hall": "red", **day}}, pipeline="party").status == "done"
        assert office.submit("create", {"fields": {"hall": "blue", **day}}, pipeline="party").status == "done"
        office.host.submit(Command("set", {"fields": {"hall": None}}, 1))
        assert office.submit("set", {"fields": {"hall": "red"}}, deal=2).status == "done"
        trusted(backtest(office.store, made, made))


ROOMS = """\
language en
resource halls "Halls" { red "Red"  blue "Blue" }
pipeline party "Parties" {
  timezone "Europe/Moscow"
  field starts "From" datetime
  field lasts  "For"  duration
  field hall   "Hall" resource of halls from starts for lasts
  stage asked "Asked" { }
  won held "Held" { }
}
"""


def test_what_a_card_says_reaches_the_deals_that_link_to_it() -> None:
    with Office(text=OFFICE) as office:
        card, number = office.create("client", name="Лютик", phone="+79991234501"), office.create(number="1")
        office.submit("set", {"fields": {"client": card}}, deal=number)
        assert office.submit("move", {"stage": "checked"}, deal=number).status == "refused"
        office.submit("set", {"fields": {"name": "Ромашка"}}, deal=card)
        assert office.submit("move", {"stage": "checked"}, deal=number).status == "done"
        trusted(backtest(office.store, office.programs, office.programs))


def test_a_tunnel_that_is_not_reached_makes_no_deal_and_its_events_are_counted_apart() -> None:
    asking = programs(OFFICE.replace('won paid "Оплачена" {', 'won paid "Оплачена" { require city'))
    with Office(text=OFFICE) as office:
        office.create(number="1", phone="+79991234501")
        assert office.submit("event", {"name": "payment", "payload": {"amount": 5}}, deal=1).status == "done"
        assert office.deal(2).pipeline == "orders"
        assert office.submit("move", {"stage": "done"}, deal=2).status == "done"
        trusted(backtest(office.store, office.programs, office.programs))
        tally = backtest(office.store, office.programs, asking)
        assert tally.ends == {("won", "open"): 1, ("won", "absent"): 1}
        assert {(one.kind, one.target, one.unmet.kind) for one in tally.blocked.values()} == {
            ("rule", "paid", "require"),
            ("absent", "", "absent"),
        }
        assert tally.made["sales", "orders"].fewer.n == 1
