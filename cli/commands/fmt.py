"""``voronka fmt``: definition files in the one style."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from voronka.cli import findings
from voronka.cli.app import FINDINGS, USAGE, App, common
from voronka.cli.written import replace_file
from voronka.dsl.text.diagnostic import Diagnostic
from voronka.dsl.text.source import MAX_BYTES, Source, decode_source, load_source
from voronka.engine.words.dates import count

STDIN = Path("-")


@dataclass
class _Run:
    """What came of the files so far."""

    files: int = 0
    changed: list[str] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    text: str | None = None  # of standard input


@click.command("fmt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; name the files that would change.")
@click.option("--diff", "as_diff", is_flag=True, help="Write nothing; print what would change.")
@common
def command(app: App, paths: tuple[Path, ...], only_check: bool, as_diff: bool) -> None:
    """Lay definition files out in the one style: only white space changes, every comment stays.

    PATH: files or folders, or - for standard input; without any, the workspace. Exit code 0: formatted, or nothing to
    do, 1: something would change (with --check or --diff), 2: usage, or a file that has errors or cannot be written;
    such a file is left as it is. With --json: {"files": n, "changed": [paths], "findings": [...], "errors": [texts]}
    and, for standard input, "text".
    """
    from voronka.cli.chosen import chosen_files

    run = _Run()
    dry = only_check or as_diff
    if STDIN in paths:
        if len(paths) > 1:
            raise app.fail("- stands alone, without other paths", "- указывают одно, без других путей", USAGE)
        _format_stdin(app, run, dry, as_diff)
    else:
        for path in chosen_files(app, paths):
            _format_file(app, run, path, dry, as_diff)
    _tell(app, run, dry, as_diff, to_stdout=STDIN not in paths)
    if run.found or run.failed:
        raise SystemExit(USAGE)
    if dry and run.changed:
        raise SystemExit(FINDINGS)


def _format_stdin(app: App, run: _Run, dry: bool, as_diff: bool) -> None:
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    text = _formatted(app, run, decode_source(data, "<stdin>"), "<stdin>")
    if text is None:
        return
    if text.encode() != data:
        run.changed.append("<stdin>")
        if as_diff and not app.as_json:
            _print_diff(app, data, text, "<stdin>")
    if app.as_json:
        run.text = text
    elif not dry:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


def _format_file(app: App, run: _Run, path: Path, dry: bool, as_diff: bool) -> None:
    shown = path.as_posix()
    text = _formatted(app, run, load_source(path, shown), shown)
    if text is None:
        return
    data = path.read_bytes()
    if text.encode() == data:
        return
    if not dry and (why := replace_file(app, path, data, text.encode())):
        run.failed.append(why)
        return
    run.changed.append(shown)
    if as_diff and not app.as_json:
        _print_diff(app, data, text, shown)


def _formatted(app: App, run: _Run, source: Source | Diagnostic, shown: str) -> str | None:
    """The text in the one style; None, and why noted, if there is none."""
    from voronka.dsl.format.format import Unfaithful, format_source

    run.files += 1
    if isinstance(source, Diagnostic):
        run.found.append(source)
        return None
    try:
        made = format_source(source)
    except Unfaithful as fault:
        en = (
            f"{shown}: the formatter would have changed what this file says, so it was left as it is: {fault}.\n"
            "This is a bug of voronka. Please report it with the file, or with the part of it that is named here."
        )
        ru = (
            f"{shown}: форматирование изменило бы смысл файла, поэтому он оставлен как есть: {fault}.\n"
            "Это ошибка voronka. Пожалуйста, сообщите о ней и приложите файл или названное здесь место."
        )
        run.failed.append(ru if app.lang == "ru" else en)
        return None
    if made.text is None:
        run.found.extend(one for one in made.diagnostics if one.is_error)
    return made.text


def _print_diff(app: App, before: bytes, text: str, shown: str) -> None:
    old = before.decode("utf-8").splitlines(keepends=True)
    new = text.splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, shown, shown, n=3):
        hue = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1]) if line[:3] not in ("+++", "---") else None
        body = line.rstrip("\r\n")
        marked = body.replace("\ufeff", "<BOM>") + ("␍" if line.endswith("\r\n") else "")
        app.out(click.style(marked, fg=hue) if hue else marked)


def _tell(app: App, run: _Run, dry: bool, as_diff: bool, to_stdout: bool) -> None:
    if app.as_json:
        data: dict[str, Any] = {"files": run.files, "changed": run.changed}
        data |= {"findings": findings.data(run.found, app.lang), "errors": run.failed}
        app.dump(data if to_stdout else {**data, "text": run.text})
        return
    findings.show(app, run.found, to_stdout=to_stdout)
    for why in run.failed:
        app.warn(why)
    if to_stdout and not as_diff:
        for shown in run.changed:
            app.out(shown)
    if not to_stdout and not dry:
        return
    changed, same = len(run.changed), run.files - len(run.changed)
    left = len({one.span.source.name for one in run.found}) + len(run.failed)
    en = [_files(changed, "en") + (" would change" if dry else " formatted")] if changed else []
    ru = [("изменились бы: " if dry else "отформатировано: ") + _files(changed, "ru")] if changed else []
    if same - left:
        en.append(_files(same - left, "en") + " in order already")
        ru.append("уже в порядке: " + _files(same - left, "ru"))
    if left:
        en.append(_files(left, "en") + " left alone because of errors")
        ru.append("не тронуто из-за ошибок: " + _files(left, "ru"))
    app.say("; ".join(en), "; ".join(ru))


def _files(number: int, lang: str) -> str:
    return count(number, lang, ("файл", "файла", "файлов"), ("file", "files"))
