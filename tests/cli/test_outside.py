"""What the outside refuses: full disks, closed streams, pipes in place of files, odd places and clocks, Ctrl-C.

All through the command itself, as a process: exit codes as everywhere, a line that says why, and never a traceback.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VORONKA = str(Path(sys.executable).with_name("voronka"))
NEW = "deal new sales --set name=Anna --set phone=89991234567"
FULL = "error: the output: No space left on device"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one deal; tests work on copies."""
    folder = tmp_path_factory.mktemp("kept") / "shop"
    (folder / "pipelines").mkdir(parents=True)
    (folder / "voronka.toml").write_text("", encoding="utf-8")
    for name in ("sales.pipeline", "team.pipeline"):
        shutil.copy(HERE / name, folder / "pipelines" / name)
    made = ran(folder, NEW)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def shop(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "shop"))


def start(folder: Path, line: str, env: dict[str, str | None]) -> tuple[list[str], dict[str, str]]:
    around = {**os.environ, "LANG": "C.UTF-8", "XDG_CACHE_HOME": str(folder / ".cache"), **env}
    return ["bash", "-c", f"{shlex.quote(VORONKA)} {line}"], {
        name: value for name, value in around.items() if value is not None
    }


def ran(folder: Path, line: str, **env: str | None) -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it; what follows it in ``line`` may redirect."""
    command, around = start(folder, line, env)
    return subprocess.run(
        command, cwd=folder, env=around, capture_output=True, encoding="utf-8", errors="replace", timeout=120,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


# the command and where its output goes -> exit code, what it says on stderr
OUTPUT = {
    "--version >/dev/full": (2, FULL),
    "--help >/dev/full": (2, FULL),
    "check >/dev/full": (0, "nothing to complain about"),
    "deal list >/dev/full": (2, FULL),
    "deal show 1 --json >/dev/full": (2, FULL),
    "explain V101 >/dev/full": (2, FULL),
    "deal show 99 2>/dev/full": (2, ""),
    "deal list >&-": (0, ""),
    "deal show 1 --json <&- >&- 2>&-": (0, ""),
    "deal show 99 >&- 2>&-": (1, ""),
    "explain --all | head -c 1; exit ${PIPESTATUS[0]}": (2, ""),
    "test nowhere >/dev/full 2>/dev/full": (2, ""),
}


@pytest.mark.parametrize("line", OUTPUT)
def test_outputs_that_take_nothing(shop: Path, line: str) -> None:
    code, said = OUTPUT[line]
    done = ran(shop, line)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr


def test_a_closed_stream_is_no_place_for_the_store(shop: Path) -> None:
    """Were the next file opened under the number of a closed stream, what is printed would be written into it."""
    done = ran(shop, "deal note 1 written >&- 2>&-")
    assert done.returncode == 0
    assert "written" in ran(shop, "deal show 1 --full").stdout
    assert ran(shop, "store verify").returncode == 0


def test_somebody_who_reads_no_further_ends_it_quietly(shop: Path) -> None:
    done = ran(shop, "completion bash | true; sleep 0.2; exit ${PIPESTATUS[0]}")
    assert done.returncode in (0, 1)
    assert done.stderr == ""


def pipe(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


FILES = {"a pipe": (pipe, "no regular file"), "a circle": (loop, "x.pipeline"), "a device": (device, "no regular file")}


@pytest.mark.parametrize("line", ["check", "fmt --check", "deal list", "check pipelines/x.pipeline"])
@pytest.mark.parametrize("what", FILES)
def test_what_is_no_file(shop: Path, what: str, line: str) -> None:
    make, said = FILES[what]
    make(shop / "pipelines" / "x.pipeline")
    done = ran(shop, line)
    assert done.returncode in (1, 2)
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


BYTES = {
    "NUL": b'pipeline p "P" {\0}',
    "UTF-16": 'pipeline p "P" { }'.encode("utf-16"),
    "half a letter": 'pipeline p "Продажи'.encode()[:-1],
    "nested": b'pipeline p "P" { ' + b"{ if x " * 5_000,
    "parentheses": b'pipeline p "P" { field a "A" number is ' + b"(" * 20_000 + b"1" + b")" * 20_000 + b" }",
    "too large": b"#" * 9_000_000,
    "one line": b"a" * 1_000_000,
    "braces": b"} " * 100_000,
}


@pytest.mark.parametrize("what", BYTES)
def test_files_that_are_none_of_ours(shop: Path, what: str) -> None:
    (shop / "pipelines" / "x.pipeline").write_bytes(BYTES[what])
    for line in ("check", "fmt"):
        done = ran(shop, line)
        assert done.returncode in (1, 2), line
        assert "x.pipeline" in done.stdout + done.stderr, line
        assert "Traceback" not in done.stderr, line
    assert (shop / "pipelines" / "x.pipeline").read_bytes() == BYTES[what]


AROUND: dict[str, dict[str, str | None]] = {
    "locale C": {"LC_ALL": "C"},
    "locale C, taken at its word": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "locale POSIX": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LANG": None},
    "a locale that is none": {"LC_ALL": "xx_YY.nonsense"},
    "twenty columns": {"COLUMNS": "20"},
    "one column": {"COLUMNS": "1"},
    "columns that are none": {"COLUMNS": "many"},
    "no home": {"HOME": None, "XDG_CACHE_HOME": None},
    "a home that nobody writes to": {"HOME": "/proc/1", "XDG_CACHE_HOME": None},
    "a zone that is none": {"TZ": "Nowhere/Never"},
    "no temporary folder": {"TMPDIR": "/nonexistent"},
    "a terminal that can nothing": {"TERM": "dumb"},
    "a clock far ahead": {"VORONKA_NOW": "2100-01-01T10:00+03:00"},
}


@pytest.mark.parametrize("what", AROUND)
def test_odd_surroundings(shop: Path, what: str) -> None:
    for line in ("check", "deal show 1 --lang ru", "deal note 1 x"):
        done = ran(shop, line, **AROUND[what])
        assert done.returncode == 0, (line, done.stderr)
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("now", ["9999-12-31T23:59+00:00", "0001-01-01T00:00+00:00", "1970-01-01T00:00+00:00"])
def test_clocks_at_the_end_of_time(shop: Path, now: str) -> None:
    for line in ("deal show 1", "deal note 1 x", "task list"):
        done = ran(shop, line, VORONKA_NOW=now)
        assert done.returncode in (0, 1, 2), line
        assert "Traceback" not in done.stderr, (line, done.stderr)


STORES = ("/", ".", "/dev/null", "/dev/full", "/etc", "sqlite:///", "voronka.toml", "a" * 300)


@pytest.mark.parametrize("store", STORES)
def test_stores_that_are_none(shop: Path, store: str) -> None:
    for line in ("deal list", "deal note 1 x", "store verify", "doctor"):
        done = ran(shop, f"{line} --store {store}")
        assert done.returncode in (1, 2), (line, done.stdout)
        assert "Traceback" not in done.stderr, (line, done.stderr)
        assert done.stdout + done.stderr, line


@pytest.mark.parametrize("line", ["run", "test --watch"])
def test_ctrl_c(shop: Path, line: str) -> None:
    """It ends with nothing half done: 130, or 0 where ending is what the command waits for."""
    _, around = start(shop, line, {})
    command = [VORONKA, *line.split()]
    running = subprocess.Popen(
        command, cwd=shop, env=around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    time.sleep(3)
    assert running.poll() is None, running.communicate()
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    assert running.returncode in (0, 130), said
    assert "Traceback" not in said
    assert ran(shop, "store verify").returncode == 0
