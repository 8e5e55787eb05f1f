"""A workspace with a daemon in a process of its own, stopped and started as an administrator would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from voronka.engine.daemon.client import Line
from voronka.engine.daemon.wire import socket_path
from voronka.engine.host.commands import Command, Reply
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.store.verify import verify

SHOP = """
language en, ru

team shop "Shop" {
  person olga "Olga" is chief
  person anna "Anna" is manager reports to olga
  person ivan "Ivan" is manager deputy anna
}

pipeline sales "Sales" {
  timezone "Europe/Moscow"
  currency RUB
  role chief   "Chief"
  role manager "Manager" reports to chief
  owner is manager by round robin

  field number "Number" text
  field phone  "Phone"  phone
  field amount "Amount" money

  event request "Request" by phone else create { phone phone }
  event payment "Payment" by number { amount money }

  stage new "New" {
    task call "Call" { due 2 hours after entry  on overdue { notify supervisor "{{ number }} was not called" } }
  }
  stage offered "Offered" {
    require amount
    notify owner "{{ number }} is offered"
  }
  won paid "Paid"
  lost lost "Lost" { reason price "Too dear" }
}
"""
PROGRAM = [sys.executable, "-c", "from voronka.cli.main import main; main()"]
WAIT = 60.0  # seconds; nothing here takes as long, a hanging daemon must not hang the tests


def environment(**more: str) -> dict[str, str]:
    """Nothing of this machine's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VORONKA_", "NOTIFY_", "LC_"))}
    return {**kept, "LANG": "C.UTF-8", "NO_COLOR": "1", **more}


def workspace(folder: Path, text: str = SHOP, settings: str = "") -> Path:
    """A folder with one definition."""
    (folder / "pipelines").mkdir(parents=True)
    (folder / "voronka.toml").write_text(f'language = "en"\n{settings}', encoding="utf-8")
    (folder / "pipelines" / "sales.pipeline").write_text(text, encoding="utf-8")
    return folder


def voronka(folder: Path, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command in the workspace."""
    return subprocess.run(
        [*PROGRAM, *args],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )


class Running:
    """``voronka run`` on a workspace; it is ready when this is made. Leaving kills it, if it still runs."""

    def __init__(self, folder: Path, *args: str, **more: str) -> None:
        self.folder = folder
        self.store = folder / "voronka.db"
        # the supervisor's end of sd_notify, in a folder whose name is short enough for a socket
        self._short = tempfile.TemporaryDirectory(prefix="v-")
        self.supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.supervisor.settimeout(WAIT)
        self.supervisor.bind(f"{self._short.name}/notify")
        self.log = (folder / "log").open("ab")
        self.process = subprocess.Popen(
            [*PROGRAM, "run", "--log", "json", *(args or ("--no-http",))],
            cwd=folder,
            env=environment(NOTIFY_SOCKET=f"{self._short.name}/notify", **more),
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )
        try:
            self.heard("READY=1")
        except BaseException:
            self.kill()
            self.__exit__()
            raise

    def heard(self, wanted: str) -> str:
        """What it tells its supervisor next that begins so."""
        while True:
            said = self.supervisor.recv(4096).decode()
            if said.startswith(wanted):
                return said

    def line(self) -> Line:
        found = Line.to(socket_path(self.store))
        assert found is not None
        return found

    def submit(self, kind: str, data: dict[str, Any] | None = None, **more: Any) -> Reply:
        with self.line() as line:
            return line.submit_many([Command(kind, data or {}, **more)])[0]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(WAIT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(WAIT)

    def logged(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self.supervisor.close()
        self.log.close()
        self._short.cleanup()


def verified(path: Path) -> Store:
    """The store, folded and found in order; to be closed."""
    store = open_store(path, write=False)
    assert isinstance(store, Store), store
    report = verify(store)
    assert report.ok, report.problems
    return store
