"""``voronka run``: the daemon of a workspace."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import FINDINGS, App, common, workspace_settings

if TYPE_CHECKING:
    from voronka.engine.program.build import Programs
    from voronka.engine.workspace import Loaded, Loader

PORT = 9464


@click.command("run")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Health and metrics listen there, on 127.0.0.1 (default: port in [run] of voronka.toml, else {PORT}; "
    "0: any free one).",
)
@click.option("--no-http", is_flag=True, help="No health and metrics.")
@click.option(
    "--shadow",
    "shadows",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Run the edited files here (a folder or files) beside the live ones, and report what they would do otherwise.",
)
@click.option("--log", "style", type=click.Choice(["json", "console"]), help="How logs look (default: as stderr is).")
@common
def command(
    app: App, folder: Path | None, port: int | None, no_http: bool, shadows: tuple[Path, ...], style: str | None
) -> None:
    """Run the workspace in DIR (default: here) until it is stopped.

    Timers fire when they are due, and the other commands find the daemon by themselves. Edited files are taken over
    once the edit is over, if no deal is stranded and nothing lost by that; with `reload = "plan"` in voronka.toml
    (which `production = true` means, too) only by `voronka apply`. If they are broken, the last good ones run on, and a
    start finds those in the store. SIGTERM or Ctrl-C: finish what was taken on and leave. SIGHUP: read the files,
    voronka.toml and maps/ again. Exit code 0: stopped, 1: the definition has findings and none was in force before, 2:
    it could not start.
    """
    from voronka.cli.session import per_hour, reload_mode, store_path
    from voronka.engine.daemon.logs import set_up
    from voronka.engine.daemon.problems import DaemonProblem

    # until the daemon can read the files again, being asked to must not end it
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if folder is not None:
        if not folder.is_dir():
            raise app.fail(f"{folder}: there is no such folder", f"{folder}: нет такой папки")
        app.settings = workspace_settings(folder.resolve())
    path = store_path(app).absolute()
    loader = _loader(app)
    programs, found = _to_run(app, path, loader)
    edited = _edited(app, [path.absolute() for path in shadows]) if shadows else None
    reload_mode(app)
    per_hour(app)
    chosen = None if no_http else _port(app, port)
    set_up(style or ("console" if sys.stderr.isatty() else "json"), app.verbose)
    try:
        asyncio.run(_serve(app, path, programs, chosen, found, loader, edited))
    except DaemonProblem as problem:
        raise app.fail(problem.message.en, problem.message.ru) from problem


def _loader(app: App) -> Loader:
    from voronka.cli.session import definitions, workspace
    from voronka.engine.workspace import Loader

    root = workspace(app)
    # the folder as found now: where it vanishes, nothing else takes its place
    return Loader([definitions(root)], root)


def _to_run(app: App, path: Path, loader: Loader) -> tuple[Programs, Loaded | None]:
    """The files; where they have errors, what is in force in the store, and what was found in the files.

    Raises Failure where there is neither.
    """
    from voronka.cli import findings
    from voronka.cli.session import load_programs
    from voronka.engine.host.versions import Unreadable, in_force, stored
    from voronka.engine.store.files import open_store
    from voronka.engine.store.problems import StoreProblem

    loaded = loader.load()
    if loaded.programs is not None and loaded.programs.definition.pipelines:
        return loaded.programs, None
    opened = open_store(path, write=False) if path.exists() else None
    if opened is None or isinstance(opened, StoreProblem):
        return load_programs(app), None
    with opened as store:
        try:
            programs = stored(store, in_force(store))
        except (KeyError, Unreadable):
            return load_programs(app), None
    findings.show(app, loaded.errors, to_stdout=False)
    app.say(
        f"the files cannot be used; version {programs.hash[:12]}, the last one in force, runs",
        f"файлы не годятся; работает версия {programs.hash[:12]}, действовавшая последней",
    )
    return programs, loaded


def _edited(app: App, paths: list[Path]) -> Programs:
    """What runs as a shadow. Raises Failure where it has errors."""
    from voronka.cli import findings
    from voronka.engine.workspace import load

    root = next(
        (path.parent if path.is_dir() and path.name == "pipelines" else path for path in paths if path.is_dir()), None
    )
    homes = [path / "pipelines" if (path / "pipelines").is_dir() else path for path in paths]
    loaded = load(homes, root or paths[0].parent)
    if loaded.programs is None or not loaded.programs.definition.pipelines:
        findings.show(app, loaded.errors, to_stdout=False)
        raise app.fail("--shadow: these files cannot be used", "--shadow: эти файлы не годятся", FINDINGS)
    return loaded.programs


def _port(app: App, given: int | None) -> int:
    """The flag, else voronka.toml, else the default. Raises Failure for a port that is none."""
    if given is not None:
        return given
    found = _table(app).get("port", PORT)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= 65535:
        raise app.fail(
            f"voronka.toml: [run] port = {found!r} is no port; write a number up to 65535",
            f"voronka.toml: [run] port = {found!r} — не порт; нужно число до 65535",
        )
    return found


def _table(app: App) -> dict[str, Any]:
    """``[run]`` of voronka.toml: ``port``; ``watch = false``: files are read only when that is asked for (SIGHUP)."""
    table = app.settings.get("run", {})
    if not isinstance(table, dict):
        raise app.fail("voronka.toml: [run] is a table", "voronka.toml: [run] — это таблица")
    return table


async def _serve(
    app: App,
    path: Path,
    programs: Programs,
    port: int | None,
    found: Loaded | None,
    loader: Loader,
    edited: Programs | None,
) -> None:
    from voronka.cli.session import clock, per_hour, reload_mode, workspace
    from voronka.engine.daemon.daemon import Daemon
    from voronka.engine.daemon.notify import Supervised
    from voronka.engine.daemon.outside import connect
    from voronka.engine.daemon.problems import DaemonProblem
    from voronka.engine.plan.watch import Reloader, whole

    root = workspace(app)
    folders = (*loader.paths, root / "templates")
    daemon = Daemon(
        path,
        programs,
        clock,
        lambda: whole(loader.load, folders),
        reload_mode(app),
        per_hour(app),
        found,
    )
    if _table(app).get("watch", True) is not False:
        daemon.add(Reloader(folders, daemon.reload, ahead=loader.load))
    if port is not None:
        from voronka.engine.daemon.web import Web

        daemon.add(Web(daemon, port))
    outside = connect(daemon, app.settings, root, clock)

    async def reread() -> None:
        before = app.settings
        try:
            app.settings = workspace_settings(root)
            mode, most = reload_mode(app), per_hour(app)
            await outside.reread(app.settings)
        except click.ClickException as error:
            app.settings = before
            raise DaemonProblem("settings", error.message, error.message) from error
        except DaemonProblem:
            app.settings = before
            raise
        daemon.obey(mode, most)

    daemon.reread = reread
    if edited is not None:
        from voronka.engine.daemon.shadow import ShadowRun

        daemon.add(ShadowRun(daemon, edited, clock))
    daemon.add(Supervised())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, daemon.stop)
    loop.add_signal_handler(signal.SIGHUP, daemon.reload_soon)
    await daemon.run()
