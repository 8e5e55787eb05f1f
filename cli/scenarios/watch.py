"""``voronka test --watch``: after every edit the scenarios that depend on it run again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import findings
from voronka.cli.app import App
from voronka.cli.scenarios import results as told
from voronka.engine.words.dates import count

if TYPE_CHECKING:
    from voronka.engine.scenario.depends import Depends

QUIET = 0.2  # seconds without a change after which an edit is over


class Watch:
    """What ran last, and on what; a broken file changes neither."""

    def __init__(self, app: App, paths: Iterable[Path], pattern: str) -> None:
        from voronka.engine.workspace import Loader

        self.app = app
        self.paths = tuple(paths)
        self.pattern = pattern
        self.stop = threading.Event()
        self._turn = threading.Lock()
        self._loader = Loader(self.paths)
        self._seen: dict[tuple[str, str, str], tuple[Any, told.Result]] = {}

    @property
    def folders(self) -> list[Path]:
        """Where the files are, and the templates beside them."""
        homes = [path if path.is_dir() else path.parent for path in (one.resolve() for one in self.paths)]
        beside = [home.parent / "templates" for home in homes]
        found = homes + [path for path in beside if path.is_dir()]
        return [one for one in dict.fromkeys(found) if not any(home in one.parents for home in found)]

    def again(self, changed: Iterable[Path] = ()) -> None:
        """Read the files, run what depends on what changed, and tell."""
        with self._turn:
            self._again(changed)

    def _again(self, changed: Iterable[Path]) -> None:
        from voronka.engine.scenario.depends import Depends

        app = self.app
        files = [_shown(path) for path in sorted(changed)]
        if files and sys.stdout.isatty():
            click.clear()
        if files:
            app.say(f"changed: {', '.join(files)}", f"изменено: {', '.join(files)}")
        loaded = self._loader.load()
        if loaded.programs is None:
            findings.show(app, loaded.errors)
            text = findings.summary(loaded.errors, app.lang)
            app.say(f"{text}; nothing was run", f"{text}; ничего не запускалось")
            return self._wait()
        depends = Depends(loaded.programs)
        scenarios = told.chosen(app, loaded.programs.definition.scenarios, self.pattern)
        kept, due = self._sorted(depends, scenarios)
        programs = loaded.programs

        def each(result: told.Result) -> None:
            told.tell(app, programs, result.outcome)
            scenario = result.outcome.scenario
            kept[_key(scenario)] = (depends.of(scenario), result)
            if self.stop.is_set():
                raise _Stopped

        with contextlib.suppress(_Stopped):
            told.run(programs, due, each)
        self._seen = kept
        if self.stop.is_set():
            return None
        if files or len(due) < len(scenarios):
            en = count(len(due), "en", ("", "", ""), ("scenario", "scenarios"))
            ru = count(len(due), "ru", ("сценарий", "сценария", "сценариев"), ("", ""))
            app.say(f"{en} of {len(scenarios)} run again", f"заново: {ru} из {len(scenarios)}")
        if scenarios:
            told.sum_up(app, [result for _, result in kept.values()])
        else:
            app.say("there is no scenario here", "здесь нет ни одного сценария")
        return self._wait()

    def _sorted(self, depends: Depends, scenarios: list[Any]) -> tuple[dict[Any, Any], list[Any]]:
        """What stays as it went, and what must run: whatever depends on something new, and whatever failed."""
        kept, due = {}, []
        for scenario in scenarios:
            known = self._seen.get(_key(scenario))
            if known is not None and not known[1].failed and known[0] == depends.of(scenario):
                kept[_key(scenario)] = known
            else:
                due.append(scenario)
        return kept, due

    def _wait(self) -> None:
        self.app.say("waiting for changes; Ctrl-C ends it\n", "жду изменений; Ctrl-C — закончить\n")

    async def serve(self) -> None:
        """Run once, then after every edit, until the process is told to end."""
        from voronka.engine.plan.watch import Reloader

        ended = asyncio.Event()
        loop = asyncio.get_running_loop()

        def end() -> None:
            self.stop.set()
            ended.set()

        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, end)

        async def reload(changed: frozenset[Path]) -> None:
            if ours := [path for path in changed if _counts(path)]:
                await asyncio.to_thread(self.again, ours)

        watcher = Reloader(self.folders, reload, quiet=QUIET)
        await watcher.start()
        await asyncio.to_thread(self.again)
        await ended.wait()
        await watcher.stop()


def _counts(path: Path) -> bool:
    """Whether a file can be a part of the definition; what is written beside it, such as a log, is not."""
    return path.suffix == ".pipeline" or "templates" in path.parts


class _Stopped(Exception):
    """The person has had enough."""


def _key(scenario: Any) -> tuple[str, str, str]:
    return scenario.loc.file, scenario.title.texts[0][1] if scenario.title else "", scenario.row


def _shown(path: Path) -> str:
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def watch(app: App, paths: Iterable[Path], pattern: str) -> None:
    """Until Ctrl-C."""
    asyncio.run(Watch(app, paths, pattern).serve())
