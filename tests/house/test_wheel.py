"""What people install: the wheel holds every room and nothing else, and runs without the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("wheel")  # built and installed once, not once a worker

EXTRAS = {"voronka.cli.lsp": "lsp", "voronka.engine.forecast": "forecast"}  # rooms that are of no use without an extra
ROOMS = ("dsl", "stdlib", "engine", "pipelines", "cli")
BOUND = 900  # seconds: a command that hangs must not hang the suite


def run(*command: str | Path, cwd: Path) -> str:
    """The standard output of ``command``, run away from the repository; its messages are shown where it fails."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=env, check=False, capture_output=True, text=True, timeout=BOUND)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source archive, so that this one is shown to be complete too."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, root, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a clean environment with the wheel and what it depends on, at the pinned versions."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "-qq", "-c", root / "constraints.txt", wheel, cwd=folder)
    return python.parent


def shipped(wheel: Path) -> set[str]:
    """Names of the wheel's files, without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_the_rooms_and_nothing_else(root: Path, wheel: Path) -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *ROOMS]
    names = subprocess.run(listing, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    assert shipped(wheel) == {f"voronka/{name}" for name in names if name and (root / name).is_file()}


@pytest.mark.parametrize(
    ("room", "ending"), [("dsl", "py.typed"), ("dsl", ".py"), ("stdlib", ".pipeline"), ("pipelines", ".pipeline")]
)
def test_the_wheel_holds_what_each_room_is_for(wheel: Path, room: str, ending: str) -> None:
    assert any(name.startswith(f"voronka/{room}/") and name.endswith(ending) for name in shipped(wheel))


@pytest.mark.component("package-index")
def test_the_installed_command_tells_its_version(root: Path, installed: Path, tmp_path: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] in run(installed / "voronka", "--version", cwd=tmp_path)


@pytest.mark.component("package-index")
def test_every_module_imports_with_the_declared_dependencies_alone(
    root: Path, wheel: Path, installed: Path, tmp_path: Path
) -> None:
    """Rooms that need an extra with it, everything else without any."""
    modules = sorted(
        name.removesuffix(".py").removesuffix("/__init__") for name in shipped(wheel) if name.endswith(".py")
    )
    names = [name.replace("/", ".") for name in modules if not name.endswith("/__main__")]
    code = "import importlib, sys\nfor name in sys.argv[1:]: print(importlib.import_module(name).__file__)"
    extra = [name for name in names if name.startswith(tuple(EXTRAS))]
    plain = [name for name in names if name not in extra]
    places = run(installed / "python", "-c", code, *plain, cwd=tmp_path).splitlines()
    pip = [installed / "python", "-m", "pip", "install", "-qq", "-c", root / "constraints.txt"]
    run(*pip, f"{wheel}[{','.join(EXTRAS.values())}]", cwd=tmp_path)
    places += run(installed / "python", "-c", code, *extra, cwd=tmp_path).splitlines()
    assert len(places) == len(names)
    assert [place for place in places if not place.startswith(str(installed.parent))] == []
