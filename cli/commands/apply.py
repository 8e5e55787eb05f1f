"""``voronka apply``: put the edited files in force; every deal follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from voronka.cli.app import FINDINGS, App, common

if TYPE_CHECKING:
    from voronka.engine.plan.applying import Applied


@click.command("apply")
@click.option(
    "--plan", "approved", metavar="HASH", help="The plan that was looked at: nothing unsafe beyond it happens."
)
@click.option("--allow-unsafe", is_flag=True, help="Even if deals are stranded or data is lost.")
@common
def command(app: App, approved: str | None, allow_unsafe: bool) -> None:
    """Plan anew and put the files in force: one row in the store, then every deal follows by an event of its own.

    Refused, with exit code 1, where the files or the definition in force are not those of the plan, or where something
    unsafe was not in it. A daemon lends its store meanwhile and goes on with what is in force then.

    With --json: {"outcome": applied|nothing|other|unsafe, and all of `voronka plan --json`}.
    """
    from voronka.cli.session import deciding
    from voronka.engine.plan.applying import apply

    with deciding(app) as (host, programs):
        done = apply(host, programs, approved, allow_unsafe)
        report(app, done)
    if done.outcome in ("other", "unsafe"):
        click.get_current_context().exit(FINDINGS)


def report(app: App, done: Applied) -> None:
    """Say what became of it."""
    if app.as_json:
        app.dump({"outcome": done.outcome, **done.plan.data()})
        return
    from voronka.cli.commands.plan import show
    from voronka.engine.words.dates import count

    match done.outcome:
        case "nothing":
            app.say("Nothing to do: these files are in force.", "Менять нечего: действуют эти самые файлы.")
        case "other":
            app.warn(
                "План был о другом: с тех пор изменились файлы или действующее определение. "
                "Посмотрите заново: voronka plan"
                if app.lang == "ru"
                else "That plan was about something else: the files, or what is in force, have changed since. "
                "Look again: voronka plan"
            )
        case "unsafe":
            show(app, done.plan)
            app.warn(
                "Ничего не сделано: это опасно. Поправьте файлы или повторите с --allow-unsafe."
                if app.lang == "ru"
                else "Nothing was done: it is unsafe. Mend the files, or say --allow-unsafe."
            )
        case _:
            moved = count(
                done.plan.affected,
                app.lang,
                ("сделка перешла", "сделки перешли", "сделок перешло"),
                ("deal followed", "deals followed"),
            )
            short = done.plan.after[:12]
            app.say(f"In force: {short}; {moved}.", f"Действует {short}; {moved}.")
