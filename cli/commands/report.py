"""``voronka report``: figures over all deals; each report is imported when it is called."""

from __future__ import annotations

import click

from voronka.cli.app import Lazy

REPORTS: dict[str, tuple[str, str]] = {
    "funnel": ("reports:funnel", "How many deals stand in each stage, and what they are worth."),
}


@click.group("report", cls=Lazy, commands=REPORTS)
def command() -> None:
    """Figures over all deals of a store, as text with charts, JSON, CSV, XLSX, HTML or a picture."""
