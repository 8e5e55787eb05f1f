"""``voronka deal undo``: the last manual change of a deal, taken back."""

from __future__ import annotations

import click

from voronka.cli import replies
from voronka.cli.app import App, common


@click.command("undo")
@click.argument("number", metavar="ID")
@common
def undo(app: App, number: str) -> None:
    """Take the last manual change of a deal back.

    Fields, a move, a loss, an owner, ticks: by another logged change, through the gates of the deal as it is. Refused
    where something has gone out, other deals were told, or anything happened since; what it had queued is cancelled.
    """
    from voronka.cli import given
    from voronka.cli.session import acting
    from voronka.engine.deal.protocol import Event

    with acting(app) as session:
        deal = session.deal(given.deal_number(app, number))
        reply = session.submit("undo", {}, deal.id)
        replies.show(session, reply, Event("undo", {}, session.now), session.program(session.deal(deal.id)))
