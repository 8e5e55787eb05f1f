"""dry-run: the timeline whole, to won, to a blocked move, to each loss; bad input; nothing written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

HERE = Path(__file__).parent
Voronka = Callable[..., Result]
START = ("--at", "2026-11-23 09:40", "--set", "phone=8 (999) 123-45-67", "--set", "email=k@example.test")


@pytest.fixture
def shop(voronka: Voronka, tmp_path: Path) -> Path:
    shutil.copy(HERE / "shop.pipeline", tmp_path / "shop.pipeline")
    shutil.copytree(HERE / "templates", tmp_path / "templates")
    return tmp_path


def golden(name: str, printed: str) -> None:
    """Compare with a file a person can read; to make it anew, delete it and run the test."""
    path = HERE / "golden" / f"{name}.txt"
    text = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was not there; it is written now: read it, then run again")
    assert text == path.read_text(encoding="utf-8")


STEPS = {
    "won": 'wait 40 min\ndone call as reached\nset amount = 5_000 RUB\nset need = "Стол"\nwait 1 day\n'
    "event payment { amount = 5_000 RUB }\n",
    "blocked": "done call as reached\nset amount = 500 RUB\nmove to done\nmove to offered\n",
    "lost_by_rule": "done call as no_answer\nwait 2 hours\ndone call as no_answer\n",
    "lost_by_hand": 'lose as price because "дорого"\nset amount = 2_000 RUB\nset need = "Стол"\nmove to offered\n'
    'lose as price\nlose as price because "дорого"\n',
    "waited": 'set amount = 2_000 RUB\nset need = "Стол"\nmove to offered\nwait 8 workdays\n',
}


@pytest.mark.requirement("R72")
@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("name", STEPS)
def test_the_timeline(voronka: Voronka, shop: Path, name: str, lang: str) -> None:
    (shop / "steps").write_text(STEPS[name], encoding="utf-8")
    ran = voronka("dry-run", "shop.pipeline", *START, "--steps", "steps", "--lang", lang)
    golden(f"{name}_{lang}", ran.output)
    assert ran.exit_code == (1 if name in ("blocked", "lost_by_hand") else 0)


def test_nothing_is_written(voronka: Voronka, shop: Path) -> None:
    before = sorted(path.name for path in shop.rglob("*"))
    voronka("dry-run", "shop.pipeline", *START)
    assert sorted(path.name for path in shop.rglob("*")) == before


def test_without_steps_a_month_is_watched(voronka: Voronka, shop: Path) -> None:
    ran = voronka("dry-run", "shop.pipeline", *START, "--lang", "en")
    assert "The call is late" in ran.output
    assert "too long in this stage" in ran.output
    assert "to let it in: --set need=…" in ran.output
    short = voronka("dry-run", "shop.pipeline", *START, "--lang", "en", "--until", "10 min")
    assert "The call is late" not in short.output


def test_json_has_the_documented_shape(voronka: Voronka, shop: Path) -> None:
    (shop / "steps").write_text(STEPS["won"], encoding="utf-8")
    ran = voronka("dry-run", "shop.pipeline", *START, "--steps", "steps", "--json", "--lang", "ru")
    data = json.loads(ran.stdout)
    assert set(data) == {"pipeline", "started", "events", "state"}
    assert data["started"] == "2026-11-23T09:40:00+03:00"
    assert data["state"]["stage"] == "done"
    assert data["state"]["closed"] is True
    kinds = [event["kind"] for event in data["events"]]
    assert kinds == ["create", "timer", "done", "set", "set", "event"]
    letter = [text for event in data["events"] for text in event["texts"] if text.get("subject")]
    assert [text["subject"] for text in letter] == ["Счёт на 5 000 ₽"]


def test_steps_from_standard_input_and_typed(voronka: Voronka, shop: Path) -> None:
    piped = voronka("dry-run", "shop.pipeline", *START, "--steps", "-", "--lang", "en", stdin="done call as reached\n")
    assert "“Call”: Reached" in piped.output
    typed = voronka(
        "dry-run", "shop.pipeline", *START, "-i", "--lang", "en", stdin="done cal as reached\ndone call as reached\n\n"
    )
    assert "did you mean `call`" in typed.output
    assert "“Call”: Reached" in typed.output


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("nothing.pipeline",), 2, "there is no such file"),
        (("shop.pipeline", "--pipeline", "shp"), 2, "there is no pipeline shp (shop?)"),
        (("shop.pipeline", "--set", "phone"), 2, "give field=value"),
        (("shop.pipeline", "--set", "phon=1"), 2, "there is no field phon (phone?)"),
        (("shop.pipeline", "--set", "amount=1e400"), 2, "--set amount"),
        (("shop.pipeline", "--set", "phone=none"), 2, "--set phone"),
        (("shop.pipeline", "--at", "2026-02-31 10:00"), 2, "--at"),
        (("shop.pipeline", "--until", "soon"), 2, "--until"),
        (("shop.pipeline", "--steps", "absent"), 2, "absent"),
    ],
)
def test_bad_input_is_explained(voronka: Voronka, shop: Path, args: tuple[str, ...], code: int, said: str) -> None:
    ran = voronka("dry-run", *args, "--lang", "en")
    assert ran.exit_code == code, ran.output
    assert said in ran.output
    assert "Traceback" not in ran.output


def test_a_file_with_errors_shows_them_all(voronka: Voronka, shop: Path) -> None:
    text = (shop / "shop.pipeline").read_text(encoding="utf-8")
    broken = text.replace("require need, amount", "require ned, amount").replace("calendar ru", "calendar rru")
    (shop / "shop.pipeline").write_text(broken, encoding="utf-8")
    ran = voronka("dry-run", "shop.pipeline", "--lang", "en")
    assert ran.exit_code == 1
    assert "shop.pipeline:5" in ran.output
    assert "did you mean `need`" in ran.output
    assert "2 errors" in ran.output


def test_test_runs_scenarios_and_shows_the_difference(voronka: Voronka, shop: Path) -> None:
    good = voronka("test", "shop.pipeline", "--lang", "en")
    assert (good.exit_code, "✓ the call" in good.output) == (0, True)
    text = (shop / "shop.pipeline").read_text(encoding="utf-8")
    (shop / "shop.pipeline").write_text(text.replace("due in 30 min\n", "due in 40 min\n"), encoding="utf-8")
    bad = voronka("test", "shop.pipeline", "--lang", "en", "--junit", "report.xml")
    golden("test_failure_en", bad.output)
    assert bad.exit_code == 1
    assert '<failure message="shop.pipeline:' in (shop / "report.xml").read_text(encoding="utf-8")
    data = json.loads(voronka("test", "shop.pipeline", "--json").stdout)
    assert (data["passed"], data["failed"], data["scenarios"][0]["ok"]) == (0, 1, False)


def test_demo_fills_a_store_that_verifies(voronka: Voronka, tmp_path: Path) -> None:
    data = json.loads(voronka("demo", "--deals", "12", "--days", "20", "--json", "--keep", "demo.db").stdout)
    assert data["verified"] is True
    assert data["deals"] >= 12
    assert data["events"] > data["deals"]
    assert (tmp_path / "demo.db").exists()
    again = voronka("demo", "--keep", "demo.db", "--lang", "en")
    assert (again.exit_code, "it is there already" in again.output) == (2, True)
    told = voronka("demo", "--deals", "12", "--days", "20", "--lang", "ru")
    assert "хранилище сходится" in told.output
