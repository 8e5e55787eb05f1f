"""Bad input gets a clear error in both languages, the promised exit code, and changes nothing."""

from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from voronka.engine.store.lock import acquire

Voronka = Callable[..., Result]
NEW = ("deal", "new", "sales", "--set", "name=Ирина", "--set", "phone=89991234567")

# command -> exit code, what it says in English, in Russian
WRONG = {
    "deal new salez": (
        2,
        "there is no pipeline “salez”; did you mean sales?",
        "нет воронки «salez»; может быть, sales?",
    ),
    "deal new sales --set amount=1e400": (2, "write the number in full, without an exponent", "напишите число целиком"),
    "deal new sales --set amount=много": (2, "is no sum of money", "не сумма"),
    "deal new sales --set meets=31.02.2026": (2, "there is no 31 February 2026", "31 февраля 2026 года не бывает"),
    "deal new sales --set phone=12": (2, "“12” is no phone number", "«12» — не номер телефона"),
    "deal new sales --set email=почта": (2, "is no mail address", "не адрес почты"),
    "deal new sales --set source=радио": (
        2,
        "is none of site (Website), call (Call)",
        "есть site (Сайт), call (Звонок)",
    ),
    "deal new sales --set nmae=x": (
        2,
        "there is no field “nmae”; did you mean name?",
        "нет поля «nmae»; может быть, name?",
    ),
    "deal new sales --set name": (2, "--set name: write field=value", "--set name: нужно поле=значение"),
    "deal new sales --set name=a --set name=b": (2, "name is given twice", "name указано дважды"),
    "deal new sales --stage gone": (1, "a deal is not created closed", "закрытой сделку не создают"),
    "deal new sales --owner кто": (2, "there is nobody called “кто”", "нет сотрудника «кто»"),
    "deal new sales --set client=77": (1, "there is no card 77", "карточки 77 нет"),
    "deal show x": (2, "“x” is no number of a deal", "«x» — не номер сделки"),
    "deal show 0": (2, "“0” is no number of a deal", "«0» — не номер сделки"),
    "deal show 99": (1, "there is no deal 99", "сделки 99 нет"),
    "deal move 1 offred": (1, "there is no stage “offred”", "нет этапа «offred»"),
    "deal move 1 new": (1, "the deal is there already", "сделка уже на этом этапе"),
    "deal move 1 gone": (1, "a loss needs its reason", "в отказ ведёт причина"),
    "deal reopen 1": (1, "the deal is not closed", "сделка не закрыта"),
    "deal set 1 vat=5": (1, "is computed, nobody sets it", "вычисляется, его не задают"),
    "deal set 1 amount=-1": (1, "The amount must be above zero", "Сумма должна быть больше нуля"),
    "deal tick 1 terms": (1, "there is no checklist point “terms”", "нет пункта «terms»"),
    "deal note 1 ''": (2, "the note is empty", "заметка пустая"),
    "deal attach 1 nowhere.pdf": (2, "nowhere.pdf: No such file", "nowhere.pdf: No such file"),
    "deal attach 1 pipelines": (2, "pipelines is a folder", "pipelines — это папка"),
    "deal attach 1 voronka.toml --field skan": (2, "there is no file field “skan”", "нет поля-файла «skan»"),
    "deal list --stage offred": (2, "there is no stage “offred”; did you mean offered?", "нет этапа «offred»"),
    "deal list --won --lost": (2, "choose one", "что-то одно"),
    "deal show 1 --as nobody": (0, "", ""),
    "deal note 1 x --as nobody": (2, "there is nobody called “nobody”", "нет сотрудника «nobody»"),
    "task done 1.7 --outcome reached": (2, "“7” does not say which task", "из «7» не понять, какая задача"),
    "task done call": (2, "“call” is no number of a deal", "«call» — не номер сделки"),
    "task done 1.1 --outcome reachd": (1, "choose an outcome of “Call”", "выберите итог задачи «Позвонить»"),
    "task done 1.1 --due завтра": (2, '--due goes with --next "…"', '--due указывают вместе с --next "…"'),
    "task reschedule 1.1 --to вчера": (1, "the new deadline must lie ahead", "новый срок должен быть в будущем"),
    "task reschedule 1.1 --to когда-нибудь": (2, "--to: ", "--to: "),
    "person absent anna --until 2020-01-01": (1, "the date of return has passed", "дата возвращения уже прошла"),
    "person back anna": (1, "this person is not away", "этот сотрудник и так на месте"),
    "person add anna --role manager": (1, "there is such a person already", "такой сотрудник уже есть"),
    "person add bob --role boss": (1, "there is no role “boss”", "нет роли «boss»"),
    "person leave anna --to anna": (2, "--to names the one who leaves", "--to называет того, кто уходит"),
    "event send sales paiment": (2, "there is no event “paiment”; did you mean payment?", "нет события «paiment»"),
    "event send payment amount=5 sum=1": (2, "there is no field “sum”", "нет поля «sum»"),
    "event send a b c": (2, "write [PIPELINE] NAME k=v…", "нужно [ВОРОНКА] СОБЫТИЕ k=v…"),
    "deal mvoe 1 x": (2, "No such command 'mvoe'", "нет команды «mvoe»; может быть, move?"),
}


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("line", WRONG)
def test_a_clear_error(voronka: Voronka, shop: Path, line: str, lang: str) -> None:
    voronka(*NEW)
    before = voronka("deal", "show", "1", "--json").stdout
    code, en, ru = WRONG[line]
    ran = voronka(*shlex.split(line), "--lang", lang)
    assert (en if lang == "en" else ru) in ran.stderr
    assert ran.exit_code == code
    assert "Traceback" not in ran.output
    assert voronka("deal", "show", "1", "--json").stdout == before


def test_errors_are_json_too(voronka: Voronka, shop: Path) -> None:
    ran = voronka("deal", "show", "99", "--json")
    assert json.loads(ran.stdout) == {"error": "there is no deal 99"}


def test_outside_of_a_workspace(voronka: Voronka) -> None:
    for line in ("deal list", "task list", "person list", "store info", "deal new x", "event list"):
        ran = voronka(*line.split())
        assert ran.exit_code == 2
        assert "there is no workspace here: no voronka.toml in this folder or above it" in ran.stderr


def test_a_workspace_is_found_from_below(voronka: Voronka, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "pipelines")
    assert voronka(*NEW).exit_code == 0
    assert (shop / "voronka.db").exists()


def test_a_broken_voronka_toml(voronka: Voronka, shop: Path) -> None:
    (shop / "voronka.toml").write_text("store = \n", encoding="utf-8")
    ran = voronka("deal", "list")
    assert ran.exit_code == 2
    assert "voronka.toml" in ran.stderr
    assert "line 1" in ran.stderr


def test_a_broken_definition_stops_before_the_store(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    before = (shop / "voronka.db").read_bytes()
    path = shop / "pipelines" / "sales.pipeline"
    path.write_text(path.read_text(encoding="utf-8").replace("require amount", "require amont"), encoding="utf-8")
    ran = voronka("deal", "set", "1", "amount=5")
    assert ran.exit_code == 1
    assert "amont" in ran.stderr
    assert "sales.pipeline" in ran.stderr
    assert "the definition has 1 error; nothing was done" in ran.stderr
    assert (shop / "voronka.db").read_bytes() == before


def test_no_pipeline_file(voronka: Voronka, shop: Path) -> None:
    shutil.rmtree(shop / "pipelines")
    ran = voronka("deal", "list")
    assert ran.exit_code == 2
    assert "no *.pipeline file here" in ran.stderr


def test_a_store_that_another_writes_to(voronka: Voronka, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voronka(*NEW)
    monkeypatch.setattr("voronka.cli.session.PATIENCE", 0.0)
    held = acquire(str(shop / "voronka.db"))
    assert not isinstance(held, str)
    try:
        ran = voronka("deal", "note", "1", "x")
        assert ran.exit_code == 2
        assert "another voronka writes to the store" in ran.stderr
        # reading goes on beside it
        assert voronka("deal", "show", "1").exit_code == 0
    finally:
        held.release()
    assert voronka("deal", "note", "1", "x").exit_code == 0


def test_a_store_that_may_not_be_written(voronka: Voronka, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voronka(*NEW)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    ran = voronka("deal", "note", "1", "x", "--lang", "ru")
    assert ran.exit_code == 2
    assert "нельзя писать" in ran.stderr


@pytest.mark.parametrize("line", ["deal list", "deal new sales", "store info", "store verify"])
def test_no_database(voronka: Voronka, shop: Path, line: str) -> None:
    (shop / "voronka.db").write_text("deals, honestly", encoding="utf-8")
    ran = voronka(*line.split())
    assert ran.exit_code == 2
    assert "is not a database" in ran.stderr
    assert (shop / "voronka.db").read_text(encoding="utf-8") == "deals, honestly"


@pytest.mark.parametrize("line", ["deal list", "deal new sales"])
def test_another_database(voronka: Voronka, shop: Path, line: str) -> None:
    with sqlite3.connect(shop / "voronka.db") as db:
        db.execute("CREATE TABLE t (a)")
    ran = voronka(*line.split())
    assert ran.exit_code == 2
    assert "not a store of voronka" in ran.stderr


@pytest.mark.parametrize("line", ["deal list", "deal note 1 x", "store info"])
def test_a_newer_store(voronka: Voronka, shop: Path, line: str) -> None:
    voronka(*NEW)
    with sqlite3.connect(shop / "voronka.db") as db:
        db.execute("PRAGMA user_version = 99")
    ran = voronka(*line.split())
    assert ran.exit_code == 2
    assert "written by a newer voronka (format 99" in ran.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres://crm", "stores are SQLite files here"),
        ("", "--store is empty"),
        ("nowhere/deals.db", "there is no store nowhere/deals.db"),
        ("pipelines", "pipelines is a folder, a store is a file"),
    ],
)
def test_a_store_that_is_none(voronka: Voronka, shop: Path, url: str, said: str) -> None:
    ran = voronka("deal", "list", "--store", url)
    assert ran.exit_code == 2
    assert said in ran.stderr


def test_a_store_elsewhere(voronka: Voronka, shop: Path) -> None:
    (shop / "other").mkdir()
    assert voronka(*NEW, "--store", "sqlite:///other/deals.db").exit_code == 0
    assert (shop / "other" / "deals.db").exists()
    assert not (shop / "voronka.db").exists()
    assert json.loads(voronka("deal", "list", "--store", "other/deals.db", "--json").stdout)["count"] == 1


def test_a_clock_that_is_none(voronka: Voronka, shop: Path) -> None:
    for text in ("soon", "2026-11-23T10:00"):
        ran = voronka("deal", "list", at=text)
        assert ran.exit_code == 2
        assert "VORONKA_NOW: " in ran.stderr
