"""``voronka event``: send events in from outside, list what nothing took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli import complete, replies
from voronka.cli.app import App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.cli.tables import Cell
    from voronka.engine.program.build import Program


@click.group("event")
def command() -> None:
    """Send events in, list what was kept."""


@command.command("send")
@click.argument("words", nargs=-1, required=True, metavar="[PIPELINE] NAME [K=V…]", shell_complete=complete.pipelines)
@click.option("--deal", "number", metavar="ID", help="For this deal (default: found by the event's key fields).")
@click.option("--key", metavar="TEXT", help="Sent again with the same key, it changes nothing.")
@common
def send(app: App, words: tuple[str, ...], number: str | None, key: str | None) -> None:
    """Send the event NAME with its values.

    Without --deal the event finds its deal itself, by the fields it is declared with (`event payment by phone`), among
    the open deals of PIPELINE; where none has the key, it makes a new deal or an incident, as declared. Never a guess.
    --json as `voronka deal --help` says; "status" may also be kept (nothing there waited for it) and unrouted, with
    "incident". Exit code 1: refused or unrouted.
    """
    from voronka.cli import given
    from voronka.cli.session import acting
    from voronka.engine.deal.protocol import Event
    from voronka.engine.host.commands import Command

    names = [word for word in words if "=" not in word]
    if not 1 <= len(names) <= 2 or (len(names) == 2 and number is not None):
        raise app.fail(
            "write [PIPELINE] NAME k=v…, or --deal ID NAME k=v…",
            "нужно [ВОРОНКА] СОБЫТИЕ k=v… или --deal ID СОБЫТИЕ k=v…",
        )
    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number)) if number is not None else None
        program = given.pipeline(session, names[0]) if len(names) == 2 else None
        program = session.program(deal) if deal is not None else program
        found, name = _declaring(session, program, names[-1])
        given_values = given.pairs(app, [word for word in words if "=" in word])
        values = given.payload(session, found, found.pipeline.events[name], given_values)
        data: dict[str, Any] = {"name": name, "payload": values}
        wish = Command(
            "event",
            data,
            deal.id if deal is not None else None,
            program.pipeline.name if program is not None and deal is None else None,
            session.now,
            session.actor,
            key,
        )
        replies.show(session, session.submit_many([wish])[0], Event("event", data, session.now), found)


def _declaring(session: Session, program: Program | None, text: str) -> tuple[Program, str]:
    """Some pipeline that declares the event, and the event's name. Raises Failure where none does."""
    from voronka.cli import given

    programs = [program] if program is not None else list(session.programs.pipelines.values())
    for one in programs:
        name = given.named(text, {event.name: event.title for event in one.pipeline.events.values()})
        if name is not None:
            return one, name
    near = given.nearest(session.app, text, {name for one in programs for name in one.pipeline.events})
    raise session.app.fail(f"there is no event “{text}”{near}", f"нет события «{text}»{near}")


@command.command("list")
@common
def list_(app: App) -> None:
    """List events that nothing took (Meaning 12).

    With --json: {"events": [{"id", "at", "name", "pipeline", "deal", "why": unheard|nobody|several|unknown|refused,
    "payload": {name: value}}]}.
    """
    from voronka.cli.given import any_pipeline
    from voronka.cli.session import reading
    from voronka.engine.host.queries import list_kept

    with reading(app) as session:
        rows = list(list_kept(session.store))
        calendar = session.programs.calendar(any_pipeline(session))
        if app.as_json:
            events = [
                {
                    "id": row.id,
                    "at": calendar.local(row.at).isoformat(),
                    "name": row.name,
                    "pipeline": row.pipeline,
                    "deal": row.deal,
                    "why": row.why,
                    "payload": row.payload,
                }
                for row in rows
            ]
            app.dump({"events": events})
        elif not rows:
            app.say("no event was kept: all were taken", "сохранённых событий нет: все нашли свою сделку")
        else:
            _print(session, rows)


_LONGEST = 200  # characters of a value that nobody declared
_WHY = {
    "unheard": ("сделка его не ждала", "its deal did not wait for it"),
    "nobody": ("нет открытой сделки с таким ключом", "no open deal has its key"),
    "several": ("подходит несколько сделок", "several deals have its key"),
    "unknown": ("такого события нет", "no pipeline declares it"),
    "refused": ("новая сделка не создана", "the new deal was refused"),
}


def _print(session: Session, rows: list[Any]) -> None:
    from voronka.cli.given import any_pipeline
    from voronka.cli.tables import bold, table
    from voronka.engine.words import dates

    say = session.story.say
    calendar = session.programs.calendar(any_pipeline(session))
    now = calendar.local(session.now)
    cells: list[list[str | Cell]] = []
    for row in rows:
        at = calendar.local(row.at)
        values = ", ".join(
            f"{name}={_shown(session, row, name, value)}" for name, value in row.payload.items() if value is not None
        )
        cells.append(
            [
                bold(str(row.id)),
                f"{dates.day(at.date(), session.app.lang, now.year)}, {dates.clock(at)}",
                row.name,
                f"№ {row.deal}" if row.deal else row.pipeline or "",
                say(*_WHY.get(row.why, (row.why, row.why))),
                values,
            ]
        )
    head = ["№", say("Когда", "When"), say("Событие", "Event"), say("Куда", "Where"), say("Почему", "Why")]
    table(session.app, [*head, say("Значения", "Values")], cells, right=(0,))


def _shown(session: Session, row: Any, name: str, value: Any) -> str:
    """A value by its declared type; one that is not of it (that may be why it was kept) stands as it came."""
    from voronka.dsl.definition.values import canonical, decode
    from voronka.engine.inputs import show_value

    came = value if isinstance(value, str) else canonical(value)
    for pipeline in session.programs.definition.pipelines.values():
        event = pipeline.events.get(row.name)
        kind = event.type_of(name) if event is not None else None
        if kind is not None and row.pipeline in (None, pipeline.name):
            try:
                return show_value(kind, decode(value), session.app.lang, session.programs.calendar(pipeline))
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                break
    return came if len(came) <= _LONGEST else f"{came[:_LONGEST]}…"
