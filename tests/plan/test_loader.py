"""Loading again after an edit gives what loading from scratch gives, and keeps what did not change."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from voronka.engine.daemon.reload import stranded
from voronka.engine.host.commands import Command
from voronka.engine.host.host import Host
from voronka.engine.program.build import Programs
from voronka.engine.store.files import open_store
from voronka.engine.store.store import Store
from voronka.engine.workspace import Loaded, Loader, load

SHIPPED = Path(__file__).parents[2] / "pipelines"
TWO = (
    'pipeline sales "Sales" {\n  currency RUB\n  field sum money\n'
    '  stage new "New" { require sum when sum is set }\n  won paid "Paid" { }\n'
    '  lost gone "Gone" { reason price "Price" }\n}\n'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "home")
    return tmp_path / "home"


def whole(loaded: Loaded) -> Programs:
    assert loaded.programs is not None, [one.message() for one in loaded.errors]
    return loaded.programs


def alike(again: Programs, cold: Programs) -> None:
    assert again.hash == cold.hash
    assert repr(again.definition) == repr(cold.definition)
    assert again.wiring == cold.wiring
    assert again.calendars == cold.calendars
    for name in cold.definition.pipelines:
        assert again.shape(name) == cold.shape(name)
        assert again.program(name).identity() == cold.hash
        assert again.program(name).pipeline is again.definition.pipelines[name]


@pytest.mark.parametrize("seed", range(3))
def test_every_load_gives_the_identity_and_the_places_of_a_cold_one(home: Path, seed: int) -> None:
    draw = random.Random(seed)
    loader = Loader([home], home)
    alike(whole(loader.load()), whole(load([home], home)))
    files = sorted(path for path in home.rglob("*") if path.suffix in (".pipeline", ".txt"))
    for number in range(6):
        path = draw.choice(files)
        lines = path.read_text(encoding="utf-8").split("\n")
        at = draw.randrange(len(lines) + 1)
        new = lines.copy()
        match draw.randrange(3):
            case 0:
                new.insert(at, f"# {number}" if path.suffix == ".pipeline" else f"Line {number}")
            case 1:
                new.insert(at, lines[draw.randrange(len(lines))])
            case _:
                del new[at : at + 1]
        path.write_text("\n".join(new), encoding="utf-8")
        again, cold = loader.load(), load([home], home)
        assert [one.sort_key for one in again.diagnostics] == [one.sort_key for one in cold.diagnostics]
        assert (again.programs is None) == (cold.programs is None)
        if again.programs is None:
            path.write_text("\n".join(lines), encoding="utf-8")
        else:
            alike(again.programs, whole(cold))


def test_programs_of_pipelines_that_only_moved_are_kept(home: Path) -> None:
    loader = Loader([home], home)
    before = whole(loader.load())
    kept = {name: before.program(name).stages for name in before.definition.pipelines}
    path = home / "leads.pipeline"
    text = path.read_text(encoding="utf-8")
    at = text.index("{", text.index("\npipeline ")) + 1
    path.write_text(f"# first\n{text[:at]}\n  # inside\n{text[at:]}", encoding="utf-8")
    after = whole(loader.load())
    alike(after, whole(load([home], home)))
    anew = {name for name in kept if after.program(name).stages is not kept[name]}
    assert anew == {text[text.index("\npipeline ") :].split()[1]}


def test_a_pipeline_added_and_one_removed(home: Path) -> None:
    loader = Loader([home], home)
    loader.load()
    (home / "more.pipeline").write_text(TWO, encoding="utf-8")
    alike(whole(loader.load()), whole(load([home], home)))
    (home / "more.pipeline").unlink()
    alike(whole(loader.load()), whole(load([home], home)))


def test_deals_of_a_pipeline_that_is_as_it_was_strand_nobody(tmp_path: Path) -> None:
    """An edit of one pipeline is taken over while deals of another live."""
    (tmp_path / "a.pipeline").write_text(TWO, encoding="utf-8")
    other = tmp_path / "b.pipeline"
    other.write_text(TWO.replace("pipeline sales", "pipeline rent"), encoding="utf-8")
    loader = Loader([tmp_path], tmp_path)
    store = open_store(":memory:", create=True)
    assert isinstance(store, Store)
    with store:
        host = Host(store, whole(loader.load()), lambda: 0)
        assert host.submit(Command("create", {"fields": {}}, None, "sales")).status == "done"
        other.write_text(other.read_text(encoding="utf-8").replace('"New"', '"Newest"'), encoding="utf-8")
        assert stranded(host, whole(loader.load())) is None
        (tmp_path / "a.pipeline").write_text(TWO.replace("stage new", "stage fresh"), encoding="utf-8")
        why = stranded(host, whole(loader.load()))
        assert why is not None
        assert "sales/new (1)" in why.en
