"""``voronka check``: everything provable before running."""

from __future__ import annotations

import time
from pathlib import Path

import click

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common
from voronka.dsl.text.codes.base import Severity
from voronka.engine.words.dates import count


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    help="How findings are printed (default: text).",
)
@click.option("--no-cache", is_flag=True, help="Check again although nothing changed since the last time.")
@common
def command(app: App, paths: tuple[Path, ...], form: str | None, no_cache: bool) -> None:
    """Check definition files: names, types, gates, flow, templates.

    PATH: files or folders; without any, the workspace. Exit code 0: clean, 1: findings, 2: usage, or a file that
    cannot be read. With --json: {"findings": [...], "files": n, "pipelines": [...]}. SARIF is version 2.1.0; github
    prints workflow commands.

    What was printed is kept in the user's cache folder and printed again while no file that it was made from changes;
    --no-cache, or VORONKA_NO_CACHE=1 in the environment, checks anew.
    """
    from voronka.cli.chosen import chosen_files
    from voronka.cli.noted import Noted
    from voronka.cli.replay import keep
    from voronka.engine.workspace import load

    if app.as_json and form not in (None, "json"):
        raise app.fail(f"--json and --format {form}: choose one", f"--json и --format {form}: нужно одно из двух")
    app.as_json = app.as_json or form == "json"
    asked = "" if no_cache or app.verbose else str(click.get_current_context().find_root().obj or "")
    app.printed = []
    noted = Noted()
    files = chosen_files(app, paths, noted)
    began = time.perf_counter()
    loaded = load(files, files=noted)
    took = time.perf_counter() - began
    shown = [d for d in loaded.diagnostics if d.severity is not Severity.NOTE or app.verbose]
    names = list(loaded.programs.definition.pipelines) if loaded.programs else []
    if app.as_json:
        app.dump({"findings": findings.data(shown, app.lang), "files": len(files), "pipelines": names})
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
    counted = [d for d in shown if d.severity is not Severity.NOTE]
    if counted:
        text = findings.summary(counted, app.lang)
        app.say(text, text)
        if any(d.code.id.startswith("V7") and d.is_error for d in counted):
            raise SystemExit(USAGE)
    elif not app.as_json and form != "sarif":
        ru = count(len(files), "ru", ("файл", "файла", "файлов"), ("file", "files"))
        pipelines = count(len(names), "en", ("", "", ""), ("pipeline", "pipelines"))
        en = count(len(files), "en", ("файл", "файла", "файлов"), ("file", "files"))
        app.say(
            f"✓ {en}, {pipelines}: nothing to complain about" + (f" ({took:.2f} s)" if app.verbose else ""),
            f"✓ {ru}, воронок: {len(names)} — замечаний нет" + (f" ({took:.2f} с)" if app.verbose else ""),
        )
    code = FINDINGS if counted else 0
    facts = noted.facts()
    if noted.sure:
        keep(asked, facts, app.printed, code)
    raise SystemExit(code)
