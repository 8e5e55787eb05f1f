"""``voronka plan``: what the edited files do to every live deal, before they do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from voronka.cli.app import App, common

if TYPE_CHECKING:
    from voronka.engine.plan.plan import Plan
    from voronka.engine.plan.words import Line


@click.command("plan")
@click.option("--exit-code", "by_code", is_flag=True, help="0: nothing to do, 2: changes, all safe, 3: unsafe ones.")
@click.option("--detail", is_flag=True, help="Show more deals as examples.")
@common
def command(app: App, by_code: bool, detail: bool) -> None:
    """Compare the edited files with the definition in force, and try them on every live deal. Changes nothing.

    Unsafe is what strands deals (their stage is gone) or loses data (a field is gone, values do not fit), unless the
    file says what becomes of them: `was`, `retire`. The plan's hash names both definitions and what is unsafe;
    `voronka apply --plan HASH` does just that.

    With --json: {"plan", "from", "to", "safe", "differences": [{"kind", "pipeline", "name", "what", "before",
    "parts"}], "consequences": [{"kind", "pipeline", "name", "other", "unsafe", "deals", "count", "examples"}],
    "deals": {"looked", "affected"}, "outbox": {"pending", "affected"}}; instants in ms since the epoch.
    """
    from voronka.cli.session import planning
    from voronka.engine.plan.plan import make

    with planning(app) as (store, programs, now):
        plan = make(store, programs, now)
        show(app, plan, detail)
    if by_code and plan.code:
        click.get_current_context().exit(plan.code)


def show(app: App, plan: Plan, detail: bool = False, how: str = "") -> None:
    """Print a plan. ``how``: the command that carries it out, if not `apply`."""
    if app.as_json:
        app.dump(plan.data())
        return
    from voronka.engine.plan.words import PlanWords

    show_lines(app, PlanWords(plan, app.lang, how).lines(detail))


_TONES = {"head": "", "add": "green", "gone": "yellow", "change": "cyan", "bad": "red", "info": ""}


def show_lines(app: App, lines: list[Line]) -> None:
    """Print lines of a plan, what is dangerous in red."""
    from rich.cells import cell_len

    from voronka.cli.tables import line_width

    width = line_width()
    first = True
    for line in lines:
        color = _TONES[line.tone] or None
        if not line.mark:
            if not first and line.tone in ("head", "bad") and not line.text.startswith(" "):
                app.out()
            app.out(click.style(line.text, bold=line.tone in ("head", "bad"), fg=color))
        else:
            left = f"  {line.mark} {line.text}"
            gap = " " * max(2, width - cell_len(left) - cell_len(line.right)) if line.right else ""
            app.out(click.style(left, fg=color) + gap + click.style(line.right, dim=True))
        for part in line.under:
            app.out(click.style(f"      {part}", dim=line.tone != "bad"))
        first = False
