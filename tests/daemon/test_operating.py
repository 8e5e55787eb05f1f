"""Operating the daemon: robots switched, settings re-read, folders that come and go, files broken before it starts."""

from __future__ import annotations

import json
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.daemon.place import SHOP, WAIT, Running, verified, voronka, workspace

ROBOT = SHOP.replace(
    "  stage new",
    """  event ping "Ping" by number
  robot echo "Echo" {
    on event ping
    notify owner "ping"
    after 2 days { notify owner "two days" }
  }
  stage new""",
)


def eventually(found: Callable[[], Any]) -> Any:
    until = time.monotonic() + WAIT
    while not (result := found()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return result


def asked(folder: Path, *args: str) -> Any:
    ran = voronka(folder, *args, "--json")
    assert ran.stdout, ran.stderr
    return json.loads(ran.stdout)


def robots(folder: Path) -> dict[str, dict[str, Any]]:
    return {robot["path"]: robot for robot in asked(folder, "robot", "list")["robots"]}


def metric(port: int, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=WAIT) as page:
        text = page.read().decode()
    return next(float(line.split()[-1]) for line in text.splitlines() if line.startswith(f"voronka_{name} "))


def port_of(running: Running) -> int:
    lines = [json.loads(line) for line in running.logged().splitlines() if '"http.listening"' in line]
    return int(lines[-1]["address"].rpartition(":")[2])


def test_a_robot_is_switched_off_over_restarts_and_edits(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w", ROBOT)
    with Running(folder) as running:
        running.submit("create", {"fields": {"number": "A-1"}}, pipeline="sales")
        running.submit("event", {"name": "ping"}, deal=1)
        found = robots(folder)["echo"]
        assert (found["starts"], found["on"], found["fired"], found["put_off"]) == (["on event “Ping”"], True, 1, 1)
        assert (found["file"], found["line"]) == ("pipelines/sales.pipeline", 25)
        off = voronka(folder, "robot", "off", "Echo", "--as", "anna")
        assert off.returncode == 0, off.stderr
        assert "the robot is off, stopped: put off 1" in off.stdout
        assert voronka(folder, "robot", "off", "echo").returncode == 1  # already
        assert asked(folder, "status")["off"] == ["sales/echo"]
        assert running.stop() == 0
    with Running(folder) as running:
        running.submit("event", {"name": "ping"}, deal=1)
        path = folder / "pipelines/sales.pipeline"
        path.write_text(ROBOT.replace('robot echo "Echo" {', 'robot reply "Echo" was echo {'))
        eventually(lambda: "reply" in robots(folder))
        found = robots(folder)["reply"]
        assert (found["on"], found["by"]) == (False, "anna")
        running.submit("event", {"name": "ping"}, deal=1)
        shown = voronka(folder, "deal", "show", "1", "--full").stdout
        assert shown.count("the robot is off: nothing done") == 2
        assert voronka(folder, "robot", "on", "sales/reply").returncode == 0
        running.submit("event", {"name": "ping"}, deal=1)
        assert robots(folder)["reply"]["fired"] == 2  # once as echo, which it was
        assert running.stop() == 0
    verified(folder / "voronka.db").close()


def test_broken_files_start_on_the_stored_version_and_are_taken_over_once_mended(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    path = folder / "pipelines/sales.pipeline"
    path.write_text(SHOP.replace("require amount", "require amuont"))
    refused = voronka(folder, "run", "--no-http")
    assert refused.returncode == 1  # nothing was ever in force here
    assert "amuont" in refused.stderr
    path.write_text(SHOP)
    with Running(folder) as running:
        running.submit("create", {"fields": {}}, pipeline="sales")
        good = asked(folder, "status")["definition"]
    path.write_text(SHOP.replace("require amount", "require amuont"))
    with Running(folder, "--port", "0") as running:
        status = asked(folder, "status")
        assert status["running"]["definition"] == good
        reload = status["running"]["reload"]
        assert reload["outcome"] == "broken"
        assert any("amuont" in found["en"] for found in reload["findings"])
        assert '"files.not_taken_over"' in running.logged()
        port = port_of(running)
        assert (metric(port, "files_rejected"), metric(port, "reload_failures_total")) == (1, 1)
        assert running.submit("note", {"text": "it goes on"}, deal=1).status == "done"
        said = voronka(folder, "status").stdout
        assert "errors in the files: 1" in said
        path.write_text(SHOP.replace('"Offered"', '"An offer"'))
        eventually(lambda: asked(folder, "status")["running"]["reload"]["outcome"] == "changed")
        assert metric(port, "files_rejected") == 0
        assert running.stop() == 0


def test_a_folder_moved_away_is_said_and_all_goes_on_until_it_is_back(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    with Running(folder) as running:
        running.submit("create", {"fields": {}}, pipeline="sales")
        (folder / "pipelines").rename(tmp_path / "away")
        reload = eventually(lambda: asked(folder, "status")["running"]["reload"])
        assert reload["outcome"] == "broken"
        assert running.submit("note", {"text": "it goes on"}, deal=1).status == "done"
        (tmp_path / "away").rename(folder / "pipelines")
        eventually(lambda: asked(folder, "status")["running"]["reload"]["outcome"] == "same")
        path = folder / "pipelines/sales.pipeline"
        path.write_text(SHOP.replace('"Offered"', '"An offer"'))
        eventually(lambda: asked(folder, "status")["running"]["reload"]["outcome"] == "changed")


MAP = '[signature]\nscheme = "none"\n[[event]]\nname = "request"\nvalues = { phone = "phone" }\n'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def posted(port: int, source: str) -> int:
    """What is answered; the first is done, the same from another source kept, the same again seen before."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/in/{source}", b'{"phone": "+79991234567"}')
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_settings_and_maps_are_read_again_when_asked(tmp_path: Path) -> None:
    port = free_port()
    folder = workspace(tmp_path / "w", settings=f"[intake]\nport = {port}\n")
    toml = folder / "voronka.toml"
    with Running(folder) as running:

        def hang_up() -> None:
            before = running.logged().count('"reload.ends"')
            running.process.send_signal(signal.SIGHUP)
            eventually(lambda: running.logged().count('"reload.ends"') > before)

        (folder / "maps").mkdir()
        (folder / "maps/site.toml").write_text(MAP)
        hang_up()
        assert posted(port, "site") == 200  # the listener began
        (folder / "maps/shop.toml").write_text(MAP)
        assert posted(port, "shop") == 404
        hang_up()
        assert posted(port, "shop") == 202
        # what cannot be used changes nothing, and is said
        (folder / "maps/shop.toml").write_text(MAP.replace("scheme", "sheme"))
        hang_up()
        assert "shop.toml" in asked(folder, "status")["running"]["settings"]["en"]
        assert "settings not taken over" in voronka(folder, "status").stdout
        assert posted(port, "shop") == 200
        (folder / "maps/shop.toml").unlink()
        toml.write_text(toml.read_text() + "[limits]\nevents_per_hour = 0\n")
        hang_up()
        assert "events_per_hour" in asked(folder, "status")["running"]["settings"]["en"]
        taken = free_port()
        toml.write_text(f'language = "en"\nreload = "plan"\n[intake]\nport = {taken}\n')
        hang_up()
        assert asked(folder, "status")["running"]["settings"] is None
        assert posted(taken, "site") == 200
        assert posted(taken, "shop") == 404
        # and `reload = "plan"` is obeyed from now on
        (folder / "pipelines/sales.pipeline").write_text(SHOP.replace('"Offered"', '"An offer"'))
        eventually(lambda: asked(folder, "status")["running"]["reload"]["outcome"] == "refused")
        # a port that somebody else has: the old one is kept
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            toml.write_text(f'language = "en"\nreload = "plan"\n[intake]\nport = {other.getsockname()[1]}\n')
            hang_up()
        assert "it is in use" in asked(folder, "status")["running"]["settings"]["en"]
        assert posted(taken, "site") == 200
        assert running.stop() == 0


def test_what_channels_suffer_from_is_in_the_status(tmp_path: Path) -> None:
    mail = f'[channels.email]\nhost = "127.0.0.1"\nport = {free_port()}\nfrom = "a@example.org"\nsecurity = "none"\n'
    folder = workspace(tmp_path / "w", settings=mail + '[people.olga]\nemail = "o@example.org"\n')
    (folder / "pipelines/sales.pipeline").write_text(ROBOT)
    with Running(folder, "--port", "0") as running:
        for _ in range(2):
            running.submit("create", {"fields": {}}, pipeline="sales", actor="olga")
        running.submit("assign", {"person": "olga"}, deal=1)
        running.submit("event", {"name": "ping"}, deal=1)
        troubles = eventually(lambda: asked(folder, "status")["running"]["troubles"])
        assert list(troubles) == ["email"]
        assert "channel email:" in voronka(folder, "status").stdout
        assert metric(port_of(running), "channels_failing") == 1


def test_a_limit_of_the_settings_is_a_limit(tmp_path: Path) -> None:
    text = SHOP.replace("  stage new", '  robot tick "Tick" { every 5 min  notify owner "tick" }\n  stage new')
    folder = workspace(tmp_path / "w", text, "[limits]\nevents_per_hour = 3\n")
    at = "2026-11-23T10:{:02}+03:00".format
    assert voronka(folder, "deal", "new", "sales", VORONKA_NOW=at(0)).returncode == 0
    for minute in (5, 10, 15, 20, 25):
        voronka(folder, "deal", "new", "sales", VORONKA_NOW=at(minute))
    listed = voronka(folder, "incident", "list", VORONKA_NOW=at(26)).stdout
    assert "deal in a circle" in listed
    assert "more than 3 automatic events within an hour" in listed
    shown = voronka(folder, "deal", "show", "1", VORONKA_NOW=at(26)).stdout
    assert "the deal's automation rests: more than 3 events of it within an hour" in shown
    (first, *_) = json.loads(voronka(folder, "incident", "list", "--json", VORONKA_NOW=at(26)).stdout)["incidents"]
    assert (first["kind"], first["deal"], first["retry"]) == ("rate", 1, True)
    again = voronka(folder, "incident", "retry", str(first["id"]), VORONKA_NOW=at(27))
    assert again.returncode == 0, again.stderr
    assert (
        "automation rests"
        not in voronka(folder, "deal", "show", "1", VORONKA_NOW=at(27)).stdout.partition("History")[0]
    )
    refused = workspace(tmp_path / "bad", settings="[limits]\nevents = 3\n")
    ran = voronka(refused, "run", "--no-http")
    assert ran.returncode == 2
    assert "[limits] events: [limits] has events_per_hour" in ran.stderr


def test_an_edit_runs_beside_the_live_version_and_differences_are_reported(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    edited = workspace(tmp_path / "edited", SHOP.replace("due 2 hours after entry", "due 3 hours after entry"))
    broken = workspace(tmp_path / "broken", SHOP.replace("require amount", "require amuont"))
    refused = voronka(folder, "run", "--no-http", "--shadow", str(broken))
    assert refused.returncode == 1
    assert "--shadow: these files cannot be used" in refused.stderr
    with Running(folder, "--no-http", "--shadow", str(edited)) as running:
        running.submit("create", {"fields": {"number": "A-1"}}, pipeline="sales")
        shadow = eventually(lambda: (found := asked(folder, "status")["running"]["shadow"])["count"] and found)
        assert (shadow["count"], shadow["missed"]) == (2, 0)
        assert {(one["only"], one["what"], one["about"][0]) for one in shadow["last"]} == {
            ("live", "task", "new/call"),
            ("shadow", "task", "new/call"),
        }
        said = voronka(folder, "status").stdout
        assert "differences 2" in said
        assert "only the shadow: plans new/call" in said
        assert running.logged().count('"shadow.differs"') == 2
        assert running.stop() == 0
    with verified(folder / "voronka.db") as store:
        # nothing of the shadow was written
        assert store.db.execute("SELECT count(*) FROM definitions").fetchone() == (1,)
        assert store.db.execute("SELECT count(*) FROM tasks").fetchone() == (1,)
