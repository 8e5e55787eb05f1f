"""What programs read: shapes of --json, data on stdout, messages on stderr, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Voronka = Callable[..., Result]
NEW = ("deal", "new", "sales", "--set", "name=Ирина", "--set", "phone=89991234567")


def shape(value: Any) -> Any:
    """Types instead of values; of lists the first item."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def parsed(ran: Result) -> Any:
    assert ran.stderr == ""
    return json.loads(ran.stdout)


def test_of_what_was_done(voronka: Voronka, shop: Path) -> None:
    data = parsed(voronka(*NEW, "--json"))
    assert shape(data) == {
        "status": "str",
        "deal": "int",
        "version": "int",
        "stage": "str",
        "events": [
            {"deal": "int", "kind": "str", "at": "str", "lines": [{"mark": "str", "text": "str", "loc": "str"}]}
        ],
        "unmet": [],
    }
    assert (data["status"], data["deal"], data["stage"]) == ("done", 1, "new")
    assert data["events"][0]["at"] == "2026-11-23T09:40:00+03:00"


def test_of_a_refusal(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    ran = voronka("deal", "move", "1", "offered", "--json")
    assert ran.exit_code == 1
    data = json.loads(ran.stdout)
    assert (data["status"], data["stage"], data["events"]) == ("refused", "new", [])
    assert data["unmet"] == [
        {
            "kind": "require",
            "name": "amount",
            "message": "field “Amount” is required",
            "operands": {"amount": None},
            "file": "pipelines/sales.pipeline",
            "line": 57,
            "help": "voronka deal set 1 amount=…",
        }
    ]


def test_of_a_card(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW, "--set", "amount=50", "--set", "meets=2026-12-01", "--stage", "offered")
    data = parsed(voronka("deal", "show", "1", "--json"))
    assert shape({**data, "history": data["history"][:1]}) == {
        "id": "int",
        "pipeline": "str",
        "stage": "str",
        "kind": "str",
        "reason": "NoneType",
        "owner": "str",
        "version": "int",
        "created": "str",
        "entered": "str",
        "closed": "NoneType",
        "fields": {"name": "str", "phone": "str", "amount": ["str"], "meets": ["str"], "vat": ["str"]},
        "tasks": [
            {
                "id": "str",
                "deal": "int",
                "name": "str",
                "title": "str",
                "assignee": "str",
                "status": "str",
                "due": "str",
                "overdue": "bool",
                "outcome": "NoneType",
            }
        ],
        "checks": {},
        "red": [],
        "linked": [],
        "files": [],
        "ahead": [],
        "history": [{"version": "int", "at": "str", "actor": "str", "kind": "str", "lines": ["str"]}],
    }
    assert data["fields"]["amount"] == ["n", "50"]
    assert [task["id"] for task in data["tasks"]] == ["1.1", "1.2"]


@pytest.mark.requirement("R38", "R39")
def test_of_what_is_red(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "client", "--set", "name=Вера")
    voronka(*NEW)
    voronka("task", "done", "2.1", "--outcome", "reached")
    voronka("deal", "show", "2", at="2026-11-27T10:00+03:00")
    voronka("deal", "note", "2", "x", at="2026-11-27T10:00+03:00")
    card = parsed(voronka("deal", "show", "1", "--json"))
    assert card["red"] == [
        {"kind": "badge", "text": "No phone", "file_line": "pipelines/sales.pipeline:8", "unmet": []}
    ]
    red = parsed(voronka("deal", "show", "2", "--json", at="2026-11-27T10:00+03:00"))["red"]
    assert [(one["kind"], one["text"]) for one in red] == [
        ("badge", "No tasks"),
        ("flag", "too long in this stage"),
        ("blocked", "not let into “Offer sent”, since Mon 23 Nov 09:40"),
    ]
    assert red[2]["unmet"][0]["help"] == "voronka deal set 2 amount=…"
    # cards of clients are shown when they are asked for
    assert [d["id"] for d in parsed(voronka("deal", "list", "--red", "--json"))["deals"]] == [2]
    records = parsed(voronka("deal", "list", "--red", "--pipeline", "client", "--json"))
    assert [d["id"] for d in records["deals"]] == [1]


def test_of_lists(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    data = parsed(voronka("deal", "list", "--json"))
    assert shape(data) == {
        "deals": [
            {
                "id": "int",
                "pipeline": "str",
                "stage": "str",
                "label": "str",
                "owner": "str",
                "created": "str",
                "closed": "NoneType",
                "reason": "NoneType",
                "due": "str",
                "red": "bool",
            }
        ],
        "count": "int",
    }
    assert shape(parsed(voronka("deal", "find", "ирина", "--json"))) == {**shape(data), "texts": []}
    tasks = parsed(voronka("task", "list", "--json"))
    assert list(tasks) == ["tasks", "count"]
    assert tasks["tasks"][0]["due"] == "2026-11-23T10:10:00+03:00"
    people = parsed(voronka("person", "list", "--json"))["people"]
    assert [(one["name"], one["open_deals"], one["open_tasks"]) for one in people] == [
        ("olga", 0, 0),
        ("anna", 1, 1),
        ("ivan", 0, 0),
    ]
    assert parsed(voronka("event", "list", "--json")) == {"events": []}


@pytest.mark.requirement("R75")
def test_a_search_finds_a_clients_deals(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "client", "--set", "name=ООО Ромашка", "--set", "phone=84950000001")
    voronka("deal", "new", "sales", "--set", "client=1", "--set", "need=Стулья")
    voronka(*NEW)
    for text, found in (
        ("ромаш", [1, 2]),
        ("стуль", [2]),
        ("8 (999) 123", [3]),
        ("+7 495 000", [1, 2]),
        ("99912345", [3]),
        ("nobody", []),
    ):
        deals = parsed(voronka("deal", "find", text, "--json"))["deals"]
        assert [one["id"] for one in deals] == found, text


def test_of_what_hangs_on_a_deal(voronka: Voronka, shop: Path) -> None:
    voronka("deal", "new", "client", "--set", "name=Вера")
    voronka("deal", "new", "sales", "--set", "client=1")
    voronka("deal", "attach", "1", "voronka.toml")
    data = parsed(voronka("deal", "show", "1", "--json"))
    assert data["linked"] == [{"id": 2, "pipeline": "sales", "stage": "new", "field": "client"}]
    assert [one["name"] for one in data["files"]] == ["voronka.toml"]
    assert Path(data["files"][0]["path"]).read_text(encoding="utf-8") == 'store = "voronka.db"\n'


def test_limits(voronka: Voronka, shop: Path) -> None:
    for number in range(4):
        voronka("deal", "new", "sales", "--set", f"name=N{number}")
    ran = voronka("deal", "list", "--limit", "2")
    assert "2 of 4; --limit 0 for all" in ran.stderr
    assert [line.split()[0] for line in ran.stdout.splitlines()] == ["№", "4", "3"]
    data = parsed(voronka("deal", "list", "--limit", "2", "--json"))
    assert ([one["id"] for one in data["deals"]], data["count"]) == ([4, 3], 4)
    assert len(parsed(voronka("deal", "list", "--limit", "0", "--json"))["deals"]) == 4


def test_of_the_store(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    info = parsed(voronka("store", "info", "--json"))
    assert (info["deals"], info["open_deals"], info["open_tasks"], info["kept"]) == (1, 1, 1, 0)
    assert info["next_due"] == "2026-11-23T07:10:00+00:00"
    verified = parsed(voronka("store", "verify", "--json"))
    assert (verified["ok"], verified["problems"], verified["digest"]) == (True, [], info["digest"])


def test_a_store_that_was_tampered_with(voronka: Voronka, shop: Path) -> None:
    import sqlite3

    voronka(*NEW)
    with sqlite3.connect(shop / "voronka.db") as db:
        db.execute("UPDATE deals SET stage = 'paid'")
    ran = voronka("store", "verify", "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["ok"] is False
    ran = voronka("store", "verify", "--lang", "ru")
    assert ran.exit_code == 1
    assert "✗ " in ran.stdout
    assert "найдено проблем" in ran.stderr


def test_data_on_stdout_messages_on_stderr(voronka: Voronka, shop: Path) -> None:
    ran = voronka("deal", "list")
    assert ran.stdout == ""
    assert ran.stderr.startswith("no deals yet: voronka.db is made with the first one\n")
    assert not (shop / "voronka.db").exists()
    assert voronka("deal", "list", "-q").stderr == ""
    ran = voronka(*NEW)
    assert ran.stderr == ""
    assert ran.stdout.startswith("№ 1 · Sales\n")
    ran = voronka("deal", "move", "1", "offered", "-q")
    assert ran.stdout == ""
    assert "field “Amount” is required" in ran.stderr


def test_no_colours_where_nobody_watches(voronka: Voronka, shop: Path) -> None:
    voronka(*NEW)
    assert "\x1b" not in voronka("deal", "show", "1").output
    assert "\x1b[" in voronka("deal", "show", "1", "--color", "always").output
