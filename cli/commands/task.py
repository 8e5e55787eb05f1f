"""``voronka task``: list, answer and reschedule tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from voronka.cli.app import App, common

if TYPE_CHECKING:
    from voronka.cli.session import Session
    from voronka.cli.tables import Cell
    from voronka.engine.deal.state import Deal, TaskState
    from voronka.engine.host.queries import TaskRow

LIMIT = 50


@click.group("task")
def command() -> None:
    """List, answer and reschedule tasks.

    TASK is deal and number, as lists print it: 12.3. With --deal it may be the task's name or title; 12 alone will do
    where deal 12 has one open task. What changes a task prints what followed; --json as `voronka deal --help` says.
    """


@command.command("list")
@click.option("--person", metavar="PERSON", help="Only this person's, those given to their role included.")
@click.option("--overdue", is_flag=True, help="Only those whose deadline has passed.")
@click.option("--deal", "number", metavar="ID", help="Only of this deal.")
@click.option("--all", "all_", is_flag=True, help="Also what is done or cancelled.")
@click.option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, help="At most so many; 0: all.")
@common
def list_(app: App, person: str | None, overdue: bool, number: str | None, all_: bool, limit: int) -> None:
    """List tasks by deadline (R40).

    With --json: {"tasks": [{"id", "deal", "name", "title", "assignee", "status", "due", "overdue", "outcome"}],
    "count": how many fit}.
    """
    from voronka.cli import card, given
    from voronka.cli.listing import more
    from voronka.cli.session import reading

    with reading(app) as session:
        rows = _rows(session, given.person(session, person) if person else None, overdue, number, all_)
        shown = rows[:limit] if limit else rows
        found = [(deal, deal.tasks[row.id]) for row in shown if (deal := session.deal(row.deal))]
        if app.as_json:
            tasks = [card.task_data(session, session.program(deal), deal, task) for deal, task in found]
            app.dump({"tasks": tasks, "count": len(rows)})
        elif not found:
            app.say("no task fits", "подходящих задач нет")
        else:
            _print(session, found, all_)
            more(app, len(shown), len(rows))


def _rows(session: Session, person: str | None, overdue: bool, number: str | None, all_: bool) -> list[TaskRow]:
    from voronka.cli import given
    from voronka.engine.host.queries import list_tasks

    facts = session.people.facts(person) if person else None
    rows = list_tasks(
        session.store,
        person=person,
        roles=(str(facts.get("role", "")),) if facts else (),
        deal=session.deal(given.deal_number(session.app, number)).id if number else None,
        open_only=not all_ or overdue,
        overdue_at=session.now if overdue else None,
    )
    return [row for row in rows if row.pipeline in session.programs.definition.pipelines]


def _print(session: Session, found: list[tuple[Deal, TaskState]], all_: bool) -> None:
    from voronka.cli import deals
    from voronka.cli.card import due_text, is_late
    from voronka.cli.tables import bold, dim, red, table

    story = session.story
    rows: list[list[str | Cell]] = []
    for deal, task in found:
        program = session.program(deal)
        opened = task.status in ("open", "waiting")
        due = due_text(session, program, task) if opened else _ended(session, task)
        rows.append(
            [
                bold(f"{deal.id}.{task.id}"),
                story.task_title(program, task),
                red(due) if opened and is_late(task, session.now) else due if opened else dim(due),
                story.who(task.assignee, program.pipeline),
                deals.label(session, deal),
                story.stage(program, deal.stage),
            ]
        )
    say = story.say
    head = [
        say("Задача", "Task"),
        say("Что сделать", "What"),
        say("Срок", "Due"),
        say("Кто", "Who"),
        say("Сделка", "Deal"),
        say("Этап", "Stage"),
    ]
    table(session.app, head, rows)


def _ended(session: Session, task: TaskState) -> str:
    if task.status == "cancelled":
        return session.story.say("снята", "cancelled")
    return session.story.say("сделана", "done") + (f": {task.outcome}" if task.outcome else "")


@command.command("done")
@click.argument("task")
@click.option("--deal", "number", metavar="ID", help="The deal, where TASK is a name.")
@click.option("--outcome", metavar="OUTCOME", help="How it went: one of the task's outcomes, by name or title.")
@click.option("--comment", metavar="TEXT", help="In your own words.")
@click.option("--set", "sets", multiple=True, metavar="K=V", help="A field's value; may be given many times.")
@click.option("--next", "next_", metavar="TITLE", help="The next step, agreed with the client (R33).")
@click.option("--due", metavar="TIME", help="When the next step is due: 2026-11-25 12:00, tomorrow 10:00, 2 workdays.")
@common
def done(
    app: App,
    task: str,
    number: str | None,
    outcome: str | None,
    comment: str | None,
    sets: tuple[str, ...],
    next_: str | None,
    due: str | None,
) -> None:
    """Answer a task: it is done, with its outcome."""
    from voronka.cli import given
    from voronka.cli.commands.deal import act
    from voronka.cli.session import acting

    if due is not None and next_ is None:
        raise app.fail('--due goes with --next "…"', '--due указывают вместе с --next "…"')
    with acting(app) as session:
        deal, found = given.task(session, task, number)
        program = session.program(deal)
        data: dict[str, Any] = {"task": found.id, "outcome": _outcome(session, deal, found, outcome)}
        data |= {"comment": comment} if comment else {}
        if sets:
            data["fields"] = given.fields(session, program, given.pairs(app, sets, "--set"))
        if next_ is not None:
            data["next"] = {"title": next_, "due": given.moment(session, program, due, "--due") if due else None}
        act(session, "done", data, deal.id)


def _outcome(session: Session, deal: Deal, task: TaskState, text: str | None) -> str | None:
    """An outcome's name; a text that means none goes on as it is, for the decision to refuse."""
    from voronka.cli import given
    from voronka.dsl.definition.types import Title

    if text is None:
        return None
    declared = session.program(deal).tasks_by_path.get(task.path)
    if declared is None:
        return text
    known = {name: outcome.outcome.title for name, outcome in declared.outcomes.items()}
    if declared.approval is not None:
        known = {
            "approved": Title((("ru", "согласовано"), ("en", "approved"))),
            "rejected": Title((("ru", "отклонено"), ("en", "rejected"))),
        }
    return given.named(text, known) or text


@command.command("reschedule")
@click.argument("task")
@click.option("--deal", "number", metavar="ID", help="The deal, where TASK is a name.")
@click.option("--to", metavar="TIME", required=True, help="The new deadline: 2026-11-25 12:00, 2026-11-25, 2 workdays.")
@click.option("--comment", metavar="TEXT", help="Why (R36).")
@common
def reschedule(app: App, task: str, number: str | None, to: str, comment: str | None) -> None:
    """Move the deadline of a task by hand.

    From then on it does not follow its formula.
    """
    from voronka.cli import given
    from voronka.cli.commands.deal import act
    from voronka.cli.session import acting

    with acting(app) as session:
        deal, found = given.task(session, task, number)
        due = given.moment(session, session.program(deal), to, "--to")
        act(session, "reschedule", {"task": found.id, "due": due, "comment": comment}, deal.id)
