"""``voronka deal forget`` and ``export``: all that is stored on whom a deal is about, and none of it any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import USAGE, App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.care.person import Circle


@click.command("forget")
@click.argument("number", metavar="ID")
@click.option("--yes", is_flag=True, help="Do it; without this it is only said what would go.")
@click.option("--only", is_flag=True, help="Nothing but the deal itself: no cards that it links to.")
@click.option("--everywhere", is_flag=True, help="Shared cards and deals with the same values, too.")
@common
def forget(app: App, number: str, yes: bool, only: bool, everywhere: bool) -> None:
    """Erase the personal values of whom a deal is about.

    Values and their salts, texts and documents made from them, attached files, kept events; cards that no other deal
    links to go along. The log stays whole and verifies: it only ever held digests. Backups still have the values; a
    restore forgets them again. A daemon lends its store meanwhile. With --json: {"done", "deals", "values", "texts",
    "documents", "files", "open_rows", "shared", "same"}; open_rows are rows of the log that say a value openly.
    """
    from voronka.cli import given
    from voronka.cli.session import acting, reading
    from voronka.engine.care import compact, person
    from voronka.engine.care.backup import CareFailed, files_of

    wanted = given.deal_number(app, number)
    if only and everywhere:
        raise app.fail("--only, --everywhere: choose one", "--only, --everywhere: что-то одно", USAGE)
    if not yes:
        with reading(app) as session:
            session.deal(wanted)
            circle = person.circle(session.store, wanted, alone=only, everywhere=everywhere)
            _tell(session, circle, False)
        return
    with acting(app, alone=True) as session:
        session.deal(wanted)
        circle = person.circle(session.store, wanted, alone=only, everywhere=everywhere)
        session.submit("forget", {"deals": list(circle.deals)})
        home = files_of(Path(session.store.path))
        for key in circle.found.files:
            (home / key).unlink(missing_ok=True)
        try:
            compact.purge(session.store)
        except CareFailed as failed:
            app.warn(failed.text.in_(app.lang))
        _tell(session, circle, True)


def _tell(session: Session, circle: Circle, done: bool) -> None:
    app, found = session.app, circle.found
    if app.as_json:
        data: dict[str, Any] = {"done": done, "deals": list(circle.deals), "values": len(found.values)}
        data |= {"texts": len(found.texts), "documents": len(found.documents), "files": len(found.files)}
        app.dump({**data, "open_rows": list(found.plain), "shared": list(circle.shared), "same": list(circle.same)})
        return
    say = session.story.say
    app.out(say("забыто" if done else "будет забыто", "forgotten" if done else "would be forgotten") + ":")
    for label, count in (
        (say("сделки и карточки", "deals and cards"), ", ".join(f"№ {number}" for number in circle.deals)),
        (say("личных значений", "personal values"), str(len(found.values))),
        (say("текстов писем", "texts of messages"), str(len(found.texts))),
        (say("документов", "documents"), str(len(found.documents))),
        (say("вложений", "attached files"), str(len(found.files))),
    ):
        app.out(f"  {label}: {count}")
    for numbers, text in (
        (
            circle.shared,
            say(
                "карточки, с которыми связаны и другие сделки, остаются",
                "cards that other deals link to, too, stay",
            ),
        ),
        (circle.same, say("те же значения есть в других сделках", "other deals have the same values")),
    ):
        if numbers:
            listed = ", ".join(f"№ {number}" for number in numbers)
            app.out(click.style("! ", fg="yellow") + f"{text}: {listed} (--everywhere)")
    if found.plain:
        rows = ", ".join(map(str, found.plain[:10])) + (" …" if len(found.plain) > 10 else "")
        app.out(
            click.style("! ", fg="yellow")
            + say(
                f"строки журнала, где значение стоит открыто (заметка, поле не было личным), остаются: {rows}",
                f"rows of the log that say a value openly (a note, a field not personal then) stay: {rows}",
            )
        )
    if done:
        app.say(
            "copies made before still have it; a restore here forgets it again",
            "в прежних копиях это ещё есть; восстановление здесь забудет снова",
        )
    else:
        app.say("nothing was changed; --yes forgets for good", "ничего не изменено; --yes забудет навсегда")


@click.command("export")
@click.argument("number", metavar="ID")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="A new folder: JSON, documents, attached files.")
@click.option("--only", is_flag=True, help="Nothing but the deal itself: no cards that it links to.")
@click.option("--everywhere", is_flag=True, help="Shared cards and deals with the same values, too.")
@common
def export(app: App, number: str, folder: Path | None, only: bool, everywhere: bool) -> None:
    """Print all that is stored on a deal and whom it is about, as JSON.

    State, history, messages, documents, attached files, incidents, events that nobody took; cards that it links to go
    along. {"store", "deals": [{"id", "pipeline", "stage", "fields", "tasks", "state", "history", "mails", "documents",
    "files", "incidents"}], "events"}. With --to and --json: {"files": [path]}.
    """
    from voronka.cli import given
    from voronka.cli.session import reading
    from voronka.engine.care import person

    wanted = given.deal_number(app, number)
    with reading(app) as session:
        session.deal(wanted)
        circle = person.circle(session.store, wanted, alone=only, everywhere=everywhere)
        deals = [*circle.deals, *(() if only else circle.shared)]
        if folder is None:
            app.dump(person.export(session.store, deals))
            return
        try:
            made = person.write(session.store, deals, folder)
        except OSError as error:
            why = f"{error.filename or folder}: {error.strerror or error}"
            raise app.fail(why, why) from error
        if app.as_json:
            app.dump({"files": [str(path) for path in made]})
        else:
            for path in made:
                app.out(str(path))
