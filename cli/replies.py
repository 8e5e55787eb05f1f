"""What became of a command, for people and for programs: what happened, or everything that keeps it from happening."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import FINDINGS

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.deal.protocol import Event, Unmet
    from voronka.engine.host.commands import Done, Reply
    from voronka.engine.program.build import Program
    from voronka.engine.words.story import Line

# what a dry run calls an option is a command of its own here
_REMEDIES = (
    (re.compile(r"--set (\S+)=…"), r"voronka deal set {deal} \1=…"),
    (re.compile(r"--tick (\S+)"), r"voronka deal tick {deal} \1"),
    (re.compile(r"--done (\S+)=(\S+)"), r"voronka task done --deal {deal} \1 --outcome \2"),
    (re.compile(r"--done (\S+)"), r"voronka task done --deal {deal} \1"),
    (re.compile(r"--as-outcome (\S+)"), r"--outcome \1"),
    (re.compile(r"voronka deal reopen"), r"voronka deal reopen {deal}"),
)


def remedy(help: str, deal: int | None) -> str:
    """What would help, as one types it here; while there is no deal yet, as an option of the command refused."""
    if deal is None:
        return help
    for pattern, command in _REMEDIES:
        if pattern.fullmatch(help):
            return pattern.sub(command, help).format(deal=deal)
    return help


def as_commands(lines: Iterable[Line], deal: int) -> list[Line]:
    """Lines of a story, with remedies as one types them here."""
    return [replace(line, under=tuple(_as_command(under, deal) for under in line.under)) for line in lines]


def _as_command(under: str, deal: int) -> str:
    what, tab, rest = under.partition("\t")
    place, second, said = rest.partition("\t")
    return f"{what}{tab}{place}{second}{remedy(said, deal)}"


def show(session: Session, reply: Reply, wanted: Event, program: Program | None = None) -> None:
    """Print a reply. ``wanted`` is the event asked for. Leaves with 1 for a refusal."""
    app = session.app
    if app.as_json:
        app.dump(data(session, reply, program))
    elif reply.status == "done":
        if not happened(session, reply.done):
            app.say("nothing has changed", "ничего не изменилось")
    elif reply.status == "duplicate":
        app.say("it was done before; nothing changed", "это уже было сделано; ничего не изменилось")
    elif reply.status == "kept":
        app.say(
            f"deal {reply.deal} does not wait for it; the event is kept (voronka event list)",
            f"сделка {reply.deal} этого не ждёт; событие сохранено (voronka event list)",
        )
    if reply.status in ("refused", "unrouted"):
        if not app.as_json:
            refusal(session, reply, wanted, program)
        raise SystemExit(FINDINGS)


def happened(session: Session, done: Iterable[Done]) -> bool:
    """The story of what was written: this deal first, then each other that it led to, under its own name.

    False: there was nothing to tell.
    """
    from voronka.cli.timeline import Printer
    from voronka.engine.words.story import Line

    app = session.app
    last: int | None = None
    printer: Printer | None = None
    for one in done:
        program = session.programs.pipelines[one.pipeline]
        lines = as_commands(session.story.lines(program, one.event, one.changes, session.deal(one.deal)), one.deal)
        if one.event.kind == "create" and program.pipeline.kind == "record":
            # a card has no stages: that it is there is all its story
            made = session.story.say("новая карточка", "a new card")
            lines = [Line(max(one.event.at, 0), "+", "info", made), *lines]
        if not lines:
            continue
        if one.deal != last or printer is None:
            if printer is not None:
                app.out()
            app.out(click.style(f"№ {one.deal} · {title(session, program)}", bold=True))
            last, printer = one.deal, Printer(app, program.calendar)
        for line in lines:
            printer.line(line)
            if app.verbose and line.effect in one.texts:
                printer.text(one.texts[line.effect])
    return printer is not None


def title(session: Session, program: Program) -> str:
    return program.pipeline.title.in_(session.app.lang) or program.pipeline.name


def refusal(session: Session, reply: Reply, wanted: Event, program: Program | None) -> None:
    """Every reason with its values, the place it is written at, and what would help; to stderr."""
    app = session.app
    if reply.message is not None:
        app.warn(click.style("✗", fg="red") + f" {reply.message.in_(app.lang)}")
    if program is None:
        from voronka.cli.given import any_pipeline

        program = session.programs.pipelines[any_pipeline(session).name]
    if reply.unmet:
        line = session.story.refusal(program, wanted, ())
        app.warn(click.style(f"✗ {line.text}", fg="red", bold=True))
    for unmet in reply.unmet:
        reason(session, program, unmet, reply.deal)
    if reply.status == "unrouted":
        app.warn(
            f"  incident {reply.incident}: the event is kept (voronka event list)"
            if app.lang == "en"
            else f"  инцидент {reply.incident}: событие сохранено (voronka event list)"
        )


def reason(session: Session, program: Program, unmet: Unmet, deal: int | None, indent: str = "  ") -> None:
    """One unmet condition, to stderr."""
    for line in reason_lines(session, program, unmet, deal, indent):
        session.app.warn(line)


def reason_lines(
    session: Session, program: Program, unmet: Unmet, deal: int | None, indent: str = "  "
) -> Iterable[str]:
    """One unmet condition: the sentence with its values, its place at the right, then what would help."""
    import textwrap

    from voronka.cli.tables import line_width

    what, place, helping = (*session.story.reason(program, unmet).split("\t"), "", "")[:3]
    room = line_width() - len(indent)
    for part in textwrap.wrap(what, max(30, room - len(place) - 2)):
        if place:
            yield indent + part + " " * max(2, room - len(part) - len(place)) + click.style(place, dim=True)
        else:
            yield indent + part
        place = ""
    for part in textwrap.wrap(_advice(helping, deal, session.app.lang == "ru"), room - 2):
        yield indent + "  " + click.style(part, fg="green")


def _advice(said: str, deal: int | None, ru: bool) -> str:
    """What to do about it: a command that lets it through, one to look at, or a hint as it is."""
    if said.startswith("voronka deal show"):
        return f"{'смотрите' if ru else 'see'}: {said}"
    if said.startswith(("--", "voronka")):
        return f"{'чтобы прошла' if ru else 'to let it through'}: {remedy(said, deal)}"
    return said


# --- for programs ----------------------------------------------------------------------------------------------------


def data(session: Session, reply: Reply, program: Program | None = None) -> dict[str, Any]:
    """A reply as JSON: {"status", "deal", "version", "stage", "events": [{"deal", "kind", "at", "lines": [{"mark",
    "text", "loc"}]}], "unmet": […]}; see :func:`unmet_data`."""
    stage = session.deal(reply.deal).stage if reply.deal is not None else None
    made: dict[str, Any] = {"status": reply.status, "deal": reply.deal, "version": reply.version, "stage": stage}
    made["events"] = [event_data(session, one) for one in reply.done]
    if reply.deal is not None:
        program = session.program(session.deal(reply.deal))
    made["unmet"] = [unmet_data(session, program, unmet, reply.deal) for unmet in reply.unmet]
    if reply.message is not None:
        made["message"] = reply.message.in_(session.app.lang)
    if reply.incident:
        made["incident"] = reply.incident
    return made


def event_data(session: Session, done: Done) -> dict[str, Any]:
    program = session.programs.pipelines[done.pipeline]
    lines = session.story.lines(program, done.event, done.changes, session.deal(done.deal))
    return {
        "deal": done.deal,
        "kind": done.event.kind,
        "at": program.calendar.local(max(done.event.at, 0)).isoformat(),
        "lines": [{"mark": line.mark, "text": line.text, "loc": line.loc} for line in lines],
    }


def unmet_data(session: Session, program: Program | None, unmet: Unmet, deal: int | None) -> dict[str, Any]:
    """One unmet condition as JSON: {"kind", "name", "message", "operands": {name: value}, "file", "line", "help"}."""
    from voronka.cli.given import any_pipeline
    from voronka.dsl.definition.values import encode
    from voronka.engine.words.unmet import explain

    program = program or session.programs.pipelines[any_pipeline(session).name]
    said = explain(unmet, program.pipeline, session.app.lang, session.story.show(program))
    return {
        "kind": unmet.kind,
        "name": unmet.name,
        "message": said.what,
        "operands": {operand.name: encode(operand.value) for operand in unmet.operands},
        "file": unmet.loc.file or None,
        "line": unmet.loc.line or None,
        "help": remedy(said.help, deal) or None,
    }
