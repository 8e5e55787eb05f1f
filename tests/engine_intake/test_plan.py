"""Mappings bound to pipelines and columns; rows typed before anything is written; all that is wrong in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine_intake.desk import LEADS, MAP, WINS, Desk, instant, problems
from voronka.engine.intake.problems import Unreadable


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_rows_become_acts_in_order_of_time(desk: Desk) -> None:
    plan = desk.plan()
    assert problems(plan) == []
    assert [(deed.table, deed.key) for deed in plan.deeds] == [
        ("deals", "a"),
        ("deals", "b"),
        ("wins", "a"),
        ("deals", "c"),
        ("deals", "d"),
        ("wins", "c"),
        ("wins", "d"),
        ("wins", "b"),
    ]
    first = plan.deeds[0]
    assert first.at == instant("2018-01-10 00:00")
    assert first.acts[0].data == {"fields": {"number": "a", "name": "Anna", "source": "site"}}
    by_key = {deed.key: deed.acts[0].data["fields"] for deed in plan.deeds if deed.table == "deals"}
    assert by_key["b"]["source"] == "call"
    assert by_key["b"]["phone"] == "+79991234567"
    assert by_key["d"]["source"] == "call"
    assert "name" not in by_key["c"]
    assert dict(plan.stand_ins) == {("price", "1"): 1}


def test_relative_stand_ins_belong_to_their_row(desk: Desk) -> None:
    terms = {
        deed.key: deed.acts[1].data["fields"]["term"].isoformat() for deed in desk.plan().deeds if deed.table == "wins"
    }
    assert terms == {"a": "2018-01-11", "b": "2018-03-10", "c": "2018-01-13", "d": "2018-01-14"}


def test_another_zone_moves_instants(desk: Desk) -> None:
    plan = desk.plan(mapping='timezone = "America/Sao_Paulo"\n' + MAP)
    # Brazil was on summer time: two hours behind UTC, five behind Moscow
    assert plan.deeds[0].at == instant("2018-01-10 05:00")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("e,31.02.2018,E,web,", ":6:2 (came): there is no 31 February 2018: that month has 28 days"),
        ("e,soon,E,web,", ":6:2 (came): “soon” is no date; write it like 2026-11-23"),
        ("e,,E,web,", ":6:2 (came): the date is empty"),
        (",2018-01-01,E,web,", ":6:1 (id): the key is empty"),
        ("e,2030-01-01,E,web,", ":6:2 (came): “2030-01-01” lies ahead of today"),
        ("e,1960-01-01,E,web,", ":6:2 (came): “1960-01-01” lies before 1970"),
        ("e,2018-01-01,E,web,12", ":6:5 (phone): “12” is no phone number; write it like +7 999 123-45-67"),
        ("a,2018-01-01,E,web,", ":6:1 (id): line 2 has this key already, with other values"),
        ("e,2018-01-01,E,web", ":6: 4 cells where the first row has 5 columns"),
    ],
)
def test_a_bad_row(desk: Desk, rows: str, said: str) -> None:
    plan = desk.plan(LEADS + rows + "\n")
    assert problems(plan) == [f"leads.csv{said}"]
    assert plan.bad["deals"] == 1
    assert plan.rows["deals"] == 5
    assert len(plan.deeds) == 8


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("x,11.01.2018,5", ":6:1 (id): no deal has the key “x”"),
        ("a,09.01.2018,5", ":6:2 (won): “09.01.2018” lies before its deal began, on 2018-01-10"),
        ("a,2018-01-20,5", ":6:2 (won): “2018-01-20” is no date like 23.11.2026 14:05, 23.11.2026"),
        ("a,12.01.2018,1e400", ":6:3 (sum): “1e400”: write the number in full, without an exponent"),
    ],
)
def test_a_bad_later_row(desk: Desk, rows: str, said: str) -> None:
    plan = desk.plan(wins=WINS + rows + "\n")
    assert problems(plan) == [f"wins.csv{said}"]
    assert (plan.bad["wins"], plan.rows["wins"]) == (1, 5)


def test_the_later_rows_of_a_bad_row_are_bad(desk: Desk) -> None:
    plan = desk.plan(LEADS.replace("2018-01-12", "never"))
    assert problems(plan) == [
        "leads.csv:4:2 (came): “never” is no date; write it like 2026-11-23",
        "wins.csv:4:1 (id): its deal's row 4 is bad",
    ]


def test_equal_rows_are_duplicates(desk: Desk) -> None:
    plan = desk.plan(LEADS + LEADS.splitlines()[1] + "\n", WINS + WINS.splitlines()[1] + "\n")
    assert problems(plan) == []
    assert dict(plan.duplicates) == {"deals": 1, "wins": 1}


def test_one_file_may_hold_the_whole_life(desk: Desk) -> None:
    mapping = MAP.replace('name = "wins"', 'name = "wins"\nsame_file = true')
    text = "id,came,name,from,phone,won,sum\na,2018-01-10,A,web,,12.01.2018,5\nb,2018-01-11,B,web,,,\n"
    plan = desk.plan(text, None, mapping)
    assert problems(plan) == []
    assert [(deed.table, deed.key) for deed in plan.deeds] == [("deals", "a"), ("deals", "b"), ("wins", "a")]
    assert plan.rows == {"deals": 2, "wins": 1}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[deals]",
            "[deal]",
            ["map.toml: deal: there is no such key; did you mean deals?", "map.toml: deals.key: this must be given"],
        ),
        ('key = "id"\ndate = "came"', 'key = "ident"\ndate = "came"', ["deals.key: there is no column in"]),
        ('number = "id"', 'nomber = "id"', ["deals.fields.nomber: there is no field “nomber”; did you mean number?"]),
        ('number = "id"', 'vat = "id"', ["deals.fields.vat: this field is computed"]),
        ('web = "site"', 'web = "sait"', ["deals.fields.source.values.web: “sait” is none of"]),
        ('else = "call"', 'other = "call"', ["deals.fields.source.other: there is no such key"]),
        ('"%d.%m.%Y %H:%M"', '"dd.mm.yyyy"', ["then[1].format: write how dates look"]),
        ('"%d.%m.%Y %H:%M"', '"%Q.%d"', ["then[1].format: “%Q.%d” is no form of a date"]),
        ('done = "call"', 'done = "cal"', ["then[1].steps[1].done: there is no task “cal”; did you mean call?"]),
        ('outcome = "reached"', 'outcome = "reach"', ["then[1].steps[1].outcome: there is no outcome “reach”"]),
        ('move = "won"', 'move = "one"', ["then[1].steps[3].move: there is no stage “one”"]),
        ('move = "won"', 'lose = "won"', ["then[1].steps[3].lose: there is no reason “won”"]),
        ('move = "won"', 'event = "pay"', ["then[1].steps[3].event: there is no event “pay”"]),
        ('move = "won"', 'tick = ["terms.x"]', ["then[1].steps[3].tick: there is no checklist point “terms.x”"]),
        ('move = "won"', 'jump = "won"', ["then[1].steps[3].jump: there is no such key"]),
        ('stand_in = "1"', 'stand_in = "one"', ["then[1].steps[1].set.price: “one” is no sum of money"]),
        ('stand_in = "1"', 'stand_in = "1", value = "2"', ["value and stand_in: choose one"]),
        ('column = "sum"', 'column = "summ"', ["wins.csv called “summ”; did you mean sum?"]),
        ('pipeline = "leads"', 'timezone = "Europe/Moskow"', ["map.toml: timezone: unknown time zone"]),
        ('pipeline = "leads"', "pipeline = 5", ["map.toml: pipeline: this must be a text"]),
        ('pipeline = "leads"', "pipeline = ", ["map.toml: this is no TOML:"]),
    ],
)
def test_a_mapping_that_does_not_fit(desk: Desk, old: str, new: str, said: list[str]) -> None:
    assert old in MAP
    with pytest.raises(Unreadable) as caught:
        desk.plan(mapping=MAP.replace(old, new, 1))
    found = problems(caught.value)
    for part in said:
        assert any(part in one for one in found), found


def test_all_that_is_wrong_with_a_mapping_in_one_run(desk: Desk) -> None:
    mapping = (
        MAP.replace('number = "id"', 'nomber = "id"').replace('"won"', '"one"').replace('done = "call"', 'done = "x"')
    )
    with pytest.raises(Unreadable) as caught:
        desk.plan(mapping=mapping)
    assert len(caught.value.problems) == 4
