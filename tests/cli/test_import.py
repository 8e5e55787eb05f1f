"""import csv as a person calls it: the summary adds up, bad rows are told, nothing is written while one is bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
MAP = """
pipeline = "sales"

[deals]
key = "id"
date = "came"
format = "%d.%m.%Y"

[deals.fields]
name = "who"
phone = { column = "tel" }
source = { column = "from", values = { web = "site" } }
amount = { column = "sum", stand_in = "100" }

[[then]]
name = "wins"
key = "id"
date = "paid"
format = "%d.%m.%Y %H:%M"

[[then.steps]]
done = "call"
outcome = "reached"

[[then.steps]]
tick = ["terms"]

[[then.steps]]
set = { need = "what" }

[[then.steps]]
move = "paid"
"""
LEADS = """\
id,came,who,tel,from,sum
a,02.03.2026,Анна,8 999 000-00-01,web,5000
b,03.03.2026,Борис,8 999 000-00-02,,
c,04.03.2026,Вера,8 999 000-00-03,web,700
d,05.03.2026,Глеб,8 999 000-00-01,web,700
"""
WINS = """\
id,paid,what
a,03.03.2026 12:00,Стол
b,03.03.2026 15:00,
c,03.03.2026 12:00,Шкаф
d,06.03.2026 12:00,Стул
"""


@pytest.fixture
def files(shop: Path) -> Path:
    (shop / "map.toml").write_text(MAP, encoding="utf-8")
    (shop / "leads.csv").write_text(LEADS, encoding="utf-8")
    (shop / "wins.csv").write_text(WINS, encoding="utf-8")
    return shop


IMPORT = ("import", "csv", "leads.csv", "--map", "map.toml", "--wins", "wins.csv")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_summary(voronka: Voronka, files: Path, lang: str, told: Callable[[str, str], None]) -> None:
    text = ""
    for args in (IMPORT, (*IMPORT, "--skip-bad"), (*IMPORT, "--skip-bad"), ("deal", "list")):
        ran = voronka(*args, "--lang", lang)
        # how fast it went is no matter of the golden file
        shown = "\n".join(
            "…" if "per second" in line or "в секунду" in line else line for line in ran.output.splitlines()
        )
        text += f"$ voronka {' '.join(args)}\n{shown}\n[{ran.exit_code}]\n\n"
    told(f"import_{lang}", text)


def test_bad_rows_stop_it_before_anything_is_written(voronka: Voronka, files: Path) -> None:
    ran = voronka(*IMPORT)
    assert ran.exit_code == 1
    assert ran.stdout == ""
    assert "wins.csv:4:2 (paid): “03.03.2026 12:00” lies before its deal began, on 2026-03-04" in ran.stderr
    assert "nothing was written" in ran.stderr
    assert not (files / "voronka.db").exists()


def test_as_json_it_adds_up(voronka: Voronka, files: Path) -> None:
    ran = voronka(*IMPORT, "--skip-bad", "--json")
    assert ran.exit_code == 0
    data = json.loads(ran.stdout)
    kinds = ("created", "updated", "duplicate", "won", "lost", "done", "blocked", "closed", "failed", "bad")
    for table in data["tables"]:
        assert sum(table[kind] for kind in kinds) == table["rows"] == 4
    wins = data["tables"][1]
    assert {kind: wins[kind] for kind in kinds if wins[kind]} == {"won": 1, "blocked": 2, "bad": 1}
    assert wins["reasons"] == [
        {
            "what": "blocked",
            "text": "field “Need” is required",
            "file_line": "pipelines/sales.pipeline:69",
            "count": 1,
        },
        {"what": "blocked", "text": "the deal of this row was not made", "file_line": None, "count": 1},
    ]
    assert data["stand_ins"] == [{"field": "amount", "value": "100", "count": 1}]
    assert [one["line"] for one in data["problems"]] == [4]
    assert data["until"] == "2026-03-06T12:00:00+03:00"
    assert json.loads(voronka("store", "verify", "--json").stdout)["ok"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--until", "2026-03-05"), 2, "--until: the data go on to 2026-03-06"),
        (("--until", "2030-01-01"), 2, "--until: this day lies ahead"),
        (("--until", "31.02.2026"), 2, "--until: there is no 31 February 2026"),
        (("--pipeline", "sale"), 2, "there is no pipeline “sale”; did you mean sales?"),
        (("--pipeline", "client"), 2, "deals.fields.source: there is no field “source”"),
        (("--wins", "more.csv"), 2, "say which table it is, NAME=FILE; map.toml has: wins"),
        (("--wins", "losses=x.csv"), 2, "map.toml has no table “losses”"),
        (("--map", "no.toml"), 2, "no.toml: there is no such file"),
    ],
)
def test_options_that_do_not_fit(voronka: Voronka, files: Path, args: tuple[str, ...], code: int, said: str) -> None:
    ran = voronka(*IMPORT, "--skip-bad", *args)
    assert ran.exit_code == code
    assert said in ran.stderr
    assert not (files / "voronka.db").exists()


def test_files_that_are_none(voronka: Voronka, files: Path) -> None:
    for name, said in (("none.csv", "none.csv: there is no such file"), ("pipelines", "this is a folder; name a file")):
        ran = voronka("import", "csv", name, "--map", "map.toml")
        assert ran.exit_code == 2
        assert said in ran.stderr


def test_time_may_pass_to_this_day(voronka: Voronka, files: Path) -> None:
    voronka(*IMPORT, "--skip-bad", "--until", "now")
    info = json.loads(voronka("store", "info", "--json").stdout)
    assert "pending" not in info["outbox"]
    assert info["outbox"]["suppressed"] > 0
    # nothing of the past is left to happen
    assert info["next_due"] is None or info["next_due"] > "2026-11-23T06:40"
    assert "time has passed to" not in voronka(*IMPORT, "--skip-bad", "--until", "now").stderr


def test_live_deals_are_caught_up_first(voronka: Voronka, files: Path) -> None:
    voronka("deal", "new", "sales", "--set", "name=Живая", at="2026-03-01T10:00+03:00")
    voronka(*IMPORT, "--skip-bad")
    outbox = json.loads(voronka("store", "info", "--json").stdout)["outbox"]
    # the notice of the live deal's limit goes out, whatever the import suppresses
    assert outbox["pending"] == 1
