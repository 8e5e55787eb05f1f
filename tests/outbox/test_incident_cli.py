"""`voronka incident` and `voronka notice`: what a person sees and does, without a daemon."""

from __future__ import annotations

import json
from pathlib import Path

from tests.daemon.place import Running, voronka, workspace
from tests.outbox.post import Post
from tests.outbox.test_daemon import eventually

SALES = """
language en
team shop "Shop" { person anna "Anna" is manager }
pipeline sales "Sales" {
  timezone "Europe/Moscow"
  role manager "Manager"
  owner is manager by round robin
  field name "Name" text
  event ping "Ping" by name
  stage new "New" { notify owner "Look at {{ name }}" }
  won paid "Paid"
}
"""


def test_incidents_are_listed_and_settled(tmp_path: Path) -> None:
    shop = workspace(tmp_path / "w", SALES)
    assert "no incidents" in voronka(shop, "incident", "list").stderr
    assert voronka(shop, "event", "send", "ping", "name=Nobody").returncode == 1
    (incident,) = json.loads(voronka(shop, "incident", "list", "--json").stdout)["incidents"]
    assert (incident["kind"], incident["retry"], incident["text"]) == (
        "unrouted",
        False,
        "ping: no open deal has its key",
    )
    number = str(incident["id"])
    listed = voronka(shop, "incident", "list", "--lang", "ru").stdout
    assert "событие ничьё" in listed
    refused = voronka(shop, "incident", "retry", number)
    assert refused.returncode == 2
    assert "it can be resolved" in refused.stderr
    assert voronka(shop, "incident", "resolve", number, "--as", "anna").returncode == 0
    assert voronka(shop, "incident", "resolve", number).returncode == 1
    (settled,) = json.loads(voronka(shop, "incident", "list", "--all", "--json").stdout)["incidents"]
    assert (settled["status"], settled["resolved_by"]) == ("resolved", "anna")
    assert voronka(shop, "store", "verify").returncode == 0


def test_notices_are_there_until_they_are_read(tmp_path: Path) -> None:
    with Post() as post:
        post.greet("told")
        post.deliver()
        assert post.statuses() == ["notice"]
        assert post.submit("notice", {"person": "olga"}).status == "done"
        assert post.statuses() == ["notice"]
        assert post.submit("notice", {"person": "anna"}).status == "done"
        assert post.statuses() == ["sent"]
    shop = workspace(tmp_path / "w", SALES)
    assert "no notices" in voronka(shop, "notice", "list").stderr
    assert voronka(shop, "notice", "read", "nobody").returncode != 0


def test_a_daemon_shows_notices(tmp_path: Path) -> None:

    shop = workspace(tmp_path / "w", SALES)
    with Running(shop):
        assert voronka(shop, "deal", "new", "sales", "--set", "name=Ira").returncode == 0
        shown = eventually(lambda: json.loads(voronka(shop, "notice", "list", "--json").stdout)["notices"])
        assert [(row["person"], row["deal"], row["body"]) for row in shown] == [("anna", 1, "Look at Ira")]
        assert "Look at Ira" in voronka(shop, "notice", "list", "--person", "anna").stdout
        assert voronka(shop, "notice", "read", "anna").returncode == 0
        assert "no notices" in voronka(shop, "notice", "list").stderr
