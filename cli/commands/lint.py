"""``voronka lint``: what works but should not stay so, by sales method."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common
from voronka.dsl.text.codes.base import Severity
from voronka.engine.words.dates import count

if TYPE_CHECKING:
    from voronka.dsl.lint.settings import Settings


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--profile", metavar="NAME", default="", help="amocrm, bitrix24, crm-academy, bluesales or strict.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    help="How findings are printed (default: text).",
)
@common
def command(app: App, paths: tuple[Path, ...], profile: str, form: str | None) -> None:
    """Lint definition files by sales method: stages, tasks, losses, robots, names.

    PATH: files or folders; without any, the workspace. Which rules speak, and how loudly: their defaults, then the
    profile, then [lint] of voronka.toml. Exit code 0: clean, 1: findings, 2: usage, or a file that cannot be read.
    With --json: {"findings": [...], "files": n, "profile": name, "silenced": n}.
    """
    from voronka.cli.chosen import chosen_files
    from voronka.dsl.check import check
    from voronka.dsl.lint.run import lint
    from voronka.stdlib.library import library

    if app.as_json and form not in (None, "json"):
        raise app.fail(f"--json and --format {form}: choose one", f"--json и --format {form}: нужно одно из двух")
    app.as_json = app.as_json or form == "json"
    settings = _settings(app, profile)
    files = chosen_files(app, paths)
    linted = lint(check(files, library()), library(), settings)
    shown = [one for one in linted.findings if one.severity is not Severity.NOTE or app.verbose]
    if app.as_json:
        data = {"findings": findings.data(shown, app.lang), "files": len(files)}
        app.dump(data | {"profile": settings.profile, "silenced": linted.silenced})
    elif form == "sarif":
        from importlib.metadata import version

        from voronka.dsl.text.sarif import sarif

        app.dump(sarif(shown, app.lang, version("voronka")))
    elif form == "github":
        from voronka.dsl.text.github import github

        for one in shown:
            app.out(github(one, app.lang))
    else:
        findings.show(app, shown)
    counted = [one for one in shown if one.severity is not Severity.NOTE]
    if counted:
        text = findings.summary(counted, app.lang)
        app.say(text, text)
        raise SystemExit(USAGE if any(d.code.id.startswith("V7") and d.is_error for d in counted) else FINDINGS)
    if not app.as_json and form != "sarif":
        en = count(len(files), "en", ("файл", "файла", "файлов"), ("file", "files"))
        ru = count(len(files), "ru", ("файл", "файла", "файлов"), ("file", "files"))
        app.say(f"✓ {en}: nothing to complain about", f"✓ {ru} — замечаний нет")


def _settings(app: App, profile: str) -> Settings:
    from voronka.dsl.lint.settings import Unusable, settings

    table = app.settings.get("lint", {})
    if not isinstance(table, dict):
        raise app.fail("voronka.toml: [lint] must be a table", "voronka.toml: [lint] — нужна таблица")
    try:
        return settings(profile, table)
    except Unusable as fault:
        raise app.fail(fault.why.en, fault.why.ru) from fault
