"""What may stand in the repository: modules of a size one can read, no address of one machine or of a registry."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("dsl", "stdlib", "engine", "pipelines", "cli", "web")
LONGEST_MODULE = 700  # lines
BESIDE = "../" + "shared"
HOSTS = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"))
)
# A clone may lie in a folder that any text may name; its parent then says nothing about a machine.
COMMON_FOLDERS = {"/", "/home", "/mnt", "/opt", "/srv", "/tmp", "/usr/src", "/var/tmp", tempfile.gettempdir()}
LOCK_LIKE = re.compile(r"lock|requirements|constraints|\.toml$|\.npmrc$")
DOWNLOAD = re.compile(
    r'"resolved"\s*:\s*"https?:|--(?:extra-)?index-url|registry\s*=\s*"?https?:|^\s*(?:url|source)\s*=.*https?:', re.M
)


def foreign_strings(text: str, parent: str) -> list[str]:
    """Strings of ``text`` that hold on one machine only: under ``parent``, beside the repository, at a registry."""
    places = [BESIDE, *HOSTS] if parent in COMMON_FOLDERS else [parent.rstrip("/") + "/", BESIDE, *HOSTS]
    return [place for place in places if place in text]


def download_addresses(name: str, text: str) -> list[str]:
    """Addresses to download from in a file that pins versions; such files hold names and versions only."""
    return [found.group().strip() for found in DOWNLOAD.finditer(text)] if LOCK_LIKE.search(Path(name).name) else []


def texts(root: Path, files: list[Path]) -> Iterator[tuple[Path, str]]:
    for file in files:
        yield file, (root / file).read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize(
    ("text", "parent", "found"),
    [
        ("see /srv/crm/voronka/x.db", "/srv/crm", ["/srv/crm/"]),
        (f"open {BESIDE}/a.csv", "/srv/crm", [BESIDE]),
        (f"https://{HOSTS[0]}/simple", "/srv/crm", [HOSTS[0]]),
        ("write to /tmp/x", "/tmp", []),
        ("see /srv/crmx", "/srv/crm", []),
    ],
)
def test_foreign_strings_are_recognised(text: str, parent: str, found: list[str]) -> None:
    assert foreign_strings(text, parent) == found


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("package-lock.json", '"resolved": "https://example.org/a.tgz"', 1),
        ("constraints.txt", "--index-url https://example.org/simple\nlark==1.3.1", 1),
        ("uv.lock", 'source = { registry = "https://example.org/simple" }', 1),
        (".npmrc", "registry=https://example.org", 1),
        ("constraints.txt", "lark==1.3.1", 0),
        ("notes.md", "--index-url https://example.org", 0),
    ],
)
def test_download_addresses_are_recognised(name: str, text: str, count: int) -> None:
    assert len(download_addresses(name, text)) == count


def test_no_tracked_file_names_this_machine_or_a_registry(root: Path, tracked: list[Path]) -> None:
    found = {
        str(file): hits for file, text in texts(root, tracked) if (hits := foreign_strings(text, str(root.parent)))
    }
    assert found == {}


def test_no_file_of_pins_holds_a_download_address(root: Path, tracked: list[Path]) -> None:
    found = {str(file): hits for file, text in texts(root, tracked) if (hits := download_addresses(file.name, text))}
    assert found == {}


def test_no_module_is_too_long_to_read(root: Path, tracked: list[Path]) -> None:
    modules = [file for file in tracked if file.suffix == ".py"]
    lengths = {str(file): text.count("\n") for file, text in texts(root, modules)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_every_module_of_the_rooms_says_what_it_is(root: Path, tracked: list[Path]) -> None:
    modules = [file for file in tracked if file.suffix == ".py" and file.parts[0] in ROOMS]
    assert {file.parts[0] for file in modules} >= {"dsl", "stdlib", "engine", "cli"}
    assert [str(file) for file, text in texts(root, modules) if not ast.get_docstring(ast.parse(text))] == []


def test_pipelines_hold_no_code(tracked: list[Path]) -> None:
    code = [str(file) for file in tracked if file.parts[0] == "pipelines" and file.suffix == ".py"]
    assert code == ["pipelines/__init__.py"]
