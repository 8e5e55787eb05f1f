"""A progress bar for long work: on a terminal's stderr only, and not with -q or --json."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from voronka.cli.app import App


@contextmanager
def bar(app: App, total: int, what: str = "") -> Iterator[Callable[[int], None]]:
    """Gives a function that is told how much is done; it does nothing where nobody watches."""
    if app.quiet or app.as_json or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what or "{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, no_color=not app.color), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)
