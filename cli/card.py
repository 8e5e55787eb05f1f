"""A deal's full card (R75): where it stands, its fields, what is to be done, what is red, what comes, what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli import deals
from voronka.cli.app import App
from voronka.cli.replies import reason_lines, title, unmet_data
from voronka.cli.tables import line_width, pairs

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.engine.deal.state import Deal, TaskState
    from voronka.engine.program.build import Program

TAIL = 8  # events of the history that a card shows


def show(session: Session, deal: Deal, full: bool = False) -> None:
    """Print the card; ``full``: all of the history, and what is not filled in."""
    program = session.program(deal)
    _header(session, program, deal)
    _stage(session, program, deal)
    _fields(session, program, deal, full)
    _tasks(session, program, deal)
    _checklists(session, program, deal)
    _linked(session, deal)
    _files(session, deal)
    _red(session, program, deal)
    _ahead(session, program, deal)
    _history(session, program, deal, full)


def _section(app: App, name: str) -> None:
    app.out()
    app.out(click.style(name, bold=True))


def _aside(app: App, left: str, place: str, shown: str | None = None) -> None:
    """A line with its place in the definition at the right; ``shown`` is the line with its colours."""
    from rich.cells import cell_len

    shown = left if shown is None else shown
    if not place:
        app.out(shown)
        return
    gap = line_width() - cell_len(left) - len(place)
    if gap < 2:
        app.out(shown)
        shown, gap = "", line_width() - len(place)
    app.out(shown + " " * gap + click.style(place, dim=True))


def _header(session: Session, program: Program, deal: Deal) -> None:
    app, story = session.app, session.story
    called = deals.label(session, deal)
    head = f"№ {deal.id} · {title(session, program)}" + (f" · {called}" if called else "")
    app.out(click.style(head, bold=True))
    rows = []
    if program.pipeline.owner or deal.owner:
        rows.append((story.say("ответственный", "owner"), story.who(deal.owner, program.pipeline)))
    rows.append((story.say("создана", "created"), _when(session, program, deal.created)))
    if deal.closed is not None:
        rows.append((story.say("закрыта", "closed"), _when(session, program, deal.closed)))
    pairs(app, rows)


def _when(session: Session, program: Program, instant: int) -> str:
    from voronka.engine.words import dates

    local, now = session.story.local(program, instant), session.story.local(program, session.now)
    return f"{dates.day(local.date(), session.app.lang, now.year)}, {dates.clock(local)}"


def _stage(session: Session, program: Program, deal: Deal) -> None:
    from voronka.engine.words import dates

    app, story, lang = session.app, session.story, session.app.lang
    if program.pipeline.kind == "record":
        return
    stage = session.stage(deal)
    app.out()
    mark, colour = {"won": ("★", "green"), "lost": ("■", "red")}.get(stage.kind, ("●", "cyan"))
    line = f"{mark} {story.stage(program, deal.stage)}"
    if stage.kind == "open" and stage.probability is not None:
        line += f"  {percent(stage.probability)}"
    if stage.kind == "open":
        line += story.say("  на этапе ", "  for ") + dates.span(max(0, session.now - deal.entered), lang)
    elif deal.reason is not None:
        reason = program.pipeline.reasons.get(deal.reason)
        line += f": {(reason.title.in_(lang) if reason else '') or deal.reason}"
    app.out(click.style(line, fg=colour, bold=True))
    rows = []
    if stage.means:
        rows.append((story.say("что значит", "means"), stage.means.in_(lang)))
    if stage.guide:
        rows.append((story.say("что делать", "guide"), stage.guide.in_(lang)))
    pairs(app, rows)


def percent(share: Any) -> str:
    from voronka.dsl.definition.values import plain

    return f"{plain(share * 100)} %"


def _fields(session: Session, program: Program, deal: Deal, full: bool) -> None:
    app, story = session.app, session.story
    show = story.show(program)
    rows, empty = [], []
    for name, field in program.pipeline.fields.items():
        called = field.title.in_(app.lang) or name
        value = deal.f.get(name)
        if value is None:
            empty.append(called)
            continue
        text = show(name, value)
        if field.type.kind == "link" and (linked := deals.linked_label(session, value)):
            text += f" · {linked}"
        rows.append((called, text))
    if rows or empty:
        _section(app, story.say("Поля", "Fields"))
    pairs(app, [*rows, *((called, "—") for called in empty)] if full else rows)
    if empty and not full:
        said = story.say("не заполнено", "empty") + ": " + ", ".join(empty)
        for line in _wrapped(said):
            app.out(click.style("  " + line, dim=True))


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, line_width() - 2)


def _tasks(session: Session, program: Program, deal: Deal) -> None:
    app, story = session.app, session.story
    if not deal.open_tasks:
        if deal.closed is None and program.pipeline.kind == "pipeline":
            _section(app, story.say("Открытых задач нет", "No open task"))
        return
    _section(app, story.say("Открытые задачи", "Open tasks"))
    for task in sorted(deal.open_tasks, key=lambda t: (t.due is None, t.due or 0, t.id)):
        who = story.who(task.assignee, program.pipeline)
        text = f"  {deal.id}.{task.id}  {story.task_title(program, task)} → {who}, {due_text(session, program, task)}"
        declared = program.tasks_by_path.get(task.path)
        late = is_late(task, session.now)
        _aside(app, text, str(declared.task.loc) if declared else "", click.style(text, fg="red") if late else text)
        _about(session, declared, task)


def _about(session: Session, declared: Any, task: TaskState) -> None:
    app, story = session.app, session.story
    if declared is None:
        return
    decl, lang = declared.task, app.lang
    for said in (decl.means, decl.guide):
        for line in _wrapped(said.in_(lang)) if said else ():
            app.out("        " + click.style(line, dim=True))
    names = [(n, o.outcome.title.in_(lang)) for n, o in declared.outcomes.items()]
    if declared.approval is not None:
        names = [("approved", story.say("согласовано", "approved")), ("rejected", story.say("отклонено", "rejected"))]
    if names:
        told = ", ".join(f"{n} ({t})" if t and t != n else n for n, t in names)
        for line in _wrapped(story.say("итоги", "outcomes") + f": {told}"):
            app.out("        " + click.style(line, dim=True))
    if task.attempts:
        app.out("        " + click.style(story.say("попыток", "attempts") + f": {task.attempts}", dim=True))


def is_late(task: TaskState, now: int) -> bool:
    return task.due is not None and task.due <= now


def due_text(session: Session, program: Program, task: TaskState) -> str:
    """A deadline in words; of one that has passed also how long ago."""
    from voronka.engine.words import dates

    story = session.story
    if task.due is None:
        if task.status == "waiting":
            return story.say("срок появится вместе с датой", "due once its date is known")
        return story.say("без срока", "no deadline")
    text = story.due(program, task.due, session.now)
    if is_late(task, session.now):
        ago = dates.span(session.now - task.due, session.app.lang)
        text += story.say(f", просрочена на {ago}", f", overdue by {ago}")
    if task.pinned:
        text += story.say(", перенесена вручную", ", moved by hand")
    return text


def _checklists(session: Session, program: Program, deal: Deal) -> None:
    lists = session.stage(deal).checklists
    lang = session.app.lang
    for checklist in lists if deal.closed is None else ():
        _section(session.app, checklist.title.in_(lang) or checklist.name)
        for name, point in checklist.points:
            on = deal.checks.get(f"{checklist.name}.{name}", False)
            left = f"  {'☑' if on else '☐'} {point.in_(lang) or name}"
            session.app.out(left + click.style(f"  {checklist.name}.{name}", dim=True))


def _linked(session: Session, deal: Deal) -> None:
    """Deals that point here: a client's deals, what a tunnel has made."""
    from voronka.cli.tables import Cell, table

    found = deals.linked(session, deal)
    if not found:
        return
    _section(session.app, session.story.say("Связанные сделки", "Linked deals"))
    rows: list[list[str | Cell]] = []
    here = deals.label(session, deal)
    for _, other in found:
        there = session.program(other)
        stage = "" if there.pipeline.kind == "record" else session.story.stage(there, other.stage)
        called = deals.label(session, other)
        # what hangs on a client is called by that client: say it once
        rows.append([f"  № {other.id}", title(session, there), stage, "" if called == here else called])
    table(session.app, (), rows)


def _files(session: Session, deal: Deal) -> None:
    found = deals.files(session, deal)
    if not found:
        return
    _section(session.app, session.story.say("Файлы", "Files"))
    pairs(session.app, found)


def _red(session: Session, program: Program, deal: Deal) -> None:
    app = session.app
    found = deals.troubles(session, deal)
    if not found:
        return
    _section(app, session.story.say("Красное", "Red"))
    for trouble in found:
        mark = "✗" if trouble.kind == "blocked" else "!"
        text = f"  {mark} {trouble.text}"
        _aside(app, text, trouble.loc, click.style(text, fg="red"))
        for unmet in trouble.unmet:
            for line in reason_lines(session, program, unmet, deal.id, "      "):
                app.out(line)


def _ahead(session: Session, program: Program, deal: Deal) -> None:
    found = deals.ahead(session, deal)
    if not found:
        return
    _section(session.app, session.story.say("Что дальше", "What comes"))
    for one in found:
        text = f"  {_when(session, program, one.at)}  {one.text}"
        _aside(session.app, text, one.loc, click.style(text, fg="yellow") if one.at <= session.now else text)


def _history(session: Session, program: Program, deal: Deal, full: bool) -> None:
    from voronka.cli.timeline import Printer

    told = [(entry, lines) for entry, lines in deals.history(session, deal.id, deal.version) if lines]
    if not told:
        return
    shown = told if full else told[-TAIL:]
    say = session.story.say
    more = say(
        f" (последние {len(shown)} из {len(told)}; все — с --full)",
        f" (last {len(shown)} of {len(told)}; --full for all)",
    )
    _section(session.app, say("История", "History") + (more if len(shown) < len(told) else ""))
    printer = Printer(session.app, program.calendar)
    year = session.story.local(program, session.now).year
    for entry, lines in shown:
        # the printer tells days and months; a year that is not this one stands on a line of its own
        if (then := session.story.local(program, lines[0].at).year) != year:
            session.app.out(click.style(str(then), dim=True))
            year = then
        for line in lines:
            printer.line(line)
        if entry.event.actor and entry.event.kind != "timer":
            by = session.called(entry.event.actor)
            session.app.out(" " * 24 + click.style(say("кто", "by") + f": {by}", dim=True))


# --- for programs ----------------------------------------------------------------------------------------------------


def data(session: Session, deal: Deal) -> dict[str, Any]:
    """The card as JSON, as `voronka deal show --help` says; values as docs/store.md has them, instants in the zone."""
    from voronka.dsl.definition.values import encode

    program = session.program(deal)

    def at(instant: int | None) -> str | None:
        return None if instant is None else program.calendar.local(instant).isoformat()

    return {
        "id": deal.id,
        "pipeline": deal.pipeline,
        "stage": deal.stage,
        "kind": session.stage(deal).kind,
        "reason": deal.reason,
        "owner": deal.owner,
        "version": deal.version,
        "created": at(deal.created),
        "entered": at(deal.entered),
        "closed": at(deal.closed),
        "fields": {name: encode(value) for name, value in deal.f.items() if value is not None},
        "tasks": [task_data(session, program, deal, task) for task in deal.tasks.values()],
        "checks": deal.checks,
        "red": [
            {
                "kind": trouble.kind,
                "text": trouble.text,
                "file_line": trouble.loc or None,
                "unmet": [unmet_data(session, program, unmet, deal.id) for unmet in trouble.unmet],
            }
            for trouble in deals.troubles(session, deal)
        ],
        "linked": [
            {"id": other.id, "pipeline": other.pipeline, "stage": other.stage, "field": field}
            for field, other in deals.linked(session, deal)
        ],
        "files": [{"name": name, "path": path} for name, path in deals.files(session, deal)],
        "ahead": [
            {"at": at(one.at), "text": one.text, "file_line": one.loc or None} for one in deals.ahead(session, deal)
        ],
        "history": [
            {
                "version": entry.version,
                "at": at(max(entry.event.at, 0)),
                "actor": entry.event.actor,
                "kind": entry.event.kind,
                "lines": [line.text for line in lines],
            }
            for entry, lines in deals.history(session, deal.id, deal.version)
        ],
    }


def task_data(session: Session, program: Program, deal: Deal, task: TaskState) -> dict[str, Any]:
    """A task as JSON: {"id": "12.3", "deal", "name", "title", "assignee", "status", "due", "overdue", "outcome"}."""
    return {
        "id": f"{deal.id}.{task.id}",
        "deal": deal.id,
        "name": task.name,
        "title": session.story.task_title(program, task),
        "assignee": task.assignee,
        "status": task.status,
        "due": None if task.due is None else program.calendar.local(task.due).isoformat(),
        "overdue": task.status in ("open", "waiting") and is_late(task, session.now),
        "outcome": task.outcome,
    }
