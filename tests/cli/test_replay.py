"""``check`` of what has not changed prints at once what it printed before; whatever could change it is noticed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from voronka.cli import replay

MAIN = "from voronka.cli.main import main; main()"
CLEAN = (
    'pipeline sales "Sales" {\n  currency RUB\n  field client_mail email\n'
    '  stage new "New" { require client_mail  send email to client_mail using "hello" }\n'
    '  won paid "Paid" { }\n  lost gone "Gone" { reason price "Дорого" }\n}\n'
)
WRONG = CLEAN.replace("require client_mail", "require client_mial")


class Ran(NamedTuple):
    out: bytes
    err: bytes
    code: int


class Place(NamedTuple):
    """A workspace and a cache of its own."""

    home: Path
    cache: Path

    def check(self, *arguments: str, python: tuple[str, ...] = (), **more: str) -> Ran:
        environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("VORONKA_", "LC_"))},
            "XDG_CACHE_HOME": str(self.cache),
            "LANG": "C.UTF-8",
            **more,
        }
        done = subprocess.run(
            [sys.executable, *python, "-c", MAIN, "check", *arguments],
            cwd=self.home,
            env=environment,
            capture_output=True,
            check=False,
        )
        return Ran(done.stdout, done.stderr, done.returncode)

    def kept(self) -> list[Path]:
        folder = self.cache / "voronka" / "check"
        return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = tmp_path / "home"
    (home / "pipelines" / "templates").mkdir(parents=True)
    (home / "voronka.toml").write_text("", encoding="utf-8")
    (home / "pipelines" / "sales.pipeline").write_text(CLEAN, encoding="utf-8")
    (home / "pipelines" / "templates" / "hello.txt").write_text("Subject: Hello\n\nHello\n", encoding="utf-8")
    return Place(home, tmp_path / "cache")


def marked(place: Place) -> None:
    """Change the kept answers so that it shows when one is used."""
    for path in place.kept():
        found = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**found, "printed": [[1, "kept\n"]]}), encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (CLEAN, ()),
        (CLEAN, ("--json",)),
        (WRONG, ("--lang", "ru", "--color", "always")),
        (WRONG, ("--format", "sarif")),
        (WRONG, ("-q", "--format", "github")),
    ],
)
def test_the_second_answer_is_the_first_byte_for_byte(place: Place, text: str, arguments: tuple[str, ...]) -> None:
    (place.home / "pipelines" / "sales.pipeline").write_text(text, encoding="utf-8")
    anew = place.check(*arguments, VORONKA_NO_CACHE="1")
    assert place.kept() == []
    assert anew.code == (1 if text == WRONG else 0)
    assert place.check(*arguments) == anew
    assert place.check(*arguments) == anew
    marked(place)
    assert place.check(*arguments) == Ran(b"kept\n", b"", anew.code)
    assert place.check(*arguments, "--no-cache") == anew


def test_an_answer_that_is_kept_imports_no_parser(place: Place) -> None:
    place.check(python=("-X", "importtime"))
    said = place.check(python=("-X", "importtime")).err.decode()
    assert "json" in said
    assert not [name for name in ("click", "lark", "jinja2", "voronka.dsl", "pathlib") if f" {name}\n" in said]


def test_whatever_may_change_the_answer_is_noticed(place: Place) -> None:
    sales = place.home / "pipelines" / "sales.pipeline"
    hello = place.home / "pipelines" / "templates" / "hello.txt"
    place.check()
    for change in (
        lambda: sales.write_text(WRONG, encoding="utf-8"),
        lambda: sales.write_text(CLEAN, encoding="utf-8"),
        lambda: hello.write_text("Subject: {{ client_mial }}\n\nHello\n", encoding="utf-8"),
        lambda: hello.rename(hello.with_suffix(".md")),
        lambda: (place.home / "pipelines" / "more.pipeline").write_text(CLEAN, encoding="utf-8"),
        lambda: (place.home / "voronka.toml").write_text('language = "ru"\n', encoding="utf-8"),
    ):
        marked(place)
        assert place.check().out == b"kept\n"
        change()
        anew = place.check(VORONKA_NO_CACHE="1")
        assert place.check() == anew
    assert place.check("--lang", "en").err.decode() != place.check("--lang", "ru").err.decode()


def test_what_is_spoilt_is_made_anew(place: Place) -> None:
    anew = place.check()
    (path,) = place.kept()
    whole = path.read_bytes()
    for spoilt in (b"", b"\xff\xfe", whole[: len(whole) // 2], b"[]", b"{}", b"[" * 100_000, whole[:-2] + b"7}"):
        path.write_bytes(spoilt)
        assert place.check() == anew
        assert path.read_bytes() == whole


def test_a_folder_that_others_see_is_not_used(place: Place) -> None:
    folder = place.cache / "voronka" / "check"
    folder.mkdir(parents=True, mode=0o755)
    folder.chmod(0o755)
    assert place.check().code == 0
    assert place.kept() == []
    folder.chmod(0o700)
    assert place.check().code == 0
    assert [path.stat().st_mode & 0o777 for path in place.kept()] == [0o600]


def test_what_cannot_be_read_is_not_kept(place: Place) -> None:
    (place.home / "pipelines" / "sales.pipeline").write_bytes(b"\xff\xfe\x00")
    assert place.check().code == 2
    assert place.kept() == []


def test_so_many_answers_are_kept_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for number in range(replay.MOST + 5):
        replay.keep(f"{number:064}", [], [(1, "x\n")], 0)
    replay.keep("0" * 63 + "x", [], [(1, "x" * replay.LARGEST)], 0)
    assert len(list((tmp_path / "voronka" / "check").iterdir())) == replay.MOST
