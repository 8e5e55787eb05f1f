"""``voronka report``: figures over all deals; each report is imported when it is called."""

from __future__ import annotations

import click

from voronka.cli.app import Lazy

REPORTS: dict[str, tuple[str, str]] = {
    "funnel": ("reports:funnel", "How many deals stand in each stage now, and what they are worth."),
    "cumulative": ("reports:cumulative", "How many deals came at least so far, with conversions."),
    "won": ("reports:won", "Won against lost, by month, owner or field."),
    "time": ("reports:time", "How long deals stay in each stage, and where most of it goes."),
    "loss": ("reports:loss", "Why deals are lost, and from which stage."),
    "nps": ("reports:nps", "Promoters and detractors, the score, the causes they name."),
    "discipline": ("reports:discipline", "Deadlines kept and missed, by person, task and day."),
    "team": ("reports:team", "Deals, results, tasks and contacts of each person."),
    "priority": ("reports:priority", "Where the work goes, against the declared shares."),
    "red": ("reports:red", "Deals without tasks, overdue, over a limit, unprocessed, in trouble."),
    "forecast": ("report_forecast", "What open deals will bring, as intervals; how good forecasts were."),
}


@click.group("report", cls=Lazy, commands=REPORTS)
def command() -> None:
    """Figures over all deals of a store, as text with charts, JSON, CSV, XLSX, HTML or a picture."""
