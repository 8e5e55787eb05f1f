"""``voronka rollback``: back to a version that was in force before, as a planned migration."""

from __future__ import annotations

import click

from voronka.cli.app import FINDINGS, App, common


@click.command("rollback")
@click.argument("version", metavar="[HASH]", required=False, default="")
@click.option("--dry-run", "only_plan", is_flag=True, help="Show the plan and change nothing.")
@click.option("--list", "listed", is_flag=True, help="List the versions there are.")
@click.option("--allow-unsafe", is_flag=True, help="Even if deals are stranded or data is lost.")
@common
def command(app: App, version: str, only_plan: bool, listed: bool, allow_unsafe: bool) -> None:
    """Go back to an earlier version (default: the one before the present), named by the beginning of its hash.

    Every version is kept with all its texts, so the files are not needed; they stay as they are, and until they are put
    right, `voronka plan` shows what they would change. Refused, with exit code 1, where it would lose data.
    """
    from voronka.cli.commands.apply import report
    from voronka.cli.commands.plan import show
    from voronka.cli.session import deciding, planning
    from voronka.engine.host.versions import Unreadable, stored
    from voronka.engine.plan.applying import apply, back_to
    from voronka.engine.plan.plan import make

    if listed:
        _list(app)
        return
    with planning(app, files=False) as (store, _, now):
        found = back_to(store, version)
        if found is None:
            raise app.fail(
                f"there is no one version to go back to{f' that begins with {version}' if version else ''}; "
                "`voronka rollback --list` shows them",
                f"нет такой версии{f', которая начиналась бы с {version},' if version else ''} к которой вернуться; "
                "список: `voronka rollback --list`",
                FINDINGS,
            )
        target, back = found
        try:
            programs = stored(store, target.hash)
        except Unreadable as error:
            raise app.fail(
                f"version {target.hash[:12]} cannot be compiled by this voronka: {error.why}",
                f"версия {target.hash[:12]} не читается этой voronka: {error.why}",
                FINDINGS,
            ) from error
        if only_plan:
            show(app, make(store, programs, now, back), how=f"voronka rollback {target.hash[:12]}")
            return
    with deciding(app, files=False) as (host, _):
        done = apply(host, stored(host.store, target.hash), None, allow_unsafe, back)
        report(app, done)
    if done.outcome == "unsafe":
        click.get_current_context().exit(FINDINGS)


def _list(app: App) -> None:
    from datetime import UTC, datetime

    from voronka.cli.session import planning
    from voronka.cli.tables import table
    from voronka.engine.host.versions import in_force, versions

    with planning(app, files=False) as (store, _, _now):
        now, found = in_force(store), versions(store)
    if app.as_json:
        app.dump([{"number": v.number, "hash": v.hash, "at": v.at, "in_force": v.hash == now} for v in found])
        return
    head = ("№", "версия", "впервые", "") if app.lang == "ru" else ("no.", "version", "first in force", "")
    mark = "действует" if app.lang == "ru" else "in force"
    rows = [
        (
            str(one.number),
            one.hash[:12],
            datetime.fromtimestamp(one.at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC"),
            mark if one.hash == now else "",
        )
        for one in found
    ]
    table(app, head, rows)
