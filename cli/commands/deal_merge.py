"""``voronka deal merge``: a double goes into the deal that stays."""

from __future__ import annotations

import click

from voronka.cli import complete, replies
from voronka.cli.app import FINDINGS, App, common


@click.command("merge")
@click.argument("number", metavar="ID")
@click.argument("double", metavar="DOUBLE")
@click.option("--reason", shell_complete=complete.reasons, help="Why the double is lost (default: duplicate).")
@common
def merge(app: App, number: str, double: str, reason: str | None) -> None:
    """Make one of two deals of the same client: ID stays, DOUBLE is lost.

    ID gets the fields that only DOUBLE has, its notes and its files; what it does not take stands in its note. All of
    it passes the gates, in one transaction; where the double cannot be lost, nothing changes.

    With --json: {"taken", "left", "replies"}, names of fields and an answer for each event.
    """
    from voronka.cli import given
    from voronka.cli.session import acting
    from voronka.engine.care import merge as merging
    from voronka.engine.deal.protocol import Event
    from voronka.engine.host.commands import Reply

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        other = session.deal(given.deal_number(app, double))
        program = session.program(deal)
        plan = merging.merge(
            session.store,
            session.programs,
            deal,
            other,
            session.now,
            session.actor,
            reason,
            session.story.show(program),
            app.lang,
        )
        if plan.problem is not None:
            raise app.fail(plan.problem.en, plan.problem.ru, FINDINGS)
        if plan.unmet:
            wanted = Event("lose", {"reason": reason or merging.USUAL}, session.now)
            replies.show(session, Reply("refused", other.id, unmet=plan.unmet), wanted, session.program(other))
        answers = session.submit_many(list(plan.commands))
        if app.as_json:
            data = [replies.data(session, reply, program) for reply in answers]
            app.dump({"taken": plan.taken, "left": [name for name, _ in plan.left], "replies": data})
            return
        for command, reply in zip(plan.commands, answers, strict=True):
            replies.show(session, reply, Event(command.kind, command.data, session.now), program)
        for name, why in plan.left:
            title = program.pipeline.fields[name].title.in_(app.lang) or name
            app.say(
                f"“{title}” stays as it is ({why.en}): see the note", f"«{title}» без изменений ({why.ru}): см. заметку"
            )
