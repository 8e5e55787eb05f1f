"""A shop with deals, messages and a card, in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.daemon.place import voronka, workspace

NOW = "2026-11-23T10:00:00+03:00"
LATER = "2026-11-23T11:00:00+03:00"
PHONE, MAIL = "9123456789", "petr@example.org"
SHOP = """
language en, ru

team shop "Shop" {
  person olga "Olga" is chief
  person anna "Anna" is manager reports to olga
}

record client "Client" {
  field name  "Name"  text
  field phone "Phone" phone
  field email "Email" email
  unique phone
}

pipeline sales "Sales" {
  timezone "Europe/Moscow"
  currency RUB
  role chief   "Chief"
  role manager "Manager" reports to chief
  owner is manager by round robin

  field number "Number"  text
  field client "Client"  link to client
  field phone  "Phone"   phone
  field email  "Email"   email
  field place  "Place"   address
  field amount "Amount"  money

  unique number
  event talked "Talked" by phone

  stage new "New" {
    task call "Call" { due 2 hours after entry }
  }
  stage offered "Offered" {
    require amount
    send email to email using "hello"
    notify owner "{{ number }}: call {{ client.phone }}"
  }
  won paid "Paid"
  lost lost "Lost" { reason price "Too dear"  reason double "Duplicate" }
}
"""
HELLO = "subject: Hello\n\nDear {{ client.name }}, we call {{ phone }}, you live in {{ place }}.\n"


def sold(folder: Path) -> Path:
    """Card 1, deal 2 that links to it and has got a letter, deal 3 of the same phone, deal 4 of somebody else."""
    shop = workspace(folder, SHOP)
    (shop / "templates").mkdir()
    (shop / "templates" / "hello.txt").write_text(HELLO, encoding="utf-8")
    (shop / "scan.txt").write_text("a passport", encoding="utf-8")
    for args in (
        ("deal", "new", "client", "--set", "name=Petr", "--set", f"phone=+7{PHONE}", "--set", f"email={MAIL}"),
        (
            *("deal", "new", "sales", "--set", "number=A-1", "--set", "client=1", "--set", f"phone=+7{PHONE}"),
            *("--set", f"email={MAIL}", "--set", "place=Lenina 5", "--set", "amount=10"),
        ),
        ("deal", "new", "sales", "--set", "number=A-2", "--set", "phone=8 912 345-67-89"),
        ("deal", "new", "sales", "--set", "number=A-3", "--set", "phone=+79990001122", "--set", "place=Lenina 5"),
        ("deal", "note", "2", f"he writes from {MAIL}"),
        ("deal", "attach", "2", "scan.txt"),
        ("event", "send", "talked", f"phone=+7{PHONE}", "--deal", "2"),
        ("deal", "move", "2", "offered"),
    ):
        done = voronka(shop, *args, VORONKA_NOW=NOW)
        assert done.returncode == 0, (args, done.stdout, done.stderr)
    return shop


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One shop, to be copied and not to be changed."""
    return sold(tmp_path_factory.mktemp("made") / "shop")


@pytest.fixture
def shop(tmp_path: Path, made: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "shop"))
