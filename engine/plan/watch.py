"""Watching the files of a workspace: an edit is read once it is over, and whole."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from voronka.dsl.check.templates.form import ENDINGS
from voronka.engine.workspace import Loaded

QUIET = 0.1  # seconds without a change after which an edit is over
LONGEST = 2.0  # seconds after which a reading begins although changes go on
POLL = 2.0  # seconds between looks at the files themselves, for changes that nobody told of
TRIES = 20  # readings of files that change meanwhile
SUFFIXES = frozenset({".pipeline", ".toml", *ENDINGS})
_log = logging.getLogger(__name__)
T = TypeVar("T")
Prints = dict[str, tuple[int, int, int]]


def prints(folders: Iterable[Path]) -> Prints:
    """The files that count below these folders: name -> (when changed in ns, size, which file it is)."""
    found: Prints = {}
    for folder in folders:
        for path in _files(folder):
            try:
                about = path.stat()
            except OSError:
                continue  # it has just vanished: the next look will not find it
            found[str(path)] = (about.st_mtime_ns, about.st_size, about.st_ino)
    return found


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from (path for path in sorted(folder.rglob("*")) if counts(path))
    except OSError:
        return  # moved away while it was looked at


def counts(path: Path) -> bool:
    """Whether a file may be part of a definition, going by its name."""
    return path.suffix in SUFFIXES and not path.name.startswith(".")


def whole(load: Callable[[], Loaded], folders: Iterable[Path], pause: float = QUIET) -> Loaded:
    """Read until nothing changed while reading, so that half of an edit never runs.

    After ``TRIES`` readings the last one counts; files that still change then are read again when they come to rest.
    """
    homes = tuple(folders)
    before = prints(homes)
    for attempt in range(TRIES):
        loaded = load()
        after = prints(homes)
        if after == before:
            break
        _log.info("files changed while they were read (%s)", attempt + 1)
        before = after
        time.sleep(pause)
    return loaded


class Reloader:
    """A service: calls ``reload`` with the changed files once an edit is over.

    ``ahead`` reads the files while it is waited for that: what it makes of them is not used, but remembered by whoever
    reads them, so that nothing is left to be worked out when the edit is over. It runs in a thread, one at a time.
    ``folders`` are watched with all below them, and their parents, because editors and deployments replace files and
    whole folders. What the system does not tell of (some network drives, folders moved away and back) is found by
    looking every ``poll`` seconds.
    """

    name = "files"

    def __init__(
        self,
        folders: Iterable[Path],
        reload: Callable[[frozenset[Path]], Awaitable[Any]],
        *,
        ahead: Callable[[], Any] | None = None,
        quiet: float = QUIET,
        longest: float = LONGEST,
        poll: float = POLL,
    ) -> None:
        self.folders = tuple(dict.fromkeys(folder.resolve() for folder in folders))
        self.reload = reload
        self.ahead = ahead
        self.quiet = quiet
        self.longest = longest
        self.poll = poll
        self._loop: asyncio.AbstractEventLoop | None = None
        self._observer: Any = None
        self._changed: set[Path] = set()
        self._since = 0.0
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._reading: asyncio.Task[None] | None = None
        self._known: Prints = {}
        self._watched: frozenset[tuple[str, int]] = frozenset()

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._known = prints(self.folders)
        await asyncio.to_thread(self._watch)
        self._tasks = [asyncio.create_task(self._react()), asyncio.create_task(self._look())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *filter(None, (self._reading,)), return_exceptions=True)
        await asyncio.to_thread(self._unwatch)

    def health(self) -> str:
        gone = [str(folder) for folder in self.folders if not folder.is_dir()]
        return f"gone: {', '.join(gone)}" if gone and len(gone) == len(self.folders) else ""

    # --- what happens

    def noticed(self, path: Path) -> None:
        """A file changed; called on the loop."""
        if not self._changed:
            self._since = time.monotonic()
        self._changed.add(path)
        self._wake.set()

    async def _react(self) -> None:
        while True:
            await self._wake.wait()
            while self._wake.is_set() and time.monotonic() - self._since < self.longest:
                self._wake.clear()
                self._read_ahead()
                await asyncio.sleep(self.quiet)
            self._wake.clear()
            changed, self._changed = frozenset(self._changed), set()
            self._known = await asyncio.to_thread(prints, self.folders)
            await self.reload(changed)

    def _read_ahead(self) -> None:
        if self.ahead is not None and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read(self.ahead))

    async def _read(self, ahead: Callable[[], Any]) -> None:
        try:
            await asyncio.to_thread(ahead)
        except Exception:
            # the reading that counts comes later, and says what is wrong
            _log.debug("reading ahead failed", exc_info=True)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self.poll)
            now = await asyncio.to_thread(prints, self.folders)
            if now != self._known and not self._changed:
                for name in {name for name, _ in now.items() ^ self._known.items()}:
                    self.noticed(Path(name))
            if self._places() != self._watched:
                await asyncio.to_thread(self._watch)

    # --- the system's own watching

    def _places(self) -> frozenset[tuple[str, int]]:
        found = set()
        for folder in (*self.folders, *(folder.parent for folder in self.folders)):
            try:
                found.add((str(folder), folder.stat().st_ino))
            except OSError:
                continue
        return frozenset(found)

    def _watch(self) -> None:
        from watchdog.observers import Observer

        self._unwatch()
        self._watched = self._places()
        observer = Observer()
        try:
            for place, _ in sorted(self._watched):
                path = Path(place)
                observer.schedule(_handler(self), place, recursive=path in self.folders, event_filter=_events())
            observer.start()
        except OSError as error:
            # as many watches as the system allows are in use: looking goes on
            _log.warning("the system does not watch the files (%s); they are looked at every %g s", error, self.poll)
            return
        self._observer = observer

    def _unwatch(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    def told(self, paths: Iterable[str]) -> None:
        """The system says that something changed; called on its own thread."""
        found = [path for name in paths if name and (counts(path := Path(name)) or path in self.folders)]
        loop = self._loop
        if found and loop is not None and not loop.is_closed():
            for path in found:
                loop.call_soon_threadsafe(self.noticed, path)


def _handler(reloader: Reloader) -> Any:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            reloader.told([str(event.src_path), str(event.dest_path or "")])

    return Handler()


def _events() -> list[Any]:
    from watchdog import events

    found: list[Any] = [
        events.FileClosedEvent,
        events.FileMovedEvent,
        events.FileDeletedEvent,
        events.DirMovedEvent,
        events.DirCreatedEvent,
        events.DirDeletedEvent,
    ]
    if sys.platform != "linux":
        # elsewhere nobody says that a file was closed
        found += [events.FileModifiedEvent, events.FileCreatedEvent]
    return found
