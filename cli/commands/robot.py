"""``voronka robot``: every robot there is, what starts it, and its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import FINDINGS, App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.cli.tables import Cell
    from voronka.engine.host.robots import Robot


@click.group("robot")
def command() -> None:
    """Every robot of every pipeline; switch one off, and on again.

    A robot is named by its path as `robot list` prints it (offered/follow_up), by its name or by its title.
    """


@command.command("list")
@click.option("--pipeline", "of", metavar="PIPELINE", help="Of this pipeline only.")
@click.option("--off", "only_off", is_flag=True, help="Only those that are switched off.")
@common
def list_(app: App, of: str | None, only_off: bool) -> None:
    """List every robot: what starts it, how often it has fired, what it has queued, where it is written.

    It is counted by its present name. What waits are effects in the outbox, and blocks that it has put off.

    With --json: {"robots": [{"pipeline", "path", "title", "starts": [text], "on", "since", "by", "fired", "effects",
    "put_off", "file", "line"}]}; a robot that is off and no longer in the files has no "starts" and no place.
    """
    from voronka.cli.session import reading

    with reading(app) as session:
        found = [robot for robot in _robots(session, of) if robot.off is not None or not only_off]
        if app.as_json:
            app.dump({"robots": [_data(session, robot) for robot in found]})
        elif not found:
            app.say("no robots", "роботов нет")
        else:
            _print(session, found)


@command.command("off")
@click.argument("robot")
@click.option("--pipeline", "of", metavar="PIPELINE", help="Of this pipeline, where several have such a robot.")
@common
def off(app: App, robot: str, of: str | None) -> None:
    """Switch ROBOT off: it does nothing from now on, and what it has queued stops.

    It stays off until it is switched on again: over restarts and edits, and under another name that says `was`. The
    history of a deal says where it would have acted. With --json: {"status", "pipeline", "path", "events"}.
    """
    _switch(app, robot, of, "off")


@command.command("on")
@click.argument("robot")
@click.option("--pipeline", "of", metavar="PIPELINE", help="Of this pipeline, where several have such a robot.")
@common
def on(app: App, robot: str, of: str | None) -> None:
    """Switch ROBOT on again. What went by meanwhile is not made up for.

    With --json: {"status", "pipeline", "path", "events"}.
    """
    _switch(app, robot, of, "on")


def _robots(session: Session, of: str | None) -> list[Robot]:
    from voronka.cli import given
    from voronka.engine.host.robots import listed

    name = given.pipeline(session, of).pipeline.name if of is not None else None
    return [robot for robot in listed(session.store, session.programs) if name in (None, robot.pipeline)]


def _switch(app: App, text: str, of: str | None, to: str) -> None:
    from voronka.cli import replies
    from voronka.cli.session import acting

    with acting(app) as session:
        robot = _meant(session, text, of)
        named = {"pipeline": robot.pipeline, "path": robot.path}
        reply = session.submit("robot", {"do": to, **named})
        if app.as_json:
            events = [replies.event_data(session, one) for one in reply.done]
            app.dump({"status": reply.status, **named, "events": events})
        elif reply.status == "refused":
            app.say(f"{_called(session, robot)} is {to} already", f"{_called(session, robot)}: {_STATE[to]} и так")
        else:
            app.say(f"{_called(session, robot)} is {to}", f"{_called(session, robot)}: {_STATE[to]}")
            replies.happened(session, reply.done)
    if reply.status == "refused":
        raise SystemExit(FINDINGS)


_STATE = {"on": "включён", "off": "выключен"}


def _meant(session: Session, text: str, of: str | None) -> Robot:
    """The robot of this path, name or title. Raises Failure."""
    from voronka.cli import given

    known = _robots(session, of)
    wanted = text.casefold()
    ways = (
        lambda r: text in (r.path, f"{r.pipeline}/{r.path}"),
        lambda r: r.program is not None and r.program.robot.named and r.program.robot.name == text,
        lambda r: r.program is not None and any(said.casefold() == wanted for _, said in r.program.robot.title.texts),
    )
    for way in ways:
        found = [robot for robot in known if way(robot)]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(f"{robot.pipeline}/{robot.path}" for robot in found)
            raise session.app.fail(f"“{text}” may be {several}", f"«{text}» — это может быть {several}")
    near = given.nearest(session.app, text, [robot.path for robot in known])
    raise session.app.fail(f"there is no robot “{text}”{near}", f"нет робота «{text}»{near}")


def _called(session: Session, robot: Robot) -> str:
    title = robot.program.robot.title.in_(session.app.lang) if robot.program is not None else ""
    quoted = f" {session.story.quoted(title)}" if title else ""
    return f"{robot.pipeline}/{robot.path}{quoted}"


def _starts(session: Session, robot: Robot) -> list[str]:
    from voronka.dsl.docs.words import Words

    if robot.program is None:
        return []
    definition = session.programs.definition
    words = Words(definition, definition.pipelines[robot.pipeline], session.app.lang)
    return [words.trigger(trigger) for trigger in robot.program.robot.triggers]


def _data(session: Session, robot: Robot) -> dict[str, Any]:
    from voronka.cli.given import any_pipeline

    calendar = session.programs.calendar(any_pipeline(session))
    since = (robot.off or {}).get("at")
    place = robot.program.loc if robot.program is not None else None
    return {
        "pipeline": robot.pipeline,
        "path": robot.path,
        "title": robot.program.robot.title.in_(session.app.lang) if robot.program is not None else "",
        "starts": _starts(session, robot),
        "on": robot.off is None,
        "since": calendar.local(since).isoformat() if since is not None else None,
        "by": (robot.off or {}).get("by") or None,
        "fired": robot.fired,
        "effects": robot.effects,
        "put_off": robot.put_off,
        "file": place.file if place is not None else None,
        "line": place.line if place is not None else None,
    }


def _print(session: Session, found: list[Robot]) -> None:
    from datetime import datetime

    from voronka.cli.tables import bold, dim, red, table
    from voronka.engine.words import dates

    say = session.story.say
    rows: list[list[str | Cell]] = []
    for robot in found:
        data = _data(session, robot)
        state: str | Cell = say("вкл", "on")
        if not data["on"]:
            since = datetime.fromisoformat(data["since"])
            day = dates.day(since.date(), session.app.lang)
            by = f", {session.called(data['by'])}" if data["by"] else ""
            day = say(day[0].lower() + day[1:], day)
            state = red(f"{say('ВЫКЛ с', 'OFF since')} {day} {dates.clock(since)}{by}")
        title = f" {session.story.quoted(data['title'])}" if data["title"] else ""
        rows.append(
            [
                bold(f"{robot.pipeline}/{robot.path}{title}"),
                "; ".join(data["starts"]) or dim(say("в файлах его нет", "not in the files")),
                state,
                str(robot.fired),
                str(robot.effects + robot.put_off) if robot.effects + robot.put_off else "",
                dim(f"{data['file'].rpartition('/')[2]}:{data['line']}" if data["file"] else ""),
            ]
        )
    head = [
        say("Робот", "Robot"),
        say("Когда", "Starts"),
        say("Состояние", "State"),
        say("Срабатывал", "Fired"),
        say("Ждёт", "Pending"),
        say("Где", "Where"),
    ]
    table(session.app, head, rows, right=(3, 4), below=1)
