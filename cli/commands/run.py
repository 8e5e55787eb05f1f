"""``voronka run``: the daemon of a workspace."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voronka.cli.app import App, common, workspace_settings

if TYPE_CHECKING:
    from voronka.engine.program.build import Programs


@click.command("run")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--log", "style", type=click.Choice(["json", "console"]), help="How logs look (default: as stderr is).")
@common
def command(app: App, folder: Path | None, style: str | None) -> None:
    """Run the workspace in DIR (default: here) until it is stopped.

    Timers fire when they are due, and other commands find the daemon by themselves. SIGTERM or Ctrl-C: finish what was
    taken on and leave; SIGHUP: read the files again. Exit code 0: stopped, 1: the definition has findings, 2: it could
    not start.
    """
    from voronka.cli.session import clock, load_programs, store_path
    from voronka.engine.daemon.logs import set_up
    from voronka.engine.daemon.problems import DaemonProblem

    if folder is not None:
        if not folder.is_dir():
            raise app.fail(f"{folder}: there is no such folder", f"{folder}: нет такой папки")
        app.settings = workspace_settings(folder.resolve())
    programs = load_programs(app)
    path = store_path(app).absolute()
    set_up(style or ("console" if sys.stderr.isatty() else "json"), app.verbose)
    try:
        asyncio.run(_serve(path, programs, clock))
    except DaemonProblem as problem:
        raise app.fail(problem.message.en, problem.message.ru) from problem


async def _serve(path: Path, programs: Programs, clock: object) -> None:
    from voronka.engine.daemon.daemon import Daemon

    assert callable(clock)
    daemon = Daemon(path, programs, clock)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, daemon.stop)
    await daemon.run()
