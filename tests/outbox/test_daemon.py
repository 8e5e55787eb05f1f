"""`voronka run` connects everything: a file is dropped, a deal moves, a letter goes out, a person retries."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.place import WAIT, Running, voronka, workspace
from tests.outbox.package import install
from tests.outbox.peers import Mailbox, smtp
from tests.outbox.post import mail

SHOP = """
language en
pipeline sales "Sales" {
  timezone "Europe/Moscow"
  field phone "Phone" phone
  field email "Email" email
  event request "Request" by phone else create { phone phone  email email }
  stage new "New" { send email to email using "hello" }
  won paid "Paid"
}
"""
SITE = '[signature]\nscheme = "none"\n[[event]]\nname = "request"\nvalues = { phone = "phone", email = "email" }\n'


def eventually(found: Callable[[], Any]) -> Any:
    """What is written down a moment after the peer has seen it."""
    until = time.monotonic() + WAIT
    while not (result := found()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return result


def incidents(shop: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(voronka(shop, "incident", "list", "--json").stdout)["incidents"]
    return listed


def test_from_a_dropped_file_to_a_letter(tmp_path: Path) -> None:
    mailbox = Mailbox(["refuse"])
    with smtp(mailbox) as port:
        (tmp_path / "shop").mkdir()
        settings = mail(port) + '[intake]\nport = 0\ndrop = "drop"\n'
        shop = workspace(tmp_path / "shop/w", SHOP, settings)
        (shop / "pipelines/templates").mkdir()
        (shop / "pipelines/templates/hello.txt").write_text("subject: Hello\n\nWelcome!\n")
        (shop / "maps").mkdir()
        (shop / "maps/site.toml").write_text(SITE)
        (shop / "drop/site").mkdir(parents=True)
        with Running(shop):
            (shop / "drop/site/lead.json").write_text('{"phone": "+7 999 123-45-67", "email": "ira@example.org"}')
            assert mailbox.rang.acquire(timeout=WAIT)
            (incident,) = eventually(lambda: incidents(shop))
            assert (incident["kind"], incident["deal"], incident["retry"]) == ("delivery", 1, True)
            assert "550" in incident["text"]
            assert "ira@example.org" not in json.dumps(incident)
            again = voronka(shop, "incident", "retry", str(incident["id"]))
            assert again.returncode == 0, again.stderr
            assert mailbox.rang.acquire(timeout=WAIT)
            assert [letter["Subject"] for letter in mailbox.letters] == ["Hello"]
            assert incidents(shop) == []
            assert voronka(shop, "incident", "retry", str(incident["id"])).returncode == 1
            assert (shop / "drop/site/processed/lead.json").exists()


def test_settings_that_cannot_be_used_are_told_before_anything_starts(tmp_path: Path) -> None:
    shop = workspace(tmp_path / "w", SHOP.replace('{ send email to email using "hello" }', ""), "[channels.emial]\n")
    refused = voronka(shop, "run", "--no-http")
    assert refused.returncode == 2
    assert "channels.emial: there is no such setting; did you mean email?" in refused.stderr


UNRULY = """
language en
pipeline sales "Sales" {
  timezone "Europe/Moscow"
  field name  "Name"  text
  field email "Email" email
  field bill  "Bill"  document using "bill"
  stage new "New" {
    require name, email
    run shop.label { name = name }
    render bill
    send email to email using "hello" attach bill
  }
  won paid "Paid"
}
"""
BILL = """= Bill for {{ name }}
{% if name == "hang" %}
#let n = 0
#while n < 10 { n = calc.rem(n + 1, 5) }
{% endif %}
"""


def test_the_daemon_outlives_plugins_and_forms_that_do_not_end(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    target = install(tmp_path / "shop-labels", tmp_path / "target")
    mailbox = Mailbox()
    limits = '[channels.run]\ntimeout = "500 ms"\n[channels.document]\ntimeout = "2 s"\n'
    with smtp(mailbox) as port:
        shop = workspace(tmp_path / "w", UNRULY, mail(port) + limits + "[delivery]\nattempts = 1\n")
        (shop / "pipelines/templates").mkdir()
        (shop / "pipelines/templates/hello.txt").write_text("subject: Hello\n\nHere it is.\n")
        (shop / "pipelines/templates/bill.typ").write_text(BILL)
        with Running(shop, PYTHONPATH=str(target)) as daemon:
            for name in ("hang", "leave", "Ira"):
                made = voronka(shop, "deal", "new", "sales", "--set", f"name={name}", "--set", "email=ira@example.org")
                assert made.returncode == 0, made.stderr
            for _ in range(2):
                assert mailbox.rang.acquire(timeout=WAIT)
            listed = eventually(lambda: found if len(found := incidents(shop)) == 4 else None)
            assert [
                (one["kind"], one["deal"]) for one in sorted(listed, key=lambda one: (one["deal"], one["kind"]))
            ] == [
                ("delivery", 1),
                ("document", 1),
                ("plugin", 1),
                ("plugin", 2),
            ]
            assert "bill.typ" in next(one["text"] for one in listed if one["kind"] == "document")
            papers = [paper for letter in mailbox.letters for paper in letter.iter_attachments()]
            assert [paper.get_content()[:5] for paper in papers] == [b"%PDF-", b"%PDF-"]
            assert daemon.process.poll() is None
            assert daemon.stop() == 0
