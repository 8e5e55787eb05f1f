"""``voronka report funnel …``: each report as a command."""

from __future__ import annotations

from typing import Any

import click

from voronka.cli.app import App
from voronka.cli.reports import asked

LISTED = 50


@click.command("funnel")
@asked.options
@asked.amount
def funnel(app: App, **given: Any) -> None:
    """How many deals stand in each stage now (R68).

    With what they are worth, how long they have been there on average, and how many are over the stage's limit. --from
    and --to choose deals by the day they were created.
    """
    from voronka.engine.reports.funnel import funnel

    asked.run(app, funnel, given)


@click.command("cumulative")
@asked.options
@asked.by
def cumulative(app: App, **given: Any) -> None:
    """How many deals came at least so far, with conversions (R69, R73).

    Stages that a deal skipped count as passed. --from and --to choose deals by the day they were created; --by month
    compares those cohorts, --by FIELD segments and sources.
    """
    from voronka.engine.reports.cumulative import cumulative

    asked.run(app, cumulative, given)


@click.command("won")
@asked.options
@asked.by
@asked.amount
def won(app: App, **given: Any) -> None:
    """Won against lost: how deals ended (R65, R73).

    By month of their end, or --by owner or a field. --from and --to choose deals by the day they ended.
    """
    from voronka.engine.reports.won import won

    asked.run(app, won, given)


@click.command("time")
@asked.options
@click.option("--work", is_flag=True, help="Working time by the pipeline's calendar, not time as it elapsed.")
def time(app: App, **given: Any) -> None:
    """How long deals stay in each stage, and where most of it goes (R71, R72).

    Percentiles by nearest rank, of stays that ended; then of whole deals. --from and --to choose by the day they ended.
    """
    from voronka.engine.reports.time import time

    asked.run(app, time, given)


@click.command("loss")
@asked.options
@asked.by
@asked.amount
def loss(app: App, **given: Any) -> None:
    """Why deals are lost, and from which stage (R59, R65, R74).

    Losses of deals that came back count, too. --from and --to choose by the day of the loss.
    """
    from voronka.engine.reports.loss import loss

    asked.run(app, loss, given)


@click.command("nps")
@asked.options
@asked.by
def nps(app: App, **given: Any) -> None:
    """Promoters and detractors, the score, the causes that clients name (R60, R61, R62).

    Of every rating that the pipelines declare, by the classes of its scale. --from and --to choose deals by the day
    they were created.
    """
    from voronka.engine.reports.nps import nps

    asked.run(app, nps, given)


@click.command("discipline")
@asked.options
def discipline(app: App, **given: Any) -> None:
    """Deadlines kept and missed, by person, task and day (R36, R77).

    --from and --to choose tasks by the day they were due; --owner those assigned to a person.
    """
    from voronka.engine.reports.discipline import discipline

    asked.run(app, discipline, given)


@click.command("team")
@asked.options
@asked.amount
def team(app: App, **given: Any) -> None:
    """Deals, results, tasks and contacts of each person (R77).

    --from and --to choose what happened then.
    """
    from voronka.engine.reports.team import team

    asked.run(app, team, given)


@click.command("priority")
@asked.options
def priority(app: App, **given: Any) -> None:
    """Where people's work goes, against the shares that the pipeline declares (R64).

    --from and --to choose work by the day it was done.
    """
    from voronka.engine.reports.priority import priority

    asked.run(app, priority, given)


@click.command("red")
@asked.options
@click.option(
    "--limit", type=click.IntRange(min=0), default=LISTED, show_default=True, help="List at most so many; 0: all."
)
def red(app: App, limit: int, **given: Any) -> None:
    """Deals without tasks, overdue, over a limit, unprocessed, in trouble (R38, R39, R42).

    The longest first, every deal with all that makes it red. --from and --to choose deals by the day they were created.
    """
    from voronka.engine.reports.red import red

    asked.run(app, lambda scope: red(scope, limit), given)
