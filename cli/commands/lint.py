"""``voronka lint``: what works but should not stay so, by sales method."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common
from voronka.dsl.text.codes.base import Severity
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.engine.words.dates import count

if TYPE_CHECKING:
    from voronka.dsl.lint.fix import Repaired
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
@click.option("--fix", is_flag=True, help="Repair what can be repaired without changing what the files mean.")
@click.option("--unsafe-fixes", is_flag=True, help="Repair what needs a second look, too; implies --fix.")
@common
def command(app: App, paths: tuple[Path, ...], profile: str, form: str | None, fix: bool, unsafe_fixes: bool) -> None:
    """Lint definition files by sales method: stages, tasks, losses, robots, names.

    PATH: files or folders; without any, the workspace. Which rules speak, and how loudly: their defaults, then the
    profile, then [lint] of voronka.toml. With --store, declared probabilities are compared with what the deals of that
    store have shown (U8; needs voronka[forecast]). Exit code 0: clean, 1: findings, 2: usage, or a file or store that
    cannot be read, or a file that cannot be written.

    With --json: {"findings": [...], "files": n, "profile": name, "silenced": n} and, with --fix, "fixed"
    [findings], "changed" [paths] and "refused" [findings whose fix would have broken a file].
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
    repaired: Repaired | None = None
    checked = check(files, library())
    lived = None
    # a store that is merely set in the environment is for other commands
    if click.get_current_context().get_parameter_source("store") is ParameterSource.COMMANDLINE and checked.definition:
        from voronka.cli.lived import lived_stages

        lived = lived_stages(app, checked.definition)
    if fix or unsafe_fixes:
        from voronka.dsl.lint.fix import repair

        repaired = repair(files, library(), settings, unsafe=unsafe_fixes, lived=lived)
        _write(app, repaired)
        linted = repaired.linted
    else:
        linted = lint(checked, library(), settings, lived=lived)
    shown = [one for one in linted.findings if one.severity is not Severity.NOTE or app.verbose]
    if app.as_json:
        data: dict[str, Any] = {"findings": findings.data(shown, app.lang), "files": len(files)}
        data |= {"profile": settings.profile, "silenced": linted.silenced}
        if repaired is not None:
            data |= {
                "fixed": findings.data(repaired.fixed, app.lang),
                "changed": [_shown(path) for path in repaired.texts],
                "refused": findings.data(repaired.refused, app.lang),
            }
        app.dump(data)
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
    if repaired is not None:
        _tell(app, repaired)
    elif form is None:
        _offer(app, shown)
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


def _write(app: App, repaired: Repaired) -> None:
    """Write the changed files. What cannot be written ends the command, and says which files were."""
    from voronka.cli.written import replace_file

    done: list[str] = []
    for path, text in repaired.texts.items():
        before = path.read_bytes()
        mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
        if why := replace_file(app, path, before, mark + text.encode()):
            en = f"; written before: {', '.join(done)}" if done else "; nothing was written"
            ru = f"; до этого записаны: {', '.join(done)}" if done else "; ничего не записано"
            raise app.fail(why + en, why + ru)
        done.append(_shown(path))


def _shown(path: Path) -> str:
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _tell(app: App, repaired: Repaired) -> None:
    for one in repaired.refused:
        where = f"{one.span.source.name}: {one.code}"
        app.say(f"{where}: the fix would break the file, so it was not made", f"{where}: исправление сломало бы файл")
    if repaired.fixed:
        number, files = len(repaired.fixed), ", ".join(_shown(path) for path in repaired.texts)
        ru = count(number, "ru", ("замечание", "замечания", "замечаний"), ("", ""))
        en = count(number, "en", ("", "", ""), ("finding", "findings"))
        app.say(f"fixed {en} in {files}", f"исправлено {ru}: {files}")


def _offer(app: App, shown: Sequence[Diagnostic]) -> None:
    """Say how many findings could be repaired by the command itself."""
    safe = sum(one.fix is not None and one.fix.safe for one in shown)
    unsafe = sum(one.fix is not None and not one.fix.safe for one in shown)
    if safe:
        app.say(f"{safe} can be repaired: --fix", f"можно исправить: {safe} — ключ --fix")
    if unsafe:
        app.say(
            f"{unsafe} can be repaired, with a look: --unsafe-fixes",
            f"можно исправить и проверить: {unsafe} — ключ --unsafe-fixes",
        )
