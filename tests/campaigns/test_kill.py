"""kill -9 at random moments under load: nothing acknowledged is lost, nothing happens twice, the store folds (U10).

``VORONKA_KILLS=10000 pytest tests/campaigns/test_kill.py -s`` is the long run; ``VORONKA_SEED`` repeats one.
"""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.daemon.place import SHOP, Running, verified, workspace
from voronka.engine.daemon.client import DaemonError, Line
from voronka.engine.daemon.wire import socket_path
from voronka.engine.host.commands import Command, Reply
from voronka.engine.store.store import Store

KILLS = int(os.environ.get("VORONKA_KILLS", "20"))
SEED = int(os.environ.get("VORONKA_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
CLIENTS = 6
ROUND = 50  # kills of one store; then a new one, because folding it all again each time would take ever longer
# timers fire all the time beside the commands: every second, three times a deal
LIVELY = SHOP.replace("due 2 hours after entry", "due 1 min after entry").replace(
    "  stage offered",
    '  robot nag "Nag" { every 1 min at most 3 times  notify owner "{{ number }}" }\n\n  stage offered',
    1,
)


@dataclass
class Ledger:
    """What clients were told. ``done``: key -> (deal, version); ``doubt``: sent, and never answered."""

    done: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    doubt: dict[str, Command] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)

    def settle(self, command: Command, reply: Reply) -> None:
        assert command.key is not None
        self.doubt.pop(command.key, None)
        if reply.status in ("done", "duplicate"):
            before = self.done.setdefault(command.key, (reply.deal, reply.version))
            if before[0] != reply.deal:
                self.odd.append(f"{command.key}: {before} and then {reply}")
        else:
            self.odd.append(f"{command.key}: {reply.status} {reply.unmet} {reply.message}")


class Client(threading.Thread):
    """Creates deals and works on them until the daemon dies; first of all it repeats what was never answered."""

    def __init__(self, name: str, store: Path, ledger: Ledger, dice: random.Random) -> None:
        super().__init__()
        self.called = name
        self.path = socket_path(store)
        self.ledger = ledger
        self.dice = dice

    def run(self) -> None:
        line = Line.to(self.path)
        if line is None:
            return
        with line:
            try:
                for command in list(self.ledger.doubt.values()):
                    self._send(line, [command])
                for number in range(1_000_000):
                    self._one(line, f"{self.called}-{number}")
            except DaemonError:
                return

    def _one(self, line: Line, key: str) -> None:
        fields = {"number": key, "phone": f"+7999{self.dice.randrange(10**7):07}"}
        (made,) = self._send(line, [Command("create", {"fields": fields}, pipeline="sales", key=key)])
        acts = (("set", {"fields": {"amount": 5}}), ("move", {"stage": "offered"}))
        commands = [Command(kind, data, made.deal, key=f"{key}/{kind}") for kind, data in acts]
        if self.dice.random() < 0.5:
            self._send(line, commands)
        else:
            for command in commands:
                self._send(line, [command])
        self._send(line, [Command("note", {"text": key}, made.deal, key=f"{key}/note")])

    def _send(self, line: Line, commands: list[Command]) -> list[Reply]:
        self.ledger.doubt.update({str(command.key): command for command in commands})
        replies = line.submit_many(commands)
        for command, reply in zip(commands, replies, strict=True):
            self.ledger.settle(command, reply)
        return replies


def compare(store: Store, ledgers: list[Ledger]) -> None:
    """The log has everything that was acknowledged, each once, and of what was in doubt at most one."""
    rows = store.db.execute(
        """SELECT json_extract(event, '$.key'), entity, version FROM log
            WHERE kind = 0 AND json_extract(event, '$.key') IS NOT NULL"""
    ).fetchall()
    counts = Counter(key for key, _, _ in rows)
    assert [key for key, count in counts.items() if count > 1] == []
    written = {key: (deal, version) for key, deal, version in rows}
    for ledger in ledgers:
        assert ledger.odd == []
        lost = {key: told for key, told in ledger.done.items() if written.get(key) != told}
        assert lost == {}
    known = {key for ledger in ledgers for key in (*ledger.done, *ledger.doubt)}
    assert set(written) <= known
    doubled = store.db.execute(
        "SELECT deal, version, part FROM outbox GROUP BY epoch, deal, version, part HAVING count(*) > 1"
    ).fetchall()
    assert doubled == []
    # one visit of each stage, one task of each, whatever was repeated
    twice = store.db.execute("SELECT deal, stage, count(*) FROM v_moves GROUP BY deal, stage HAVING count(*) > 1")
    assert twice.fetchall() == []
    tasks = store.db.execute("SELECT deal, name, count(*) FROM tasks GROUP BY deal, name HAVING count(*) > 1")
    assert tasks.fetchall() == []
    numbers = store.db.execute(
        "SELECT json_extract(state, '$.f.number') FROM states GROUP BY 1 HAVING count(*) > 1"
    ).fetchall()
    assert numbers == []


@pytest.mark.requirement("U10")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    print(f"\nkill campaign: {KILLS} kills, VORONKA_SEED={SEED}")
    dice = random.Random(SEED)
    told = [0, 0]
    for first in range(0, KILLS, ROUND):
        path = tmp_path / f"{first}"
        found = kills(path, range(first, min(first + ROUND, KILLS)), dice)
        told = [total + count for total, count in zip(told, found, strict=True)]
        shutil.rmtree(path)
    print(f"{told[0]} acknowledged, {told[1]} rows of the log: nothing lost, nothing doubled")
    assert told[0] >= KILLS


def kills(folder: Path, numbers: range, dice: random.Random) -> tuple[int, int]:
    """Kill the daemon of one store so often; how much was acknowledged, and how many rows its log has."""
    workspace(folder, LIVELY)
    path = folder / "voronka.db"
    ledgers = [Ledger() for _ in range(CLIENTS)]
    for kill in numbers:
        with Running(folder) as running:
            clients = [
                Client(f"{kill}-{n}", path, ledger, random.Random(f"{SEED}-{kill}-{n}"))
                for n, ledger in enumerate(ledgers)
            ]
            for client in clients:
                client.start()
            time.sleep(dice.uniform(0.0, 0.4))
            running.kill()
            for client in clients:
                client.join(60)
        with verified(path) as store:
            compare(store, ledgers)
    # what is in doubt to the end is settled by asking again
    with Running(folder) as running, running.line() as line:
        for ledger in ledgers:
            for command in list(ledger.doubt.values()):
                ledger.settle(command, line.submit_many([command])[0])
            assert ledger.doubt == {}
        assert running.stop() == 0
    with verified(path) as store:
        compare(store, ledgers)
        return sum(len(ledger.done) for ledger in ledgers), store.counters.row
