"""One door, one voice: the command line says the same with a daemon and without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.daemon.place import Running, verified, voronka, workspace

NOW = "2026-11-23T10:00:00+03:00"
COMMANDS = (
    ("person", "add", "vera", "--role", "manager"),
    ("deal", "new", "sales", "--set", "number=A-1", "--set", "phone=+7 999 000-11-22", "--as", "anna"),
    ("deal", "new", "sales", "--set", "amount=much"),
    ("deal", "new", "nothing"),
    ("deal", "move", "1", "offered"),
    ("deal", "move", "1", "offered", "--json"),
    ("deal", "set", "1", "amount=1200.50", "--json"),
    ("deal", "move", "1", "Offered", "--lang", "ru", "-v"),
    ("deal", "set", "77", "amount=5"),
    ("event", "send", "payment", "number=A-1", "amount=5", "--key", "p1"),
    ("event", "send", "payment", "number=A-1", "amount=5", "--key", "p1"),
    ("event", "send", "payment", "number=ZZ", "amount=5"),
    ("event", "send", "request", "phone=+79990003344", "--json"),
    ("person", "absent", "ivan", "--until", "2026-12-14", "--deputy", "anna"),
    ("person", "leave", "vera", "--json"),
    ("task", "list"),
    ("deal", "lose", "1", "price", "--comment", "dear"),
    ("deal", "reopen", "1"),
    ("deal", "show", "1"),
    ("deal", "list", "--json"),
    ("event", "list"),
    ("store", "verify", "-q"),
)


@pytest.mark.requirement("U10")
def test_every_command_prints_the_same(tmp_path: Path) -> None:
    alone, served = workspace(tmp_path / "alone"), workspace(tmp_path / "served")
    told: dict[Path, list[tuple[int, str, str]]] = {alone: [], served: []}

    def act(folder: Path) -> None:
        for args in COMMANDS:
            done = voronka(folder, *args, VORONKA_NOW=NOW)
            assert "Traceback" not in done.stderr
            told[folder].append((done.returncode, done.stdout, done.stderr))

    act(alone)
    with Running(served, VORONKA_NOW=NOW) as running:
        act(served)
        with running.line() as line:
            # it was the daemon that did it
            assert line.ask("status")["commands"] >= 12
        assert running.stop() == 0
    for args, here, there in zip(COMMANDS, told[alone], told[served], strict=True):
        assert here == there, args
    assert {code for code, _, _ in told[alone]} == {0, 1, 2}
    verified(served / "voronka.db").close()


IMPORT = """pipeline = "sales"
timezone = "Europe/Moscow"

[deals]
key    = "id"
date   = "day"
format = "%Y-%m-%d"

[deals.fields]
number = "id"
"""


def test_an_import_borrows_the_store_and_the_daemon_goes_on(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    (folder / "deals.csv").write_text("id,day\nI-1,2026-11-20\nI-2,2026-11-21\n", encoding="utf-8")
    (folder / "map.toml").write_text(IMPORT, encoding="utf-8")
    with Running(folder, VORONKA_NOW=NOW) as running:
        assert running.submit("create", {"fields": {}}, pipeline="sales").deal == 1
        told = voronka(
            folder, "import", "csv", "deals.csv", "--map", "map.toml", "--until", "now", "--json", VORONKA_NOW=NOW
        )
        assert told.returncode == 0, told.stderr
        assert '"created": 2' in told.stdout
        assert running.submit("note", {"text": "on"}, deal=3).status == "done"
        assert '"event": "store.taken_back"' in running.logged()
        assert running.stop() == 0
    with verified(folder / "voronka.db") as store:
        # what happened in the past of the import is written down and never sent
        assert store.db.execute("SELECT DISTINCT status FROM outbox").fetchall() == [("suppressed",)]


def test_edited_files_are_said_and_what_runs_decides(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w", settings='reload = "plan"\n')
    with Running(folder):
        path = folder / "pipelines" / "sales.pipeline"
        path.write_text(path.read_text(encoding="utf-8").replace("require amount", ""), encoding="utf-8")
        assert voronka(folder, "deal", "new", "sales").returncode == 0
        moved = voronka(folder, "deal", "move", "1", "offered")
        assert moved.returncode == 1
        assert "the files have changed since the daemon read them" in moved.stderr
        assert "amount" in moved.stderr


def test_status_with_and_without(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "w")
    nothing = voronka(folder, "status")
    assert nothing.returncode == 2
    assert "there is no store" in nothing.stderr
    with Running(folder, VORONKA_NOW=NOW) as running:
        voronka(folder, "deal", "new", "sales", VORONKA_NOW=NOW)
        shown = voronka(folder, "status", VORONKA_NOW=NOW)
        assert shown.returncode == 0, shown.stderr
        assert f"pid {running.process.pid}" in shown.stdout
        assert "12:00  № 1 · deadline of the task “Call”" in shown.stdout
        assert "pipelines/sales.pipeline" in shown.stdout
        assert running.stop() == 0
    without = voronka(folder, "status", "--json", VORONKA_NOW=NOW)
    assert without.returncode == 0
    assert '"running": null' in without.stdout
    assert '"at": "2026-11-23T09:00:00+00:00"' in without.stdout
