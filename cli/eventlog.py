"""What `discover` and `conform` share: options that say what a log is, its reading, what is said of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from voronka.cli.app import FINDINGS, App

if TYPE_CHECKING:
    from voronka.engine.discover.faults import Faults
    from voronka.engine.discover.log import EventLog

F = TypeVar("F", bound=Callable[..., Any])
SHOWN = 20


def log_options(command: F) -> F:
    """Give a command the options that say how a log is read, as one argument ``given``."""

    @click.option("--case", metavar="COLUMN", default="", help="Which column is the case (XES: which key).")
    @click.option("--activity", metavar="COLUMN", default="", help="Which one is the activity, or the stage.")
    @click.option("--time", metavar="COLUMN", default="", help="Which one is the time.")
    @click.option("--resource", metavar="COLUMN", default="", help="Which one is who did it.")
    @click.option("--time-format", metavar="FORMAT", default="", help="How times look, as in strptime: %d.%m.%Y %H:%M.")
    @click.option("--timezone", metavar="ZONE", default="", help="Whose clock times without an offset tell (UTC).")
    @click.option("--encoding", metavar="NAME", default="", help="Of a CSV (default: found out).")
    @click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of stopping.")
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        names = ("case", "activity", "time", "resource", "time_format", "timezone", "encoding", "skip_bad")
        given = {name: kwargs.pop(name) for name in names}
        return command(*args, given=given, **kwargs)

    return wrapped  # type: ignore[return-value]


def read(app: App, files: tuple[Path, ...], given: dict[str, Any]) -> tuple[EventLog, Faults]:
    """The log of these files. Bad rows end the command with 1, unless they are to be left out. Raises Failure."""
    from voronka.engine.discover.reading import Choices, read_log
    from voronka.engine.intake.problems import Unreadable
    from voronka.stdlib.zones import close_zones, did_you_mean, validate_zone, zone

    name = given["timezone"] or "UTC"
    if validate_zone(name):
        near = did_you_mean(close_zones(name))
        raise app.fail(f"--timezone: there is no zone {name}{near}", f"--timezone: нет пояса {name}{near}")
    columns = {key: given[key] for key in ("case", "activity", "time", "resource", "time_format", "encoding")}
    try:
        log, found = read_log(files, Choices(**columns, zone=zone(name)))
    except Unreadable as error:
        en, ru = ("\n  ".join(problem.text(lang) for problem in error.problems) for lang in ("en", "ru"))
        raise app.fail(en, ru) from error
    if found.count:
        _bad(app, found, given["skip_bad"])
    return log, found


def _bad(app: App, found: Faults, skip: bool) -> None:
    if not skip and app.as_json:
        app.dump({"bad": found.count, "problems": problems(app, found)})
    if not app.as_json:
        for problem in found.problems[:SHOWN]:
            app.warn(click.style("✗ ", fg="red") + problem.text(app.lang))
        if (rest := found.count - min(SHOWN, len(found.problems))) > 0:
            app.warn(f"  … {'и ещё' if app.lang == 'ru' else 'and more:'} {rest}")
    if not skip:
        if not app.as_json:
            app.warn(
                "mend these rows, or leave them out with --skip-bad"
                if app.lang == "en"
                else "исправьте эти строки или пропустите их с --skip-bad"
            )
        raise SystemExit(FINDINGS)


def problems(app: App, found: Faults) -> list[dict[str, Any]]:
    """The first of the bad rows, for programs."""
    return [
        {"file": one.file, "line": one.line, "name": one.name, "message": one.message.in_(app.lang)}
        for one in found.problems
    ]


def tell(app: App, log: EventLog, found: Faults) -> None:
    """What was understood of the files, and what was left out, to stderr."""
    for note in log.notes:
        app.say(f"· {note.en}", f"· {note.ru}")
    if found.count:
        app.say(f"· bad rows left out: {found.count}", f"· плохих строк пропущено: {found.count}")
    if log.duplicates:
        app.say(f"· events said twice, dropped: {log.duplicates}", f"· повторов событий пропущено: {log.duplicates}")
    if log.tied:
        app.say(
            f"· events at the instant of the one before: {log.tied}; their order is that of the file",
            f"· событий в один миг с предыдущим: {log.tied}; их порядок — как в файле",
        )


def activity(app: App, log: EventLog, text: str, option: str) -> int:
    """The number of an activity, by its name in any case. Raises Failure."""
    from voronka.cli.given import nearest

    wanted = " ".join(text.casefold().split())
    fits = [n for n, name in enumerate(log.activities) if " ".join(name.casefold().split()) == wanted]
    exact = [n for n in fits if log.activities[n] == text]
    if len(found := exact or fits) == 1:
        return found[0]
    near = nearest(app, text, log.activities)
    raise app.fail(f"{option}: the log has no “{text}”{near}", f"{option}: в журнале нет «{text}»{near}")
