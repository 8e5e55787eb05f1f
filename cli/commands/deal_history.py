"""``voronka deal history``: everything that happened to a deal, when, by whom and why."""

from __future__ import annotations

import click

from voronka.cli.app import App, common

LIMIT = 50


@click.command("history")
@click.argument("number", metavar="ID")
@click.option("--at", metavar="TIME", help="Up to then: 2026-11-25 12:00, 2026-11-25.")
@click.option("--moves", is_flag=True, help="Moves from stage to stage, wins and losses.")
@click.option("--mails", is_flag=True, help="Mails, notices, documents.")
@click.option("--notes", is_flag=True, help="Notes and conversations.")
@click.option("--tasks", is_flag=True, help="Tasks and their answers.")
@click.option("--full", is_flag=True, help="Mails as they went out.")
@click.option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, help="The last so many; 0: all.")
@common
def history(
    app: App,
    number: str,
    at: str | None,
    moves: bool,
    mails: bool,
    notes: bool,
    tasks: bool,
    full: bool,
    limit: int,
) -> None:
    """Print the feed of a deal: every move with date and time, tasks, notes, mails, its loss (R72, R75, R76).

    Each line names the sentence of the definition that caused it, each event its number, for `deal why --event`.

    \b
    With --json: {"deal", "events": how many there are, "history": [{"event", "at", "recorded", "kind", "actor",
    "lines": [{"mark", "text", "loc", "mail": {"channel", "status", "error", "body"}}]}]}.
    """
    from voronka.cli import feed, given, why
    from voronka.cli.session import reading

    only = tuple(kind for kind, on in zip(feed.KINDS, (moves, mails, notes, tasks), strict=True) if on)
    with reading(app) as session:
        deal = given.deal_number(app, number)
        past = why.past_of(session, deal, at=why.moment(session, deal, at))
        told = list(feed.feed(session, deal, past.entry.version, only))
        why.warn(app, past)
        if app.as_json:
            shown = told[-limit:] if limit else told
            app.dump({"deal": deal, "events": len(told), "history": feed.data(session, deal, shown)})
        elif not told:
            app.say("nothing of that kind", "ничего такого не было")
        else:
            feed.show(session, deal, told, full, limit)
