"""Mutated definition files reloaded under load: the last good version runs on, and no timer is lost (U11).

``VORONKA_RELOADS=200 pytest tests/campaigns/test_reload.py -s`` (or 1000) is long; ``VORONKA_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.daemon.place import SHOP, Running, verified, workspace
from voronka.engine.daemon.client import Line
from voronka.engine.daemon.wire import socket_path
from voronka.engine.host.commands import Command
from voronka.engine.host.versions import in_force, stored
from voronka.engine.store import read
from voronka.engine.store.store import Store

RELOADS = int(os.environ.get("VORONKA_RELOADS", "20"))
SEED = int(os.environ.get("VORONKA_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
DEALS = 12
TIMED = SHOP.replace(
    "  stage offered",
    '  robot nag "Nag" { every 1 day at 09:00  notify owner "{{ number }}" }\n\n  stage offered',
    1,
).replace("  stage new", '  stage waiting "Waiting" { limit 5 days }\n  stage new', 1)
WORDS = (
    "stage",
    "2 hours",
    "3 hours",
    "amount",
    "waiting",
    "new",
    "offered",
    "require",
    "}",
    "{",
    '"',
    "#",
    "was new",
    "é",
)


def mutated(text: str, dice: random.Random) -> str:
    """The text after one to three edits: many accidents (a line cut, doubled, swapped; half a file), some are meant."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        lines = text.splitlines()
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        match dice.randrange(12):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines = lines[: max(1, at)]
            case 4:
                words = lines[at].split(" ")
                words[dice.randrange(len(words))] = dice.choice(WORDS)
                lines[at] = " ".join(words)
            case 5:
                place = dice.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + dice.choice(WORDS) + lines[at][place:]
            case _:
                lines = [line.replace("2 hours", f"{dice.randint(1, 9)} hours") for line in lines]
        text = "\n".join(lines) + "\n"
    return text


class Load(threading.Thread):
    """Somebody works on while the files change; every answer is one of the daemon's own."""

    def __init__(self, store: Path) -> None:
        super().__init__()
        self.path = socket_path(store)
        self.enough = threading.Event()
        self.said: Counter[str] = Counter()

    def run(self) -> None:
        line = Line.to(self.path)
        assert line is not None
        with line:
            number = 0
            while not self.enough.wait(0.005):
                number += 1
                note = Command("note", {"text": str(number)}, deal=number % DEALS + 1, key=f"n{number}")
                for reply in line.submit_many([note]):
                    self.said[reply.status] += 1


@pytest.mark.requirement("U11")
def test_mutated_files_under_load(tmp_path: Path) -> None:
    print(f"VORONKA_SEED={SEED} VORONKA_RELOADS={RELOADS}")
    dice = random.Random(SEED)
    folder = workspace(tmp_path / "w", TIMED)
    path = folder / "pipelines" / "sales.pipeline"
    outcomes: Counter[str] = Counter()
    with Running(folder) as running:
        for number in range(DEALS):
            made = running.submit("create", {"fields": {"number": str(number)}}, pipeline="sales")
            assert made.status == "done"
            if number % 3 == 0:
                assert running.submit("move", {"stage": "new"}, deal=number + 1).status == "done"
        load = Load(running.store)
        load.start()
        text, last = TIMED, TIMED
        for _ in range(RELOADS):
            before = definition(running)
            while (text := mutated(last if dice.random() < 0.3 else TIMED, dice)) == path.read_text(encoding="utf-8"):
                pass
            path.write_text(text, encoding="utf-8")
            outcome = read_again(running)
            outcomes[outcome] += 1
            if outcome == "changed":
                last = text
            elif outcome == "same":
                assert definition(running) == before
            else:
                # the last good version runs on, and says why
                assert outcome in ("broken", "refused")
                assert definition(running) == before
                with running.line() as line:
                    assert line.ask("status")["reload"]["why"]
        load.enough.set()
        load.join()
        if last != TIMED or path.read_text(encoding="utf-8") != TIMED:
            path.write_text(TIMED, encoding="utf-8")
            outcomes[f"back: {read_again(running)}"] += 1
        assert running.stop() == 0
    print(dict(outcomes), dict(load.said))
    assert set(load.said) <= {"done", "refused"}
    with verified(running.store) as store:
        timers(store)
    if RELOADS >= 20:
        assert outcomes["broken"]
        assert outcomes["changed"]


def read_again(running: Running) -> str:
    """What became of the files that were just written."""
    return running.heard("READY=1").rpartition(": ")[2]


def definition(running: Running) -> str:
    with running.line() as line:
        found: str = line.ask("status")["definition"]
        return found


def timers(store: Store) -> None:
    """Every deal has the timers that the definition in force wants: of deadlines, robots and limits."""
    programs = stored(store, in_force(store))
    sales = programs.pipelines["sales"]
    for number in range(1, DEALS + 1):
        deal = read.deal(store, number)
        assert deal is not None
        if deal.stage not in sales.stages or deal.closed is not None:
            continue
        for task in deal.open_tasks:
            if task.due is not None and not task.overdue:
                assert deal.timers[f"t:{task.id}"][0] == task.due
        stage = sales.stages[deal.stage]
        if stage.limit is not None and "limit@" not in deal.counts:
            assert "v:limit" in deal.timers
        for _, trigger in stage.timed:
            if trigger.trigger.kind == "every":
                assert f"v:robot:{trigger.key}" in deal.timers
