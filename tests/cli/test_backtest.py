"""``voronka backtest`` as people read it: what an edit would have done, in both languages, as JSON, and bad input."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
Told = Callable[[str, str], None]


@pytest.fixture
def lived(voronka: Voronka, shop: Path) -> Path:
    """A few days of the shop, and its file edited after that."""
    for number in (1, 2, 3):
        given = ("--set", f"name=Клиент {number}", "--set", f"phone=8 999 123-45-6{number}", "-q")
        assert voronka("deal", "new", "sales", *given).exit_code == 0
    later = "2026-11-23T11:00+03:00"
    assert voronka("deal", "set", "1", "amount=50", "-q", at=later).exit_code == 0
    assert voronka("deal", "set", "2", "amount=500", "-q", at=later).exit_code == 0
    for number in ("1", "2"):
        assert voronka("task", "done", number, "--outcome", "reached", "-q", at=later).exit_code == 0
    assert voronka("deal", "set", "1", "meets=2026-11-27", "-q", at="2026-11-24T12:00+03:00").exit_code == 0
    assert voronka("task", "done", "visit", "--deal", "1", "-q", at="2026-11-24T13:00+03:00").exit_code == 0
    assert voronka("deal", "note", "3", "ждёт", "-q", at="2026-12-01T12:00+03:00").exit_code == 0
    file = shop / "pipelines" / "sales.pipeline"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        (
            "require amount\n",
            'require amount\n    enter when amount >= 100 RUB else "Меньше 100 ₽" / "Below 100 RUB"\n',
        ),
        ("due 30 min after entry", "due 1 hour after entry"),
        ("limit 2 days {", "limit 1 day {"),
    ):
        assert text.count(old) >= 1
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return shop


@pytest.mark.requirement("U6")
def test_what_an_edit_would_have_done(voronka: Voronka, lived: Path, told: Told) -> None:
    shown = []
    for args in (
        ("--lang", "en"),
        ("--lang", "ru"),
        ("--lang", "en", "--deal", "1"),
        ("--lang", "en", "--base", "pipelines"),
    ):
        result = voronka("backtest", *args)
        assert result.exit_code == 0, result.output
        shown.append(f"$ voronka backtest {' '.join(args)}\n{result.output}")
    told("backtest", "\n".join(shown))


def test_it_is_told_as_data_and_writes_nothing(voronka: Voronka, lived: Path) -> None:
    before = (lived / "voronka.db").read_bytes()
    found = json.loads(voronka("backtest", "--json", "--details").stdout)
    assert (lived / "voronka.db").read_bytes() == before
    assert found["control"]["reproduced"] == found["deals"] == 3
    (gate,) = found["blocked"]
    assert (gate["file"], gate["gate"], gate["examples"]) == ("pipelines/sales.pipeline", "enter", [1])
    assert [one["deal"] for one in found["each"]] == [1, 2, 3]
    assert "99912345" not in json.dumps(found)


@pytest.mark.parametrize(
    ("where", "deals"),
    [
        ("amount > 100 RUB", [2]),
        ("amount is not set or amount < 100 RUB", [1, 3]),
        ("stage is offered and need is set", []),
    ],
)
def test_only_deals_for_which_a_condition_is_true(voronka: Voronka, lived: Path, where: str, deals: list[int]) -> None:
    found = json.loads(voronka("backtest", "--where", where, "--json", "--details").stdout)
    assert found["deals"] == len(deals)
    assert [one["deal"] for one in found.get("each", [])] == deals


def test_exit_codes(voronka: Voronka, lived: Path) -> None:
    assert voronka("backtest", "--exit-code").exit_code == 3
    assert voronka("backtest", "--exit-code", "--deal", "3").exit_code == 2
    assert voronka("backtest", "--exit-code", "--base", "pipelines").exit_code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--pipeline", "sale"), "did you mean sales?"),
        (("--deal", "99"), "there is no deal 99"),
        (("--from", "soon"), "--from:"),
        (("--where", "amuont > 5 RUB"), "`amuont` is not known in `sales`"),
        (("--where", "sent email"), "is no condition about these deals"),
        (("--import-log", "log.csv"), "--import-log and --map go together"),
        (("nothing.pipeline",), "there is no such file"),
        (("--import-log", "log.csv", "--map", "map.toml"), "log.csv"),
    ],
)
def test_what_cannot_be_replayed_is_said(voronka: Voronka, lived: Path, args: tuple[str, ...], said: str) -> None:
    (lived / "map.toml").write_text('pipeline = "sales"\n[deals]\nkey = "id"\ndate = "at"\n', encoding="utf-8")
    result = voronka("backtest", *args)
    assert result.exit_code in (1, 2)
    assert said in result.output


def test_no_store_no_deals_and_a_file_with_errors(voronka: Voronka, shop: Path) -> None:
    assert "no history" in voronka("backtest").output
    voronka("person", "list")
    broken = shop / "edited.pipeline"
    broken.write_text("pipeline x {\n", encoding="utf-8")
    result = voronka("backtest", str(broken))
    assert result.exit_code == 1
    assert "edited.pipeline:1:12" in result.output
    assert "nothing was replayed" in result.output


def test_a_broken_log_is_named_with_its_first_bad_event_and_the_others_are_replayed(
    voronka: Voronka, lived: Path
) -> None:
    with sqlite3.connect(lived / "voronka.db") as db:
        (row,) = db.execute("SELECT id FROM log WHERE kind = 0 AND entity = 2 AND version = 2").fetchone()
        db.execute("DELETE FROM log WHERE id = ?", (row,))
    result = voronka("backtest", "--lang", "en")
    assert result.exit_code == 1
    assert f"№ 2: the log is broken at event 2, row {row}: the row is missing" in result.output
    assert "repeats the log: 2 of 2 deals" in result.output


def test_a_log_that_somebody_wrote_in_is_not_believed(voronka: Voronka, lived: Path) -> None:
    """Where the change is one that no replay can see, too: when it came in."""
    assert voronka("backtest").exit_code == 0
    with sqlite3.connect(lived / "voronka.db") as db:
        row, tx = db.execute("SELECT id, tx FROM log WHERE kind = 0 AND entity = 2 AND version = 2").fetchone()
        db.execute("UPDATE log SET recorded = recorded + 1 WHERE id = ?", (row,))
    for lang, said, event in (
        ("en", f"not as it was written, the first time in commit {tx}, row", "№ 2 event 2"),
        ("ru", f"не такой, каким был записан, впервые в фиксации {tx}, строк", "№ 2 событие 2"),
    ):
        result = voronka("backtest", "--lang", lang)
        assert result.exit_code == 1
        assert said in result.output
        assert event in result.output


def test_a_definition_version_that_is_missing_is_said(voronka: Voronka, lived: Path) -> None:
    with sqlite3.connect(lived / "voronka.db") as db:
        db.execute("DELETE FROM definitions")
    result = voronka("backtest", "--base", "pipelines", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "version 1 of the definition cannot be read any more: its names count as they are" in result.output
    result = voronka("backtest", "--lang", "en")
    assert result.exit_code == 1
    assert "version 1 of the definition, which is in force, is missing from the store" in result.output


LOG = """\
id,at,phone,amount
a,2026-11-02 10:00,+7 999 123-45-01,50
b,2026-11-02 10:00,+7 999 123-45-02,500
b,2026-11-02 10:00,+7 999 123-45-02,500
c,not a date,+7 999 123-45-03,7
"""
MAP = """\
pipeline = "sales"
timezone = "Asia/Vladivostok"
[deals]
key = "id"
date = "at"
format = "%Y-%m-%d %H:%M"
[deals.fields]
phone = "phone"
amount = "amount"
"""


def test_an_imported_log(voronka: Voronka, lived: Path) -> None:
    (lived / "log.csv").write_text(LOG, encoding="utf-8")
    (lived / "map.toml").write_text(MAP, encoding="utf-8")
    result = voronka("backtest", "--import-log", "log.csv", "--map", "map.toml", "--lang", "en", "--json")
    found = json.loads(result.stdout)
    assert found["control"]["reproduced"] == found["deals"] == 2
    assert [row["task"] for row in found["deadlines"]] == ["new/#limit", "new/call"]
    assert "log.csv" in result.stderr  # the row whose date is none


def test_deals_are_found_by_a_condition(voronka: Voronka, lived: Path) -> None:
    found = json.loads(voronka("deal", "find", "--where", "amount > 100 RUB", "--json").stdout)
    assert [deal["id"] for deal in found["deals"]] == [2]
    assert (
        voronka("deal", "find", "--where", "amount is not set", "--pipeline", "Sales", "--lang", "en").output.count(
            "Клиент 3"
        )
        == 1
    )
    wrong = voronka("deal", "find", "--where", "amuont > 1 RUB", "--lang", "ru")
    assert (wrong.exit_code, "не условие о таких сделках" in wrong.output) == (2, True)
    assert voronka("deal", "find").exit_code == 2
    assert voronka("deal", "find", "Клиент", "--where", "amount is set").exit_code == 2
