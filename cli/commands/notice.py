"""``voronka notice``: words to colleagues whose mail address nobody has told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session


@click.group("notice")
def command() -> None:
    """Words to colleagues who have no mail address in voronka.toml ([people.NAME] email = "…")."""


@command.command("list")
@click.option("--person", metavar="PERSON", help="Those for PERSON (default: everybody's).")
@common
def list_(app: App, person: str | None) -> None:
    """List notices that nobody has marked as read, oldest first.

    With --json: {"notices": [{"at", "person", "deal", "subject", "body"}]}.
    """
    from voronka.cli import given
    from voronka.cli.session import reading
    from voronka.engine.store.outbox import notices

    with reading(app) as session:
        who = given.person(session, person) if person is not None else None
        rows = [_data(session, row) for row in notices(session.store, who)]
        if app.as_json:
            app.dump({"notices": rows})
        elif not rows:
            app.say("no notices", "сообщений нет")
        else:
            for row in rows:
                _print(session, row)


@command.command("read")
@click.argument("person")
@common
def read(app: App, person: str) -> None:
    """Mark all notices of PERSON as read.

    With --json: {"status", "person"}.
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        who = given.person(session, person)
        reply = session.submit("notice", {"person": who})
        if app.as_json:
            app.dump({"status": reply.status, "person": who})
        else:
            app.say(f"{who}: read", f"{who}: прочитано")


def _data(session: Session, row: tuple[int, int, str, str, Any]) -> dict[str, Any]:
    from voronka.cli.given import any_pipeline

    deal, at, person, _, body = row
    calendar = session.programs.calendar(any_pipeline(session))
    return {
        "at": calendar.local(at).isoformat(),
        "person": person,
        "deal": deal,
        "subject": (body or {}).get("subject") or None,
        "body": (body or {}).get("body") or "",
    }


def _print(session: Session, row: dict[str, Any]) -> None:
    from datetime import datetime

    from voronka.engine.words import dates

    app = session.app
    when = datetime.fromisoformat(row["at"])
    head = f"{dates.day(when.date(), app.lang)}, {dates.clock(when)}  {session.called(row['person'])}  № {row['deal']}"
    app.out(click.style(head, bold=True))
    for line in (row["subject"], *row["body"].split("\n")):
        if line:
            app.out(f"  {line}")
