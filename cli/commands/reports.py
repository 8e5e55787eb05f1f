"""``voronka report funnel …``: each report as a command."""

from __future__ import annotations

from typing import Any

import click

from voronka.cli.app import App
from voronka.cli.reports import asked


@click.command("funnel")
@asked.options
def funnel(app: App, **given: Any) -> None:
    """How many deals stand in each stage now, and what they are worth (R68)."""
    from voronka.engine.reports.funnel import funnel

    asked.run(app, funnel, given)
