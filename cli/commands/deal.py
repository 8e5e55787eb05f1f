"""``voronka deal``: create, show, list, find and change deals; every change enters by the one door."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voronka.cli import complete, replies
from voronka.cli.app import App, common
from voronka.cli.commands import deal_history, deal_merge, deal_person, deal_undo, deal_why

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.program.build import Program

LIMIT = 50


@click.group("deal")
def command() -> None:
    """Create, show, find and change deals.

    ID is a deal's number: 12, #12, № 12. Stages, reasons, fields and people go by name or by title. What changes a deal
    prints what followed; with --json {"status": done|refused|duplicate, "deal", "version", "stage", "events": [{"deal",
    "kind", "at", "lines": [{"mark", "text", "loc"}]}], "unmet": [{"kind", "name", "message", "operands": {name:
    value}, "file", "line", "help"}]}. Exit code 1: refused.
    """


for _more in (deal_history.history, deal_why.why, deal_why.why_not, deal_why.unblock):
    command.add_command(_more)


def act(session: Session, kind: str, data: dict[str, Any], deal: int) -> None:
    """Send one event to a deal and print what became of it."""
    from voronka.engine.deal.protocol import Event

    program = session.program(session.deal(deal))
    reply = session.submit(kind, data, deal)
    replies.show(session, reply, Event(kind, data, session.now), program)


@command.command("new")
@click.argument("pipeline", shell_complete=complete.pipelines)
@click.option("--set", "sets", multiple=True, metavar="K=V", help="A field's value; may be given many times.")
@click.option("--stage", metavar="STAGE", help="Where it begins (default: the first stage).")
@click.option("--owner", metavar="PERSON", help="Whose it is (default: as the pipeline says).")
@click.option("--key", metavar="TEXT", help="Sent again with the same key, it changes nothing.")
@common
def new(app: App, pipeline: str, sets: tuple[str, ...], stage: str | None, owner: str | None, key: str | None) -> None:
    """Create a deal in PIPELINE, or a card of a record."""
    from voronka.cli import given
    from voronka.cli.session import acting
    from voronka.engine.deal.protocol import Event

    with acting(app) as session:
        program = given.pipeline(session, pipeline)
        data: dict[str, Any] = {"fields": given.fields(session, program, given.pairs(app, sets, "--set"))}
        if stage is not None:
            data["stage"] = given.stage(program, stage)
        if owner is not None:
            data["owner"] = given.person(session, owner)
        reply = session.submit("create", data, pipeline=program.pipeline.name, key=key)
        replies.show(session, reply, Event("create", data, session.now), program)


@command.command("show")
@click.argument("number", metavar="ID")
@click.option("--full", is_flag=True, help="The whole history, and the fields that are empty.")
@click.option("--at", metavar="TIME", help="As it was then: 2026-11-25 12:00, 2026-11-25.")
@common
def show(app: App, number: str, full: bool, at: str | None) -> None:
    """Print the full card of a deal.

    Its stage with the guide, fields, tasks, what is red and why, what comes, what was. With --at by the definition of
    that day; linked deals and people are shown as they are now.

    \b
    With --json: {"id", "pipeline", "stage", "kind": open|won|lost, "reason", "owner", "version", "created", "entered",
    "closed", "fields": {name: value}, "tasks": [{"id", "deal", "name", "title", "assignee", "status", "due",
    "overdue", "outcome"}], "checks": {point: bool}, "red": [{"kind": badge|flag|blocked, "text", "file_line",
    "unmet": [...]}], "linked": [{"id", "pipeline", "stage", "field"}], "files": [{"name", "path"}], "ahead": [{"at",
    "text", "file_line"}], "history": [{"version", "at", "actor", "kind", "lines": [text]}]}.
    """
    from voronka.cli import card, given, why
    from voronka.cli.session import reading

    with reading(app) as session:
        deal = session.deal(given.deal_number(app, number))
        if at is not None:
            session, deal = why.as_of(session, deal.id, at)
        if app.as_json:
            app.dump(card.data(session, deal))
        else:
            card.show(session, deal, full)


@command.command("list")
@click.option("--pipeline", metavar="PIPELINE", shell_complete=complete.pipelines, help="Only of this pipeline.")
@click.option("--stage", metavar="STAGE", shell_complete=complete.stages, help="Only in this stage.")
@click.option("--owner", metavar="PERSON", help="Only this person's.")
@click.option("--red", is_flag=True, help="Only red ones.")
@click.option("--won", is_flag=True, help="Only won ones.")
@click.option("--lost", is_flag=True, help="Only lost ones.")
@click.option("--open", "open_", is_flag=True, help="Only open ones.")
@click.option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, help="At most so many; 0: all.")
@common
def list_(
    app: App,
    pipeline: str | None,
    stage: str | None,
    owner: str | None,
    red: bool,
    won: bool,
    lost: bool,
    open_: bool,
    limit: int,
) -> None:
    """List deals, the newest first.

    Cards of records (clients, companies) are listed when --pipeline asks for them.
    With --json: {"deals": [{"id", "pipeline", "stage", "label", "owner", "created", "closed", "reason", "due",
    "red"}], "count": how many fit}.
    """
    from voronka.cli.listing import Filter, show_deals
    from voronka.cli.session import reading

    if won + lost + open_ > 1:
        raise app.fail("--won, --lost, --open: choose one", "--won, --lost, --open: что-то одно")
    with reading(app) as session:
        wanted = Filter.of(session, pipeline, stage, owner, red, "won" if won else "lost" if lost else "open" * open_)
        show_deals(session, wanted, limit)


@command.command("find")
@click.argument("text", nargs=-1)
@click.option("--where", metavar="CONDITION", help="Deals for which a condition of the language is true.")
@click.option(
    "--pipeline", metavar="PIPELINE", shell_complete=complete.pipelines, help="With --where: of this pipeline."
)
@click.option("--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="At most so many.")
@common
def find(app: App, text: tuple[str, ...], where: str | None, pipeline: str | None, limit: int) -> None:
    """Find deals by any part of a field, and by words in notes, answers and mails, in any form (R75).

    A phone is found however it is written; with a card (a client) come the deals that link to it. Of texts every word
    must be there, or a word that begins so; phones and mail addresses inside of texts are not searched.
    --where "amount > 100_000 RUB and stage is qualified" finds by a condition, as it stands in a file.
    With --json as `deal list`, and "texts": [{"deal", "event", "kind": note|task|loss|file|mail, "at", "excerpt"}].
    """
    from voronka.cli import finding
    from voronka.cli.session import reading

    if bool(text) == (where is not None):
        raise app.fail("say what to look for: words, or --where", "скажите, что искать: слова или --where")
    with reading(app) as session:
        if where is None:
            finding.find(session, " ".join(text), limit)
        else:
            finding.find_where(session, where, pipeline, limit)


@command.command("set")
@click.argument("number", metavar="ID")
@click.argument("values", nargs=-1, required=True, metavar="K=V…")
@common
def set_(app: App, number: str, values: tuple[str, ...]) -> None:
    """Set fields of a deal; `k=` clears one."""
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        fields = given.fields(session, session.program(deal), given.pairs(app, values))
        act(session, "set", {"fields": fields}, deal.id)


@command.command("move")
@click.argument("number", metavar="ID")
@click.argument("stage", shell_complete=complete.stages)
@common
def move(app: App, number: str, stage: str) -> None:
    """Move a deal to STAGE, through its gates."""
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        act(session, "move", {"stage": given.stage(session.program(deal), stage)}, deal.id)


@command.command("lose")
@click.argument("number", metavar="ID")
@click.argument("reason", shell_complete=complete.reasons)
@click.option("--comment", metavar="TEXT", help="Why, in your own words.")
@common
def lose(app: App, number: str, reason: str, comment: str | None) -> None:
    """Close a deal as lost for REASON."""
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        data = {"reason": given.reason(session.program(deal), reason), "comment": comment}
        act(session, "lose", data, deal.id)


@command.command("reopen")
@click.argument("number", metavar="ID")
@click.argument("stage", required=False, shell_complete=complete.stages)
@common
def reopen(app: App, number: str, stage: str | None) -> None:
    """Take a closed deal back to work.

    Into STAGE, through its gates (default: the first stage).
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        data = {"stage": given.stage(session.program(deal), stage)} if stage else {}
        act(session, "reopen", data, deal.id)


@command.command("assign")
@click.argument("number", metavar="ID")
@click.argument("person")
@common
def assign(app: App, number: str, person: str) -> None:
    """Give a deal to PERSON.

    The open tasks of the old owner go along.
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        act(session, "assign", {"person": given.person(session, person)}, deal.id)


@command.command("tick")
@click.argument("number", metavar="ID")
@click.argument("points", nargs=-1, required=True, metavar="LIST.POINT…")
@click.option("--off", is_flag=True, help="Take the ticks back.")
@common
def tick(app: App, number: str, points: tuple[str, ...], off: bool) -> None:
    """Tick points of checklists.

    LIST.POINT of a list of the present stage, or LIST for all of it.
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        act(session, "tick", {"points": list(points), "on": not off}, deal.id)


@command.command("note")
@click.argument("number", metavar="ID")
@click.argument("text", nargs=-1, required=True)
@click.option("--contact", is_flag=True, help="It was a conversation with the client.")
@common
def note(app: App, number: str, text: tuple[str, ...], contact: bool) -> None:
    """Write TEXT into the feed of a deal.

    - reads standard input.
    """
    from voronka.cli import given
    from voronka.cli.session import acting

    said = sys.stdin.read() if text == ("-",) else " ".join(text)
    if not said.strip():
        raise app.fail("the note is empty", "заметка пустая")
    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        act(session, "contact" if contact else "note", {"text": _clean(app, said)}, deal.id)


def _clean(app: App, text: str) -> str:
    from voronka.dsl.definition.types import TEXT
    from voronka.engine.inputs import InputError, parse_value

    try:
        return str(parse_value(TEXT, text))
    except InputError as error:
        raise app.fail(error.message("en"), error.message("ru")) from error


@command.command("attach")
@click.argument("number", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--field", metavar="FIELD", help="The file field it fills.")
@common
def attach(app: App, number: str, file: Path, field: str | None) -> None:
    """Attach FILE to a deal.

    A copy is kept beside the store, in its folder of files.
    """
    from voronka.cli import attachments, given
    from voronka.cli.session import acting, store_path

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        data: dict[str, Any] = {}
        if field is not None:
            data["field"] = _file_field(session, session.program(deal), field)
        data |= attachments.keep(app, store_path(app), file)
        act(session, "attach", data, deal.id)


def _file_field(session: Session, program: Program, text: str) -> str:
    from voronka.cli import given

    files = {name: f.title for name, f in program.pipeline.fields.items() if f.type.kind == "file"}
    name = given.named(text, files)
    if name is None:
        near = given.nearest(session.app, text, files)
        raise session.app.fail(f"there is no file field “{text}”{near}", f"нет поля-файла «{text}»{near}")
    return name


for _more in (deal_undo.undo, deal_merge.merge, deal_person.forget, deal_person.export):
    command.add_command(_more)
