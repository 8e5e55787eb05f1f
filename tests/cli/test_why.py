"""``deal why``, ``why-not``, ``unblock``, ``history``, ``show --at``, ``find`` as people read them."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
Told = Callable[[str, str], None]

# a line that begins with @ turns the clock
WALKS = {
    "why": """
        deal new sales --set name=Ирина --set "phone=8 999 123-45-67"
        @2026-11-23T10:20+03:00
        deal why 1
        deal why-not 1 --stage offered
        deal unblock 1 --stage paid
        deal why-not 1 --robot "Заявка лежит"
        deal why-not 1 --robot :50
        deal set 1 amount=50
        task done 1 --outcome reached
        deal why 1 --event 3
        deal why-not 1 --stage paid
        @2026-11-24T12:00+03:00
        deal why 1 --at "2026-11-23 10:00"
        deal why-not 1 --stage offered --at 2026-11-23
        deal show 1 --at "2026-11-23 10:00"
    """,
    "feed": """
        deal new sales --set name=Пётр --set phone=89991234568 --owner anna
        deal note 1 Просил прислать договоры --as anna
        task done 1 --outcome later --next "Позвонить ещё раз" --due "завтра 10:00" --comment "был занят" --as anna
        @2026-11-26T12:00+03:00
        deal lose 1 rival --comment "к соседям"
        deal history 1
        deal history 1 --moves
        deal history 1 --notes --at "2026-11-24 00:00"
        deal find договору
        deal find соседями
        deal find занято
        deal find ничегошеньки
    """,
}


@pytest.mark.requirement("U5", "R72", "R75", "R76")
@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("name", WALKS)
def test_the_transcript(voronka: Voronka, shop: Path, told: Told, name: str, lang: str) -> None:
    at, text = "2026-11-23T09:40+03:00", ""
    for line in WALKS[name].strip().splitlines():
        if line.strip().startswith("@"):
            at = line.strip()[1:]
            text += f"# {at[:16]}\n\n"
            continue
        ran = voronka(*shlex.split(line), "--lang", lang, at=at)
        # neither the version of voronka nor that of the time zones is of interest
        output = re.sub(r"\([0-9a-f]{12}\), voronka \S+", "(…), voronka …", ran.output)
        text += f"$ voronka {line.strip()}\n{output}"
        text += f"[{ran.exit_code}]\n\n" if ran.exit_code else "\n"
    told(f"{name}_{lang}", text)


@pytest.mark.requirement("U5")
@pytest.mark.parametrize("stage", ["offered", "paid"])
def test_printed_commands_are_typed_as_they_stand_and_let_the_deal_in(voronka: Voronka, shop: Path, stage: str) -> None:
    """Fields, ticks, an answer, and an approval that comes due only by what is set."""
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    made = json.loads(voronka("deal", "unblock", "1", "--stage", stage, "--json").stdout)
    assert made["found"]
    for line in made["commands"]:
        ran = voronka(*shlex.split(line)[1:])
        assert ran.exit_code == 0, (line, ran.output)
    assert json.loads(voronka("deal", "show", "1", "--json").stdout)["stage"] == stage


def test_timers_that_are_due_fire_before_the_commands_do(voronka: Voronka, shop: Path) -> None:
    """The call is overdue by now, and an unanswered one may be gone: what is printed goes through all the same."""
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    later = "2026-11-26T12:00+03:00"
    made = json.loads(voronka("deal", "unblock", "1", "--stage", "paid", "--json", at=later).stdout)
    for line in made["commands"]:
        assert voronka(*shlex.split(line)[1:], at=later).exit_code == 0, line


def test_json_tells_the_same(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    told = json.loads(voronka("deal", "why", "1", "--json").stdout)
    assert (told["event"], told["kind"], told["decided"], told["differs"]) == (1, "create", True, [])
    assert told["ahead"]["stage"] == "offered"
    (gate,) = told["ahead"]["gates"]
    assert (gate["kind"], gate["name"], gate["verdict"], gate["operands"]) == (
        "require",
        "amount",
        False,
        {"amount": None},
    )
    assert gate["file"].endswith("sales.pipeline")
    limit = next(robot for robot in told["robots"] if robot["kind"] == "limit")
    assert limit["states"] == [{"state": "due", "text": "acts Wed 25 Nov, 09:40", "due": "2026-11-25T09:40:00+03:00"}]
    kept_out = voronka("deal", "why-not", "1", "--stage", "offered", "--json")
    assert kept_out.exit_code == 1
    assert json.loads(kept_out.stdout)["open"] is False
    robot = json.loads(voronka("deal", "why-not", "1", "--robot", "new/limit", "--json").stdout)
    assert (robot["robot"]["path"], robot["runs"]) == ("new/limit", [])


@pytest.mark.requirement("U5")
def test_a_robot_that_is_switched_off_says_so(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    path = next(one["path"] for one in json.loads(voronka("robot", "list", "--json").stdout)["robots"])
    assert voronka("robot", "off", path, "--as", "anna").exit_code == 0
    said = json.loads(voronka("deal", "why-not", "1", "--robot", path, "--json").stdout)["robot"]
    assert [one["state"] for one in said["states"]] == ["off"]
    assert "switched off since Mon 23 Nov, 09:40" in said["states"][0]["text"]


BAD = {
    "why 9": "there is no deal 9",
    "why 1 --event 9": "deal 1 has no event 9; its events are 1 to 1",
    "why 1 --event 0": "deal 1 has no event 0; its events are 1 to 1",
    "why 1 --at 2026-11-22": "deal 1 did not exist yet then",
    "why 1 --at 2027-01-01": "--at lies ahead: what has not happened cannot be looked at",
    "why 1 --at soon": "--at: ",
    "why 1 --event 1 --at 2026-11-23": "--event, --at: choose one",
    "why-not 1": "name a --stage or a --robot",
    "why-not 1 --robot nosuch": "there is no robot “nosuch”",
    "unblock 1 --stage ofered": "there is no stage “ofered”; did you mean offered?",
    "show 1 --at 2026-11-22": "deal 1 did not exist yet then",
    "show 1 --at 2027-01-01": "--at lies ahead",
    "history 1 --at 2026-11-22": "deal 1 did not exist yet then",
    "history 9": "there is no deal 9",
}


@pytest.mark.parametrize("line", BAD)
def test_what_makes_no_sense_is_a_sentence(voronka: Voronka, shop: Path, line: str) -> None:
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    ran = voronka("deal", *shlex.split(line))
    assert ran.exit_code in (1, 2)
    assert BAD[line] in ran.output
    assert "Traceback" not in ran.output


@pytest.mark.parametrize("command", ["why 1", "why-not 1 --stage offered", "unblock 1 --stage offered", "history 1"])
def test_a_broken_log_is_named_with_its_first_bad_event(voronka: Voronka, shop: Path, command: str) -> None:
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    voronka("deal", "note", "1", "раз")
    voronka("deal", "note", "1", "два")
    with sqlite3.connect(shop / "voronka.db") as db:
        (row,) = db.execute("SELECT id FROM log WHERE kind = 0 AND version = 2").fetchone()
        db.execute("DELETE FROM log WHERE id = ?", (row,))
    ran = voronka("deal", *shlex.split(command))
    assert ran.exit_code == 1
    assert f"the log is broken at event 2, row {row}: the row is missing" in ran.output


def test_an_event_that_cannot_be_read_is_said_in_ones_language(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    voronka("deal", "note", "1", "раз")
    with sqlite3.connect(shop / "voronka.db") as db:
        db.execute("UPDATE log SET changes = substr(changes, 1, 4) WHERE kind = 0 AND version = 2")
    ran = voronka("deal", "why", "1", "--lang", "ru")
    assert ran.exit_code == 1
    assert "в событии 2, строке" in ran.output
    assert "строка не читается" in ran.output
    assert "Unterminated" not in ran.output
    assert "it cannot be read (Unterminated" in voronka("deal", "why", "1", "--lang", "en").output


def test_tampering_is_said_with_the_event(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "sales", "--set", "name=Ирина")
    voronka("deal", "set", "1", "amount=5000")
    with sqlite3.connect(shop / "voronka.db") as db:
        db.execute("UPDATE log SET changes = replace(changes, '5000', '9000') WHERE kind = 0 AND version = 2")
    for other in (
        "history 1",
        "show 1 --at '2026-11-23 09:40'",
        "unblock 1 --stage offered",
        "why-not 1 --stage offered",
    ):
        told = " ".join(voronka("deal", *shlex.split(other)).output.split())
        assert "the events do not add up to the state that is kept" in told, other
    ran = voronka("deal", "why", "1")
    assert ran.exit_code == 1
    assert "event 2" in ran.output
    assert "decided anew it differs" in ran.output
    assert "is not as it was written" in " ".join(ran.output.split())
