"""A daemon starts, is told apart from a stale one, takes over files, drains and ends; nothing acknowledged is lost."""

from __future__ import annotations

import signal
import socket
import stat
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.daemon.place import SHOP, Running, verified, voronka, workspace
from voronka.engine.daemon.client import DaemonError, Line
from voronka.engine.daemon.wire import socket_path
from voronka.engine.host.commands import Command
from voronka.engine.store import read


def test_it_answers_and_ends_when_asked(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / "w")) as running:
        reply = running.submit("create", {"fields": {"number": "A-1"}}, pipeline="sales", actor="anna")
        assert (reply.status, reply.deal) == ("done", 1)
        mode = stat.S_IMODE(socket_path(running.store).stat().st_mode)
        assert mode == 0o600
        assert running.stop() == 0
        assert running.heard("STOPPING=1")
        assert not socket_path(running.store).exists()
        # everything is in the one file
        assert not Path(f"{running.store}-wal").exists()
        with verified(running.store) as store:
            found = read.deal(store, 1)
            assert found is not None
            assert found.f["number"] == "A-1"


def test_ctrl_c_ends_it_likewise(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / "w")) as running:
        assert running.stop(signal.SIGINT) == 0


def test_a_second_one_refuses_and_names_the_first(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    with Running(folder) as running:
        second = voronka(folder, "run", "--no-http")
        assert second.returncode == 2
        assert f"already runs on {running.store} (pid {running.process.pid})" in second.stderr
        assert "Traceback" not in second.stderr
        assert running.submit("create", {"fields": {}}, pipeline="sales").status == "done"


def test_what_a_killed_one_left_behind_is_in_nobodys_way(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    with Running(folder) as running:
        running.kill()
    path = socket_path(folder / "voronka.db")
    assert path.is_socket()
    alone = voronka(folder, "deal", "new", "sales")
    assert alone.returncode == 0, alone.stderr
    with Running(folder) as running:
        assert running.submit("note", {"text": "hello"}, deal=1).status == "done"


def test_a_file_that_is_no_socket_is_not_deleted(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    path = socket_path(folder / "voronka.db")
    path.write_text("precious", encoding="utf-8")
    refused = voronka(folder, "run", "--no-http")
    assert refused.returncode == 2
    assert f"{path} is in the way" in refused.stderr
    assert path.read_text(encoding="utf-8") == "precious"
    # and the store is free again
    assert voronka(folder, "deal", "new", "sales").returncode == 0


def test_a_path_too_long_for_a_socket_will_do(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / ("deep" * 20) / ("deeper" * 20))) as running:
        assert running.submit("create", {"fields": {}}, pipeline="sales").status == "done"
        assert running.stop() == 0


def test_a_broken_workspace_does_not_start(tmp_path: Path) -> None:
    refused = voronka(workspace(tmp_path / "w", "pipeline {"), "run", "--no-http")
    assert refused.returncode == 1
    assert "nothing was done" in refused.stderr
    assert "Traceback" not in refused.stderr


# --- health ----------------------------------------------------------------------------------------------------------


def page(running: Running, name: str) -> tuple[int, str]:
    port = running.logged().partition('"address": "127.0.0.1:')[2].partition('"')[0]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{name}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_health_and_figures(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / "w"), "--port", "0") as running:
        running.submit("create", {"fields": {"phone": "+79990001122"}}, pipeline="sales")
        running.submit("move", {"stage": "offered"}, deal=1)
        running.submit("x" * 100, {}, deal=1)
        assert page(running, "/healthz") == (200, "ok\n")
        assert page(running, "/readyz") == (200, "ready\n")
        assert page(running, "/nothing")[0] == 404
        status, text = page(running, "/metrics")
        assert status == 200
        lines = text.splitlines()
        assert 'voronka_events_total{kind="create",status="done"} 1.0' in lines
        assert 'voronka_events_total{kind="move",status="refused"} 1.0' in lines
        assert 'voronka_events_total{kind="other",status="error"} 1.0' in lines
        assert "voronka_timers_pending 1.0" in lines
        assert "voronka_commit_seconds_count 3.0" in lines
        assert 'voronka_outbox{status="pending"} 0.0' in lines
        assert "voronka_incidents_open 0.0" in lines
        assert "9990001122" not in text + running.logged()


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = voronka(folder, "run", "--port", str(port))
    assert refused.returncode == 2
    assert f"port {port} of 127.0.0.1 is in use" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not socket_path(folder / "voronka.db").exists()


def test_what_is_no_http_request_is_answered_or_dropped(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / "w"), "--port", "0") as running:
        port = int(running.logged().partition('"address": "127.0.0.1:')[2].partition('"')[0])
        for sent in (b"\x00\xff\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100_000, b""):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(sent)
                client.shutdown(socket.SHUT_WR)
                answer = client.recv(100)
                assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")), sent[:20]
        assert page(running, "/healthz")[0] == 200


def test_the_watchdog_hears_from_it(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / "w"), WATCHDOG_USEC="200000") as running:
        for _ in range(3):
            assert running.heard("WATCHDOG=1")


UNWATCHED = "[run]\nwatch = false\n"


# --- files -----------------------------------------------------------------------------------------------------------


def reload(running: Running, text: str) -> str:
    """Write the definition, ask for a reload, and tell what became of it."""
    (running.folder / "pipelines" / "sales.pipeline").write_text(text, encoding="utf-8")
    running.process.send_signal(signal.SIGHUP)
    running.heard("RELOADING=1")
    return running.heard("READY=1").rpartition(": ")[2]


@pytest.mark.requirement("U4")
def test_good_files_are_taken_over_and_bad_ones_are_not(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / "w", settings=UNWATCHED)) as running:
        running.submit("create", {"fields": {}}, pipeline="sales")
        assert reload(running, SHOP) == "same"
        assert reload(running, SHOP.replace("require amount", "")) == "changed"
        assert running.submit("move", {"stage": "offered"}, deal=1).status == "done"
        with running.line() as line:
            before = line.ask("status")["definition"]
        assert reload(running, "pipeline {") == "broken"
        # what runs is what the command line goes by
        moved = voronka(running.folder, "deal", "set", "1", "number=B-2")
        assert moved.returncode == 0, moved.stderr
        assert "the files have changed since the daemon read them" in moved.stderr
        assert "B-2" in voronka(running.folder, "deal", "show", "1").stdout
        # the stage in which the deal stands is gone
        assert reload(running, SHOP.replace("stage offered", "stage proposed")) == "refused"
        with running.line() as line:
            status = line.ask("status")
        assert status["definition"] == before
        assert "unsafe: stage “Offered” is gone, and deals stand in it (1 deal: 1)" in status["reload"]["why"]["en"]
        shown = voronka(running.folder, "status")
        assert shown.returncode == 0, shown.stderr
        assert "not taken over: unsafe: stage “Offered” is gone, and deals stand in it (1 deal: 1)" in shown.stdout
        assert running.submit("note", {"text": "still here"}, deal=1).status == "done"
        assert (
            reload(running, SHOP.replace('stage offered "Offered"', 'stage proposed "Proposed" was offered'))
            == "changed"
        )
        assert '"stage": "proposed"' in voronka(running.folder, "deal", "show", "1", "--json").stdout
        assert running.stop() == 0
        verified(running.store).close()


# --- drain -----------------------------------------------------------------------------------------------------------


def test_drain_loses_nothing_acknowledged_and_says_what_was_not_taken(tmp_path: Path) -> None:
    """Clients write as fast as they can while the daemon is told to end; whatever it answered is there, once."""
    with Running(workspace(tmp_path / "w")) as running:
        acknowledged: dict[str, int | None] = {}
        unsure: list[DaemonError] = []
        enough = threading.Event()

        def client(name: int) -> None:
            line = Line.to(socket_path(running.store))
            assert line is not None
            with line:
                for number in range(100_000):
                    key = f"{name}-{number}"
                    try:
                        command = Command("create", {"fields": {"number": key}}, pipeline="sales", key=key)
                        (reply,) = line.submit_many([command])
                    except DaemonError as error:
                        if not error.sure:
                            unsure.append(error)
                        return
                    assert reply.status == "done"
                    acknowledged[key] = reply.deal
                    if len(acknowledged) >= 100:
                        enough.set()

        threads = [threading.Thread(target=client, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        assert enough.wait(60)
        assert running.stop() == 0
        for thread in threads:
            thread.join(60)
        # a request is answered, or its sender knows that it was not taken
        assert unsure == []
        with verified(running.store) as store:
            rows = store.db.execute("SELECT deal, json_extract(state, '$.f.number') FROM states").fetchall()
            assert {number: deal for deal, number in rows} == acknowledged
            assert len(rows) == len(acknowledged)


def test_a_client_that_says_half_a_word_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with Running(workspace(tmp_path / "w")) as running:
        with socket.socket(socket.AF_UNIX) as half, running.line() as idle:
            half.connect(str(socket_path(running.store)))
            half.sendall(b'{"v":1,"op":"ping"')
            assert running.stop() == 0
            assert half.recv(10) == b""
            with pytest.raises(DaemonError) as refused:
                idle.ask("ping")
        assert refused.value.sure
