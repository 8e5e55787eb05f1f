"""Rows that happen: at their dates, through the gates, once; and everything adds up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine_intake.desk import LEADS, MAP, NOW, WINS, Desk, instant
from voronka.engine.host.commands import Command
from voronka.engine.intake.run import Tally
from voronka.engine.store.verify import verify


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def counts(tally: Tally) -> dict[str, int]:
    return {kind: count for kind, count in tally.counts.items() if count}


def blocked(tally: Tally) -> dict[str, int]:
    return {", ".join(f"{u.kind} {u.name}" for u in one.unmet): one.count for one in tally.blocked.values()}


def test_won_lost_before_blocked_and_why(desk: Desk) -> None:
    outcome = desk.bring()
    assert counts(outcome.tallies["deals"]) == {"created": 4}
    wins = outcome.tallies["wins"]
    assert counts(wins) == {"won": 2, "closed": 1, "blocked": 1}
    assert wins.closed == Counter({"silent": 1})
    # gates bind imports: `reached` requires a name, and row c has none
    assert blocked(wins) == {"require name": 1}
    assert desk.deal("a").stage == "won"
    assert desk.deal("b").stage == "lost"
    # the first step that is refused ends its row: nothing of the later ones has happened
    assert desk.deal("c").stage == "lost"
    assert not {"term", "price"} & set(desk.deal("c").f)


def test_everything_happens_at_its_own_date(desk: Desk) -> None:
    desk.bring()
    deal = desk.deal("a")
    assert deal.created == instant("2018-01-10 00:00")
    assert deal.closed == instant("2018-01-11 12:00")
    assert desk.deal("b").closed == instant("2018-02-10 00:00")
    for entry in desk.events("a"):
        assert entry.event.recorded_at == NOW
        assert entry.event.imported
        assert entry.event.at <= instant("2018-01-11 12:00")
    assert desk.events("a")[0].event.actor == "anna"


def test_time_passes_to_the_end_and_effects_are_suppressed(desk: Desk) -> None:
    outcome = desk.bring()
    # four calls were due within the hour, nobody answered them in time
    assert outcome.suppressed == 4
    assert outcome.until == instant("2018-03-10 12:00")
    assert outcome.events == desk.store.counters.row - 1
    statuses = {row[0] for row in desk.store.db.execute("SELECT status FROM outbox")}
    assert statuses == {"suppressed"}
    assert all(due > outcome.until for (due,) in desk.store.db.execute("SELECT due FROM timers"))
    assert verify(desk.store).ok


def test_importing_twice_doubles_nothing(desk: Desk) -> None:
    desk.bring()
    before = desk.store.counters.row
    again = desk.bring()
    assert again.events == 0
    assert desk.store.counters.row == before
    assert counts(again.tallies["deals"]) == {"duplicate": 4}
    assert counts(again.tallies["wins"]) == {"duplicate": 2, "closed": 2}


def test_what_has_changed_is_updated_and_nothing_else(desk: Desk) -> None:
    desk.bring(wins=None)
    number = desk.deal("a").id
    desk.host.submit(Command("set", {"fields": {"source": "call"}}, number))
    changed = LEADS.replace("a,2018-01-10,Anna", "a,2018-01-10,Alla").replace(",+7 999 123-45-67", ",")
    assert counts(desk.bring(changed, None).tallies["deals"]) == {"updated": 2, "duplicate": 2}
    # what was changed by hand, and not in the file, stays
    assert (desk.deal("a").f["name"], desk.deal("a").f["source"]) == ("Alla", "call")
    assert "phone" not in desk.deal("b").f
    assert counts(desk.bring(changed, None).tallies["deals"]) == {"duplicate": 4}
    assert counts(desk.bring(LEADS, None).tallies["deals"]) == {"updated": 2, "duplicate": 2}
    assert desk.deal("a").f["name"] == "Anna"


def test_refused_rows_are_tried_again(desk: Desk) -> None:
    wins = "id,won,sum\nc,13.01.2018 12:00,900\n"
    assert counts(desk.bring(LEADS, wins).tallies["wins"]) == {"blocked": 1}
    again = desk.bring(LEADS.replace("c,2018-01-12,,", "c,2018-01-12,Clara,"), wins)
    assert counts(again.tallies["deals"]) == {"updated": 1, "duplicate": 3}
    assert counts(again.tallies["wins"]) == {"won": 1}


def test_later_rows_may_come_in_another_import(desk: Desk) -> None:
    desk.bring(wins=None)
    assert counts(desk.bring("id,came,name,from,phone\ne,2018-01-12,E,web,\n").tallies["wins"]) == {
        "won": 2,
        "closed": 1,
        "blocked": 1,
    }


def test_a_deal_that_is_refused_takes_its_later_rows_along(desk: Desk) -> None:
    mapping = MAP.replace('phone = "phone"', 'phone = "phone"\nprice = { value = "-1" }')
    outcome = desk.bring(mapping=mapping)
    assert counts(outcome.tallies["deals"]) == {"blocked": 4}
    assert blocked(outcome.tallies["deals"]) == {"check ": 4}
    assert counts(outcome.tallies["wins"]) == {"blocked": 4}


@pytest.mark.parametrize(
    ("step", "kind", "stage"),
    [
        ('lose = "dear"\ncomment = "sum"', "lost", "lost"),
        ('lose = "dear"', "blocked", "new"),
        ('event = "payment"\npayload = { amount = "sum" }', "done", "new"),
        ('note = "sum"', "done", "new"),
        ('done = "call"\noutcome = "silent"', "lost", "lost"),
    ],
)
def test_every_kind_of_step(desk: Desk, step: str, kind: str, stage: str) -> None:
    mapping = MAP[: MAP.index("[[then.steps]]")] + "[[then.steps]]\n" + step + "\n"
    outcome = desk.bring(wins="id,won,sum\na,11.01.2018,500\n", mapping=mapping)
    tally = outcome.tallies["wins"]
    # an event that nothing waits for is kept
    assert counts(tally) == {kind: 1}, tally
    assert desk.deal("a").stage == stage


def test_a_live_deal_keeps_its_clock(desk: Desk) -> None:
    live = desk.host.submit(Command("create", {"fields": {"number": "live"}}, None, "leads")).deal
    assert live is not None
    desk.bring()
    deal = desk.host.deal(live)
    assert deal is not None
    assert (deal.created, deal.now, deal.stage) == (NOW, NOW, "new")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_rows_add_up_whatever_they_are(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    keys = st.sampled_from("abcdef")
    day = st.integers(1, 28).map(lambda n: f"2018-01-{n:02}") | st.just("never")
    won = st.integers(1, 28).map(lambda n: f"{n:02}.02.2018 10:00") | st.just("02.01.2018") | st.just("")
    leads = data.draw(st.lists(st.tuples(keys, day, st.sampled_from(["N", ""])), min_size=1, max_size=6))
    wins = data.draw(st.lists(st.tuples(keys, won, st.sampled_from(["5", "-1", "x", ""])), max_size=8))
    lead_text = "id,came,name,from,phone\n" + "".join(f"{k},{d},{n},web,\n" for k, d, n in leads)
    win_text = "id,won,sum\n" + "".join(f"{k},{w},{s}\n" for k, w, s in wins)
    for _ in range(2):
        plan = desk.plan(lead_text, win_text)
        from voronka.engine.intake.run import carry_out

        outcome = carry_out(desk.host, plan, plan.last or NOW, "")
        for table, rows in (("deals", leads), ("wins", wins)):
            total = outcome.tallies[table].counts.total() + plan.bad[table] + plan.duplicates[table]
            assert total == plan.rows[table] == len(rows)
    assert verify(desk.store).ok


WINS_ORDER = WINS
