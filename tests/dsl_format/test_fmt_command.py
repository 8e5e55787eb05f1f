"""``voronka fmt``: what it writes, what it leaves alone, and its exit codes."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voronka.cli.app import cli

UNTIDY = "segment  a\n\n\n\nsegment b  # why\n"
TIDY = "segment a\n\nsegment b      # why\n"
BROKEN = "segment\n"
NOBODY = 65_534  # a user without rights
Fmt = Callable[..., Result]


@pytest.fixture
def fmt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fmt:
    """Run ``voronka fmt ARGS`` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VORONKA_LANG", "en")

    def run(*args: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(cli, ["fmt", *args], input=stdin, catch_exceptions=False)

    return run


def test_a_file_is_written_in_place_and_then_it_is_in_order(fmt: Fmt, tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_text(UNTIDY)
    path.chmod(0o640)
    ran = fmt("a.pipeline")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "a.pipeline\n", "1 file formatted\n")
    assert path.read_text() == TIDY
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    ran = fmt("a.pipeline")
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "", "1 file in order already\n")
    assert [one.name for one in tmp_path.iterdir()] == ["a.pipeline"]


def test_of_a_workspace_the_pipelines_folder(fmt: Fmt, tmp_path: Path) -> None:
    (tmp_path / "voronka.toml").write_text("")
    (tmp_path / "pipelines" / "deep").mkdir(parents=True)
    for name in ("pipelines/a.pipeline", "pipelines/deep/b.pipeline", "c.pipeline"):
        (tmp_path / name).write_text(UNTIDY)
    assert fmt().exit_code == 0
    assert (tmp_path / "pipelines/deep/b.pipeline").read_text() == TIDY
    assert (tmp_path / "c.pipeline").read_text() == UNTIDY


def test_check_and_diff_write_nothing(fmt: Fmt, tmp_path: Path) -> None:
    (tmp_path / "a.pipeline").write_text(UNTIDY)
    (tmp_path / "b.pipeline").write_text(TIDY)
    ran = fmt("--check", ".")
    assert (ran.exit_code, ran.stdout) == (1, "a.pipeline\n")
    assert ran.stderr == "1 file would change; 1 file in order already\n"
    ran = fmt("--diff", "a.pipeline")
    assert ran.exit_code == 1
    assert ran.stdout.splitlines() == [
        "--- a.pipeline",
        "+++ a.pipeline",
        "@@ -1,5 +1,3 @@",
        "-segment  a",
        "+segment a",
        " ",
        "-",
        "-",
        "-segment b  # why",
        "+segment b      # why",
    ]
    assert (tmp_path / "a.pipeline").read_text() == UNTIDY
    assert fmt("--check", "--diff", "b.pipeline").exit_code == 0


def test_a_bom_and_cr_lf_are_seen(fmt: Fmt, tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_bytes(b"\xef\xbb\xbfsegment a\r\n")
    assert fmt("--diff", "a.pipeline").stdout.splitlines()[-2:] == ["-<BOM>segment a␍", "+segment a"]
    assert fmt("a.pipeline").exit_code == 0
    assert path.read_bytes() == b"segment a\n"


def test_standard_input(fmt: Fmt) -> None:
    ran = fmt("-", stdin="сегмент".encode())
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "<stdin>:1:1" in ran.stderr
    ran = fmt("-", stdin=UNTIDY.encode())
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, TIDY, "")
    assert fmt("-", "--check", stdin=UNTIDY.encode()).exit_code == 1
    assert fmt("-", "--check", stdin=TIDY.encode()).exit_code == 0
    assert fmt("-", stdin=b"\xff").exit_code == 2
    assert fmt("-", "a.pipeline", stdin=b"").exit_code == 2


def test_files_with_errors_are_told_and_left_alone_and_the_others_are_formatted(fmt: Fmt, tmp_path: Path) -> None:
    (tmp_path / "a.pipeline").write_text(BROKEN)
    (tmp_path / "b.pipeline").write_text(UNTIDY)
    ran = fmt(".")
    assert ran.exit_code == 2
    assert "error[V102 missing-part]" in ran.stdout
    assert ran.stderr == "1 file formatted; 1 file left alone because of errors\n"
    assert (tmp_path / "a.pipeline").read_text() == BROKEN
    assert (tmp_path / "b.pipeline").read_text() == TIDY


def test_paths_that_are_not_there(fmt: Fmt, tmp_path: Path) -> None:
    assert fmt("nowhere.pipeline").exit_code == 2
    assert fmt(".").exit_code == 2


def test_a_file_that_may_not_be_written_is_told(fmt: Fmt, tmp_path: Path) -> None:
    path = tmp_path / "a.pipeline"
    path.write_text(UNTIDY)
    path.chmod(0o444)
    user = os.geteuid()
    if user == 0:  # who may write everything
        tmp_path.chmod(0o555)
        os.seteuid(NOBODY)
    try:
        ran = fmt("a.pipeline")
    finally:
        os.seteuid(user)
    assert ran.exit_code == 2
    assert "Permission denied" in ran.stderr
    assert path.read_text() == UNTIDY


def test_a_link_is_followed(fmt: Fmt, tmp_path: Path) -> None:
    (tmp_path / "real").write_text(UNTIDY)
    (tmp_path / "a.pipeline").symlink_to("real")
    assert fmt("a.pipeline").exit_code == 0
    assert (tmp_path / "a.pipeline").is_symlink()
    assert (tmp_path / "real").read_text() == TIDY


def test_json(fmt: Fmt, tmp_path: Path) -> None:
    (tmp_path / "a.pipeline").write_text(UNTIDY)
    (tmp_path / "b.pipeline").write_text(BROKEN)
    told = json.loads(fmt("--json", "--check", ".").stdout)
    assert (told["files"], told["changed"], told["errors"]) == (2, ["a.pipeline"], [])
    assert [one["name"] for one in told["findings"]] == ["missing-part"]
    assert json.loads(fmt("--json", "-", stdin=UNTIDY.encode()).stdout)["text"] == TIDY
