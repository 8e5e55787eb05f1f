"""Mapping files: every mistake is told by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake_events.sources import BANK, SITE, maps, payment
from voronka.engine.intake.events_map import BadMapping, load_map, load_maps


def test_a_payload_becomes_an_event(tmp_path: Path) -> None:
    bank = load_maps(maps(tmp_path))["bank"]
    mapped = bank.map(payment(receipt=[{"email": "ira@example.org"}]))
    assert (mapped.name, mapped.pipeline) == ("payment", "sales")
    assert mapped.payload == {"amount": "1200.00"}
    assert mapped.by == {"number": "A-1", "email": "ira@example.org"}
    assert bank.key_of(payment()) == "p-1"
    assert bank.map({"event": "other"}).name == ""
    assert bank.map("text").name == ""
    assert bank.map(payment(test=0)).name == ""


def test_a_file_that_maps_a_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "csv.toml").write_text('pipeline = "leads"\n[deals]\nkey = "id"\n')
    assert load_maps(tmp_path) == {}
    assert load_maps(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[event]", "bank.toml: "),
        ('event = "x"', "bank.toml: event: write [[event]]"),
        ('[[event]]\nname = "x"', 'bank.toml: signature: a source proves itself: [signature] scheme = "standard"'),
        (BANK.replace('secret = { secret = "BANK" }', 'secret = "x"'), "bank.toml: signature.secret: write { secret"),
        (BANK.replace('"standard"', '"md5"'), "bank.toml: signature.scheme: one of standard, hmac-hex"),
        (BANK.replace('"standard"', '"hmac-hex"'), "bank.toml: signature.header: name the header"),
        (BANK.replace("values =", "vlaues ="), "bank.toml: event 1.vlaues: there is no such key; did you mean values?"),
        (SITE.replace('"phone"', '"a..b"'), "bank.toml: event 1.values.phone: a path such as"),
        (SITE.replace('"phone"', "3"), "bank.toml: event 1.values.phone: write "),
        (SITE.replace('name = "request"', ""), "bank.toml: event 1.name: the event's name belongs here"),
        (SITE + "when = 3", "bank.toml: event 1.when: a table belongs here"),
    ],
)
def test_mistakes_name_their_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bank.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadMapping) as raised:
        load_map(path)
    assert raised.value.text.en.startswith(said)
