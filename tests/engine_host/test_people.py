"""People: turns, the least busy, supervisors and their deputies, absence, dismissal (R37, R63, Meaning 13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine_host.office import DAY, HOUR, START, Office, programs
from voronka.engine.host import people, queries
from voronka.engine.host.people import People
from voronka.engine.store.codec import PEOPLE
from voronka.engine.store.store import Store


def person(office: Office, do: str, name: str, **facts: Any) -> Any:
    return office.submit("person", {"do": do, "name": name, **facts}, actor="olga")


def owners(office: Office, count: int) -> list[str | None]:
    return [office.deal(office.create()).owner for _ in range(count)]


@pytest.mark.requirement("R63")
def test_turns_go_round_and_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with Office(path) as office:
        assert owners(office, 4) == ["anna", "ivan", "yuri", "anna"]
    with Office(path) as office:
        assert owners(office, 3) == ["ivan", "yuri", "anna"]


def test_the_absent_are_passed_over_and_come_back_by_themselves() -> None:
    with Office() as office:
        assert owners(office, 1) == ["anna"]
        assert person(office, "absent", "ivan", until=START + DAY).status == "done"
        assert owners(office, 3) == ["yuri", "anna", "yuri"]
        office.wait(DAY)
        assert office.host.people.facts("ivan") == {
            "role": "manager",
            "reports_to": "",
            "deputy": "anna",
            "team": "office",
            "title": "Иван",
        }
        assert owners(office, 3) == ["anna", "ivan", "yuri"]


def test_nobody_is_present() -> None:
    with Office() as office:
        for name in ("anna", "ivan", "yuri"):
            person(office, "absent", name, until=START + DAY)
        number = office.create()
        assert office.deal(number).owner is None
        assert "nobody:owner" in office.deal(number).flags


@pytest.mark.requirement("R63")
def test_an_absence_lends_the_open_tasks_to_the_deputy_and_brings_them_back() -> None:
    with Office() as office:
        office.create()
        number = office.create()  # ivan's
        assert office.deal(number).tasks[1].assignee == "ivan"
        person(office, "absent", "ivan", until=START + HOUR)
        assert (office.deal(number).owner, office.deal(number).tasks[1].assignee) == ("ivan", "anna")
        office.wait(HOUR)
        assert office.deal(number).tasks[1].assignee == "ivan"


def test_an_absence_may_name_its_own_stand_in_and_end_early() -> None:
    with Office() as office:
        office.create(), office.create()
        person(office, "absent", "ivan", until=START + DAY, deputy="yuri")
        assert office.deal(2).tasks[1].assignee == "yuri"
        assert person(office, "back", "ivan").status == "done"
        assert office.deal(2).tasks[1].assignee == "ivan"
        assert office.host.next_due() != START + DAY


@pytest.mark.requirement("R63")
def test_who_leaves_hands_everything_to_the_least_busy() -> None:
    with Office() as office:
        numbers = [office.create() for _ in range(4)]  # anna ivan yuri anna
        person(office, "leave", "anna")
        assert [office.deal(number).owner for number in numbers] == ["ivan", "ivan", "yuri", "yuri"]
        assert {office.deal(number).tasks[1].assignee for number in numbers} == {"ivan", "yuri"}
        assert owners(office, 4) == ["ivan", "yuri", "ivan", "yuri"]


def test_a_new_person_takes_turns() -> None:
    with Office() as office:
        assert owners(office, 3) == ["anna", "ivan", "yuri"]
        assert person(office, "add", "vera", role="manager", title="Вера", reports_to="olga").status == "done"
        assert owners(office, 2) == ["vera", "anna"]
        assert office.host.people.names == ["olga", "anna", "ivan", "yuri", "vera"]


@pytest.mark.parametrize(
    ("do", "name", "facts", "unmet"),
    [
        ("absent", "vera", {"until": START + DAY}, ("unknown", "vera")),
        ("absent", "ivan", {"until": START}, ("state", "ivan")),
        ("absent", "ivan", {}, ("state", "ivan")),
        ("absent", "ivan", {"until": START + DAY, "deputy": "vera"}, ("unknown", "vera")),
        ("back", "ivan", {}, ("state", "ivan")),
        ("add", "ivan", {"role": "manager"}, ("state", "ivan")),
        ("add", "vera", {"role": "pilot"}, ("unknown", "pilot")),
        ("add", "vera", {}, ("unknown", "")),
        ("add", "vera", {"role": "manager", "reports_to": "nobody"}, ("unknown", "nobody")),
    ],
)
def test_what_cannot_be_said_of_a_person_is_refused(
    do: str, name: str, facts: dict[str, Any], unmet: tuple[str, str]
) -> None:
    with Office() as office:
        rows = office.store.counters.row
        reply = person(office, do, name, **facts)
        assert reply.status == "refused"
        assert [(u.kind, u.name) for u in reply.unmet] == [unmet]
        assert office.store.counters.row == rows


def test_the_gone_stay_gone_until_they_are_taken_on_again() -> None:
    with Office() as office:
        person(office, "leave", "ivan")
        assert person(office, "absent", "ivan", until=START + DAY).status == "refused"
        assert person(office, "leave", "ivan").status == "refused"
        assert owners(office, 2) == ["anna", "yuri"]
        assert person(office, "add", "ivan", role="manager").status == "done"
        assert owners(office, 2) == ["anna", "ivan"]


TEXT = """
language ru
team office "Офис" {
  person boss  "Глава"  is chief deputy vice
  person vice  "Зам"    is chief deputy boss
  person anna  "Анна"   is manager reports to boss
  person ivan  "Иван"   is manager
  person petr  "Пётр"   is helper deputy petr2
  person petr2 "Пётр 2" is helper deputy petr
}
pipeline p "П" {
  role chief "Руководители"
  role manager "Менеджеры" reports to chief
  role helper "Помощники"
  stage new "Новая" { }
  won done "Всё" { }
}
"""


@pytest.mark.requirement("R37")
@pytest.mark.parametrize(
    ("asked", "away", "found"),
    [
        ("anna", [], "boss"),
        ("anna", ["boss"], "vice"),
        ("anna", ["boss", "vice"], None),
        ("ivan", [], "boss"),  # the role's chief
        ("ivan", ["boss"], "vice"),
        ("@manager", [], "boss"),
        ("boss", [], None),
        ("petr", [], None),
        ("nobody", [], None),
    ],
)
def test_the_supervisor_is_whom_one_reports_to_else_the_roles_chief_else_the_deputy(
    asked: str, away: list[str], found: str | None
) -> None:
    known = People(programs(TEXT).definition, {name: {"away": START + DAY} for name in away})
    assert known.supervisor("p", asked, START) == found


@pytest.mark.parametrize(
    ("asked", "away", "found"),
    [("boss", [], "vice"), ("boss", ["vice"], None), ("petr", ["petr2"], None), ("ivan", [], None), ("x", [], None)],
)
def test_deputies_do_not_go_in_circles(asked: str, away: list[str], found: str | None) -> None:
    known = People(programs(TEXT).definition, {name: {"away": START + DAY} for name in away})
    assert known.deputy(asked, START) == found


@pytest.mark.parametrize(
    ("last", "turn"),
    [({}, "anna"), ({"last": "anna", "place": 0}, "ivan"), ({"last": "ivan", "place": 1}, "anna")],
)
def test_whose_turn_it_is(last: dict[str, Any], turn: str) -> None:
    found = People(programs(TEXT).definition, {}).turn("manager", last, START)
    assert found is not None
    assert found[0] == turn


def test_the_turn_goes_on_from_the_place_of_who_left() -> None:
    known = People(programs(TEXT).definition, {"anna": {"gone": START}})
    assert known.turn("manager", {"last": "anna", "place": 0}, START) == ("ivan", 0)
    assert known.turn("pilot", {}, START) is None


def test_people_are_an_entity_with_a_log_and_absences_are_timers(tmp_path: Path) -> None:
    path = tmp_path / "voronka.db"
    with Office(path) as office:
        person(office, "absent", "ivan", until=START + DAY)
        assert queries.info(office.store).next_due == START + DAY
    with Office(path) as office:
        store: Store = office.store
        assert store.entity(PEOPLE, people.ENTITY).state == {"ivan": {"away": START + DAY}}
        assert not office.host.people.present("ivan", START)
        office.wait(DAY)
        assert store.entity(PEOPLE, people.ENTITY).state == {"ivan": {}}


def test_an_absence_that_touches_more_deals_than_a_transaction_holds() -> None:
    with Office(group=3) as office:
        numbers = [office.create() for _ in range(30)]
        person(office, "leave", "anna")
        assert all(office.deal(number).owner in ("ivan", "yuri") for number in numbers)
        assert queries.info(office.store).inbox == 0
