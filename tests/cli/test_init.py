"""init: a workspace that runs as it is, for every template; completion for every shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from voronka.cli.starter import TEMPLATES

Voronka = Callable[..., Result]


@pytest.mark.requirement("R9")
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_runs_as_it_is(
    voronka: Voronka, tmp_path: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = json.loads(voronka("init", "crm", "--template", template, "--json").stdout)
    folder = tmp_path / "crm"
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert made["files"] == found
    assert {"voronka.toml", f"pipelines/{template}.pipeline", f"pipelines/scenarios/{template}.pipeline"} <= set(found)
    assert not any("std" in name for name in found)
    monkeypatch.chdir(folder)
    checked = voronka("check")
    assert checked.exit_code == 0, checked.output
    ran = voronka("dry-run", f"pipelines/{template}.pipeline", "--at", "2026-11-23 10:00", "--until", "1 day")
    assert ran.exit_code == 0, ran.output
    created = voronka("deal", "new", made["pipeline"])
    assert created.exit_code == 0, created.output
    # the team is there: somebody owns the deal
    assert json.loads(voronka("deal", "show", "1", "--json").stdout)["owner"] is not None
    assert "red" not in {flag["kind"] for flag in json.loads(voronka("deal", "show", "1", "--json").stdout)["red"]}


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_what_it_says(voronka: Voronka, tmp_path: Path, lang: str, told: Callable[[str, str], None]) -> None:
    text = ""
    for args in (("init", "crm"), ("init", "crm"), ("init", "crm/voronka.toml")):
        ran = voronka(*args, "--lang", lang)
        text += f"$ voronka {' '.join(args)}\n{ran.output}[{ran.exit_code}]\n\n"
    told(f"init_{lang}", text + (tmp_path / "crm" / "voronka.toml").read_text(encoding="utf-8"))


def test_an_unknown_template(voronka: Voronka, tmp_path: Path) -> None:
    ran = voronka("init", "x", "--template", "sap")
    assert ran.exit_code == 2
    assert "'sap' is not one of" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_will_do(voronka: Voronka, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert voronka("init", "empty").exit_code == 0
    assert (tmp_path / "empty" / "voronka.toml").exists()


def test_nothing_is_left_of_what_failed(voronka: Voronka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_text

    def full(self: Path, *args: object, **more: object) -> int:
        if self.name == "voronka.toml":
            raise OSError(28, "No space left on device", str(self))
        return write(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full)
    ran = voronka("init", "deep/crm")
    assert ran.exit_code == 2
    assert "No space left on device; nothing was made" in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef voronka"), ("fish", "complete ")]
)
def test_completion_scripts(voronka: Voronka, shell: str, sign: str) -> None:
    ran = voronka("completion", shell)
    assert ran.exit_code == 0
    assert sign in ran.stdout
    assert "_VORONKA_COMPLETE" in ran.stdout


def test_an_unknown_shell(voronka: Voronka) -> None:
    ran = voronka("completion", "csh")
    assert ran.exit_code == 2
    assert "'csh' is not one of" in ran.stderr


@pytest.mark.parametrize(
    ("typed", "wanted", "without"),
    [
        ("voronka sto", {"store"}, {"deal"}),
        ("voronka deal re", {"reopen"}, {"show"}),
        ("voronka deal new ", {"sales", "client"}, set()),
        ("voronka deal move 1 o", {"offered"}, {"paid"}),
        ("voronka deal lose 1 ", {"silent", "rival"}, set()),
    ],
)
def test_completions(shop: Path, voronka: Voronka, typed: str, wanted: set[str], without: set[str]) -> None:
    voronka("deal", "new", "sales", "--set", "name=A")
    *_, last = words = typed.split(" ")
    environment = {
        **os.environ,
        "_VORONKA_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    code = "from voronka.cli.main import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=shop, capture_output=True, text=True, check=False
    )
    found = {line.partition(",")[2] for line in ran.stdout.splitlines()}
    assert wanted <= found, ran.stderr
    assert not without & found
    assert all(name.startswith(last) for name in found)
