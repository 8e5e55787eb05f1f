"""What single commands do beyond their transcripts: actors, keys, files, time, people of the workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
NEW = ("deal", "new", "sales", "--set", "name=Ирина", "--set", "phone=89991234567")


def card(voronka: Voronka, number: int = 1, **more: Any) -> Any:
    return json.loads(voronka("deal", "show", str(number), "--json", **more).stdout)


def test_due_timers_fire_before_a_command_acts(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    at = "2026-11-23T13:00+03:00"
    # looking changes nothing, and says what waits
    looked = voronka("deal", "show", "1", at=at)
    assert "timers that are due: 1; they fire before the next change" in looked.stderr
    assert card(voronka)["version"] == 1
    voronka("deal", "note", "1", "x", at=at)
    kinds = [event["kind"] for event in card(voronka)["history"]]
    assert kinds == ["create", "timer", "note"]


def test_a_long_pause_is_no_burst(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    voronka("deal", "note", "1", "x", at="2027-06-01T12:00+03:00")
    history = card(voronka, at="2027-06-01T12:00+03:00")["history"]
    assert [event["kind"] for event in history] == ["create", "timer", "timer", "note"]
    assert {event["at"] for event in history[1:]} == {"2027-06-01T12:00:00+03:00"}


def test_every_event_names_its_actor(voronka: Voronka, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voronka(*NEW, "--as", "Ольга Серова")
    monkeypatch.setenv("VORONKA_AS", "ivan")
    voronka("deal", "note", "1", "a")
    voronka("deal", "note", "1", "b", "--as", "anna")
    monkeypatch.delenv("VORONKA_AS")
    (shop / "voronka.toml").write_text('as = "olga"\n', encoding="utf-8")
    voronka("deal", "note", "1", "c")
    assert [event["actor"] for event in card(voronka)["history"]] == ["olga", "ivan", "anna", "olga"]


def test_numbers_and_names_are_taken_as_people_write_them(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    for number in ("1", "#1", "№1", "№ 1", "001", "сделка 1", "deal #1"):
        assert voronka("deal", "show", number).exit_code == 0, number
    assert voronka("deal", "set", "1", "СУММА=10", "e-mail=a@b.ru").exit_code == 0
    assert voronka("deal", "move", "1", "предложение  отправлено").exit_code == 0
    assert card(voronka)["stage"] == "offered"
    assert voronka("deal", "assign", "1", "Белов").exit_code == 0
    assert card(voronka)["owner"] == "ivan"


def test_an_event_with_a_key_is_taken_once(voronka: Voronka, shop: Path) -> None:
    send = ("event", "send", "sales", "request", "phone=89990001122", "--key", "form-17")
    assert json.loads(voronka(*send, "--json").stdout)["status"] == "done"
    assert json.loads(voronka(*send, "--json").stdout)["status"] == "duplicate"
    assert json.loads(voronka("deal", "list", "--json").stdout)["count"] == 1


def test_a_deal_with_a_key_is_made_once(voronka: Voronka, shop: Path) -> None:
    for status in ("done", "duplicate"):
        reply = json.loads(voronka(*NEW, "--key", "row-17", "--json").stdout)
        assert (reply["status"], reply["deal"]) == (status, 1)
    assert voronka(*NEW, "--key", "row-17").exit_code == 0
    assert json.loads(voronka("deal", "list", "--json").stdout)["count"] == 1


def test_an_attached_file_is_kept_beside_the_store(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    (shop / "договор.pdf").write_bytes(b"%PDF signed")
    ran = voronka("deal", "attach", "1", "договор.pdf", "--field", "Скан договора")
    assert ran.exit_code == 0, ran.output
    (shop / "договор.pdf").unlink()
    name, _, key = card(voronka)["fields"]["scan"].partition("@")
    assert name == "договор.pdf"
    assert [path.name for path in (shop / "voronka.db.files").iterdir()] == [key]
    assert (shop / "voronka.db.files" / key).read_bytes() == b"%PDF signed"
    assert "договор.pdf" in voronka("deal", "show", "1").stdout


def test_a_note_from_standard_input(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    voronka("deal", "note", "1", "-", stdin="первая строка\nвторая")
    assert "вторая" in card(voronka)["history"][-1]["lines"][0]


def test_a_note_of_a_conversation_is_a_contact(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    voronka("deal", "note", "1", "--contact", "говорили о цене")
    assert card(voronka)["history"][-1]["kind"] == "contact"


def test_texts_of_effects_with_v(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    quiet = voronka("deal", "note", "1", "x", at="2026-11-26T10:00+03:00")
    assert "A request lies about" not in quiet.stdout
    assert voronka("deal", "list", "-v").exit_code == 0


def test_reading_needs_no_lock_and_leaves_none(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    (shop / "voronka.db.lock").unlink()
    voronka("deal", "list")
    voronka("store", "info")
    assert not (shop / "voronka.db.lock").exists()


@pytest.mark.requirement("U4")
def test_a_deal_of_a_pipeline_that_was_called_otherwise_is_told_as_ever(voronka: Voronka, shop: Path) -> None:
    assert voronka(*NEW).exit_code == 0
    before = voronka("deal", "history", "1").stdout
    path = shop / "pipelines/sales.pipeline"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('sales "Продажи" / "Sales" {', 'deals "Продажи" / "Sales" was sales {'), encoding="utf-8"
    )
    assert voronka("apply").exit_code == 0
    assert voronka("deal", "history", "1").stdout.startswith(before.rstrip("\n"))
    for command in (("show", "1"), ("show", "1", "--full"), ("history", "1", "--full"), ("why", "1"), ("list",)):
        assert voronka("deal", *command).exit_code == 0, command
