"""One command's hold on a workspace: its definition, its store, the host that alone may change it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App

if TYPE_CHECKING:
    from voronka.dsl.definition.model import Stage
    from voronka.engine.daemon.client import Line
    from voronka.engine.deal.state import Deal
    from voronka.engine.host.commands import Command, Reply
    from voronka.engine.host.host import Host
    from voronka.engine.host.people import People
    from voronka.engine.program.build import Program, Programs
    from voronka.engine.store.store import Store
    from voronka.engine.words.story import Story

STORE = "voronka.db"
PATIENCE = 5.0  # seconds to wait for another command that holds the writer's lock: they are short


def clock() -> int:
    """Now, ms since the epoch; VORONKA_NOW (ISO 8601 with a zone) stands in for the system's clock.

    Raises ValueError for a VORONKA_NOW that is no instant.
    """
    given = os.environ.get("VORONKA_NOW")
    if not given:
        return time.time_ns() // 1_000_000
    from datetime import datetime

    when = datetime.fromisoformat(given)
    if when.tzinfo is None:
        raise ValueError("it lacks its time zone")
    if not 1970 <= when.year <= 2200:  # deadlines and calendars look years ahead
        raise ValueError("a year from 1970 to 2200 is needed")
    return round(when.timestamp() * 1000)


class Session:
    """Everything a command works with. ``host`` is there only where this process may change the store itself; where a
    daemon runs, commands go to it along ``line``."""

    def __init__(
        self,
        app: App,
        programs: Programs,
        store: Store,
        now: int,
        host: Host | None = None,
        line: Line | None = None,
    ) -> None:
        self.app = app
        self.programs = programs
        self.store = store
        self.now = now
        self._host = host
        self._line = line

    @property
    def host(self) -> Host:
        assert self._host is not None, "a reading session changes nothing"
        return self._host

    @property
    def people(self) -> People:
        if self._host is not None:
            return self._host.people
        return self._people

    @cached_property
    def _people(self) -> People:
        from voronka.engine.host import people
        from voronka.engine.store.codec import PEOPLE

        state = self.store.entity(PEOPLE, people.ENTITY).state
        return people.People(self.programs.definition, state)

    @cached_property
    def story(self) -> Story:
        from voronka.engine.words.story import Story

        return Story(self.programs, self.app.lang, self.called)

    def called(self, person: str) -> str:
        """How a person is called."""
        declared = self.programs.definition.people.get(person)
        facts = self.people.facts(person)
        title = declared.title.in_(self.app.lang) if declared is not None else ""
        return title or str((facts or {}).get("title") or person)

    def deal(self, number: int) -> Deal:
        """A deal that this definition can read. Raises Failure for an unknown one."""
        from voronka.engine.store import read

        found = self._host.deal(number) if self._host is not None else read.deal(self.store, number)
        if found is None:
            raise self.app.fail(f"there is no deal {number}", f"сделки {number} нет", FINDINGS)
        if found.pipeline not in self.programs.definition.pipelines:
            raise self.app.fail(
                f"deal {number} is of the pipeline {found.pipeline}, which no file declares any more",
                f"сделка {number} из воронки {found.pipeline}, которой в файлах больше нет",
                FINDINGS,
            )
        # what is unset is not stored; conditions look at every field
        whole = found.copy()
        whole.f = {**dict.fromkeys(self.programs.definition.pipelines[found.pipeline].fields), **found.f}
        return whole

    def program(self, deal: Deal) -> Program:
        return self.programs.pipelines[deal.pipeline]

    def stage(self, deal: Deal) -> Stage:
        """Where a deal stands; of a stranded one a stage without anything, called as it was."""
        from voronka.dsl.definition.expr import NOWHERE
        from voronka.dsl.definition.model import Stage
        from voronka.dsl.definition.types import Title

        found = self.program(deal).pipeline.stages.get(deal.stage)
        return found or Stage(deal.stage, Title(), "open", NOWHERE)

    def submit(
        self,
        kind: str,
        data: dict[str, Any],
        deal: int | None = None,
        pipeline: str | None = None,
        key: str | None = None,
    ) -> Reply:
        """One command, now, in the name of ``--as``. ``key``: sent again with the same, it changes nothing."""
        from voronka.engine.host.commands import Command

        return self.submit_many([Command(kind, data, deal, pipeline, self.now, self.actor, key)])[0]

    def submit_many(self, commands: list[Command]) -> list[Reply]:
        """Commands in one transaction. Raises Failure where they could not be written or are none."""
        replies = self.host.submit_many(commands) if self._line is None else self._sent(commands, self._line)
        for reply in replies:
            if reply.status == "error":
                assert reply.message is not None
                raise self.app.fail(reply.message.en, reply.message.ru)
        return replies

    def _sent(self, commands: list[Command], line: Line) -> list[Reply]:
        from voronka.engine.daemon.client import DaemonError

        try:
            replies = line.submit_many(commands)
        except DaemonError as error:
            raise self.app.fail(error.message.en, error.message.ru) from error
        # what this process has read of the store is of before
        self.store.forget_counters()
        self.__dict__.pop("_people", None)
        return replies

    @cached_property
    def actor(self) -> str:
        """Who acts: ``--as``, else ``as`` in voronka.toml. Raises Failure for somebody unknown."""
        from voronka.cli.given import person

        given = self.app.actor or self.app.settings.get("as", "")
        return person(self, str(given)) if given else ""


@contextmanager
def reading(app: App, *, silent: bool = False) -> Iterator[Session]:
    """Look at the workspace's deals, beside whoever writes. A store that is not made yet has none.

    ``silent``: say nothing about the state it is in.
    """
    from voronka.engine.store.files import MEMORY, open_store

    now, path = _now(app), store_path(app)
    with _line(path) or nullcontext() as line:
        programs = _in_force(app, path, line)
    missing = app.store is None and not path.exists()
    with _opened(app, open_store(MEMORY) if missing else open_store(path, write=False)) as store:
        if silent:
            pass
        elif missing:
            app.say(
                f"no deals yet: {path.name} is made with the first one",
                f"сделок ещё нет: {path.name} появится с первой",
            )
        elif late := _overdue_timers(store, now):
            app.say(
                f"timers that are due: {late}; they fire before the next change",
                f"таймеров, чей срок настал: {late}; они сработают перед следующим изменением",
            )
        yield Session(app, _running(app, store, programs, silent), store, now)


@contextmanager
def acting(
    app: App, *, programs: Programs | None = None, catch_up: bool = True, alone: bool = False
) -> Iterator[Session]:
    """Change deals by the one door: through the daemon where one runs, else as the host, after due timers.

    ``programs``: those loaded already. ``alone``: as the host in any case; a daemon lends its store meanwhile.
    """
    from voronka.engine.store.files import open_store
    from voronka.engine.store.problems import StoreFailed

    now, path = _now(app), store_path(app)
    line = _line(path)
    programs = _in_force(app, path, line, programs)
    if line is None:
        opened, line = _patiently(path)
        # one may have started meanwhile
        programs = _in_force(app, path, line, programs)
    if line is not None and not alone:
        with line, _opened(app, open_store(path, write=False)) as store:
            yield Session(app, programs, store, now, line=line)
        return
    if line is not None:
        _asked(app, line, "lend")
        opened = open_store(path)
    with line or nullcontext(), _opened(app, opened) as store:
        try:
            if line is None:
                programs = _settled(app, store, programs, now)
            host = make_host(store, programs, now, per_hour=per_hour(app))
            while host.carry_on():
                pass
            if catch_up and (fired := host.advance(now)) and app.verbose:
                app.say(f"{fired} due timers fired first", f"сначала сработали таймеры: {fired}")
            yield Session(app, programs, store, now, host)
        except StoreFailed as failed:
            raise app.fail(failed.problem.text("en"), failed.problem.text("ru")) from failed


def make_host(store: Store, programs: Programs, now: int, **options: Any) -> Host:
    """The host of one command: its clock stands still."""
    from voronka.engine.host.live import live_host

    return live_host(store, programs, lambda: now, **options)


@contextmanager
def store_only(app: App) -> Iterator[Store]:
    """The store alone, for reading; no workspace is needed where ``--store`` names it."""
    from voronka.engine.store.files import open_store

    with _opened(app, open_store(store_path(app), write=False)) as store:
        yield store


def load_programs(app: App) -> Programs:
    """The workspace's definition. Raises Failure: no workspace, or findings, which are printed."""
    from voronka.engine.workspace import load, pipeline_files

    root = workspace(app)
    folder = definitions(root)
    if not pipeline_files([folder]):
        raise app.fail(f"{folder}: no *.pipeline file here", f"{folder}: здесь нет файлов *.pipeline")
    loaded = load([folder], root)
    if loaded.programs is None:
        findings.show(app, loaded.errors, to_stdout=False)
        count = findings.summary(loaded.errors, app.lang)
        raise app.fail(
            f"the definition has {count}; nothing was done", f"в определении {count}; ничего не сделано", FINDINGS
        )
    return loaded.programs


def definitions(root: Path) -> Path:
    """The folder below which a workspace's definitions lie."""
    return root / "pipelines" if (root / "pipelines").is_dir() else root


def workspace(app: App) -> Path:
    """Where voronka.toml lies. Raises Failure outside of a workspace."""
    root = app.settings.get("root")
    if root is None:
        raise app.fail(
            "there is no workspace here: no voronka.toml in this folder or above it; `voronka init DIR` makes one",
            "здесь нет рабочей папки: ни тут, ни выше нет voronka.toml; её создаёт `voronka init DIR`",
            USAGE,
        )
    return Path(root)


def store_path(app: App) -> Path:
    """``--store`` as seen from here, ``store`` of voronka.toml as seen from there. Raises Failure for other URLs."""
    given = app.store
    base = Path()
    if given is None:
        base, given = workspace(app), str(app.settings.get("store", STORE))
    scheme, sign, rest = given.partition("://")
    if sign and scheme != "sqlite":
        raise app.fail(
            f"{given}: stores are SQLite files here; name a path or sqlite:///path",
            f"{given}: хранилище — это файл SQLite; укажите путь или sqlite:///путь",
        )
    if not (rest if sign else given):
        raise app.fail("--store is empty; name a file", "--store пуст; укажите файл")
    return base / Path(_local(rest) if sign else given).expanduser()


def _local(rest: str) -> str:
    """Of ``sqlite:///deals.db`` the file here, of ``sqlite:////srv/deals.db`` the one from the root."""
    return rest.removeprefix("/") or rest


def instant(app: App) -> int:
    """Now, ms since the epoch. Raises Failure for a VORONKA_NOW that is none."""
    return _now(app)


def _now(app: App) -> int:
    try:
        return clock()
    except ValueError as error:
        raise app.fail(f"VORONKA_NOW: {error}", f"VORONKA_NOW: {error}") from error


def _patiently(path: Path) -> tuple[Any, Line | None]:
    """The store to write to, or why not, or the line to the daemon that has it."""
    from voronka.engine.store.files import open_store
    from voronka.engine.store.problems import StoreProblem

    until = time.monotonic() + PATIENCE
    while True:
        if (line := _line(path)) is not None:
            return None, line
        opened = open_store(path, create=True)
        if not isinstance(opened, StoreProblem) or opened.kind != "locked" or time.monotonic() > until:
            return opened, None
        time.sleep(0.05)


def _asked(app: App, line: Line, op: str) -> dict[str, Any]:
    from voronka.engine.daemon.client import DaemonError

    try:
        return line.ask(op)
    except DaemonError as error:
        raise app.fail(error.message.en, error.message.ru) from error


def _line(path: Path) -> Line | None:
    from voronka.engine.daemon.client import Line
    from voronka.engine.daemon.wire import socket_path

    return Line.to(socket_path(path))


def _in_force(app: App, path: Path, line: Line | None, known: Programs | None = None) -> Programs:
    """The definition to go by: a running daemon's, else what the files say. ``known``: what was found before."""
    if line is None:
        return known or load_programs(app)
    running = _asked(app, line, "ping")["definition"]
    if known is not None and known.hash == running:
        return known
    found = file_programs(app)
    if found is not None and found.hash == running:
        return found
    from voronka.engine.host.versions import Unreadable, stored
    from voronka.engine.store.files import open_store

    app.say(
        "the files have changed since the daemon read them; it goes by what it read (voronka status)",
        "файлы изменились с тех пор, как их прочёл демон; он работает по прочитанному (voronka status)",
    )
    with _opened(app, open_store(path, write=False)) as store:
        try:
            return stored(store, running)
        except (KeyError, Unreadable) as error:
            raise app.fail(
                f"what the daemon goes by cannot be read here: {error}", f"то, чем живёт демон, не прочитать: {error}"
            ) from error


def file_programs(app: App) -> Programs | None:
    """What the files say; None outside of a workspace, and where they have errors."""
    from voronka.engine.workspace import load

    if app.settings.get("root") is None:
        return None
    root = workspace(app)
    return load([definitions(root)], root).programs


def _running(app: App, store: Store, programs: Programs, silent: bool = False) -> Programs:
    """The definition that deals live under, which the files may be ahead of."""
    from voronka.engine.plan.settling import running

    found = running(store, programs)
    if found is not programs and not silent:
        app.say(
            "the files have changes that are not in force yet: voronka plan",
            "в файлах есть изменения, которые ещё не действуют: voronka plan",
        )
    return found


def _settled(app: App, store: Store, programs: Programs, now: int) -> Programs:
    """The files, if what they change is safe to take over; else what is in force, and a word why."""
    from voronka.engine.plan.settling import settle

    settled = settle(store, programs, reload_mode(app), now)
    if settled.waiting is not None and settled.waiting.unsafe:
        app.say(
            "the files strand deals or lose data, so they are not in force: voronka plan",
            "файлы оставят сделки без этапа или потеряют данные, поэтому не действуют: voronka plan",
        )
    elif settled.waiting is not None:
        app.say(
            "the files have changes that wait for `voronka apply`",
            "в файлах есть изменения, они ждут `voronka apply`",
        )
    elif settled.plan is not None and settled.plan.affected:
        count = settled.plan.affected
        app.say(
            f"the edited files are in force; deals concerned: {count}", f"файлы действуют; затронуто сделок: {count}"
        )
    return settled.programs


def per_hour(app: App) -> int:
    """How many events of a deal automation may bring about within an hour. Raises Failure for a limit that is none."""
    from voronka.engine.host.limits import BadLimits, per_hour_of

    try:
        return per_hour_of(app.settings)
    except BadLimits as bad:
        raise app.fail(
            f"voronka.toml: {bad}: [limits] has events_per_hour, a number from 1 to 1000000",
            f"voronka.toml: {bad}: в [limits] есть events_per_hour, число от 1 до 1000000",
        ) from bad


def reload_mode(app: App) -> str:
    """Which edits are taken over by themselves. Raises Failure for a setting that is none."""
    from voronka.engine.plan.settling import mode_of

    try:
        return mode_of(app.settings)
    except ValueError as error:
        raise app.fail(f"voronka.toml: {error}", f"voronka.toml: {error}") from error


@contextmanager
def planning(app: App, *, files: bool = True) -> Iterator[tuple[Store, Programs, int]]:
    """Look at what other definitions would do: the store, the files' programs, or those in force, and now."""
    from voronka.engine.store.files import MEMORY, open_store

    now, path = _now(app), store_path(app)
    programs = load_programs(app) if files else None
    missing = app.store is None and not path.exists()
    with _opened(app, open_store(MEMORY) if missing else open_store(path, write=False)) as store:
        yield store, programs or _stored(app, store), now


@contextmanager
def deciding(app: App, *, files: bool = True) -> Iterator[tuple[Host, Programs]]:
    """Put definitions in force: a host on what is in force now, and the files' programs. A daemon lends its store."""
    from voronka.engine.plan.settling import running
    from voronka.engine.store.files import open_store
    from voronka.engine.store.problems import StoreFailed

    now, path = _now(app), store_path(app)
    programs = load_programs(app) if files else None
    opened, line = _patiently(path)
    if line is not None:
        _asked(app, line, "lend")
        opened = open_store(path)
    with line or nullcontext(), _opened(app, opened) as store:
        try:
            current = running(store, programs) if programs is not None else _stored(app, store)
            host = make_host(store, current, now, per_hour=per_hour(app))
            host.advance(now)
            yield host, programs or current
        except StoreFailed as failed:
            raise app.fail(failed.problem.text("en"), failed.problem.text("ru")) from failed


def _stored(app: App, store: Store) -> Programs:
    """The definition in force, from the store alone. Raises Failure: there is none, or it cannot be read."""
    from voronka.engine.host import versions

    now = versions.in_force(store)
    if not now and store.definition:
        raise app.fail(
            f"version {store.definition} of the definition, which is in force, is missing from the store; "
            "`voronka store verify` tells what else is, `voronka store restore` takes a backup",
            f"версии {store.definition} определения, которая действует, в хранилище нет; чего ещё нет, скажет "
            "`voronka store verify`, копию вернёт `voronka store restore`",
            FINDINGS,
        )
    if not now:
        raise app.fail("no definition was ever in force here", "здесь ещё не действовало ни одно определение", FINDINGS)
    try:
        return versions.stored(store, now)
    except versions.Unreadable as error:
        raise app.fail(
            f"what is in force cannot be compiled by this voronka: {error.why}",
            f"действующее определение не читается этой voronka: {error.why}",
            FINDINGS,
        ) from error


@contextmanager
def _opened(app: App, opened: Any) -> Iterator[Store]:
    from voronka.engine.store.problems import StoreProblem

    if isinstance(opened, StoreProblem):
        raise app.fail(opened.text("en"), opened.text("ru"))
    with opened as store:
        yield store


def _overdue_timers(store: Store, now: int) -> int:
    return int(store.db.execute("SELECT count(*) FROM timers WHERE due <= ?", (now,)).fetchone()[0])
