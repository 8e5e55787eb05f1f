"""``voronka test``: coverage, mutation score and watching, as a user calls them (U7, issue 4 point 4)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest

from tests.cli.conftest import Voronka
from tests.engine_scenario.shop import SCENARIOS, SHOP

PATIENCE = 60.0  # seconds after which a process that says nothing is taken for dead


@pytest.fixture
def deals(voronka: Voronka, tmp_path: Path) -> Path:
    (tmp_path / "deals.pipeline").write_text(SHOP + SCENARIOS)
    return tmp_path / "deals.pipeline"


@pytest.mark.requirement("U7")
def test_coverage_is_a_table_and_a_list_of_gaps(voronka: Voronka, deals: Path) -> None:
    told = voronka("test", "--coverage")
    assert told.exit_code == 0
    head, row = told.stdout.split("\n\n")[1].splitlines()
    assert head.split()[:3] == ["Coverage", "stages", "gates"]
    assert row.split()[0] == "deals"
    assert "  deals.pipeline:38  reason rival: never used\n" in told.stdout
    russian = voronka("test", "--coverage", "--lang", "ru").stdout
    assert "Не пройдено: 9 мест" in russian
    assert "deals.pipeline:38  причина rival: ни разу не использована" in russian


def test_coverage_in_json_and_the_least_that_is_asked_for(voronka: Voronka, deals: Path) -> None:
    found = json.loads(voronka("test", "--coverage", "--json").stdout)["coverage"]
    share = found["percent"]
    assert found["hit"] < found["all"]
    assert {key: found["gaps"][-1][key] for key in ("pipeline", "kind", "name", "missing")} == {
        "pipeline": "deals",
        "kind": "reason",
        "name": "rival",
        "missing": ["used"],
    }
    assert voronka("test", "--coverage-min", str(share - 1)).exit_code == 0
    short = voronka("test", "-q", "--coverage-min", "99.5")
    assert (short.exit_code, short.stdout) == (1, "")
    assert short.stderr == f"coverage is {share:.1f} %, not 99.5 %\n"
    assert voronka("test", "--coverage-min", "101").exit_code == 2


class Page(HTMLParser):
    """What a page's lines of source are marked as."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" and attrs:
            self.lines.append(dict(attrs)["class"] or "")
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_coverage_as_a_page(voronka: Voronka, deals: Path, tmp_path: Path) -> None:
    deals.write_text(deals.read_text().replace('"Too small"', '"<b>Too small</b>"', 1).replace('by "Too', 'by "<b>Too'))
    deals.write_text(deals.read_text().replace('by "<b>Too small"', 'by "<b>Too small</b>"'))
    told = voronka("test", "--coverage-html", "page.html", "-q")
    assert (told.exit_code, told.stdout) == (0, "")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.open == []
    assert "<b>Too" not in text
    assert {line: page.lines[line - 1] for line in (1, 14, 17, 18, 30, 38)} == {
        1: "", 14: "part", 17: "hit", 18: "miss", 30: "part", 38: "miss",
    }  # fmt: skip
    nowhere = voronka("test", "--coverage-html", "no/such/page.html")
    assert (nowhere.exit_code, nowhere.stderr.splitlines()[-1].split(":")[0]) == (2, "error")


@pytest.mark.requirement("U7")
def test_mutants_are_tried_and_survivors_listed(voronka: Voronka, deals: Path) -> None:
    told = voronka("test", "--mutate", "--mutants", "0", "--jobs", "1")
    assert told.exit_code == 0
    assert "deals.pipeline:38  `reason rival` is left out  (3 scenarios go there)" in told.stdout
    data = json.loads(voronka("test", "--mutate", "--mutants", "0", "--jobs", "2", "--json").stdout)["mutation"]
    assert data["tried"] == data["made"] == len(data["mutants"])
    assert data["noticed"] == sum(one["noticed"] for one in data["mutants"])
    assert f"Not noticed: {data['tried'] - data['noticed']}\n" in told.stdout
    some = voronka("test", "-v", "--mutate", "--mutants", "5", "--seed", "3", "--jobs", "1", "--lang", "ru")
    assert f"мутантов 5 из {data['made']}, по жребию (--seed 3)" in some.stderr
    assert voronka("test", "--mutate-min", "99", "--mutants", "5", "--jobs", "1").exit_code == 1


def test_mutants_need_scenarios_that_hold(voronka: Voronka, deals: Path) -> None:
    deals.write_text(deals.read_text().replace("expect stage is success", "expect stage is new"))
    told = voronka("test", "--mutate", "--jobs", "1")
    assert told.exit_code == 1
    assert told.stderr.endswith("error: mutants are tried only where every scenario holds\n")


# --- watching --------------------------------------------------------------------------------------------------------


class Watching:
    """A real process that watches, and what it says, line by line."""

    def __init__(self, folder: Path, *words: str) -> None:
        env = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-c", "from voronka.cli.main import main; main()", "test", "--watch", *words]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=pipe, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self._lines: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, end: str) -> list[str]:
        """Everything up to a line that begins so."""
        said: list[str] = []
        while not said or not said[-1].startswith(end):
            try:
                said.append(self._lines.get(timeout=PATIENCE))
            except Empty:
                pytest.fail(f"no {end!r} after {said}")
        return said

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


OTHER = """
pipeline other "Other" {
  timezone "Europe/Moscow"
  stage one "One"
  stage two "Two"
  won done "Done"
  lost gone "Gone" { reason r "R" }
}
"""


@pytest.fixture
def watching(deals: Path, tmp_path: Path) -> Iterator[Watching]:
    text = OTHER + '\nscenario "Elsewhere" {\n  deal other {}\n  move to two\n  expect stage is two\n}\n'
    (tmp_path / "other.pipeline").write_text(text)
    watcher = Watching(tmp_path)
    yield watcher
    watcher.end()


@pytest.mark.requirement("U7")
def test_an_edit_runs_what_depends_on_it_again(watching: Watching, deals: Path, tmp_path: Path) -> None:
    watching.until("4 passed, 0 failed")
    watching.until("waiting for changes")

    other = tmp_path / "other.pipeline"
    other.write_text(other.read_text().replace('"Two"', '"The second one"'))
    said = watching.until("waiting for changes")
    assert said[1:] == [
        "changed: other.pipeline",
        "✓ Elsewhere",
        "1 scenario of 4 run again",
        "4 passed, 0 failed",
        "waiting for changes; Ctrl-C ends it",
    ]

    good = deals.read_text()
    deals.write_text(good.replace("due 30 min", "due 40 min"))
    said = watching.until("waiting for changes")
    assert "✗ A large one is paid" in said
    assert [line for line in said if "Elsewhere" in line] == []
    assert said[-2] == "3 passed, 1 failed"

    deals.write_text(good + "\nstage {")
    said = watching.until("waiting for changes")
    assert any(line.startswith("error[V1") for line in said)
    assert any(line.endswith("nothing was run") for line in said)

    deals.write_text(good)
    assert watching.until("waiting for changes")[-2] == "4 passed, 0 failed"
    assert watching.end() == 0


def test_what_decides_nothing_runs_nothing(watching: Watching, deals: Path, tmp_path: Path) -> None:
    """A comment, and a file beside that is no part of a definition."""
    watching.until("waiting for changes")
    (tmp_path / "log.txt").write_text("a line\n")
    deals.write_text("# a word\n" + deals.read_text())
    said = watching.until("waiting for changes")
    assert said[1:3] == ["changed: deals.pipeline", "0 scenarios of 4 run again"]


@pytest.mark.parametrize("words", [["--json"], ["--mutate"], ["--junit", "r.xml"], ["--coverage"]], ids=lambda w: w[0])
def test_watching_goes_alone(voronka: Voronka, deals: Path, words: list[Any]) -> None:
    told = voronka("test", "--watch", *words)
    assert (told.exit_code, told.stderr) == (2, "error: --watch goes with -k only\n")
