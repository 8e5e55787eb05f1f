"""Becoming the only writer of a store, or saying who is."""

from __future__ import annotations

import time
from pathlib import Path

from voronka.engine.daemon import problems
from voronka.engine.daemon.client import DaemonError, Line
from voronka.engine.daemon.wire import socket_path
from voronka.engine.store.files import open_store
from voronka.engine.store.problems import StoreProblem
from voronka.engine.store.store import Store

PATIENCE = 5.0  # seconds to wait for a command that is just writing


def claim(path: Path) -> Store:
    """Open the store as its only writer. Raises DaemonProblem: another daemon has it, or it cannot be opened."""
    until = time.monotonic() + PATIENCE
    while True:
        opened = open_store(path, create=True)
        if not isinstance(opened, StoreProblem):
            return opened
        if opened.kind != "locked":
            raise problems.DaemonProblem(opened.kind, opened.text("en"), opened.text("ru"))
        if (line := Line.to(socket_path(path))) is not None:
            with line:
                try:
                    pid = line.ask("ping").get("pid")
                except DaemonError:
                    pid = "?"
            raise problems.running(str(path), pid)
        if time.monotonic() > until:
            raise problems.DaemonProblem("locked", opened.text("en"), opened.text("ru"))
        time.sleep(0.05)
