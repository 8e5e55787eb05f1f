"""Watching files: read once an edit is over, and whole; a folder moved away and back is watched again (U11)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from voronka.engine.plan.watch import Reloader, prints, whole
from voronka.engine.workspace import Loaded

WAIT = 20.0  # seconds after which something has surely been missed


class Heard:
    """Readings that were asked for, and what changed each time."""

    def __init__(self) -> None:
        self.calls: list[frozenset[Path]] = []
        self._more = asyncio.Event()

    async def reload(self, paths: frozenset[Path]) -> None:
        self.calls.append(paths)
        self._more.set()

    async def next(self) -> frozenset[Path]:
        await asyncio.wait_for(self._more.wait(), WAIT)
        self._more.clear()
        return self.calls[-1]


def watching(folder: Path, act: Callable[[Heard], Awaitable[None]], poll: float = 0.3) -> None:
    async def run() -> None:
        heard = Heard()
        reloader = Reloader([folder], heard.reload, quiet=0.05, poll=poll)
        await reloader.start()
        try:
            await act(heard)
        finally:
            await reloader.stop()

    asyncio.run(run())


def test_an_edit_is_read_and_what_editors_leave_behind_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "pipelines"
    folder.mkdir()

    async def act(heard: Heard) -> None:
        (folder / "a.pipeline").write_text("1")
        assert folder / "a.pipeline" in await heard.next()
        (folder / ".a.pipeline.swp").write_text("1")
        (folder / "a.pipeline~").write_text("1")
        # an editor that writes beside and moves over
        (folder / "next").write_text("2")
        (folder / "next").replace(folder / "a.pipeline")
        assert folder / "a.pipeline" in await heard.next()
        (folder / "a.pipeline").unlink()
        assert folder / "a.pipeline" in await heard.next()
        assert {path for call in heard.calls for path in call} == {folder / "a.pipeline"}

    watching(folder, act)


def test_many_files_at_once_are_one_reading(tmp_path: Path) -> None:
    folder = tmp_path / "pipelines"
    (folder / "sub").mkdir(parents=True)

    async def act(heard: Heard) -> None:
        for number in range(20):
            (folder / "sub" / f"{number}.pipeline").write_text("1")
        await heard.next()
        await asyncio.sleep(0.2)
        assert {path.name for call in heard.calls for path in call} >= {f"{number}.pipeline" for number in range(20)}
        assert len(heard.calls) <= 2

    watching(folder, act)


def test_a_folder_moved_away_and_another_in_its_place_are_seen(tmp_path: Path) -> None:
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "a.pipeline").write_text("1")

    async def act(heard: Heard) -> None:
        folder.rename(tmp_path / "old")
        await heard.next()
        folder.mkdir()
        (folder / "a.pipeline").write_text("2")
        await heard.next()
        await asyncio.sleep(1)  # until the new folder is watched, or looked at
        (folder / "b.pipeline").write_text("3")
        seen = await heard.next()
        while folder / "b.pipeline" not in seen:
            seen = await heard.next()

    watching(folder, act)


def test_files_that_change_while_they_are_read_are_read_again(tmp_path: Path) -> None:
    """Half of an edit of two files never runs: the one that was written meanwhile makes the reading begin anew."""
    one, other = tmp_path / "one.pipeline", tmp_path / "other.pipeline"
    one.write_text("old")
    other.write_text("old")
    seen: list[tuple[str, str]] = []

    def load() -> Loaded:
        first = one.read_text()
        if len(seen) < 2:
            # the writer is faster than the reader
            one.write_text(f"new {len(seen)}")
            other.write_text(f"new {len(seen)}")
        seen.append((first, other.read_text()))
        return Loaded(None, (), {})

    whole(load, [tmp_path], pause=0.0)
    assert seen[0] == ("old", "new 0")
    assert seen[-1] == ("new 1", "new 1")
    assert len(seen) == 3


def test_prints_tell_files_that_count(tmp_path: Path) -> None:
    for name in ("a.pipeline", "t.html", ".b.pipeline", "voronka.db", "notes.doc"):
        (tmp_path / name).write_text("1")
    assert {Path(name).name for name in prints([tmp_path, tmp_path / "nowhere"])} == {"a.pipeline", "t.html"}


def test_files_are_read_ahead_while_the_edit_goes_on(tmp_path: Path) -> None:
    (folder := tmp_path / "pipelines").mkdir()
    order: list[str] = []

    def ahead() -> None:
        order.append("ahead")
        raise OSError("half of an edit may be anything")

    async def reload(paths: frozenset[Path]) -> None:
        order.append("reload")

    async def run() -> None:
        reloader = Reloader([folder], reload, ahead=ahead, quiet=0.05, poll=0.3)
        await reloader.start()
        (folder / "a.pipeline").write_text("1")
        async with asyncio.timeout(WAIT):
            while "reload" not in order:
                await asyncio.sleep(0.01)
        await reloader.stop()

    asyncio.run(run())
    assert order[0] == "ahead"
    assert order[-1] == "reload"
